"""Content notes: what is part of the story is named, what is only a turn of phrase is not. The passages are written for these tests."""

from __future__ import annotations

import pytest

from fabula.elements import Alias, Character, Note, Quote
from fabula.layers import MentionKind, MentionMembers, Mentions
from fabula.reading import notes
from fabula.reading.notes_context import weigh
from fabula.reading.quotations import STEP as QUOTATIONS
from fabula.reading.tokens import tokenize
from fabula.text import read_bytes


def notes_of(story: str, *, characters: tuple[Character, ...] = (), mentions: list[tuple[int, int, int]] | None = None) -> dict[str, Note]:
    """The notes of a story by label; ``mentions`` are (start, end, character row) of names."""
    manuscript = read_bytes(story.encode(), source="story.txt")
    _, sentences = tokenize(manuscript)
    rows = QUOTATIONS.run(manuscript=manuscript)["quotations"]
    quotes = tuple(
        Quote(start=s, end=e, speaker=None, confidence=1.0, origin="test")
        for s, e, d in zip(rows.start.tolist(), rows.end.tolist(), rows.depth.tolist(), strict=True)
        if d == 0
    )
    found = notes.STEP.run(
        manuscript=manuscript,
        sentences=sentences,
        characters=characters,
        mentions=Mentions.from_rows([(s, e, MentionKind.NAME, -1, 1.0) for s, e, _ in mentions or ()]),
        members=MentionMembers.from_rows([(i, c) for i, (_, _, c) in enumerate(mentions or ())]),
        quotes=quotes,
        scenes=(),
    )["notes"]
    return {n.label: n for n in found}


def sure(story: str) -> set[str]:
    return {label for label, n in notes_of(story).items() if n.confidence >= 0.5}


IDIOMS = """Dana said she could kill for a coffee and I said I was dying for one too. The printer had died again, my feet were killing me,
and the meeting had bored everybody to death. Priya shot him a look over the top of her screen and his blood ran cold, or he said so
later, when we were all in stitches about it. "Over my dead body," she told him, and broke the news that the budget was dead in the water.

He hung his coat up, hit the books, beat around the bush for a while, and then attacked his sandwich. By four the traffic had died down.
"""

NEGATIONS = """Nobody died. I want to say that first. The car never left the road, he didn't hit her, and there was no blood anywhere.
Ruth had not been drinking and there wasn't a gun in the house. We were never at war, whatever the papers wrote, and no one was hurt.
"""

OLD_TURNS = """The erection of the new town hall had been talked of for years, and Lady Marsh, who came of the blood of kings, disliked it.
She attacked the mayor on another ground. He was an injured person, he said; his wounded pride was past bearing, but in time, they told
him, time would heal the wound. They met at the hospital stop and did not bow.
"""

COMPARISONS = """The door slammed like a gunshot. He sat down as if he had been stabbed and stared at the letter as if somebody had died.
The sauce was as red as blood. It was more like a funeral than a birthday, and the cake stood in the middle like a corpse in a chapel.
"""


@pytest.mark.parametrize("story", [IDIOMS, NEGATIONS, OLD_TURNS, COMPARISONS], ids=["idioms", "negations", "old turns", "comparisons"])
def test_turns_of_phrase_are_no_content(story: str) -> None:
    assert sure(story) == set()


def test_a_suicide_attempt_told_by_his_sister_is_named_with_its_places() -> None:
    story = (
        "Ines waited until the nurse had gone.\n\n"
        '"He took all of Dad\'s sleeping pills," she said. "In March. He left a note, and then he called me. '
        "I don't think he wanted to die. The doctors call it a suicide attempt. He was on the ward for a month.\"\n\n"
        "The hospital had painted its corridors the colour of toothpaste.\n"
    )
    found = notes_of(story)
    assert {"suicide", "hospital"} <= sure(story)
    assert found["suicide"].strength == "mentioned"
    assert any("suicide attempt" in story[s.start : s.end] for s in found["suicide"].spans)


def test_a_fight_on_the_page_is_depicted_with_its_wounds() -> None:
    story = (
        "Kolya punched him in the mouth. Blood ran down Emil's chin and onto the collar, and he laughed, and Kolya hit him again. "
        "He had a knife, and he held the blade to Emil's throat until the gulls were quiet.\n"
    )
    found = notes_of(story)
    assert {"violence", "blood_injury", "weapons"} <= sure(story)
    assert {found[label].strength for label in ("violence", "blood_injury")} == {"depicted"}


def test_a_lost_pregnancy_is_not_a_birth_and_is_found_in_dialogue() -> None:
    story = 'We sat in the car.\n\n"I had a miscarriage," Noor said, "the summer before we met. I never told my mother."\n'
    assert "pregnancy_loss" in sure(story)
    assert "pregnancy_birth" not in sure(story)


def test_a_violent_stepfather_is_child_abuse() -> None:
    story = (
        "My stepfather hit me whenever the team lost. He took the belt to my brother for crying. I still count exits in every room.\n\n"
        "I am thirty-four and I have a door of my own now.\n"
    )
    assert "child_abuse" in sure(story)


def test_cheating_and_leaving_are_told_apart() -> None:
    cheat = 'I found the receipts. He had been having an affair with his dentist since May. "I never meant it," he said.\n'
    left = "Jonah broke up with me by text. By noon half the wardrobe was empty and he had walked out on four years of us.\n"
    assert "infidelity" in sure(cheat) and "break_up" not in sure(cheat)
    assert "break_up" in sure(left) and "infidelity" not in sure(left)


def test_fostering_children_is_named_and_fostering_a_hope_is_not() -> None:
    story = "The caseworker came on Tuesday. They had been foster parents for two years, and this was their third placement.\n"
    assert "adoption_foster_care" in sure(story)
    assert "adoption_foster_care" not in sure("He fostered the hope of a better wine list, and adopted a tone of patience.\n")


def test_kissing_on_the_page_is_mild_and_a_kiss_on_the_forehead_is_not_noted() -> None:
    assert "sexual_content_mild" in sure("Theo leaned across the gearstick and kissed him, and the rain went on without them.\n")
    assert "sexual_content_mild" not in sure("She kissed the baby on the forehead and turned the lamp down.\n")


def test_a_word_spelled_like_a_name_is_no_weapon() -> None:
    spear = Character(id="c1", name="Arthur Spear", aliases=(Alias("Spear", 3),), confidence=1.0, origin="test")
    assert "weapons" not in notes_of("Spear looked up. Nobody had asked Spear to the table.\n", characters=(spear,))


def test_an_authors_warning_is_no_evidence_but_raises_the_confidence() -> None:
    warned = (
        "A/N: Warning for death and drinking, please mind yourselves!\n\n* * *\n\nThe kettle sang. Pia drank a glass of wine and read on.\n"
    )
    plain = "* * *\n\nThe kettle sang. Pia drank a glass of wine and read on.\n"
    assert "death" not in notes_of(warned)
    assert notes_of(warned)["alcohol"].confidence > notes_of(plain)["alcohol"].confidence


def test_the_death_of_a_major_character_is_a_note_of_its_own() -> None:
    story = "Maren held the rope as long as she could. When the men came down at dawn Maren was dead, and the boat was safe.\n"
    maren = Character(id="c1", name="Maren", aliases=(Alias("Maren", 2),), importance="major", confidence=1.0, origin="test")
    at = [i for i in range(len(story)) if story.startswith("Maren", i)]
    found = notes_of(story, characters=(maren,), mentions=[(i, i + 5, 0) for i in at])
    assert found["major_character_death"].confidence >= 0.5
    minor = Character(id="c1", name="Maren", aliases=(Alias("Maren", 2),), importance="minor", confidence=1.0, origin="test")
    assert "major_character_death" not in notes_of(story, characters=(minor,), mentions=[(i, i + 5, 0) for i in at])


def test_a_quiet_afternoon_has_no_notes() -> None:
    story = (
        "Bea carried the chairs out under the pear tree. Her brother had brought plums and a draughts board with two pieces missing, "
        "and they played with buttons until the light went. Nobody won. It was the best afternoon of the year.\n"
    )
    assert sure(story) == set()


def test_spans_lie_in_the_text_and_are_short() -> None:
    story = (
        "She wept at the funeral. "
        + "The road went on between the fields, and on, and on, past mills and barns. " * 40
        + "He drowned that night.\n"
    )
    for note in notes_of(story).values():
        assert all(0 <= s.start < s.end <= len(story) and s.length <= 400 for s in note.spans)
        assert list(note.spans) == sorted(note.spans)


@pytest.mark.parametrize(
    ("sentence", "word", "weight"),
    [
        ("He did not hit her.", "hit", 0.0),
        ("She could not forget that he hit her.", "hit", 0.6),
        ("No, he died.", "died", 1.0),
        ("It was as if he had drowned.", "drowned", 0.0),
        ("He fell like a stone, and died.", "died", 1.0),
        ("If he died they would sell the boat.", "died", 0.6),
    ],
)
def test_context_takes_a_word_back_or_leaves_it(sentence: str, word: str, weight: float) -> None:
    at = sentence.index(word)
    assert weigh(sentence, (0, len(sentence)), (at, at + len(word))).weight == weight


def test_an_attempt_weighs_as_much_as_the_deed_where_the_deed_is_against_oneself() -> None:
    assert "suicide" in sure("She'd tried to kill herself twice before she was twenty.\n")
    assert "violence" not in sure("If he ever finds the place he might slap her.\n")


def test_a_place_told_once_in_a_long_story_is_for_the_review_list() -> None:
    filler = "The road went on between the fields, and on, past mills and barns and the long wall of the orchard.\n\n" * 2500
    once = "The clinic gave him an injection.\n\n"
    assert notes_of(once)["needles"].confidence >= 0.5
    assert notes_of(once + filler)["needles"].confidence < 0.5


def test_a_story_without_any_punctuation_is_read_in_linear_time_and_its_places_stay_short() -> None:
    story = "and then the car left the road and she was dead and we went on walking under the trees " * 500
    found = notes_of(story)
    assert "death" in found
    assert all(s.length <= 1500 for s in found["death"].spans)


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("suicide", "They pumped her stomach, and afterwards she wouldn't say how many it had been."),
        ("suicide", "In October he stepped in front of a train at Crewe."),
        ("suicide", "My aunt took too many tablets, the year the mill shut."),
        ("death", "We put him in the ground on a Tuesday, and it rained."),
        ("death", "His brother was lost at sea before the harbour was built."),
        ("death", "The coroner gave the cause of death as cold."),
        ("child_death", "She would have been nine today, Marit said, and cut the cake."),
        ("animal_death", "Dad ran over the cat and nobody would tell Billie."),
        ("pregnancy_loss", "I lost it at eleven weeks, in the staff toilet."),
        ("pregnancy_birth", "There were two lines on the test, and then there were two on the next one."),
        ("blood_injury", "Orla came back with her arm in plaster and would not say how."),
        ("medical_procedure", "There was a tube down his throat, and a machine that sighed."),
        ("fire_disaster", "By midnight the whole terrace went up in flames."),
        ("accident", "He lost control of the van on the bend above the quarry."),
        ("war", "The street was full of refugees, and somebody was selling them water."),
        ("violence", "Somebody shoved her from behind, and she went down on the gravel."),
        ("child_abuse", "When the report came the belt came out, and we knew better than to run."),
        ("domestic_abuse", "Everybody in the close knew that he beat his wife."),
        ("infidelity", "In the end she told her husband about us, in the car park."),
        ("terminal_illness", "The doctor had said weeks, and it was nine days."),
        ("mental_illness_distress", "I think that she has been unhappy for years."),
        ("alcohol", "He fell off the wagon the night of the regatta."),
        ("grief", "Every year, on the day, she cried over him in the pantry."),
        ("self_harm", "Her thighs were ladders of white scars."),
        ("self_harm", "She pressed the lit cigarette to her wrist."),
        ("death", "We scattered him off the pier, as he had asked."),
        ("violence", "My brother put his fist through the bathroom door."),
        ("blood_injury", "Her hand went through the glass."),
        ("child_abuse", "The nuns used a ruler, and after that the strap."),
        ("infidelity", "He had another family in Leeds."),
        ("sexual_violence", "He didn't stop when I said no."),
        ("mental_illness_distress", "She hadn't left the house since Easter."),
        ("terminal_illness", "It had gone to his liver."),
        ("medical_procedure", "They took the lump out on Friday."),
        ("adoption_foster_care", "Anton was adopted at six weeks, by people who kept bees."),
    ],
)
def test_grave_things_are_known_by_the_roundabout_ways_of_naming_them(label: str, sentence: str) -> None:
    assert label in sure(sentence + "\n")


PLAIN_DAYS = """Dear Miss Hale, she wrote, and then could not think how to go on. She had put the kettle on and undone her seat belt in one
morning, and that was already too much. The dog kicked the ball over the wall and the boys kicked it back. "We're through to the final,"
said Ned, who had been following all this through the keyhole. "For heaven's sake."

The boys had stopped talking, and Ned put his hand over his mouth. From the shelter an old woman watched the bus.

The carriage rolled away. A pint of milk stood on the step, and the strap of her bag had come undone. Strand, the solicitor, was born in
Leeds. He had left two loaves on the step and gone home.
"""


def test_a_plain_day_full_of_words_that_could_be_grave_has_no_notes() -> None:
    assert sure(PLAIN_DAYS) == set()


def test_one_of_the_good_ones_is_contempt_when_it_is_said_to_somebody_and_a_towel_otherwise() -> None:
    assert "racism" in sure('"You\'re one of the good ones," the landlord told Amir. "Not like the others."\n')
    assert "racism" not in sure("There was a tea towel wound round it, one of the good ones, and it was ruined.\n")
