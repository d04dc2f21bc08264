"""Every error that Fabula raises on purpose: one tree, each with a code, a message, a hint and an exit status.

Below the command line nothing prints or exits; the command line turns these into one line on standard error.
"""

from __future__ import annotations

from typing import ClassVar


class FabulaError(Exception):
    """Something the user can act on. ``message`` says what and where, ``hint`` what to do."""

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InputError(FabulaError):
    """The story cannot be read: missing, empty, binary, of an unknown format, over a limit."""

    code = "input"
    exit_status = 3


class WorldFileError(FabulaError):
    """A World file cannot be opened, written, or is of a newer schema."""

    code = "world-file"
    exit_status = 4


class PipelineError(FabulaError):
    """Reading steps do not fit together: a need that no step gives, or two steps that give the same."""

    code = "pipeline"


class NotFoundInWorld(FabulaError):
    """The user named a character, a scene or an item that the World does not have."""

    code = "not-found"
    exit_status = 5


class ModelError(FabulaError):
    """The files of the reader model are missing, damaged, or of another version than the program."""

    code = "model"
    exit_status = 1


class CorrectionError(FabulaError):
    """A correction that says nothing or cannot be: two that are one already, a form that is no form of the character."""

    code = "correction"
    exit_status = 2
