"""Facts that the tree of a sentence states: "her eyes, in that light, were grey", "Ann, a nurse at St Jude's", "he still lives in Hull".

Beside the templates of fact_statements.py, which see words in a row. What the words are (a trade, a garment, a colour) stands in the
lexicons; what hangs on what, in the reader model's trees; about whom, in who-is-who.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from fabula.layers import MentionKind
from fabula.lexicons import table, words
from fabula.reading.fact_statements import IN_SPEECH, Statement, trade
from fabula.reading.trees import NOBODY, People, Trees

_LONGEST = 12  # words of a value
_LONGEST_NOUN = 8
_PRONOUN_TRUST = 0.93
_PRAISED = 0.5
_FRAGMENT = 6  # tokens, marks included
_SMALL = frozenset(("one", "two", "1", "2"))


@cache
def _facts(section: str) -> frozenset[str]:
    return words("facts", section)


@cache
def _last_words(lexicon: str, section: str) -> frozenset[str]:
    """The last word of every entry; of the table of kin, of those for people."""
    entries = (
        words(lexicon, section)
        if (lexicon, section) != ("kin", "ties")
        else {row[0] for row in table(lexicon, section) if row[1] != "owner_pet"}
    )
    return frozenset(w.rsplit(" ", 1)[-1] for w in entries)


class TreeFacts:
    """Finds the statements of facts in the trees of a story. ``own`` are the ids that a fact can be of."""

    def __init__(self, trees: Trees, own: frozenset[str]) -> None:
        self.trees, self.own = trees, own
        self.present = trees.narration.tense == "present"

    def statements(self) -> Iterator[Statement]:
        t = self.trees
        by_pos: dict[str, tuple[Callable[[int], Iterator[Statement]], ...]] = {
            "NOUN": (self._job, self._kind, self._look, self._clothes, self._name),
            "PROPN": (self._job, self._origin, self._known_as),
            "NUM": (self._age,),
            "VERB": (self._home, self._work, self._owns, self._habit, self._once, self._ability, self._called),
            "ADJ": (self._state, self._age),
        }
        for at, pos in enumerate(t.pos):
            if t.told[at]:
                for find in by_pos.get(pos, ()):
                    yield from find(at)

    # --- what they share
    def _say(
        self, about: People, attribute: str, value: str, at: int, factor: float, *, lasting: bool = True, to: int = -1
    ) -> Iterator[Statement]:  # fmt: skip
        t = self.trees
        said_by, heard = t.voice(at)
        if about.one in self.own and about.one is not None and said_by is not None and factor > 0 and value:
            factor *= _PRONOUN_TRUST if about.kind == MentionKind.PRONOUN and about.one != said_by else 1.0
            sure = factor * about.confidence * (IN_SPEECH * min(1.0, 0.5 + heard) if said_by != "narration" else 1.0)
            yield Statement(about.one, attribute, value, said_by, sure, t.clause(min(at, to if to >= 0 else at), max(at, to) + 1), lasting)

    def _asserted(self, clause: int) -> float:
        """How far the clause of a word asserts: not asked, denied, wished or only possible."""
        t = self.trees
        if (
            t.has(clause, "aux", "can", "would", "could", "might", "should", "must", "may", "will", "'ll", "'d")
            and t.form[clause] != "Part"
        ):
            return 0.0
        return t.factor(clause)

    def _text(self, first: int, last: int, longest: int = _LONGEST, *, cuts: bool = True) -> str:
        """Tokens as a value on one line, cut at ``longest`` words and (``cuts``) at the first comma, semicolon, dash."""
        t = self.trees
        end = min(last, first + longest)
        cut = (
            next((i for i in range(first + 1, end) if t.lower[i] in _CUTS and t.lower[i - 1] not in words("titles", "titles")), end)
            if cuts
            else end
        )
        row = t.quote_row(first)
        cut = next((i for i in range(first, cut) if t.quote_row(i) != row), cut)
        return re.sub(r"\s+", " ", t.text[t.start[first] : t.end[cut - 1]]).strip(' ,.;:-–—*_"”“’') if cut > first else ""

    def _phrase(self, at: int, longest: int = _LONGEST_NOUN) -> str:
        """A noun with what stands around it, without its article, its possessor and its relative clause."""
        t = self.trees
        first, last = t.subtree(at)
        first = max([first, *(t.subtree(c)[1] for c in t.children[at] if c < at and t.rel[c] not in _PRENOMINAL)])
        first = next((i for i in range(first, at) if t.pos[i] not in ("DET", "PRON", "ADP", "PUNCT", "CCONJ", "ADV", "PART", "AUX")), at)
        ends = [t.subtree(c)[0] for c in t.children[at] if c > at and t.rel[c].partition(":")[0] in _BREAKS]
        return self._text(first, max(at + 1, min([last, *ends])), longest)

    def _predicate(self, at: int) -> tuple[People, float, int]:
        """Of whom a word is said: the subject of its copula, the name it stands beside; how that is meant; where the other stands."""
        t = self.trees
        if (subject := t.child(at, "nsubj")) >= 0 and t.child(at, "cop") >= 0:
            return t.people(subject), self._asserted(at), subject
        head = t.head[at]
        if t.rel[at] == "conj" and head >= 0 and t.child(head, "cop") >= 0 and (own := t.child(at, "nsubj")) >= 0:
            return t.people(own), self._asserted(head), own
        if t.rel[at] == "conj" and head >= 0 and t.child(head, "cop") >= 0 and (subject := t.child(head, "nsubj")) >= 0:
            return t.people(subject), self._asserted(head), subject
        if t.rel[at] == "xcomp" and head >= 0 and t.lower[head] in _GROW and (subject := t.subject(head)) >= 0:
            return t.people(subject), self._asserted(head), subject
        if t.rel[at] == "appos" and head >= 0 and t.people(head).who and head < at:
            named = t.people(head).kind == MentionKind.NAME
            return t.people(head), 0.9 if named else 0.7, head
        if t.pos[at] == "NOUN" and t.rel[at] in ("parataxis", "appos", "dislocated") and head >= 0 and t.lower[at] in _facts("people"):
            subject = t.subject(head)  # "He has his back to me: a tall man with black hair"
            if subject >= 0 and t.has(at, "det", "a", "an"):
                return t.people(subject), 0.65 * t.factor(head), subject
        return self._fragment(at)

    def _fragment(self, at: int) -> tuple[People, float, int]:
        """ "Mr. Vale gave me the key. The lawyer.": a bare noun after a sentence of the same voice is said of its subject."""
        t = self.trees
        row = t.sentence[at]
        first, last = t.bounds[row]
        bare = t.rel[at] == "root" and last - first <= _FRAGMENT and not any(t.pos[i] in ("VERB", "AUX") for i in range(first, last))
        if not bare or row == 0 or t.all(at, "nsubj", "nmod:poss") or not t.has(at, "det", "the", "a", "an"):
            return NOBODY, 0.0, -1
        before = next((i for i in range(*t.bounds[row - 1]) if t.rel[i] == "root"), -1)
        subject = t.subject(before) if before >= 0 and t.quote_row(before) == t.quote_row(at) else -1
        named = subject >= 0 and t.people(subject).kind == MentionKind.NAME
        return (t.people(subject), 0.7, subject) if named else (NOBODY, 0.0, -1)

    # --- trades
    def _job(self, at: int) -> Iterator[Statement]:
        """ "She is a barrister", "Tom, a nurse at the hospital,"."""
        t, jobs = self.trees, words("jobs", "jobs")
        if t.lower[at] not in _last_words("jobs", "jobs") or t.plural[at]:
            return
        before = t.lower[at - 1] if at else ""
        noun = next((n for n in (f"{before} {t.lower[at]}", t.lower[at]) if n in jobs), "")
        about, factor, to = self._predicate(at)
        if not noun or not about.who or not t.has(at, "det", "a", "an", "the") or t.has(at, "case", "like", "as", "of"):
            return
        qualities = {t.lower[c] for c in t.all(at, "amod")}
        if (qualities and t.lower[at] in words("jobs", "ambiguous")) or (t.lower[at] == "maid" and "old" in qualities):
            return
        if qualities - words("jobs", "adjectives") - words("jobs", "not in value") and t.quote_row(at) >= 0:
            factor *= _PRAISED  # "you are a rotten dancer" is no trade
        was = t.has(at, "cop", "was", "were") and (t.quote_row(at) >= 0 or self.present)
        former = was or t.has(at, "amod", "former", "ex") or (t.has(at, "aux", "had", "'d") and t.child(at, "cop") >= 0)
        yield from self._say(about, "former job" if former else "job", trade(self._phrase(at)) or noun, at, 0.8 * factor, to=to)

    def _kind(self, at: int) -> Iterator[Statement]:
        """ "He is a jackdaw", "she was a woman of few words": what somebody is, beyond a trade."""
        t = self.trees
        subject = t.child(at, "nsubj")
        if subject < 0 or t.child(at, "cop") < 0 or t.plural[at] or not t.has(at, "det", "a", "an") or t.all(at, "case"):
            return
        word = t.lower[at]
        if (
            word in _last_words("jobs", "jobs")
            or word in _facts("no kind")
            or word.endswith(_ABSTRACT)
            or word in _last_words("kin", "ties")
        ):
            return
        if word in _facts("people") and not t.all(at, "amod", "nmod", "acl"):
            return
        sure = 0.5 if t.quote_row(at) < 0 else 0.35  # what people call each other in speech is praise and abuse
        yield from self._say(t.people(subject), "description", self._phrase(at), at, sure * self._asserted(at), to=subject)

    def _work(self, at: int) -> Iterator[Statement]:
        """ "I teach geography at a school in Leeds", "he had worked nine years at the bank", "I drove a bread truck"."""
        t = self.trees
        word = t.lower[at]
        kind = next((k for k in ("work", "teach", "drive") if word in _facts(f"{k} verbs")), None)
        finite = t.form[at] == "Fin" or bool(t.all(at, "aux"))
        if (
            kind is None
            or not (finite or t.rel[at].startswith("acl"))
            or (subject := t.subject(at)) < 0
            or not (factor := self._asserted(at))
        ):
            return
        obj = t.child(at, "obj")
        places = [c for c in t.all(at, "obl") if t.has(c, "case", "at", "in", "for", "as", "on", "aboard")]
        if kind == "drive" and not (
            obj >= 0 and t.lower[obj] in _facts("vehicles of work") and not t.has(obj, "det", "the", "that", "this")
        ):
            return
        if kind == "teach" and t.child(at, "iobj", "xcomp", "ccomp") >= 0:
            return
        if kind == "teach" and not ((obj >= 0 and not t.people(obj).who and t.child(obj, "nmod:poss") < 0) or (places and obj < 0)):
            return
        if kind == "work" and not any(self._workplace(c) for c in places):
            return
        first = next((c for c in places if kind == "work" and self._workplace(c)), at)
        value = self._phrase(first) if first != at else self._text(at, t.subtree(at)[1], 9)
        past = t.tense[at] == "Past" and (t.quote_row(at) >= 0 or self.present)
        as_job = kind != "work" or t.has(first, "case", "as")
        attribute = ("former " if past else "") + ("job" if as_job else "workplace")
        yield from self._say(t.people(subject), attribute, value, at, 0.75 * factor, to=first)

    def _workplace(self, at: int) -> bool:
        t = self.trees
        return t.lower[at] in _last_words("jobs", "workplaces") or (
            t.pos[at] == "PROPN" and t.has(at, "case", "at", "for") and not t.people(at).who
        )

    # --- looks
    def _look(self, at: int) -> Iterator[Statement]:
        """Eyes, hair, beards, scars, builds: whose they are and what is said of them."""
        t = self.trees
        word = t.lower[at]
        owner, factor, to = self._bearer(at)
        if word in _facts("marks") and not owner.who:
            yield from self._mark_on(at)
        if word in _facts("body parts") and owner.who:
            yield from self._bad_one(at, owner, to)
        if not owner.who:
            return
        said = [*t.all(at, "amod"), *(c for a in t.all(at, "amod") for c in t.all(a, "conj"))]
        if t.rel[at].startswith("nsubj") and (root := t.head[at]) >= 0 and t.child(root, "cop") >= 0 and t.factor(root) == 1:
            said += [c for c in (root, *t.all(root, "conj")) if not any(k > c for k in t.all(c, "obl", "advcl"))]  # not "white with flour"
        colours = {"eyes": "eye colours", "eye": "eye colours"} | dict.fromkeys(_HAIR, "hair colours")
        if word in colours:
            wanted = _facts(colours[word])
            found = [c for c in said if t.lower[c] in wanted and t.pos[c] in ("ADJ", "NOUN")]
            kind = "eye colour" if word.startswith("eye") else "hair colour"
            for c in found[:1]:
                shade = t.lower[c - 1] if t.lower[c - 1] in _SHADES else ""
                yield from self._say(owner, kind, f"{shade} {t.lower[c]}".strip(), at, 0.8 * factor, to=max(to, c))
            shapes = [c for c in said if word in _HAIR and t.lower[c] in _facts("hair shapes")]
            if shapes and not found:
                yield from self._say(owner, "hair", " ".join(t.lower[c] for c in sorted(shapes)), at, 0.75 * factor, to=to)
        elif word in _facts("beards") or (word in _facts("marks") and (said or t.all(at, "nmod") or word == "freckles")):
            yield from self._say(owner, "facial hair" if word in _facts("beards") else "mark", self._phrase(at), at, 0.7 * factor, to=to)

    def _mark_on(self, at: int) -> Iterator[Statement]:
        """ "There was the burn, the long white one on the inside of his left wrist": whose the part is that bears it."""
        t = self.trees
        first, last = t.subtree(at)
        first = next((i for i in range(first, at) if t.pos[i] not in ("DET", "PUNCT", "ADP", "PRON", "VERB")), at)
        for i in range(at + 1, min(last, at + _FAR)):
            if t.lower[i] in _facts("body parts") and (owner := t.child(i, "nmod:poss")) >= 0 and not t.negated(at):
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
        if t.lower[at] not in _last_words("facts", "clothes") or t.has(at, "det", "no"):
            return
        head, about, factor, to = t.head[at], NOBODY, 0.0, -1
        wears = head >= 0 and t.lower[head] in _facts("wear verbs") and t.form[head] != "Inf"
        if t.rel[at] in ("obj", "obl") and wears and (subject := t.subject(head)) >= 0:
            about, factor, to = t.people(subject), 0.8 * self._asserted(head), subject
        elif t.rel[at] in ("obl", "nmod") and head >= 0 and t.has(at, "case", "in") and t.child(at, "nmod:poss") < 0:
            about, factor, to = self._in_clothes(at, head)
        elif t.child(at, "nmod:poss") < 0:
            about, factor, to = self._bearer(at)
        if about.who and factor:
            first, last = t.subtree(at)
            first = next((i for i in range(first, at) if t.rel[i] not in ("case", "punct", "cc")), at)
            yield from self._say(about, "clothing", self._text(first, last, 10), at, 0.85 * factor, lasting=False, to=to)

    def _in_clothes(self, at: int, head: int) -> tuple[People, float, int]:
        t = self.trees
        if t.lower[at] in ("suit", "mask", "ring", "crown", "cap") and not t.has(at, "det", "a", "an"):
            return NOBODY, 0.0, -1
        if t.pos[head] in ("NOUN", "PROPN"):
            return t.people(head), 0.8, head
        subject = t.subject(head)
        return (t.people(subject), 0.75 * self._asserted(head), subject) if subject >= 0 else (NOBODY, 0.0, -1)

    def _state(self, at: int) -> Iterator[Statement]:
        """What somebody is: tall, deaf, allergic to cats."""
        t = self.trees
        word = t.lower[at]
        kind = "build" if word in _facts("builds") else "health" if word in _facts("conditions") or word == "allergic" else None
        if kind is None or t.has(at, "advmod", "too", "as", "so", "how"):
            return
        about, factor, to = self._predicate(at)
        if t.rel[at] == "amod" and kind == "build" and (noun := t.head[at]) >= 0 and t.lower[noun] in _facts("people"):
            about, factor, to = self._predicate(noun)
            if not about.who and t.people(noun).kind == MentionKind.NOMINAL:
                about, factor, to = t.people(noun), 0.75, noun
        if about.who and t.all(at, "obl", "advcl", "xcomp", "ccomp") and word != "allergic":
            return  # "short of money", "deaf to his prayers", "thin with hunger"
        value = self._text(at, t.subtree(at)[1], 4) if word == "allergic" else word
        yield from self._say(about, kind, value, at, 0.8 * factor, to=to)

    # --- ages
    def _age(self, at: int) -> Iterator[Statement]:
        """ "She was sixty", "they are twenty-three", "a man of forty", "he had turned six", "seventeen years old"."""
        t = self.trees
        value = t.lower[at]
        if re.fullmatch(r".*-year-old", value):
            yield from self._year_old(at)
            return
        if (
            not (value.isdigit() or value.split("-")[0] in _facts("numbers"))
            or value == "hundred"
            or (value.isdigit() and not 3 <= int(value) <= 125)
        ):
            return
        head = t.head[at]
        about, factor, to = self._predicate(at)
        if not about.who and t.rel[at] == "nummod" and head >= 0 and t.lower[head] == "years":
            top = t.head[head]
            if t.rel[head].startswith(("obl", "nmod", "advmod")) and top >= 0 and t.lower[top] in ("old", "age"):
                about, factor, to = self._predicate(top)
        elif not about.who and t.rel[at] in ("obj", "xcomp", "obl", "advmod") and head >= 0 and t.lower[head] in _TURNED:
            subject = t.subject(head)
            about, factor, to = (t.people(subject), self._asserted(head), subject) if subject >= 0 else (about, factor, to)
        elif not about.who and t.rel[at] == "nmod" and t.has(at, "case", "of") and head >= 0 and t.lower[head] in _facts("people"):
            about, factor, to = self._predicate(head)
            if not about.who:
                about, factor, to = t.people(head), 0.75, head
        if not about.who or t.all(at, "nmod", "obl:unmarked") or value in _SMALL:
            return
        if (following := t.lower[at + 1] if at + 1 < len(t.lower) else "") in _NO_AGE:
            return
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
        yield from self._say(about, attribute, t.text[t.start[at] : t.end[at]], at, 0.8 * factor, to=to)

    def _year_old(self, at: int) -> Iterator[Statement]:
        t = self.trees
        about, factor, to = self._predicate(at)
        if not about.who:
            noun = t.head[at] if t.rel[at] in ("amod", "compound") and t.head[at] >= 0 else at
            about, factor, to = t.people(noun), 0.8, noun
            if not about.who:
                about, factor, to = self._predicate(noun)
        yield from self._say(about, "age", t.lower[at].removesuffix("-year-old"), at, 0.85 * factor, to=to)

    # --- places
    def _home(self, at: int) -> Iterator[Statement]:
        t = self.trees
        if t.lower[at] not in _facts("live verbs") or (subject := t.subject(at)) < 0:
            return
        for c in t.all(at, "obl"):
            if t.has(c, "case", *_facts("home prepositions")) and self._may_be_home(c):
                first, last = t.subtree(c)
                value = self._text(first, last, 9)
                used = t.rel[at] == "xcomp" and t.head[at] >= 0 and t.lower[t.head[at]] == "used"
                factor = self._asserted(t.head[at] if used else at)
                if t.form[at] == "Inf" and not used:
                    factor *= 0.3
                where = t.pos[c] == "PROPN" or any(t.pos[i] == "DET" or t.rel[i] == "nmod:poss" for i in t.children[c])
                yield from self._say(
                    t.people(subject), "former home" if used else "home", value, at, (0.75 if where else 0.4) * factor, to=c
                )
                return

    def _may_be_home(self, at: int) -> bool:
        t = self.trees
        word = t.lower[at]
        return word not in _last_words("facts", "no home") and word.rstrip("s") not in _facts("habit times") and not t.people(at).who

    def _origin(self, at: int) -> Iterator[Statement]:
        """ "The nephew in Tampa", "Mrs Dunmore from Leeds"."""
        t, head = self.trees, self.trees.head[at]
        if t.rel[at] != "nmod" or head < 0 or t.people(at).who or t.pos[head] not in ("NOUN", "PROPN") or not t.people(head).who:
            return
        if t.has(at, "case", "in") and t.people(head).kind == MentionKind.NOMINAL:
            yield from self._say(t.people(head), "home", f"in {self._phrase(at, 3)}", at, 0.6, to=head)
        elif t.has(at, "case", "from"):
            yield from self._say(t.people(head), "origin", self._phrase(at, 3), at, 0.55, to=head)

    # --- what they do again and again, can do, are called
    def _habit(self, at: int) -> Iterator[Statement]:
        t = self.trees
        if t.lower[at] in _last_words("facts", "no habit") or (subject := t.subject(at)) < 0 or t.imperative[at] or t.form[at] == "Inf":
            return
        if t.rel[at].partition(":")[0] in ("acl", "advcl"):
            return
        always = t.has(at, "advmod", "always", "usually", "invariably", "often")
        every = any(t.has(c, "det", "every", "each") and t.lower[c] in _facts("habit times") for c in t.all(at, "obl", "nmod", "advmod"))
        simple = t.tense[at] == "Pres" and t.form[at] == "Fin"
        at_nine = simple and any(t.has(c, "case", "at") and t.pos[c] == "NUM" and not t.all(c, "nmod") for c in t.all(at, "obl"))
        plural_day = at_nine or any(t.lower[c] in _facts("weekdays") and t.has(c, "case", "on") for c in t.all(at, "obl"))
        if not (always or every or plural_day) or t.people(subject).one is None:
            return
        if t.has(at, "aux", "will", "'ll", "would", "could", "can", "should", "must", "have", "had", "has", "'ve", "'d"):
            return
        last = t.subtree(at)[1]
        adverb = next((c for c in t.all(at, "advmod") if c < at and t.lower[c] in ("always", "usually", "invariably", "often")), at)
        value = self._text(min(adverb, at), last)
        yield from self._say(t.people(subject), "habit", value, at, (0.7 if every or plural_day else 0.55) * t.factor(at), to=last - 1)

    def _once(self, at: int) -> Iterator[Statement]:
        """ "He used to weigh it in his palm"."""
        t = self.trees
        act = t.child(at, "xcomp")
        if t.lower[at] != "used" or act < 0 or not t.has(act, "mark", "to") or (subject := t.subject(at)) < 0:
            return
        if (
            t.pos[act] != "VERB"
            or t.lower[act] in ("have", "think", "live")
            or t.rel[at].startswith("acl")
            or not t.factor(at)
            or t.negated(act)
        ):
            return
        last = t.subtree(act)[1]
        yield from self._say(t.people(subject), "former habit", self._text(act, last), at, 0.7, to=act)

    def _owns(self, at: int) -> Iterator[Statement]:
        """ "She owned a bakery", "he carried a notebook"."""
        t = self.trees
        thing, subject = t.child(at, "obj"), t.subject(at)
        if t.lower[at] not in _facts("own verbs") or thing < 0 or subject < 0 or t.form[at] == "Inf" or t.pos[thing] != "NOUN":
            return
        kept = t.lower[at].startswith("own") or t.lower[thing] in _facts("belongings")
        if kept and (t.has(thing, "det", "a", "an") or t.lower[at].startswith("own")) and not t.people(thing).who:
            yield from self._say(t.people(subject), "belongings", self._phrase(thing), at, 0.7 * self._asserted(at), to=thing)

    def _ability(self, at: int) -> Iterator[Statement]:
        """ "He could speak the tongue of gulls", "she had learned to fly"."""
        t = self.trees
        if t.lower[at] not in _facts("ability verbs"):
            return
        head = t.head[at]
        learned = t.rel[at] == "xcomp" and head >= 0 and t.lower[head] in _facts("learn verbs")
        can = t.has(at, "aux", "can", "could")
        if not (can or learned) or (subject := t.subject(at)) < 0 or t.unreal(at, allowed="could") or t.asked(at):
            return
        if can and (t.all(at, "advcl", "ccomp", "xcomp") or (t.lower[at] in _facts("perception verbs") and t.child(at, "obj") >= 0)):
            return
        denied = t.negated(at) or (learned and t.negated(head))
        if can and not denied and t.lower[at] in _facts("perception verbs"):
            return
        value = self._text(at, t.subtree(at)[1], 7)
        attribute = "inability" if denied else "ability"
        yield from self._say(t.people(subject), attribute, value, at, 0.6 if learned or not denied else 0.5, to=head if learned else at)

    def _called(self, at: int) -> Iterator[Statement]:
        """ "The court called her Changeling"."""
        t = self.trees
        if (
            t.lower[at] not in ("called", "calls", "call", "nicknamed", "christened")
            or (who := t.child(at, "obj")) < 0
            or not self._asserted(at)
        ):
            return
        name = t.child(at, "xcomp")
        about = t.people(who)
        if name >= 0 and t.pos[name] == "PROPN" and about.one and self._phrase(name, 4) != t.cast.characters[about.one].name:
            yield from self._say(about, "known as", self._phrase(name, 4), at, 0.75, to=name)

    def _known_as(self, at: int) -> Iterator[Statement]:
        """ "In town she is Mistress Quill", "You're Vane"."""
        t = self.trees
        subject = t.child(at, "nsubj")
        if t.child(at, "cop") < 0 or subject < 0 or t.pos[subject] != "PRON" or t.all(at, "nmod", "det", "case", "nmod:poss"):
            return
        about, named = t.people(subject), t.people(at)
        value = self._phrase(at, 4)
        if about.one and named.kind == MentionKind.NAME and t.mention.get(at) is not None and value != t.cast.characters[about.one].name:
            sure = 0.75 if not named.who or named.who == about.who else 0.5
            yield from self._say(about, "known as", value, at, sure * self._asserted(at), to=subject)

    def _name(self, at: int) -> Iterator[Statement]:
        """ "My name is Josephine Pell"."""
        t = self.trees
        if t.lower[at] == "name" and t.rel[at].startswith("nsubj") and (owner := t.child(at, "nmod:poss")) >= 0 and not t.all(at, "amod"):
            root = t.head[at]
            if root >= 0 and t.pos[root] == "PROPN" and t.factor(root) == 1:
                yield from self._say(t.people(owner), "name", self._phrase(root, 4), root, 0.85, to=at)


_ABSTRACT = ("ness", "tion", "sion", "ment", "ity", "ance", "ence", "ism", "ship", "hood")
_CUTS = frozenset(",;:—–.!?") | {"--", "…", "..."}
_PRENOMINAL = ("nmod:desc", "det", "amod", "compound", "nummod", "nmod:poss", "case", "advmod", "flat")
_HAIR = frozenset(("hair", "curls", "locks", "braid", "braids", "plait", "plaits", "ponytail"))
_SHADES = frozenset(("dark", "light", "pale", "bright", "deep"))
_GROW = frozenset(("grown", "grew", "become", "became", "turned", "went", "gone", "remained"))
_BREAKS = ("acl", "advcl", "conj", "appos", "parataxis", "nsubj")
_HAVE = frozenset(("have", "has", "had", "'ve", "'d"))
_BAD = frozenset(("bad", "lame", "good", "blind", "weak", "wooden"))
_FAR = 16  # tokens between a mark and the part that bears it
_PERIODS = frozenset(("year", "summer", "winter", "day", "autumn", "spring", "night", "week"))
_SINCE = frozenset(("when", "since", "until", "till", "as", "before", "after", "while"))
_TURNED = frozenset(("turned", "turn", "turns", "turning", "aged", "age"))
_NO_AGE = frozenset(
    ("o'clock", "of", "minutes", "hours", "days", "weeks", "months", "miles", "pounds", "feet", "inches", "times", "points")
)
