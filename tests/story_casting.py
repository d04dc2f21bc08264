"""A small cast by hand, so that a step after who-is-who is tested without it: names, pronouns and speakers as a test gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from fabula.elements import Alias, Character, Narration, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions
from fabula.reading import quotations, tokens
from fabula.reading.steps import Layers
from fabula.text import read_manuscript


def read_layers(
    folder: Path,
    text: str,
    *,
    cast: Mapping[str, str],
    pronouns: Mapping[str, str] | None = None,
    speakers: Sequence[str | None] = (),
    narration: Narration | None = None,
) -> Layers:
    """Layers of a story up to who-is-who. ``cast``: name → further names, comma-separated; the id is the lower-case first name.

    ``pronouns``: pronoun → id, the same all through the story; ``speakers``: one for each quotation, in order.
    """
    path = folder / "story.txt"
    path.write_text(text, encoding="utf-8")
    layers: Layers = {"manuscript": read_manuscript(path)}
    for step in (tokens.STEP, quotations.STEP):
        layers.update(step.run(**{n: layers[n] for n in step.needs}))
    names = {name.split()[0].lower(): (name, *filter(None, (a.strip() for a in more.split(",")))) for name, more in cast.items()}
    ids = list(names)
    rows = _mentions(text, names, pronouns or {}, layers)
    layers["characters"] = tuple(
        Character(id=i, name=forms[0], aliases=tuple(Alias(f, text.count(f)) for f in forms), confidence=1.0, origin="test@1")
        for i, forms in names.items()
    )
    layers["mentions"] = Mentions.from_rows([(s, e, k, q, 1.0) for s, e, k, q, _ in rows])
    layers["members"] = MentionMembers.from_rows([(i, ids.index(who)) for i, (*_, who) in enumerate(rows)])
    layers["quotes"] = _quotes(layers, speakers)
    layers["narration"] = narration or Narration("third", "past")
    return layers


def _mentions(
    text: str, names: Mapping[str, tuple[str, ...]], pronouns: Mapping[str, str], layers: Layers
) -> list[tuple[int, int, MentionKind, int, str]]:
    inside = list(zip(layers["quotations"].start.tolist(), layers["quotations"].end.tolist(), strict=True))
    forms = {form: who for who, all_forms in names.items() for form in all_forms}
    pattern = "|".join(re.escape(f) for f in sorted((*forms, *pronouns), key=len, reverse=True))
    rows = []
    for m in re.finditer(rf"\b(?:{pattern})\b", text, re.I):
        who = forms.get(m.group()) or pronouns.get(m.group().lower())
        if who is None:
            continue
        kind = MentionKind.NAME if m.group() in forms else MentionKind.PRONOUN
        quotation = next((i for i, (s, e) in enumerate(inside) if s <= m.start() < e), -1)
        rows.append((m.start(), m.end(), kind, quotation, who))
    return rows


def _quotes(layers: Layers, speakers: Sequence[str | None]) -> tuple[Quote, ...]:
    table = layers["quotations"]
    outer = [(s, e) for s, e, d in zip(table.start.tolist(), table.end.tolist(), table.depth.tolist(), strict=True) if d == 0]
    named = [*speakers, *[None] * len(outer)]
    return tuple(Quote(start=s, end=e, speaker=who, confidence=1.0, origin="test@1") for (s, e), who in zip(outer, named, strict=False))
