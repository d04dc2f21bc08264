"""Clauses from dependency trees: the words that a verb, or what is said with a copula, holds together without the clauses below it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.columns import I32, U8
from fabula.encoder.labels import DEPRELS, FEATURES, UPOS

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def _rows(*names: str) -> list[int]:
    return [DEPRELS.index(name) for name in names]


_ALWAYS = _rows("ccomp", "acl:relcl", "advcl:relcl", "csubj", "csubj:outer", "csubj:pass", "parataxis")
_IF_FINITE = _rows("advcl", "conj")
_SUBJECTS = _rows("nsubj", "nsubj:outer", "nsubj:pass", "csubj", "csubj:outer", "csubj:pass", "expl")
_AUXILIARIES = _rows("aux", "aux:pass", "cop")
_COPULA = DEPRELS.index("cop")
_FINITE = FEATURES["VerbForm"].index("Fin")
_VERBS = [UPOS.index("VERB"), UPOS.index("AUX")]


class Clauses(NamedTuple):
    """``heads``: the word that each clause hangs on, in order; ``verbs``: its verb, a copula where it has one, else that word itself;
    ``owner``: of each word the row of its clause."""

    heads: Ints
    verbs: Ints
    owner: Ints


def _has_child(head: I32, which: Bools) -> Bools:
    """Which words have a child of those in ``which``."""
    found = np.zeros(len(head), np.bool_)
    found[head[which & (head >= 0)]] = True
    return found


def clauses(head: I32, deprel: U8, upos: U8, verb_form: U8) -> Clauses:
    """``head`` counts from the first word here, -1 for a root; the trees must be whole.

    Roots head clauses, and so do finite clauses below them; participles and infinitives belong to the clause that they stand in.
    """
    copula = deprel == _COPULA
    says = np.isin(upos, _VERBS) | _has_child(head, copula)
    finite = (verb_form == _FINITE) | _has_child(head, np.isin(deprel, _SUBJECTS))
    finite |= _has_child(head, np.isin(deprel, _AUXILIARIES) & (verb_form == _FINITE))
    top = (head < 0) | (np.isin(deprel, _ALWAYS) & says) | (np.isin(deprel, _IF_FINITE) & says & finite)
    rows = np.arange(len(head))
    above = np.where(top, rows, head)
    for _ in range(max(1, len(head).bit_length())):
        above = above[above]
    heads = np.flatnonzero(top)
    verbs = heads.copy()
    number = np.cumsum(top) - 1
    with_copula = np.flatnonzero(copula & (head >= 0))
    with_copula = with_copula[top[head[with_copula]]]
    verbs[number[head[with_copula]]] = with_copula
    return Clauses(heads, verbs, number[above])


def group_means(states: NDArray[np.float32], owner: Ints, count: int) -> NDArray[np.float32]:
    """The mean of the states of each group's words ``[count, size]``; every group has words."""
    order = np.argsort(owner, kind="stable")
    sizes = np.bincount(owner, minlength=count)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    sums = np.add.reduceat(states[order], starts, axis=0)
    return np.asarray(sums / sizes[:, None], np.float32)
