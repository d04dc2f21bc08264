"""The reader's server: who may ask what, what a correction does, and what two pages may do at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from reader_client import STORY, Browser, read_to, running

from fabula.web.server import LONGEST_REQUEST
from fabula.web.shelf import Shelf
from fabula.world.world import World


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A World that no test changes."""
    return read_to(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def world_file(kept: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    shutil.copy(kept.with_suffix(".txt"), tmp_path / "ferry.txt")
    return Path(shutil.copy(kept, tmp_path / "ferry.fabula"))


@pytest.fixture
def stranger(world_file: Path) -> Iterator[Browser]:
    with running(Shelf.of([world_file])) as server:
        yield Browser(server)


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    stranger.enter()
    return stranger


def test_the_page_shows_the_story_to_whoever_has_the_key(browser: Browser) -> None:
    status, page = browser.get("/w/ferry/")
    assert status == 200
    assert "Ruth sat down beside Paul." in page
    assert browser.get("/")[0] == 303


def test_without_the_key_nothing_is_shown(stranger: Browser) -> None:
    for path in ("/", "/w/ferry/", "/w/ferry/state", "/assets/page.js"):
        status, said = stranger.get(path)
        assert (status, "Ruth" in said) == (403, False)
    assert stranger.get("/?key=guess")[0] == 403
    assert stranger.get("/w/ferry/", Cookie=f"{stranger.server.cookie_name}=guess")[0] == 403
    assert stranger.get("/w/ferry/", Cookie="no cookie; ; =\x01")[0] == 403


def test_another_name_for_this_machine_is_refused(browser: Browser) -> None:
    port = browser.server.port
    assert browser.get("/w/ferry/", Host=f"evil.example:{port}")[0] == 403
    assert browser.get("/w/ferry/", Host="127.0.0.1:1")[0] == 403
    assert browser.get("/w/ferry/", Host=None)[0] == 403
    assert browser.get("/w/ferry/", Host=f"localhost:{port}")[0] == 200


@pytest.mark.parametrize(
    "bad",
    [
        {"Origin": "http://evil.example"}, {"Origin": None}, {"Origin": "null"}, {"X-Fabula": None}, {"X-Fabula": "guess"},
        {"Content-Type": "text/plain"},
    ],
    ids=str,
)  # fmt: skip
def test_other_pages_cannot_correct_anything(browser: Browser, world_file: Path, bad: dict[str, str | None]) -> None:
    before = world_file.read_bytes()
    asked = {"op": "rename", "who": "Ruth", "name": "Eve", "version": browser.version()}
    assert browser.post("/w/ferry/edit", asked, **bad)[0] == 403
    assert world_file.read_bytes() == before


def test_every_answer_carries_the_policy_and_no_page_is_kept_outside(browser: Browser) -> None:
    for path in ("/w/ferry/", "/assets/live.js", "/nothing"):
        headers = browser.headers(path)
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/assets/../server.py", "/assets/%2e%2e/server.py", "/w/../ferry.fabula", "/w/none/", "/w/ferry/edit", "/etc/passwd"]
)
def test_there_are_no_other_pages(browser: Browser, path: str) -> None:
    assert browser.get(path)[0] == 404


def test_what_is_no_request_of_a_page_is_refused(browser: Browser) -> None:
    assert browser.post("/w/ferry/ask", [1])[0] == 400
    assert browser.post("/w/ferry/ask", {}, **{"Content-Length": "-1"})[0] == 400
    assert browser.post("/w/ferry/ask", {"x": "y" * LONGEST_REQUEST})[0] == 400
    assert browser.post("/w/ferry/none", {"version": browser.version()})[0] == 404


def test_a_question_is_answered_with_its_passages(browser: Browser) -> None:
    status, found = browser.post("/w/ferry/ask", {"question": "Who is Paul's sister?", "version": browser.version()})
    assert status == 200
    assert found["answer"] == "Ruth"
    assert "sister" in found["passages"][0]["text"]


def test_an_empty_question_gets_one_clear_line(browser: Browser) -> None:
    status, found = browser.post("/w/ferry/ask", {"question": " ", "version": browser.version()})
    assert (status, found["error"]) == (422, "question is missing (type something first)")


def test_words_are_found_in_the_text(browser: Browser) -> None:
    _, found = browser.post("/w/ferry/search", {"words": "harbour", "version": browser.version()})
    assert [p["text"] for p in found["passages"]] == ["In the morning Ruth went down to the harbour. Ida was there. Ida waved to her."]


def test_doubts_and_findings_are_told(browser: Browser) -> None:
    _, found = browser.post("/w/ferry/review", {"version": browser.version()})
    assert any(d["kind"] == "speaker" for d in found["doubts"])
    assert browser.post("/w/ferry/check", {"version": browser.version()})[0] == 200


def test_a_speaker_is_set_and_taken_back(browser: Browser, world_file: Path) -> None:
    at = STORY.index('"Out where?"')
    status, done = browser.post("/w/ferry/edit", {"op": "speaker", "at": at, "who": "Ida", "version": browser.version()})
    assert (status, done["words"], done["last"]) == (200, ["“Out where?” is said by Ida"], "“Out where?” is said by Ida")
    state = browser.settled()
    assert [at, at + len('"Out where?"')] in [[c["start"], c["end"]] for c in state["outcome"]["changed"]["quotes"]]
    assert _speaker(world_file, at) == "Ida"
    status, undone = browser.post("/w/ferry/edit", {"op": "undo", "version": state["version"]})
    assert (status, undone["last"]) == (200, None)
    assert browser.settled()["version"] == browser.version()
    assert _speaker(world_file, at) != "Ida"


def test_a_correction_is_kept_before_anything_is_decided_by_it(browser: Browser, world_file: Path) -> None:
    browser.server.shelf.books["ferry"].working.end()
    status, done = browser.post("/w/ferry/edit", {"op": "rename", "who": "Ida", "name": "Ada", "version": browser.version()})
    assert (status, done["pending"]) == (200, True)
    world = World.open(world_file)
    assert ([c.value for c in world.log], world.pending, [c.name for c in world.characters if c.name == "Ada"]) == (["Ada"], True, [])
    world.detach()


def test_corrections_come_one_upon_another_without_waiting(browser: Browser, world_file: Path) -> None:
    version = browser.version()
    for who, name in (("Ida", "Ada"), ("Ruth", "Rue"), ("Paul", "Pol")):
        status, done = browser.post("/w/ferry/edit", {"op": "rename", "who": who, "name": name, "version": version})
        assert status == 200
        version = done["version"]
    outcome = browser.settled()["outcome"]
    world = World.open(world_file)
    assert {c.name for c in world.characters} >= {"Ada", "Rue", "Pol"}
    world.detach()
    assert outcome["nowhere"] == []


def test_a_reader_started_anew_goes_on_with_what_was_not_worked_in(world_file: Path) -> None:
    world = World.open(world_file)
    world.edit.note(lambda e: e.rename("Ida", "Ada"))
    world.detach()
    with running(Shelf.of([world_file])) as server:
        browser = Browser(server)
        browser.enter()
        browser.get("/w/ferry/")
        browser.settled()
        assert "Ada" in browser.get("/w/ferry/")[1]


def test_what_is_only_hidden_needs_no_working_in(browser: Browser, world_file: Path) -> None:
    world = World.open(world_file)
    facts = len(world.relationships)
    world.detach()
    status, done = browser.post("/w/ferry/edit", {"op": "dismiss", "item": "relationships:1", "version": browser.version()})
    assert (status, done["pending"]) == (200, False)
    world = World.open(world_file)
    assert len(world.relationships) == facts - 1
    world.detach()


def _speaker(file: Path, at: int) -> str | None:
    world = World.open(file)
    speaker = next(q.speaker for q in world.quotes if q.start == at)
    name = world.name_of(speaker) if speaker else None
    world.detach()
    return name


def test_a_page_that_is_out_of_date_corrects_nothing(browser: Browser, world_file: Path) -> None:
    old = browser.version()
    assert browser.post("/w/ferry/edit", {"op": "rename", "who": "Ida", "name": "Ada", "version": old})[0] == 200
    status, found = browser.post("/w/ferry/edit", {"op": "rename", "who": "Ruth", "name": "Eve", "version": old})
    assert status == 409
    assert found["version"].split("-")[-1] == browser.version().split("-")[-1]
    browser.settled()
    world = World.open(world_file)
    assert {c.name for c in world.characters} >= {"Ada", "Ruth"}
    world.detach()


def test_a_correction_made_elsewhere_is_noticed(browser: Browser, world_file: Path) -> None:
    old = browser.version()
    world = World.open(world_file)
    world.edit.rename("Ida", "Ada").detach()
    assert browser.post("/w/ferry/ask", {"question": "Who is Ada?", "version": old})[0] == 409
    assert "Ada" in browser.get("/w/ferry/")[1]


def test_a_world_that_is_gone_is_told_in_words(browser: Browser, world_file: Path) -> None:
    world_file.unlink()
    status, said = browser.get("/w/ferry/")
    assert (status, "ferry.fabula is gone" in said) == (409, True)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"op": "rename", "who": "Nobody Here", "name": "X"}, "Nobody Here"),
        ({"op": "speaker", "at": True, "who": "Ruth"}, "at is no place"),
        ({"op": "pronouns", "who": "Ruth", "pronouns": "xe"}, "no pronoun"),
        ({"op": "burn"}, "no correction 'burn'"),
    ],
    ids=lambda x: str(x),
)  # fmt: skip
def test_a_correction_that_cannot_be_made_is_told_in_words(browser: Browser, asked: dict[str, object], told: str) -> None:
    status, found = browser.post("/w/ferry/edit", {**asked, "version": browser.version()})
    assert status == 422
    assert told in found["error"]


def test_a_library_lists_its_worlds_and_what_cannot_be_opened(kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "one.fabula")
    (tmp_path / "two.fabula").write_bytes((tmp_path / "one.fabula").read_bytes()[:5000])
    with running(Shelf.of([tmp_path / "one.fabula", tmp_path / "two.fabula"], "Shelf <b>", ["three.txt"])) as server:
        browser = Browser(server)
        browser.enter()
        page = browser.get("/")[1]
        assert 'href="/w/one/"' in page
        assert 'class="problem"' in page
        assert "Shelf &lt;b&gt;" in page
        assert "three.txt" in page
        assert "Library" in browser.get("/w/one/")[1]


def test_drafts_are_compared_with_both_places(kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "one.fabula")
    text = STORY.replace("Ida waved to her.", "Ida was a doctor. Ida waved to her.").replace("Paul's sister", "Paul's wife")
    two = read_to(tmp_path, "two", text)
    with running(Shelf.of([tmp_path / "one.fabula", two], "Drafts")) as server:
        browser = Browser(server)
        browser.enter()
        status, page = browser.get("/compare?w=one&w=two")
        assert status == 200
        assert "of the sentences stand in both drafts" in page
        assert f'href="/w/two/#at-{text.index("Ida was a doctor")}"' in page
        for asked in ("w=one", "w=one&w=one", "w=one&w=none", ""):
            assert browser.get(f"/compare?{asked}")[0] == 404


def test_works_are_compared_by_their_people(kept: Path, tmp_path: Path) -> None:
    shutil.copy(kept, tmp_path / "one.fabula")
    two = read_to(tmp_path, "two", 'LATE\n\nIda Marsh rowed out alone. Ida sang.\n\n"Stay," said Tom Finch. Ida would not.\n')
    with running(Shelf.of([tmp_path / "one.fabula", two], "Works")) as server:
        browser = Browser(server)
        browser.enter()
        page = browser.get("/compare?w=one&w=two")[1]
        assert "1 person in several of them" in page
        assert "Tom Finch" in page.split("Only in")[2]


def test_worlds_of_one_name_have_addresses_of_their_own(tmp_path: Path) -> None:
    shelf = Shelf.of([tmp_path / "A tale.fabula", tmp_path / "x" / "a-tale.fabula"])
    assert list(shelf.books) == ["a-tale", "a-tale-2"]


def test_the_server_listens_on_this_machine_alone(browser: Browser) -> None:
    assert browser.server.server_address[0] == "127.0.0.1"
