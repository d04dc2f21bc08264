"""Facts of what people are like in the trees of sentences: what they are good at, like, fear and keep, how tall they are, what they mean to
become, whom they have, which animals are theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

from fabula.layers import MentionKind
from fabula.reading.fact_grammar import facts, last_words
from fabula.reading.fact_statements import Statement
from fabula.reading.fact_states import States
from fabula.reading.trees import NOBODY, People

_FEET = frozenset(("foot", "feet", "ft", "inches"))
_A = ("a", "an")
_THIS = frozenset(("it", "this", "that", "these", "those", "them", "him", "her", "me", "you", "us", "one", "first", "last", "all"))
_TALLEST = 8  # feet
_MANNER = ("with", "on", "in")


class Traits(States):
    """Finds abilities, tastes, fears, lasting ways, stature, plans, families and animals."""

    def _trait_words(self, at: int) -> Iterator[Statement]:
        """What is said of somebody by an adjective or a participle."""
        yield from self._good_at(at)
        yield from self._feels_about(at)
        yield from self._family_state(at)
        yield from self._character(at)
        yield from self._as_thin_as(at)
        yield from self._oldest(at)

    def _trait_nouns(self, at: int) -> Iterator[Statement]:
        """What is said of somebody by a noun."""
        yield from self._doer(at)
        yield from self._relative_had(at)
        yield from self._animal(at)
        yield from self._voice(at)
        yield from self._hands_of_a_trade(at)
        yield from self._works_there(at)

    def _trait_verbs(self, at: int) -> Iterator[Statement]:
        """What is said of somebody by what they do, or do not."""
        if self.trees.imperative[at]:
            return
        yield from self._keeps(at)
        yield from self._abstains(at)
        yield from self._tastes(at)
        yield from self._lost_part(at)
        yield from self._walks_with(at)
        yield from self._drives(at)
        yield from self._plans(at)
        yield from self._took_work(at)
        yield from self._duties(at)

    # --- abilities and character
    def _good_at(self, at: int) -> Iterator[Statement]:
        """ "She was good at chess", "he was no use with money"."""
        t = self.trees
        good, bad = t.lower[at] in facts("able"), t.lower[at] in facts("unable")
        what = next((c for c in self._phrases_of(at, "at", "with") if c > at), -1)
        if (
            not (good or bad)
            or what < 0
            or t.lower[what] in _THIS
            or t.people(what).who
            or t.child(what, "nmod:poss") >= 0
            or t.has(what, "det", "the", "that", "this")
        ):
            return
        about, _, to = self._predicate(at)
        denied = t.negated(at)
        if about.who and not t.unreal(at) and not t.asked(at):
            attribute = "ability" if good != denied else "inability"
            yield from self._say(about, attribute, self._text(at, t.subtree(what)[1], 6), at, 0.65, to=to)

    def _doer(self, at: int) -> Iterator[Statement]:
        """ "He had never been a good liar", "she is a terrible cook"."""
        t = self.trees
        if t.lower[at] not in facts("doers") or not t.has(at, "det", "a", "an", "no") or t.child(at, "cop") < 0:
            return
        said = [c for c in t.all(at, "amod") if t.lower[c] in facts("able") | facts("unable")]
        about, _, to = self._predicate(at)
        if not said or not about.who or t.unreal(at) or t.asked(at):
            return
        no = t.negated(at) or t.has(at, "det", "no")
        value = ("not a " if no else "") + self._text(said[0], at + 1, 4)
        able = (t.lower[said[0]] in facts("able")) != no
        yield from self._say(about, "ability" if able else "inability", value, at, 0.65, to=to)

    def _character(self, at: int) -> Iterator[Statement]:
        """ "He was stubborn and proud", "a handsome woman": of a moment where an adverb or a cause stands beside it."""
        t = self.trees
        kind = "character" if t.lower[at] in facts("characters") else "looks" if t.lower[at] in facts("handsome") else ""
        if not kind or t.has(at, "advmod", "too", "so", "as", "how", "being", "suddenly", "more", "now", "rather"):
            return
        if t.all(at, "obl", "advcl", "ccomp", "xcomp", "obj") or t.negated(at):
            return
        about, factor, to = self._predicate(at)
        noun = t.head[at] if t.rel[at] == "amod" else -1
        if noun >= 0 and t.lower[noun] in facts("people") and t.has(noun, "det", *_A):
            about, factor, to = self._predicate(noun)
        spoken = 0.7 if t.quote_row(at) >= 0 else 1.0
        yield from self._say(about, kind, t.lower[at], at, 0.6 * factor * spoken, to=to)

    # --- tastes and fears
    def _feels_about(self, at: int) -> Iterator[Statement]:
        """ "She was terrified of dogs", "he was fond of marmalade": of a kind of thing, not of one."""
        t = self.trees
        attribute = "fear" if t.lower[at] in facts("fearful") else "likes" if t.lower[at] in facts("fond") else ""
        if not attribute:
            return
        what = next((c for c in self._phrases_of(at, "of", "on", "about", "for") if c > at), -1)
        about, factor, to = self._predicate(at)
        if what >= 0 and self._kind_of_thing(what):
            yield from self._say(about, attribute, self._text(t.subtree(what)[0] + 1, t.subtree(what)[1], 5), at, 0.65 * factor, to=to)

    def _kind_of_thing(self, at: int) -> bool:
        """Whether a noun names things in general: no article, no owner, no person."""
        t = self.trees
        determined = any(t.rel[c].partition(":")[0] == "det" or t.rel[c] == "nmod:poss" for c in t.children[at])
        named = t.text[t.start[at]].isupper()
        return (
            t.pos[at] in ("NOUN", "PROPN")
            and not named
            and not determined
            and not t.people(at).who
            and t.lower[at] not in facts("no taste")
        )

    def _tastes(self, at: int) -> Iterator[Statement]:
        """ "He hated cats", "she can't stand rhubarb"."""
        t = self.trees
        liked, hated = t.lower[at] in facts("like verbs"), t.lower[at] in facts("hate verbs")
        stand = t.lower[at] in facts("bear verbs") and t.negated(at) and t.has(at, "aux", "can", "could", "ca")
        thing, subject = t.child(at, "obj"), t.subject(at)
        if not (liked or hated or stand) or thing < 0 or subject < 0 or not self._kind_of_thing(thing):
            return
        if t.form[at] == "Inf" and not stand:
            return
        if t.has(at, "aux", "would", "'d", "will", "'ll") or (t.negated(at) and not stand) or t.unreal(at, allowed="could") or t.asked(at):
            return
        value = self._text(t.subtree(thing)[0], t.subtree(thing)[1], 5)
        yield from self._say(t.people(subject), "likes" if liked else "dislikes", value, at, 0.6, to=thing)

    # --- lasting ways
    def _keeps(self, at: int) -> Iterator[Statement]:
        """ "He kept bees", "she smoked a pipe", "he bites his nails"."""
        t = self.trees
        thing, subject = t.child(at, "obj"), t.subject(at)
        if thing < 0 or subject < 0 or t.form[at] == "Inf":
            return
        kept = t.lower[at] in facts("keep verbs") or t.lower[at] in facts("raise verbs")
        animals = kept and t.plural[thing] and t.lower[thing] in facts("kept animals")
        smokes = t.lower[at] in facts("smoke verbs") and t.lower[thing] in facts("smokes") and not t.has(thing, "det", "the")
        bites = t.lower[at] in facts("bite verbs") and t.lower[thing] in facts("bitten") and t.child(thing, "nmod:poss") >= 0
        bare = not t.has(thing, "det", "the", "that", "those", "these")
        if (animals and bare) or smokes or bites:
            value = self._text(at, t.subtree(thing)[1], 6)
            yield from self._say(t.people(subject), "habit", value, at, (0.6 if animals else 0.5) * self._asserted(at), to=thing)

    def _abstains(self, at: int) -> Iterator[Statement]:
        """ "Ruth didn't drink", "he never smoked": as a rule, so nothing else hangs on it."""
        t = self.trees
        if t.lower[at] not in facts("abstain verbs") or not t.negated(at) or (subject := t.subject(at)) < 0:
            return
        if t.all(at, "obj", "obl", "advcl", "xcomp", "ccomp", "conj") or t.rel[at] not in ("root", "conj", "ccomp", "parataxis"):
            return
        did = t.has(at, "aux", "do", "does", "did") or t.has(at, "advmod", "never")
        if did and not t.has(at, "aux", "would", "could", "can", "will", "have", "had", "has") and not t.unreal(at) and not t.asked(at):
            yield from self._say(t.people(subject), "habit", f"does not {self._base(at)}", at, 0.6, to=subject)

    def _base(self, at: int) -> str:
        word = self.trees.lower[at]
        return {"drank": "drink", "drinks": "drink", "smoked": "smoke", "smokes": "smoke", "swore": "swear", "drove": "drive"}.get(
            word, word
        )

    def _walks_with(self, at: int) -> Iterator[Statement]:
        """ "He walked with a stick", "she spoke with a lisp"."""
        t = self.trees
        if t.lower[at] not in facts("gait verbs") or (subject := t.subject(at)) < 0:
            return
        for c in self._phrases_of(at, *_MANNER):
            if t.lower[c] in facts("gait aids") and not t.has(c, "det", "the") and t.child(c, "nmod:poss") < 0:
                value = self._text(at, t.subtree(c)[1], 6)
                yield from self._say(t.people(subject), "health", value, at, 0.65 * self._asserted(at), to=c)

    def _lost_part(self, at: int) -> Iterator[Statement]:
        """ "He had lost two fingers at the sawmill", "she lost an eye"."""
        t = self.trees
        thing, subject = t.child(at, "obj"), t.subject(at)
        if t.lower[at] not in ("lost", "lose", "loses") or thing < 0 or subject < 0 or t.lower[thing] not in facts("lost parts"):
            return
        if t.all(thing, "nummod") or t.has(thing, "det", *_A) or t.lower[thing] in ("hearing", "sight", "eyesight", "hair", "leg", "arm"):
            yield from self._say(
                t.people(subject), "health", self._text(at, t.subtree(thing)[1], 6), at, 0.7 * self._asserted(at), to=thing
            )

    # --- stature
    def _height(self, at: int) -> Iterator[Statement]:
        """ "He was six foot four", "she was five feet tall"."""
        t = self.trees
        nxt = t.lower[at + 1] if at + 1 < len(t.lower) else ""
        if nxt not in _FEET or t.sentence[at + 1] != t.sentence[at] or t.lower[at] not in facts("numbers") | {"4", "5", "6", "7"}:
            return
        if t.lower[at] in ("4", "5", "6", "7", "four", "five", "six", "seven"):
            for i in (at, at + 1, t.head[at], t.head[at + 1]):
                if i >= 0 and t.sentence[i] == t.sentence[at] and (subject := t.child(i, "nsubj")) >= 0 and t.child(i, "cop") >= 0:
                    last = min(at + 4, t.bounds[t.sentence[at]][1])
                    last = next((k for k in range(at + 2, last) if t.pos[k] not in ("NUM", "ADJ") and t.lower[k] not in _FEET), last)
                    yield from self._say(t.people(subject), "height", self._text(at, last), at, 0.75 * self._asserted(i), to=subject)
                    return

    def _as_thin_as(self, at: int) -> Iterator[Statement]:
        """ "As thin as a rake": said of how somebody is made."""
        t = self.trees
        if t.lower[at] not in facts("builds") or t.lower[at - 1 : at] != ["as"] or t.lower[at + 1 : at + 2] != ["as"]:
            return
        about, factor, to = self._predicate(at)
        last = min(at + 5, t.bounds[t.sentence[at]][1])
        last = next((k for k in range(at + 2, last) if t.pos[k] == "NOUN"), -1)
        if last >= 0:
            yield from self._say(about, "build", self._text(at, last + 1), at, 0.6 * factor, to=to)

    def _voice(self, at: int) -> Iterator[Statement]:
        """ "His voice was a rasp", "she had a smoker's voice"."""
        t = self.trees
        if t.lower[at] != "voice" or not t.rel[at].startswith("nsubj") or (owner := t.child(at, "nmod:poss")) < 0:
            return
        root = t.head[at]
        if root < 0 or t.child(root, "cop") < 0 or t.lower[root] in facts("passing looks") or t.all(root, "obl", "advcl", "xcomp"):
            return
        if t.pos[root] in ("ADJ", "NOUN") and not t.has(root, "advmod", "too", "so", "as"):
            yield from self._say(t.people(owner), "voice", self._phrase(root, 4), root, 0.5 * t.factor(root), lasting=False, to=at)

    def _hands_of_a_trade(self, at: int) -> Iterator[Statement]:
        """ "A big man with a locksmith's burnt thumbs": a guess at the trade, for the review list."""
        t = self.trees
        owner = next((c for c in t.all(at, "nmod:poss") if t.lower[c] in last_words("jobs", "jobs") - facts("people")), -1)
        if owner < 0 or t.lower[at] not in facts("body parts") | facts("features") or t.has(at, "case", "like", "as"):
            return
        about, factor, to = self._holder(at)
        if not t.people(owner).who or t.people(owner).kind == MentionKind.NOMINAL:
            yield from self._say(about, "job", t.lower[owner], owner, 0.5 * factor, to=to)

    # --- family and animals
    def _family_state(self, at: int) -> Iterator[Statement]:
        """ "He was engaged to a dentist", "she was divorced", "they had been married for ten years"."""
        t = self.trees
        if t.lower[at] not in facts("family states") or (subject := t.subject(at)) < 0:
            return
        said = t.child(at, "cop", "aux") >= 0 or t.child(at, "aux:pass") >= 0
        when = any(t.lower[i] in facts("months") for c in t.all(at, "obl") for i in range(*t.subtree(c)))
        others = self._phrases_of(at, "in", "by", "at", "on", "with")
        if not said or when or others or (t.lower[at] == "engaged" and t.all(at, "obl", "obj") and not self._phrases_of(at, "to")):
            return
        to = max([at + 1, *(t.subtree(c)[1] for c in self._phrases_of(at, "to", "for") if c > at)])
        yield from self._say(t.people(subject), "family", self._text(at, to, 7), at, 0.65 * self._asserted(at), to=subject)

    def _relative_had(self, at: int) -> Iterator[Statement]:
        """ "He's got a wife", "she had a brother in Leeds", "I have no children"."""
        t = self.trees
        if t.lower[at] not in last_words("kin", "ties") or t.lower[at] in facts("animals"):
            return
        about, factor, to = self._has(at)
        if not about.who or not (t.has(at, "det", "a", "an", "no") or t.all(at, "nummod")) or t.all(at, "acl", "advcl"):
            return
        if (verb := t.head[self._first_of_list(at)]) >= 0 and (t.all(verb, "xcomp") or self._phrases_of(verb, "to", "with")):
            return  # "he had a brother to see to", "she had a baby with her"
        first = min(t.subtree(c)[0] for c in t.all(at, "det", "nummod"))
        last = max([at + 1, *(t.subtree(c)[1] for c in self._phrases_of(at, "in", "at", "of") if c > at)])
        factor = factor or (1.0 if t.has(at, "det", "no") and not t.asked(at) else 0.0)
        yield from self._say(about, "family", self._text(first, last, 6), at, 0.6 * factor, to=to)

    def _animal(self, at: int) -> Iterator[Statement]:
        """ "Elsie's cat", "my sister's dog", "he had a parrot": whose it is."""
        t = self.trees
        if t.lower[at] not in facts("animals") or t.plural[at]:
            return
        about: People = NOBODY
        factor, to = 0.0, -1
        if (owner := t.child(at, "nmod:poss")) >= 0:
            about, factor, to = t.people(owner), 0.85, owner
        elif t.has(at, "det", *_A):
            about, factor, to = self._has(at)
        if about.one is not None:
            name = next((c for c in t.all(at, "appos", "flat") if t.pos[c] == "PROPN" and c > at), -1)
            value = self._text(at, name + 1, 5, cuts=False).replace(" ,", ",") if name >= 0 else t.lower[at]
            yield from self._say(about, "animal", value, at, 0.65 * factor, to=to)

    def _oldest(self, at: int) -> Iterator[Statement]:
        """ "Tomas was the oldest", "Colm was the youngest of five"."""
        t = self.trees
        if t.lower[at] not in ("oldest", "eldest", "youngest") or not t.has(at, "det", "the") or t.rel[at] == "amod":
            return
        about, factor, to = self._predicate(at)
        last = max([at + 1, *(t.subtree(c)[1] for c in self._phrases_of(at, "of") if c > at)])
        yield from self._say(about, "family", f"the {self._text(at, last, 4)}", at, 0.65 * factor, to=to)

    # --- work, plans, what is driven
    def _drives(self, at: int) -> Iterator[Statement]:
        """ "She drove a yellow Saab", "he drives the school bus"."""
        t = self.trees
        thing, subject = t.child(at, "obj"), t.subject(at)
        if t.lower[at] not in facts("drive verbs") or thing < 0 or subject < 0 or t.form[at] in ("Inf", "Part") or t.people(thing).who:
            return
        if t.lower[thing] in facts("vehicles of work"):
            if (
                t.all(thing, "compound")
                and t.has(thing, "det", "the")
                and not self._phrases_of(at, "to", "into", "through", "past", "up", "down")
            ):
                yield from self._say(
                    t.people(subject), "work", self._text(at, t.subtree(thing)[1], 6), at, 0.6 * self._asserted(at), to=thing
                )
        elif (t.text[t.start[thing]].isupper() or t.lower[thing] in facts("vehicles")) and t.has(thing, "det", *_A):
            value = self._phrase(thing, 5)
            yield from self._say(t.people(subject), "belongings", value, at, 0.6 * self._asserted(at), to=thing)

    def _plans(self, at: int) -> Iterator[Statement]:
        """ "I want to be a vet", "she was training to be a nurse", "they're saving up for welding school"."""
        t = self.trees
        subject = t.subject(at)
        if subject < 0 or t.negated(at) or t.asked(at):
            return
        if t.lower[at] in ("saving", "saved", "save") and (goals := self._phrases_of(at, "for")):
            what = max(goals)
            yield from self._say(t.people(subject), "ambition", self._text(t.subtree(what)[0] + 1, t.subtree(what)[1], 6), at, 0.6, to=what)
            return
        become = next((c for c in t.all(at, "xcomp", "advcl") if c > at and t.has(c, "mark", "to")), -1)
        if t.lower[at] not in facts("plan verbs") or become < 0:
            return
        job = become if t.child(become, "cop") >= 0 else t.child(become, "xcomp", "obj") if t.lower[become] in ("become", "be") else -1
        if job >= 0 and t.lower[job] in last_words("jobs", "jobs") and t.has(job, "det", *_A):
            yield from self._say(t.people(subject), "ambition", self._phrase(job, 5), at, 0.65, to=job)

    def _took_work(self, at: int) -> Iterator[Statement]:
        """ "She got a job at the cannery", "he found work as a porter", "I've been at the depot since October"."""
        t = self.trees
        thing, subject = t.child(at, "obj"), t.subject(at)
        if (
            t.lower[at] not in facts("find verbs")
            or thing < 0
            or subject < 0
            or t.lower[thing] not in facts("posts")
            or t.form[at] == "Inf"
        ):
            return
        for c in (*self._phrases_of(thing, "at", "in", "as", "with"), *self._phrases_of(at, "at", "in", "as", "with")):
            attribute = "job" if t.has(c, "case", "as") else "workplace"
            known = t.lower[c] in last_words("jobs", "jobs") if attribute == "job" else self._is_workplace(c)
            if known:
                yield from self._say(t.people(subject), attribute, self._phrase(c, 6), at, 0.65 * self._asserted(at), to=c)
                return

    def _is_workplace(self, at: int) -> bool:
        t = self.trees
        return t.lower[at] in last_words("jobs", "workplaces") or (t.pos[at] == "PROPN" and t.has(at, "case", "at", "with"))

    def _works_there(self, at: int) -> Iterator[Statement]:
        """ "I've been at the parcel depot since October": a place of work, in the perfect or by nights and shifts."""
        t = self.trees
        if t.lower[at] not in last_words("jobs", "workplaces") or not t.has(at, "case", "at", "in") or t.child(at, "cop") < 0:
            return
        perfect = t.has(at, "aux", "have", "has", "'ve", "'s", "had", "'d") and t.has(at, "cop", "been")
        if perfect and (subject := t.child(at, "nsubj")) >= 0 and t.lower[at] not in facts("visited"):
            yield from self._say(t.people(subject), "workplace", self._phrase(at, 5), at, 0.55 * self._asserted(at), to=subject)

    def _duties(self, at: int) -> Iterator[Statement]:
        """ "They do the counter", "Idris did the rye", "Joanne does the books": what of the work is somebody's."""
        t = self.trees
        thing, subject = t.child(at, "obj"), t.subject(at)
        if t.lower[at] not in ("do", "does", "did") or thing < 0 or subject < 0 or t.pos[at] != "VERB":
            return
        if t.lower[thing] in facts("shifts") and (where := next((c for c in self._phrases_of(at, "at", "in") if c > thing), -1)) >= 0:
            yield from self._say(t.people(subject), "work", self._text(at, t.subtree(where)[1], 7), at, 0.6 * self._asserted(at), to=where)
        elif t.lower[thing] in facts("duties") and t.has(thing, "det", "the") and not t.all(at, "aux", "advcl", "obl"):
            value = self._text(at, t.subtree(thing)[1], 8)
            yield from self._say(t.people(subject), "work", value, at, 0.6 * self._asserted(at), to=thing)
