"""Stories told in letters: whose I and whose you, and who is not there."""

from __future__ import annotations

from tests.who_reading import read

SISTERS = """\
Dear Rosa,

You asked me why I left. I left because you would not look at me any more, and because Piet had begun to look at me too much. I took \
your umbrella.

I have a room over a chandler's, and from it I can see the ferry.

Your sister,

Ilse

Dear Ilse,

I have your letter and I have bought another umbrella. Piet was looking at the clock behind you. I told him what you wrote and he laughed.

Come home. I will not ask you again.

Rosa
"""
ROOF = """\
My dear Dot,

You asked about the roof. I have put off answering because it is not about the roof any more, and I know how you like to be told.

Two men came on the Monday. Mrs Pell had sent them. I gave them tea and I counted the mugs afterwards.

"It's gone, missis," said Mrs Pell.

"It has not," I said. You would have laughed at me.

Your loving

Win
"""


def test_in_an_exchange_of_letters_each_writer_is_the_i_and_each_reader_the_you_of_their_own() -> None:
    who = read(SISTERS)
    assert who.meant("why I left", "I") == ["Ilse"]
    assert who.meant("because you would not", "you") == ["Rosa"]
    assert who.meant("I have bought another", "I") == ["Rosa"]
    assert who.meant("what you wrote", "you") == ["Ilse"]


def test_a_story_that_is_one_letter_is_told_by_whoever_signs_it() -> None:
    who = read(ROOF)
    assert who.meant("I have put off", "I") == ["Win"]
    assert who.meant("how you like", "you") == ["Dot"]
    assert who.speaker("It has not") == "Win"


def test_whoever_a_letter_is_for_does_not_speak_in_what_it_tells() -> None:
    who = read(ROOF)
    assert "Dot" not in {who.name(q.speaker) for q in who.quotes}


def test_a_letter_within_a_story_leaves_the_narrator_alone() -> None:
    story = """\
I found the letter under the clock. I knew the hand, and I sat down on the stairs to read it.

Dear Jonas,

You will be angry. I have sold the boat.

Marta

I read it twice. I was not angry. I went out to look at the mooring, and I stood there until it was dark.
"""
    who = read(story)
    narrator = who.meant("I found the letter", "I")
    assert who.meant("I read it twice", "I") == narrator
    assert who.meant("I have sold the boat", "I") == ["Marta"]


def test_letters_one_after_another_need_no_signature_to_end() -> None:
    unsigned = SISTERS.replace("Your sister,\n\nIlse\n\n", "")
    who = read(unsigned)
    assert who.meant("because you would not", "you") == ["Rosa"]
    assert who.meant("what you wrote", "you") == ["Ilse"]


def test_a_short_sentence_that_ends_with_a_name_signs_no_letter() -> None:
    missing = SISTERS.replace("I took your umbrella.\n\n", "I took your umbrella.\n\nI still miss Piet.\n\n")
    assert missing != SISTERS
    who = read(missing)
    assert who.meant("I have a room", "I") == ["Ilse"]
    assert who.meant("because you would not", "you") == ["Rosa"]


def test_lines_that_greet_nobody_in_writing_begin_no_letter() -> None:
    spoken = 'Rosa came in.\n\n"Dear Rosa," said Ilse.\n\n"You are late. I waited for you," said Ilse, and she poured the tea for Rosa.\n'
    who = read(spoken)
    assert who.meant("I waited for you", "I") == ["Ilse"]
