"""Facts that the tree of a sentence states: "her eyes, in that light, were grey", "Ann, a nurse at St Jude's", "he still lives in Hull".

Beside the templates of fact_statements.py, which see words in a row. What the words are (a trade, a garment, a colour) stands in the
lexicons; what hangs on what, in the reader model's trees; about whom, in who-is-who.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fabula.layers import MentionKind
from fabula.lexicons import words
from fabula.reading.fact_grammar import facts, last_words
from fabula.reading.fact_lives import Lives
from fabula.reading.fact_looks import Looks
from fabula.reading.fact_statements import Statement, trade
from fabula.reading.fact_traits import Traits

_PRAISED = 0.5
_ABSTRACT = ("ness", "tion", "sion", "ment", "ity", "ance", "ence", "ism", "ship", "hood")


class TreeFacts(Looks, Lives, Traits):
    """Finds the statements of facts in the trees of a story."""

    def statements(self) -> Iterator[Statement]:
        t = self.trees
        by_pos: dict[str, tuple[Callable[[int], Iterator[Statement]], ...]] = {
            "NOUN": (
                self._job,
                self._kind,
                self._look,
                self._clothes,
                self._name,
                self._state_nouns,
                self._belonging,
                self._at_school,
                self._next_door,
                self._trait_nouns,
            ),
            "PROPN": (self._job, self._origin, self._known_as),
            "NUM": (self._age, self._height),
            "VERB": (
                self._home,
                self._born,
                self._work,
                self._owns,
                self._habit,
                self._once,
                self._ability,
                self._called,
                self._died,
                self._life_verbs,
                self._birth,
                self._family_state,
                self._feels_about,
                self._trait_verbs,
            ),
            "ADJ": (self._state, self._age, self._state_words, self._ailment, self._trait_words),
        }
        for at, pos in enumerate(t.pos):
            if t.told[at]:
                for find in by_pos.get(pos, ()):
                    yield from find(at)

    # --- trades
    def _job(self, at: int) -> Iterator[Statement]:
        """ "She is a barrister", "Tom, a nurse at the hospital,"."""
        t, jobs = self.trees, words("jobs", "jobs")
        if t.lower[at] not in last_words("jobs", "jobs") or t.plural[at]:
            return
        before = t.lower[at - 1] if at else ""
        noun = next((n for n in (f"{before} {t.lower[at]}", t.lower[at]) if n in jobs), "")
        about, factor, to = self._predicate(at)
        theirs = t.child(at, "cop") >= 0 and t.child(at, "nmod:poss") >= 0  # "I am your caseworker"
        if not noun or not about.who or not (theirs or t.has(at, "det", "a", "an", "the")) or t.has(at, "case", "like", "as", "of"):
            return
        qualities = {t.lower[c] for c in t.all(at, "amod")}
        if (qualities and t.lower[at] in words("jobs", "ambiguous")) or (t.lower[at] == "maid" and "old" in qualities):
            return
        if qualities - words("jobs", "adjectives") - words("jobs", "not in value") and t.quote_row(at) >= 0:
            factor *= _PRAISED  # "you are a rotten dancer" is no trade
        was = t.has(at, "cop", "was", "were") and (t.quote_row(at) >= 0 or self.present)
        former = was or t.has(at, "amod", "former", "ex") or (t.has(at, "aux", "had", "'d") and t.child(at, "cop") >= 0)
        yield from self._say(about, "former job" if former else "job", trade(self._phrase(at, 6)) or noun, at, 0.8 * factor, to=to)

    def _kind(self, at: int) -> Iterator[Statement]:
        """ "He is a jackdaw", "she was a woman of few words": what somebody is, beyond a trade."""
        t = self.trees
        subject = t.child(at, "nsubj")
        if subject < 0 or t.child(at, "cop") < 0 or t.plural[at] or not t.has(at, "det", "a", "an") or t.all(at, "case"):
            return
        word = t.lower[at]
        if word in last_words("jobs", "jobs") or word in facts("no kind") or word.endswith(_ABSTRACT) or word in last_words("kin", "ties"):
            return
        if word in facts("people") and not t.all(at, "amod", "nmod", "acl"):
            return
        if word in facts("animals"):
            abuse = t.quote_row(at) >= 0 or t.all(at, "amod")  # "Allan is an interfering ass"
            yield from self._say(
                t.people(subject), "species", self._phrase(at, 3), at, (0.3 if abuse else 0.65) * self._asserted(at), to=subject
            )
            return
        sure = 0.5 if t.quote_row(at) < 0 else 0.35  # what people call each other in speech is praise and abuse
        yield from self._say(t.people(subject), "description", self._phrase(at), at, sure * self._asserted(at), to=subject)

    def _work(self, at: int) -> Iterator[Statement]:
        """ "I teach geography at a school in Leeds", "he had worked nine years at the bank", "I drove a bread truck"."""
        t = self.trees
        word = t.lower[at]
        kind = next((k for k in ("work", "teach", "drive") if word in facts(f"{k} verbs")), None)
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
            obj >= 0 and t.lower[obj] in facts("vehicles of work") and not t.has(obj, "det", "the", "that", "this")
        ):
            return
        if kind == "teach" and (t.child(at, "iobj", "xcomp", "ccomp") >= 0 or (obj >= 0 and t.pos[obj] == "PRON")):
            return
        if kind == "teach" and not ((obj >= 0 and not t.people(obj).who and t.child(obj, "nmod:poss") < 0) or (places and obj < 0)):
            return
        if kind == "work" and not any(self._workplace(c) for c in places):
            return
        first = next((c for c in places if kind == "work" and self._workplace(c)), at)
        value = self._phrase(first) if first != at else self._text(at, self._own_end(at), 9)
        past = t.tense[at] == "Past" and (t.quote_row(at) >= 0 or self.present)
        told = "work" if kind != "work" else "job" if t.has(first, "case", "as") else "workplace"
        attribute = ("former " if past else "") + told
        yield from self._say(t.people(subject), attribute, value, at, 0.75 * factor, to=first)

    def _own_end(self, at: int) -> int:
        """Where a clause ends before others that are joined to it."""
        t = self.trees
        joined = [t.subtree(c)[0] for c in t.children[at] if c > at and t.rel[c].partition(":")[0] in ("conj", "advcl", "parataxis")]
        return min([t.subtree(at)[1], *joined])

    def _workplace(self, at: int) -> bool:
        t = self.trees
        return t.lower[at] in last_words("jobs", "workplaces") or (
            t.pos[at] == "PROPN" and t.has(at, "case", "at", "for") and not t.people(at).who
        )

    # --- places
    def _home(self, at: int) -> Iterator[Statement]:
        t = self.trees
        if t.lower[at] not in facts("live verbs") or (subject := t.subject(at)) < 0:
            return
        for c in self._phrases_of(at, *facts("home prepositions")):
            if self._may_be_home(c):
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
        return word not in last_words("facts", "no home") and word.rstrip("s") not in facts("habit times") and not t.people(at).who

    def _origin(self, at: int) -> Iterator[Statement]:
        """ "The nephew in Tampa", "Mrs Dunmore from Leeds"."""
        t, head = self.trees, self.trees.head[at]
        if t.rel[at] != "nmod" or head < 0 or t.people(at).who or t.pos[head] not in ("NOUN", "PROPN") or not t.people(head).who:
            return
        if t.has(at, "case", "in") and t.people(head).kind == MentionKind.NOMINAL:
            yield from self._say(t.people(head), "home", f"in {self._phrase(at, 3)}", at, 0.6, to=head)
        elif t.has(at, "case", "from"):
            yield from self._say(t.people(head), "origin", self._phrase(at, 3), at, 0.55, to=head)

    def _born(self, at: int) -> Iterator[Statement]:
        """ "My mother, Rosa, had been born in Lisbon"."""
        t = self.trees
        if t.lower[at] != "born" or (subject := t.subject(at)) < 0:
            return
        where = next((c for c in t.all(at, "obl") if t.pos[c] == "PROPN" and t.has(c, "case", "in", "at") and not t.people(c).who), -1)
        if where >= 0 and t.lower[where] not in facts("months"):
            yield from self._say(t.people(subject), "birthplace", self._phrase(where, 3), at, 0.75 * self._asserted(at), to=where)

    # --- what they do again and again, can do, own, are called
    def _habit(self, at: int) -> Iterator[Statement]:
        t = self.trees
        if t.lower[at] in last_words("facts", "no habit") or (subject := t.subject(at)) < 0 or t.imperative[at] or t.form[at] == "Inf":
            return
        if t.rel[at].partition(":")[0] in ("acl", "advcl"):
            return
        always = t.has(at, "advmod", "always", "usually", "invariably", "often")
        every = any(t.has(c, "det", "every", "each") and t.lower[c] in facts("habit times") for c in t.all(at, "obl", "nmod", "advmod"))
        simple = t.tense[at] == "Pres" and t.form[at] == "Fin"
        at_nine = simple and any(t.has(c, "case", "at") and t.pos[c] == "NUM" and not t.all(c, "nmod") for c in t.all(at, "obl"))
        plural_day = at_nine or any(t.lower[c] in facts("weekdays") and t.has(c, "case", "on") for c in t.all(at, "obl"))
        if not (always or every or plural_day) or t.people(subject).one is None:
            return
        if t.has(at, "aux", "will", "'ll", "would", "could", "can", "should", "must", "have", "had", "has", "'ve", "'d"):
            return
        last = self._own_end(at)
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
            or t.lower[act] in last_words("facts", "no habit") | {"live"}
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
        if t.lower[at] not in facts("own verbs") or thing < 0 or subject < 0 or t.form[at] == "Inf" or t.pos[thing] != "NOUN":
            return
        kept = t.lower[at].startswith("own") or t.lower[thing] in facts("belongings")
        if kept and (t.has(thing, "det", "a", "an") or t.lower[at].startswith("own")) and not t.people(thing).who:
            yield from self._say(t.people(subject), "belongings", self._phrase(thing), at, 0.7 * self._asserted(at), to=thing)

    def _ability(self, at: int) -> Iterator[Statement]:
        """ "He could speak the tongue of gulls", "she had learned to fly"."""
        t = self.trees
        if t.lower[at] not in facts("ability verbs"):
            return
        head = t.head[at]
        learned = t.rel[at] == "xcomp" and head >= 0 and t.lower[head] in facts("learn verbs")
        can = t.has(at, "aux", "can", "could", "ca", "cannot") or t.has(at, "advmod", "cannot")
        if not (can or learned) or (subject := t.subject(at)) < 0 or t.unreal(at, allowed="could") or t.asked(at):
            return
        if can and (t.all(at, "advcl", "ccomp", "xcomp") or (t.lower[at] in facts("perception verbs") and t.child(at, "obj") >= 0)):
            return
        denied = t.negated(at) or (learned and t.negated(head))
        if can and not denied and t.lower[at] in facts("perception verbs"):
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
