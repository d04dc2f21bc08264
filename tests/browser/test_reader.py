"""The reader in a real browser: reading, layers, spoilers, pictures, questions, corrections; by mouse and by keyboard."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from reader_client import STORY, read_to, running

from fabula import api
from fabula.elements import Emotion, Note
from fabula.export.html import render_html
from fabula.spans import Span
from fabula.web.shelf import Shelf
from fabula.world.world import World
from small_world import small_world

EVIL = "<script>document.title='taken'</script> <img src=x onerror=\"document.title='taken'\"> \u202eturned"
_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_to(tmp_path_factory.mktemp("kept"))


_RUN = "“Is there room?”\n\n“For two.”\n\n“We are three.”\n\n“Then one of you can swim.”\n\n“He can.”\n\n"
_REST = "It rained on the landing.\n\nThe bell was rung.\n\nThe river rose.\n\nA lamp went out.\n\nIt was late.\n\nThe wind turned.\n\n"
UNTAGGED = (
    "The Ferry\n\n“Will you cross tonight?” asked Marta Voss.\n\n“Only if you pay,” said Piet. He was a ferryman.\n\n"
    "Three men came down to the landing. Aldo had a lantern, Bruno a sack, and Carl nothing at all.\n\n"
    + 4
    * (_RUN + _REST + "Aldo, Bruno and Carl looked at Piet and at Marta Voss.\n\n")
)


@pytest.fixture
def page(chromium: Browser, kept: Path, tmp_path: Path) -> Iterator[Page]:
    """The story in a running reader, on a copy of its World."""
    shutil.copy(kept.with_suffix(".txt"), tmp_path / "ferry.txt")
    shutil.copy(kept, tmp_path / "ferry.fabula")
    yield from _shown(chromium, tmp_path)


@pytest.fixture
def untagged(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A story in which nobody can be sure who speaks."""
    read_to(tmp_path, text=UNTAGGED)
    yield from _shown(chromium, tmp_path)


def _shown(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    with running(Shelf.of([tmp_path / "ferry.fabula"])) as server:
        found, errors = _opened(chromium), list[str]()
        found.on("pageerror", lambda e: errors.append(str(e)))
        found.on("console", lambda m: errors.append(m.text) if m.type == "error" and "409" not in m.text and "422" not in m.text else None)
        found.goto(server.address)
        yield found
        found.context.close()
        assert errors == []


def _opened(chromium: Browser, **more: Any) -> Page:
    return chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **more}).new_page()


@pytest.fixture
def exported(chromium: Browser, kept: Path, tmp_path: Path) -> Iterator[Page]:
    """The page as one file."""
    world = World.open(kept)
    (tmp_path / "page.html").write_text(render_html(world), encoding="utf-8")
    world.detach()
    found = _opened(chromium)
    found.goto((tmp_path / "page.html").as_uri())
    yield found
    found.context.close()


def _world(page: Page, tmp_path: Path) -> World:
    return World.open(tmp_path / "ferry.fabula")


def _layer(page: Page, name: str) -> None:
    page.locator("summary", has_text="Layers").click()
    page.locator(f"[data-layer={name}]").click()
    page.keyboard.press("Escape")


def _painted(page: Page, name: str) -> list[str]:
    return page.evaluate(f"[...(CSS.highlights.get('{name}') || [])].map(String)")  # type: ignore[no-any-return]


def _card(page: Page, name: str) -> Locator:
    return page.locator("details.who").filter(has=page.locator("summary .name", has_text=name))


def _panel(page: Page, name: str) -> None:
    """Open one of the lists beside the text; where there is no room for them, they lie behind a button."""
    if page.locator("#drawer").is_visible() and not page.locator("body.drawn").count():
        page.locator("#drawer").click()
    page.locator(f"button[data-panel={name}]").first.click()


def _read_to(page: Page, words: str) -> None:
    """Scroll until the paragraph with these words is the one that is read."""
    script = "x => { for (let y = 0; y < 5000 && fabula.blocks[fabula.reading()] !== x; y += 10) scrollTo(0, y); }"
    page.locator("main p", has_text=words).evaluate(script)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


# --- reading
def test_speakers_are_shown_and_can_be_switched_off(page: Page) -> None:
    line = page.locator(".q", has_text="All night,")
    expect(line).to_have_attribute("title", re.compile("Paul"))
    assert line.evaluate("x => getComputedStyle(x).textDecorationLine") == "underline"
    _layer(page, "speakers")
    assert line.evaluate("x => getComputedStyle(x).textDecorationLine") == "none"


def test_who_is_meant_is_painted_and_told_where_the_pointer_is(page: Page) -> None:
    _layer(page, "meant")
    names = page.evaluate("[...CSS.highlights.keys()].filter(x => x.startsWith('m-'))")
    words = {word for name in names for word in _painted(page, name)}
    assert {"Ruth", "Paul", "She"} <= words
    box = page.locator("p", has_text="The fire had gone out.").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 8)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    at = page.evaluate(
        "() => { const r = [...CSS.highlights.values()].flatMap(h => [...h]).find(x => String(x) === 'She').getBoundingClientRect(); "
        "return [r.x + r.width / 2, r.y + r.height / 2]; }"
    )
    page.mouse.move(*at)
    expect(page.locator(".tip")).to_have_text("Ruth")


def test_times_have_a_layer_of_their_own(page: Page) -> None:
    _layer(page, "times")
    assert any("morning" in word for word in _painted(page, "time"))


def test_doubts_have_a_layer_of_their_own(chromium: Browser, tmp_path: Path) -> None:
    page = _page_of(chromium, tmp_path, small_world("[c1|“Go.”] Ann left. [|“Now?”]", {"c1": "Ann"}))
    _layer(page, "doubts")
    assert page.locator("body.with-doubts .q.u").all_inner_texts() == ["“Now?”"]
    page.context.close()


def test_the_chapters_are_a_menu(chromium: Browser, tmp_path: Path) -> None:
    text = "".join(f"Chapter {i}\n\n" + f"Ann rowed on day {i}. Then she slept and rowed again.\n\n" * 30 for i in range(1, 6))
    (tmp_path / "long.txt").write_text(text, encoding="utf-8")
    page = _page_of(chromium, tmp_path, api.read(tmp_path / "long.txt", store=False))
    page.locator("summary", has_text="Contents").click()
    page.get_by_role("link", name="Chapter 4").click()
    expect(page.locator("main h2", has_text="Chapter 4")).to_be_in_viewport()
    page.context.close()


def test_places_are_painted(page: Page) -> None:
    _layer(page, "places")
    assert "the harbour" in _painted(page, "place")


def test_feelings_are_painted_and_told_where_the_pointer_is(chromium: Browser, tmp_path: Path) -> None:
    felt = Emotion(scene="s1", character="c1", emotion="fear", strength=0.8, evidence=(Span(10, 24),), confidence=0.9, origin="test@1")
    page = _page_of(chromium, tmp_path, small_world("Ann came. Ann was afraid. She left.", {"c1": "Ann"}, emotions=(felt,)))
    _layer(page, "emotions")
    assert _painted(page, "emotion") == ["Ann was afraid"]
    at = page.evaluate(
        "() => { const r = [...CSS.highlights.get('emotion')][0].getBoundingClientRect(); return [r.x + 5, r.y + r.height / 2]; }"
    )
    page.mouse.move(*at)
    expect(page.locator(".tip")).to_have_text("Ann: fear")
    page.context.close()


def test_a_long_text_is_painted_only_near_the_window(chromium: Browser, tmp_path: Path) -> None:
    text = "\n\n".join(f"{{Ann=c1}} rowed on, and {{she=c1}} counted stroke {i} of the day." for i in range(1500))
    page = _page_of(chromium, tmp_path, small_world(text, {"c1": "Ann"}))
    _layer(page, "meant")
    assert 0 < page.evaluate("CSS.highlights.get('m-0-0').size") < 600
    page.evaluate("fabula.go(fabula.data.length - 100)")
    last = page.locator("p", has_text="stroke 1499 of")
    expect(last).to_be_in_viewport()
    page.wait_for_function(
        "() => [...CSS.highlights.get('m-0-0')].some(r => r.startContainer.parentElement.textContent.includes('stroke 1499 '))"
    )
    page.context.close()


def test_the_key_w_tells_who_is_meant_in_this_paragraph(page: Page) -> None:
    _read_to(page, "In the morning")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    page.keyboard.press("w")
    expect(page.locator("#status")).to_contain_text("Ruth")


def _page_of(chromium: Browser, folder: Path, world: World) -> Page:
    """The exported page of a World."""
    (folder / "page.html").write_text(render_html(world), encoding="utf-8")
    page = _opened(chromium)
    page.goto((folder / "page.html").as_uri())
    return page


def test_noted_passages_are_folded_until_asked(chromium: Browser, tmp_path: Path) -> None:
    world = small_world("Ann slept.\n\nThe knife went in.", {"c1": "Ann"}, notes=(Note(
        label="violence", strength="depicted", spans=(Span(12, 30),), confidence=0.9, origin="test@1"),))  # fmt: skip
    page = _page_of(chromium, tmp_path, world)
    expect(page.get_by_text("The knife went in.")).to_be_hidden()
    page.locator(".fold").click()
    expect(page.get_by_text("The knife went in.")).to_be_visible()
    page.context.close()


def test_the_scene_beside_the_text_follows_it(page: Page) -> None:
    expect(page.locator("#here")).to_contain_text("Scene 1 of 2")
    page.set_viewport_size({"width": 1280, "height": 420})
    _read_to(page, "In the morning")
    expect(page.locator("#here")).to_contain_text("Scene 2 of 2")
    expect(page.locator("#here")).to_contain_text("Ida")


def test_beside_the_text_stands_what_happens_here(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    _read_to(page, "In the morning")
    expect(page.locator("#panel-here")).to_contain_text("Ruth went down to the harbour")
    _panel(page, "cast")
    expect(_card(page, "Ida")).to_have_class(re.compile("present"))
    expect(_card(page, "Paul")).not_to_have_class(re.compile("present"))


def test_without_spoilers_nobody_stands_beside_the_text_who_has_not_come_yet(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    _panel(page, "cast")
    ida = _card(page, "Ida")
    expect(ida).to_be_visible()
    page.locator("#guard").check()
    expect(ida).to_be_hidden()
    _read_to(page, "In the morning")
    expect(ida).to_be_visible()


def test_without_spoilers_a_sheet_tells_nothing_of_later_scenes(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    page.locator("#guard").check()
    _panel(page, "cast")
    _card(page, "Ruth").locator("> summary").click()
    ruth = page.locator("#who-c1")
    expect(ruth.get_by_role("link", name="1", exact=True)).to_be_visible()
    for later in (ruth.get_by_role("link", name="2", exact=True), ruth.locator(".total"), ruth.locator(".strip")):
        expect(later).to_be_hidden()
    _read_to(page, "In the morning")
    expect(ruth.get_by_role("link", name="2", exact=True)).to_be_visible()


def test_corrections_that_cannot_be_worked_in_are_kept_and_told(page: Page, tmp_path: Path) -> None:
    holding = (
        "import sys; from pathlib import Path; from fabula.world.draft import Draft; "
        "draft = Draft(Path(sys.argv[1])); print(1, flush=True); input()"
    )
    command = [sys.executable, "-c", holding, str(tmp_path / "ferry.fabula")]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None and other.stdout.readline() == "1\n"
    page.locator(".q", has_text="Out where?").click()
    page.get_by_role("button", name="Change the speaker").click()
    page.locator("#choose-name").fill("Ida")
    page.keyboard.press("Enter")
    expect(page.locator(".work")).to_contain_text("is in use")
    assert [c.kind for c in _log(tmp_path)] == ["speaker"]
    other.communicate("\n")
    page.locator(".work").get_by_role("button", name="Try again").click()
    expect(page.locator(".q", has_text="Out where?")).to_have_attribute("title", re.compile("Ida"))


def test_without_spoilers_no_answer_comes_from_further_on(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    page.locator("#guard").check()
    _panel(page, "ask")
    page.locator("#ask-words").fill("Where did Ruth go in the morning?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer").first).to_have_text("The story has not said it by here.")
    _panel(page, "search")
    page.locator("#search-words").fill("harbour")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-search .found")).to_contain_text("0 passages")


def test_looks_and_the_place_are_remembered(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    page.locator("summary", has_text="Look").click()
    page.locator("input[value=sepia]").check()
    _read_to(page, "In the morning")
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "sepia"
    assert page.evaluate("scrollY") > 100


# --- pictures
@pytest.mark.parametrize("name", ["network", "timeline", "presence", "emotions", "dialogue"])
def test_every_picture_is_a_table_too_and_can_be_kept(page: Page, name: str) -> None:
    page.locator("#open-pictures").click()
    page.locator(f"[data-picture={name}]").click()
    expect(page.locator("svg.picture")).to_be_visible()
    page.locator("details.as-table summary").click()
    expect(page.locator("details.as-table table")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Keep as SVG").click()
    picture = Path(kept.value.path()).read_text()
    assert picture.startswith("<svg") and "var(" not in picture
    with page.expect_download() as kept:
        page.get_by_role("button", name="Keep as PNG").click()
    assert Path(kept.value.path()).read_bytes().startswith(b"\x89PNG")


# --- asking
def test_a_question_is_answered_beside_the_text(page: Page) -> None:
    page.get_by_role("button", name="Ask", exact=True).first.click()
    page.locator("#ask-words").fill("Who is Paul's sister?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("Ruth")
    page.locator("#panel-ask .passages a").first.click()
    expect(page.locator("p.hit")).to_contain_text("sister")
    page.locator("#ask-words").fill("And Ruth's brother?")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_have_count(2)
    expect(page.locator(".said").last).to_contain_text("Who is Paul's sister?")


def test_words_are_searched(page: Page) -> None:
    page.keyboard.press("/")
    page.locator("#search-words").fill("harbour")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-search .passages li")).to_have_count(1)


# --- correcting
def test_a_speaker_is_corrected_by_a_click_and_the_correction_undone(page: Page, tmp_path: Path) -> None:
    page.locator(".q", has_text="Out where?").click()
    page.get_by_role("button", name="Change the speaker").click()
    page.locator("#choose-name").fill("Ida")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("Changed")
    expect(page.locator(".q", has_text="Out where?")).to_have_attribute("title", re.compile("Ida"))
    assert [c.kind for c in _log(tmp_path)] == ["speaker"]
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator(".q", has_text="Out where?")).not_to_have_attribute("title", re.compile("Ida"))
    assert [c.kind for c in _log(tmp_path)] == ["speaker", "undo"]


def _log(folder: Path) -> tuple[Any, ...]:
    world = World.open(folder / "ferry.fabula")
    log = world.log
    world.detach()
    return log


def test_a_mention_is_corrected_by_the_keyboard_alone(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    _read_to(page, "In the morning")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    page.keyboard.press("e")
    page.locator(".pick button", has_text="“her”").focus()
    page.keyboard.press("Enter")
    page.locator("#choose-name").fill("somebody unseen")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("Changed")
    assert [(c.kind, c.who[0].name) for c in _log(tmp_path)] == [("mention", "somebody unseen")]


def test_the_first_doubt_is_settled_by_one_key(page: Page, tmp_path: Path) -> None:
    page.locator(".tools").get_by_role("button", name="Review").click()
    expect(page.locator("#panel-review .doubt").first).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("1")
    expect(page.locator("#status")).to_contain_text("Changed")
    assert len(_log(tmp_path)) == 1
    expect(page.locator("#panel-review")).to_be_visible()


def test_doubts_are_settled_one_after_another_without_waiting(untagged: Page, tmp_path: Path) -> None:
    page = untagged
    page.locator(".tools").get_by_role("button", name="Review").click()
    doubts = page.locator("#panel-review .doubt")
    expect(doubts.first).to_be_visible()
    expect(page.locator(".tools")).to_be_visible()
    assert doubts.count() > 2
    for left in (doubts.count() - 1, doubts.count() - 2):
        page.keyboard.press("1")
        expect(doubts).to_have_count(left)
    expect(page.locator(".work")).to_contain_text("Changed")
    assert [c.kind for c in _log(tmp_path)] == ["speaker", "speaker"]
    page.keyboard.press("u")
    expect(page.locator(".work")).to_contain_text("taken back")
    expect(page.locator(".work")).to_contain_text("Changed")
    assert [c.kind for c in _log(tmp_path)] == ["speaker", "speaker", "undo"]


def test_what_a_correction_changed_is_listed_with_its_places(page: Page) -> None:
    page.locator(".q", has_text="Out where?").click()
    page.get_by_role("button", name="Change the speaker").click()
    page.locator("#choose-name").fill("Ida")
    page.keyboard.press("Enter")
    page.locator(".work summary").click()
    expect(page.locator(".work li", has_text="Out where?")).to_contain_text("→ Ida")
    page.locator(".work li a", has_text="Out where?").click()
    expect(page.locator("p.hit")).to_contain_text("Out where?")
    page.locator(".work").get_by_role("button", name="Undo").click()
    expect(page.locator(".work")).to_contain_text("taken back")


def test_characters_are_merged_by_the_keyboard_alone(page: Page, tmp_path: Path) -> None:
    _panel(page, "cast")
    _card(page, "Ida").locator("> summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Is the same as").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Ruth")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Merge").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".work")).to_contain_text("Changed")
    assert [c.kind for c in _log(tmp_path)] == ["merge"]


def test_words_that_mean_nobody_yet_are_selected_and_given_to_somebody(page: Page, tmp_path: Path) -> None:
    page.evaluate(
        "() => { const p = [...document.querySelectorAll('main p')].find(x => x.textContent.startsWith('The fire had gone')).firstChild; "
        "getSelection().setBaseAndExtent(p, 0, p, 8); }"
    )
    page.get_by_role("button", name="Say whom this means").click()
    page.locator("#choose-name").fill("Ida")
    page.keyboard.press("Enter")
    expect(page.locator(".work")).to_contain_text("Changed")
    (made,) = _log(tmp_path)
    assert (made.kind, made.at[0].text, made.who[0].name) == ("mention", "The fire", "Ida")


def test_a_mention_is_given_to_somebody_new(page: Page, tmp_path: Path) -> None:
    _layer(page, "meant")
    at = page.evaluate(
        "() => { const r = [...CSS.highlights.values()].flatMap(h => [...h]).find(x => String(x) === 'Paul').getBoundingClientRect(); "
        "return [r.x + r.width / 2, r.y + r.height / 2]; }"
    )
    page.mouse.click(*at)
    page.get_by_role("button", name="Change whom it means").click()
    page.locator("#choose-name").fill("the ferryman")
    page.get_by_role("button", name="somebody new").click()
    expect(page.locator(".work")).to_contain_text("means the ferryman")
    expect(page.locator(".work")).to_contain_text("Changed")
    assert [c.who[0].name for c in _log(tmp_path)] == ["the ferryman"]


def test_a_wrong_tie_is_called_wrong_where_it_stands(page: Page, tmp_path: Path) -> None:
    _panel(page, "cast")
    _card(page, "Ruth").locator("> summary").click()
    tie = page.locator("#who-c1 .row", has_text="sister of")
    expect(tie).to_be_visible()
    tie.get_by_role("button", name="This is wrong").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".work")).to_contain_text("is wrong")
    expect(page.locator(".row", has_text="sister of")).to_have_count(0)
    assert [c.kind for c in _log(tmp_path)] == ["dismiss"]


def test_characters_are_renamed_and_merged(page: Page, tmp_path: Path) -> None:
    _panel(page, "cast")
    _card(page, "Ida").locator("> summary").click()
    page.get_by_role("button", name="Rename").click()
    page.locator("#new-words").fill("Ada")
    page.keyboard.press("Enter")
    expect(_card(page, "Ada")).to_be_visible()
    _card(page, "Ada").locator("> summary").drag_to(_card(page, "Ruth").locator("> summary"))
    page.get_by_role("button", name="Merge").click()
    expect(page.locator(".work")).to_contain_text("Ada and Ruth are one")
    expect(page.locator(".work")).to_contain_text("Changed")
    expect(_card(page, "Ruth")).to_have_count(0)
    assert [c.kind for c in _log(tmp_path)] == ["rename", "merge"]


def test_two_pages_at_once_lose_no_correction(page: Page, tmp_path: Path) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    for where in (page, other):
        _panel(where, "cast")
        _card(where, "Ida").locator("> summary").click()
        where.get_by_role("button", name="Rename").click()
    for where, name in ((page, "Ada"), (other, "Eve")):
        where.locator("#new-words").fill(name)
        where.keyboard.press("Enter")
        expect(where.locator("#status")).to_contain_text(re.compile("Changed|has changed"))
    expect(other.locator(".stale")).to_be_visible()
    assert [c.value for c in _log(tmp_path)] == ["Ada"]
    other.get_by_role("button", name="Load again").click()
    expect(_card(other, "Ada")).to_be_visible()


# --- for everybody
@pytest.mark.parametrize("theme", ["light", "sepia", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_stands_in_the_way_of_those_who_read_otherwise(page: Page, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.locator("summary", has_text="Look").click()
    page.locator(f"input[value={theme}]").check()
    assert _violations(page) == []
    page.keyboard.press("Escape")
    for panel in ("here", "cast", "scenes", "events", "minds", "ask", "check", "review"):
        _panel(page, panel)
        if panel == "review":
            expect(page.locator("#panel-review .doubt").first).to_be_visible()
        assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("sepia", 1280), ("dark", 1280), ("light", 360)])
def test_pictures_layers_dialogs_and_corrections_are_for_everybody_too(page: Page, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(f"() => {{ fabula.look.theme = '{theme}'; fabula.apply(); }}")
    for name in ("meant", "places", "times", "emotions", "doubts"):
        _layer(page, name)
    assert _violations(page) == []
    page.locator("#open-pictures").click()
    for name in ("network", "timeline", "presence", "emotions", "dialogue"):
        page.locator(f"[data-picture={name}]").click()
        page.locator("details.as-table summary").click()
        assert _violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    page.locator(".q", has_text="Out where?").click()
    page.get_by_role("button", name="Change the speaker").click()
    assert _violations(page) == []
    page.locator("#choose-name").fill("Ida")
    page.keyboard.press("Enter")
    expect(page.locator(".work")).to_contain_text("Changed")
    assert _violations(page) == []


def test_the_printed_page_has_the_text_and_the_lists_and_no_tools(page: Page) -> None:
    page.evaluate("() => { fabula.look.theme = 'dark'; fabula.apply(); }")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for shown in (page.get_by_text("Ruth sat down beside Paul."), page.locator("#panel-cast"), page.locator("#panel-scenes")):
        expect(shown.first).to_be_visible()
    for hidden in (".tools", "#panel-ask", "#panel-review", ".tabs"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=_RULES).response["violations"]
    return [(v["id"], node["html"][:160]) for v in found for node in v["nodes"]]


def test_the_exported_page_is_the_reader_without_corrections(exported: Page) -> None:
    asked = list[str]()
    exported.on("request", lambda r: asked.append(r.url))
    exported.reload()
    assert exported.get_by_role("button", name="Review").count() == 0
    _layer(exported, "meant")
    assert "Ruth" in {word for name in exported.evaluate("[...CSS.highlights.keys()]") for word in _painted(exported, name)}
    exported.locator("#open-pictures").click()
    expect(exported.locator("svg.picture")).to_be_visible()
    exported.keyboard.press("Escape")
    exported.locator("#guard").check()
    _panel(exported, "cast")
    expect(_card(exported, "Paul")).to_be_visible()
    assert _violations(exported) == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_a_hostile_story_stays_text(chromium: Browser, tmp_path: Path) -> None:
    file = read_to(tmp_path, "evil", f'{EVIL}\n\n"Hello," said Ann <b>Lee</b>. "{EVIL}"\n\nAnn went home. She slept.\n')
    with running(Shelf.of([file])) as server:
        page = _opened(chromium)
        page.goto(server.address)
        assert page.title() != "taken"
        assert page.locator("main img, main script, main b").count() == 0
        _layer(page, "meant")
        page.locator(".tools").get_by_role("button", name="Review").click()
        page.get_by_role("button", name="Search").first.click()
        page.locator("#search-words").fill("onerror")
        page.keyboard.press("Enter")
        expect(page.locator("#panel-search .found li").first).to_be_visible()
        assert page.title() != "taken"
        page.context.close()


def test_a_paragraph_of_a_million_letters_is_read_like_any_other(chromium: Browser, tmp_path: Path) -> None:
    page = _page_of(chromium, tmp_path, small_world(f"Ann slept. {'word ' * 200_000}\n\n{{She=c1}} woke.", {"c1": "Ann"}))
    _layer(page, "meant")
    painted = page.evaluate("[...CSS.highlights.keys()].filter(x => x.startsWith('m-'))")
    assert {word for name in painted for word in _painted(page, name)} == {"Ann", "She"}
    page.context.close()


def test_stories_of_the_library_are_compared(chromium: Browser, kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "one.fabula")
    two = read_to(tmp_path, "two", STORY.replace("Ida waved to her.", "Ida was a doctor. Ida waved to her."))
    with running(Shelf.of([tmp_path / "one.fabula", two], "Drafts")) as server:
        page = _opened(chromium)
        page.goto(server.address)
        for box in page.locator(".pick-book input").all():
            box.check()
        page.get_by_role("link", name="Compare").click()
        expect(page.locator(".changes li", has_text="doctor").first).to_be_visible()
        assert _violations(page) == []
        page.set_viewport_size({"width": 360, "height": 800})
        assert _violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator(".changes a", has_text="Ida was a doctor").first.click()
        expect(page.locator("p.hit")).to_contain_text("Ida was a doctor")
        page.context.close()


def test_the_library_is_sorted_and_filtered(chromium: Browser, kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "b.fabula")
    other = read_to(tmp_path, "a", 'A\n\nMarta Voss rowed. Marta Voss sang.\n\n"Stay," said Marta Voss.\n')
    with running(Shelf.of([tmp_path / "b.fabula", other], "Stories")) as server:
        page = _opened(chromium)
        page.goto(server.address)
        expect(page.locator(".book:visible")).to_have_count(2)
        page.locator("#with").fill("marta")
        expect(page.locator(".book:visible")).to_have_count(1)
        page.locator("#with").fill("")
        page.locator("#sort").select_option("-words")
        expect(page.locator(".book").first).to_contain_text("74 words")
        page.locator("#long").select_option("7500-40000")
        expect(page.locator(".book:visible")).to_have_count(0)
        page.locator("#long").select_option("")
        for theme in ("light", "sepia", "dark"):
            page.locator("#theme").select_option(theme)
            assert _violations(page) == []
        page.set_viewport_size({"width": 360, "height": 800})
        assert _violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator(".book a").first.click()
        expect(page.locator("html[data-theme=dark] main#text")).to_be_visible()
        page.context.close()
