"""Where commands write: answers on standard output, all else on standard error."""

from __future__ import annotations

import sys

from rich.console import Console


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Hand the error on to ``main``; rich calls this where it caught it, and would end the program."""
        raise


def answers() -> Console:
    """Standard output for people: no markup, no highlighting, as wide as the terminal."""
    return _Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def remarks() -> Console:
    """Standard error for people: progress and warnings."""
    return _Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def remark(text: str) -> None:
    """One line on standard error."""
    print(f"fabula: {text}", file=sys.stderr)


def emit(text: str) -> None:
    """Exactly this text as UTF-8 on standard output, for programs: no wrapping, whatever the terminal's encoding."""
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(text.encode("utf-8", "replace"))
        buffer.flush()
