"""The shortest answering stretch of a passage, by the kind of the question. Each rule returns ranges with a strength (0 to 1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fabula.ask.language import in_class, is_content, stem, synonyms, word_list
from fabula.ask.phrases import Range, clause_around, clauses_of, is_break, noun_phrase, noun_phrases, places, quantities, reasons, times
from fabula.ask.question import Question
from fabula.ask.view import SentenceView, Word
from fabula.lexicons import words
from fabula.spans import Span

if TYPE_CHECKING:
    from fabula.world.world import World

_CONSEQUENCE = re.compile(r"(?i)what (?:happens|happened|will happen|would happen|follows)\b.*\b(?:if|when|after|unless)\b")
_DOING = re.compile(
    r"(?i)what (?:must|should|can|could|may|will|would|do|does|did|has|had) (?:.+ )?(?:do|done|happen(?:ed)?)\b|what happen(?:s|ed) to\b"
)
_POSSESSIVES = frozenset(("my", "your", "his", "her", "their", "our"))
_OWNER_REACH = 3
_SUBJECT_REACH = 4
_CONDITIONS = frozenset(("when", "if", "after", "before", "until", "once", "unless", "whenever"))
_NEAR_ENOUGH = 7
_LONGEST_CLAUSE = 18


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: its words, the sentence it stands in, and how well it answers the question."""

    text: str
    span: Span
    strength: float


def verb_of(question: Question) -> str | None:
    """The stem of the question's main verb: the first content word after the question's subject, or the last content word."""
    words = question.rest.split()
    outside = [s for s in question.stems if not in_class(s, "numbers")]
    if question.kind in ("what", "where") and words and words[0].lower() in ("is", "are", "was", "were"):
        outside = [s for w in words if (s := stem(w.strip(",.?!"))) in outside and re.search(r"(?:ing|ed|en)\W*$", w)]
    if not outside:
        return None
    if question.kind == "who" and not _has_auxiliary(words):
        return outside[0]
    if question.named and _has_auxiliary(words):
        cut = question.named[0].end
        after = [s for s in question.stems if _position(question, s) >= cut]
        return after[0] if after else outside[0]
    return outside[0]


def _has_auxiliary(words: list[str]) -> bool:
    return bool(words) and in_class(words[0], "auxiliaries")


def _position(question: Question, wanted: str) -> int:
    at = 0
    for w in question.text.split():
        at = question.text.find(w, at)
        if stem(w.strip("?,.!\"'")) == wanted:
            return at
        at += len(w)
    return -1


def extract(world: World, question: Question, view: SentenceView) -> list[Candidate]:
    """Candidates of one sentence, in no order."""
    return [c for c in _RULES[question.kind](world, question, view) if c.text and _tells(question, c)]


def _tells(question: Question, candidate: Candidate) -> bool:
    """Whether a candidate says anything that the question does not say itself."""
    asked = {x for s in question.stems for x in (s, *synonyms().get(s, ()))} | {stem(w) for w in question.words}
    told = {stem(w) for w in word_list(candidate.text) if is_content(w) or in_class(w, "numbers") or w[0].isdigit()}
    return bool(told - asked) or question.kind == "when" or (question.kind == "who" and bool(told))


def matched(question: Question, view: SentenceView) -> list[int]:
    """Positions of the words that the question names."""
    wanted = {x for s in question.stems for x in (s, *synonyms().get(s, ()))}
    return view.where(frozenset(wanted))


def _anchor(question: Question, view: SentenceView) -> list[int]:
    verb = verb_of(question)
    at = view.where(frozenset({verb, *synonyms().get(verb, ())})) if verb else []
    return at or matched(question, view)


def _nearness(found: Range, anchors: list[int]) -> float:
    """1 beside an anchor, falling to 0.3 far from all of them."""
    if not anchors:
        return 0.3
    gap = min(min(abs(found[0] - a), abs(found[1] - 1 - a)) for a in anchors)
    return max(0.3, 1.0 - 0.07 * gap)


def _said(world: World, view: SentenceView, found: Range) -> Candidate:
    span = view.cut(*found)
    return Candidate(" ".join(span.of(world.text).split()), span, 0.0)


def _with(world: World, view: SentenceView, found: Range, strength: float) -> Candidate:
    c = _said(world, view, found)
    return Candidate(c.text, c.span, strength)


def _verbs(question: Question, view: SentenceView) -> list[int]:
    verb = verb_of(question)
    return view.where(frozenset({verb, *synonyms().get(verb, ())})) if verb else []


def _who(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    if question.wh == "whose":
        yield from _whose(world, question, view)
        return
    anchors, verbs = _anchor(question, view), _verbs(question, view)
    asks_object = _has_auxiliary(question.rest.split()) and bool(question.named)
    yield from _speaker(world, question, view)
    seen: set[int] = set()
    for i, w in enumerate(view.words):
        m = w.mention
        if m is None or m.start in seen or len(m.who) != 1 or m.who[0] in question.ids:
            continue
        seen.add(m.start)
        last = max(k for k, x in enumerate(view.words) if x.mention is m)
        strength = 0.75 * _nearness((i, last + 1), anchors)
        if verbs and (any(0 < i - v <= 3 for v in verbs) if asks_object else _subject_of(view, i, last, verbs)):
            strength = 1.0
        elif i > 0 and view.words[i - 1].isa("prepositions"):
            strength *= 0.7
        yield Candidate(world.characters[m.who[0]].name, view.span, strength * (0.6 + 0.4 * m.confidence))
    if not seen and verbs and not asks_object:
        for found in noun_phrases(view):
            if 0 < verbs[0] - found[1] + 1 <= 3 and not set(range(*found)) & set(matched(question, view)) and not _timely(view, found):
                yield _with(world, view, found, 0.6)


def _whose(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    """Who stands as owner before the thing asked about: "Ann's coat", "his old coat"."""
    for at in view.where(frozenset(question.stems[:1])):
        for w in view.words[max(0, at - _OWNER_REACH) : at]:
            owns = w.mention is not None and len(w.mention.who) == 1 and w.mention.who[0] not in question.ids
            if (
                owns
                and w.mention is not None
                and (w.text.lower() in _POSSESSIVES or world.text[w.mention.end : w.mention.end + 2] in ("'s", "’s"))
            ):
                yield Candidate(world.name_of(w.mention.who[0]), view.span, 1.0)


def _timely(view: SentenceView, found: Range) -> bool:
    return any(view.words[k].isa("time_nouns") for k in range(*found))


def _speaker(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    """Who says, asks, tells, warns: the speaker of a quotation with the words."""
    quote = world.cast.quote_at(view.span.start + 1)
    asks_speaker = not _has_auxiliary(question.rest.split()) and verb_of(question) is not None and _is_speech(question)
    if asks_speaker and quote and quote.speaker and quote.speaker not in question.ids:
        yield Candidate(world.name_of(quote.speaker), view.span, 0.6 + 0.4 * quote.confidence)


def _is_speech(question: Question) -> bool:
    first = question.rest.split()[0] if question.rest else ""
    return stem(first) in {stem(v) for v in words("speech_verbs", "core") | words("speech_verbs", "tell")}


def _subject_of(view: SentenceView, i: int, last: int, verbs: list[int]) -> bool:
    """Whether the mention at ``i`` to ``last`` is the subject of one of the verbs: before it with nobody else between, or after "by"."""
    if i > 1 and view.words[i - 1].text.lower() == "by" and any(0 < i - v <= 4 for v in verbs):
        return True
    if i > 0 and view.words[i - 1].isa("prepositions"):
        return False
    for v in verbs:
        between = view.words[last + 1 : v]
        stopped = any(b.text in ";:.?!" or b.text[0] in '"“”' or b.mention is not None for b in between)
        if 0 < v - last <= _NEAR_ENOUGH and not stopped:
            return True
    return False


def _what(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    if _CONSEQUENCE.match(question.text):
        yield from consequence(world, question, view)
    elif _DOING.match(question.text):
        yield from _doing(world, question, view)
    else:
        yield from _thing(world, question, view)


def _thing(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors, verbs = matched(question, view), _verbs(question, view)
    taken = set(anchors)
    last = question.words[-1].lower() if question.words else ""
    first = question.words[0].lower() if question.words else ""
    hanging = next((w for w in (last, first) if in_class(w, "prepositions") and w not in ("by", "of")), None)
    for found in noun_phrases(view):
        inside = set(range(*found))
        if inside & taken or any(_is_named(view.words[k], question) for k in inside) or _is_bare(view, found) or _timely(view, found):
            continue
        if all(view.words[k].text.isdigit() for k in inside):
            continue  # a year or a number is no thing
        strength = 0.45 * _nearness(found, anchors)
        before = view.words[found[0] - 1].text.lower() if found[0] else ""
        if hanging and before == hanging:
            strength = 1.0 if anchors and found[0] - 1 > min(anchors) else 0.8
        elif any(v < found[0] <= v + 3 and not any(_parts(view, k) for k in range(v, found[0])) for v in verbs):
            strength = 0.95 * _verb_fits(question, view, verbs)
        elif _exists(view, found[0]) and anchors and max(anchors) > found[0]:
            strength = 0.9
        else:
            strength *= 0.4 if hanging else 1.0
        yield _with(world, view, found, strength * _nounlike(view, found))


def _parts(view: SentenceView, i: int) -> bool:
    return is_break(view, i) or view.words[i].text.lower() in ("and", "or", "but")


def _verb_fits(question: Question, view: SentenceView, verbs: list[int]) -> float:
    """Less than 1 where the verb has another subject than the question's, or says what must be when the question asks what was."""
    fits = 1.0
    for v in verbs[:1]:
        before = view.words[max(0, v - _SUBJECT_REACH) : v]
        subject = next((w.mention for w in reversed(before) if w.mention is not None), None)
        if subject is not None and question.named and subject.who and not set(subject.who) & set(question.ids):
            fits *= 0.5
        asks_fact = any(w.lower() in ("did", "was", "were", "had") for w in question.words[:3])
        if asks_fact and any(w.isa("modals") for w in before[-2:]):
            fits *= 0.6
    return fits


def _exists(view: SentenceView, i: int) -> bool:
    """Whether "there is" stands before word ``i``."""
    return i >= 2 and view.words[i - 2].text.lower() == "there" and view.words[i - 1].isa("auxiliaries")


def consequence(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    """The other half of a sentence that says the condition ("if …, this"; "… or this")."""
    anchors = matched(question, view)
    if not anchors:
        return
    clauses = clauses_of(view)
    for k, clause in enumerate(clauses):
        opening = view.words[clause[0]].text.lower()
        hits = sum(clause[0] <= a < clause[1] for a in anchors)
        others = [c for c in clauses if c is not clause and sum(c[0] <= a < c[1] for a in anchors) <= hits / 2 and c[1] - c[0] > 2]
        if hits and others and opening in ("if", "when", "unless", "after", "once", "whoever"):
            yield _with(world, view, (others[0][0], others[-1][1]) if others[0][0] > clause[0] else others[0], 1.0)
        elif hits and k + 1 < len(clauses) and view.words[clauses[k + 1][0]].text.lower() in ("or", "otherwise"):
            yield _with(world, view, (clauses[k + 1][0] + 1, clauses[k + 1][1]), 1.0)


def _doing(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    """What somebody does: the clause with the words of the question, from its verb on."""
    anchors = matched(question, view)
    for clause in clauses_of(view):
        opening = view.words[clause[0]].text.lower()
        first = clause[0]
        while first < clause[1] and (
            view.words[first].mention is not None or view.words[first].isa("breaks") or not view.words[first].is_word
        ):
            first += 1
        if opening in ("if", "when", "unless", "because") or clause[1] - first < 2:
            continue
        hits = sum(first <= a < clause[1] for a in anchors)
        told = {view.words[k].stem for k in range(first, clause[1]) if not view.words[k].isa("stop")} - set(question.stems)
        if len(told) >= 2:
            yield _with(world, view, (first, clause[1]), 0.85 if hits else 0.65)


def _nounlike(view: SentenceView, found: Range) -> float:
    """How likely a stretch without a determiner is a noun phrase and no verb or adjective."""
    first = view.words[found[0]]
    if first.isa("determiners") or first.text[0].isupper() or first.text[0].isdigit():
        return 1.0
    before = view.words[found[0] - 1] if found[0] else None
    if before is not None and (before.mention is not None or before.text.lower() == "to" or before.isa("auxiliaries")):
        return 0.4
    return 0.85 if before is not None and before.isa("prepositions") else 0.7


def _is_named(word: Word, question: Question) -> bool:
    return word.mention is not None and bool(set(word.mention.who) & set(question.ids)) and word.mention.end - word.mention.start < 25


def _is_bare(view: SentenceView, found: Range) -> bool:
    """A single word with neither article nor capital is as likely a verb or an adjective as a noun."""
    return all(view.words[k].isa("stop") or view.words[k].isa("determiners") for k in range(*found))


def _when(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors, fits = _anchor(question, view), _verb_fits(question, view, _verbs(question, view))
    for span in times(world.text, view.span):
        first = next((i for i, w in enumerate(view.words) if w.end > span.start), 0)
        yield Candidate(span.of(world.text), span, (0.9 * _nearness((first, first + 1), anchors) + 0.1) * fits)
    said = matched(question, view)
    for clause in clauses_of(view):
        inside = sum(clause[0] <= a < clause[1] for a in said)
        if view.words[clause[0]].text.lower() in _CONDITIONS and inside < len(said) - inside:
            yield _with(world, view, clause, 0.6)


def _where(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors, taken = _anchor(question, view), set(matched(question, view))
    fits = _verb_fits(question, view, _verbs(question, view))
    for found in places(view):
        if not set(range(found[0] + 1, found[1])) <= taken and not all(
            _is_named(view.words[k], question) for k in range(found[0] + 1, found[1])
        ):
            after = anchors and found[0] > min(anchors)
            apart = not after and anchors and any(_parts(view, k) for k in range(found[1], min(anchors)))
            weak = 0.6 if view.words[found[0]].text.lower() in ("of", "by", "against") else 1.0
            weak *= (0.3 if _infinitive(view, found) else 1.0) * (0.6 if apart else 1.0)
            yield _with(world, view, found, weak * (0.95 if after else 0.8) * _nearness(found, anchors) * fits)


def _infinitive(view: SentenceView, found: Range) -> bool:
    """ "to go": "to" before a bare word is a verb's more often than a place's."""
    after = view.words[found[0] + 1]
    bare = not (after.isa("determiners") or after.text[0].isupper() or after.isa("bare_places"))
    return view.words[found[0]].text.lower() == "to" and bare


def _how_many(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors = matched(question, view)
    counted = _counted(question)
    for found in quantities(view):
        strength = 0.7 * _nearness(found, anchors) * (0.3 if view.words[found[0]].text.lower() in ("no", "both") else 1.0)
        stems = {view.words[k].stem for k in range(found[0], min(len(view.words), found[1] + 2))}
        if counted and counted & stems:
            strength = 1.0
        elif counted == _DURATION or (question.has("much") and _timely(view, found)):
            strength *= 0.4
        denied = next(
            (c for c in clauses_of(view) if c[0] <= found[0] < c[1] and any(view.words[k].isa("negations") for k in range(c[0], found[0]))),
            None,
        )
        yield _with(world, view, denied or found, strength)


_DURATION = frozenset({"day", "hour", "minut", "week", "month", "year", "night", "second"})


def _counted(question: Question) -> frozenset[str]:
    """The stems of what a "how many" question counts."""
    words = [w.lower() for w in question.words]
    if len(words) < 3 or words[1] == "much":
        return frozenset()
    if words[1] in ("long", "old"):
        return _DURATION
    return frozenset({stem(words[2])}) if words[1] == "many" else frozenset()


def _why(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    for found in reasons(view):
        yield _with(world, view, found, 0.9)
    anchors = _anchor(question, view)
    for i, w in enumerate(view.words):
        if (
            w.text.lower() == "to"
            and anchors
            and 0 < i - min(anchors) <= 10
            and i + 1 < len(view.words)
            and not view.words[i + 1].isa("determiners")
            and not _is_somebody(view.words[i + 1])
        ):
            yield _with(world, view, (i, clause_around(view, i)[1]), 0.4)


def _is_somebody(word: Word) -> bool:
    """ "to Ann" and "to everybody" tell no reason, as "to win" does."""
    return word.mention is not None or word.text.lower() in words("persons", "indefinite")


def _how(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    anchors = _anchor(question, view)
    for i, w in enumerate(view.words):
        if w.text.lower() in ("by", "with") and anchors and i + 1 < len(view.words) and (found := noun_phrase(view, i + 1)):
            yield _with(world, view, (i, found[1]), 0.8 * _nearness((i, found[1]), anchors))
    for clause in clauses_of(view):
        hits = any(clause[0] <= a < clause[1] for a in anchors)
        if 3 <= clause[1] - clause[0] <= _LONGEST_CLAUSE:
            yield _with(world, view, clause, 0.6 if hits else 0.15)


def _nothing(world: World, question: Question, view: SentenceView) -> Iterator[Candidate]:
    return iter(())


_RULES: dict[str, Callable[[World, Question, SentenceView], Iterator[Candidate]]] = {
    "who": _who, "what": _what, "when": _when, "where": _where, "how_many": _how_many, "why": _why, "how": _how, "yes_no": _nothing,
}  # fmt: skip
