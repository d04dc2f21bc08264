"""What stands beside the text: cast, scenes, rules, content notes. Plain HTML that works without a script."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fabula.elements import Fact, Lore, Relationship, Scene
from fabula.export.html_happenings import beliefs_panel, emotions_panel, happenings_panel, undertakings_panel
from fabula.export.html_parts import LONGEST, Items, evidence_link, folded, gist, headline, item_names, row, tie_words, unsure
from fabula.export.html_text import SHOWN, Speakers, plain
from fabula.world.wording import count, passage

if TYPE_CHECKING:
    from fabula.world.characters import CharacterView
    from fabula.world.world import World

_BINS = 80
_MOST_CARDS = 24
_MOST_FACTS = 14
_MOST_TIES = 12
_MOST_PLACES = 40


def cast_panel(world: World, speakers: Speakers) -> str:
    """A card per character; those who are only mentioned stand in one line."""
    shown = [c for c in world.characters if c.confidence >= SHOWN and c.importance != "mentioned"]
    rest = [c for c in world.characters if c.confidence >= SHOWN and c.importance == "mentioned"]
    items = item_names(world)
    cards = [_character(world, c, speakers, items) for c in shown]
    more = f'<details class="more"><summary>{len(cards) - _MOST_CARDS} more</summary>{"".join(cards[_MOST_CARDS:])}</details>'
    also = f'<p class="also">Only mentioned: {", ".join(f"<bdi>{plain(c.name)}</bdi>" for c in rest)}.</p>' if rest else ""
    first = "".join(cards[:_MOST_CARDS]) or "<p>Nobody was found.</p>"
    return f"<h2>Cast <small>{len(shown)}</small></h2>{first}{more if len(cards) > _MOST_CARDS else ''}{also}"


def _character(world: World, c: CharacterView, speakers: Speakers, items: Items) -> str:
    element = c.element
    spoken = f"{element.quotes} quotes" if element.quotes != 1 else "1 quote"
    also = list(dict.fromkeys(a.text for a in c.aliases if a.text != c.name))[:4]
    sub = " · ".join(x for x in (", ".join(c.roles[:3]), f"“{'”, “'.join(also)}”" if also else "", c.age.text if c.age else "") if x)
    look = speakers.classes(c.id) if element.quotes else ""
    return (
        f'<details class="card who {look.split(" ")[0]}" id="who-{plain(c.id)}" data-c="{speakers.row[c.id]}" '
        f'data-first="{element.first}"><summary>'
        f'<span class="name {look}"><bdi>{plain(c.name)}</bdi></span><span class="num">{spoken} · {element.mentions} mentions</span>'
        f"{f'<span class=sub><bdi>{plain(sub)}</bdi></span>' if sub else ''}{_strip(world, c)}</summary>"
        f'<div class="body">{_sheet(world, c, speakers, items)}</div></details>\n'
    )


def _strip(world: World, c: CharacterView) -> str:
    """Where in the story the character is mentioned, as a row of small bars."""
    length = max(1, len(world.text))
    bins = Counter(m.start * _BINS // length for m in c.mentions)
    top = max(bins.values(), default=0)
    if not top:
        return ""
    bars = "".join(f"M{b} 10v-{max(1.5, 10 * n / top):.1f}h.8v{max(1.5, 10 * n / top):.1f}z" for b, n in sorted(bins.items()))
    return (
        f'<svg class="strip" viewBox="0 0 {_BINS} 10.5" preserveAspectRatio="none" role="img" aria-label="mentions from beginning to end">'
        f'<line x1="0" y1="10.2" x2="{_BINS}" y2="10.2" stroke-width=".5"/><path d="{bars}"/></svg>'
    )


def _sheet(world: World, c: CharacterView, speakers: Speakers, items: Items) -> str:
    ties = [r for r in c.relationships if r.confidence >= SHOWN][:_MOST_TIES]
    facts = [f for f in c.facts if f.confidence >= SHOWN][:_MOST_FACTS]
    scenes = [i for i, s in enumerate(world.scenes) if c.id in s.present]
    parts = []
    if ties:
        parts.append("<h3>Ties</h3><ul>" + "".join(_tie(world, c, r, items) for r in ties) + "</ul>")
    if facts:
        parts.append("<h3>Facts</h3><ul>" + "".join(_fact(f, items) for f in facts) + "</ul>")
    if scenes:
        links = " ".join(f'<a href="#scene-{i + 1}">{i + 1}</a>' for i in scenes)
        parts.append(f"<h3>In scenes</h3><p>{links}</p>")
    spoken = f"{c.element.quotes} quotations, {c.words_spoken} words" if c.element.quotes else "no speech found"
    number = speakers.row[c.id]
    parts.append(
        f'<h3>Voice</h3><p>{spoken}</p><div class="acts"><button type="button" data-step="-1" data-c="{number}">↑ before</button>'
        f'<button type="button" data-step="1" data-c="{number}">↓ next mention</button></div>'
    )
    return "".join(parts)


def _tie(world: World, c: CharacterView, tie: Relationship, items: Items) -> str:
    other = tie.b if tie.a == c.id else tie.a
    name = f'<a href="#who-{plain(other)}" data-who="{plain(other)}"><bdi>{plain(world.name_of(other))}</bdi></a>'
    words = evidence_link(tie.evidence, plain(tie_words(tie, c)))
    inner = f'<span class="k">{words}</span><span class="v{unsure(tie.confidence)}">{name}</span>'
    return row(items, tie, folded(tie.noted, inner))


def _fact(fact: Fact, items: Items) -> str:
    value = evidence_link(fact.evidence, f"<bdi>{plain(fact.value)}</bdi>")
    inner = f'<span class="k">{plain(fact.attribute)}</span><span class="v{unsure(fact.confidence)}">{value}</span>'
    return row(items, fact, folded(fact.noted, inner))


def scenes_panel(world: World, speakers: Speakers) -> str:
    """A card per scene: where, when, who is there, the sentences that tell it best."""
    if not world.scenes:
        return ""
    cards = "".join(_scene(world, i, s, speakers) for i, s in enumerate(world.scenes))
    return f"<h2>Scenes <small>{len(world.scenes)}</small></h2>{cards}{_places(world)}"


def _places(world: World) -> str:
    """Places that have a name in the story, those told of most first."""
    found = sorted((p for p in world.places if p.confidence >= SHOWN and p.mentions), key=lambda p: -len(p.mentions))[:_MOST_PLACES]
    rows = "".join(
        f'<li class="row"><span class="v">{evidence_link(p.mentions, f"<bdi>{plain(p.name)}</bdi>")}</span>'
        f'<span class="num">{count(len(p.mentions), "mention")}</span></li>'
        for p in found
    )
    return f"<h2>Places <small>{len(found)}</small></h2><ul>{rows}</ul>" if found else ""


def _scene(world: World, i: int, scene: Scene, speakers: Speakers) -> str:
    people = "".join(_dot(world, p, speakers) for p in scene.present)
    words = gist(world, scene, 2)
    told = folded(scene.noted, f'<p class="gist"><bdi>{plain(words)}</bdi></p>') if words else ""
    pov = f"<p class=sub>Seen by <bdi>{plain(world.name_of(scene.pov))}</bdi></p>" if scene.pov and scene.pov != "omniscient" else ""
    length = f"{len(world.text[scene.start : scene.end].split())} words"
    return (
        f'<details class="card" data-first="{scene.start}"><summary><span class="name"><span class="no">{i + 1}</span> '
        f'<bdi>{plain(headline(world, scene))}</bdi></span><span class="num">{length}</span></summary>'
        f'<div class="body"><div class="people">{people}</div>{pov}{told}'
        f'<p class="to-text"><a href="#scene-{i + 1}" data-at="{scene.start}">read it</a></p></div></details>\n'
    )


def _dot(world: World, who: str, speakers: Speakers) -> str:
    look, name = speakers.classes(who).split(" ")[0], plain(world.name_of(who))
    return f'<a class="dot {look}" href="#who-{plain(who)}" data-who="{plain(who)}"><bdi>{name}</bdi></a>'


def lore_panel(world: World) -> str:
    """How this world works, by topic, procedures in the order of their steps."""
    topics: dict[str, list[Lore]] = {}
    for x in world.lore:
        if x.confidence >= SHOWN and x.evidence:
            topics.setdefault(x.topic or "other", []).append(x)
    if not topics:
        return ""
    cards = "".join(_topic(world, t, items) for t, items in sorted(topics.items(), key=lambda kv: (-len(kv[1]), kv[0])))
    return f"<h2>How this world works <small>{sum(map(len, topics.values()))}</small></h2>{cards}"


def _topic(world: World, topic: str, items: list[Lore]) -> str:
    names = item_names(world)
    ordered = sorted(items, key=lambda x: (x.order is None, x.order or 0, x.evidence[0][0]))
    rows = "".join(row(names, x, f'<span class="v">{folded(x.noted, _rule(world, x))}</span>') for x in ordered)
    return (
        f'<details class="card"><summary><span class="name"><bdi>{plain(topic)}</bdi></span><span class="num">{len(items)}</span></summary>'
        f'<div class="body"><ul>{rows}</ul></div></details>\n'
    )


def _rule(world: World, x: Lore) -> str:
    text = " ".join(passage(world.text, *x.evidence[0], world.manuscript.emphasis).split())[:LONGEST]
    deadline = f' <span class="when">within: {plain(world.text[x.deadline[0] : x.deadline[1]])}</span>' if x.deadline else ""
    return f"{f'{x.order}. ' if x.order else ''}{evidence_link(x.evidence, f'<bdi>{plain(text)}</bdi>')}{deadline}"


def notes_panel(world: World) -> str:
    """The labels of the content notes; a label unfolds its passages in the text."""
    notes = [n for n in world.notes if n.confidence >= SHOWN]
    if not notes:
        return ""
    labels = "".join(_note_button(n.label, n.strength) for n in {n.label: n for n in notes}.values())
    every = '<button type="button" class="every" data-label="*" aria-pressed="false">show all</button>'
    return f'<h2>Content notes <small>passages are folded</small></h2><div class="labels">{labels}{every}</div>'


def _note_button(label: str, strength: str) -> str:
    told = plain(label.replace("_", " "))
    return f'<button type="button" data-label="{told}" aria-pressed="false">{told} <small>{plain(strength)}</small></button>'


_LIVE = (
    ("ask", "Ask", "Ask the story", "Why did she leave?"),
    ("search", "Search", "Search the text", "words, or “a phrase” in quotes"),
)


def panels(world: World, speakers: Speakers) -> str:
    """All that stands beside the text, in parts that the tabs above them choose from."""
    parts = (
        ("cast", "Cast", cast_panel(world, speakers)),
        ("scenes", "Scenes", scenes_panel(world, speakers)),
        ("events", "Events", happenings_panel(world, speakers)),
        ("minds", "Minds", undertakings_panel(world, speakers) + beliefs_panel(world, speakers) + emotions_panel(world, speakers)),
        ("lore", "Rules", lore_panel(world)),
        ("notes", "Notes", notes_panel(world)),
    )
    found = [(name, title, html) for name, title, html in parts if html]
    found.insert(0, ("here", "Here", ""))
    tabs = "".join(f'<button type="button" data-panel="{name}" aria-pressed="false">{title}</button>' for name, title, _ in found)
    sections = "".join(f'<section class="panel" id="panel-{name}" aria-label="{title}">{html}</section>\n' for name, title, html in found)
    return f'<div class="tabs" role="group" aria-label="What to show">{tabs}</div>\n{sections}'


def live_panels() -> str:
    """What only a running reader can do: ask, search, check, review. Filled by its script."""
    forms = "".join(
        f'<section class="panel" id="panel-{name}" aria-label="{title}"><h2>{title}</h2><form data-ask="{name}">'
        f'<label for="{name}-words">{what}</label><div class="line"><input id="{name}-words" type="text" maxlength="500" '
        f'autocomplete="off" placeholder="{example}"><button>{title}</button></div></form>'
        '<div class="found" aria-live="polite"></div></section>'
        for name, title, what, example in _LIVE
    )
    lists = "".join(
        f'<section class="panel" id="panel-{name}" aria-label="{title}"><h2>{title}</h2><p class="sub">{what}</p>'
        f'<div class="found" aria-live="polite"></div></section>'
        for name, title, what in (
            ("check", "Check", "What an editor would ask about."),
            ("review", "Review", "The least certain decisions, those first that most else hangs on. 1 to 4 answer the first one."),
        )
    )
    return forms + lists
