"""Whether an event happened: actual, planned, hypothetical, denied or general; from auxiliaries, negation and what it depends on.

The five values follow the realis annotation of ACE and LitBank (Sims et al., 2019), told apart further by the modal that governs.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from fabula.lexicons import table, words
from fabula.reading.events.trees import Tree

Realis = Literal["actual", "planned", "hypothetical", "denied", "general"]
_DEEPEST = 5
_GOVERNED = ("xcomp", "ccomp", "advcl", "csubj", "acl")
_WH = frozenset({"who", "what", "when", "where", "why", "how", "which", "whose", "whom"})


@cache
def _modals() -> dict[str, Realis]:
    return dict(table("events", "modals"))  # type: ignore[arg-type]


def realis(tree: Tree, i: int, *, present: bool, spoken: bool) -> Realis:
    """Of predicate ``i``; ``present``: the story is told in the present tense; ``spoken``: inside a quotation."""
    own = _own(tree, i, present=present, spoken=spoken)
    return own if own != "actual" else _governed(tree, i)


def _own(tree: Tree, i: int, *, present: bool, spoken: bool) -> Realis:
    auxiliaries = tree.auxiliaries(i)
    modal: Realis | None = next((_modals()[a] for a in auxiliaries if a in _modals() and not (a == "'d" and tree.form[i] == "Part")), None)
    if _is_denied(tree, i):
        return "denied"
    if any(m in words("events", "if") for m in tree.markers(i)):
        return "hypothetical"
    if modal is not None:
        if "have" in auxiliaries and modal == "planned":
            return "hypothetical"
        return modal
    if tree.imperative[i] and tree.subject(i) is None:
        return "planned"
    if _is_yes_no_question(tree, i):
        return "hypothetical"
    if tree.tense[i] == "Pres" and tree.form[i] == "Fin" and not auxiliaries and not (present and not spoken):
        return "general"
    return "general" if _is_habit(tree, i) else "actual"


def _is_denied(tree: Tree, i: int) -> bool:
    for k in tree.kids[i]:
        if tree.rel[k] in ("advmod", "neg", "det") and tree.lower[k] in words("events", "no"):
            return True
        nominal = tree.rel[k] in ("nsubj", "obj", "nsubj:pass", "obl")
        if nominal and (tree.lower[k] in words("events", "no") or any(tree.lower[d] == "no" for d in tree.children(k, "det"))):
            return True
    return False


def _is_yes_no_question(tree: Tree, i: int) -> bool:
    """A question that asks whether: it closes with a question mark and holds no wh-word."""
    if tree.rel[i] not in ("root", "conj", "parataxis"):
        return False
    under = tree.kids[i]
    asked = any(tree.lower[k] == "?" for k in under)
    return asked and not any(tree.lower[k] in _WH or any(tree.lower[j] in _WH for j in tree.kids[k]) for k in under)


def _is_habit(tree: Tree, i: int) -> bool:
    """ "always came", "came every morning", "used to come"."""
    up = tree.head[i]
    if tree.rel[i] == "xcomp" and up >= 0 and tree.lower[up] == "used":
        return True
    for k in tree.kids[i]:
        if tree.rel[k] == "advmod" and tree.lower[k] in words("events", "habit"):
            return True
        if tree.rel[k] in ("obl:unmarked", "obl", "nmod:unmarked") and any(
            tree.lower[d] in ("every", "each") for d in tree.children(k, "det")
        ):
            return True
    return False


def _governed(tree: Tree, i: int) -> Realis:
    """What the predicates above leave of it."""
    here = i
    for _ in range(_DEEPEST):
        rel, up = tree.rel[here], tree.head[here]
        if up < 0 or rel not in (*_GOVERNED, "conj"):
            return "actual"
        if rel == "conj":
            if tree.form[here] == "Fin" or tree.subject(here) is not None:
                return "actual"  # a conjunct with a finite verb stands for itself
            own = _own(tree, up, present=True, spoken=False) if tree.form[here] in ("Inf", "") else "actual"
            if own != "actual":
                return own
            here = up
            continue
        found = _under(tree, here, up)
        if found is not None:
            return found
        here = up
    return "actual"


def _under(tree: Tree, here: int, up: int) -> Realis | None:
    """What a clause is by the predicate above it; None: as that one is."""
    verb, infinitive = tree.lemma(up), any(tree.lower[k] == "to" for k in tree.children(here, "mark"))
    rel = tree.rel[here]
    if rel == "advcl":
        return "planned" if infinitive else "actual"
    if rel == "acl":
        return "planned" if infinitive else "actual"
    if rel == "ccomp" and tree.form[here] == "Fin":
        if verb in words("events", "hypothetical") and verb not in ("say", "tell"):
            return "hypothetical"
        return "actual"
    if infinitive and tree.lower[up] == "going":
        return "planned"
    for section, value in (("denied", "denied"), ("planned", "planned"), ("hypothetical", "hypothetical")):
        if verb in words("events", section) and (infinitive or section == "denied"):
            return value  # type: ignore[return-value]
    if verb in words("events", "done") or not infinitive:
        own = _own(tree, up, present=True, spoken=False)
        return None if own == "actual" else own
    return "hypothetical"
