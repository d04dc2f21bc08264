"""Commitments in the words that make them: "I'll drive you", "Don't tell her", "You're not to go", "Will you write it down?", "If you
don't call, I will", "Not a word to anyone".

Much that has such a form binds nobody ("I'll get the door", "look here"); the finding says what it was and leaves its weight to others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fabula.lexicons import words
from fabula.reading.binding import SPEAKER, WILL, Bond, Grammar, Kind, Voice, bases, cues
from fabula.reading.inflection import base

_CLAUSES = ("root", "ccomp", "conj", "parataxis", "advcl", "acl:relcl")
_MAIN = ("root", "ccomp", "conj", "parataxis")
_MAY = frozenset(("can", "may", "could"))
_NOT = frozenset(("not", "n't", "never"))
_BE = ("'re", "are", "were", "is", "'s")
_NOW = frozenset(("'m", "am", "'re", "are"))
_OBLIGED = frozenset(("have", "need", "ought", "got"))
_WANTED = frozenset(("want", "like", "need", "fancy"))
_ASSENTING = frozenset(("please", "now", "then", "and", "but", "so", "just", "well", "oh", "no", "yes", "right", "okay", "ok", "here"))
_NAMES = ("vocative", "discourse", "punct", "cc", "advmod")
_FIRST_WORDS = 5


class Said:
    """Finds them, word by word."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar, self.trees = grammar, grammar.trees

    def at(self, at: int) -> Iterator[Bond]:
        t = self.trees
        if t.pos[at] not in ("VERB", "AUX", "ADJ", "NOUN", "ADV"):
            return
        subject, aux = t.child(at, "nsubj"), self.grammar.auxiliaries(at)
        voice = self.grammar.voice(at)
        if voice is None and subject >= 0 and t.lower[subject] == "i" and aux & WILL:
            voice = self._own_voice(at, subject)
        if voice is None:
            return
        if t.pos[at] == "AUX" and not (t.lower[at] in WILL and t.rel[at] in _CLAUSES):
            return
        if subject < 0:
            yield from self._without_subject(at, voice)
        elif t.pos[at] in ("VERB", "AUX") or t.child(at, "cop") >= 0:
            if t.lower[subject] in SPEAKER:
                yield from self._i(at, subject, aux | ({t.lower[at]} if t.pos[at] == "AUX" else set()), voice)
            elif t.lower[subject] == "you":
                yield from self._you(at, subject, aux, voice)
            elif self._everybody(at, subject, aux):
                yield self._bond(voice, "order", "everybody", at, subject, voice.to)

    def _everybody(self, at: int, subject: int, aux: frozenset[str]) -> bool:
        """ "Nobody goes down alone", "everyone will wait here"."""
        t = self.trees
        nobody = t.lower[subject] == "nobody" or (t.lower[subject] == "one" and t.has(subject, "det", "no"))
        ahead = bool(aux & WILL) or (nobody and t.tense[at] == "Pres" and not aux and t.lower[at].endswith("s"))
        acts = t.pos[at] == "VERB" and base(t.lower[at]) in bases("forbidden deeds")
        habit = t.has(at, "advmod", "ever", "always") or bool(t.all(at, "expl"))
        return not habit and (nobody or t.lower[subject] in cues("everybody")) and ahead and acts and t.rel[at] in _MAIN and not t.asked(at)

    def _own_voice(self, at: int, subject: int) -> Voice | None:
        """An I that speaks without quotation marks: dialogue set without them, a letter that nothing marks, an oath in the mind."""
        about = self.trees.people(subject)
        if about.one is None or self.trees.quote_row(at) >= 0:
            return None
        return Voice(about.one, (), about.confidence, False, -1)

    def _bond(self, voice: Voice, kind: Kind, form: str, at: int, first: int, doer: tuple[str, ...], *, act: int = -1) -> Bond:
        t = self.trees
        act = act if act >= 0 else at
        signs = frozenset(("asked",) if t.asked(at) else ())
        denied = t.negated(act) or t.negated(at) or t.lower[first] in ("nobody", "one")
        span = t.clause(min(first, at), max(at, act) + 1)
        return Bond(voice.by, voice.to, kind, form, span, act, doer, voice.sure, signs, denied, self.grammar.condition(at, act))

    # --- I
    def _i(self, at: int, subject: int, aux: frozenset[str], voice: Voice) -> Iterator[Bond]:
        """ "I'll pay", "I'm going to pay", "I can drive you", "shall I call them?"."""
        t = self.trees
        asked = t.asked(at)
        if asked:
            if aux & (_MAY | {"shall"}) and t.lower[subject] == "i" and self._of_you(at):
                yield self._bond(voice, "offer", "shall I", at, subject, (voice.by,))
            return
        if self._doubted(at):
            return
        if aux & WILL:
            yield self._bond(voice, self._kind_of_will(at), "I will", at, subject, (voice.by,))
        elif (aims := t.child(at, "xcomp")) >= 0 and self.grammar.infinitive(aims) and (
            (t.lower[at] == "going" and aux & _NOW) or (t.lower[at] in cues("intending") and t.tense[at] == "Pres")
        ):  # fmt: skip
            yield self._bond(voice, self._kind_of_will(aims), "I intend", at, subject, (voice.by,), act=aims)
        elif aux & _MAY and "have" not in aux and not t.negated(at) and self._of_you(at) and base(t.lower[at]) in bases("service"):
            yield self._bond(voice, "offer", "I can", at, subject, (voice.by,))

    def _kind_of_will(self, at: int) -> Kind:
        t = self.trees
        if t.negated(at):
            return "promise"
        if t.lower[at] in cues("harm") and (self._of_you(at) or self.grammar.condition(at) is not None):
            return "threat"
        return "offer" if t.lower[at] in cues("service") and self._of_you(at) else "promise"

    def _of_you(self, at: int) -> bool:
        """Whether an act concerns the one spoken to, or somebody else who is no it."""
        t = self.trees
        return any(t.lower[i] in ("you", "your", "yours") for i in range(*t.subtree(at))) or any(
            t.lower[c] in ("him", "her", "them") for c in t.all(at, "obj", "iobj", "obl")
        )

    def _doubted(self, at: int) -> bool:
        """ "I think I'll go", "if I'll ever", "what I'll do"."""
        t = self.trees
        head = t.head[at]
        above = [i for i in t.above(at) if i != at and t.quote_row(i) == t.quote_row(at)]  # not the tag of the speech
        thought = any(t.lower[i] in words("slots", "doubt") for i in above)
        thought = thought or (t.rel[at] == "ccomp" and head in above and t.lower[head] in cues("only thought"))
        marked = any(t.rel[c] == "mark" and t.lower[c] in ("if", "as", "when", "unless", "because", "before", "until", "whether")
                     for c in t.children[at])  # fmt: skip
        return thought or marked or t.rel[at].startswith("acl")

    # --- you
    def _you(self, at: int, subject: int, aux: frozenset[str], voice: Voice) -> Iterator[Bond]:
        """ "You must tell him", "you're not to tell", "will you tell him?", "you'll have it tomorrow", "you can stay here"."""
        t = self.trees
        if t.rel[at] not in _MAIN or self._doubted(at) or "have" in aux:
            return
        if t.asked(at):
            yield from self._asked(at, subject, aux, voice)
            return
        to_do = t.child(at, "xcomp")
        obliged = t.lower[at] in _OBLIGED and to_do >= 0 and self.grammar.infinitive(to_do)
        to_be = t.form[at] == "Inf" and t.has(at, "mark", "to") and any(t.lower[c] in _BE for c in t.all(at, "aux", "cop"))
        denied = t.negated(at)
        if "must" in aux or to_be or "better" in {t.lower[c] for c in t.all(at, "advmod", "aux")}:
            yield self._bond(voice, "order", "you mustn't" if denied else "you must", at, subject, voice.to)
        elif denied and aux & {"can", "ca", "may"}:
            yield self._bond(voice, "order", "you can't", at, subject, voice.to)
        elif obliged:
            if not denied:
                yield self._bond(voice, "order", "you must", at, subject, voice.to, act=to_do)
        elif aux & WILL and base(t.lower[at]) in bases("receiving") and not denied:
            yield self._bond(voice, "promise", "you will have", at, subject, (voice.by,))
        elif aux & WILL:
            yield self._bond(voice, "order", "you will", at, subject, voice.to)
        elif aux & _MAY and base(t.lower[at]) in bases("granted"):
            yield self._bond(voice, "offer", "you can", at, subject, (voice.by,))

    def _asked(self, at: int, subject: int, aux: frozenset[str], voice: Voice) -> Iterator[Bond]:
        """ "Will you write it down?", "Do you want a lift?"."""
        t = self.trees
        if aux & {"will", "would", "could", "can", "wo"} and t.pos[at] == "VERB" and not t.has(at, "advmod", "how", "why", "where", "when"):
            first = t.lower[self._first(at)]
            if base(t.lower[at]) in {base(w) for w in _WANTED}:
                yield self._bond(voice, "offer", "do you want", at, subject, (voice.by,))
            elif first in ("will", "would", "could", "can", "wo", "please"):
                kind: Kind = "offer" if base(t.lower[at]) in bases("joining") else "order"
                yield self._bond(voice, kind, "will you", at, subject, voice.to)
        elif "do" in aux and base(t.lower[at]) == "want" and t.lower[self._first(at)] == "do":
            yield self._bond(voice, "offer", "do you want", at, subject, (voice.by,))

    def _first(self, at: int) -> int:
        """The first word of the sentence that is no opening."""
        t = self.trees
        plain = (
            i for i in self.grammar.sentence_words(at) if t.pos[i] != "PUNCT" and t.lower[i] not in _ASSENTING and t.rel[i] != "vocative"
        )
        return next(plain, at)

    # --- nobody
    def _without_subject(self, at: int, voice: Voice) -> Iterator[Bond]:
        t = self.trees
        if t.asked(at):
            return
        if t.pos[at] in ("VERB", "AUX", "ADJ") and self._imperative(at):
            if t.lower[at] in cues("no order"):
                return
            if t.lower[at] == "let" and t.lower[min(at + 1, len(t.lower) - 1)] in ("'s", "us"):
                return
            if t.lower[at] == "let" and (act := t.child(at, "ccomp", "xcomp")) >= 0 and t.has(at, "obj", "me"):
                if t.lower[act] not in cues("let me"):
                    yield self._bond(voice, "offer", "let me", at, at, (voice.by,), act=act)
                return
            if (teller := self._teller(at)) is not None:
                yield replace(self._bond(teller, "order", "said do", at, at, voice.to), to=())
            else:
                yield self._bond(voice, "order", "don't" if t.negated(at) else "do", at, at, voice.to)
        elif at == self._first(at) or t.rel[at] in _MAIN:
            yield from self._forbidden(at, voice)

    def _teller(self, at: int) -> Voice | None:
        """Whose order it is where a speech reports it: "she says, don't ask"."""
        t = self.trees
        head = t.head[at]
        reported = (
            t.rel[at] in ("ccomp", "parataxis") and head >= 0 and t.quote_row(head) == t.quote_row(at) and t.lower[head] in cues("saying")
        )
        if not reported or t.subject(head) < 0:
            return None
        about = t.people(t.subject(head))
        return Voice(about.one, (), about.confidence, False, -1) if about.one is not None else None

    def _imperative(self, at: int) -> bool:
        """By the model's word, or by its place: a bare verb that opens its sentence."""
        t = self.trees
        if t.rel[at] not in (*_MAIN, "advmod", "acl", "advcl", "dep") or t.has(at, "mark", "to"):
            return False
        if self.grammar.auxiliaries(at) - {"do", "don't", "let", "be"}:
            return False  # "Can't knock him out": whoever can is left out
        if t.imperative[at] or any(t.imperative[c] for c in t.all(at, "aux", "cop")):
            return t.rel[at] in _MAIN or any(t.lower[c] in ("do", "don't") for c in t.all(at, "aux"))
        bare = t.pos[at] == "VERB" and t.form[at] not in ("Ger", "Part") and t.tense[at] != "Past" and not t.all(at, "aux")
        return bare and t.rel[at] in _MAIN and self._first(at) == at and not t.lower[at].endswith(("s", "ed", "ing"))

    def _forbidden(self, at: int, voice: Voice) -> Iterator[Bond]:
        """ "Not a word to anyone", "not in front of the child"."""
        t = self.trees
        own = [i for i in self.grammar.sentence_words(at) if t.pos[i] != "PUNCT"]
        while own and t.lower[own[0]] in _ASSENTING | {"or"} - {"no"}:
            own = own[1:]
        opening = " ".join(t.lower[i] for i in own[:_FIRST_WORDS])
        forbids = any(opening == p or opening.startswith(f"{p} ") for p in cues("prohibitions"))
        if own and forbids and not any(t.pos[i] in ("VERB", "AUX") and t.tense[i] for i in own):
            yield self._bond(voice, "order", "not a word", at, own[0], voice.to)
