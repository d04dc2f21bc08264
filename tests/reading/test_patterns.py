from fabula.reading.cast import Cast
from fabula.reading.patterns import HE, HIS, MY, NAME, QUOTED, Sentenced, is_subject, stance, together
from marked_story import told


def view(marked: str, **options: object) -> Sentenced:
    layers = told(marked, **options)  # type: ignore[arg-type]
    cast = Cast(layers["characters"], layers["mentions"], layers["members"], layers["quotes"])
    return Sentenced(layers["manuscript"].text, layers["sentences"], cast)


def test_speech_and_the_narration_around_it_are_units_of_their_own() -> None:
    units = list(view('@ann/tom"{ann|My} boat is gone," said {ann|Ann}, and {ann|she} wept.').units())
    assert [u.text for u in units] == [f'"{MY} boat is gone,"', f"{QUOTED} said {NAME}, and {HE} wept."]
    assert units[0].quote is not None and units[0].quote.speaker == "ann"


def test_every_place_of_a_unit_leads_back_to_the_text() -> None:
    story = view("On Monday {ann|Ann Ley} lost {ann|her} hat; {tom|Tom} found it.")
    (unit,) = story.units()
    at = unit.text.index("hat")
    assert unit.span(at, at + 3).of(story.text) == "hat"
    assert unit.span(unit.text.index(HIS), at + 3).of(story.text) == "her hat"
    assert unit.slots[unit.text.index(NAME)].who == ("ann",)


def test_her_owns_what_follows_and_is_an_object_before_a_function_word() -> None:
    (owner,), (other,) = (list(view(s).units()) for s in ("{tom|He} saw {ann|her} boat.", "{tom|He} saw {ann|her} in a boat."))
    assert HIS in owner.text and HIS not in other.text


def test_an_i_nobody_resolved_is_the_speaker() -> None:
    story = view('{tom|Tom} rose. @tom/ann"{|I} am late." {ann|Ann} nodded.'.replace("{|I}", "{tom|I}"))
    unit = next(u for u in story.units() if u.quote)
    assert next(iter(unit.slots.values())).who == ("tom",)


def test_denials_conditions_and_beliefs_are_told_from_statements() -> None:
    def held(marked: str) -> float:
        unit = next(iter(view(marked).units()))
        at = unit.text.index(HE)
        return stance(unit, at, len(unit.text.rstrip("."))).factor

    assert held("{tom|He} was a baker.") == 1
    assert held("{tom|He} was not a baker.") == 0
    assert held("If {tom|he} was a baker.") == 0
    assert 0 < held("People thought {tom|he} was a baker.") < 1


def test_statements_that_stand_close_together_count_once() -> None:
    assert together([(0.6, 0), (0.6, 100)]) == 0.6
    assert together([(0.6, 0), (0.6, 9000)]) > 0.7


def test_the_object_of_a_preposition_is_no_subject() -> None:
    unit = next(iter(view("The friend of {tom|Tom} was old.").units()))
    assert not is_subject(unit, unit.text.index(NAME))
    unit = next(iter(view("Then {tom|Tom} was old.").units()))
    assert is_subject(unit, unit.text.index(NAME))
