"""A conversation about a story: short questions mean what was asked before ("When?", "Why him?", "And Ann?")."""

from __future__ import annotations

import re

from fabula.ask.answers import Answer
from fabula.ask.asker import Asker
from fabula.ask.language import in_class
from fabula.ask.names import Named
from fabula.ask.question import kind_of
from fabula.lexicons import table
from fabula.world.world import World

_LEAD = r"(?:(?:and|but|so|then|well)\b[, ]*)*"
_WH = r"(who|whom|whose|what|when|where|why|how|how long|how many|how often|how come|since when)"
_BARE = re.compile(rf"^{_LEAD}{_WH}\W*$", re.IGNORECASE)
_WITH_SOMEBODY = re.compile(rf"^{_LEAD}(why|how|when|where) (?:(?:with|to|at|for|from|by) )?([\w'’\- ]+?)\W*$", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:(?:and|but|so)\b[, ]*)?(?:(?:what|how) about )?([\w'’\- .]+?)\W*$", re.IGNORECASE)
_OPENER = re.compile(r"^(?:how (?:many|much|long|often|come)|who|whom|what|which|when|where|why|how)\b\s*", re.IGNORECASE)
_NO_NOUN = r"(?!(?:and|to|in|at|with|from|on|for|of|by|when|before|after)\b)"
_HER = re.compile(rf"\bher\b(?=\s+{_NO_NOUN}[a-z])", re.IGNORECASE)
_MANY = 4  # words of a question from which on it stands by itself


class Conversation:
    """Answers questions one after the other about one World; each is first made whole by those before it."""

    def __init__(self, world: World) -> None:
        self._asker = Asker(world)
        self._last: Answer | None = None
        self._people: list[str] = []

    def ask(self, text: str, until: int | None = None) -> Answer:
        """The answer to ``text`` as it is meant here; ``question`` of the answer says how it was taken. Raises QuestionError.

        ``until``: nothing that stands after this position is told.
        """
        found = self._asker.answer(self.whole(text), until)
        self._remember(found)
        return found

    def whole(self, text: str) -> str:
        """The question that a short one means after those before it.

        "When?" asks for the time of what was asked before, "Why him?" for the reason with the answer put in, "And Tom?" asks the same of
        Tom; elsewhere "he", "her", "they" mean the last one of that pronoun who was asked or told about.
        """
        text = " ".join(text.split())
        if self._last is None:
            return text
        if m := _BARE.match(text):
            return self._asked_again(m.group(1))
        if (m := _WITH_SOMEBODY.match(text)) and len(text.split()) <= _MANY and self._means_somebody(m.group(2)):
            return self._asked_again(m.group(1))
        if (whole := self._of_another(text)) is not None:
            return whole
        return self._without_pronouns(text)

    def _remember(self, found: Answer) -> None:
        self._last = found
        named = self._asker.names.find(found.question)
        answered = self._asker.names.find(found.answer) if found.answer else ()
        new = [n.ids[0] for n in (*answered, *reversed(named))]
        self._people = list(dict.fromkeys([*new, *self._people]))

    # --- the same again, otherwise
    def _asked_again(self, wh: str) -> str:
        """The last question with another question word; the answer to "who" stands where it was asked for."""
        if self._last is None:
            return wh
        last, answer = self._last.question.rstrip(" ?!."), self._last.answer
        rest = _OPENER.sub("", last)
        if kind_of(last)[0] == "who" and answer is not None and _OPENER.match(last):
            subject = not in_class(rest.split()[0], "auxiliaries") if rest.split() else True
            rest = f"{answer} {rest}" if subject else f"{rest} {answer}"
        return f"{wh[0].upper()}{wh[1:].lower()} {_lower_first(rest)}?"

    def _means_somebody(self, words: str) -> bool:
        low = words.lower()
        return low in ("her", *(row[0] for row in table("questions", "asked_pronouns"))) or any(
            n.end - n.start == len(words) for n in self._asker.names.find(words)
        )

    def _of_another(self, text: str) -> str | None:
        """ "And Tom?", "What about Tom?": the last question, with Tom in the place of whom it named."""
        m = _ABOUT.match(text)
        if m is None or self._last is None or len(text.split()) > _MANY or text.lower().startswith(("who", "when", "where", "why")):
            return None
        found = self._asker.names.find(m.group(1))
        asked: tuple[Named, ...] = self._asker.names.find(self._last.question)
        if len(found) != 1 or found[0].end - found[0].start != len(m.group(1)) or not asked:
            return None
        q = self._last.question
        return q[: asked[-1].start] + m.group(1) + q[asked[-1].end :]

    # --- pronouns
    def _without_pronouns(self, text: str) -> str:
        """The names that pronouns mean, in their place."""
        if _HER.search(text) and (who := self._recent("she")):
            text = _HER.sub(f"{who}'s", text)
        elif (who := self._recent("she")) and re.search(r"\bher\b", text, re.IGNORECASE):
            text = re.sub(r"\bher\b", who, text, flags=re.IGNORECASE)
        for word, pronoun, owns in table("questions", "asked_pronouns"):
            if (who := self._recent(pronoun)) is not None:
                text = re.sub(rf"\b{word}\b", f"{who}'s" if owns == "own" else who, text, flags=re.IGNORECASE)
        return text

    def _recent(self, pronoun: str) -> str | None:
        """The name of the last one of a pronoun who was spoken of."""
        people = (self._asker.world.characters[i] for i in self._people)
        return next((p.name for p in people if p.pronouns == pronoun), None)


def _lower_first(rest: str) -> str:
    """A question that began with its auxiliary as it stands behind a question word."""
    first, _, others = rest.partition(" ")
    return f"{first.lower()} {others}".strip() if in_class(first, "auxiliaries") else rest
