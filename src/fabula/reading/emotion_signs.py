"""Signs that somebody feels something: words that name it, bodily signs, and what the reader model hears in a sentence.

What a model that learnt from short comments hears in fiction is faint, and some emotions it hears everywhere. So a sentence counts only
where it stands out from the story it is in: by how much it exceeds what an average sentence of the story has of that emotion.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.elements import Scene
from fabula.encoder.meaning import world_emotions
from fabula.encoder.meaning_labels import EMOTIONS
from fabula.layers import SentenceMeaning, Sentences
from fabula.lexicons import table, words
from fabula.reading.cast import MentionView
from fabula.reading.events.participants import Participants
from fabula.reading.events.realis import realis
from fabula.reading.events.trees import Tree
from fabula.spans import Span

_FEELING = frozenset({"feel", "felt", "feels", "feeling"})
_LEAST = 0.1
"""Probability under which a sentence says nothing of an emotion."""
_LIFT = 5.0
"""How many times the story's average a sentence must have of an emotion."""
_USUAL, _USUAL_SENTENCES = 0.02, 50
"""What a sentence of fiction has of an emotion on the whole, and the sentences that this counts for beside those of the story."""
_OF_POV = 0.5
"""How far narration without a person for subject tells what the point-of-view character feels."""
_BODILY = 0.3
_POLITE = 0.7
"""What is left of the confidence in a word that people say for manners ("I'm afraid not")."""


class Sign(NamedTuple):
    """That ``who`` feels ``emotion`` by what stands in ``span``; ``kind``: how that shows."""

    who: str
    emotion: str
    span: Span
    confidence: float
    kind: Literal["named", "bodily", "heard"]


@cache
def _words(section: str) -> dict[str, str]:
    rows = (row for row in table("emotions", section) if len(row) == 2 and not row[0].startswith("#"))
    return {w.strip(): emotion for emotion, listed in rows for w in listed.split(",")}


# --- by words


def worded_signs(tree: Tree, people: Participants) -> Iterator[Sign]:
    """Emotions that are named ("she was afraid", "his anger"), and bodily signs of them ("she trembled", "his voice broke")."""
    felt, nouns, polite = _words("felt"), _words("felt nouns"), words("emotions", "polite")
    for i, word in enumerate(tree.lower):
        if word in felt and tree.pos[i] in ("ADJ", "VERB") and tree.rel[i] not in ("amod", "compound") and not _deemed(tree, i):
            found, sure, emotion, named = people.subjects(i), 0.8, felt[word], "as" not in tree.markers(i)
            if any(True for _ in tree.children(i, "xcomp")):
                emotion = _words("felt to").get(word, emotion)
        elif word in nouns and tree.pos[i] == "NOUN":
            found, sure, emotion, named = _feelers(tree, people, i), 0.65, nouns[word], True
        elif tree.pos[i] in ("VERB", "ADJ") and tree.rel[i] not in ("amod", "compound"):
            found, emotion = _betrayed(tree, people, i)
            sure, named = _BODILY, False
        else:
            continue
        if len(found) != 1 or len(found[0].who) != 1 or _unreal(tree, i):
            continue
        spoken = people.cast.quote_at(tree.start[i]) is not None
        sure *= (0.4 + 0.6 * found[0].confidence) * (0.8 if spoken else 1.0) * (_POLITE if spoken and word in polite else 1.0)
        yield Sign(found[0].who[0], emotion, _clause(tree, i), sure, "named" if named else "bodily")


def _deemed(tree: Tree, i: int) -> bool:
    """Whether somebody only says so of another: "found guilty"."""
    return tree.rel[i] == "xcomp" and tree.head[i] >= 0 and tree.lemma(tree.head[i]) in words("emotions", "deemed")


def _clause(tree: Tree, i: int) -> Span:
    """The clause of a predicate; of one that says how another is done ("he sat uneasy"), that of the other."""
    up = tree.head[i]
    return tree.clause(up if up >= 0 and tree.rel[i] in ("xcomp", "obj", "obl", "nsubj") else i)


@cache
def _parts() -> dict[tuple[str, str], str]:
    """Part of the body and what it does or is → emotion."""
    return {
        (part.strip(), sign.strip()): emotion
        for emotion, parts, signs in table("emotions", "bodily parts")
        for part in parts.split(",")
        for sign in signs.split(",")
    }


def _betrayed(tree: Tree, people: Participants, i: int) -> tuple[list[MentionView], str]:
    """Whose body betrays what, by predicate ``i``; nobody where it tells nothing."""
    verb = tree.lemma(i) if tree.pos[i] == "VERB" else tree.lower[i]
    part = tree.subject(i)
    if part is not None and (emotion := _parts().get((tree.lower[part], verb))):
        return [m for k in tree.children(part, "nmod:poss") for m in people.people(k)], emotion
    emotion = _words("bodily").get(verb, "")
    says = any(True for _ in tree.children(i, "ccomp", "parataxis", "obj"))  # "'Help!' he cried", "she laughed it off"
    voiced = verb in words("speech_verbs", "core") or verb in words("emotions", "voiced")
    return (people.subjects(i), emotion) if emotion and not tree.is_passive(i) and not (says and voiced) else ([], "")


def _feelers(tree: Tree, people: Participants, i: int) -> list[MentionView]:
    owners = [m for k in tree.children(i, "nmod:poss") for m in people.people(k)]
    if owners:
        return owners
    up = tree.head[i]
    return people.subjects(up) if up >= 0 and tree.rel[i] == "obj" and tree.lower[up] in _FEELING else []


def _unreal(tree: Tree, i: int) -> bool:
    """Whether the clause denies or supposes it; the present tense says that it is felt now."""
    here = i if tree.pos[i] != "NOUN" or tree.head[i] < 0 else tree.head[i]
    return any(realis(tree, k, present=True, spoken=False) in ("denied", "hypothetical", "planned") for k in {i, here})


# --- by the model


class Listener:
    """Who it is whose emotion a sentence betrays: in a speech whoever speaks, in narration its subject, else whose eyes the scene uses."""

    def __init__(self, tree: Tree, people: Participants, sentences: Sentences, beside: Sequence[Span]) -> None:
        """``beside``: what stands beside the story, such as a note of its author, in order."""
        self.tree, self.people = tree, people
        self.spans = [Span(a, b) for a, b in zip(sentences.start.tolist(), sentences.end.tolist(), strict=True)]
        starts = [s.start for s in beside]
        inside = (bisect_right(starts, s.start) - 1 for s in self.spans)
        self.told = np.array([k < 0 or beside[k].end <= s.start for k, s in zip(inside, self.spans, strict=True)], bool)
        self.tokens = list(zip(sentences.first.tolist(), sentences.last.tolist(), strict=True))

    def who(self, row: int, scene: Scene) -> tuple[str | None, float]:
        """The character and how sure that is; None where nobody can be told."""
        span, cast = self.spans[row], self.people.cast
        quote = cast.quote_at((span.start + span.end) // 2)
        if quote is not None:
            return (quote.speaker, quote.confidence) if quote.kind != "writing" else (None, 0.0)
        first, last = self.tokens[row]
        root = next((i for i in range(first, last) if self.tree.head[i] < 0), None)
        found = self.people.subjects(root) if root is not None else []
        if len(found) == 1 and len(found[0].who) == 1:
            return found[0].who[0], found[0].confidence
        return (scene.pov, _OF_POV) if not found else (None, 0.0)


@cache
def _shares() -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """The emotions of World JSON that have a label, and how much each gets of each label ``[28, emotions]``."""
    rows = [world_emotions(label, np.full(len(EMOTIONS), 0.5, np.float32)) for label in np.eye(len(EMOTIONS))]
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    return names, np.array([[row.get(name, 0.0) for name in names] for row in rows], np.float32)


def heard_signs(meaning: SentenceMeaning, listener: Listener, scenes: Sequence[Scene]) -> Iterator[Sign]:
    """What stands out in the story's sentences, a sign for each emotion and sentence; none of a model that hears no emotions."""
    if not len(meaning):
        return
    names, shares = _shares()
    heard: NDArray[np.float32] = (meaning.probabilities()[:, :, None] * shares[None]).max(1)
    told = listener.told
    average = (heard[told].sum(0) + _USUAL * _USUAL_SENTENCES) / (told.sum() + _USUAL_SENTENCES)
    loud = (heard >= _LEAST) & (heard >= _LIFT * average)
    starts = np.array([s.start for s in scenes], np.int64)
    for row, column in np.argwhere(loud & told[:, None]).tolist():
        span = listener.spans[row]
        at = int(np.searchsorted(starts, span.start, side="right")) - 1
        if at < 0 or span.start >= scenes[at].end:
            continue
        who, sure = listener.who(row, scenes[at])
        if who is not None:
            yield Sign(who, names[column], span, float(heard[row, column]) * sure, "heard")
