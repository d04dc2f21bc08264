"""Makes ``lexicons/first_names.txt``: first names of many countries by the pronoun of those who mostly bear them.

    pip install faker && python -m training.first_names

The names are those of the Faker project's lists (MIT licence), Latin letters alone, without marks on them. A name counts once for each
list that has it; where neither pronoun has three times as many lists as the other, it is ``either``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from fabula.reading.who.first_names import folded

HEADER = """\
# First names of many countries, lower case without marks, by the pronoun of those who mostly bear them; a prior only.
# Made by training/first_names.py from the name lists of the Faker project (https://github.com/joke2k/faker), which are
# Copyright (c) 2012 Daniele Faraglia and contributors, MIT licence (LICENSES/MIT-faker.txt).
"""
TARGET = Path(__file__).parents[1] / "src" / "fabula" / "lexicons" / "first_names.txt"
CLEARLY = 3


def listed() -> Iterator[tuple[str, str, str]]:
    """(list, pronoun, name) of every first name in Latin letters."""
    people = importlib.import_module("faker.providers.person")
    for country in pkgutil.iter_modules(people.__path__):
        provider = importlib.import_module(f"{people.__name__}.{country.name}").Provider
        for attribute, values in vars(provider).items():
            pronoun = "she" if "female" in attribute else "he" if "male" in attribute else ""
            if not pronoun or not attribute.startswith("first_") or "abbreviated" in attribute or "pairs" in attribute:
                continue
            if isinstance(values, (tuple, list, dict)):
                yield from ((country.name, pronoun, first) for v in values if (first := first_word(v)))


def first_word(value: object) -> str:
    """The first word of a name, if it is written in Latin letters, else nothing."""
    word = folded(value.split()[0]) if isinstance(value, str) and value.strip() else ""
    good = 2 <= len(word) <= 16 and all(c in "-'" or (c.isascii() and c.isalpha()) for c in word)
    return word if good else ""


def by_pronoun() -> dict[str, list[str]]:
    """The names of each section."""
    lists = Counter((name, pronoun) for _, pronoun, name in set(listed()))
    out: dict[str, list[str]] = {"he": [], "she": [], "either": []}
    for name in sorted({name for name, _ in lists}):
        he, she = lists[name, "he"], lists[name, "she"]
        out["he" if he >= CLEARLY * she else "she" if she >= CLEARLY * he else "either"].append(name)
    return out


def main() -> None:
    """Write the lexicon."""
    lines = [HEADER.rstrip()]
    for section, names in by_pronoun().items():
        lines.append(f"[{section}]")
        lines += [line.rstrip() for line in wrap(", ".join(names), 140, break_on_hyphens=False)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
