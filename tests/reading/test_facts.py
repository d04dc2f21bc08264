import pytest

from fabula.elements import Frame
from fabula.reading.facts import STEP
from marked_story import told

EVERYONE = "ann she, bea she, cal he, dov he"


def facts(marked: str, least: float = 0.5, **options: object) -> set[tuple[str, str, str]]:
    layers = told(marked, pronouns=EVERYONE, **options)  # type: ignore[arg-type]
    found = STEP.run(**{n: layers[n] for n in STEP.needs})["facts"]
    text = layers["manuscript"].text
    for f in found:
        shown = " ".join(text[a:b] for a, b in f.evidence)
        assert f.attribute == "job" or f.value.split()[-1] in " ".join(shown.split())
    return {(f.about, f.attribute, f.value) for f in found if f.confidence >= least}


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("{ann|Ann} was nineteen.", {("ann", "age", "nineteen")}),
        ("{ann|Ann} was thirty-one years old and tired.", {("ann", "age", "thirty-one")}),
        ("{cal|Cal}, 34, unlocked the gate.", {("cal", "age", "34")}),
        ("{ann|Ann}, who was seventy-four, came last.", {("ann", "age", "seventy-four")}),
        ("{cal|Cal} was a boy of ten.", {("cal", "age", "ten")}),
        ("{cal|Cal}'s green eyes were on the road.", {("cal", "eye colour", "green")}),
        ("{cal|Cal}'s eyes were dark brown.", {("cal", "eye colour", "dark brown")}),
        ("{ann|Ann} had long red hair.", {("ann", "hair colour", "red")}),
        ("{ann|Ann} was a stern woman with grey hair.", {("ann", "hair colour", "grey")}),
        ("{ann|Ann} was a tall, thin woman.", {("ann", "build", "tall, thin")}),
        ("{ann|Ann} worked as a night nurse.", {("ann", "job", "night nurse")}),
        ("{cal|Cal} was a retired sea captain.", {("cal", "job", "retired sea captain")}),
        ("{cal|Cal}, the lawyer, coughed.", {("cal", "job", "lawyer")}),
        ("A welder named {bea|Bea} came.", {("bea", "job", "welder")}),
        ("{cal|Cal} used to be a welder.", {("cal", "former job", "welder")}),
        ("{cal|Dr. Vane} coughed.", {("cal", "job", "doctor")}),
        ("{cal|Cal} lived in a flat above the bakery.", {("cal", "home", "in a flat above the bakery")}),
        ("{ann|Ann} had asthma.", {("ann", "health", "asthma")}),
        ("{ann|Ann} was allergic to peanuts.", {("ann", "health", "allergic to peanuts")}),
        ("{ann|Ann} spoke Welsh.", {("ann", "ability", "speaks Welsh")}),
        ("Every morning {cal|Cal} walked to the harbour.", {("cal", "habit", "walked to the harbour")}),
        ("{cal|Cal} died on the ninth of May.", {("cal", "date of death", "the ninth of May")}),
        ("{cal|Cal} had a beard.", {("cal", "facial hair", "beard")}),
        ("There was a white scar on {cal|Cal}'s chin.", {("cal", "mark", "white scar on Cal's chin")}),
        ("{ann|Ann}, who had always been allergic to cats, began to sneeze.", {("ann", "health", "allergic to cats")}),
        (
            "And {cal|Cal}, who taught chemistry and was never ill, missed the class.",
            {("cal", "work", "taught chemistry")},
        ),
        ("{ann|Ann} teaches geography at a school in Hull.", {("ann", "work", "teaches geography at a school in Hull")}),
        (
            "{ann|Ann}, in all those years, still lived in a flat above the launderette.",
            {("ann", "home", "in a flat above the launderette")},
        ),
        ("{cal|Cal} came down to the harbour in a coat with brass buttons.", {("cal", "clothing", "a coat with brass buttons")}),
        ("{cal|Cal}'s eyes, in that light, were grey.", {("cal", "eye colour", "grey")}),
        ("{cal|Cal}, in those days, could speak the tongue of gulls.", {("cal", "ability", "speak the tongue of gulls")}),
        ('@ann/bea"{cal|Cal} gave me the key. The lawyer."', {("cal", "job", "lawyer")}),
        (
            "There was the burn, the long white one on the inside of {cal|Cal}'s wrist.",
            {("cal", "mark", "burn, the long white one on the inside of Cal's wrist")},
        ),
        ("{ann|Ann} eased her left leg, which is the bad one, over {ann|her} right.", set()),
        ("{ann|Ann} rested. {ann|Her} left leg, which is the bad one, was up on a chair.", {("ann", "health", "bad left leg")}),
        ("{cal|Cal} used to weigh the salt in his palm.", {("cal", "former habit", "weigh the salt in his palm")}),
        ("{ann|Ann} owned a bakery.", {("ann", "belongings", "bakery")}),
        ("The court called {cal|him} Changeling.", {("cal", "known as", "Changeling")}),
    ],
)
def test_a_plainly_stated_fact_is_found_with_a_short_value(story: str, expected: set[tuple[str, str, str]]) -> None:
    assert facts(story) == expected


@pytest.mark.parametrize(
    "story",
    [
        "{ann|Ann} was not nineteen.",
        "If {cal|Cal} were a welder, the gate would hold.",
        "{cal|Cal} and {dov|Dov} were two of the crew.",
        "{cal|Cal} was ten minutes late.",
        "{cal|Cal}'s eyes were red from the smoke.",
        "{cal|Cal} lived in fear.",
        "Every day {cal|Cal} asked the boatman.",
        "{ann|Ann} always fancied the tall one.",
        "{cal|Cal} was short of money.",
        "The man who robbed {cal|Cal} was a welder.",
        "{cal|Cal} always thought so.",
        "{cal|Cal}'s sober step came down the stair.",
        "{ann|Ann}'s hair was white with flour.",
        "{cal|Cal} will wait until {cal|he} is seventeen.",
        "They let {ann|Ann} wear the ring.",
        "{cal|Cal} taught me the song.",
        "{cal|Cal} was in a temper.",
        "They spoke as if {cal|Cal} was a welder.",
    ],
)
def test_what_is_denied_imagined_passing_or_said_of_another_is_no_fact(story: str) -> None:
    assert facts(story) == set()


def test_a_fact_told_in_speech_names_who_said_it() -> None:
    layers = told('@ann/cal"{bea|Bea} is a welder," said {ann|Ann}.', pronouns=EVERYONE)
    (fact,) = STEP.run(**{n: layers[n] for n in STEP.needs})["facts"]
    assert (fact.about, fact.attribute, fact.value, fact.said_by) == ("bea", "job", "welder", "ann")
    assert fact.confidence < 0.75


def test_an_age_of_long_ago_is_not_the_age() -> None:
    assert facts('@ann/cal"{ann|I} was six," said {ann|Ann}.') == {("ann", "age then", "six")}
    assert facts('@ann/cal"{ann|I} was twenty-three years old," said {ann|Ann}.') == {("ann", "age then", "twenty-three")}
    assert facts("It burned in the year {ann|Ann} turned six.") == {("ann", "age then", "six")}
    assert facts("It burned when {ann|Ann} was six.") == {("ann", "age then", "six")}


def test_clothes_belong_to_their_scene_and_eyes_do_not() -> None:
    layers = told("{ann|Ann} wore a red coat. {ann|Ann}'s eyes were grey.", pronouns=EVERYONE)
    by = {f.attribute: f for f in STEP.run(**{n: layers[n] for n in STEP.needs})["facts"]}
    assert (by["clothing"].from_scene, by["eye colour"].from_scene) == ("s1", None)


def test_two_places_that_say_the_same_make_one_fact_and_two_values_stay_two() -> None:
    filler = " It rained on the yard." * 60
    layers = told(
        "{ann|Ann}'s green eyes shone."
        + filler
        + " {ann|Ann}'s dark green eyes closed. {cal|Cal}'s eyes were brown."
        + filler
        + " {cal|Cal}'s eyes were blue."
    )
    found = STEP.run(**{n: layers[n] for n in STEP.needs})["facts"]
    assert [(f.about, f.value, len(f.evidence)) for f in found] == [("ann", "dark green", 2), ("cal", "brown", 1), ("cal", "blue", 1)]


def test_a_surname_with_somebody_elses_title_gives_no_trade() -> None:
    story = "{ann|Miss Vane} read. {ann|Miss Vane} wrote. {ann|Ann Vane} slept. {ann|Captain Vane} was dead."
    assert facts(story) == set()


def test_looks_age_and_birthplace_are_read_where_they_stand_beside_the_subject() -> None:
    assert ("cal", "eye colour", "green") in facts("{cal|Cal} rose. {cal|His} eyes, green in the morning light, went over the stones.")
    assert ("cal", "age", "twenty-nine") in facts("{cal|Cal}, at twenty-nine, was the youngest of the sergeants.")
    assert facts("{cal|Cal}, at three, was still asleep.") == set()
    assert ("ann", "birthplace", "Lisbon") in facts("{ann|My mother, Ann,} had been born in Lisbon.")
    assert facts("{ann|Ann} had been born in May.") == {("ann", "date of birth", "May")}


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("{cal|Cal} came in with two bags of shopping and a bad cold.", ("cal", "health", "a bad cold")),
        ("{cal|Cal} was an old man with a hearing aid in his left ear.", ("cal", "health", "a hearing aid in his left ear")),
        ("{ann|Ann} lay on the floor with a broken wrist until noon.", ("ann", "health", "broken wrist")),
        ("{ann|Ann} was tired and had a bad hip.", ("ann", "health", "bad hip")),
        ("{cal|Cal} was forty, with a nice open face.", ("cal", "looks", "nice open face")),
        ("{ann|Ann} had a low, clear voice.", ("ann", "voice", "low, clear voice")),
        ("{ann|Ann} had perfect pitch.", ("ann", "gift", "perfect pitch")),
        ("{ann|Ann} had her mother's eyes.", ("ann", "takes after", "her mother's eyes")),
        ("{ann|Ann} was young and in a hurry.", ("ann", "time of life", "young")),
        ("On the quay old {cal|Cal} took the pipe out of his mouth.", ("cal", "time of life", "old")),
        ("{cal|Cal} was five years younger than {dov|Dov}.", ("cal", "age beside another", "five years younger than Dov")),
        ("{ann|Ann} thought of {cal|{ann|her} late brother Cal}.", ("cal", "death", "late")),
        ("{cal|Cal} had been dead six years.", ("cal", "death", "dead six years")),
        ("{cal|Cal} died on the Sunday, during the football.", ("cal", "death", "died on the Sunday")),
    ],
)
def test_states_are_read_from_what_somebody_has_comes_with_or_is(story: str, expected: tuple[str, str, str]) -> None:
    assert expected in facts(story, least=0.45)


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("{cal|Cal} drew hospitals for a living.", ("cal", "work", "drew hospitals for a living")),
        (
            "They spoke of {cal|Cal}, who had mended watches in the arcade for thirty years.",
            ("cal", "work", "mended watches in the arcade for thirty years"),
        ),
        ("{ann|Ann} makes violins.", ("ann", "work", "makes violins")),
        ("{ann|Ann} had commanded the ferry for six years.", ("ann", "work", "commanded the ferry for six years")),
        ('@ann/cal"I am your solicitor," said {ann|Ann}.', ("ann", "job", "solicitor")),
        ("{cal|Cal} was at law school for a year.", ("cal", "education", "law school")),
        ("{ann|Ann} had a key.", ("ann", "belongings", "key")),
        ("{cal|Cal} has got a white van.", ("cal", "belongings", "white van")),
        ("{cal|Cal} owes nine hundred to a man in Hull.", ("cal", "debts", "nine hundred to a man in Hull")),
        ("It was {ann|Ann} from next door who saw it.", ("ann", "home", "next door")),
        ("{ann|Ann} was born in the cottage hospital on the sixth of May.", ("ann", "date of birth", "the sixth of May")),
        ("{ann|Ann} was born in the cottage hospital at Hull.", ("ann", "birthplace", "in the cottage hospital at Hull")),
        ("{ann|Ann} has cut {ann|her} hair.", ("ann", "hair", "cut her hair")),
        ("{cal|Cal} had gone grey.", ("cal", "hair", "gone grey")),
        ("{cal|Cal} came down in {cal|his} overcoat.", ("cal", "clothing", "his overcoat")),
        ("{ann|Ann} came at ten, with a clipboard and a steel tape, in a green hat.", ("ann", "clothing", "a green hat")),
        ("{ann|Ann} had one green eye and one brown eye.", ("ann", "eyes", "one green, one brown")),
        ("{cal|Cal} can't read.", ("cal", "inability", "read")),
        ("{cal|Cal} cannot read.", ("cal", "inability", "read")),
        ("{cal|Cal} was the oldest.", ("cal", "family", "the oldest")),
        ("{ann|Ann} was married for forty years.", ("ann", "family", "married for forty years")),
    ],
)
def test_lives_are_read_from_what_somebody_does_has_and_was_born_to(story: str, expected: tuple[str, str, str]) -> None:
    assert expected in facts(story, least=0.4)


@pytest.mark.parametrize(
    "story",
    [
        "{cal|Cal} came in with the cold.",
        "{ann|Ann} had no cold.",
        "{ann|Ann} had {cal|his} hand in both of hers.",
        "{cal|Cal} spoke with a red face.",
        "{ann|Ann} was too old for it.",
        "{cal|Cal} was not old enough to vote.",
        "{cal|Cal} had mended three watches.",
        "{ann|Ann} had kept it for twelve years.",
        "{ann|Ann} would die on the Sunday.",
        "{cal|Cal} came back at seven and turned up the lamp at nine.",
        "{ann|Ann} has cut {cal|his} hair.",
        "{cal|Cal} had no key.",
    ],
)
def test_what_is_of_the_moment_or_of_another_is_no_state_of_life(story: str) -> None:
    assert facts(story) == set()


def test_a_titled_name_with_a_dot_in_it_is_a_person_in_the_tree() -> None:
    assert ("cal", "health", "a cold") in facts("She looked at {cal|Mr. Iqbal}, who was young and had a cold, and who looked at the table.")


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("{cal|Cal} wanted to be a welder.", ("cal", "ambition", "welder")),
        ("{ann|Ann} was good at chess.", ("ann", "ability", "good at chess")),
        ("{ann|Ann} had never been a good liar.", ("ann", "inability", "not a good liar")),
        ("{cal|Cal} was terrified of dogs.", ("cal", "fear", "dogs")),
        ("{cal|Cal} hated marmalade.", ("cal", "dislikes", "marmalade")),
        ("{cal|Cal} kept bees.", ("cal", "habit", "kept bees")),
        ("{ann|Ann} didn't drink.", ("ann", "habit", "does not drink")),
        ("{cal|Cal} had lost two fingers.", ("cal", "health", "lost two fingers")),
        ("{cal|Cal} walked with a stick.", ("cal", "health", "walked with a stick")),
        ("{cal|Cal} was six foot four.", ("cal", "height", "six foot four")),
        ("{cal|Cal} was as thin as a rake.", ("cal", "build", "thin as a rake")),
        ("{ann|Ann} was engaged to a dentist.", ("ann", "family", "engaged to a dentist")),
        ("{ann|Ann}'s cat was asleep.", ("ann", "animal", "cat")),
        ("{cal|Cal} was the youngest of five.", ("cal", "family", "the youngest of five")),
        ("{ann|Ann} drove a yellow Saab.", ("ann", "belongings", "yellow Saab")),
        ("{ann|Ann}, who was three weeks old, slept.", ("ann", "age", "three weeks")),
        ("At thirty-four, {ann|Ann} was a widow.", ("ann", "age", "thirty-four")),
        ("{ann|Ann} was deaf in one ear.", ("ann", "health", "deaf in one ear")),
        ("{ann|Detective Sergeant Vane} coughed.", ("ann", "job", "detective sergeant")),
    ],
)
def test_traits_are_read_from_what_somebody_is_keeps_and_does_as_a_rule(story: str, expected: tuple[str, str, str]) -> None:
    assert expected in facts(story, least=0.45)


@pytest.mark.parametrize(
    "story",
    [
        "{ann|Ann} was good at it then.",
        "{cal|Cal} was afraid of the dog.",
        "{cal|Cal} hated the man.",
        "{cal|Cal} kept the bees.",
        "{ann|Ann} didn't drink the tea.",
        "{cal|Cal} had lost his way.",
        "{ann|Ann} was engaged in the lobby.",
        "{cal|Cal} came in at seven.",
        "{ann|Ann} was so stubborn that day that nobody spoke.",
        "{ann|Ann} would have loved marmalade.",
    ],
)
def test_what_is_of_one_moment_or_of_one_thing_is_no_trait(story: str) -> None:
    assert facts(story, least=0.45) == set()


def test_an_age_told_in_a_flashback_is_no_age_now() -> None:
    story = "{ann|Ann} was nineteen and the boats were late."
    layers = told(story, pronouns=EVERYONE)
    past = Frame(start=0, end=len(layers["manuscript"].text), kind="flashback", confidence=0.9, origin="test@1")
    found = STEP.run(**{n: layers[n] for n in STEP.needs} | {"frames": (past,)})["facts"]
    assert [(f.attribute, f.value) for f in found] == [("age then", "nineteen")]


def test_a_letter_is_written_from_the_place_in_its_head() -> None:
    layers = told("Skerra, 9 March. {ann|Ann} slept.", pronouns=EVERYONE)
    letter = Frame(start=0, end=20, kind="letter", by="ann", confidence=0.9, origin="test@1")
    found = STEP.run(**{n: layers[n] for n in STEP.needs} | {"frames": (letter,)})["facts"]
    assert ("ann", "writes from", "Skerra") in {(f.about, f.attribute, f.value) for f in found}
