"""Small pieces of HTML that several panels share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fabula.elements import Relationship, Scene, Spans
from fabula.export.html_text import SURE, plain, scene_place
from fabula.world.wording import passage

if TYPE_CHECKING:
    from fabula.world.characters import CharacterView
    from fabula.world.world import World

LONGEST = 220
_DIRECTED = {
    "parent_child": ("parent of", "child of"), "superior_subordinate": ("superior of", "works for"),
    "doctor_patient": ("doctor of", "patient of"), "caseworker_client": ("caseworker of", "client of"),
    "lawyer_client": ("lawyer of", "client of"), "teacher_student": ("teacher of", "student of"),
    "owner_pet": ("owner of", "pet of"), "rescuer_rescued": ("rescued", "rescued by"),
}  # fmt: skip
_BY_PRONOUN = {
    ("spouse", "he"): "husband of", ("spouse", "she"): "wife of", ("sibling", "he"): "brother of", ("sibling", "she"): "sister of",
    ("parent of", "he"): "father of", ("parent of", "she"): "mother of", ("child of", "he"): "son of", ("child of", "she"): "daughter of",
}  # fmt: skip
_UNDIRECTED = {"other_kin": "related to", "romantic_partner": "partner of", "ex_partner": "former partner of", "affair": "affair with"}


def unsure(confidence: float) -> str:
    """The end of a class attribute that marks what is unsure."""
    return "" if confidence >= SURE else ' unsure" title="unsure'


def evidence_link(evidence: Spans, html: str) -> str:
    """A link to the place in the text that something rests on."""
    return f'<a class="ev" href="#text" data-at="{evidence[0][0]}">{html}</a>' if evidence else html


def folded(labels: tuple[str, ...], html: str) -> str:
    """What touches a content note stays folded until asked."""
    if not labels:
        return html
    told = plain(", ".join(x.replace("_", " ") for x in labels))
    return f'<details class="hidden-note"><summary>noted: {told}</summary>{html}</details>'


Items = Mapping[int, str]
"""How a correction names each thing that is claimed (``facts:3``), by the identity of the object."""


def item_names(world: World) -> Items:
    """The names of what a reader can call wrong."""
    claimed = {name: getattr(world, name) for name in ("relationships", "facts", "commitments", "beliefs", "lore")}
    return {id(x): f"{name}:{i}" for name, items in claimed.items() for i, x in enumerate(items, 1)}


def row(items: Items, claim: object, html: str, kind: str = "row") -> str:
    """A row that claims something; it carries the name by which the claim can be called wrong."""
    name = items.get(id(claim))
    item = f' data-item="{name}"' if name else ""
    return f'<li class="{kind}"{item}>{html}</li>'


def excerpt(world: World, evidence: Spans) -> str:
    """The words of the first place, no longer than a few lines."""
    text = " ".join(passage(world.text, *evidence[0], world.manuscript.emphasis).split())
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def tie_words(tie: Relationship, who: CharacterView) -> str:
    """What ``who`` is to the other one, ready to stand before a name: "sister of"."""
    if tie.type in _DIRECTED:
        word = _DIRECTED[tie.type][0 if tie.a == who.id else 1]
        return _BY_PRONOUN.get((word, who.pronouns), word)
    return _BY_PRONOUN.get((tie.type, who.pronouns), _UNDIRECTED.get(tie.type, f"{tie.type.replace('_', ' ')} of"))


def gist(world: World, scene: Scene, sentences: int) -> str:
    """The sentences that tell a scene best, no longer than a few lines."""
    told = " ".join(" ".join(passage(world.text, a, b, world.manuscript.emphasis).split()) for a, b in scene.gist[:sentences])
    return told if len(told) <= LONGEST else told[:LONGEST].rsplit(" ", 1)[0] + " …"


def headline(world: World, scene: Scene) -> str:
    """Where and when; where neither is told, who."""
    told = " · ".join(x for x in (scene_place(world, scene), scene.time_text) if x)
    names = [world.name_of(p) for p in scene.present[:3]]
    return told or ", ".join(names) + (" …" if len(scene.present) > 3 else "") or "place and time not told"
