"""Who is who in two drafts of one text: by the places at which they are mentioned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from fabula.compare.alignment import Alignment, sentence
from fabula.world.world import World


def same_people(alignment: Alignment) -> dict[str, str]:
    """Ids of the first draft with those of the second: whoever is mentioned at the same places is the same, whatever the name."""
    votes: Counter[tuple[str, str]] = Counter()
    for rows, weight in ((alignment.same, 2), (alignment.alike, 1)):
        for a, b in rows.items():
            old, new = (list(world.cast.mentions_in(*sentence(world, row))) for world, row in ((alignment.before, a), (alignment.after, b)))
            if len(old) == len(new):
                for x, y in zip(old, new, strict=True):
                    if len(x.who) == 1 and len(y.who) == 1:
                        votes[x.who[0], y.who[0]] += weight
    return _matched(votes, alignment.before, alignment.after)


def _matched(votes: Mapping[tuple[str, str], float], before: World, after: World) -> dict[str, str]:
    """Pairs by most votes, each once; who shares no place is matched by an equal name."""
    found: dict[str, str] = {}
    for (a, b), _ in sorted(votes.items(), key=lambda v: (-v[1], v[0])):
        if a not in found and b not in found.values():
            found[a] = b
    for c in before.characters:
        twin = next((d for d in after.characters if d.name.casefold() == c.name.casefold()), None)
        if c.id not in found and twin is not None and twin.id not in found.values():
            found[c.id] = twin.id
    return found
