"""The measures of a World against a hand-made reading, one function per layer; each names its figures.

What they count follows the field's habits: a quotation is found with 80 % of the union of both ranges, a scene boundary within 250 code
points, a frame with half of the union; a mention or a relationship is right only with exactly the right people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from itertools import combinations

from fabula.bench import minds
from fabula.bench.comparison import LONGEST_EVIDENCE, Comparison, Json, length, likeness, names_of, shared, span, touch
from fabula.bench.figures import Figures, Found, Share, by_kind

SCENE_TOLERANCE = 250
SAME_FRAME = 0.5
UNDIRECTED = frozenset({
    "spouse", "romantic_partner", "ex_partner", "affair", "sibling", "other_kin", "friend", "colleague", "enemy", "acquaintance",
})  # fmt: skip
SERIOUS = frozenset({
    "suicide", "self_harm", "pregnancy_loss", "child_death", "death", "major_character_death", "sexual_content_explicit", "sexual_violence",
    "abuse", "child_abuse", "domestic_abuse", "violence", "blood_injury", "infidelity", "mental_illness_distress",
})  # fmt: skip
"""Content notes that nobody should miss."""
FIRST_AND_SECOND = frozenset({
    "i", "me", "my", "mine", "myself", "you", "your", "yours", "yourself", "yourselves", "we", "us", "our", "ours", "ourselves",
})  # fmt: skip
_SLIGHT = frozenset({"the", "a", "an", "his", "her", "their", "was", "is", "to", "of", "in", "at"})
"""Words that make no difference to a value; of the measure, not of the reading, so no lexicon changes a figure."""
_LIKE_LETTERS = frozenset({"message", "diary"})


# --- the page
def quotations(c: Comparison) -> Figures:
    """Direct speech; what the World calls a thought or writing counts only where it is speech indeed."""
    matched = {id(p) for p in c.quote_of.values()}
    given = sum(p["kind"] == "speech" or id(p) in matched for p in c.world["quotes"])
    return {"quotations": Found.matched(len(c.quote_of), given=given, wanted=len(c.gold["quotes"]))}


def speakers(c: Comparison) -> Figures:
    """Quotations given to their speaker, of all that the story has, by cue."""
    read = [c.quote_of.get(i, {}).get("speaker") or "" for i in range(len(c.gold["quotes"]))]
    return {**by_kind("speakers", ((g["cue"], c.people.get(p) == g["speaker"]) for g, p in zip(c.gold["quotes"], read, strict=True)))}


def addressees(c: Comparison) -> Figures:
    """People spoken to, of quotations that have any."""
    golds = [(set(g["addressees"]), c.golden(c.quote_of.get(i, {}).get("addressees"))) for i, g in enumerate(c.gold["quotes"])]
    return {"addressees": sum((Found.of_sets(given, wanted) for wanted, given in golds if wanted), Found(0, 0, 0, 0))}


def cast(c: Comparison) -> Figures:
    """Major and minor characters that the World has (``cast``), those of the World that are people of the story (``cast_precision``),
    major ones that it has exactly once (``cast_once``), and names given to the right person of all that belong to anyone (``aliases``)."""
    wanted = [g for g in c.gold["characters"] if g["importance"] != "mentioned"]
    shown = [p for p in c.world["characters"] if p["importance"] != "mentioned"]
    owners: dict[str, set[str]] = {}
    for g in c.gold["characters"]:
        for alias in g["aliases"]:
            owners.setdefault(alias.lower(), set()).add(g["id"])
    names = [(p["id"], a["text"].lower()) for p in c.world["characters"] for a in p["aliases"]]
    known = [(c.people.get(p) in owners[name]) for p, name in names if name in owners]
    found = set(c.people.values())
    once = [_is_once(c, g, shown, owners) for g in wanted if g["importance"] == "major"]
    return {
        "cast": Share(sum(g["id"] in found for g in wanted), len(wanted)),
        "cast_precision": Share(sum(p["id"] in c.people for p in shown), len(shown)),
        "cast_once": Share(sum(once), len(once)),
        "aliases": Share(sum(known), len(known)),
    }


def _is_once(c: Comparison, gold: Json, shown: Sequence[Json], owners: dict[str, set[str]]) -> bool:
    """Whether a person has a counterpart and no second character of the World bears a name that is this person's alone."""
    own = {n for n in names_of(gold) if owners.get(n, {gold["id"]}) == {gold["id"]}}
    others = [p for p in shown if c.people.get(p["id"]) != gold["id"] and own & names_of(p)]
    return gold["id"] in c.people.values() and not others


def mentions(c: Comparison) -> Figures:
    """Mentions found with exactly the people they stand for, by kind."""
    return {**by_kind("mentions", ((g["kind"], c.whom(g) == set(g["who"])) for g in c.gold["mentions"]))}


def pronouns(c: Comparison) -> Figures:
    """Pronouns found with exactly the people they stand for: the first and second person, the third."""

    def person(g: Json) -> str:
        return "first_second" if g["text"].lower() in FIRST_AND_SECOND else "third"

    return {**by_kind("pronouns", ((person(g), c.whom(g) == set(g["who"])) for g in c.gold["pronouns"]))}


# --- the world
def relationships(c: Comparison) -> Figures:
    """Pairs of people with the type of their relationship, each pair and type once."""

    def key(tie: Json, a: str, b: str) -> tuple[str, ...]:
        return (tie["type"], *(sorted((a, b)) if tie["type"] in UNDIRECTED else (a, b)))

    gold = {key(r, r["a"], r["b"]) for r in c.gold["relationships"]}
    read = {key(r, *(c.people.get(r[x], f"?{r[x]}") for x in "ab")) for r in c.sure("relationships")}
    return {"relationships": Found.of_sets(read, gold)}


def scenes(c: Comparison) -> Figures:
    """Where scenes begin; who is present (shared people of all named on either side) and whose point of view it is, by length of text;
    pairs of scenes whose order of happening is right. The scene of the World that covers most of a scene stands for it."""
    gold, read = c.gold["scenes"], c.world["scenes"]
    out: Figures = {}
    if len(gold) > 1:
        out["scene_boundaries"] = _boundaries([s["start"] for s in gold[1:]], [s["start"] for s in read[1:]])
    present = view = total = 0.0
    for g in gold:
        best = max(read, key=lambda p: shared(span(p), span(g)), default=None)
        total += length(span(g))
        if best is not None:
            want, got = set(g["present"]), c.golden(best["present"])
            present += length(span(g)) * (len(want & got) / len(want | got) if want | got else 1.0)
            view += length(span(g)) * ((c.people.get(best["pov"]) or best["pov"]) == g["pov"])
    return out | {"scene_cast": Share(present, total), "scene_pov": Share(view, total)} | _order(c)


def _boundaries(gold: Sequence[int], read: Sequence[int]) -> Found:
    left = list(read)
    for at in gold:
        near = min(left, key=lambda x: abs(at - x), default=None)
        if near is not None and abs(at - near) <= SCENE_TOLERANCE:
            left.remove(near)
    return Found.matched(len(read) - len(left), given=len(read), wanted=len(gold))


def _order(c: Comparison) -> Figures:
    scenes = [g for g in c.gold["scenes"] if "story_order" in g]
    best = [max(c.world["scenes"], key=lambda p: shared(span(p), span(g)), default={"story_order": 0}) for g in scenes]
    pairs = [(g, h, p, q) for (g, p), (h, q) in combinations(zip(scenes, best, strict=True), 2) if g["story_order"] != h["story_order"]]
    right = [(p["story_order"] - q["story_order"]) * (g["story_order"] - h["story_order"]) > 0 for g, h, p, q in pairs]
    return {"story_order": Share(sum(right), len(right))} if right else {}


def frames(c: Comparison) -> Figures:
    """Letters, flashbacks, notes and headings; kinds that the reading lacks count neither way, messages and diaries are letters."""

    def kind(frame: Json) -> str:
        return "letter" if frame["kind"] in _LIKE_LETTERS else str(frame["kind"])

    kinds = {kind(g) for g in c.gold["frames"]}
    read = [p for p in c.world["frames"] if kind(p) in kinds]
    pairs = [
        (i, j)
        for i, p in enumerate(read)
        for j, g in enumerate(c.gold["frames"])
        if kind(g) == kind(p) and likeness(span(g), span(p)) >= SAME_FRAME
    ]
    return {"frames": Found(len({i for i, _ in pairs}), len(read), len({j for _, j in pairs}), len(c.gold["frames"]))}


def notes(c: Comparison) -> Figures:
    """Labels of content notes; of the serious ones those found; of the noted passages those touched by no much longer one."""
    gold = {n["label"]: n["spans"] for n in c.gold["notes"]}
    read = {n["label"]: n["spans"] for n in c.sure("notes")}
    serious = gold.keys() & SERIOUS
    passages = [(label, s) for label, spans in gold.items() for s in spans]
    touched = [
        any(shared(t, s) and length(t) <= max(LONGEST_EVIDENCE, 2 * length(s)) for t in read.get(label, ())) for label, s in passages
    ]
    return {
        "notes": Found.of_sets(set(read), set(gold)),
        "notes_serious": Share(len(serious & read.keys()), len(serious)),
        "note_passages": Share(sum(touched), len(touched)),
    }


def facts(c: Comparison) -> Figures:
    """Facts found: about the right person, evidence touching, a word of the value shared; and of facts with the right evidence, those
    whose value is right."""

    def same(g: Json, p: Json) -> bool:
        return c.people.get(p["about"]) == g["about"] and touch(p["evidence"], g["evidence"])

    def right(g: Json, p: Json) -> bool:
        return same(g, p) and bool(set(words(g["value"])) & set(words(p["value"])))

    gold, read = c.gold["facts"], c.world["facts"]
    found = [any(right(g, p) for p in read) for g in gold]
    judged = [any(right(g, p) for g in gold) for p in read if any(same(g, p) for g in gold)]
    return {"facts": Share(sum(found), len(found)), "fact_values": Share(sum(judged), len(judged))}


def lore(c: Comparison) -> Figures:
    """Agreement in code points, so that long evidence buys nothing; what the reading calls borderline counts neither way. And rules and
    steps with a time limit whose limit stands in the World beside them."""

    def points(ranges: Iterable[Sequence[int]]) -> set[int]:
        return {i for start, end in ranges for i in range(start, end)}

    firm = [g for g in c.gold["lore"] if not g.get("borderline")]
    gold = points(map(span, firm))
    soft = points(span(g) for g in c.gold["lore"] if g.get("borderline")) - gold
    read = points(s for p in c.world["lore"] for s in p["evidence"]) - soft
    limits = [(p["deadline"], set(words(c.text[slice(*p["deadline"])]))) for p in c.sure("lore") if p["deadline"]]
    dated = [any(touch([at], [span(g)]) and said & set(words(g["deadline"])) for at, said in limits) for g in firm if g.get("deadline")]
    out: Figures = {"lore": Found.of_sets(read, gold)} if firm else {}
    return out | ({"deadlines": Share(sum(dated), len(dated))} if dated else {})


def events(c: Comparison) -> Figures:
    """Events found (a trigger in the range, a participant shared; the most salient such one stands for it), and pairs of them in the right
    story order: all of them, and those that are told out of order."""
    best: list[tuple[Json, Json]] = []
    for g in c.gold["events"]:
        own = [
            p
            for p in c.world["events"]
            if shared(p["trigger"], span(g)) and (not g["who"] or set(g["who"]) & c.golden(p["who"] + p["whom"]))
        ]
        if own:
            best.append((g, max(own, key=lambda p: float(p["salience"]))))
    pairs = [(g, h, p, q) for (g, p), (h, q) in combinations(best, 2) if g["story_order"] != h["story_order"]]
    right = [_same_order(g, h, p, q) for g, h, p, q in pairs]
    turned = [
        ok for ok, (g, h, _, _) in zip(right, pairs, strict=True) if (g["start"] < h["start"]) != (g["story_order"] < h["story_order"])
    ]
    out: Figures = {"events": Share(len(best), len(c.gold["events"]))}
    return out | {"event_order": Share(sum(right), len(right)), "event_order_turned": Share(sum(turned), len(turned))}


def _same_order(g: Json, h: Json, p: Json, q: Json) -> bool:
    a, b = p["story_order"], q["story_order"]
    return a is not None and b is not None and a != b and (a < b) == (g["story_order"] < h["story_order"])


def causes(c: Comparison) -> Figures:
    """Reasons whose evidence touches both ranges of one of the reading."""
    read, gold = c.sure("causes"), c.gold["causes"]
    pairs = [
        (i, j) for i, p in enumerate(read) for j, g in enumerate(gold) if all(touch(p["evidence"], [g[x]]) for x in ("effect", "cause"))
    ]
    return {"causes": Found(len({i for i, _ in pairs}), len(read), len({j for _, j in pairs}), len(gold))} if gold else {}


def emotions(c: Comparison) -> Figures:
    """The strongest emotions of a scene that the World has for the right person in a scene that shares text with it."""
    at = {s["id"]: span(s) for s in c.world["scenes"]}
    found = [
        any(
            c.people.get(p["character"]) == g["character"] and p["emotion"] == g["emotion"]
            and shared(at.get(p["scene"], (0, 0)), span(c.gold["scenes"][g["scene"]]))
            for p in c.world["emotions"]
        )
        for g in c.gold["emotions"]
    ]  # fmt: skip
    return {"emotions": Share(sum(found), len(found))} if found else {}


def words(text: str) -> list[str]:
    """The words of a value or an answer that matter."""
    plain = re.sub(r"[^\w\s]", " ", text.lower().replace("’", "'").replace("'s", ""))
    return [w for w in plain.split() if w not in _SLIGHT]


MEASURES: tuple[tuple[str, Callable[[Comparison], Figures]], ...] = (
    ("quotes", quotations),
    ("quotes", speakers),
    ("quotes", addressees),
    ("characters", cast),
    ("mentions", mentions),
    ("pronouns", pronouns),
    ("relationships", relationships),
    ("scenes", scenes),
    ("frames", frames),
    ("notes", notes),
    ("facts", facts),
    ("lore", lore),
    ("commitments", minds.commitments),
    ("beliefs", minds.beliefs),
    ("knowledge", minds.knowledge),
    ("events", events),
    ("causes", causes),
    ("emotions", emotions),
)
"""Each with the list of the hand-made reading that it needs."""


WORLD_LISTS = frozenset(name for name, _ in MEASURES) - {"quotes", "characters", "mentions", "pronouns"}
"""The lists that tell of the world, not of who is who and who speaks on the page."""


def measured(c: Comparison, lists: Container[str] | None = None) -> Figures:
    """Every figure that the hand-made reading allows, or those of some of its lists: one that it lacks is not judged, an empty one is."""
    out: Figures = {}
    for annotated, measure in MEASURES:
        if annotated in c.gold and (lists is None or annotated in lists):
            out |= measure(c)
    return out
