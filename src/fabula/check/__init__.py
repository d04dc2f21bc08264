"""Checking a story against itself: ``check(world)`` lists what an editor would ask about, each with both places and a confidence.

Nothing is decided here about who is who or what is so; the rules compare what the World already holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from fabula.check.abilities import abilities
from fabula.check.belongings import belongings
from fabula.check.contradictions import contradictions
from fabula.check.dates import dates
from fabula.check.deadlines import deadlines
from fabula.check.deaths import the_dead
from fabula.check.kin import kin
from fabula.check.promises import open_promises
from fabula.check.quotations import unclosed
from fabula.check.series import SeriesIssue, check_series
from fabula.check.spelling import name_variants
from fabula.check.story import Story
from fabula.check.talk import told_late, untagged
from fabula.check.tenses import tense_slips
from fabula.check.viewpoint import viewpoint_slips
from fabula.check.vitals import vitals
from fabula.check.whereabouts import whereabouts
from fabula.elements import Issue
from fabula.world.world import World

RULES = {
    "eye_colour": "the colour of somebody's eyes is stated twice and differs",
    "hair_colour": "the colour of somebody's hair is stated twice and differs, and no word says that it was changed",
    "side": "a scar, a wound or a bad leg changes from left to right",
    "birthplace": "somebody is born in two places",
    "job": "somebody, or somebody's father, has two professions at a time",
    "kin": "a brother of somebody who has none, children of the childless, a big sister who is a kid sister",
    "dead_speaks": "somebody whose death is told speaks or acts afterwards",
    "age": "somebody grows younger, or years older where no years pass",
    "timeline": "weekdays and dates that cannot be in one calendar",
    "vital_date": "two dates of one birth or one death",
    "two_places": "somebody is in two places at a time",
    "missed_deadline": "what is due on one day is done on a later one, and nobody says that it is late",
    "belongings": "the van, the dog, the door changes its colour",
    "ability": "somebody does what they have never learned or never do",
    "knows_early": "somebody uses a name that is told only later",
    "name_variant": "a rare name is nearly the same as a frequent one",
    "tense_slip": "a sentence or a few are told in the other tense",
    "point_of_view": "one sentence is in another mind than the rest of its chapter",
    "untagged_dialogue": "so many turns without a tag or a name that a reader loses the speaker",
    "open_promise": "nothing more is heard of a promise",
    "unclosed_quote": "a quotation is opened and not closed",
    "stray_quote": "a quotation mark closes or opens nothing",
}
"""Every rule with what it finds, in the order of the help. A World may hold issues of other rules too."""

_CHECKS: tuple[Callable[[Story], Iterable[Issue]], ...] = (
    contradictions, kin, the_dead, dates, vitals, whereabouts, deadlines, belongings, abilities, told_late, name_variants, tense_slips,
    viewpoint_slips, untagged, open_promises,
)  # fmt: skip


def check(world: World, *, ignore: Collection[str] = ()) -> tuple[Issue, ...]:
    """All findings of a World in order of their first place: its own issues and those of the rules above.

    The first of ``evidence`` is the place in question, the second the place that it disagrees with. Left out are rules named
    in ``ignore`` and what the user said is meant so (``world.edit.intentional(issue)``).
    """
    story = Story(world)
    found = [*unclosed(story), *(issue for rule in _CHECKS for issue in rule(story))]
    kept = [_with_notes(world, issue) for issue in world.without_dismissed("issues", found) if issue.rule not in ignore]
    return tuple(sorted(kept, key=lambda i: (i.evidence, i.rule, i.text)))


def _with_notes(world: World, issue: Issue) -> Issue:
    return replace(issue, noted=world.note_index.labels([(s.start, s.end) for s in issue.evidence]))


__all__ = ["RULES", "SeriesIssue", "check", "check_series"]
