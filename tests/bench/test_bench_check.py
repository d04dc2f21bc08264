"""``fabula bench check``: what counts as found, as a false alarm, as a trap fallen for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_runner import Program
from fabula.bench.checking import Planted, bench_check, check_story, judge, planted_stories, pool
from fabula.elements import Issue
from fabula.errors import InputError
from fabula.spans import Span

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "benchmarks" / "contradictions"


def _issue(rule: str, *places: tuple[int, int]) -> Issue:
    return Issue(kind="contradiction", rule=rule, text=rule, evidence=tuple(Span(*p) for p in places), confidence=0.9, origin="test@1")


def _planted(*places: tuple[int, int], rule: str = "age") -> Planted:
    return Planted(tuple(Span(*p) for p in places), frozenset((rule,)), "why")


def test_a_finding_of_the_right_rule_at_both_places_is_found() -> None:
    found = judge("s", 1000, [_issue("age", (0, 10), (5000, 5010))], [_planted((5, 8), (5000, 5005))], [])
    assert (found.recall.right, found.recall.of, found.alarms) == (1, 1, ())


@pytest.mark.parametrize("issue", [_issue("kin", (0, 10), (5000, 5010)), _issue("age", (0, 10), (9000, 9010))])
def test_another_rule_or_another_place_is_a_false_alarm(issue: Issue) -> None:
    found = judge("s", 5000, [issue], [_planted((5, 8), (5000, 5005))], [])
    assert (found.recall.right, len(found.alarms), found.alarms_per_5000) == (0, 1, 1.0)


def test_a_false_alarm_at_both_places_of_a_trap_has_fallen_for_it() -> None:
    traps = [_planted((0, 5), (5000, 5005)), _planted((0, 5), (9000, 9005))]
    found = judge("s", 1000, [_issue("age", (0, 10), (5000, 5010))], [], traps)
    assert (found.traps.right, found.traps.of) == (1, 2)


def test_the_stories_of_the_benchmark_are_sound_and_many() -> None:
    found = [json.loads(p.with_suffix(".json").read_text(encoding="utf-8")) for p in planted_stories(STORIES)]
    assert len(found) == 12
    assert sum(len(g["contradictions"]) for g in found) >= 40
    assert sum(len(g["traps"]) for g in found) >= 20
    for path, gold in zip(planted_stories(STORIES), found, strict=True):
        text = path.read_text(encoding="utf-8")
        assert all(text.count(c[k]) == 1 for c in (*gold["contradictions"], *gold["traps"]) for k in ("first", "second") if k in c), (
            path.name
        )


def test_half_of_what_was_planted_is_found_and_hardly_anything_else() -> None:
    whole = pool(bench_check(STORIES))
    assert whole.recall.value >= 0.45
    assert whole.alarms_per_5000 <= 1
    assert whole.traps.value <= 0.2


def test_the_command_prints_rules_and_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "tea.txt").write_text("Marta's eyes were brown. Marta drank.\n\nMarta's blue eyes were calm. Piet ate.\n", encoding="utf-8")
    gold = {"contradictions": [{"rules": ["eye_colour"], "first": "eyes were brown", "second": "blue eyes"}], "traps": []}
    (tmp_path / "tea.json").write_text(json.dumps(gold), encoding="utf-8")
    ran = Program(capsys)("bench", "check", tmp_path, "--quiet")
    assert "eye colour" in ran.out
    assert "per 5,000 words" in ran.out
    (gold["contradictions"][0]).update(first="Marta")  # type: ignore[index]
    (tmp_path / "tea.json").write_text(json.dumps(gold), encoding="utf-8")
    with pytest.raises(InputError, match=r"stands \d times"):
        check_story(tmp_path / "tea.txt")
