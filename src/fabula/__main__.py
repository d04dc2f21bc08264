"""``python -m fabula``: the same as the command ``fabula``."""

from __future__ import annotations

import sys

from fabula.cli import main

if __name__ == "__main__":
    sys.exit(main())
