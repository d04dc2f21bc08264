"""Whose a part of the body, an age or a mark is, by the tree of its sentence."""

from __future__ import annotations

from fabula.check.story import Story

_KNOWN = 0.4  # below, whom a mention means is no more than a guess
_HIGHEST = 5  # words above a noun that may still say whose it is
_BODIES = frozenset(
    ("nmod", "appos", "obl", "obj", "nsubj", "conj", "amod", "root", "advcl", "acl", "nummod", "compound", "advmod", "parataxis")
)


def by_tree(story: Story, at: int) -> str | None:
    """The person to whom the word at a position belongs: its possessor, whom it describes, or the subject of its clause.

    "Danuta, seventy-nine, ...", "she lay there with a broken wrist", "a man with a scar". None where nobody in particular is there.
    """
    trees = story.trees
    if trees is None or not trees.start:
        return None
    here = trees.row_at(at)
    for climbed, i in enumerate(trees.above(here)):
        if climbed > _HIGHEST or trees.quote_row(i) != trees.quote_row(here):
            return None
        owner = trees.child(i, "nmod:poss")
        for found in (owner, i if climbed else -1, trees.subject(i) if trees.pos[i] in ("VERB", "AUX", "ADJ", "NUM", "NOUN") else -1):
            if found >= 0 and found != here and (who := trees.people(found)).one and who.confidence >= _KNOWN:
                return who.one
        if trees.rel[i].partition(":")[0] not in _BODIES:
            return None
    return None
