"""What an uncased encoder does not see of a word: its capitals and its kind of characters."""

from __future__ import annotations

NONE, LOWER, TITLE, SINGLE, UPPER, MIXED, DIGIT, OTHER = range(8)
OPENING = 8
"""Added to the shapes from the start of a sentence up to its first word, whose capital says little."""
COUNT = 16


def word_shape(word: str) -> int:
    """The shape of one word, whatever its place.

    >>> [word_shape(w) for w in ("house", "Anne", "I", "HOUSE", "McKay", "1815", ",")] == [LOWER, TITLE, SINGLE, UPPER, MIXED, DIGIT, OTHER]
    True
    """
    letters = [c for c in word if c.isalpha()]
    if not letters:
        return DIGIT if any(c.isdigit() for c in word) else OTHER
    capitals = sum(c.isupper() for c in letters)
    if not capitals:
        return LOWER
    if len(letters) == 1:
        return SINGLE
    if capitals == len(letters):
        return UPPER
    return TITLE if capitals == 1 and letters[0].isupper() else MIXED
