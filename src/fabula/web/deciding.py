"""Deciding a World anew in a process of its own: ``python -m fabula.web.deciding FILE``.

A novel takes a minute and more memory than a reader should hold, so the server does not do it itself. What it should know is written to
standard output, one JSON object a line: ``{"stage", "position", "of"}`` while it goes on; then ``{"changed", "nowhere"}`` or ``{"error"}``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fabula.errors import FabulaError
from fabula.world.difference import difference, to_json
from fabula.world.making import Progress, work_in
from fabula.world.world import World


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _tell(progress: Progress) -> None:
    _say(stage=progress.stage, position=progress.position, of=progress.of)


def decide(path: Path) -> None:
    """Work the corrections of a file in and say what became different."""
    before = World.open(path)
    before.detach()
    after = work_in(path, _tell)
    names = {c.id: c.name for world in (before, after) for c in world.characters}
    lost = [why for _, why in after.orphans]
    _say(changed=to_json(difference(before, after)), names=names, nowhere=lost)


def main(arguments: list[str]) -> int:
    """The exit status: 0, or 1 where the World could not be decided anew."""
    try:
        decide(Path(arguments[0]))
    except FabulaError as error:
        _say(error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
