"""Facts of looks, clothes, health and age in the trees of sentences: "her eyes, in that light, were grey", "they are twenty-three"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fabula.layers import MentionKind
from fabula.reading.fact_grammar import FactGrammar, facts, last_words
from fabula.reading.fact_statements import Statement
from fabula.reading.trees import NOBODY, People

_MUST_HAVE_BEEN = 0.65  # "she must have been ninety"
_HOURS = 24
_NAME = 3  # tokens from a name to the age in "Osei, at twenty-nine,"
_SMALL = frozenset(("one", "two", "1", "2"))
_HAIR = frozenset(("hair", "curls", "locks", "braid", "braids", "plait", "plaits", "ponytail"))
_GLASSES = frozenset(("glasses", "spectacles"))  # "over her glasses"; what is raised and drained is another kind
_SHADES = frozenset(("dark", "light", "pale", "bright", "deep"))
_HAVE = frozenset(("have", "has", "had", "'ve", "'d"))
_BAD = frozenset(("bad", "lame", "good", "blind", "weak", "wooden"))
_FAR = 16  # tokens between a mark and the part that bears it
_PERIODS = frozenset(("year", "summer", "winter", "day", "autumn", "spring", "night", "week"))
_SINCE = frozenset(("when", "since", "until", "till", "as", "before", "after", "while"))
_TURNED = frozenset(("turned", "turn", "turns", "turning", "aged", "age"))
_OF_BABIES = frozenset(("days", "weeks", "months"))
_NO_AGE = frozenset(
    ("o'clock", "of", "minutes", "hours", "days", "weeks", "months", "miles", "pounds", "feet", "inches", "times", "points")
)


class Looks(FactGrammar):
    """Finds what people look like, wear, suffer from, and how old they are."""

    def _look(self, at: int) -> Iterator[Statement]:
        """Eyes, hair, beards, scars, builds: whose they are and what is said of them."""
        t = self.trees
        word = t.lower[at]
        owner, factor, to = self._bearer(at)
        if word in _GLASSES and t.rel[at] != "obj" and t.pos[to] == "PRON" and owner.one is not None:
            yield from self._say(owner, "glasses", word, at, 0.65 * factor, to=to)
        if word in facts("marks") and not owner.who:
            yield from self._mark_on(at)
        if word in facts("body parts") and owner.who:
            yield from self._bad_one(at, owner, to)
        if not owner.who:
            return
        said = [*t.all(at, "amod"), *(c for a in t.all(at, "amod") for c in t.all(a, "conj"))]
        if t.rel[at].startswith("nsubj") and (root := t.head[at]) >= 0 and t.child(root, "cop") >= 0 and t.factor(root) == 1:
            said += [c for c in (root, *t.all(root, "conj")) if not any(k > c for k in t.all(c, "obl", "advcl"))]  # not "white with flour"
        if t.lower[at + 1 : at + 2] == [","] and t.pos[at + 2 : at + 3] == ["ADJ"] and t.sentence[at + 2] == t.sentence[at]:
            said.append(at + 2)  # "his eyes, green in the morning light"
        colours = {"eyes": "eye colours", "eye": "eye colours"} | dict.fromkeys(_HAIR, "hair colours")
        if word == "eye" and at > 1 and t.lower[at - 2] in ("one", "other"):
            yield from self._say(owner, "eyes", self._odd_eyes(at), at, 0.75 * factor, to=to)
        elif word in colours:
            wanted = facts(colours[word])
            found = [c for c in said if t.lower[c] in wanted and t.pos[c] in ("ADJ", "NOUN")]
            kind = "eye colour" if word.startswith("eye") else "hair colour"
            for c in found[:1]:
                shade = t.lower[c - 1] if t.lower[c - 1] in _SHADES else ""
                yield from self._say(owner, kind, f"{shade} {t.lower[c]}".strip(), at, 0.8 * factor, to=max(to, c))
            shapes = [c for c in said if word in _HAIR and t.lower[c] in facts("hair shapes")]
            if shapes and not found:
                yield from self._say(owner, "hair", " ".join(t.lower[c] for c in sorted(shapes)), at, 0.75 * factor, to=to)
        elif word in facts("beards") or (word in facts("marks") and (said or t.all(at, "nmod") or word == "freckles")):
            yield from self._say(owner, "facial hair" if word in facts("beards") else "mark", self._phrase(at), at, 0.7 * factor, to=to)

    def _odd_eyes(self, at: int) -> str:
        """ "One green eye and one brown one": both as a value; nothing where the other is not told."""
        t, colours = self.trees, facts("eye colours")
        after = range(at + 2, min(at + 6, t.bounds[t.sentence[at]][1]))
        other = next((t.lower[i] for i in after if t.lower[i] in colours and t.lower[i - 1] in ("one", "other")), "")
        return f"one {t.lower[at - 1]}, one {other}" if t.lower[at - 1] in colours and other else ""

    def _mark_on(self, at: int) -> Iterator[Statement]:
        """ "There was the burn, the long white one on the inside of his left wrist": whose the part is that bears it."""
        t = self.trees
        first, last = t.subtree(at)
        first = next((i for i in range(first, at) if t.pos[i] not in ("DET", "PUNCT", "ADP", "PRON", "VERB")), at)
        for i in range(at + 1, min(last, at + _FAR)):
            if t.lower[i] in facts("body parts") and (owner := t.child(i, "nmod:poss")) >= 0 and not t.negated(at):
                yield from self._say(t.people(owner), "mark", self._text(first, i + 1, 14, cuts=False), at, 0.7, to=i)
                return

    def _bad_one(self, at: int, owner: People, to: int) -> Iterator[Statement]:
        """ "Her left leg, which is the bad one"."""
        t = self.trees
        one = next((i for i in range(at + 1, min(at + 7, len(t.lower))) if t.lower[i] == "one" and t.has(i, "amod", *_BAD)), -1)
        if (
            one >= 0
            and t.sentence[one] == t.sentence[at]
            and t.has(one, "det", "the")
            and any(t.lower[i] == "," for i in range(at + 1, at + 3))
        ):
            side = next((t.lower[c] for c in t.all(at, "amod") if t.lower[c] in ("left", "right")), "")
            quality = next(t.lower[c] for c in t.all(one, "amod") if t.lower[c] in _BAD)
            yield from self._say(owner, "health", " ".join(filter(None, (quality, side, t.lower[at]))), at, 0.7, to=max(to, one))

    def _bearer(self, at: int) -> tuple[People, float, int]:
        """Whose a part of the body is: its possessor, the subject of "had", the person whom it is named "with"."""
        t = self.trees
        if (owner := t.child(at, "nmod:poss")) >= 0:
            return t.people(owner), 1.0, owner
        head = t.head[at]
        if head < 0:
            return NOBODY, 0.0, -1
        if t.rel[at] == "obj" and t.lower[head] in _HAVE and (subject := t.subject(head)) >= 0:
            return t.people(subject), self._asserted(head), subject
        if t.rel[at] in ("nmod", "conj", "obl") and (t.has(at, "case", "with") or (t.rel[at] == "conj" and t.has(head, "case", "with"))):
            anchor = head if t.rel[at] != "conj" else t.head[head]
            if anchor >= 0 and t.pos[anchor] in ("NOUN", "PROPN") and (about := t.people(anchor)).who:
                return about, 0.85, anchor
            return self._predicate(anchor) if anchor >= 0 else (NOBODY, 0.0, -1)
        return NOBODY, 0.0, -1

    def _clothes(self, at: int) -> Iterator[Statement]:
        """ "She wore a red coat", "he stood at the bench in a coat that did not fit", "a man with a scarf"."""
        t = self.trees
        if t.lower[at] not in last_words("facts", "clothes") or t.has(at, "det", "no"):
            return
        head, about, factor, to = t.head[at], NOBODY, 0.0, -1
        wears = head >= 0 and t.lower[head] in facts("wear verbs") and t.form[head] != "Inf"
        if t.rel[at] in ("obj", "obl") and wears and (subject := t.subject(head)) >= 0:
            about, factor, to = t.people(subject), 0.8 * self._asserted(head), subject
        elif t.rel[at] in ("obl", "nmod", "conj") and head >= 0 and t.has(at, "case", "in"):
            about, factor, to = self._in_clothes(at, t.head[head] if t.rel[at] == "conj" else head)
        elif t.child(at, "nmod:poss") < 0:
            about, factor, to = self._bearer(at)
        if about.who and factor:
            first, last = t.subtree(at)
            first = next((i for i in range(first, at) if t.rel[i] not in ("case", "punct", "cc")), at)
            yield from self._say(about, "clothing", self._text(first, last, 10), at, 0.85 * factor, lasting=False, to=to)

    def _in_clothes(self, at: int, head: int) -> tuple[People, float, int]:
        """Who does something "in a green hat", "in his overcoat"."""
        t = self.trees
        if head < 0:
            return NOBODY, 0.0, -1
        if (owner := t.child(at, "nmod:poss")) >= 0:
            subject = t.subject(head) if t.pos[head] == "VERB" else -1
            own = subject >= 0 and t.people(subject).one is not None and t.people(owner).one == t.people(subject).one
            return (t.people(subject), 0.7 * self._asserted(head), subject) if own else (NOBODY, 0.0, -1)
        if t.lower[at] in ("suit", "mask", "ring", "crown", "cap") and not t.has(at, "det", "a", "an"):
            return NOBODY, 0.0, -1
        if t.pos[head] in ("NOUN", "PROPN") and t.people(head).who:
            return t.people(head), 0.8, head
        if t.pos[head] == "NOUN" and t.rel[head] == "obl" and t.head[head] >= 0:
            head = t.head[head]  # "he stood at the bench in a coat"
        if t.pos[head] == "VERB" and t.rel[head] == "acl" and t.people(t.head[head]).one:
            return t.people(t.head[head]), 0.7, t.head[head]
        subject = t.subject(head)
        return (t.people(subject), 0.75 * self._asserted(head), subject) if subject >= 0 else (NOBODY, 0.0, -1)

    def _state(self, at: int) -> Iterator[Statement]:
        """What somebody is: tall, deaf, allergic to cats."""
        t = self.trees
        word = t.lower[at]
        kind = "build" if word in facts("builds") else "health" if word in facts("conditions") or word == "allergic" else None
        if kind is None or t.has(at, "advmod", "too", "as", "so", "how"):
            return
        about, factor, to = self._predicate(at)
        if t.rel[at] == "amod" and kind == "build" and (noun := t.head[at]) >= 0 and t.lower[noun] in facts("people"):
            about, factor, to = self._predicate(noun)
            if not about.who and t.people(noun).kind == MentionKind.NOMINAL:
                about, factor, to = t.people(noun), 0.75, noun
        part = next((c for c in self._phrases_of(at, "in", "from") if t.lower[c] in facts("body parts") or t.lower[c] == "birth"), -1)
        if about.who and part < 0 and t.all(at, "obl", "advcl", "xcomp", "ccomp") and word != "allergic":
            return  # "short of money", "deaf to his prayers", "thin with hunger"
        value = self._text(at, t.subtree(at)[1], 4) if word == "allergic" or part >= 0 else word
        yield from self._say(about, kind, value, at, 0.8 * factor, to=to)

    def _age(self, at: int) -> Iterator[Statement]:
        """ "She was sixty", "they are twenty-three", "a man of forty", "he had turned six", "seventeen years old"."""
        t = self.trees
        value = t.lower[at]
        if re.fullmatch(r".*-year-old", value):
            yield from self._year_old(at)
            return
        if (
            not (value.isdigit() or value.split("-")[0] in facts("numbers"))
            or value == "hundred"
            or (value.isdigit() and not 3 <= int(value) <= 125)
        ):
            return
        head = t.head[at]
        at_an_hour = t.has(at, "case", "at", "by", "until", "till", "since", "before", "after", "from", "to")
        about, factor, to = (NOBODY, 0.0, -1) if at_an_hour else self._predicate(at)
        if not about.who and t.rel[at] == "nummod" and head >= 0 and (t.lower[head] == "years" or t.lower[head] in _OF_BABIES):
            top = t.head[head]
            if t.rel[head].startswith(("obl", "nmod", "advmod")) and top >= 0 and t.lower[top] in ("old", "age"):
                about, factor, to = self._predicate(top)
        elif (
            not about.who
            and t.rel[at] in ("obj", "xcomp", "obl", "advmod")
            and head >= 0
            and t.lower[head] in _TURNED
            and t.child(at, "case") < 0
        ):
            subject = t.subject(head)
            about, factor, to = (t.people(subject), self._asserted(head), subject) if subject >= 0 else (about, factor, to)
        elif not about.who and t.rel[at] == "nmod" and t.has(at, "case", "of") and head >= 0 and t.lower[head] in facts("people"):
            about, factor, to = self._predicate(head)
            if not about.who:
                about, factor, to = t.people(head), 0.75, head
        elif not about.who and (name := self._beside(at)) >= 0:
            about, factor, to = t.people(name), 0.85, name
        if (
            not about.who
            or t.all(at, "nmod", "obl:unmarked")
            or (value in _SMALL and t.lower[at + 1 : at + 2] not in (["weeks"], ["months"]))
        ):
            return
        following = t.lower[at + 1] if at + 1 < len(t.lower) else ""
        young = following in _OF_BABIES and t.lower[at + 2 : at + 3] == ["old"]  # "three weeks old"
        if following in _NO_AGE and not young:
            return
        if not factor and t.has(at, "aux", "must") and t.has(at, "aux", "have"):
            factor = _MUST_HAVE_BEEN
        past = t.quote_row(at) >= 0 or self.present or t.narration.person == "first"
        clause = t.head[at] if t.rel[at] != "root" and t.child(at, "cop") < 0 else at
        marked = any(t.lower[c] in _SINCE for i in (at, clause, head) if i >= 0 for c in t.children[i] if t.rel[c] in ("mark", "advmod"))
        if marked and any(t.tense[c] == "Pres" for i in (clause, head) if i >= 0 for c in t.all(i, "cop")):
            return  # "as soon as she's fifteen"
        was = any(t.has(i, "cop", "was", "were") for i in (at, head, t.head[head]) if i >= 0) or (
            head >= 0 and t.lower[head] in ("turned", "was")
        )
        that_year = to > 0 and t.lower[to - 1] in _PERIODS
        attribute = "age then" if (past and was) or marked or that_year or following in ("then", "when") else "age"
        value = t.text[t.start[at] : t.end[at + 1 if young else at]]
        yield from self._say(about, attribute, value, at, 0.8 * factor, to=to)

    def _beside(self, at: int) -> int:
        """The name in "Osei, at twenty-nine, was", or -1. "At three" may be an hour, so such an age has two digits."""
        t, low = self.trees, self.trees.lower[at]
        two_digits = "-" in low or low.endswith(("teen", "ty")) or (low.isdigit() and int(low) > _HOURS)
        if two_digits and t.lower[at - 1 : at] == ["at"] and t.lower[at + 1 : at + 2] == [","] and at - 1 == t.bounds[t.sentence[at]][0]:
            name = at + 2  # "At thirty-four, Ruth was"
            return name if name < len(t.lower) and t.rel[name].startswith("nsubj") and t.people(name).one is not None else -1
        if not two_digits or at < _NAME or t.lower[at - 2 : at] != [",", "at"] or t.lower[at + 1 : at + 2] != [","]:
            return -1
        name = t.head[at - _NAME] if t.rel[at - _NAME] == "flat" else at - _NAME
        return name if t.pos[name] == "PROPN" and t.sentence[name] == t.sentence[at] else -1

    def _year_old(self, at: int) -> Iterator[Statement]:
        t = self.trees
        about, factor, to = self._predicate(at)
        if not about.who:
            noun = t.head[at] if t.rel[at] in ("amod", "compound") and t.head[at] >= 0 else at
            about, factor, to = t.people(noun), 0.8, noun
            if not about.who:
                about, factor, to = self._predicate(noun)
        yield from self._say(about, "age", t.lower[at].removesuffix("-year-old"), at, 0.85 * factor, to=to)
