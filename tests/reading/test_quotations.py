"""Quotations: what a story's marks hold, whatever marks they are and however carelessly they are set."""

from __future__ import annotations

import pytest

from fabula.bench.quotation_robustness import manuscript_of
from fabula.layers import QuotationKind, Quotations
from fabula.reading.issues import issues_of
from fabula.reading.quotations import STEP, find_quotations
from fabula.text.manuscript import TextWarning

DIALOGUE = """Orla put the kettle on.

"Is he coming?" she asked.

"He said he would," Pat answered, "and he's never late."

"Never?"

"Not once."

She looked out at the yard. Nothing moved there but the washing."""


def read(story: str) -> tuple[list[str], Quotations, tuple[TextWarning, ...]]:
    """The quotations of the outermost level as texts, the table, the warnings."""
    table, warnings = find_quotations(manuscript_of(story))
    outer = [story[s:e] for s, e, d in zip(table.start.tolist(), table.end.tolist(), table.depth.tolist(), strict=True) if d == 0]
    return outer, table, warnings


def quotes(story: str) -> list[str]:
    return read(story)[0]


def kinds(story: str) -> list[QuotationKind]:
    return [QuotationKind(k) for k in read(story)[1].kind.tolist()]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [tuple(m.split(" ")) for m in ('" "', "“ ”", "' '", "‘ ’", "« »", "» «", "‹ ›", "„ “", "„ ”", "‚ ‘", "” ”", "`` ''", "` '")],
)
def test_every_kind_of_marks_is_read_alike(opening: str, closing: str) -> None:
    parts = DIALOGUE.split('"')
    story = "".join(p + (opening if i % 2 == 0 else closing) for i, p in enumerate(parts[:-1])) + parts[-1]
    expected = [opening + p + closing for p in parts[1::2]]
    assert quotes(story) == expected


def test_the_same_dialogue_in_one_paragraph() -> None:
    assert quotes(DIALOGUE.replace("\n\n", " ")) == quotes(DIALOGUE)


def test_speech_interrupted_by_a_tag_is_two_quotations() -> None:
    assert quotes("“I would,” said Wren, “if I could.”") == ["“I would,”", "“if I could.”"]


def test_straight_and_curly_marks_mixed_in_one_story() -> None:
    story = '“Sit down,” said Ivo.\n\n"I\'d rather stand."\n\n“Suit yourself."\n\nHe sat.'
    assert quotes(story) == ["“Sit down,”", '"I\'d rather stand."', '“Suit yourself."']


def test_speech_over_several_paragraphs_goes_on_without_a_closing_mark() -> None:
    story = "“We left at dawn. Nobody saw us.\n\n“By noon we were lost.\n\n“By night we were found.” He laughed."
    texts, table, warnings = read(story)
    assert texts == ["“We left at dawn. Nobody saw us.", "“By noon we were lost.", "“By night we were found.”"]
    assert table.continues.tolist() == [False, True, True]
    assert table.closed.tolist() == [False, False, True]
    assert not warnings


def test_a_quote_left_open_ends_at_its_paragraph_and_is_reported() -> None:
    story = '"I never saw it, I swear to you.\n\nShe did not believe him.\n\n"Turn out your pockets," she said.'
    texts, table, warnings = read(story)
    assert texts == ['"I never saw it, I swear to you.', '"Turn out your pockets,"']
    assert table.closed.tolist() == [False, True]
    assert [(w.code, w.at) for w in warnings] == [("unclosed_quote", (0, 32))]


def test_a_quote_left_open_ends_before_its_tag() -> None:
    assert quotes('"Not tonight, said Bram, and shut the door.\n\n"Why not?" said Lil.') == ['"Not tonight,', '"Why not?"']


def test_a_stray_mark_does_not_flip_what_follows_even_in_one_paragraph() -> None:
    story = (
        'They ran along the canal. "How far?" asked Tam while he ran." "Two miles, maybe three." The towpath was empty. '
        '"Slow down," said Ray. He spat. "I said slow down." "Make me." They both laughed.'
    )
    assert quotes(story) == ['"How far?"', '"Two miles, maybe three."', '"Slow down,"', '"I said slow down."', '"Make me."']


@pytest.mark.parametrize(
    ("messy", "speech"),
    [
        ('He asked:" Like this?" and she nodded.', ['" Like this?"']),
        ('She said:"Yes."Then she went in. "No," he said.', ['"Yes."', '"No,"']),
        ('"So?", said Ann. "So nothing", said Ben.', ['"So?"', '"So nothing"']),
        ('"So?":she asked. "Wait.", he said.', ['"So?"', '"Wait."']),
        ('He said: "Go."She went."Good."', ['"Go."', '"Good."']),
        ('"Stop it. "he said. "I mean it."', ['"Stop it. "', '"I mean it."']),
    ],
)
def test_careless_spaces_colons_and_commas(messy: str, speech: list[str]) -> None:
    assert quotes(messy) == speech


def test_apostrophes_are_not_marks_where_single_marks_hold_speech() -> None:
    story = (
        "'It's the dogs' dinner,' said Meg. 'They're starved.'\n\n''Tis nearly six o'clock,' said Will.\n\n"
        "The sisters' coats hung in the hall. It was the winter of '63 and rock 'n' roll was on the wireless.\n\n'Give 'em here, then.'"
    )
    assert quotes(story) == ["'It's the dogs' dinner,'", "'They're starved.'", "''Tis nearly six o'clock,'", "'Give 'em here, then.'"]


def test_curly_apostrophes_before_a_word_are_not_marks() -> None:
    story = "‘Get ’em out,’ she said.\n\n‘’Course I will.’\n\nThe boys’ boots were by the door, since ’twas raining.\n\n‘Well, then.’"
    assert quotes(story) == ["‘Get ’em out,’", "‘’Course I will.’", "‘Well, then.’"]


@pytest.mark.parametrize(
    "aside",
    [
        'He had never liked the word "love" much.',
        'She was reading "The Long Rain" again.',
        'The so-called "garden" was a yard with a bucket in it.',
        'Her "office" had no chair.',
        'He called it "the machine" and would not let us near.',
    ],
)
def test_words_titles_and_scare_quotes_are_not_speech(aside: str) -> None:
    assert quotes(f'"Good morning," said Nan.\n\n{aside}\n\n"Morning."') == ['"Good morning,"', '"Morning."']


def test_a_single_spoken_word_is_speech() -> None:
    assert quotes('"Well?"\n\n"Well," said Joss, "yes."\n\nShe said, "Fine."') == ['"Well?"', '"Well,"', '"yes."', '"Fine."']


def test_the_full_stop_of_a_sentence_of_speech_may_stand_outside_its_marks() -> None:
    story = 'Ann sat down. "Nothing".\n\n"You told her, didn\'t you". He waited. "I know you did".\n\n'
    said = quotes(story + 'She had lost a "friend". He called it "art".')
    assert said == ['"Nothing"', '"You told her, didn\'t you"', '"I know you did"']


def test_careless_writers_leave_out_capitals_and_commas() -> None:
    story = '"yes" said tom\n\n"ok"\n\nMia typed: "u there"\n\nHe stopped. "On Monday" he answered.'
    assert quotes(story) == ['"yes"', '"ok"', '"u there"', '"On Monday"']


def test_french_blanks_inside_the_marks() -> None:
    assert quotes("« Bonjour, » said Luc. « Ça va ? »\n\n« Oui. »") == ["« Bonjour, »", "« Ça va ? »", "« Oui. »"]


def test_a_closing_mark_of_the_wrong_kind_does_not_swallow_the_tag() -> None:
    texts, _, warnings = read("“Hello,’ he said. “Are you there?”\n\n“I am.”")
    assert texts == ["“Hello,’", "“Are you there?”", "“I am.”"]
    assert len(warnings) == 1


def test_a_quotation_in_speech_is_nested() -> None:
    story = "“He told me, ‘Never come back.’ So I didn’t,” said Una."
    texts, table, _ = read(story)
    assert texts == ["“He told me, ‘Never come back.’ So I didn’t,”"]
    assert [(story[s:e], d) for s, e, d in zip(table.start.tolist(), table.end.tolist(), table.depth.tolist(), strict=True)][1:] == [
        ("‘Never come back.’", 1)
    ]


def test_a_tale_told_in_double_marks_stays_outside_of_the_speech_it_reports() -> None:
    tale = [f"“I went to door number {n}. ‘Who is there?’ they cried. ‘Only me,’ I said. ‘Go away,’ they said." for n in range(8)]
    texts, table, _ = read("\n\n".join(tale) + "”")
    assert len(texts) == 8 and all(t.startswith("“") for t in texts)
    assert table.continues.tolist().count(True) == 7
    assert int((table.depth == 1).sum()) == 24


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('"Late again," he thought.', QuotationKind.THOUGHT),
        ('"You can do this," she told herself.', QuotationKind.THOUGHT),
        ('"Come at once," her aunt wrote.', QuotationKind.WRITING),
        ('The sign read "No Entry Beyond This Point."', QuotationKind.WRITING),
        ('"Late again," he said. He thought of the train.', QuotationKind.SPEECH),
        ('"I was thinking of you." She thought about that.', QuotationKind.SPEECH),
    ],
)
def test_the_words_beside_a_quotation_tell_its_kind(line: str, kind: QuotationKind) -> None:
    assert kinds(line) == [kind]


def test_dashes_open_speech_and_tags_end_it() -> None:
    story = (
        "—Are you in there?\n\n—I am, said Con. Come up.\n\nHe came up the stairs two at a time.\n\n"
        "—God, it's cold, he said, shutting the door.\n\n—It is, said Con, but it'll pass.\n\n— Will it? — asked the boy."
    )
    assert quotes(story) == [
        "—Are you in there?", "—I am,", "Come up.", "—God, it's cold,", "—It is,", "but it'll pass.", "— Will it?",
    ]  # fmt: skip


def test_dashes_in_a_story_with_marks_open_no_speech() -> None:
    story = DIALOGUE + '\n\n—and then the phone rang.\n\n"Hello?"\n\n– – –\n\n"It\'s for you."'
    assert quotes(story)[-2:] == ['"Hello?"', '"It\'s for you."']
    assert len(quotes(story)) == 7


@pytest.mark.parametrize("story", ["", "No one spoke.", '"', '" " "', "'''", "“”", "”“", "—", "--\n\n--\n\n--", "“\n\n“\n\n“", '"' * 500])
def test_marks_that_hold_nothing_give_no_quotation(story: str) -> None:
    assert quotes(story) == []


def test_positions_give_back_the_text() -> None:
    texts, table, _ = read(DIALOGUE)
    assert texts == ['"Is he coming?"', '"He said he would,"', '"and he\'s never late."', '"Never?"', '"Not once."']
    assert table.paragraph.tolist() == [1, 2, 2, 3, 4]


def test_an_unclosed_quote_becomes_an_issue_with_a_short_place() -> None:
    story = '"' + "I told you and I told you and I told you. " * 6 + "\n\nHe left."
    manuscript = manuscript_of(story)
    given = STEP.run(manuscript=manuscript)
    (issue,) = issues_of(manuscript, given["quotation_warnings"])
    assert issue.kind == issue.rule == "unclosed_quote"
    assert issue.evidence[0].start == 0 and 0 < issue.evidence[0].length <= 80
    assert 0.5 <= issue.confidence < 1


def test_a_story_without_lapses_has_no_issues() -> None:
    manuscript = manuscript_of(DIALOGUE)
    assert issues_of(manuscript, find_quotations(manuscript)[1]) == ()
