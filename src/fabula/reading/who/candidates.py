"""Features of a mention and of each person, or group of people, that it may mean. The names of ``FEATURES`` are stored in the weights."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log1p

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.who.clauses import Clauses
from fabula.reading.who.history import History, Record
from fabula.reading.who.links import Alone, Spread, log_share
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person, fit_table
from fabula.reading.who.spots import Part, Spot, is_kin, person_nouns

NEW, NOBODY = -2, -3
"""Candidates that are nobody met so far: somebody new, and no definite person at all."""

Candidate = tuple[int, ...]
Linked = tuple[Spread, Alone]
"""What links make of a mention: with all that is decided so far, and by themselves."""

OF_MENTION = (
    "pronoun", "subject", "object", "possessive", "reflexive", "he", "she", "they", "plural", "speech", "definite", "indefinite", "kin",
    "role", "opens_paragraph", "opens_sentence", "tag", "beat", "quoted_before", "quoted_after", "quantifier", "owned", "predicate",
    "negated", "rivals", "nobody_near", "link_known", "link_followed", "stand_in", "other",
)  # fmt: skip
OF_CANDIDATE = (
    "new", "nobody", "group", "size", "fit", "fits", "fit_unknown", "same_sentence", "sentence_before", "sentences", "tokens",
    "paragraphs", "same_paragraph", "last_subject", "last_object", "last_possessive", "last_name", "last_nominal", "last_vocative",
    "last_in_same_voice", "same_part", "told_sentences", "level_now", "level_page", "level_part", "share_now", "share_page",
    "first_now", "first_recent", "clause_subject", "clause_subject_possessive", "same_verb", "upper_subject", "subject_before",
    "paragraph_subject", "talked", "uses", "mentions", "subjects", "inner_share", "narrator", "spoke_last", "spoke_before_last",
    "told_last", "speaks_here", "told_here", "speaks_near", "speaks_in_paragraph", "decided", "same_head", "nominal_is_head",
    "is_owner", "joined", "named_here", "last_group", "present_all", "has_speaker", "company", "same_we", "gender_of_head", "described",
    "least_attended", "left_out", "coordinated", "talkers",
    "link", "link_share", "link_best", "link_none", "link_group", "walked", "walked_share", "walked_best", "named", "named_best",
)  # fmt: skip
FEATURES = OF_MENTION + OF_CANDIDATE
_STAND_IN, _OTHER = OF_MENTION.index("stand_in"), OF_MENTION.index("other")
_AT = {name: i for i, name in enumerate(FEATURES)}
_FAR = 60
_FAINT = 1e-3  # attention that counts as none


@dataclass(slots=True)
class Talk:
    """What is decided of the quotations so far: people by quotation with their probability."""

    speakers: dict[int, tuple[int, ...]] = field(default_factory=dict)
    addressees: dict[int, tuple[int, ...]] = field(default_factory=dict)
    posterior: dict[int, dict[int, float]] = field(default_factory=dict)
    tags: dict[int, int] = field(default_factory=dict)
    """Row of the spot of a tag → its quotation."""
    beats: dict[int, int] = field(default_factory=dict)
    """Row of the spot that opens a beat → its quotation."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is the same for all people who may be meant by a mention: the subjects of its clause and of the one above, and the talk."""

    subject: Candidate
    upper: Candidate
    spoke_last: Candidate
    spoke_before: Candidate
    told_last: Candidate
    speaks_here: Candidate
    told_here: Candidate
    speaks_near: Candidate
    beside: tuple[int, ...]
    decided: int


Level = tuple[float, float, int, int]
"""Sums of attention over the candidates, now and on this page; who has most of it now; who was mentioned last."""


class Describer:
    """Turns (mention, candidate) into features, given the history so far. One per pass over a page."""

    def __init__(self, page: Page, spots: Sequence[Spot], people: Sequence[Person], talk: Talk, narrator: int) -> None:
        self.page, self.spots, self.people, self.talk, self.narrator = page, spots, people, talk, narrator
        self.clauses = Clauses(page, spots)
        self.fit = fit_table(list(people))
        self.history = History()
        self.inner = words("scenes", "inner") | words("scenes", "perceiving")
        self._indefinite, self._negated = words("grammar", "indefinite"), words("persons", "indefinite")
        self._quotes_by_paragraph: dict[int, list[int]] = {}
        for q, (a, b) in enumerate(page.quotes):
            if b > a:
                self._quotes_by_paragraph.setdefault(page.paragraph[a], []).append(q)
        self._quote_ends = [b for _, b in page.quotes]
        self.told_subject: list[int] = [-1, -1]
        """Rows of the last two subjects of narration."""
        self.paragraph_subject: tuple[int, int] = (-1, -1)

    def add(self, person: Person) -> None:
        """A person who was not there when the pass began."""
        self.fit += fit_table([person])

    # --- the mention
    def is_inner(self, s: Spot) -> bool:
        return s.part == Part.SUBJECT and s.quote < 0 and self.page.head[s.at] >= 0 and self.page.lower[self.page.head[s.at]] in self.inner

    def quote_beside(self, s: Spot) -> tuple[int, int]:
        """The quotations of its paragraph that stand right before and right after a mention of the narration; -1 where there is none."""
        before = after = -1
        if s.quote < 0:
            for q in self._quotes_by_paragraph.get(self.page.paragraph[s.first], ()):
                if self.page.quotes[q][1] <= s.first:
                    before = q
                elif after < 0:
                    after = q
        return before, after

    def mention(self, k: int) -> list[float]:
        """Features of the mention itself."""
        page, s = self.page, self.spots[k]
        first = page.lower[s.first]
        before, after = self.quote_beside(s)
        opens_paragraph = s.first == 0 or page.paragraph[s.first - 1] != page.paragraph[s.first]
        opens_sentence = s.first == 0 or page.sentence[s.first - 1] != s.sentence
        out = [0.0] * len(OF_MENTION)
        out[0] = s.kind == MentionKind.PRONOUN
        out[1:5] = [s.part == Part.SUBJECT, s.part == Part.OBJECT, s.part == Part.POSSESSIVE, s.part == Part.REFLEXIVE]
        out[5:9] = [s.gender == "he", s.gender == "she", s.gender == "they", s.plural]
        out[9] = s.quote >= 0
        if s.kind == MentionKind.NOMINAL:
            out[10], out[11] = s.definite, first in self._indefinite
            out[12], out[13] = is_kin(s.head), s.head in person_nouns()
            out[20] = page.pos[s.at] in ("NUM", "DET") or first in ("all", "both", "each", "either", "neither", "none", "any", "one")
            out[21] = s.owner >= 0
            out[22] = any(page.rel[i] == "cop" for i in range(s.last, min(s.last + 1, len(page)))) or (
                s.first > 0 and page.rel[s.first - 1] == "cop" and page.head[s.first - 1] == s.at
            )
            out[23] = first in self._negated or first in ("no", "every", "any", "such", "each")
        out[14], out[15] = opens_paragraph, opens_sentence
        out[16], out[17] = k in self.talk.tags, k in self.talk.beats
        out[18], out[19] = before >= 0, after >= 0
        out[_STAND_IN], out[_OTHER] = s.stand_in, s.head in words("stand_ins", "not_the_last")
        return [float(v) for v in out]

    # --- one candidate
    def around(self, k: int) -> Around:
        """What its clause and the talk around it say of mention ``k``."""
        s = self.spots[k]
        clause = self.clauses.clause(s.at)
        above = self.clauses.above(clause)
        subject, upper = self.clauses.subject_of(clause), self.clauses.subject_of(above) if above >= 0 else -1
        beside = self.quote_beside(s)
        before = beside[0] if beside[0] >= 0 else bisect_right(self._quote_ends, s.first) - 1
        last = s.quote - 1 if s.quote >= 0 else before
        speakers, told = self.talk.speakers, self.talk.addressees
        spoke_last = speakers.get(last, ())
        others = (speakers.get(last - d, ()) for d in range(1, 5))
        return Around(
            subject=self._who(subject) if subject != k else (),
            upper=self._who(upper) if upper != k else (),
            spoke_last=spoke_last,
            spoke_before=next((who for who in others if who and who != spoke_last), ()),
            told_last=told.get(last, ()),
            speaks_here=speakers.get(s.quote, ()),
            told_here=told.get(s.quote, ()),
            speaks_near=tuple(p for d in (-2, -1, 1, 2) for p in speakers.get(s.quote + d, ())) if s.quote >= 0 else (),
            beside=tuple(q for q in beside if q >= 0),
            decided=self.talk.tags.get(k, self.talk.beats.get(k, -1)),
        )

    def _who(self, row: int) -> Candidate:
        return self.spots[row].who if row >= 0 else ()

    @staticmethod
    def linked(who: Candidate, linked: Linked | None) -> list[float]:
        """From ``link`` to ``named_best``: how likely the mention refers back to this person, or to nobody; of a group, to just this group;
        and what links alone make of it. Without links, nothing.
        """
        if linked is None:
            return [0.0] * 10
        spread, alone = linked
        share = spread.none if who[0] < 0 else spread.people.get(who[0], 0.0) if len(who) == 1 else 0.0
        walked = alone.walked.get(who[0], 0.0) if len(who) == 1 else 0.0
        named = alone.named.get(who[0], 0.0) if len(who) == 1 else 0.0
        return [
            log_share(share), share, float(share == spread.best), spread.none, spread.groups.get(who, 0.0),
            log_share(walked), walked, float(0.0 < walked == alone.most_walked), named, float(0.0 < named == alone.most_named),
        ]  # fmt: skip

    def candidate(self, s: Spot, p: int, around: Around, level: Level, linked: Linked | None) -> list[float]:
        """Features of one person, in the order of ``OF_CANDIDATE``. ``level``: from :meth:`levels`."""
        r = self.history.of.get(p) or Record()
        r.fade_to(s.sentence)
        person = self.people[p]
        fit = self.fit[p].get(s.gender, 1.0) if s.gender != "unknown" else 1.0
        nominal = s.kind == MentionKind.NOMINAL
        now, whole_page, first_now, first_recent = level
        last = self.spots[r.last] if r.last >= 0 else None
        return [
            0.0, 0.0, 0.0, 0.0,  # new, nobody, group, size
            fit, fit == 1.0, 0.0 < fit < 1.0,
            *self._distance(s, r, last),
            log1p(5 * r.level[0]), log1p(2 * r.level[1]), log1p(r.level[2]),
            r.level[0] / max(now, r.level[0], _FAINT), r.level[1] / max(whole_page, r.level[1], _FAINT),
            p == first_now, p == first_recent,
            *self._grammar(s, p, last, around),
            log1p(r.talk_level(s.sentence)),
            log1p(person.uses) / 5, log1p(r.mentions) / 5,
            r.subjects / r.told if r.told else 0.0, min(1.0, 4 * r.inner / r.told) if r.told else 0.0,
            p == self.narrator,
            *self._conversation(p, around),
            nominal and s.head in r.heads,
            nominal and (person.nominal == s.head or s.head in person.titles),
            nominal and s.owner >= 0 and p in self.spots[s.owner].who,
            last is not None and self.page.rel[s.at] == "conj" and self.page.head[s.at] == last.at,
            nominal and last is not None and last.sentence == s.sentence and last.kind == MentionKind.NAME,
            0.0, 0.0, 0.0, 0.0, 0.0,  # last_group, present_all, has_speaker, company, same_we
            self.fit[p].get(s.gender, 0.0) if nominal and s.gender in ("he", "she") else 0.0,
            not person.forms,
            0.0, 0.0, 0.0, 0.0,  # least_attended, left_out, coordinated, talkers
            *self.linked((p,), linked),
        ]  # fmt: skip

    def _distance(self, s: Spot, r: Record, last: Spot | None) -> list[float]:
        """From ``same_sentence`` to ``told_sentences``."""
        if last is None:
            far = log1p(_FAR)
            return [0.0, 0.0, far, log1p(2000), far, *(0.0,) * 9, far]
        page = self.page
        apart = s.sentence - last.sentence
        paragraphs = page.paragraph[s.first] - page.paragraph[last.first]
        told = s.sentence - self.spots[r.last_told].sentence if r.last_told >= 0 else _FAR
        return [
            apart == 0, apart == 1, log1p(min(apart, _FAR)), log1p(min(max(s.first - last.first, 0), 2000)), log1p(min(paragraphs, _FAR)),
            paragraphs == 0, last.part == Part.SUBJECT, last.part == Part.OBJECT, last.part == Part.POSSESSIVE,
            last.kind == MentionKind.NAME, last.kind == MentionKind.NOMINAL, last.vocative, (last.quote < 0) == (s.quote < 0),
            last.part == s.part, log1p(min(max(told, 0), _FAR)),
        ]  # fmt: skip

    def _grammar(self, s: Spot, p: int, last: Spot | None, around: Around) -> list[float]:
        """From ``clause_subject`` to ``paragraph_subject``."""
        free = s.part not in (Part.POSSESSIVE, Part.REFLEXIVE)
        verb = self.page.head[s.at] if s.at >= 0 else -1
        same_verb = last is not None and verb >= 0 and last.at >= 0 and self.page.head[last.at] == verb and last.quote == s.quote
        paragraph, row = self.paragraph_subject
        return [
            p in around.subject and free, p in around.subject and not free, same_verb, p in around.upper,
            p in self._who(self.told_subject[-1]), paragraph == self.page.paragraph[s.first] and p in self._who(row),
        ]  # fmt: skip

    def _conversation(self, p: int, around: Around) -> list[float]:
        """From ``spoke_last`` to ``decided``."""
        posterior = self.talk.posterior
        return [
            p in around.spoke_last, p in around.spoke_before, p in around.told_last, p in around.speaks_here, p in around.told_here,
            p in around.speaks_near, max((posterior.get(q, {}).get(p, 0.0) for q in around.beside), default=0.0),
            posterior.get(around.decided, {}).get(p, 0.0),
        ]  # fmt: skip

    def group(self, parts: list[list[float]], who: Candidate, s: Spot, marks: dict[str, float]) -> list[float]:
        """Features of several people together: the means of theirs, and what marks the group."""
        out = [sum(column) / len(parts) for column in zip(*parts, strict=True)]
        base = len(OF_MENTION)
        out[_AT["group"] - base] = 1.0
        out[_AT["size"] - base] = min(len(who), 6) / 3
        out[_AT["fit"] - base] = out[_AT["fits"] - base] = 1.0
        for name, value in marks.items():
            out[_AT[name] - base] = value
        return out

    def dummy(self, which: int, linked: Linked | None) -> list[float]:
        out = [0.0] * len(OF_CANDIDATE)
        out[0 if which == NEW else 1] = 1.0
        out[_AT["link"] - len(OF_MENTION) :] = self.linked((which,), linked)
        return out

    def levels(self, s: Spot, people: Sequence[int]) -> Level:
        """What each candidate is compared with."""
        records = [(p, r) for p in people if (r := self.history.of.get(p)) is not None]
        for _, r in records:
            r.fade_to(s.sentence)
        if not records:
            return 0.0, 0.0, -1, -1
        now, page = (sum(r.level[i] for _, r in records) for i in range(2))
        return now, page, max(records, key=lambda x: x[1].level[0])[0], max(records, key=lambda x: x[1].last)[0]
