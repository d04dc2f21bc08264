"""What speaks for and against each candidate for a turn of speech: tags, beats, names in the speech, who is there, who was called.

Features only; what they weigh is learned (``training/who``). The names of ``OF_SPEAKER`` and the order of ``OF_PAIR`` and ``OF_SKIP`` are
stored in the weights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, log1p

import numpy as np
from numpy.typing import NDArray

from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.who.links import DOUBT, Links, log_share, meant_now
from fabula.reading.who.page import Page
from fabula.reading.who.people import Person, fit_table
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.tags import Cue
from fabula.reading.who.turns import Turn

Matrix = NDArray[np.float32]
Amounts = defaultdict[int, float]
Shares = Mapping[int, float]

OF_SPEAKER = (
    "tag_is", "tag_other", "tag_narrator", "tag_not_narrator", "tag_fits", "tag_unknown", "tag_misfits", "tag_share", "tag_log_share",
    "tag_nominal", "no_tag", "before_is", "before_other", "before_share", "before_misfits", "colon", "after_is", "after_other",
    "after_share", "after_misfits", "possessive_is", "possessive_other", "beat_narrator", "object_here", "vocative_self", "own_name",
    "introduced", "tag_to", "wide", "near", "first_wide", "first_near", "near_before", "actor_before", "near_after", "actor_after",
    "narrator", "called_before", "called_two_before", "called_after", "someone_called_before", "described", "uses", "talked_of",
    "first_turn", "alone", "tags_in_talk", "tag_near", "called_in_talk", "named_in_talk", "beats_in_talk",
    "link_speaker", "link_speaker_share", "link_speaker_best", "link_told", "link_told_share", "link_named_speaker", "link_named_told",
)  # fmt: skip
OF_PAIR = (
    "always", "touching", "same_paragraph", "next_paragraph", "gap_one", "gap_more", "asked", "asked_next_paragraph", "tagged",
    "both_tagged", "cut_off", "opens_with_beat", "ends_with_beat", "beat_other_side", "long_before", "answers", "two_speak",
)  # fmt: skip
OF_SKIP = ("always", "together", "gap", "asked_between", "beat_between", "same_paragraph", "two_speak")  # fmt: skip
_AT = {name: i for i, name in enumerate(OF_SPEAKER)}
_LINKS = slice(_AT["link_speaker"], _AT["link_named_told"] + 1)

_BEFORE, _AFTER = 6, 2  # paragraphs around a turn whose narration tells who is there
_LOOK_BACK = 8  # paragraphs before a conversation in which its people may have been named
_NEAR_DECAY, _NEAR_AFTER = 0.64, 0.3
CANDIDATES = 8
LINKED = 2.0
"""How much a certain link of a quotation is worth when candidates are chosen, against a mention nearby."""


@dataclass(slots=True)
class Presence:
    """Who is named where: look-ups over the mentions of a page. What is written (letters, chats) makes nobody present.

    ``seen``: people named or described in the narration; ``first_named``, ``first_told``: row of a person's first name, anywhere and
    in narration.
    """

    by_paragraph: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    narrated: dict[int, Amounts] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    first_named: dict[int, int] = field(default_factory=dict)
    first_told: dict[int, int] = field(default_factory=dict)


def presence_of(page: Page, spots: list[Spot], narrator: int = -1) -> Presence:
    """Look-ups for all spots of a page. Whom the narration itself speaks to (the reader of a letter) is not there."""
    out = Presence()
    for k, s in enumerate(spots):
        if s.quote < 0 and (s.vocative or s.grammatical_person == 2) and s.who != (narrator,):
            continue
        if s.kind == MentionKind.NAME and s.who:
            out.first_named.setdefault(s.who[0], k)
            if s.quote < 0:
                out.first_told.setdefault(s.who[0], k)
        if s.quote < 0 and s.kind != MentionKind.PRONOUN:
            out.seen.update(s.who)
        if page.apart[s.first]:
            continue
        out.by_paragraph[page.paragraph[s.first]].append(k)
        if s.quote < 0:
            amounts = out.narrated.setdefault(page.paragraph[s.first], defaultdict(float))
            for p in s.who:
                amounts[p] += 1.0 if s.kind == MentionKind.NAME else 0.7 * s.confidence
    return out


@dataclass(slots=True)
class _Answering:
    """The mentions that may answer for a quotation: names (rows of spots), the narrator's, and all others by person.

    ``summed``: the people they make together, when the names meant ``meant``.
    """

    names: list[tuple[int, float]] = field(default_factory=list)
    narrator: float = 0.0
    others: dict[int, float] = field(default_factory=dict)
    meant: list[tuple[int, ...]] = field(default_factory=list)
    summed: tuple[Shares, Shares] | None = None


def _means(found: Sequence[tuple[Shares, Shares]], people: Sequence[int]) -> tuple[list[float], list[float]]:
    """The mean shares of people over the quotations of a turn, by all mentions and by names alone."""
    if len(found) == 1:
        by_all, by_names = found[0]
        return [by_all.get(p, 0.0) for p in people], [by_names.get(p, 0.0) for p in people]
    first, second = ([sum(f[i].get(p, 0.0) for f in found) / len(found) for p in people] for i in range(2))
    return first, second


@dataclass(slots=True)
class Evidence:
    """Features of the turns of one page."""

    page: Page
    spots: list[Spot]
    people: list[Person]
    cues: Sequence[Cue]
    narrator: int = -1
    links: Links | None = None
    fit: list[dict[str, float]] = field(init=False)
    presence: Presence = field(init=False)
    _says_who: list[tuple[str, ...]] = field(init=False)
    _speakers: dict[int, _Answering] = field(init=False, default_factory=dict)
    _addressees: dict[int, _Answering] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.fit = fit_table(self.people)
        self.presence = presence_of(self.page, self.spots, self.narrator)
        self._says_who = [tuple(row[0].split()) for row in table("grammar", "self_introduction")]

    # --- candidates
    def candidates(self, chain: list[Turn]) -> tuple[list[int], Amounts]:
        """People who may speak in a conversation, most likely first, and how present each is around it."""
        weight = self._around(chain)
        tagged: Amounts = defaultdict(float)
        linked: Amounts = defaultdict(float)
        for q in (q for turn in chain for q in turn.quotes):
            cue = self.cues[q]
            if cue.tag >= 0:
                s = self.spots[cue.tag]
                for p in s.who if s.kind == MentionKind.NAME else ():
                    tagged[p] += 1
                for p, share in s.candidates[:3]:
                    weight[p] += share
                for p in s.who if s.kind == MentionKind.NOMINAL else ():
                    weight[p] += s.confidence
            for p, share in self._speaking(q)[0].items() if self.links is not None else ():
                if share > DOUBT:
                    linked[p] += LINKED * share
            for k in cue.names:
                if self.introduces(k):
                    tagged[self.spots[k].who[0]] += 1
        if self.narrator >= 0:
            weight[self.narrator] += 3
        heard = [p for p in weight if p not in self.presence.seen and p != self.narrator and p not in tagged]
        if len(weight) - len(heard) >= 2:  # those who are only talked about are left out where others are there
            for p in heard:
                del weight[p]
        strength = {p: weight.get(p, 0.0) + 6 * tagged.get(p, 0.0) + linked.get(p, 0.0) for p in (*weight, *tagged, *linked)}
        return sorted(strength, key=lambda p: (-strength[p], p))[:CANDIDATES], weight

    def _around(self, chain: list[Turn]) -> Amounts:
        """Mentions in the narration of a conversation and before it, and names called in it."""
        out: Amounts = defaultdict(float)
        first = self.first_paragraph(chain[0])
        for paragraph in range(first - _LOOK_BACK, chain[-1].paragraph + 2):
            near = 1.0 if paragraph >= first - 1 else 0.5 ** ((first - paragraph) / 3)
            for s in (self.spots[k] for k in self.presence.by_paragraph.get(paragraph, ())):
                if s.quote >= 0 and not s.vocative:
                    continue
                amount = near * (1.0 if s.kind == MentionKind.NAME else max(s.confidence, 0.2) * 0.8)
                for p in s.who:
                    out[p] += amount * (1.5 if s.part == Part.SUBJECT else 1.0)
        return out

    def first_paragraph(self, turn: Turn) -> int:
        return self.page.paragraph[self.page.quotes[turn.quotes[0]][0]]

    # --- features
    def of_chain(self, chain: list[Turn], people: list[int], around: Amounts) -> Matrix:
        """``[turns, people, features]``."""
        rows = np.zeros((len(chain), len(people), len(OF_SPEAKER)), np.float32)
        at = {p: i for i, p in enumerate(people)}
        for t, turn in enumerate(chain):
            self._of_turn(rows[t], turn, people, at, around)
        self._called(rows, chain, at)
        self._through_talk(rows)
        rows[0, :, _AT["first_turn"]] = 1
        rows[:, :, _AT["alone"]] = len(chain) == 1
        return rows

    def _of_turn(self, rows: Matrix, turn: Turn, people: list[int], at: dict[int, int], around: Amounts) -> None:
        tags = [self.spots[k] for q in turn.quotes if (k := self.cues[q].tag) >= 0]
        for s in tags:
            self._tag(rows, s, people, at)
        for q in turn.quotes:
            self._speech(rows, self.cues[q], at)
            self._beats(rows, self.cues[q], people, at, opening=q == turn.quotes[0])
        rows[:, _AT["no_tag"]] = not tags
        self._there(rows, turn, people, at, around)
        self._linked(rows, turn, people)
        for i, p in enumerate(people):
            rows[i, _AT["narrator"]] = p == self.narrator
            rows[i, _AT["described"]] = not self.people[p].forms
            rows[i, _AT["uses"]] = log1p(self.people[p].uses) / 5

    def _linked(self, rows: Matrix, turn: Turn, people: list[int]) -> None:
        """Who may speak a turn, and be spoken to in it, by the mentions that answer for it: by all of them as they are taken now, and by
        names and the narrator's alone, whose people are known before anything is decided."""
        if self.links is None:
            return
        speaks, named = _means([self._speaking(q) for q in turn.quotes], people)
        told, named_told = _means([self._told(q) for q in turn.quotes], people)
        best = max(speaks)
        leads = [x == best > 0 for x in speaks]
        by_log = [[log_share(x) for x in shares] for shares in (speaks, told)]
        rows[:, _LINKS] = np.array([by_log[0], speaks, leads, by_log[1], told, named, named_told], np.float32).T

    def _speaking(self, q: int) -> tuple[Shares, Shares]:
        """Who may speak a quotation, by all mentions and by names alone."""
        assert self.links is not None
        if q not in self._speakers:
            self._speakers[q] = self._answers(self.links.likely_speakers(q))
        return self._by_person(self._speakers[q])

    def _told(self, q: int) -> tuple[Shares, Shares]:
        """Whom a quotation may address."""
        assert self.links is not None
        if q not in self._addressees:
            self._addressees[q] = self._answers(self.links.likely_addressees(q))
        return self._by_person(self._addressees[q])

    def _answers(self, likely: Sequence[tuple[int, float]]) -> _Answering:
        """Names stay mentions: that one name is another's is tried while this evidence lasts. All else is summed up by person for good."""
        out = _Answering()
        for k, share in likely:
            s = self.spots[k]
            if s.kind == MentionKind.NAME:
                out.names.append((k, share))
            elif s.kind == MentionKind.PRONOUN and s.grammatical_person == 1 and s.who == (self.narrator,):
                out.narrator += share
            else:
                for p, sure in meant_now(s).items():
                    out.others[p] = out.others.get(p, 0.0) + share * sure
        return out

    def _by_person(self, found: _Answering) -> tuple[Shares, Shares]:
        """Shares of people by all mentions, and by names and the narrator's alone, these as parts of a whole."""
        meant = [self.spots[k].who for k, _ in found.names]
        if found.summed is None or found.meant != meant:
            found.meant, found.summed = meant, self._sum_up(found)
        return found.summed

    def _sum_up(self, found: _Answering) -> tuple[Shares, Shares]:
        named: dict[int, float] = {self.narrator: found.narrator} if found.narrator else {}
        for k, share in found.names:
            for p in self.spots[k].who[:1]:
                named[p] = named.get(p, 0.0) + share
        people = dict(found.others)
        for p, share in named.items():
            people[p] = people.get(p, 0.0) + share
        total = sum(named.values())
        return people, {p: share / total for p, share in named.items()} if total else {}

    def _tag(self, rows: Matrix, s: Spot, people: list[int], at: dict[int, int]) -> None:
        if s.grammatical_person == 1 and not s.plural:
            for i, p in enumerate(people):
                rows[i, _AT["tag_narrator" if p == self.narrator else "tag_not_narrator"]] = 1
            return
        if s.kind == MentionKind.NAME or (s.fixed and s.who):
            for i, p in enumerate(people):
                rows[i, _AT["tag_is" if p in s.who else "tag_other"]] = 1
            return
        share = dict(s.candidates)
        if s.kind == MentionKind.NOMINAL:
            rows[:, _AT["tag_nominal"]] = 1
            share |= {p: max(share.get(p, 0.0), s.confidence) for p in s.who}
        for i, p in enumerate(people):
            fit = self.fit[p].get(s.gender, 1.0) if p != self.narrator else 0.0
            rows[i, _AT["tag_misfits" if fit == 0.0 else "tag_unknown" if fit < 1.0 else "tag_fits"]] = 1
            rows[i, _AT["tag_share"]] = max(rows[i, _AT["tag_share"]], share.get(p, 0.0))
            rows[i, _AT["tag_log_share"]] = log(share.get(p, 0.0) + 0.02) + 4

    def _beats(self, rows: Matrix, cue: Cue, people: list[int], at: dict[int, int], *, opening: bool) -> None:
        if opening and cue.before >= 0:
            self._beat(rows, self.spots[cue.before], people, "before")
            rows[:, _AT["colon"]] = cue.colon
        if cue.after >= 0 and cue.after != cue.before:
            self._beat(rows, self.spots[cue.after], people, "after")

    def _beat(self, rows: Matrix, s: Spot, people: list[int], side: str) -> None:
        if s.grammatical_person == 1 and s.kind == MentionKind.PRONOUN:
            for i, p in enumerate(people):
                rows[i, _AT["beat_narrator"]] = 0 if s.plural else 1 if p == self.narrator else -1
            return
        known = s.kind == MentionKind.NAME or (s.fixed and bool(s.who))
        share = dict(s.candidates) | ({p: max(dict(s.candidates).get(p, 0.0), s.confidence) for p in s.who} if len(s.who) == 1 else {})
        for i, p in enumerate(people):
            hit = 1.0 if known and p in s.who else 0.0 if known else share.get(p, 0.0)
            if s.part == Part.POSSESSIVE:
                rows[i, _AT["possessive_is"]] = max(rows[i, _AT["possessive_is"]], hit)
                rows[i, _AT["possessive_other"]] = 1 - hit
            elif known:
                rows[i, _AT[f"{side}_is"]] = max(rows[i, _AT[f"{side}_is"]], hit)
                rows[i, _AT[f"{side}_other"]] = 1 - hit
            else:
                rows[i, _AT[f"{side}_share"]] = max(rows[i, _AT[f"{side}_share"]], hit)
                rows[i, _AT[f"{side}_misfits"]] = p == self.narrator or self.fit[p].get(s.gender, 1.0) == 0.0

    def _speech(self, rows: Matrix, cue: Cue, at: dict[int, int]) -> None:
        """What the speech says of its speaker: nobody calls or names themselves, except to say who they are."""

        def mark(name: str, spots: Sequence[int]) -> None:
            for k in spots:
                for p in self.spots[k].who:
                    if p in at:
                        rows[at[p], _AT[name]] = 1

        mark("tag_to", cue.to)
        mark("vocative_self", cue.vocatives)
        mark("own_name", cue.names)
        mark("introduced", [k for k in (*cue.names, *cue.vocatives) if self.introduces(k)])
        for k in cue.pronouns:
            s = self.spots[k]
            if len(s.who) == 1 and s.who[0] in at:
                rows[at[s.who[0]], _AT["talked_of"]] = max(rows[at[s.who[0]], _AT["talked_of"]], s.confidence)

    def introduces(self, k: int) -> bool:
        """``I'm Grace``, ``this is Grace``, ``Grace here``, or a full name alone in its sentence that nobody has used before."""
        page, s = self.page, self.spots[k]
        after = page.lower[s.last] if s.last < len(page) else "."
        alone = not page.is_word[s.first - 1] and page.words[s.first - 1] != ","
        if alone and after == "." and s.last - s.first > 1 and self.presence.first_named.get(s.who[0] if s.who else -1) == k:
            return True
        if any(tuple(page.lower[s.first - len(says) : s.first]) == says for says in self._says_who):
            return True
        return after == "here" and not page.is_word[s.first - 1]

    def _there(self, rows: Matrix, turn: Turn, people: list[int], at: dict[int, int], around: Amounts) -> None:
        """How present people are in the conversation and right here; near counts more, what comes after counts less."""
        first = self.first_paragraph(turn)
        near = np.zeros(len(people))
        for paragraph in range(first - _BEFORE, turn.paragraph + _AFTER + 1):
            narrated = self.presence.narrated.get(paragraph)
            if not narrated:
                continue
            distance = first - paragraph if paragraph <= first else max(0, paragraph - turn.paragraph)
            amount = _NEAR_DECAY**distance * (_NEAR_AFTER if paragraph > turn.paragraph else 1.0)
            for p, n in narrated.items():
                if p in at:
                    near[at[p]] += amount * n
        wide = np.array([around.get(p, 0.0) for p in people])
        rows[:, _AT["wide"]], rows[:, _AT["near"]] = np.log1p(wide), np.log1p(3 * near)
        rows[:, _AT["first_wide"]] = wide == wide.max()
        rows[:, _AT["first_near"]] = (near == near.max()) & (near > 0)
        self._beside(rows, first - 1, at, "before")
        self._beside(rows, turn.paragraph + 1, at, "after")
        for paragraph in {first, turn.paragraph}:
            for s in (self.spots[k] for k in self.presence.by_paragraph.get(paragraph, ())):
                if s.quote < 0 and s.part in (Part.OBJECT, Part.OTHER):
                    for p in s.who:
                        if p in at:
                            rows[at[p], _AT["object_here"]] = 1

    def _beside(self, rows: Matrix, paragraph: int, at: dict[int, int], side: str) -> None:
        """Those whom the paragraph of narration beside a turn speaks of, and the subject nearest to the turn."""
        actors = []
        for s in (self.spots[k] for k in self.presence.by_paragraph.get(paragraph, ())):
            if s.quote < 0:
                for p in s.who:
                    if p in at:
                        rows[at[p], _AT[f"near_{side}"]] = 1
                if s.part == Part.SUBJECT and len(s.who) == 1:
                    actors.append(s.who[0])
        if actors and (actor := actors[-1 if side == "before" else 0]) in at:
            rows[at[actor], _AT[f"actor_{side}"]] = 1

    def called(self, turn: Turn) -> list[int]:
        """Who is addressed by name, in the tag or in the speech."""
        return [p for q in turn.quotes for k in (*self.cues[q].to, *self.cues[q].vocatives) for p in self.spots[k].who]

    def _called(self, rows: Matrix, chain: list[Turn], at: dict[int, int]) -> None:
        for t, turn in enumerate(chain):
            called = [at[p] for p in self.called(turn) if p in at]
            if not called:
                continue
            if t + 1 < len(chain) and chain[t + 1].gap <= 1:
                rows[t + 1, called, _AT["called_before"]] = 1
                rows[t + 1, :, _AT["someone_called_before"]] = 1
            if t + 2 < len(chain) and chain[t + 1].gap <= 1 and chain[t + 2].gap <= 1:
                rows[t + 2, called, _AT["called_two_before"]] = 1
            if t and turn.gap <= 1:
                rows[t - 1, called, _AT["called_after"]] = 1

    @staticmethod
    def _through_talk(rows: Matrix) -> None:
        """How often each person is tagged, called, named or seen to act beside a turn, in all of the conversation."""
        turns = len(rows)
        tagged = rows[:, :, _AT["tag_is"]] + rows[:, :, _AT["tag_narrator"]]
        beats = np.maximum(rows[:, :, _AT["before_is"]], rows[:, :, _AT["after_is"]])
        for name, amounts in (
            ("tags_in_talk", tagged),
            ("called_in_talk", rows[:, :, _AT["vocative_self"]]),
            ("named_in_talk", rows[:, :, _AT["own_name"]]),
            ("beats_in_talk", beats),
        ):
            rows[:, :, _AT[name]] = np.log1p(amounts.sum(0))
        for t in range(turns):
            near = range(max(0, t - 6), min(turns, t + 7))
            rows[t, :, _AT["tag_near"]] = sum(0.7 ** abs(u - t) * tagged[u] for u in near if u != t)

    def of_turns(self, chain: list[Turn]) -> Matrix:
        """What a turn says of whom it addresses ``[turns, addressees.OF_TURN]``."""
        you, everybody = words("pronouns", "second"), words("grammar", "addressing_all")
        rows = []
        for t, turn in enumerate(chain):
            said = [w for q in turn.quotes for w in self.page.lower[slice(*self.page.quotes[q])]]
            joined = f" {' '.join(said)} "
            marks = (self._asks(turn), any(w in you for w in said), any(f" {w} " in joined for w in everybody))
            rows.append([*map(float, marks), log1p(len(said)) / 5, float(t == 0), float(t == len(chain) - 1)])
        return np.array(rows, np.float32)

    # --- pairs of turns
    def of_pairs(self, chain: list[Turn], rows: Matrix) -> tuple[Matrix, Matrix]:
        """Features of one person speaking this turn and the one before ``[turns, OF_PAIR]``, and of this and the last but one.

        ``rows``: the features of speakers, from :meth:`of_chain`.
        """
        part = rows[0][:, [_AT[n] for n in ("tags_in_talk", "beats_in_talk", "called_in_talk", "narrator")]].max(1) > 0
        count = int(part.sum())
        pair = np.zeros((len(chain), len(OF_PAIR)), np.float32)
        skip = np.zeros((len(chain), len(OF_SKIP)), np.float32)
        for t in range(1, len(chain)):
            pair[t] = self._pair(chain[t - 1], chain[t], count)
            if t >= 2:
                skip[t] = self._skip(chain[t - 2], chain[t - 1], chain[t], count)
        return pair, skip

    def _asks(self, turn: Turn) -> bool:
        a, b = self.page.quotes[turn.quotes[-1]]
        return any(w == "?" for w in self.page.words[max(a, b - 3) : b])

    def _tagged(self, turn: Turn) -> bool:
        return any(self.cues[q].tag >= 0 for q in turn.quotes)

    def _pair(self, before: Turn, turn: Turn, count: int) -> list[float]:
        page = self.page
        end, start = page.quotes[before.quotes[-1]][1], page.quotes[turn.quotes[0]][0]
        words = page.words[max(end - 3, 0) : end]
        last, first = self.cues[before.quotes[-1]], self.cues[turn.quotes[0]]
        asks = self._asks(before)
        size = sum(page.quotes[q][1] - page.quotes[q][0] for q in before.quotes)
        return [
            1.0,
            float(turn.inside and end == start),
            float(turn.inside),
            float(not turn.inside and turn.gap == 0),
            float(turn.gap == 1),
            float(turn.gap > 1),
            float(asks),
            float(asks and turn.gap == 0 and not turn.inside),
            float(self._tagged(turn)),
            float(self._tagged(turn) and self._tagged(before)),
            float(any(w in ("—", "--", "–") for w in words)),
            float(first.before >= 0),
            float(last.after >= 0),
            float(first.before >= 0 and last.after >= 0),
            log1p(size) / 5,
            float(start + 1 < len(page) and page.pos[min(start + 1, len(page) - 1)] in ("INTJ", "CCONJ", "SCONJ")),
            float(count == 2),
        ]

    def _skip(self, first: Turn, between: Turn, turn: Turn, count: int) -> list[float]:
        together = turn.gap == 0 and between.gap == 0
        beat = any(self.cues[q].before >= 0 or self.cues[q].after >= 0 for q in between.quotes)
        return [
            1.0, float(together), float(not together), float(self._asks(between)), float(beat), float(turn.inside or between.inside),
            float(count == 2),
        ]  # fmt: skip
