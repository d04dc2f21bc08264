"""Rebuild ``lexicons/common_words.txt``: words that English writes in lower case.

    python training/common_words.py DATA > src/fabula/lexicons/common_words.txt

DATA holds the public corpora by repository name (litbank, GoEmotions-pytorch, UD_English-EWT, FairytaleQAData). Only training parts are
counted. A word is kept when it stands in lower case in enough documents, and mostly so away from sentence starts.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

MIN_DOCUMENTS = 5
MIN_LOWER_SHARE = 0.5
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
MID_SENTENCE = re.compile(r"(?<=[a-z,;] )[^\W\d_]+(?:['’-][^\W\d_]+)*")

HEADER = """\
# Words that English writes in lower case: a capital at a sentence start says nothing about them.
# Counted in training documents only: public-domain novels (LitBank originals), GoEmotions (Apache-2.0), UD English EWT,
# FairytaleQA (Apache-2.0).
# Made by training/common_words.py; a list of facts about usage. Licence: Apache-2.0."""


def documents(data: Path) -> Iterator[str]:
    train = set((data / "lrec2020-coref/data/litbank_tenfold_splits/0/train.ids").read_text().split())
    for path in sorted((data / "litbank/original").glob("*.txt")):
        if f"{path.stem}_brat.tsv" in train:
            yield path.read_text(encoding="utf-8")
    comments = (data / "GoEmotions-pytorch/data/original/train.tsv").read_text(encoding="utf-8").splitlines()
    for i in range(0, len(comments), 2000):
        yield "\n".join(line.split("\t")[0] for line in comments[i : i + 2000])
    for path in sorted((data / "UD_English-EWT").glob("*train*.conllu")):
        sentences = [line[9:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# text =")]
        for i in range(0, len(sentences), 1000):
            yield "\n".join(sentences[i : i + 1000])
    for path in sorted((data / "FairytaleQAData/data-by-train-split/section-stories/train").glob("*.csv")):
        yield path.read_text(encoding="utf-8")


def main(data: Path) -> None:
    lower, mid_lower, mid_upper = Counter[str](), Counter[str](), Counter[str]()
    for text in documents(data):
        lower.update({w.replace("’", "'") for w in WORD.findall(text) if w.islower()})
        for w in MID_SENTENCE.findall(text):
            (mid_lower if w.islower() else mid_upper)[w.lower().replace("’", "'")] += 1
    keep = sorted(
        w for w, n in lower.items() if n >= MIN_DOCUMENTS and mid_lower[w] >= MIN_LOWER_SHARE * (mid_lower[w] + mid_upper[w]) and len(w) > 1
    )
    print(HEADER)
    for i in range(0, len(keep), 24):
        print(", ".join(keep[i : i + 24]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
