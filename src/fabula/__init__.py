"""Fabula reads fiction and rebuilds the world it describes.

``world = fabula.read("story.txt")``, then ``world.characters["Anne"].quotes``: see docs/python.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fabula.errors import FabulaError, InputError, NotFoundInWorld, WorldFileError

if TYPE_CHECKING:
    from fabula.api import read
    from fabula.world.world import World

__version__ = "0.1.0"
__all__ = ["FabulaError", "InputError", "NotFoundInWorld", "World", "WorldFileError", "read"]


def __getattr__(name: str) -> Any:
    """``read`` and ``World`` load when they are first asked for, so that ``fabula --help`` does not wait for them."""
    if name == "read":
        from fabula.api import read

        return read
    if name == "World":
        from fabula.world.world import World

        return World
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
