"""Checking a story against itself: ``check(world)`` lists what an editor would ask about, each with both places and a confidence.

Nothing is decided here about who is who or what is so; the rules compare what the World already holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from fabula.check.contradictions import contradictions
from fabula.check.promises import open_promises
from fabula.check.spelling import name_variants
from fabula.check.story import Story
from fabula.check.tenses import tense_slips
from fabula.elements import Issue
from fabula.world.world import World

RULES = {
    "eye_colour": "the colour of somebody's eyes is stated twice and differs",
    "hair_colour": "the colour of somebody's hair is stated twice and differs, and no word says that it was changed",
    "birthplace": "somebody is born in two places",
    "age": "somebody grows younger, or years older where no years pass",
    "name_variant": "a rare name is nearly the same as a frequent one",
    "tense_slip": "a sentence or a few are told in the other tense",
    "open_promise": "nothing more is heard of a promise",
    "unclosed_quote": "a quotation is opened and not closed",
    "stray_quote": "a quotation mark closes or opens nothing",
}
"""Every rule with what it finds, in the order of the help. A World may hold issues of other rules too."""

_CHECKS: tuple[Callable[[Story], Iterable[Issue]], ...] = (contradictions, name_variants, tense_slips, open_promises)


def check(world: World, *, ignore: Collection[str] = ()) -> tuple[Issue, ...]:
    """All findings of a World in order of their first place: its own issues and those of the rules above.

    The first of ``evidence`` is the place in question, the second the place that it disagrees with. Rules named in ``ignore`` are left out.
    """
    story = Story(world)
    found = [*world.issues, *(issue for rule in _CHECKS for issue in rule(story))]
    kept = [_with_notes(world, issue) for issue in found if issue.rule not in ignore]
    return tuple(sorted(kept, key=lambda i: (i.evidence, i.rule, i.text)))


def _with_notes(world: World, issue: Issue) -> Issue:
    return replace(issue, noted=world.note_index.labels([(s.start, s.end) for s in issue.evidence]))
