"""The page of a story: complete, faithful, harmless."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from html import unescape
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from fabula.elements import Fact, Note, Quote, Relationship, Scene
from fabula.export.html import render_html
from fabula.spans import Span
from fabula.world.build import build_world
from fabula.world.world import World
from small_world import ORIGIN, manuscript_of, small_world

_SURE: dict[str, Any] = {"confidence": 0.9, "origin": ORIGIN}
_CAST = {"c1": "Ann Lee/Ann", "c2": "Tom"}
_TALK = "THE LAMP\n\n[c1>c2|“Who lit the lamp?”] asked Ann.\n\n[c2>c1|“I did,”] said Tom. [c2>c1|“Before supper.”]\n\n{She=c1} nodded."


def _page(world: World) -> LexborHTMLParser:
    return LexborHTMLParser(render_html(world))


def _blocks(page: LexborHTMLParser) -> list[tuple[int, str]]:
    return [(int(n.attributes["data-o"] or 0), n.text()) for n in page.css("[data-o]")]


def test_every_paragraph_in_the_page_is_the_text_of_the_story() -> None:
    world = small_world(_TALK, _CAST)
    blocks = _blocks(_page(world))
    assert len(blocks) == 4
    assert all(world.text[at : at + len(text)] == text for at, text in blocks)


def test_the_first_quotation_of_a_turn_carries_its_speaker_by_name() -> None:
    quotes = _page(small_world(_TALK, _CAST)).css(".q")
    assert [q.attributes.get("data-n") for q in quotes] == ["Ann", "Tom", None]
    assert [q.attributes["title"] for q in quotes] == ["Ann Lee to Tom", "Tom to Ann Lee", "Tom to Ann Lee"]


def test_two_speakers_differ_in_colour_and_in_the_style_of_the_line() -> None:
    ann, tom, _ = (set((q.attributes["class"] or "").split()) for q in _page(small_world(_TALK, _CAST)).css(".q"))
    assert {c[0] for c in ann ^ tom} == {"c", "t"}


def test_a_quotation_of_an_unsure_speaker_is_marked_as_unsure() -> None:
    world = small_world(_TALK, _CAST)
    first = Quote(start=world.quotes[0].start, end=world.quotes[0].end, speaker="c1", confidence=0.4, origin=ORIGIN)
    layers = {name: world.layer(name) for name in ("manuscript", "tokens", "sentences", "characters", "mentions", "members")}
    quote = _page(build_world(layers | {"quotes": (first,)})).css_first(".q")
    assert quote.attributes["data-n"] == "Ann ?"
    assert "unsure" in (quote.attributes["title"] or "")
    assert "u" in (quote.attributes["class"] or "").split()
    assert "data-s" not in quote.attributes


def test_a_noted_passage_is_folded_behind_a_box_with_its_label() -> None:
    text = "Ann came in. The dog was dead. Tom wept."
    start = text.index("The dog")
    note = Note(label="animal_death", strength="depicted", spans=(Span(start, start + 17),), **_SURE)
    page = _page(small_world(text, _CAST, notes=(note,)))
    assert page.css_first(".nt").text() == "The dog was dead."
    fold = page.css_first(".fold")
    assert fold.attributes["data-l"] == "animal death"
    assert "checked" not in fold.css_first("input").attributes
    assert page.css_first("p[data-o]").text() == text
    assert page.css_first("button[data-label]").attributes["data-label"] == "animal death"


def test_what_a_note_touches_is_folded_beside_the_text_too() -> None:
    text = "Ann found the dead dog."
    note = Note(label="animal_death", strength="depicted", spans=(Span(0, len(text)),), **_SURE)
    fact = Fact(about="c1", attribute="find", value="the dead dog", evidence=(Span(0, 10),), **_SURE)
    page = _page(small_world(text, _CAST, notes=(note,), facts=(fact,)))
    assert "the dead dog" in page.css_first(".card details.hidden-note").text()


def test_cast_ties_and_scenes_stand_beside_the_text() -> None:
    tie = Relationship(a="c1", b="c2", type="parent_child", basis="stated", evidence=(Span(0, 8),), **_SURE)
    scene = Scene(
        id="s1",
        start=0,
        end=60,
        chapter=1,
        place_text="the kitchen",
        time_text="that night",
        present=("c1", "c2"),
        confidence=0.9,
        origin=ORIGIN,
    )
    page = _page(small_world(_TALK, _CAST, pronouns={"c1": "she"}, relationships=(tie,), scenes=(scene,)))
    ann, tom = page.css("details.who")
    assert "mother of" in ann.text() and "child of" in tom.text()
    assert "the kitchen · that night" in page.css_first("aside").text()
    assert page.css_first(".dot").attributes["href"] == "#who-c1"


def test_a_scene_that_starts_inside_a_paragraph_is_marked_there() -> None:
    text = "Ann slept. The next day Tom came."
    at = text.index("The next")
    spans = ((0, at), (at, len(text)))
    scenes = tuple(Scene(id=f"s{i}", start=s, end=e, chapter=1, **_SURE) for i, (s, e) in enumerate(spans, 1))
    page = _page(small_world(text, _CAST, scenes=scenes))
    assert page.css_first("p .scene-in").attributes["id"] == "scene-2"
    assert page.css_first("p[data-o]").text() == text


def test_marks_of_emphasis_are_hidden_and_kept() -> None:
    world = build_world({"manuscript": manuscript_of("He was *so* tired.", emphasis=(Span(8, 10),))})
    page = _page(world)
    assert page.css_first("em").text() == "so"
    assert [m.text() for m in page.css(".mk")] == ["*", "*"]
    assert page.css_first("p[data-o]").text() == world.text


def test_hostile_text_stays_text() -> None:
    evil = '<script>alert(1)</script> & "><img src=x onerror=alert(2)> {x=c1} \u202egnirts ]]> <!-- </style> $title'
    page = _page(small_world(evil, {"c1": "</script><b>Ann"}, title="</title><script>alert(3)</script>"))
    assert len(page.css("script")) == len(_page(small_world("It rained.", {})).css("script"))
    assert not page.css("img, b")
    assert page.css_first("p[data-o]").text().startswith("<script>alert(1)</script> & ")
    assert page.css_first("h1").text() == "</title><script>alert(3)</script>"


def test_names_cannot_turn_the_direction_of_the_page() -> None:
    html = render_html(small_world("[c1|“Hi.”]", {"c1": "Ann\u202e\u2066"}))
    assert "\u202e" not in html.split('class="world"')[1]
    assert 'title="Ann"' in html


def test_line_ends_nul_and_surrogates_keep_their_places() -> None:
    world = build_world({"manuscript": manuscript_of("One\r\ntwo \x00 \ud800 three 😀.")})
    html = render_html(world)
    html.encode("utf-8")
    text = unescape(re.search(r"<p [^>]*data-o[^>]*>(.*?)</p>", html, re.S).group(1))  # type: ignore[union-attr]
    assert len(text) == len(world.text)
    assert text == "One\r\ntwo \ufffd \ufffd three 😀."


def test_the_page_allows_no_script_but_its_own_and_asks_for_nothing_outside() -> None:
    html = render_html(small_world(_TALK, _CAST))
    script = re.findall(r"<script>(.*?)</script>", html, re.S)
    digests = [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in script]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html).group(1)  # type: ignore[union-attr]
    assert "script-src " + " ".join(f"'sha256-{digest}'" for digest in digests) + ";" in policy
    assert "default-src 'none'" in policy and "connect-src" not in policy
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", html)
    assert not re.search(r"\son\w+=|\sstyle=", html.split("<style>")[0] + html.split("</style>")[1].split("<script>")[0])


def test_the_same_world_gives_the_same_page() -> None:
    assert render_html(small_world(_TALK, _CAST)) == render_html(small_world(_TALK, _CAST))


def test_a_story_without_anything_found_still_makes_a_page() -> None:
    page = _page(build_world({"manuscript": manuscript_of("It rained.")}))
    assert page.css_first("p[data-o]").text() == "It rained."
    assert "Nobody was found" in page.css_first("aside").text()


def test_a_paragraph_of_a_million_letters_is_written_in_a_moment() -> None:
    text = "Ann said nothing much. " * 45_000
    began = time.perf_counter()
    html = render_html(build_world({"manuscript": manuscript_of(text)}))
    assert time.perf_counter() - began < 5
    assert len(html) < 1.2 * len(text)
