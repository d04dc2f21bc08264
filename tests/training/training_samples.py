"""Invented sentences in the formats of LitBank, CoNLL-U and GUM."""

from __future__ import annotations

from pathlib import Path

WORDS = [["Mrs.", "Fenn", "lost", "her", "brother", "'s", "boat", "."], ["“", "Gone", "?", "”", "said", "Otto", "."]]
ANN = """\
MENTION\tT0\t0\t0\t0\t1\tMrs. Fenn\tPER\tPROP
MENTION\tT1\t0\t3\t0\t3\ther\tPER\tPRON
MENTION\tT2\t0\t3\t0\t6\ther brother 's boat\tVEH\tNOM
MENTION\tT3\t0\t3\t0\t4\ther brother\tPER\tNOM
MENTION\tT4\t1\t5\t1\t5\tOtto\tPER\tPROP
COREF\tT0\tMrs._Fenn-1
COREF\tT1\tMrs._Fenn-1
COREF\tT3\tOtto-2
COREF\tT4\tOtto-2
"""
ENTITY_LAYERS = [["B-PER", "I-PER", "O", "B-VEH", "I-VEH", "I-VEH", "I-VEH", "O"], ["O", "O", "O", "B-PER", "I-PER", "O", "O", "O"]]
CONLLU = """\
# newdoc id = a
1\tMrs.\tMrs.\tPROPN\tNNP\tNumber=Sing\t3\tnsubj\t_\t_
2\tFenn\tFenn\tPROPN\tNNP\tNumber=Sing\t1\tflat\t_\t_
3\tlost\tlose\tVERB\tVBD\tMood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin\t0\troot\t_\t_
3.1\tit\tit\tPRON\tPRP\t_\t_\t_\t3:obj\t_
4-5\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
4\tdo\tdo\tAUX\tVBP\t_\t3\taux\t_\t_
5\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_

# newdoc id = b
1\tGo\tgo\tVERB\tVB\tMood=Imp|VerbForm=Fin\t0\troot\t_\t_
2\t!\t!\tPUNCT\t.\t_\t1\tpunct\t_\t_
"""
GUM_COREF = """\
# begin document b
0\tAnn\t(person-1-Ann_of_Hill
1\tof\t_
2\tHill\t(place-2)person-1-Ann_of_Hill)
3\tsaw\t_
4\tit\t(object-3)
"""


def write_litbank(folder: Path, name: str = "1_the_boat_brat", *, repeat: int = 1) -> Path:
    """A LitBank folder of one document; ``repeat`` says the two sentences over and over."""
    words = WORDS * repeat
    for layer in ("coref", "entities", "events"):
        (folder / layer / "tsv").mkdir(parents=True, exist_ok=True)
    (folder / "coref" / "tsv" / f"{name}.txt").write_text("".join(" ".join(s) + "\n" for s in words), encoding="utf-8")
    ann = []
    for k in range(repeat):
        for line in ANN.splitlines():
            c = line.split("\t")
            if c[0] == "MENTION":
                c[2], c[4] = str(int(c[2]) + 2 * k), str(int(c[4]) + 2 * k)
            c[1] = f"{c[1]}_{k}"
            ann.append("\t".join(c) + "\n")
    (folder / "coref" / "tsv" / f"{name}.ann").write_text("".join(ann), encoding="utf-8")
    second = ["O", "O", "O", "O", "O", "B-PER", "O"]
    entities = "".join(f"{w}\t{a}\t{b}\tO\t\n" for w, a, b in zip(WORDS[0], *ENTITY_LAYERS, strict=True)) + "\n"
    entities += "".join(f"{w}\t{a}\tO\tO\t\n" for w, a in zip(WORDS[1], second, strict=True)) + "\n"
    (folder / "entities" / "tsv" / f"{name}.tsv").write_text(entities * repeat, encoding="utf-8")
    events = "\n\n".join("\n".join(f"{w}\t{'EVENT' if w in ('lost', 'said') else 'O'}" for w in s) for s in words) + "\n"
    (folder / "events" / "tsv" / f"{name}.tsv").write_text(events, encoding="utf-8")
    return folder
