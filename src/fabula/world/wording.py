"""How the World is put into words for people: ties, counts, passages that are folded, text made safe to print."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, takewhile

from fabula.corrections import Correction
from fabula.elements import Belief, Character, Commitment, Knowledge, Narration, Relationship
from fabula.spans import Span

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_EMPHASIS = "*_"
_MARKS = '“”"‘’«» '
_LEADING = {
    "spouse": "married to", "romantic_partner": "partner of", "ex_partner": "former partner of", "affair": "affair with",
    "sibling": "sibling of", "other_kin": "kin of", "friend": "friend of", "colleague": "colleague of", "enemy": "enemy of",
    "acquaintance": "knows", "parent_child": "parent of", "superior_subordinate": "superior of", "doctor_patient": "doctor of",
    "caseworker_client": "caseworker of", "lawyer_client": "lawyer of", "teacher_student": "teacher of", "owner_pet": "owner of",
    "rescuer_rescued": "rescued",
}  # fmt: skip
_FOLLOWING = {
    "parent_child": "child of", "superior_subordinate": "under", "doctor_patient": "patient of", "caseworker_client": "client of",
    "lawyer_client": "client of", "teacher_student": "student of", "owner_pet": "pet of", "rescuer_rescued": "rescued by",
}  # fmt: skip


def clean(text: str) -> str:
    """One line that is safe on a terminal: white space joined, control characters (escape sequences!) made visible."""
    return _CONTROL.sub("\ufffd", " ".join(text.split()))


def clean_lines(text: str) -> str:
    """As ``clean``, but line ends and indents stay."""
    return "\n".join(_CONTROL.sub("\ufffd", line.replace("\t", "    ")) for line in text.splitlines())


def excerpt(text: str, limit: int = 160) -> str:
    """The text on one line, cut at a word when it is longer than ``limit``."""
    line = clean(text)
    if len(line) <= limit:
        return line
    cut = line[:limit]
    return (cut[: cut.rfind(" ")] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:—–-") + " …"


def emphasis_marks(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """The marks around an emphasised range that the text keeps (``*so*``): hidden on pages and in passages, never taken out."""
    n = 0
    while (
        n < 3 and span.start - n > 0 and text[span.start - n - 1] in _EMPHASIS and text[span.end + n : span.end + n + 1] in tuple(_EMPHASIS)
    ):
        n += 1
    if n:
        yield span.start - n, span.start
        yield span.end, span.end + n


def passage(text: str, start: int, end: int, emphasis: Sequence[Span]) -> str:
    """The text of a range without the marks of emphasis that stand in it. ``emphasis`` is in order and does not nest."""
    near = takewhile(lambda s: s.start <= end, islice(emphasis, bisect_left(emphasis, start, key=lambda s: s.end), None))
    parts, at = [], start
    for mark_start, mark_end in sorted(m for span in near for m in emphasis_marks(text, span)):
        if at <= mark_start and mark_end <= end:
            parts.append(text[at:mark_start])
            at = mark_end
    return "".join([*parts, text[at:end]])


def tie(relationship: Relationship, character: str) -> str:
    """What the character is to the other: ``parent of``, ``child of``, ``sibling of``."""
    kind = relationship.type
    if relationship.a != character and kind in _FOLLOWING:
        return _FOLLOWING[kind]
    return _LEADING.get(kind, kind.replace("_", " ") + " of")


_UNDERTAKES = {
    "promise": "promises", "vow": "vows to", "agreement": "agrees with", "order": "orders", "threat": "threatens", "offer": "offers",
}  # fmt: skip


def undertaking(commitment: Commitment, name_of: Callable[[str], str]) -> str:
    """Who binds whom: ``Marta promises Piet``."""
    by = name_of(commitment.by) if commitment.by else "somebody"
    to = joined((name_of(c) for c in commitment.to), 3)
    return f"{by} {_UNDERTAKES.get(commitment.kind, commitment.kind)}{f' {to}' if to else ''}"


def believing(belief: Belief, name_of: Callable[[str], str]) -> str:
    """Who believes, told by whom, and whether it is so: ``Piet believes (told by Marta; false)``."""
    told = f"told by {name_of(belief.told_by)}; " if belief.told_by else ""
    return f"{name_of(belief.who)} believes ({told}{'open' if belief.truth == 'unknown' else belief.truth})"


def knowing(knowledge: Knowledge, name_of: Callable[[str], str]) -> str:
    """Who knows and how: ``Piet knows (was told)``."""
    how = {"present": "was there", "told": "was told", "read": "has read it", "overheard": "overheard it", "inferred": "works it out"}
    return f"{name_of(knowledge.character)} knows ({how[knowledge.how]})"


def count(number: int, one: str, many: str = "") -> str:
    """``1 scene``, ``3,000 scenes``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(names: Iterable[str], limit: int = 6) -> str:
    """Names with commas; what is over the limit is counted."""
    listed = list(names)
    more = f" and {len(listed) - limit} more" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + more


def labels(noted: Iterable[str]) -> str:
    """Labels of content notes as words."""
    return ", ".join(label.replace("_", " ") for label in noted)


def narration_words(narration: Narration, narrator: str | None) -> str:
    """``first person, past tense, told by Anne``."""
    told = f", told by {narrator}" if narrator and narration.person == "first" and narrator != "the narrator" else ""
    return f"{narration.person} person, {narration.tense} tense{told}"


def about(character: Character) -> str:
    """What is known of a character in a few words: pronoun, roles, age, kind."""
    parts: list[str] = [character.pronouns] if character.pronouns != "unknown" else []
    if character.kind != "person":
        parts.append(character.kind)
    parts += [clean(r) for r in character.roles[:3]]
    if character.age is not None:
        parts.append(f"age {clean(character.age.text)}" + (" (others too)" if character.age.open else ""))
    return ", ".join(parts)


# --- corrections
def correction_words(c: Correction) -> str:
    """A correction in one line, as the log lists it."""
    who = [clean(w.name) for w in c.who]
    at = f"“{excerpt(c.at[0].text.strip(_MARKS), 40)}”" if c.at else ""
    match c.kind:
        case "merge":
            return f"{' and '.join(who)} are one"
        case "split":
            return f"{who[0]} is not {who[1] if len(who) > 1 else clean(c.value) or at}"
        case "rename":
            return f"{who[0]} is called {clean(c.value)}"
        case "retype":
            return f"{who[0]} is {'no character' if c.value == 'nobody' else f'of type {c.value}'}"
        case "pronouns":
            return f"{who[0]} is “{c.value}”"
        case "speaker":
            return f"{at} is said by {who[0] if who else 'nobody knows whom'}"
        case "mention":
            return f"{at} ({excerpt(c.at[0].before[-20:] + c.at[0].text + c.at[0].after[:20], 60)}) means {joined(who)}"
        case "dismiss" | "keep":
            wrong = "meant so" if json.loads(c.value)["layer"] in ("issues", "series") else "wrong"
            return f"{_item_words(c.value)} is {wrong if c.kind == 'dismiss' else 'right as it is'}"
    return clean(f"{c.kind} {c.value}")


def _item_words(value: str) -> str:
    what = json.loads(value)
    about = f" of {joined(map(clean, what['about']))}" if what["about"] else ""
    return f"{what['layer']}: {clean(' '.join(what['says']))}{about}"


def orphan_words(c: Correction, why: str) -> str:
    return f"correction {c.number} ({correction_words(c)}) finds no place: {why}"
