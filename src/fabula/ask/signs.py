"""What speaks for a possible answer besides how well it was read: whether it is of the kind that is asked for, and how it stands in its
sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fabula.ask.extract import verb_of
from fabula.ask.language import in_class, stem, synonyms, word_list
from fabula.ask.phrases import times
from fabula.encoder.labels import DEPRELS
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.ask.question import Question
    from fabula.world.world import World

_BEFORE = 12  # code points before a phrase in which its preposition stands
_REASONS = frozenset(("because", "to", "so", "for", "since", "in"))
_CLIMB = 4
_FALLS = 0.2
_SUBJECT, _OBJECT = ("nsubj", "obl:agent"), ("obj", "iobj", "obl", "nsubj:pass")
_ROLES = {
    "what": ("obj", "nsubj:pass", "xcomp", "ccomp", "obl", "nsubj"), "when": ("obl", "obl:unmarked", "advmod", "advcl"),
    "where": ("obl", "advmod"), "why": ("advcl", "obl", "xcomp"), "how": ("obl", "advcl", "advmod", "xcomp"),
    "how_many": ("obj", "nsubj", "obl", "obl:unmarked", "nsubj:pass"), "yes_no": (),
}  # fmt: skip
"""What an answer is to the verb of its question, in Universal Dependencies."""


def of_its_kind(world: World, q: Question, text: str, at: Span | None) -> float:
    """How well words are of the kind that is asked for (0 to 1); ``at``: where they stand, None where only their sentence is known."""
    words = word_list(text.lower())
    if q.kind == "who":
        return _person(world, text, at)
    if q.kind == "when":
        longest = max((s.length for s in times(text, Span(0, len(text)))), default=0)
        return 1.0 if longest >= 0.6 * len(text) else 0.6 if longest else 0.0
    if q.kind == "how_many":
        return float(any(w[0].isdigit() or in_class(w.split("-")[0], "numbers") for w in words))
    first = words[0] if words else ""
    before = world.text[max(0, at.start - _BEFORE) : at.start].lower().split()[-1:] if at else []
    if q.kind == "where":
        return float(any(in_class(w, "place_prepositions") for w in (first, *before)))
    if q.kind == "why":
        return float(bool({first, *before} & _REASONS))
    return 0.0


def _person(world: World, text: str, at: Span | None) -> float:
    low = text.lower()
    if any(low == c.name.lower() or any(low == a.text.lower() for a in c.aliases) for c in world.characters):
        return 1.0
    inside = list(world.cast.mentions_in(*at)) if at else []
    return 1.0 if at and any(m.end - m.start >= 0.7 * at.length for m in inside) else 0.5 if inside else 0.0


class Grammar:
    """How words of one story hang on the verb of one question."""

    def __init__(self, world: World, q: Question) -> None:
        self._world, self._words = world, world.layer("words")
        verb = verb_of(q)
        self._verbs = frozenset({verb, *synonyms().get(verb, ())}) if verb else frozenset[str]()
        asks_object = q.kind == "who" and q.rest.lower().startswith(("did ", "does ", "do "))
        self._roles = _ROLES.get(q.kind) or (_OBJECT if asks_object else _SUBJECT)

    def hangs(self, at: Span) -> tuple[float, bool]:
        """How near above a stretch a verb of the question stands in its tree (1: right above it, 0: nowhere), and whether the stretch is to
        it what the answer is."""
        heads, starts = self._words.head, self._world.tokens.start
        first = int(starts.searchsorted(at.start))
        last = min(max(first + 1, int(starts.searchsorted(at.end))), len(heads))
        if not self._verbs or first >= len(heads):
            return 0.0, False
        top = next((i for i in range(first, last) if not first <= int(heads[i]) < last), first)
        above = int(heads[top])
        for climbed in range(_CLIMB):
            if above < 0:
                break
            if self._stem(above) in self._verbs:
                return 1 - _FALLS * climbed, climbed == 0 and DEPRELS[int(self._words.deprel[top])] in self._roles
            above = int(heads[above])
        return 0.0, False

    def _stem(self, row: int) -> str:
        tokens = self._world.tokens
        return stem(self._world.text[int(tokens.start[row]) : int(tokens.end[row])])
