"""Beliefs: what somebody takes to be so and the story shows as mistaken, disputed or open; lies with the one who told them.

English marks much of it: "I thought you had gone" is said by somebody who has just learned better, "he thinks I am dead" by somebody who
is not. Where no such mark is there a belief is only for the review list, unless the later text contradicts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

from fabula.elements import Belief
from fabula.lexicons import table, words
from fabula.reading.belief_speech import Claims
from fabula.reading.inflection import base
from fabula.reading.steps import Step
from fabula.reading.trees import People, Trees
from fabula.spans import Span

_ORIGIN = "beliefs@2"
_LEAST = 0.25
_CORRECTED = 0.2  # what a correction in the later text adds
_TURNED, _LONG_HELD = 0.08, 0.08
_IGNORANCE, _IGNORANCE_TOLD = 0.56, 0.38  # "I didn't know it had been salted", in speech and in narration
_TASTE, _PERHAPS = 0.75, 0.8
_ALOUD = 0.7
_SELF = 0.56  # "I told myself that you were ill"
_UNAWARE = 0.55  # "he doesn't know that it is over"
_FORMS = {"denied": 0.56, "taken back": 0.62, "so": 0.56, "must": 0.53, "mind": 0.54}
_TOLD = 0.58  # "you told me he was dead"
_TAKEN = 0.6
_LIE = 0.65
_TRUST = 0.52  # "I believe her"
_WHILE = 30_000  # characters within which a contradiction is one of this belief
_COMMON = frozenset(base(w) for w in ("go", "have", "be", "do", "make", "take", "come", "get", "use", "want", "say", "like", "see"))
_EARLIER, _RARE = 2, 4  # places where a belief was held before; sentences of the story that share a word with it
_NEAR = 400  # characters between a lie and the word for it
_MODALS = frozenset(("would", "'d", "should", "might", "could", "may", "will", "'ll", "can", "must"))
_ASKING = frozenset(("what", "who", "where", "when", "why", "how", "which"))
_SELVES = frozenset(("myself", "himself", "herself", "themselves", "themself"))
_ME = frozenset(("i", "we", "me", "us"))

Truth = Literal["false", "disputed", "unknown"]


@dataclass(frozen=True, slots=True)
class Held:
    """One belief: ``clause`` is the token of what is believed, -1 where it is not put in words of its own."""

    who: str
    truth: Truth
    confidence: float
    spans: tuple[Span, ...]
    clause: int = -1
    told_by: str | None = None
    denied: Span | None = None


@cache
def _verbs() -> dict[str, tuple[float, float, float]]:
    rows = table("beliefs", "verbs")
    return {form.strip(): (float(a), float(b), float(c)) for forms, a, b, c in rows for form in forms.split(",")}


def _known(who: float) -> float:
    """What is left where it is not sure who is meant: doubtful speakers of annotated stories are right more often than they seem."""
    return 0.75 + 0.25 * who


def _b(section: str) -> frozenset[str]:
    return words("beliefs", section)


class Beliefs:
    """Finds what people believe in a story."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees

    def all(self) -> Iterator[Held]:
        t = self.trees
        finders = (
            (frozenset(_verbs()), self._believed), (_b("knowing"), self._unknown), (_b("telling"), self._told),
            (_b("taking for"), self._taken), (_b("lies"), self._lied), (_b("believing"), self._trusted),
        )  # fmt: skip
        every = frozenset[str]().union(*(forms for forms, _ in finders))
        for at in (i for i, word in enumerate(t.lower) if word in every and t.told[i]):
            for forms, find in finders:
                if t.lower[at] in forms:
                    yield from find(at)
        for claim in Claims(t).all():
            spans = (claim.span, claim.denied) if claim.denied is not None else (claim.span,)
            truth: Truth = "disputed" if claim.form == "denied" else "false" if claim.denied is not None else "unknown"
            yield Held(claim.who, truth, _FORMS[claim.form] * _known(claim.sure), spans[:1], claim.clause, None, claim.denied)

    # --- thought
    def _believed(self, at: int) -> Iterator[Held]:
        t = self.trees
        clause, subject = self._content(at), t.subject(at)
        if any(t.lower[c] in ("if", "unless", "though", "whether") for c in t.all(at, "mark")):
            return  # "if I thought you cared"
        if clause < 0 or subject < 0 or t.negated(at) or t.asked(at) or t.form[at] == "Inf" or t.imperative[at]:
            return
        about = self._believer(subject)
        if (
            about.one is None
            or t.has(at, "aux", "would", "might", "could", "should", "must", "may", "will", "'ll", "can")
            or self._intention(at, clause, subject)
        ):
            return
        told, said_past, said_present = _verbs()[t.lower[at]]
        spoken, first = t.quote_row(at) >= 0, t.lower[subject] in _ME
        present = t.tense[at] == "Pres" or t.has(at, "cop", "is", "'s", "are", "'re", "am", "'m")
        if present and first:
            return  # "I think so" is an opinion
        if spoken or (t.narration.person == "first" and first and t.lower[at] == "thought" and self._past_perfect(clause)):
            sure = said_present if present else said_past
        else:
            sure = told
        first_word, last = t.bounds[t.sentence[at]]
        sure += _LONG_HELD if any(t.lower[c] in _b("long held") for c in t.all(at, "advmod")) else 0.0
        ahead = {t.lower[i] for i in range(last, min(last + 3, len(t.lower)))} | {t.lower[i] for i in range(first_word, last) if i > clause}
        sure += _TURNED if ahead & _b("turns") else 0.0
        sure *= self._opinion(clause) * self._thought_aloud(at, clause)
        sure *= 1.0 if first or not spoken or not present or t.lower[subject] != "you" else 0.85
        yield Held(about.one, "false", sure * _known(about.confidence), (t.clause(min(subject, at), max(at, clause) + 1),), clause)

    def _believer(self, subject: int) -> People:
        """Who believes; a "we" in speech is at least the speaker."""
        t, quote = self.trees, self.trees.quote(subject)
        if t.lower[subject] == "we" and quote is not None and quote.speaker is not None:
            return People((quote.speaker,), quote.confidence)
        return t.people(subject)

    def _opinion(self, clause: int) -> float:
        """What is left where the content is a matter of taste ("lovely") or is itself only thought possible."""
        t = self.trees
        taste = t.pos[clause] == "ADJ" and t.child(clause, "cop") >= 0 and t.lower[clause] not in _b("states")
        perhaps = t.has(clause, "advmod", "perhaps", "maybe") or t.has(clause, "aux", "might", "may")
        return (_TASTE if taste else 1.0) * (_PERHAPS if perhaps else 1.0)

    def _thought_aloud(self, at: int, clause: int) -> float:
        """What is left of "I thought, she will come" and of what ought to be: they tell a thought, not a mistake."""
        t = self.trees
        aloud = t.lower[min(at + 1, len(t.lower) - 1)] in (",", ":")
        ought = (
            t.has(clause, "aux", "should", "must") or t.lower[clause] == "ought" or t.has(clause, "advmod", "better", "sooner", "rather")
        )
        return _ALOUD if aloud or ought else 1.0

    def _content(self, at: int) -> int:
        """The clause that a verb or an adjective of belief has."""
        t = self.trees
        if t.pos[at] == "VERB" and (found := t.child(at, "ccomp")) >= 0:
            return found if t.quote_row(found) == t.quote_row(at) else -1
        if t.pos[at] in ("ADJ", "VERB") and t.child(at, "cop") >= 0:
            return t.child(at, "ccomp", "advcl") if t.lower[at] in ("sure", "certain", "convinced", "persuaded") else -1
        return -1

    def _past_perfect(self, clause: int) -> bool:
        return self.trees.has(clause, "aux", "had", "'d", "would")

    def _intention(self, at: int, clause: int, subject: int) -> bool:
        """ "I thought I'd come by"."""
        t = self.trees
        inner = t.child(clause, "nsubj")
        return inner >= 0 and t.lower[inner] == t.lower[subject] and t.has(clause, "aux", *_MODALS)

    def _unknown(self, at: int) -> Iterator[Held]:
        """ "I didn't know it had been salted", "she had no idea that …"."""
        t = self.trees
        verb = at
        if t.lower[at] == "idea":
            verb = t.head[at] if t.has(at, "det", "no") and t.rel[at] == "obj" else -1
        if verb < 0 or (verb == at and not (t.pos[at] == "VERB" and t.negated(at))) or t.asked(at) or t.unreal(verb):
            return
        clause, subject = t.child(at, "ccomp", "acl", "advcl"), t.subject(verb)
        past = t.has(verb, "aux", "did", "had", "'d") or t.tense[verb] == "Past"
        if t.tense[verb] != "Past" and t.has(verb, "aux", "does", "do") and subject >= 0 and t.lower[subject] not in ("i", "we", "you"):
            yield from self._unaware(at, clause, subject)
            return
        if (
            clause < 0
            or subject < 0
            or not past
            or t.has(clause, "mark", "if", "whether", "because", "when")
            or t.people(subject).one is None
        ):
            return
        about = t.people(subject)
        sure = _IGNORANCE if t.quote_row(at) >= 0 else _IGNORANCE_TOLD
        yield Held(about.one or "", "false", sure * _known(about.confidence), (t.clause(min(subject, verb), max(at, clause) + 1),), clause)

    def _unaware(self, at: int, clause: int, subject: int) -> Iterator[Held]:
        """ "He doesn't know that it is over", said of somebody else."""
        t = self.trees
        open_ = clause < 0 or t.has(clause, "mark", "if", "whether") or t.lower[at] != "know"
        asks = clause >= 0 and any(t.lower[i] in _ASKING for i in range(at, clause))
        about = t.people(subject)
        if not open_ and not asks and about.one is not None and t.quote_row(at) >= 0:
            sure = _UNAWARE * _known(about.confidence)
            yield Held(about.one, "false", sure, (t.clause(min(subject, at), max(at, clause) + 1),), clause)

    def _taken(self, at: int) -> Iterator[Held]:
        """ "He took her for the maid", "she mistook him for his brother"."""
        t = self.trees
        obj, subject = t.child(at, "obj"), t.subject(at)
        taken_for = next((c for c in t.all(at, "obl") if t.has(c, "case", "for")), -1)
        if (
            t.pos[at] != "VERB"
            or obj < 0
            or subject < 0
            or taken_for < 0
            or not t.people(obj).who
            or t.people(subject).one is None
            or not t.factor(at)
        ):
            return
        noun = t.pos[taken_for] in ("NOUN", "PROPN") and (t.has(taken_for, "det", "a", "an", "the") or t.pos[taken_for] == "PROPN")
        if t.lower[at].startswith("mist") or (
            noun and not t.lower[taken_for].endswith(("walk", "ride", "drive", "drink", "while", "time"))
        ):
            span = t.clause(min(subject, at), taken_for + 1)
            yield Held(t.people(subject).one or "", "false", _TAKEN * (1.0 if t.lower[at].startswith("mist") else 0.85), (span,))

    # --- told
    def _told(self, at: int) -> Iterator[Held]:
        """ "You told me he was dead": the one who was told had believed it."""
        t = self.trees
        hearer, clause, subject = t.child(at, "obj", "iobj"), t.child(at, "ccomp"), t.subject(at)
        if (
            hearer >= 0
            and t.lower[hearer] in _SELVES
            and clause >= 0
            and subject >= 0
            and t.tense[at] == "Past"
            and t.factor(at)
            and t.form[clause] != "Inf"
        ):
            who = t.people(subject)
            if who.one is not None and not self._intention(at, clause, subject):
                yield Held(who.one, "false", _SELF * _known(who.confidence), (t.clause(min(subject, at), clause + 1),), clause)
            return
        if (
            hearer < 0
            or clause < 0
            or subject < 0
            or t.quote_row(at) < 0
            or t.tense[at] != "Past"
            or t.has(at, "aux", "have", "'ve", "has")
            or t.negated(at)
            or t.asked(at)
        ):
            return
        who, liar = t.people(hearer), t.people(subject)
        if who.one is None or t.lower[hearer] not in _ME or t.lower[subject] != "you" or t.quote_row(clause) != t.quote_row(at):
            return
        span = t.clause(min(subject, at), max(at, clause) + 1)
        yield Held(who.one, "false", _TOLD * _known(who.confidence), (span,), clause, liar.one)

    def _trusted(self, at: int) -> Iterator[Held]:
        """ "Gran says it was a fever. I believe her."."""
        t = self.trees
        obj, subject = t.child(at, "obj"), t.subject(at)
        row = t.sentence[at]
        if (
            t.child(at, "ccomp") >= 0
            or obj < 0
            or subject < 0
            or row == 0
            or not t.people(obj).one
            or not t.people(subject).one
            or not t.factor(at)
            or t.form[at] == "Inf"
        ):
            return
        first, last = t.bounds[row - 1]
        said = next((i for i in range(first, last) if t.lower[i] in _b("saying") | _b("telling")), -1)
        if said >= 0 and t.people(t.subject(said)).one == t.people(obj).one if said >= 0 and t.subject(said) >= 0 else False:
            spans = (t.clause(said, said + 1), t.clause(at, at + 1))
            yield Held(t.people(subject).one or "", "unknown", _TRUST, spans, t.child(said, "ccomp"), t.people(obj).one)

    def _lied(self, at: int) -> Iterator[Held]:
        """ "It was a lie.": what was said right before; those who heard it believed it."""
        t = self.trees
        if t.negated(at) or t.asked(at) or t.unreal(at):
            return
        named = t.pos[at] == "NOUN" or t.child(at, "det") >= 0
        noun = named and t.child(at, "cop") >= 0 and t.has(at, "nsubj", "it", "that", "this")
        verb = t.pos[at] == "VERB" and t.lower[at] == "lied" and t.subject(at) >= 0
        if not (noun or verb):
            return
        before = [q for q in t.cast.quotes_in(max(0, t.start[at] - _NEAR), t.start[at]) if q.end <= t.start[at] and q.kind == "speech"]
        liar = t.people(t.subject(at)).one if verb else None
        last = next((q for q in reversed(before) if q.speaker and (liar is None or q.speaker == liar)), None)
        if last is None or (t.quote_row(at) >= 0 and not verb):
            return
        for who in last.addressees[:2]:
            yield Held(who, "false", _LIE * _known(last.confidence), (Span(last.start, last.end), t.clause(at, at + 1)), -1, last.speaker)


class Corrections:
    """Where the later text contradicts what was believed, or its believer learns better."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self.by_word: dict[str, list[int]] = {}
        self.learning: list[int] = []
        for at, pos in enumerate(trees.pos):
            if not trees.told[at]:
                continue
            if pos in ("VERB", "ADJ", "NOUN"):
                self.by_word.setdefault(base(trees.lower[at]), []).append(at)
            if pos == "VERB" and trees.lower[at] in _b("learning") and trees.child(at, "ccomp") >= 0:
                self.learning.append(at)

    def of(self, held: Held) -> Span | None:
        """The words that show it, None where the text has none."""
        t = self.trees
        if held.clause < 0 or base(self.trees.lower[held.clause]) in _COMMON:
            return None
        after, content = held.spans[-1].end, held.clause
        people = set(t.people(t.subject(content)).who) if t.subject(content) >= 0 else set()
        if not people:
            return None
        for at in self.by_word.get(base(t.lower[content]), ()):
            near = after <= t.start[at] < after + _WHILE and t.child(at, "cop") >= 0 and t.subject(at) >= 0
            denies = near and t.negated(at) != t.negated(content) and not t.unreal(at) and not t.asked(at)
            if denies and people == set(t.people(t.subject(at)).who):
                return t.clause(at, at + 1)
        stems = {base(t.lower[i]) for i in range(*t.subtree(content)) if t.pos[i] in ("NOUN", "PROPN", "VERB", "ADJ")}
        for at in self.learning:
            if t.start[at] >= after and t.subject(at) >= 0 and t.people(t.subject(at)).one == held.who and not t.negated(at):
                inner = t.child(at, "ccomp")
                shared = {base(t.lower[i]) for i in range(*t.subtree(inner)) if t.pos[i] in ("NOUN", "PROPN", "VERB", "ADJ")} & stems
                same = t.subject(inner) >= 0 and people == set(t.people(t.subject(inner)).who)
                if same and shared:
                    return t.clause(at, inner + 1)
        return None


class Earlier:
    """Where somebody was told what they believed, or acted on it: its words in what either said or did before."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees

    @cached_property
    def sentences(self) -> dict[str, list[int]]:
        """Stem of a word with content → the sentences in which it stands."""
        t, out = self.trees, dict[str, list[int]]()
        for at, pos in enumerate(t.pos):
            if t.told[at] and pos in ("NOUN", "PROPN", "VERB", "ADJ", "ADV"):
                rows = out.setdefault(base(t.lower[at]), [])
                if not rows or rows[-1] != t.sentence[at]:
                    rows.append(t.sentence[at])
        return out

    def of(self, held: Held) -> tuple[Span, ...]:
        """At most ``_EARLIER`` places, the last ones before it."""
        t = self.trees
        if held.clause < 0 or held.told_by is None:
            return ()
        own = t.sentence[held.clause]
        said = (held.clause, *t.all(held.clause, "obj", "obl", "xcomp", "nsubj"))
        stems = {base(t.lower[i]) for i in said if t.pos[i] in ("NOUN", "PROPN", "VERB", "ADJ", "ADV")} - _COMMON
        rare = [w for w in stems if len(w) > 2 and 1 < len(self.sentences.get(w, ())) <= _RARE]
        rows = sorted({row for w in rare for row in self.sentences[w] if row < own - 1 and self._theirs(row, held)})
        return tuple(self._words(row, rare) for row in rows[-_EARLIER:])

    def _theirs(self, row: int, held: Held) -> bool:
        t = self.trees
        first, last = t.bounds[row]
        quote = next((q for i in range(first, last) if (q := t.quote(i)) is not None), None)
        if quote is not None:
            return quote.speaker == held.who or (quote.speaker == held.told_by and held.told_by is not None)
        return any(held.who in t.people(i).who for i in range(first, last) if i in t.mention)

    def _words(self, row: int, stems: list[str]) -> Span:
        t = self.trees
        at = next(i for i in range(*t.bounds[row]) if base(t.lower[i]) in stems)
        return t.clause(at, at + 1)


def believe(trees: Trees, people: frozenset[str]) -> tuple[Belief, ...]:
    """All beliefs that may be mistaken, in order of their first evidence."""
    corrections, earlier = Corrections(trees), Earlier(trees)
    out: list[Belief] = []
    for held in Beliefs(trees).all():
        if held.who not in people:
            continue
        learned = corrections.of(held) if held.denied is None else None
        corrected = held.denied or learned
        sure = held.confidence + (_CORRECTED if learned is not None else 0.0)
        if sure >= _LEAST and not any(b.who == held.who and b.evidence[0].overlaps(held.spans[0]) for b in out):
            out.append(
                Belief(
                    who=held.who, truth="false" if learned is not None else held.truth, corrected_at=corrected,
                    told_by=held.told_by if held.told_by in people else None, evidence=(*held.spans, *earlier.of(held)),
                    confidence=round(min(0.9, sure), 3), origin=_ORIGIN,
                )
            )  # fmt: skip
    return tuple(sorted(out, key=lambda b: (b.evidence[0], b.who)))


def _run(trees: Trees, characters: tuple[Any, ...]) -> Mapping[str, Any]:
    return {"beliefs": believe(trees, frozenset(c.id for c in characters))}


STEP = Step(name="beliefs", version="2", needs=("trees", "characters"), gives=("beliefs",), run=_run)
