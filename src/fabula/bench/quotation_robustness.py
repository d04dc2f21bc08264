"""How well quotations are found when the same story is set in other marks, without line breaks, with marks lost or spaces missing.

The stories are annotated ones (``bench.gold``); the changes are made by rule, so that the annotation moves with them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fabula.bench.gold import load_gold, text_beside
from fabula.layers import ParagraphKind, Paragraphs, QuotationKind
from fabula.reading.quotations import find_quotations
from fabula.text.manuscript import Chapter, Manuscript

Spans = list[tuple[int, int]]
Report = Callable[[str, str, str, Spans, Spans], None]
MARKS = {
    "as set": None, "straight double": ('"', '"'), "curly double": ("“", "”"), "straight single": ("'", "'"), "curly single": ("‘", "’"),
    "guillemets": ("«", "»"), "guillemets inward": ("»", "«"), "guillemets single": ("‹", "›"),
    "low-high": ("„", "“"), "low-high single": ("‚", "‘"), "backticks": ("``", "''"), "dash": ("—", ""),
}  # fmt: skip
DAMAGE = (
    "none", "one paragraph", "2 % of closing marks lost", "no spaces at marks", "one paragraph, marks lost", "one paragraph, no spaces",
    "messy", "messy, one paragraph",
)  # fmt: skip
_IOU = 0.8


@dataclass(frozen=True, slots=True)
class Score:
    found: int
    predicted: int
    gold: int

    @property
    def f1(self) -> float:
        return 2 * self.found / (self.predicted + self.gold) if self.predicted + self.gold else 1.0


def _edited(text: str, spans: Spans, edits: Sequence[tuple[int, int, str]]) -> tuple[str, Spans]:
    """``text`` with non-overlapping (start, end, new) applied; an insertion at a span's edge stays outside of it."""
    out, at, shift = [], 0, 0
    moved: list[tuple[int, int]] = []  # (old position, shift from there on)
    for start, end, new in sorted(edits):
        out += [text[at:start], new]
        at = end
        shift += len(new) - (end - start)
        moved.append((end, shift))
    out.append(text[at:])

    def place(p: int) -> int:
        return p + next((s for e, s in reversed(moved) if e <= p), 0)

    return "".join(out), [(place(s) if s else s, place(e)) for s, e in spans]


def set_in(marks: tuple[str, str], text: str, spans: Spans) -> tuple[str, Spans]:
    """The story with its quotations set in other marks, the marks inside the spans as before."""
    edits = []
    for s, e in spans:
        edits.append((s, s + 1, ""))
        if text[e - 1] in "\"”’'":
            edits.append((e - 1, e, ""))
    bare, moved = _edited(text, spans, edits)
    lost = [text[e - 1] not in "\"”’'" for _, e in spans]
    out, at, new = [], 0, []
    length = 0
    for (s, e), open_end in zip(moved, lost, strict=True):
        piece = bare[at:s]
        inner = marks[0] + bare[s:e] + ("" if open_end else marks[1])
        length += len(piece)
        new.append((length, length + len(inner)))
        out += [piece, inner]
        length += len(inner)
        at = e
    out.append(bare[at:])
    return "".join(out), new


def _messy(text: str, spans: Spans) -> list[tuple[int, int, str]]:
    """Edits as careless typing makes them: spaces on the wrong side of a mark, none at all, commas outside, marks twice or not at all."""
    choose = random.Random(1)
    edits = []
    for s, e in spans:
        if s and text[s - 1] == " " and (kind := choose.random()) < 0.3:  # said:"Yes / said:" Yes
            edits.append((s - 1, s, ""))
            if kind < 0.15:
                edits.append((s + 1, s + 1, " "))
        if text[e : e + 1] == " " and (kind := choose.random()) < 0.3:  # Yes."he / Yes. "he
            edits.append((e, e + 1, ""))
            if kind < 0.1:
                edits.append((e - 1, e - 1, " "))
        kind = choose.random()
        if kind < 0.02:
            edits.append((e - 1, e, ""))
        elif kind < 0.1 and text[e - 2] in "?!,":
            edits.append((e, e, ","))
        elif kind < 0.12 and (stop := text.find(".", e, e + 200)) > 0 and not any(a <= stop < b for a, b in spans):
            edits.append((stop + 1, stop + 1, text[e - 1]))
    return edits


def damaged(kind: str, text: str, spans: Spans) -> tuple[str, Spans]:
    """The story with one kind of damage (see DAMAGE); the choice of lost marks is fixed."""
    if "lost" in kind:
        lost = random.Random(0).sample(spans, max(1, len(spans) // 50))
        text, spans = _edited(text, spans, [(e - 1, e, "") for _, e in lost])
    if "spaces" in kind:
        before = {(s - 1, s, "") for s, _ in spans if s and text[s - 1] == " "}
        after = {(e, e + 1, "") for _, e in spans if text[e : e + 1] == " "}
        text, spans = _edited(text, spans, sorted(before | after))
    if "messy" in kind:
        text, spans = _edited(text, spans, sorted(set(_messy(text, spans))))
    if "paragraph" in kind:
        text, spans = _edited(text, spans, [(m.start(), m.end(), " ") for m in re.finditer(r"\s*\n\s*", text)])
    return text, spans


def manuscript_of(text: str) -> Manuscript:
    """A plain manuscript whose paragraphs are divided by blank lines."""
    rows = [(m.start(), m.end(), ParagraphKind.BODY, 0) for m in re.finditer(r"\S(?:.*?\S)?(?=\s*\n\s*\n|\s*\Z)", text, re.S)]
    whole = (Chapter(0, len(text)),)
    paragraphs = Paragraphs.from_rows(rows)
    return Manuscript(text=text, source="", sha256="", format="txt", encoding="utf-8", paragraphs=paragraphs, chapters=whole)


def score(text: str, gold: Spans) -> tuple[Score, Spans, Spans]:
    """Matches one to one with intersection over union of at least 0.8; also what was missed and what was wrongly found."""
    q, _ = find_quotations(manuscript_of(text))
    columns = zip(q.start.tolist(), q.end.tolist(), q.depth.tolist(), q.kind.tolist(), strict=True)
    pred = [(s, e) for s, e, d, k in columns if d == 0 and k == QuotationKind.SPEECH]
    free, missed = list(pred), []
    for s, e in gold:
        hit = next((p for p in free if (min(e, p[1]) - max(s, p[0])) >= _IOU * (max(e, p[1]) - min(s, p[0]))), None)
        if hit is None:
            missed.append((s, e))
        else:
            free.remove(hit)
    return Score(len(gold) - len(missed), len(pred), len(gold)), missed, free


def robustness(paths: Sequence[Path], *, marks: Sequence[str] = tuple(MARKS), report: Report | None = None) -> dict[tuple[str, str], Score]:
    """Pooled scores by (marks, damage); ``report`` gets marks, damage, text, missed and false spans of every story."""
    out: dict[tuple[str, str], Score] = {}
    for name in marks:
        for damage in DAMAGE:
            total = [0, 0, 0]
            for path in paths:
                text = text_beside(path).read_text(encoding="utf-8")
                spans: Spans = sorted((q["start"], q["end"]) for q in load_gold(path)["quotes"])
                pair = MARKS[name]
                text, spans = damaged(damage, *(set_in(pair, text, spans) if pair else (text, spans)))
                got, missed, wrong = score(text, spans)
                total = [a + b for a, b in zip(total, (got.found, got.predicted, got.gold), strict=True)]
                if report:
                    report(name, damage, text, missed, wrong)
            out[name, damage] = Score(*total)
    return out
