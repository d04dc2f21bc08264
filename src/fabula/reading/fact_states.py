"""Facts of states in the trees of sentences: health, features, time of life, resemblance, how somebody died, what is worn with what.

They stand in what somebody has ("he had a bad hip"), comes with ("with a broken wrist") or is ("she was young"), so most of it is asked
of one place: whom a noun or an adjective is said of (``_holder``, ``_predicate``).
"""

from __future__ import annotations

from collections.abc import Iterator

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.fact_grammar import FactGrammar, facts, last_words
from fabula.reading.fact_statements import Statement
from fabula.reading.trees import NOBODY, People

_HAVE = frozenset(("have", "has", "had", "'ve", "'s", "'d"))
_GOT = frozenset(("got",))
_WITH_MANNER = 0.75  # what somebody does something with may be of the moment
_LATE = frozenset(("late",))
_RELATIVES = frozenset(("who", "that"))


class States(FactGrammar):
    """Finds what people suffer from, how they look as a whole, how old they seem, whom they take after, how they died."""

    def _state_nouns(self, at: int) -> Iterator[Statement]:
        """What is said of somebody by a noun that they have or come with."""
        yield from self._ailment(at)
        yield from self._hurt(at)
        yield from self._feature(at)
        yield from self._resemblance(at)

    def _state_words(self, at: int) -> Iterator[Statement]:
        """What is said of somebody by an adjective."""
        yield from self._time_of_life(at)
        yield from self._compared(at)
        yield from self._dead(at)

    # --- whose
    def _has(self, at: int) -> tuple[People, float, int]:
        """Who has a thing: "she had X", "he's got X", what is joined to it included; how that is meant; where the owner stands."""
        t = self.trees
        top = self._first_of_list(at)
        verb = t.head[top]
        if t.rel[top] != "obj" or verb < 0 or (subject := t.subject(verb)) < 0:
            return NOBODY, 0.0, -1
        got = t.lower[verb] in _GOT and t.has(verb, "aux", "have", "has", "'ve", "'s")
        if not (got or t.lower[verb] in _HAVE) or t.form[verb] == "Inf" or (t.pos[verb] == "AUX" and t.rel[verb] == "aux"):
            return NOBODY, 0.0, -1
        return t.people(subject), self._asserted(verb), subject

    def _comes_with(self, at: int) -> tuple[People, float, int]:
        """Whom a noun is named with: "a man with X", "she was fifty, with X", "he came in with X"."""
        t = self.trees
        top = at if t.has(at, "case", "with") else self._first_of_list(at)
        if not t.has(top, "case", "with") or t.rel[top].partition(":")[0] not in ("obl", "nmod", "conj") or t.negated(top):
            return NOBODY, 0.0, -1
        anchor = t.head[top]
        while anchor >= 0 and t.rel[anchor] == "conj" and t.pos[anchor] == "NOUN":
            anchor = t.head[anchor]
        if anchor < 0:
            return NOBODY, 0.0, -1
        if t.pos[anchor] in ("NOUN", "PROPN") and (about := t.people(anchor)).who:
            return about, 0.85, anchor
        if t.pos[anchor] == "VERB":
            subject = t.subject(anchor)
            return (t.people(subject), _WITH_MANNER * self._asserted(anchor), subject) if subject >= 0 else (NOBODY, 0.0, -1)
        return self._predicate(anchor)

    def _first_of_list(self, at: int) -> int:
        """The first of the nouns that this one is joined to."""
        t = self.trees
        while t.rel[at] == "conj" and t.head[at] >= 0 and t.pos[t.head[at]] in ("NOUN", "PROPN"):
            at = t.head[at]
        return at

    def _holder(self, at: int) -> tuple[People, float, int]:
        found = self._has(at)
        return found if found[0].who else self._comes_with(at)

    # --- health
    def _ailment(self, at: int) -> Iterator[Statement]:
        """ "She had a cold", "he came in with two bags and a bad cold", "an old man with a hearing aid in his left ear"."""
        t = self.trees
        if t.lower[at] not in last_words("facts", "ailments") or t.plural[at] or t.has(at, "det", "no", "any", "the"):
            return
        before = t.lower[at - 1] if at else ""
        if t.lower[at] not in facts("ailments") and f"{before} {t.lower[at]}" not in facts("ailments"):
            return
        about, factor, to = self._holder(at)
        first, last = min([at, *(t.subtree(c)[0] for c in t.all(at, "det", "amod", "compound", "nummod") if c < at)]), t.subtree(at)[1]
        passing = t.lower[at] in facts("passing ailments")
        yield from self._say(about, "health", self._text(first, last, 9), at, 0.8 * factor, lasting=not passing, to=to)

    def _hurt(self, at: int) -> Iterator[Statement]:
        """ "With a broken left wrist", "he had a bad hip", "her broken arm"."""
        t = self.trees
        hurt = [c for c in t.all(at, "amod") if t.lower[c] in facts("hurts")]
        if t.lower[at] not in facts("body parts") or not hurt or t.plural[at]:
            return
        about, factor, to = self._holder(at)
        if not about.who and (owner := t.child(at, "nmod:poss")) >= 0:
            about, factor, to = t.people(owner), 0.9, owner
        first = next((i for i in range(min(hurt), at) if t.pos[i] not in ("DET", "PUNCT")), at)
        yield from self._say(about, "health", self._text(first, at + 1, 5), at, 0.8 * factor, to=to)

    # --- looks
    def _feature(self, at: int) -> Iterator[Statement]:
        """ "A big man with a nice open face", "she had a quick temper", "I've got perfect pitch"."""
        t = self.trees
        word = t.lower[at]
        kind = next((k for k in ("features", "faculties") if word in facts(k)), "")
        said = [c for c in t.all(at, "amod") if t.lower[c] not in facts("passing looks") and (kind == "faculties" or t.pos[c] == "ADJ")]
        if not kind or not said or t.child(at, "nmod:poss") >= 0 or t.has(at, "det", "no", "any", "the", "that", "this", "such", "what"):
            return
        about, factor, to = self._has(at)
        if not about.who and (anchor := t.head[at]) >= 0 and t.pos[anchor] != "VERB":
            about, factor, to = self._comes_with(at)
        coloured = any(t.lower[c] in facts("eye colours") for c in said)
        if about.who and not (word in ("eyes", "eye") and coloured):
            attribute = "voice" if word == "voice" else "looks" if kind == "features" else "gift"
            first = min(t.subtree(c)[0] for c in t.all(at, "amod", "compound"))
            yield from self._say(about, attribute, self._text(first, at + 1, 8, cuts=False), at, 0.75 * factor, to=to)

    def _resemblance(self, at: int) -> Iterator[Statement]:
        """ "She had her father's eyes", "you have my ears"."""
        t = self.trees
        owner = at - 2 if at > 1 and t.lower[at - 1] == "'s" else t.child(at, "nmod:poss")
        if owner < 0 or t.lower[at] not in facts("features") | facts("faculties") | facts("body parts") | facts("inherited"):
            return
        about, factor, to = self._has(at)
        whose = t.people(owner)
        kin = t.lower[owner] in last_words("kin", "ties")
        if about.one is None or not (kin or (whose.one is not None and whose.one != about.one)) or t.all(at, "acl", "advcl"):
            return
        if not kin and (whose.kind == MentionKind.PRONOUN and t.lower[owner] not in ("my", "your")):
            return  # "he had his hand": whose it is hangs on a pronoun
        verb = t.head[self._first_of_list(at)]
        if t.child(verb, "xcomp") >= 0 or t.has(at, "case", "in", "on", "of") or t.all(verb, "obl"):
            return  # "she had his hand in hers"
        first = min(t.subtree(owner)[0], owner)
        yield from self._say(about, "takes after", self._text(first, max(at + 1, t.subtree(at)[1]), 6), at, 0.75 * factor, to=to)

    # --- age and stature by comparison, death
    def _time_of_life(self, at: int) -> Iterator[Statement]:
        """ "She was young, with tired eyes", "the young solicitor", "old Gil"."""
        t = self.trees
        if t.lower[at] not in facts("times of life") or t.has(at, "advmod", "too", "as", "so", "how", "more", "enough", "less", "very"):
            return
        if t.all(at, "obl", "xcomp", "advcl", "ccomp") or t.lower[at + 1 : at + 2] in (["enough"], ["for"]):
            return
        about, factor, to = self._predicate(at)
        noun = t.head[at] if t.rel[at] == "amod" else -1
        if noun > at and t.pos[noun] == "PROPN" and not t.plural[noun]:
            told = t.quote_row(at) < 0 and not t.has(noun, "det", "the")  # not "the young Wilcox", "dear old Tom"
            about, factor, to = (t.people(noun), 0.8, noun) if told else (NOBODY, 0.0, -1)
        elif noun >= 0:
            known = t.lower[noun] in facts("people") or (t.lower[noun] in last_words("jobs", "jobs") and t.lower[at] != "old")
            if not known or t.plural[noun]:
                return
            about, factor, to = self._predicate(noun)
            if not about.who and t.people(noun).kind == MentionKind.NOMINAL:
                about, factor, to = t.people(noun), 0.75 if t.has(noun, "det", "a", "an") else 0.45, noun  # "the young man" may be any
        if t.quote_row(at) >= 0:
            factor *= 0.6  # "my dear old man", "you are young yet"
        yield from self._say(about, "time of life", t.lower[at], at, 0.75 * factor, to=to)

    def _compared(self, at: int) -> Iterator[Statement]:
        """ "Five years younger than Ann", "a head taller"."""
        t = self.trees
        low = t.lower[at]
        if low not in facts("comparisons"):
            return
        by = next(
            (c for c in t.all(at, "obl", "nmod", "advmod") if c < at and t.lower[c] in ("year", "years", "head", "inch", "inches")), -1
        )
        if by < 0 or not (t.all(by, "nummod", "det", "amod")):
            return
        about, factor, to = self._predicate(at)
        if not about.who and t.rel[at] in ("amod", "advcl", "acl", "conj") and (noun := t.head[at]) >= 0:
            about, factor, to = self._predicate(noun)
        attribute = "age beside another" if low in ("younger", "older", "elder") else "height"
        yield from self._say(about, attribute, self._text(t.subtree(by)[0], t.subtree(at)[1], 8), at, 0.75 * factor, to=to)

    def _dead(self, at: int) -> Iterator[Statement]:
        """ "Her late husband Henrik", "he had been dead six years"."""
        t = self.trees
        if t.lower[at] in _LATE and t.rel[at] == "amod" and (noun := t.head[at]) >= 0:
            whose = t.child(noun, "nmod:poss", "det")
            if t.people(noun).who and whose >= 0 and whose < at and at + 1 == noun:
                yield from self._say(t.people(noun), "death", "late", at, 0.75, to=noun)
        elif t.lower[at] == "dead" and (subject := t.subject(at)) >= 0 and t.child(at, "cop") >= 0:
            span = range(at + 1, min(at + 5, t.bounds[t.sentence[at]][1]))
            years = next((i for i in span if t.lower[i] in ("year", "years", "months", "weeks") and t.all(i, "nummod", "det")), -1)
            if years >= 0:
                yield from self._say(t.people(subject), "death", self._text(at, years + 1, 5), at, 0.8 * self._asserted(at), to=subject)

    def _died(self, at: int) -> Iterator[Statement]:
        """ "He died of typhus in the war", "my mother was killed in a fire", "her father lived to be ninety"."""
        t = self.trees
        if t.lower[at] not in facts("death verbs") or t.tense[at] not in ("Past", "") or (subject := t.child(at, "nsubj")) < 0:
            return
        if t.lower[at] in facts("killed") and t.child(at, "aux:pass") < 0 and t.lower[at] != "drowned":
            return
        told = [c for c in t.all(at, "obl") if c > at and not t.has(c, "case", "for", "to", "with", "without", "like", "than")]
        months = words("time", "months")
        told = [c for c in told if not any(t.lower[i].capitalize() in months for i in range(*t.subtree(c)))]  # a date is not how
        told += [c for c in t.all(at, "advmod") if c > at and t.lower[c] in ("ago", "young", "suddenly", "abroad")]
        if not told or t.asked(at) or (t.lower[subject] in _RELATIVES and t.people(subject).one is None):
            return
        value = self._text(at, max(t.subtree(c)[1] for c in told), 9)
        yield from self._say(t.people(subject), "death", value, at, 0.7 * self._asserted(at), to=subject)
