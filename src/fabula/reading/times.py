"""Time phrases: what a stretch of text says of when it happens, by rules over lexicons/time.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from fabula.lexicons import sections, table
from fabula.spans import Span

TimeKind = Literal["date", "later", "earlier", "part", "clock"]
_RANK: dict[TimeKind, int] = {"date": 0, "later": 1, "earlier": 1, "part": 2, "clock": 3}

_CAPITAL = r"[A-Z]\w+"


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """A phrase that tells when. ``days`` counts from the scene before (negative: earlier); year, month and day where stated."""

    span: Span
    kind: TimeKind
    days: float | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None

    def joined(self, other: TimePhrase) -> TimePhrase:
        """This phrase and the next one as one phrase; the more telling kind wins, dates complete one another."""
        best = self if _RANK[self.kind] <= _RANK[other.kind] else other
        year, month, day = self.year or other.year, self.month or other.month, self.day or other.day
        return TimePhrase(Span(self.span.start, other.span.end), best.kind, self.days or other.days, year, month, day)


def _listed(section: str) -> list[str]:
    return [w.strip() for line in sections("time")[section] for w in line.split(",")]


def _choice(words: list[str]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"\s") for w in sorted(words, key=len, reverse=True))


@cache
def _numbers() -> dict[str, float]:
    return {w: float(v) for w, v in table("time", "numbers")}


@cache
def _units() -> dict[str, float]:
    return {w: float(v) for w, v in table("time", "units")}


@cache
def _ordinals() -> dict[str, int]:
    return {w: int(v) for w, v in table("time", "ordinals")}


@cache
def _period() -> dict[str, str]:
    """The alternations that the patterns are made of. Months and weekdays need a capital letter ("May" is not "may")."""
    months = "|".join(f"{m}|{m.upper()}" for m in _listed("months"))
    weekdays, feasts = "|".join(_listed("weekdays")), _choice(_listed("feasts"))
    seasons, parts, unit = _choice(_listed("seasons")), _choice(_listed("parts")), _choice(list(_units()))
    ordinal = rf"(?:{_choice(list(_ordinals()))}|\d{{1,2}}(?:st|nd|rd|th))"
    return {
        "months": months, "weekdays": weekdays, "feasts": feasts, "seasons": seasons, "parts": parts, "unit": unit, "ordinal": ordinal,
        "number": rf"(?:{_choice(list(_numbers()))}|\d{{1,3}})", "year": r"(?:1[0-9]{3}|20\d\d)",
        "day": rf"(?i:(?:the\s)?(?:{ordinal}|\d{{1,2}}))", "period": rf"(?:(?i:{unit}|{seasons}|{parts})|{weekdays}|{months}|{feasts})",
    }  # fmt: skip


def _quantified(index: str) -> str:
    about = r"(?:(?:about|almost|nearly|only|barely|over|more\sthan|less\sthan|some|exactly|just)\s)?"
    x = _period()
    return rf"{about}(?P<n{index}>{x['number']})\s(?:(?:long|short|whole|more|full)\s)?(?P<u{index}>{x['unit']})"


def _later() -> str:
    x = _period()
    passed = r"(?:later|after(?:wards?)?|passed|went\sby|had\spassed|had\sgone\sby)"
    return rf"""(?P<later>(?i:{_quantified("1")}\s{passed}|after\s(?P<n2>{x["number"]})\s(?P<u2>{x["unit"]})\b
        |(?:(?:in|on|by|for|all)\s)?the\s(?:very\s)?(?:next|following)\s(?:few\s|two\s|three\s)?{x["period"]}
        |next\s(?:morning|day|night|evening|afternoon)|{_choice(_listed("long_after"))}|the\smorrow
        |the\s(?:morning|day|night|week|evening|year|month)\safter\b))"""


def _earlier() -> str:
    x = _period()
    young = rf"(?:young(?:er)?|little|small|an?\s(?:child|boy|girl|kid|student)|children|kids|{x['number']}|at\sschool)\b"
    ago = r"(?:earlier|before(?!\s(?:he|she|they|I|we|it)\b)|ago|previously|prior|back)"
    when = r"(?=\swhen\b|\sthe\s(?:summer|year|winter|day|night|spring))"
    aged = rf"(?:I|he|she|{_CAPITAL})\swas\s(?:only\s|just\s|about\s|barely\s)?{x['number']}(?:\syears\sold)?{when}"
    return rf"""(?P<earlier>{aged}|(?i:{_quantified("3")}\s{ago}|{_choice(_listed("long_ago"))}
        |yesterday(?:\s(?:morning|afternoon|evening))?
        |when\s(?:he|she|I|they|we)\s(?:was|were)\s{young}|the\s{x["period"]}\sbefore\b|the\sprevious\s{x["period"]}|last\s{x["period"]}))"""


def _dated() -> str:
    """Dates with a day, or with a month and a year; single months and years need a preposition (in ``_dated_by_month``)."""
    x = _period()
    months, day, year = x["months"], x["day"], x["year"]
    lead = r"(?i:(?:(?:on|by|in|until|till|since|early|late|mid|all|one|that|this|the|last|next|every)[\s-]){0,2})"
    which = r"(?:beginning|start|middle|end|first\sweek|second\sweek|last\sweek|early|late|mid|last\sdays?)"
    about = rf"(?i:(?:the\s)?{which}[\s-](?:(?:of|in)\s)?)"
    return rf"""(?P<date>(?i:(?:on|by|in|until|till|since|from)\s)?(?:
        (?:(?:{x["weekdays"]}),?\s)?{day}\s(?:of\s)?(?P<m1>{months})(?:,?\s(?P<y1>{year}))?
        |(?:(?:{x["weekdays"]}),?\s)?(?P<m2>{months})\s{day}\b(?:,?\s(?P<y2>{year}))?
        |(?:{x["weekdays"]})\s(?i:the\s{x["ordinal"]})|{about}(?P<m3>{months})(?:\s(?:of\s)?(?P<y3>{year}))?
        |(?P<m4>{months}),?\s(?:of\s)?(?P<y4>{year})|(?i:(?:the\s)?(?:{x["seasons"]}|year))\sof\s(?P<y5>{year})
        |{lead}(?:{x["feasts"]})|{lead}(?:{x["weekdays"]})(?:\s(?i:{x["parts"]}))?))"""


def _dated_by_month() -> str:
    x = _period()
    lead = r"(?i:(?:in|by|until|till|since|one|that|through|all)\s|(?<=\bof\s)|(?<=t\swas\s)|(?<=t\sis\s))"
    season = rf"(?i:(?:that|the|in\sthe|one|all|by)\s(?:(?:early|late|following|whole)\s)?(?:{x['seasons']})\b)"
    return rf"""(?P<month>{lead}(?:(?i:early\s|late\s|mid-))?(?P<m6>{x["months"]})\b(?:\s(?:of\s)?(?P<y6>{x["year"]}))?
        |(?i:in|since|by)\s(?P<y7>{x["year"]})\b|{season})"""


def _part_of_day() -> str:
    x = _period()
    at = r"(?:noon|midnight|midday|dawn|daybreak|sunrise|dusk|sunset|nightfall|twilight|night|\w+time|(?:low|high)\stide)"
    return rf"""(?P<part>(?i:(?:the\s)?same\s(?:{x["parts"]}|day|week)|(?:(?:for\s)?all\sthat|that|one|(?:later|early|late)\sthat)
        \s(?:same\s|very\s)?(?:{x["parts"]}|week)
        |by\s(?:the\s)?(?:{x["parts"]})|(?:early\s|late\s|later\s)?in\sthe\s(?:early\s|late\s|middle\sof\sthe\s)?(?:morning|afternoon|evening|night)
        |at\s{at}|before\sdawn|after\sdark|tonight|this\s(?:morning|afternoon|evening)))"""


def _clock() -> str:
    x = _period()
    about = r"(?:(?:at|by|until|till|just|a\slittle|shortly|soon|about|around|nearly|almost)\s){0,3}(?:(?:after|before|past)\s)?"
    past = r"(?:half|quarter|twenty|ten|five|a\squarter)\s(?:past|to)\s\w+"
    hour = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    bare = rf"(?<=(?:after|efore)\s){hour}\b(?=\s(?:at|in|on|when|o|that)\b|[,.;])"
    sharp = rf"{hour}\s(?:sharp|exactly|on\sthe\sdot)"
    time = rf"(?:{past}|{sharp}|(?:{x['number']})\so['’]clock|\d{{1,2}}[:.]\d\d\s?(?:[ap]\.?m\b\.?)?|\d{{1,2}}\s?[ap]\.?m\b\.?|{bare})"
    return rf"(?P<clock>(?i:{about}{time}(?:\s(?:at\snight|in\sthe\s(?:morning|afternoon|evening)))?))"


@cache
def _pattern() -> re.Pattern[str]:
    kinds = (_later(), _earlier(), _dated(), _dated_by_month(), _part_of_day(), _clock())
    return re.compile(rf"\b(?:{'|'.join(kinds)})(?!\w)", re.X)


@cache
def _trigger() -> re.Pattern[str]:
    """What every time phrase has at least one of; looked for first, since it is much the faster."""
    calendar = [w.lower() for section in ("months", "weekdays", "seasons", "feasts", "parts") for w in _listed(section)]
    told = _choice([*calendar, *_listed("trigger"), *_units(), *_listed("long_ago")])
    aged = rf"(?:only\s|just\s|about\s|barely\s)?{_period()['number']}\b"
    young = r"young|little|small|an?\s(?:child|boy|girl|kid|student)|children|kids|at\sschool"
    return re.compile(rf"\d|o['’]clock|\b(?:was|were)\s(?:{young}|{aged})|\b(?:half|quarter|twenty|ten|five)\sto\s|\b(?:{told})", re.I)


def _quantity(number: str, unit: str) -> float:
    words = number.lower()
    value = float(words) if words.isdigit() else _numbers()[" ".join(words.split())]
    return value * _units()[unit.lower()]


def _date(m: re.Match[str]) -> tuple[int | None, int | None, int | None]:
    groups = m.groupdict()
    year = next((int(groups[f"y{i}"]) for i in range(1, 8) if groups.get(f"y{i}")), None)
    name = next((groups[f"m{i}"] for i in (1, 2, 3, 4, 6) if groups.get(f"m{i}")), None)
    month = [x.lower() for x in _listed("months")].index(name.lower()) + 1 if name else None
    rest = m.group().replace(str(year), "") if year else m.group()
    digits = re.search(r"\b\d{1,2}(?=\b|st|nd|rd|th)", rest)
    if digits:
        return year, month, int(digits.group())
    words = [w for w in re.findall(r"[a-z]+(?:-[a-z]+)?", rest.lower()) if w in _ordinals()]
    return year, month, _ordinals()[words[-1]] if words and "week" not in rest else None


def _phrase(m: re.Match[str]) -> TimePhrase:
    span = Span(*m.span())
    if m["later"]:
        days = _quantity(m["n1"], m["u1"]) if m["n1"] else _quantity(m["n2"], m["u2"]) if m["n2"] else 1.0
        return TimePhrase(span, "later", days)
    if m["earlier"]:
        return TimePhrase(span, "earlier", -_quantity(m["n3"], m["u3"]) if m["n3"] else None)
    if m["date"] or m["month"]:
        year, month, day = _date(m)
        return TimePhrase(span, "date", None, year, month, day)
    return TimePhrase(span, "part" if m["part"] else "clock")


def _in_a_name(text: str, m: re.Match[str]) -> bool:
    """Whether the words are part of a name: "the Thursday Night Otters"."""
    last = m.group().split()[-1]
    calendar = {*_listed("months"), *_listed("weekdays")}
    capital = last[:1].isupper() and last not in calendar and " " in m.group()
    return capital and re.match(r"\s[A-Z]", text[m.end() : m.end() + 2]) is not None


def find_times(text: str, start: int, end: int) -> list[TimePhrase]:
    """Time phrases in ``[start, end)`` in order; neighbours joined by a comma or "of" are one phrase.

    >>> opening = "Three weeks later, on the ninth of May, it rained."
    >>> [(p.kind, p.days, p.month, p.span.of(opening)) for p in find_times(opening, 0, len(opening))]
    [('date', 21.0, 5, 'Three weeks later, on the ninth of May')]
    """
    out: list[TimePhrase] = []
    if _trigger().search(text, start, end) is None:
        return out
    for m in _pattern().finditer(text, start, end):
        if _in_a_name(text, m):
            continue
        phrase = _phrase(m)
        if out and re.fullmatch(r",?\s(?:of\s|at\s|on\s)?|", text[out[-1].span.end : phrase.span.start]):
            out[-1] = out[-1].joined(phrase)
        else:
            out.append(phrase)
    return out


def best_time(phrases: list[TimePhrase]) -> TimePhrase | None:
    """The phrase that dates a scene best: a date before an offset before a part of the day; the first among equals."""
    return min(phrases, key=lambda p: _RANK[p.kind], default=None)
