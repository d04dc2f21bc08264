"""How much a sentence sounds like a rule of its world: weighed from the language of rules, against that of opinion and of events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fabula.lexicons import sections

_LEADING = re.compile(
    r"^(?:and|but|so|then|also|still|yet|because|besides|remember|well|yes|no|now|see|however|likewise|obviously|again)\b,?\s+"
)
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PRESENT = re.compile(r"\b(?:is|are|has|have|gets?|goes|comes|can|must|may|takes|does|isn['’]t|doesn['’]t|don['’]t|cannot)\b")
_SUBJECTS = (
    ("imperative", 2.0),
    ("generic_subject", 2.0),
    ("bare_subject", 1.5),
    ("definite_subject", 0.75),
    ("generic_you", 0.5),
    ("plain_subject", 0.75),
)
_LONE = frozenset({"bare_subject", "plain_subject"})  # may begin with a name
_FIRST_WORDS = 11
_HOPELESS = 2.0  # an event told in the past; nothing else in it can make a rule of it
_REPORTING = ("said", "says", "explained", " me", " us", " him", " her")
_ANNOUNCING = (
    "custom",
    "rule",
    "law",
    "term",
    "condition",
    "step",
    "stage",
    "commandment",
    "exception",
    "how",
    "thing",
    "what",
    "there",
    "listed",
    "laid",
    "went",
)
_CLAUSE_END = re.compile(r"[,;:.!?—–…]")
_SUBORDINATE = re.compile(r"\b(?:that|which|who|whoever|whom|because|since|as|than|until|till|if|when|while|where|what)\b")
THRESHOLD = 3.0
FRAME_THRESHOLD = 1.5


@cache
def cue(section: str) -> re.Pattern[str]:
    """The expressions of one section of the lore lexicon as one."""
    lines = sections("lore")[section]
    if section in ("institution", "powers"):
        return re.compile(rf"\b(?:{'|'.join(lines)})\b")
    return re.compile("|".join(f"(?:{_unnamed(line)})" for line in lines))


def _unnamed(line: str) -> str:
    """Group names serve the reader of the lexicon; in a union they would clash, so they become plain groups."""
    return re.sub(r"\?P<\w+>", "", line)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A unit of text with its score; ``subject`` is the generic subject, relative to the unit's start, or None.

    ``binding``: whether the score comes from the language of obligations and limits.
    """

    score: float
    subject: tuple[int, int] | None
    announces: bool
    binding: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a unit stands. ``vocabulary``: words that the story also writes small, so that a capital at the opening makes no name."""

    spoken: bool
    past_narration: bool
    vocabulary: frozenset[str]


def normal(text: str) -> str:
    """Lower case of the same length, line breaks as blanks, so that positions hold and the expressions stay simple."""
    low = text.lower()
    low = low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return re.sub(r"[\n\r\t*_]", " ", low)


def _opening(low: str) -> int:
    """Where the unit's first clause begins, past quotation marks and connecting words."""
    at = re.match(r"[\s\"'“”‘’«»(\[—–…-]*", low)
    start = at.end() if at else 0
    if title := cue("titled").match(low[start:]):
        start += title.end()
    while m := _LEADING.match(low[start:]):
        start += m.end()
    return start


def _main_clause(low: str, start: int) -> int:
    """Where the main clause begins: after an opening condition and its comma."""
    if cue("conditional_opening").match(low[start:]) or re.match(
        r"(?:if|when|once|until|unless|after|before|within|in|on|at|by|for)\b", low[start:]
    ):
        comma = low.find(", ", start)
        if comma > 0:
            return comma + 2
    phrase = cue("opening_phrase").match(low[start:])
    return start + phrase.end() if phrase else start


def _verb_of(low: str, start: int) -> str:
    """``past``, ``present`` or nothing: the first finite verb after the first word of the clause that begins at ``start``."""
    subordinate = _SUBORDINATE.search(low, start + 8)
    end = min(start + 120, subordinate.start() if subordinate else len(low))
    clause = [w.strip("\"”’'") for w in _CLAUSE_END.split(low[start:end], maxsplit=1)[0].split()[:_FIRST_WORDS]]
    skip = 2 if clause and clause[0] in ("a", "an", "each", "every", "any", "no", "only", "all", "the", "what", "those") else 1
    perhaps = ""
    for before, word in zip(clause[skip - 1 :], clause[skip:], strict=False):
        if cue("finite_past").fullmatch(word) and not cue("auxiliary").fullmatch(before):
            return "past"
        if cue("finite_sure").fullmatch(word):
            return "present"
        if cue("finite").fullmatch(word):
            perhaps = "present"  # or a plural noun
    return perhaps


def _subject(text: str, low: str, start: int, setting: Setting) -> tuple[float, tuple[int, int] | None]:
    """Points for a subject that stands for anybody or anything of its kind, and where it is."""
    rest = low[start:]
    for section, points in _SUBJECTS:
        m = cue(section).match(rest)
        if m is None:
            continue
        if section == "imperative":
            return points, None
        end = start + (m.end(m.lastindex) if m.lastindex else m.end())
        relative = cue("generic_relative").match(rest) is not None
        if section == "generic_subject" and not relative and _verb_of(low, start) != "present" and not _back_shifted(low, setting):
            return 0.0, None
        if section == "plain_subject" and not (setting.spoken or setting.past_narration):
            return 0.0, None  # in a story told in the present every sentence may begin like this
        if section in _LONE and text[start].isupper() and rest.split(maxsplit=1)[0] not in setting.vocabulary:
            return 0.0, None  # a name, not a kind of thing
        if section == "generic_you" and not setting.spoken:
            points += 1.0  # a narrator's "you" is anybody; a speaker's is mostly the one addressed
        return points + (1.0 if relative else 0.0), (start, end)
    if cue("generic_if").match(rest):
        return 2.0, None
    return (1.5, None) if cue("imperative_and").match(rest) else (0.0, None)


def weigh_unit(text: str, setting: Setting) -> Weighed:
    """The score of a sentence, or of the part of it that lies inside or outside a quotation."""
    low = normal(text)
    if low.rstrip(' .!"”’').endswith(_REPORTING) and (reported := cue("reported").search(low)):
        low = low[: reported.start()]
    announces = any(word in low for word in _ANNOUNCING) and cue("announces").search(low) is not None
    start = _opening(low)
    main = _main_clause(low, start)
    points, subject = _subject(text, low, main, setting)
    if points < 1.0 and main != start:
        points, subject = max((points, subject), _subject(text, low, start, setting), key=lambda p: p[0])
    tense = _tense(low, main, points, setting, generic=subject is not None)
    if tense < -_HOPELESS or text.rstrip("\"”’'» ").endswith("?"):
        return Weighed(tense - 1.0, None, announces)
    score = points + tense + _for(low, start, generic=points >= 0.75, spoken=setting.spoken) - _against(low, start, main)
    score -= 1.0 if text.rstrip("\"”’'» ").endswith("!") else 0.0
    count = len(_LETTERS.findall(low))
    score -= 1.0 if count < 4 or count > 60 else 0.0
    return Weighed(score, subject, announces)


def _back_shifted(low: str, setting: Setting) -> bool:
    """A rule told by a story in the past tense: nobody was allowed upstairs."""
    return setting.past_narration and not setting.spoken and cue("past_rule").search(low) is not None


def _tense(low: str, main: int, points: float, setting: Setting, *, generic: bool) -> float:
    """Rules stand in the present; in a story told in the past they stand out by it, or are told with words of duty."""
    subordinate = _SUBORDINATE.search(low, main + 8)
    verb = _verb_of(low, main)
    past = cue("past").search(low, main, subordinate.start() if subordinate else len(low))
    if past or verb == "past":
        if generic and points >= 1.5 and _back_shifted(low, setting):
            return 1.0
        present = _PRESENT.search(low, main, past.start() if past else main)
        return -1.0 if points >= 2.0 and present else -3.0
    tenseless = re.search(r"\b(?:must|shall)\b", low) is not None
    return 1.0 if setting.past_narration and not setting.spoken and verb and not tenseless else 0.0


def _for(low: str, start: int, *, generic: bool, spoken: bool) -> float:
    points = 0.0
    if cue("strong_deontic").search(low):
        points += 2.0 if generic or cue("impersonal_deontic").search(low) else 0.5
    elif cue("deontic").search(low):
        points += 1.0
    if cue("conditional_opening").match(low[start:]):
        points += 1.0
    elif cue("condition").search(low, start):
        points += 0.5
    if cue("deadline").search(low):
        points += 1.0
    if cue("frequency").search(low):
        points += 0.5
    if cue("otherwise").search(low, start):
        points += 0.5
    if cue("within").search(low, start + 8):
        points += 0.75
    if cue("titled").match(low.lstrip(" \"'“‘«")):
        points += 1.0
    if cue("consequence").search(low, start):
        points += 1.0
    if cue("orders").match(low[start:]):
        points += 0.5
    known = len(set(cue("institution").findall(low))) + len(set(cue("powers").findall(low)))
    points += min(1.5, 0.75 * known)
    if re.search(r"\b(?:never|always|no more|at all|whole|nobody|no one|without)\b", low):
        points += 0.25
    return points if not spoken else points - 0.25


def _against(low: str, start: int, main: int) -> float:
    points = 0.0
    if cue("opinion").search(low[start:]):
        points += 1.5
    if cue("proverbial").search(low[main:]) or cue("proverbial").match(low[start:]):
        points += 2.0
    if cue("epistemic").search(low):
        points += 2.0
    if cue("plans").search(low):
        points += 1.0
    if cue("specific").search(low):
        points += 1.0
    if cue("personal").match(low[main:]):
        points += 1.0
    if re.search(r"\b(?:i|me|my|mine)\b", low):
        points += 1.0
    return points
