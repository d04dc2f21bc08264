"""A story read with its cast given: the names as they are listed, and parts of them that only one person has."""

from __future__ import annotations

from pathlib import Path

from fabula.bench.given_cast import read_given
from fabula.bench.pdnc import CastMember

STORY = """\
Ansel Brook came down to the quay. "You are late," said Brook.

"The tide is late," said Mrs. Hale. Nobody laughed.

"Then the tide may explain itself," said Ansel. Edwin Hale had gone, and Hale would not be back.
"""


def speakers(folder: Path, *cast: tuple[str, ...]) -> list[str | None]:
    path = folder / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    found = read_given(path, [CastMember(names[0], names, "U", "major") for names in cast])
    names = {c.id: cast[i][0] if i < len(cast) else "somebody else" for i, c in enumerate(found["characters"])}
    return [names.get(q.speaker) for q in found["quotes"]]


def test_a_surname_or_given_name_of_one_person_alone_need_not_be_listed(tmp_path: Path) -> None:
    assert speakers(tmp_path, ("Ansel Brook",), ("Mrs. Hale",), ("Edwin Hale",)) == ["Ansel Brook", "Mrs. Hale", "Ansel Brook"]


def test_a_part_that_two_people_have_stands_for_neither(tmp_path: Path) -> None:
    found = speakers(tmp_path, ("Ansel Brook",), ("Wilma Brook",), ("Mrs. Hale",))
    assert found[0] != "Wilma Brook"
    assert found[2] == "Ansel Brook"
