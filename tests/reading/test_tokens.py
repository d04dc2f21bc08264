"""Tokens and sentences: where words and sentences begin and end in stories."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fabula.bench.quotation_robustness import manuscript_of
from fabula.layers import TokenKind
from fabula.reading.tokens import tokenize


def sentences(story: str) -> list[str]:
    _, table = tokenize(manuscript_of(story))
    return [story[s:e] for s, e in zip(table.start.tolist(), table.end.tolist(), strict=True)]


def tokens(story: str) -> list[str]:
    table, _ = tokenize(manuscript_of(story))
    return [story[s:e] for s, e in zip(table.start.tolist(), table.end.tolist(), strict=True)]


@pytest.mark.parametrize(
    "one",
    [
        '"Who?" he said.',
        "“Run!” she cried, and ran.",
        '"Who is it?" I asked.',
        "“Gone?” Anna Marsh said quietly.",
        '"Stop!" Ray cried.',
        "Mr. Okoro and Mrs. P. J. Dunn met Dr. Lisle.",
        "He came at 5 p.m. on Friday.",
        "She paid 3.50 for it, i.e. too much.",
        "Well... I suppose so.",
        "I . . . I can't.",
        "He waited... and waited.",
        "The U.S. Navy came.",
        "No. 5 was empty.",
        "1. The house by the weir",
    ],
)
def test_this_is_one_sentence(one: str) -> None:
    assert sentences(one) == [one]


@pytest.mark.parametrize(
    "two",
    [
        ["He left.", "She stayed."],
        ['"Who?" he said.', '"You know who."'],
        ["“Where?”", "She looked at the map."],
        ["“No.”", "Anna said it twice."],
        ["We met at 5 p.m.", "He was late."],
        ["It was plan B.", "The dog had eaten plan A."],
        ["It was him or I.", "He knew."],
        ["That was Sammy Dole Jr.", "He never wrote."],
        ["Was it?", "No."],
        ["Then nothing....", "The line was dead."],
        ["“Go,” he said.", "“I mean it.”"],
        ["'Come in.'", "'I'd rather not.'"],
        ["(He lied.)", "Nobody minded."],
        ["*Really?*", "Pat frowned."],
    ],
)
def test_these_are_two_sentences(two: list[str]) -> None:
    assert sentences(" ".join(two)) == two


def test_a_missing_space_does_not_join_sentences() -> None:
    assert sentences('He said:"Yes."Then he went.She saw it.') == ['He said:"Yes."', "Then he went.", "She saw it."]


def test_no_sentence_crosses_a_paragraph() -> None:
    assert sentences("A list of things\n\nnone of which ended") == ["A list of things", "none of which ended"]


def test_clitics_are_tokens_of_their_own() -> None:
    assert tokens("Ann's sure he doesn't, they’ll see.") == ["Ann", "'s", "sure", "he", "does", "n't", ",", "they", "’ll", "see", "."]


def test_words_keep_their_inner_marks() -> None:
    assert tokens("o'clock well-known naïve nai\u0308ve hy\u00adphen 4th 1,250.75") == [
        "o'clock", "well-known", "naïve", "nai\u0308ve", "hy\u00adphen", "4th", "1,250.75",
    ]  # fmt: skip


def test_dashes_and_ellipses_are_single_tokens() -> None:
    assert tokens("Wait--no... no … never—ever . . .") == ["Wait", "--", "no", "...", "no", "…", "never", "—", "ever", ". . ."]


def test_kinds_of_tokens() -> None:
    table, _ = tokenize(manuscript_of("Room 12!"))
    assert [TokenKind(k) for k in table.kind.tolist()] == [TokenKind.WORD, TokenKind.NUMBER, TokenKind.PUNCTUATION]


@pytest.mark.parametrize("story", ["", "   ", "\n\n\n", "* * *\n\n* * *", "🙂", "a" * 5000, "." * 300, "“”“”", "x\u0000y"])
def test_tokens_of_every_text_are_in_order_and_tile_their_sentences(story: str) -> None:
    table, found = tokenize(manuscript_of(story))
    spans = list(zip(table.start.tolist(), table.end.tolist(), strict=True))
    assert all(a < b for a, b in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert found.first.tolist() == [0, *found.last.tolist()][: len(found)]
    assert [*found.last.tolist(), 0][-2 if len(found) else 0] == len(spans)
    text = "".join(story[a:b] for a, b in spans)
    assert "".join(text.split()) == "".join(story.split())
