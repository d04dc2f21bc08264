"""A question taken apart: its kind, its words, the characters it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fabula.ask.answers import Kind
from fabula.ask.language import content_stems, in_class, stem, word_list
from fabula.ask.names import Named, Names

_MANY = re.compile(r"^how (?:many|much|long|often|old|tall|far|big|large|high|deep)\b")
_YES_NO = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)(?:n['’]t)?\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“«„](.+?)[\"”»“]\??\s*$")
_POSSESSED = re.compile(r"['’]s?\s+([\w\-]+)")
_WH = re.compile(r"\b(who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_TIME_WH = re.compile(r"\b(?:what (?:time|day|date|year|month)|which (?:day|year|month))\b", re.IGNORECASE)
_AGE_WH = re.compile(r"\b(?:at|by) (?:what|which) age\b", re.IGNORECASE)
_PLACE_WH = re.compile(r"\b(?:what|which) (?:place|town|city|country|street|room|house)\b", re.IGNORECASE)
_PERSON_WH = re.compile(r"\b(?:what|which) (?:man|woman|boy|girl|person|character|people)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """``rest`` is the question without its question word; ``stems`` its content words, names of characters left out.

    ``until``: nothing that stands after this position answers; None: the whole story may.
    """

    text: str
    kind: Kind
    wh: str
    rest: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    named: tuple[Named, ...]
    quoted: str | None
    until: int | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the characters the question names, each once, in order."""
        return tuple(dict.fromkeys(i for n in self.named for i in n.ids))

    def asks_of(self) -> str | None:
        """Id of the one character asked about; None where a possessive after the name leads on to somebody the story does not tie to them.

        "How old is Ann's horse?" does not ask of Ann, "what colour are Ann's eyes?" does.
        """
        if not self.named:
            return None
        last = self.named[-1]
        m = _POSSESSED.match(self.text, last.end)
        return last.ids[0] if m is None or in_class(m.group(1), "own_attributes") else None

    def has(self, *wanted: str) -> bool:
        """Whether the question holds any of these words (by stem)."""
        return bool({stem(w) for w in wanted} & {stem(w) for w in self.words})


def kind_of(text: str) -> tuple[Kind, str]:
    """The kind of a question and its question word ("" where it has none)."""
    low = text.strip().lower()
    if _TIME_WH.search(low):
        return "when", "what"
    if _PLACE_WH.search(low):
        return "where", "what"
    if _PERSON_WH.search(low):
        return "who", "what"
    if _AGE_WH.search(low):
        return "how_many", "what"
    if low.startswith("how come"):
        return "why", "how"
    if _MANY.match(low):
        return "how_many", "how"
    if _YES_NO.match(low) and not re.match(r"^(?:can|could|will|would) you tell me\b", low):
        return "yes_no", ""
    wh = _WH.search(low)
    word = wh.group(1) if wh else ""
    kinds: dict[str, Kind] = {"who": "who", "whom": "who", "whose": "who", "when": "when", "where": "where", "why": "why", "how": "how"}
    return kinds.get(word, "what"), word


def parse(text: str, names: Names) -> Question:
    """Take a question apart against the names of one story."""
    text = " ".join(text.split())
    kind, wh = kind_of(text)
    quoted = m.group(1) if (m := _QUOTED.search(text)) else None
    named = names.find(text)
    at = _WH.search(text)
    rest = (text[: at.start()] + text[at.end() :] if at else text).strip(" ?!.")
    outside = "".join(c for i, c in enumerate(text) if not any(n.start <= i < n.end for n in named))
    stems = [s for s in content_stems(word_list(outside)) if not in_class(s, "stop_in_questions_only")]
    return Question(text, kind, wh, rest, tuple(word_list(text)), tuple(stems), named, quoted)
