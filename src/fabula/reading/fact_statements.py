"""Sentences that state a fact of somebody (eyes, age, trade, home, habit …), found by the templates of ``lexicons/facts.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fabula.lexicons import sections, table, words
from fabula.reading.patterns import HIS, MY, NAME, POSSESSOR, SUBJECT, YOUR, Sentenced, Unit, any_of, is_subject, stance
from fabula.spans import Span

IN_SPEECH = 0.92  # people lie, boast and tease; the narration seldom does
_IS = r"(?:'s|'m|'re| is| was| are| were| am)"
_PUNCTUATION = r"[,.;:!?)…—–\"”]|--|$"
_AT_THE_TIME = re.compile(r" (?:when|that (?:year|summer|winter|spring|autumn|night|day)|then|at the time)\b")
_IN_THE_YEAR = re.compile(r"\b(?:when|since|until|till|before|after|while|as|year|day|summer|winter|week|time)(?: only)? $")
_NUMBER_NEEDS_YEARS = frozenset({"one", "two", "1", "2"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact as one sentence states it. ``said_by``: ``narration`` or the speaker's id; not ``lasting``: a scene may change it."""

    about: str
    attribute: str
    value: str
    said_by: str
    confidence: float
    span: Span
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    pattern: re.Pattern[str]
    attribute: str
    confidence: float
    capital: bool  # the value must be written with a capital


def _opens_clause(before: str) -> bool:
    """Whether a subject may follow: at the beginning, after a mark, after a conjunction."""
    last = re.search(r"(\w+|[^\w\s])\s*$", before)
    return last is None or not last[1][0].isalnum() or last[1] in words("facts", "clause openers")


def _either(section: str, lexicon: str = "facts") -> str:
    return "|".join(sorted(map(re.escape, words(lexicon, section)), key=len, reverse=True))


def trade(value: str) -> str:
    """A trade without the adjectives that say nothing of it ("poor admiral").

    >>> trade("poor young sea captain")
    'sea captain'
    """
    *adjectives, noun = value.split()
    return " ".join([*(w for w in adjectives if w.lower() not in words("jobs", "not in value")), noun])


@cache
def macros() -> dict[str, str]:
    """What the names in braces of the templates stand for."""
    number, months, adjectives = _either("numbers"), _either("months"), _either("adjectives", "jobs")
    stop, slots = _either("stop"), f"[{NAME}](?:'s)?|[{HIS}{MY}{YOUR}]"
    day = r"(?:\d{1,2}(?:st|nd|rd|th)?|the \w+(?:-\w+)?)"
    verb = rf"(?:[a-z]{{2,}}(?:(?<!s)s|ed)|(?:{_either('verbs')}))(?![\w])"
    plain = {name: _either(section) for name, section in table("facts", "macros")}
    return plain | {
        "A": f"(?P<a>{SUBJECT})", "N": f"(?P<a>{NAME})", "P": f"(?P<p>{POSSESSOR})", "be": _IS, "verb": verb,
        "adjective": rf"(?:(?!(?:{_either('determiners')})\b)[\w-]+,? )",
        "adv": rf"(?:(?:{_either('adverbs', 'relations')}) )?",
        "end": rf"(?={_PUNCTUATION}| (?:and|but|or|who|for|in|now|when|then|that|this|at|last|though|already|with)\b)",
        "end2": rf"(?={_PUNCTUATION}| (?:and|but|or|who|for|in|now|when|then|at|of|to|with|from|by|before|on|by|too|once|until)\b)",
        "endage": rf"(?={_PUNCTUATION}| (?:and|but|or|when|that|at|last|now|then|already|today|tomorrow|next)\b)",
        "stop": rf"(?={_PUNCTUATION})",
        "end3": rf"(?={_PUNCTUATION}| (?:and|any|since|or)\b)",
        "num": rf"(?:(?:{number})(?:(?:-| |-and-| and )(?:{number}))?|\d{{1,3}})(?![\w-])",
        "place": rf"(?!(?:{_either('no home')})\b)(?:{slots}|[^\W\d_][\w'-]*)(?: (?!(?:{stop})\b)(?:{slots}|[\w'-]+)){{0,7}}",
        "date": rf"(?:{day} of (?:{months})|(?:{months}) (?:the )?{day}(?:, \d{{4}})?|{day} (?:{months})(?: \d{{4}})?"
        rf"|(?:{months})(?: (?:of )?\d{{4}})?\b|\d{{4}}|the (?:winter|summer|spring|autumn|fall) of \d{{4}})",
        "name": rf"(?:{NAME}|[^\W\d_][\w'-]*)(?: (?:{NAME}|[^\W\d_][\w'-]*)){{0,2}}",
        "job": rf"(?:(?:{adjectives}) ){{0,2}}(?:{_either('jobs', 'jobs')})(?!'s|-)", "workplace": _either("workplaces", "jobs"),
        "haircolour": rf"(?:{_either('hair colours')})(?: and (?:{_either('hair colours')}))?",
    }  # fmt: skip


_PIECE = re.compile(r"\{[vV]:|\{[a-zA-Z]\w*\}|[{}]|[^{}]+")


def _compile(template: str) -> re.Pattern[str]:
    """The template as a regular expression: ``{v:...}`` is the group of the value; only the first person of a template is a group."""
    out: list[str] = []
    open_braces: list[str] = []
    person = False
    for piece in _PIECE.findall(template):
        macro = macros().get(piece[1:-1]) if piece.startswith("{") else None
        if macro is not None:
            out.append(re.sub(r"\?P<\w+>", "?:", macro) if person else macro)
            person = person or "(?P<" in macro
        elif piece in ("{v:", "{V:"):
            open_braces.append(")")
            out.append("(?P<v>")
        elif piece == "{":
            open_braces.append("}")
            out.append(piece)
        else:
            out.append(open_braces.pop() if piece == "}" else piece)
    return re.compile("".join(out))


@dataclass(frozen=True, slots=True)
class Family:
    """Templates that share the words without which none of them can match."""

    trigger: re.Pattern[str]
    templates: tuple[Template, ...]


@cache
def families() -> dict[str, Family]:
    """All templates by family."""
    triggers: dict[str, set[str]] = {}
    for family, entries in table("facts", "triggers"):
        for word in (w.strip() for w in entries.split(",")):
            if word.startswith("@"):
                triggers.setdefault(family, set()).update(words("jobs" if word[1:] in sections("jobs") else "facts", word[1:]))
            else:
                triggers.setdefault(family, set()).add(word)
    rows: dict[str, list[Template]] = {}
    for family, pattern, attribute, confidence in table("facts", "statements"):
        rows.setdefault(family, []).append(Template(_compile(pattern), attribute, float(confidence), "{V:" in pattern))
    return {f: Family(re.compile(any_of(*triggers[f]) if f != "age" else any_of(*triggers[f]) + r"|\d"), tuple(t)) for f, t in rows.items()}


class FactFinder:
    """Finds the statements of facts in the units of a story. ``own`` are the ids that a fact can be of."""

    def __init__(self, view: Sentenced, own: frozenset[str], present_tense: bool) -> None:
        self.view, self.own, self.present_tense = view, own, present_tense

    def in_unit(self, unit: Unit) -> Iterator[Statement]:
        said_by = "narration" if unit.quote is None else unit.quote.speaker
        if said_by is None:
            return
        for family in families().values():
            if family.trigger.search(unit.text):
                for t in family.templates:
                    for m in t.pattern.finditer(unit.text):
                        yield from self._statement(unit, t, m, said_by)

    def _statement(self, unit: Unit, t: Template, m: re.Match[str], said_by: str) -> Iterator[Statement]:
        groups = m.groupdict()
        holder = "a" if groups.get("a") else "p"
        slot = unit.slot(m, holder)
        if slot is None or len(slot.who) != 1 or slot.who[0] not in self.own:
            return
        if holder == "a" and not is_subject(unit, m.start("a")):
            return
        held = stance(unit, m.start(), m.start("v") if groups.get("neg") else m.end()) if holder == "a" else None
        factor = 1.0 if held is None or groups.get("neg") else held.factor
        if t.attribute.endswith("habit") and (held is None or held.asked or not _opens_clause(unit.text[: m.start()])):
            return
        if t.attribute == "habit" and m["v"].startswith("never"):
            factor = 1.0
        value = unit.span(*m.span("v")).of(self.view.text)
        if factor == 0 or (t.capital and not value[:1].isupper()):
            return
        if (read := self._refined(unit, t.attribute, value, m)) is None:
            return
        attribute, value = read
        confidence = t.confidence * factor * slot.confidence * (IN_SPEECH if unit.quote else 1.0)
        lasting = attribute != "clothing" or "always" in m.group()
        yield Statement(slot.who[0], attribute, value, said_by, confidence, unit.clause(m.start(), m.end()), lasting)

    def _refined(self, unit: Unit, attribute: str, value: str, m: re.Match[str]) -> tuple[str, str] | None:
        """Attribute and value as they are to be shown, or None where the words only look like a fact."""
        value = re.sub(r"\s+", " ", value).strip(" ,.;:-–—*_")
        low = value.lower()
        if attribute == "age":
            return self._age(unit, value, m)
        if attribute == "name":
            which = m["which"].lower()
            label = {
                "nick": "nickname",
                "pet": "pet name",
                "born": "birth name",
                "called": "known as",
                "nicknamed": "nickname",
                "named": "full name",
            }.get(which, f"{which} name")
            return (label.replace("christened name", "christened name"), value) if low not in words("slots", "not possessed") else None
        if attribute == "birthplace" and low.split()[0] in words("facts", "months"):
            return None
        if attribute.startswith("ability"):
            attribute, verb = attribute.split(": ")
            return attribute, f"{verb} {'the ' if verb == 'plays' else ''}{value}"
        if attribute == "health" and m.groupdict().get("neg"):
            return attribute, f"cannot {value}"
        if attribute.endswith("job"):
            praised = trade(value) != value and low.split()[-1] in words("jobs", "ambiguous")
            return None if praised else (attribute, trade(value))
        if attribute.endswith("home"):
            value = re.sub(r"(?: (?:at|in|on|of|by|near|over|with))+$", "", value)
            where = value.split(" ", 1)[-1]
            return (attribute, value) if re.match(r"(?:the|a|an|his|her|their|my|our|your|one|two)\b|[A-Z]", where) else None
        if attribute == "build":
            return self._look(low), value
        if attribute == "eye colour" and low == "dark" and "eyes" in m.group() and m.groupdict().get("p") and "circles" in unit.text:
            return None
        return attribute, value

    @staticmethod
    def _look(value: str) -> str:
        """ "red-haired" tells the hair, "one-eyed" more than the build."""
        if value.endswith("-haired") or value in ("blond", "blonde", "red-headed", "redheaded", "bald", "balding"):
            return "hair colour" if "bald" not in value else "hair"
        if value.endswith("-eyed") and not value.startswith("one"):
            return "eye colour"
        return "facial hair" if value in ("bearded", "clean-shaven") else "build"

    def _age(self, unit: Unit, value: str, m: re.Match[str]) -> tuple[str, str] | None:
        low, years = value.lower(), "year" in m.group()
        if (low in _NUMBER_NEEDS_YEARS and not years) or (low.isdigit() and not 1 <= int(low) <= 125) or (low == "hundred"):
            return None
        before = unit.text[max(0, m.start() - 12) : m.start()]
        past = re.search(r" (?:was|were)\b", m.group()) and (unit.quote is not None or self.present_tense)
        if past or _AT_THE_TIME.match(unit.text, m.end()) or _IN_THE_YEAR.search(before):
            return "age then", value
        return "age", value
