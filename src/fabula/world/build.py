"""A World from the layers that the reading steps gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fabula.corrections import Correction
from fabula.world.world import World


def build_world(layers: Mapping[str, Any], *, origins: Mapping[str, str] | None = None, log: Sequence[Correction] = ()) -> World:
    """The World over ``layers`` (``manuscript`` and what the steps gave); missing layers count as empty. Pure: nothing is stored.

    ``origins`` names the step (``step@version``) of each layer, for layers that keep no origin per row; ``log`` is that of the user's
    corrections by which the layers were decided.
    """
    if "manuscript" not in layers:
        raise KeyError("a World needs a manuscript")
    return World(dict(layers), origins=origins, log=tuple(log))
