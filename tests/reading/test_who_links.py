"""Links between mentions and quotations on their way to the decisions: with a head that has learned nothing, or just one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from fabula.encoder import links as head
from fabula.layers import MentionKind
from fabula.reading.who.addressees import OF_ADDRESSEE
from fabula.reading.who.candidates import FEATURES, NEW, NOBODY, OF_CANDIDATE, Candidate
from fabula.reading.who.deciding import Models, decide, shipped
from fabula.reading.who.evidence import OF_SPEAKER
from fabula.reading.who.links import Answers, Links, by_person, log_share
from fabula.reading.who.ranker import Rows
from fabula.reading.who.spots import Part, Spot
from fabula.reading.who.state import Reading
from random_links import nearest_wins, random_links, reading_with

STORY = """Una met Pim at the gate. His mother had sent him with a basket, and she was waiting at home.

“You are late,” said Una. “Have you seen my brother?”

“I have not,” said Pim. He put the basket down. “Ask the old man with his dog.”

The old man laughed. They went up the hill together, and Una told him about the boat.

“We lost it in March,” she said. “I cried for a week.”
"""
TOLD = """I met Una at the gate. She gave me her basket.

“I am late,” she said. “You must go.”

We went up the hill, and I carried the basket.
"""


@pytest.fixture(scope="module")
def story() -> Reading:
    return reading_with(random_links(), STORY)


@pytest.fixture(scope="module")
def told() -> Reading:
    return reading_with(random_links(1), TOLD)


def links(r: Reading) -> Links:
    assert r.links is not None
    return r.links


def askers(r: Reading) -> list[int]:
    return [k for k in range(len(r.spots)) if links(r).asks(k)]


def all_answers(r: Reading) -> list[Answers]:
    quotes = range(len(r.page.quotes))
    asked = [links(r).antecedent(k) for k in askers(r)]
    return [*asked, *(links(r).speaker(q) for q in quotes), *(links(r).addressee(q) for q in quotes)]


def words(r: Reading, k: int) -> str:
    return r.page.surface(r.spots[k].first, r.spots[k].last)


def spot(r: Reading, text: str, after: str = "") -> int:
    """Row of the mention ``text`` that follows ``after`` first."""
    at = r.page.text.index(after) if after else 0
    return next(k for k, s in enumerate(r.spots) if words(r, k) == text and r.page.start[s.first] >= at)


def test_probabilities_of_all_answers_and_of_none_make_one(story: Reading, told: Reading) -> None:
    for r in (story, told):
        found = all_answers(r)
        assert len(found) > 6
        assert np.allclose([a.probabilities.sum() + a.none for a in found], 1.0, atol=1e-5)


def test_the_same_text_has_the_same_links(story: Reading) -> None:
    again = reading_with(random_links(), STORY)
    for a, b in zip(all_answers(story), all_answers(again), strict=True):
        assert a.rows.tolist() == b.rows.tolist()
        assert a.probabilities.tolist() == b.probabilities.tolist()


def test_names_descriptions_and_third_persons_ask(story: Reading) -> None:
    asking = {words(story, k) for k in askers(story)}
    assert {"Una", "Pim", "him", "she", "They", "His mother", "The old man"} <= asking
    assert not {"You", "I", "my"} & asking


def test_an_antecedent_begins_before_and_stands_apart_or_around(story: Reading) -> None:
    for k in askers(story):
        found = [story.spots[row] for row in links(story).antecedent(k).rows.tolist()]
        assert all(s.first < story.spots[k].first and (s.last <= story.spots[k].first or s.last >= story.spots[k].last) for s in found)


def test_whoever_owns_a_mention_is_none_of_its_antecedents(story: Reading) -> None:
    mother = spot(story, "His mother")
    owner = story.spots[mother].owner
    assert words(story, owner) == "His"
    assert owner not in links(story).antecedent(mother).rows
    assert {words(story, row) for row in links(story).antecedent(owner).rows.tolist()} == {"Una", "Pim"}


def test_a_mention_may_refer_back_to_what_it_stands_inside_of(story: Reading) -> None:
    his = spot(story, "his", "Ask the old man")
    around = {words(story, row) for row in links(story).antecedent(his).rows.tolist()}
    assert "the old man with his dog" in around, "whose dog it is"


def test_i_and_you_in_speech_never_answer(story: Reading, told: Reading) -> None:
    for r in (story, told):
        rows = {row for a in all_answers(r) for row in a.rows.tolist()}
        assert rows
        assert not any(r.spots[k].quote >= 0 and r.spots[k].grammatical_person != 3 for k in rows)


def test_i_in_narration_answers(told: Reading) -> None:
    she = spot(told, "She")
    assert {words(told, k) for k in links(told).antecedent(she).rows.tolist()} == {"I", "Una"}
    assert "I" in {words(told, k) for k in links(told).speaker(0).rows.tolist()}


def test_mentions_before_in_and_after_a_quotation_may_speak_it(story: Reading) -> None:
    found = {words(story, k) for k in links(story).speaker(1).rows.tolist()}
    assert {"Una", "Pim", "my brother", "The old man", "He"} <= found


def test_the_nearest_mention_wins_where_nothing_but_distance_counts() -> None:
    r = reading_with(nearest_wins(), STORY)
    for asking, nearest in (("He", "Pim"), ("They", "The old man"), ("she", "him")):
        answers = links(r).antecedent(spot(r, asking))
        assert words(r, int(answers.rows[answers.probabilities.argmax()])) == nearest
        assert answers.none == 0.0


def test_many_are_scored_as_each_would_be_alone(story: Reading) -> None:
    weights, found = links(story)._linking.weights, links(story)
    mentions, keys = found._mentions, found._keys
    asked = head.ask(weights, head.SPEAKER, found._linking.words, found._quotes)
    low, high = head.ranges(mentions, found._quotes, ahead=True)
    for q in range(len(story.page.quotes)):
        assert (low[q], high[q]) == head.bounds(mentions, *story.page.quotes[q], ahead=True)
        rows = np.arange(low[q], high[q])
        scores = head.scores(weights, head.SPEAKER, found._quotes, asked, q, mentions, keys, rows)
        expected = np.exp(scores - scores.max())
        assert np.allclose(found.speaker(q).probabilities, (expected / expected.sum())[:-1], atol=1e-5)


def test_links_of_other_words_are_refused(story: Reading) -> None:
    linking = links(story)._linking
    with pytest.raises(ValueError, match="same words"):
        Links(story.page, story.spots, replace(linking, words=linking.words[:-1]))


def _anybody() -> dict[str, np.ndarray]:
    """A head that holds all mentions for equally likely, and never says none."""
    return {name: np.zeros_like(w) if name != "none.bias" else w for name, w in nearest_wins().items()}


# --- people
def _name(*who: int) -> Spot:
    return Spot(0, 1, MentionKind.NAME, Part.SUBJECT, -1, 0, who=who, fixed=True)


def test_mentions_count_for_the_people_that_they_mean() -> None:
    spots = [_name(1), _name(2), _name(1), _name(2, 1), _name()]
    meant = [{1: 1.0}, {2: 0.6, 1: 0.2}, {1: 1.0}, {}, {}]
    found = by_person(spots, [(0, 0.1), (1, 0.5), (2, 0.1), (3, 0.1), (4, 0.1)], 0.1, lambda k: meant[k])
    assert found.people == pytest.approx({1: 0.3, 2: 0.3})
    assert found.groups == {(1, 2): 0.1}
    assert found.unassigned == pytest.approx(0.3)


def test_a_share_is_scaled_from_nothing_to_certain() -> None:
    assert [log_share(0.0), log_share(1.0)] == pytest.approx([0.0, 1.0], abs=1e-3)
    assert log_share(0.01) > 0.3


# --- decisions
def _recording(seen: dict[str, list[Rows]]) -> Models:
    """The shipped models, which note what they are asked."""
    m = shipped()

    def choose(k: int, candidates: object, features: Rows) -> list[float]:
        seen.setdefault("rows", []).append(features)
        return m.choose(k, candidates, features)  # type: ignore[arg-type]

    return replace(m, choose=choose)


def _linked(rows: Rows) -> Rows:
    return rows[:, [i for i, n in enumerate(FEATURES) if n.startswith("link")]]


def test_without_links_there_is_no_trace_of_them() -> None:
    r = reading_with(random_links(), STORY)
    r.links = None
    seen: dict[str, list[Rows]] = {}
    decide(r, _recording(seen))
    assert seen["rows"]
    assert not any(_linked(rows).any() for rows in seen["rows"])
    chain = next(r.dialogue(shipped().dialogue).finder.conversations())
    evidence = r.dialogue(shipped().dialogue).evidence
    rows = evidence.of_chain(chain, *evidence.candidates(chain))
    assert not rows[:, :, [i for i, n in enumerate(OF_SPEAKER) if n.startswith("link")]].any()


def test_networks_that_know_no_links_decide_beside_them() -> None:
    r = reading_with(random_links(), STORY)
    decide(r)
    assert all(d.speaker >= 0 for d in r.decisions)


def test_those_whom_links_name_are_candidates_however_long_ago_they_were_mentioned() -> None:
    story = "Anna met Peter.\n\n" + "It rained. It blew. It froze.\n\n" * 50 + "They laughed.\n"
    asked: dict[int, list[tuple[int, ...]]] = {}

    def choose(k: int, candidates: list[tuple[int, ...]], features: Rows) -> list[float]:
        asked[k] = list(candidates)
        return [1.0] + [0.0] * (len(candidates) - 1)

    for linked in (True, False):
        r = reading_with(_anybody(), story)
        r.links = r.links if linked else None
        decide(r, replace(shipped(), choose=choose))
        both = tuple(sorted(p for name in ("Anna", "Peter") for p in r.spots[spot(r, name)].who))
        assert (both in asked[spot(r, "They")]) is linked


def test_whom_the_nearest_mentions_mean_is_told_to_the_decision_on_a_mention() -> None:
    r = reading_with(nearest_wins(), "Una met Pim. He laughed, and then he went home.\n")
    asked: dict[int, tuple[list[tuple[int, ...]], Rows]] = {}

    def choose(k: int, candidates: list[tuple[int, ...]], features: Rows) -> list[float]:
        asked[k] = (list(candidates), features)
        return [float(c == r.spots[1].who) for c in candidates]

    decide(r, replace(shipped(), choose=choose))
    candidates, features = asked[spot(r, "He")]
    share = features[:, FEATURES.index("link_share")]
    assert candidates[int(share.argmax())] == r.spots[spot(r, "Pim")].who
    assert share.max() > 0.9
    assert features[int(share.argmax()), FEATURES.index("link_best")] == 1
    assert features[0, FEATURES.index("link_known")] == pytest.approx(1.0)
    nobody = candidates.index((NOBODY,))
    assert features[nobody, FEATURES.index("link_share")] == 0.0
    assert (NEW,) not in candidates


def test_who_may_speak_is_told_to_the_decision_on_a_conversation() -> None:
    r = reading_with(nearest_wins(), STORY)
    decide(r)
    evidence = r.dialogue(shipped().dialogue).evidence
    for chain in r.dialogue(shipped().dialogue).finder.conversations():
        people, around = evidence.candidates(chain)
        rows = evidence.of_chain(chain, people, around)
        at = {n: OF_SPEAKER.index(n) for n in OF_SPEAKER if n.startswith("link")}
        assert (rows[:, :, at["link_speaker_share"]].sum(1) <= 1 + 1e-5).all()
        assert rows[:, :, at["link_named_speaker"]].max() > 0.3
        assert (rows[:, :, at["link_speaker_best"]].sum(1) >= 1).all()


def test_features_of_links_are_known_by_name_everywhere() -> None:
    assert {"link", "link_share", "link_best", "link_none", "link_group"} <= set(OF_CANDIDATE)
    assert {"link_told", "link_told_share", "link_named_told"} <= set(OF_ADDRESSEE)


def test_whoever_is_spoken_of_again_is_followed() -> None:
    r = reading_with(nearest_wins(), "A girl stood in the door. She laughed. Then she ran.")
    first, second, last = spot(r, "A girl"), spot(r, "She"), spot(r, "she")
    assert links(r).followed(first) > 0.9 and links(r).followed(second) > 0.9
    assert links(r).followed(last) == 0.0, "nothing comes after"


@pytest.mark.parametrize(("known", "somebody_new"), [(0.5, True), (0.7, False)])
def test_a_relative_of_whom_nobody_has_spoken_is_somebody_new_unless_known_for_sure(known: float, somebody_new: bool) -> None:
    def choose(k: int, candidates: Sequence[Candidate], features: Rows) -> list[float]:
        people = [c for c in candidates if c[0] >= 0]
        share = {NEW: 0.8 - known, NOBODY: 0.2}
        return [share.get(c[0], known / max(1, len(people))) for c in candidates]

    r = reading_with(nearest_wins(), "Dan Pell met Ines at the lock. Dan Pell ran on. Ines had not rung her father since March.\n")
    decide(r, replace(shipped(), choose=choose, first=None))
    father = r.spots[spot(r, "her father")].who
    assert len(father) == 1 and bool(r.people[father[0]].forms) != somebody_new


def test_they_may_be_any_two_who_are_there_whatever_pronoun_each_goes_by() -> None:
    story = "Una Marsh laughed. She sat down. Pim Hale sat down, too. He was cold. Joss Reed had his coat. They left.\n"
    asked: dict[int, list[Candidate]] = {}

    def choose(k: int, candidates: Sequence[Candidate], features: Rows) -> list[float]:
        asked[k] = list(candidates)
        return [1.0] + [0.0] * (len(candidates) - 1)

    r = reading_with(random_links(), story)
    r.links = None
    decide(r, replace(shipped(), choose=choose))
    people = sorted(r.spots[spot(r, name)].who[0] for name in ("Una Marsh", "Pim Hale", "Joss Reed"))
    pairs = {(people[0], people[1]), (people[0], people[2]), (people[1], people[2])}
    assert pairs | {tuple(people)} <= set(asked[spot(r, "They")])
