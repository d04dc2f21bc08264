"""Which layers there are and of which type: the one list that the World, its file and its tests share."""

from __future__ import annotations

from typing import Any

from fabula import elements as e
from fabula.columns import Columns
from fabula.corrections import Applied
from fabula.encoder.meaning import ClauseLabels
from fabula.encoder.reader import ModelMentions, WordLabels
from fabula.layers import MentionMembers, Mentions, Quotations, SentenceMeaning, Sentences, Tokens, Unaided
from fabula.text.manuscript import TextWarning

COLUMN_LAYERS: dict[str, type[Columns]] = {
    "tokens": Tokens,
    "sentences": Sentences,
    "words": WordLabels,
    "spans": ModelMentions,
    "quotations": Quotations,
    "mentions": Mentions,
    "members": MentionMembers,
    "unaided": Unaided,
    "meaning": SentenceMeaning,
    "clauses": ClauseLabels,
}
"""Layers kept as column tables."""

ELEMENT_LAYERS: dict[str, type[Any]] = {
    "characters": e.Character,
    "quotes": e.Quote,
    "places": e.Place,
    "things": e.Thing,
    "relationships": e.Relationship,
    "scenes": e.Scene,
    "frames": e.Frame,
    "events": e.Event,
    "time": e.TimeRelation,
    "causes": e.Cause,
    "commitments": e.Commitment,
    "beliefs": e.Belief,
    "knowledge": e.Knowledge,
    "emotions": e.Emotion,
    "facts": e.Fact,
    "lore": e.Lore,
    "notes": e.Note,
    "issues": e.Issue,
    "quotation_warnings": TextWarning,
    "applied": Applied,
}
"""Layers that are tuples of frozen dataclasses; each has a table of its own in the file."""

SINGLE_LAYERS: dict[str, type[Any]] = {"narration": e.Narration}
"""Layers that are one value; kept as a table of one row."""


def empty(layer: str) -> Any:
    """The value of a layer that no step has given: an empty table or tuple, or None for a single value."""
    if layer in COLUMN_LAYERS:
        return COLUMN_LAYERS[layer].from_rows(())
    if layer in SINGLE_LAYERS:
        return None
    if layer in ELEMENT_LAYERS:
        return ()
    raise KeyError(layer)
