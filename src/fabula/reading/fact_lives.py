"""Facts of lives in the trees of sentences: what somebody does for a living and for how long, studies, has, owes, where they were born."""

from __future__ import annotations

from collections.abc import Iterator

from fabula.reading.fact_grammar import facts, last_words
from fabula.reading.fact_statements import Statement
from fabula.reading.fact_states import States

_YEARS = frozenset(("year", "years", "months"))
_NONE = frozenset(("no", "any", "another", "every", "each", "what", "such"))
_MONEY = frozenset(("money", "pounds", "dollars", "francs", "shillings", "guineas", "crowns", "rent", "thousand", "hundred", "thousands"))
_WARES_DETERMINED = frozenset(("det", "nmod:poss", "nummod"))


class Lives(States):
    """Finds livings, service, schooling, possessions, debts, births."""

    def _life_verbs(self, at: int) -> Iterator[Statement]:
        if self.trees.form[at] == "Inf" and not self.trees.all(at, "aux"):
            return
        yield from self._living(at)
        yield from self._study(at)
        yield from self._owes(at)
        yield from self._greyed(at)
        yield from self._cut_hair(at)

    # --- what is done for a living
    def _living(self, at: int) -> Iterator[Statement]:
        """ "He drew hospitals for a living", "who had mended watches for thirty years", "she makes violins", "he kept the inn"."""
        t = self.trees
        subject, obj = t.subject(at), next((c for c in t.all(at, "obj") if not t.all(c, "case")), -1)
        if obj >= 0 and t.pos[obj] == "PRON":
            return
        if subject < 0 or not (factor := self._asserted(at)) or t.imperative[at]:
            return
        for_living = any(t.lower[c] == "living" and t.has(c, "case", "for") for c in t.all(at, "obl"))
        years = next((c for c in self._phrases_of(at, "for") if t.lower[c] in _YEARS and t.all(c, "nummod")), -1)
        perfect = t.has(at, "aux", "has", "have", "had", "'ve", "'s", "'d")
        work = obj >= 0 and t.lower[obj] in facts("work nouns")
        if for_living or (years >= 0 and perfect and (t.lower[at] in facts("trade verbs") or t.lower[at] in facts("office verbs"))):
            sure = 0.8 if for_living else 0.75
        elif years >= 0 and perfect and t.lower[at] in facts("do verbs") and work:
            sure = 0.75
        elif obj >= 0 and not t.people(obj).who and self._wares(at, obj):
            sure = 0.6
        elif obj >= 0 and not t.people(obj).who and self._in_charge(at, obj):
            sure = 0.65
        else:
            return
        if t.lower[at] in facts("trade verbs") and obj >= 0 and t.people(obj).who:
            return
        last = max([obj + 1, *(t.subtree(c)[1] for c in t.children[at] if c > at and t.rel[c].partition(":")[0] in ("obj", "obl"))])
        yield from self._say(t.people(subject), "work", self._text(at, last, 9), at, sure * factor, to=subject)

    def _wares(self, at: int, obj: int) -> bool:
        """Whether a trade is told by the bare plural of what is made or sold: "she makes violins"."""
        t = self.trees
        bare = t.plural[obj] and not any(t.rel[c] in _WARES_DETERMINED for c in t.children[obj])
        habitual = t.form[at] == "Fin" and not t.all(at, "aux", "iobj")
        return bare and habitual and t.lower[at] in facts("trade verbs") and t.lower[obj] in facts("wares")

    def _in_charge(self, at: int, obj: int) -> bool:
        """ "She captains the Patience", "he keeps the inn", "they ran a shop"."""
        t = self.trees
        charge = t.lower[obj] in facts("charges") or t.lower[obj] in last_words("jobs", "workplaces")
        if t.lower[at] in facts("office verbs"):
            return charge or (t.pos[obj] == "PROPN" and not t.plural[obj])
        return t.lower[at] in facts("keep verbs") and charge and t.has(obj, "det", "a", "an", "the") and t.child(at, "xcomp") < 0

    def _study(self, at: int) -> Iterator[Statement]:
        """ "He read law at Oxford", "she studied botany"."""
        t = self.trees
        if t.lower[at] not in facts("study verbs") or (subject := t.subject(at)) < 0:
            return
        obj = t.child(at, "obj")
        named = obj >= 0 and t.lower[obj] in facts("studies") and not t.all(obj, "det", "nmod:poss")
        where = any(t.lower[c] in facts("schools") and t.has(c, "case", "at", "to") for c in t.all(at, "obl"))
        if not (named or (where and t.lower[at].startswith("stud"))):
            return
        value = self._text(at, max(t.subtree(c)[1] for c in t.children[at] if c > at), 8)
        yield from self._say(t.people(subject), "education", value, at, 0.7 * self._asserted(at), to=subject)

    def _at_school(self, at: int) -> Iterator[Statement]:
        """ "They were at law school for a year", "he went to art school"."""
        t = self.trees
        kind = f"{t.lower[at - 1]} {t.lower[at]}" if at else ""
        if kind not in facts("higher schools") or not t.has(at, "case", "at", "to"):
            return
        verb = at if t.child(at, "cop") >= 0 else t.head[at]
        if verb < 0 or (verb != at and t.lower[verb] not in facts("go verbs")) or (subject := t.subject(verb)) < 0:
            return
        yield from self._say(t.people(subject), "education", kind, at, 0.75 * self._asserted(verb), to=subject)

    # --- what they have and owe
    def _belonging(self, at: int) -> Iterator[Statement]:
        """ "Margery had a key", "he's got a van with his name on"."""
        t = self.trees
        if t.lower[at] not in facts("kept things") | facts("belongings") or any(t.has(at, "det", w) for w in _NONE):
            return
        about, factor, to = self._has(at)
        if t.has(at, "det", "a", "an") or t.all(at, "nummod"):
            last = max([at + 1, *(t.subtree(c)[1] for c in t.children[at] if c > at and t.rel[c].startswith("nmod"))])
            first = min([at, *(c for c in t.all(at, "amod", "nummod", "compound") if c < at)])
            yield from self._say(about, "belongings", self._text(first, last, 8), at, 0.7 * factor, to=to)

    def _owes(self, at: int) -> Iterator[Statement]:
        """ "He owes nine thousand to a man in Hull"."""
        t = self.trees
        obj, subject = t.child(at, "obj"), t.subject(at)
        if t.lower[at] not in ("owe", "owes", "owed") or obj < 0 or subject < 0:
            return
        if t.pos[obj] == "NUM" or t.lower[obj] in _MONEY:
            last = max(t.subtree(c)[1] for c in t.children[at] if c > at and t.rel[c].partition(":")[0] in ("obj", "iobj", "obl"))
            yield from self._say(
                t.people(subject), "debts", self._text(t.subtree(obj)[0], last, 8), at, 0.75 * self._asserted(at), to=subject
            )

    # --- changes of looks
    def _greyed(self, at: int) -> Iterator[Statement]:
        """ "You've gone grey", "he was going bald"."""
        t = self.trees
        if t.lower[at] not in ("gone", "went", "going", "turned") or (subject := t.subject(at)) < 0 or at + 1 >= len(t.lower):
            return
        after = at + (2 if t.lower[at + 1] in ("quite", "completely", "all", "very") else 1)
        ends = after + 1 >= len(t.lower) or t.pos[after + 1] in ("PUNCT", "CCONJ", "SCONJ", "ADP", "ADV")
        if t.lower[after] in ("grey", "gray", "bald", "deaf", "blind", "lame") and ends and t.sentence[after] == t.sentence[at]:
            attribute = "hair" if t.lower[after] in ("grey", "gray", "bald") else "health"
            sure = 0.45 if t.lower[after] in ("grey", "gray") and t.lower[at] in ("went", "turned") else 0.7  # a face goes grey in a moment
            yield from self._say(t.people(subject), attribute, self._text(at, after + 1), at, sure * self._asserted(at), to=subject)

    def _cut_hair(self, at: int) -> Iterator[Statement]:
        """ "She has cut her hair", "he had shaved off his beard"."""
        t = self.trees
        obj, subject = t.child(at, "obj"), t.subject(at)
        if t.lower[at] not in facts("hair verbs") or obj < 0 or subject < 0 or t.rel[at].startswith(("acl", "advcl")):
            return
        owner = t.child(obj, "nmod:poss")
        if t.lower[obj] in ("hair", *facts("beards")) and owner >= 0 and t.people(owner).who == t.people(subject).who:
            attribute = "hair" if t.lower[obj] == "hair" else "facial hair"
            yield from self._say(t.people(subject), attribute, self._text(at, obj + 1, 5), at, 0.7 * self._asserted(at), to=subject)

    # --- homes and births
    def _next_door(self, at: int) -> Iterator[Statement]:
        """ "Margery from next door"."""
        t, head = self.trees, self.trees.head[at]
        if t.lower[at] == "door" and at and t.lower[at - 1] == "next" and t.has(at, "case", "from") and head >= 0 and t.people(head).who:
            yield from self._say(t.people(head), "home", "next door", at, 0.75, to=head)

    def _birth(self, at: int) -> Iterator[Statement]:
        """ "I was born in the cottage hospital at Oban on the sixth of May"."""
        t = self.trees
        if t.lower[at] != "born" or (subject := t.subject(at)) < 0 or t.rel[at].startswith("acl"):
            return
        factor = self._asserted(at)
        yield from self._born_ago(at, subject, factor)
        for c in t.all(at, "obl"):
            first, last = t.subtree(c)
            dated = next((i for i in range(first, last) if t.lower[i] in facts("months")), -1)
            if dated >= 0 and t.has(c, "case", "on"):
                value = self._text(first + 1, dated + 1, 6)
                yield from self._say(t.people(subject), "date of birth", value, at, 0.8 * factor, to=dated)
            elif t.pos[c] == "NOUN" and t.has(c, "case", "in", "at", "on", "above") and t.lower[c] in facts("birthplaces") and dated < 0:
                place = next((t.subtree(k)[1] for k in t.all(c, "nmod") if t.pos[k] == "PROPN"), c + 1)
                yield from self._say(t.people(subject), "birthplace", self._text(first, place, 8), at, 0.75 * factor, to=place - 1)

    def _born_ago(self, at: int, subject: int, factor: float) -> Iterator[Statement]:
        """ "Born thirty-four years ago": an age."""
        t = self.trees
        for i in range(at + 1, t.bounds[t.sentence[at]][1] - 2):
            if (
                t.pos[i] == "NUM"
                and t.lower[i + 1] == "years"
                and t.lower[i + 2] == "ago"
                and not any(t.pos[k] == "VERB" for k in range(at + 1, i))
            ):
                yield from self._say(t.people(subject), "age", t.lower[i], at, 0.7 * factor, to=i + 1)
                return
