"""The label inventories of the heads. Their order is stored in the weights: append, never reorder."""

from __future__ import annotations

UPOS = ("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X")
"""Universal parts of speech."""

FEATURES: dict[str, tuple[str, ...]] = {
    "Tense": ("", "Past", "Pres"),
    "VerbForm": ("", "Fin", "Inf", "Part", "Ger"),
    "Mood": ("", "Ind", "Imp", "Sub"),
    "Voice": ("", "Pass"),
    "Person": ("", "1", "2", "3"),
    "Number": ("", "Sing", "Plur"),
}
"""Universal features; the empty value means that the word has none. English treebanks have no Aspect: it follows from the auxiliaries."""

DEPRELS = (
    "acl", "acl:relcl", "advcl", "advcl:relcl", "advmod", "amod", "appos", "aux", "aux:pass", "case", "cc", "cc:preconj", "ccomp",
    "compound", "compound:prt", "conj", "cop", "csubj", "csubj:outer", "csubj:pass", "dep", "det", "det:predet", "discourse",
    "dislocated", "expl", "fixed", "flat", "goeswith", "iobj", "list", "mark", "nmod", "nmod:desc", "nmod:poss", "nmod:unmarked", "nsubj",
    "nsubj:outer", "nsubj:pass", "nummod", "obj", "obl", "obl:agent", "obl:unmarked", "orphan", "parataxis", "punct", "reparandum",
    "root", "vocative", "xcomp",
)  # fmt: skip
"""Universal dependencies with the subtypes of the English treebanks; one that is not here is read as its type without the subtype."""

MENTION_TYPES = ("PER", "FAC", "GPE", "LOC", "VEH", "ORG")
MENTION_KINDS = ("PROP", "NOM", "PRON")
MENTION_CLASSES = ("", *(f"{kind}_{type_}" for kind in MENTION_KINDS for type_ in MENTION_TYPES))
"""Class 0 is no mention."""


def deprel_row(label: str) -> int:
    """Row of a dependency label; an unknown subtype falls back to its type, an unknown type to ``dep``.

    >>> DEPRELS[deprel_row("obl:npmod")], DEPRELS[deprel_row("nsubj:pass")], DEPRELS[deprel_row("new")]
    ('obl', 'nsubj:pass', 'dep')
    """
    for name in (label, label.partition(":")[0]):
        if name in DEPRELS:
            return DEPRELS.index(name)
    return DEPRELS.index("dep")
