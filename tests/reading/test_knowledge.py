from fabula.elements import Event, Frame
from fabula.reading.knowledge import STEP
from fabula.spans import Span
from marked_story import told

EVERYONE = "ann she, bea she, cal he, dov he"


def knows(marked: str, verb: str, who: tuple[str, ...], whom: tuple[str, ...] = (), frames: tuple[Frame, ...] = ()) -> dict[str, str]:
    """Who knows of the event of a verb, and how."""
    layers = told(marked, pronouns=EVERYONE)
    at = layers["manuscript"].text.index(verb)
    scene = layers["scenes"][0]
    event = Event(
        id="e1", start=at, end=at + len(verb), trigger=Span(at, at + len(verb)), what=verb, who=who, whom=whom, salience=0.9,
        confidence=0.9, origin="test@1",
    )  # fmt: skip
    present = tuple(c.id for c in layers["characters"])
    layers |= {"events": (event,), "frames": frames, "scenes": (type(scene)(**_fields(scene) | {"present": present}),)}
    return {k.character: k.how for k in STEP.run(**{n: layers[n] for n in STEP.needs})["knowledge"]}


def _fields(scene: object) -> dict[str, object]:
    return {name: getattr(scene, name) for name in scene.__dataclass_fields__}  # type: ignore[attr-defined]


def test_who_takes_part_or_is_there_knows() -> None:
    story = "{cal|Cal} drowned the cat. {ann|Ann} watched from the door."
    assert knows(story, "drowned", ("cal",)) == {"cal": "present", "ann": "present"}


def test_who_is_told_of_it_knows_by_being_told() -> None:
    story = '@cal/ann"{dov|Dov} drowned the cat," said {cal|Cal}. {ann|Ann} sat down.'
    assert knows(story, "drowned", ("dov",)) == {"cal": "present", "dov": "present", "ann": "told"}


def test_who_is_told_of_it_elsewhere_knows_too() -> None:
    told = '@bea/ann"It was {dov|Dov} who drowned {cal|Cal}," said {bea|Bea}. {ann|Ann} wept.'
    story = "{dov|Dov} drowned {cal|Cal}. " + "It rained. " * 400 + told
    assert knows(story, "drowned", ("dov",), ("cal",))["ann"] == "told"


def test_of_earlier_times_only_their_people_know() -> None:
    story = "{cal|Cal} sat. {ann|Ann} slept. {dov|Dov} had drowned the cat long ago."
    assert knows(story, "drowned", ("dov",)) == {"dov": "present"}


def test_a_letter_tells_whoever_it_is_written_to() -> None:
    story = "{dov|Dov} drowned the cat. {ann|Ann} read it."
    letter = Frame(start=0, end=26, kind="letter", by="cal", to=("ann",), confidence=0.9, origin="test@1")
    assert knows(story + " {cal|Cal} slept.", "drowned", ("dov",), frames=(letter,)) == {"dov": "present", "cal": "present", "ann": "read"}


def test_who_is_mentioned_far_from_an_event_in_a_long_scene_is_not_taken_to_have_seen_it() -> None:
    story = "{cal|Cal} drowned the cat. " + "It rained. " * 400 + "{ann|Ann} came in."
    assert knows(story, "drowned", ("cal",)) == {"cal": "present"}
