"""One correction mends its neighbours: what the user sets is an input to all that is decided."""

from __future__ import annotations

import pytest

from edited_story import TALK, meant, names, quote, read, speaker, speakers
from fabula.corrections import USER

SISTERS = (
    "Elizabeth Bennet closed the door. Lizzy smiled. Elizabeth sat down, and Lizzy was glad.\n\n"
    "“Tea?” said Elizabeth. Jane poured. Jane was her sister.\n"
)
SHIP = (
    "Captain Ahab stood on the deck. Captain Ahab was old. The captain shouted. “Turn!” said the captain.\n\n"
    "Ahab spat. Starbuck laughed. “Aye,” said Starbuck.\n"
)
BAKING = (
    "I opened the door. I had flour up to my elbows.\n\n“Marta,” said Ben, “there is smoke.”\n\n“I know,” I said. “I am baking.”\n\n"
    "“Marta, it is black smoke,” said Ben.\n\n“I know,” I said.\n"
)
TWO_JOHNS = "John Miller woke up. John washed. John dressed.\n\nNext door, John Baker slept. John snored. John dreamed of bread.\n"


# --- who they are
def test_merging_joins_two_people_with_all_that_is_theirs() -> None:
    world = read("Sunny ran. Sunny laughed. “Stop!” said Sunny.\n\nAchterberg sat down. Achterberg was tired. “No,” said Achterberg.\n")
    assert {"Sunny", "Achterberg"} <= names(world)
    merged = world.edit.merge("Sunny", "Achterberg")
    one = merged.characters["Sunny"]
    assert one == merged.characters["Achterberg"]
    assert one.element.quotes == 2 and one.origin == USER and one.confidence == 1.0
    assert {a.text for a in one.aliases} == {"Sunny", "Achterberg"}
    assert meant(merged, "Sunny laughed", "Sunny") == meant(merged, "Achterberg was", "Achterberg") == [one.name]


def test_somebody_described_is_the_one_named_wherever_the_description_stands() -> None:
    world = read(
        "Ann opened the door. Ann's brother sat in the kitchen. Ann's brother was cross. Ann sighed.\n\n"
        "Paul laughed. Paul was at the window. “Well?” said Paul.\n"
    )
    merged = world.edit.merge("Ann's brother", "Paul")
    assert "Ann's brother" not in names(merged)
    assert meant(merged, "Ann's brother was", "Ann's brother") == ["Paul"]


def test_the_narrator_is_somebody_with_a_name_or_is_not() -> None:
    world = read(BAKING)
    assert world.name_of(world.story.narration.narrator or "") == "Marta"
    apart = world.edit.split("Marta", "the narrator")
    assert apart.name_of(apart.story.narration.narrator or "") == "the narrator" and "Marta" in names(apart)
    again = apart.edit.merge("the narrator", "Marta")
    assert again.name_of(again.story.narration.narrator or "") == "Marta"
    assert speaker(again, "I am baking") == "Marta"


def test_a_form_that_is_somebody_elses_leaves_with_its_mentions() -> None:
    world = read(SISTERS)
    assert "Lizzy" not in names(world)
    apart = world.edit.split("Elizabeth Bennet", "Lizzy")
    assert {"Elizabeth Bennet", "Lizzy", "Jane"} <= names(apart)
    assert meant(apart, "Lizzy smiled", "Lizzy") == ["Lizzy"]
    assert apart.characters["Elizabeth"].name == "Elizabeth Bennet"


def test_a_description_that_is_somebody_elses_leaves_too() -> None:
    world = read(SHIP)
    assert speaker(world, "Turn") == "Captain Ahab"
    apart = world.edit.split("Captain Ahab", "the captain")
    assert speaker(apart, "Turn") == "the captain"
    assert meant(apart, "Ahab spat", "Ahab") == ["Captain Ahab"]


def test_mentions_of_one_name_may_be_two_people() -> None:
    world = read(TWO_JOHNS.replace("John Miller", "John").replace("John Baker", "John"))
    apart = world.edit.split("John", at=["[John] slept", "[John] snored", "[John] dreamed"], name="the baker")
    assert {"John", "the baker"} <= names(apart)
    assert meant(apart, "John snored", "John") == ["the baker"]
    assert meant(apart, "John washed", "John") == ["John"]


def test_two_whom_the_reading_would_join_stay_two() -> None:
    world = read(
        "Gideon drew the bolt. Tariq stood there with a box.\n\n"
        "“You walked, Tariq?” said Gideon.\n\n“They closed the bridge, Marsh,” said Tariq.\n\n“Come in,” said Gideon.\n\n"
        "Tariq came in and dripped.\n\n“Put it down, Tariq,” said Gideon.\n\n“Where, Marsh?” said Tariq.\n\n“There,” said Gideon.\n"
    )
    assert world.characters["Marsh"].name == "Gideon"
    apart = world.edit.split("Gideon", "Marsh")
    assert {"Gideon", "Marsh", "Tariq"} <= names(apart)


def test_a_later_merge_overrules_a_split() -> None:
    world = read(SISTERS)
    again = world.edit.split("Elizabeth Bennet", "Lizzy").edit.merge("Elizabeth Bennet", "Lizzy")
    assert names(again) == names(world)


def test_a_name_given_by_the_user_is_the_name_and_finds_the_character() -> None:
    renamed = read(SHIP).edit.rename("Starbuck", "First Mate Starbuck")
    assert renamed.characters["first mate starbuck"].aliases[0].text == "Starbuck"
    assert speaker(renamed, "Aye") == "First Mate Starbuck"
    assert speaker(renamed.edit.rename("First Mate Starbuck", "Mr. S."), "Aye") == "Mr. S."


def test_a_dog_is_an_animal() -> None:
    world = read("Rex ran to the gate. Rex barked. Ann called Rex. “Come,” said Ann.\n").edit.retype("Rex", "animal")
    assert (world.characters["Rex"].kind, world.characters["Rex"].origin) == ("animal", USER)


def test_what_is_nobody_is_not_in_the_cast() -> None:
    world = read("Sailor whined. Ann patted Sailor. Sailor laughed. “Come,” said Ann.\n")
    assert "Sailor" in names(world)
    without = world.edit.retype("Sailor", "nobody")
    assert "Sailor" not in names(without)
    assert all("Sailor" not in without.text[m.start : m.end] for m in without.cast.mentions)


def test_pronouns_that_the_user_gives_decide_whom_pronouns_mean() -> None:
    text = "Sam and Robin sat down. Sam yawned. Robin looked at the fire. She was tired, and she said so.\n"
    world = read(text)
    assert meant(world.edit.pronouns("Sam", "she").edit.pronouns("Robin", "he"), "She was", "She") == ["Sam"]
    assert meant(world.edit.pronouns("Robin", "she").edit.pronouns("Sam", "he"), "She was", "She") == ["Robin"]
    assert world.edit.pronouns("Sam", "they").characters["Sam"].pronouns == "they"


# --- who speaks
def test_a_fixed_speaker_flips_its_neighbours_in_an_untagged_exchange() -> None:
    world = read(TALK)
    before = speakers(world)
    assert before == ["Paul", "Ruth"] * 3 or before == ["Ruth", "Paul"] * 3
    flipped = world.edit.speaker("Out where?", before[1])
    assert speakers(flipped) == [before[1], before[0]] * 3
    fixed = quote(flipped, "Out where?")
    assert (fixed.confidence, fixed.origin, fixed.alternatives) == (1.0, USER, ())
    assert quote(flipped, "Just out").origin != USER
    assert quote(flipped, "Just out").confidence > quote(world, "Just out").confidence


def test_a_speaker_stands_against_a_tag() -> None:
    world = read("Ann and Dee sat down.\n\n“Tea?” said Ann.\n\n“No,” said Dee.\n").edit.speaker("Tea?", "Dee")
    assert speaker(world, "Tea?") == "Dee"


def test_only_the_part_of_a_paragraph_that_is_corrected_changes_where_a_tag_names_the_other() -> None:
    world = read("Ann and Dee sat down.\n\n“Tea?” said Ann. “No.” Dee shook the pot.\n").edit.speaker("No.", "Dee")
    assert [speaker(world, x) for x in ("Tea?", "No.")] == ["Ann", "Dee"]


def test_nobody_knows_is_an_answer() -> None:
    world = read(TALK).edit.speaker("Out where?", None)
    assert (quote(world, "Out where?").speaker, quote(world, "Out where?").origin) == (None, USER)


def test_a_speaker_may_be_someone_whom_the_story_never_names() -> None:
    world = read(TALK).edit.speaker("Where were you", "the Voice", new=True).edit.speaker("All night?", "the Voice", new=True)
    assert speaker(world, "Where were you") == speaker(world, "All night?") == "the Voice"
    assert world.characters["the Voice"].element.quotes >= 2
    assert speaker(world.edit.rename("the Voice", "God").edit.speaker("Out where?", "God"), "Out where?") == "God"


# --- whom a mention means
def test_a_mention_means_whom_the_user_says_and_so_do_those_after_it() -> None:
    world = read("Tom met Karl at the gate. He was late. He was cross, and his hat was wet.\n")
    other = {"Tom": "Karl", "Karl": "Tom"}[meant(world, "He was late", "He")[0]]
    mended = world.edit.mention("[He] was late", other)
    assert meant(mended, "He was late", "He") == meant(mended, "He was cross", "He") == [other]
    rows = {(m["start"], m["end"]): m for m in mended.to_json()["mentions"]}
    at = mended.text.index("He was late")
    assert (rows[at, at + 2]["origin"], rows[at, at + 2]["confidence"]) == (USER, 1.0)
    assert [m["origin"] for m in rows.values()].count(USER) == 1


def test_whoever_says_i_speaks() -> None:
    world = read(TALK.replace("Just out.", "I was just out."))
    other = {"Ruth": "Paul", "Paul": "Ruth"}[speaker(world, "just out") or ""]
    mended = world.edit.mention("[I] was just out", other)
    assert speaker(mended, "just out") == other and speaker(mended, "All night?") != other


def test_a_plural_means_all_who_are_named() -> None:
    world = read("Ann, Bea and Cora were there. Ann sat down. They laughed.\n").edit.mention("[They] laughed", "Ann", "Bea")
    assert sorted(meant(world, "They laughed", "They")) == ["Ann", "Bea"]


def test_a_name_that_was_taken_for_none_is_seen_everywhere() -> None:
    text = "The Golem rose. Ann stared. Then the clay thing fell on Ann. She saw the clay thing rise.\n"
    world = read(text)
    at = text.index("the clay thing")
    mended = world.edit.mention((at, at + len("the clay thing")), "Clay", new=True)
    assert meant(mended, "the clay thing fell", "the clay thing") == ["Clay"]
    assert mended.characters["Clay"].origin == USER


# --- ids
def test_whoever_persists_keeps_the_id() -> None:
    world = read(SISTERS)
    ids = {c.name: c.id for c in world.characters}
    apart = world.edit.split("Elizabeth Bennet", "Lizzy")
    assert {n: apart.characters[n].id for n in ids} == ids
    assert apart.characters["Lizzy"].id not in ids.values()
    merged = world.edit.merge("Jane", "Elizabeth Bennet")
    assert merged.characters["Jane"].id in ids.values()
    more = apart.edit.rename("Jane", "Miss Bennet").edit.pronouns("Jane", "she")
    assert more.characters["Lizzy"].id == apart.characters["Lizzy"].id


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_id_does_not_depend_on_what_was_undone(number: int) -> None:
    world = read(SISTERS)
    edited = world.edit.rename("Jane", "J.").edit.split("Elizabeth Bennet", "Lizzy").edit.pronouns("Lizzy", "she")
    kept = {c.id for c in edited.characters}
    assert {c.id for c in edited.edit.undo(number).characters} == (kept if number != 2 else {c.id for c in world.characters})
