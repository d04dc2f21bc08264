"""Training of who-is-who: what is learned from a few invented decisions, and that an answer is found where the annotation has one."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is for training only")

import torch
from training.who import crf, rank
from training.who.collect import Chain, Example, collect
from training.who.gold import GoldText, align

from fabula.reading.who.dialogue import log_partition
from fabula.reading.who.evidence import OF_PAIR, OF_SKIP, OF_SPEAKER


def test_a_ranker_learns_which_feature_counts() -> None:
    rng = np.random.default_rng(0)
    examples = []
    for _ in range(300):
        features = rng.normal(size=(3, 2)).astype(np.float32)
        examples.append(Example(features, np.arange(3) == features[:, 1].argmax(), "x", "t"))
    ranker = rank.train_ranker(examples, ("noise", "signal"), rank.Settings(hidden=(8,), epochs=20, batch=32))
    assert rank.accuracy(ranker, examples)["all"][0] > 0.9


def test_the_partition_of_training_is_that_of_reading() -> None:
    rng = np.random.default_rng(1)
    scores, same, back = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=4)
    batch = [torch.from_numpy(a[None].astype(np.float32)) for a in (scores, same, back)]
    found = crf.log_partition(*batch, torch.tensor([4]))
    assert np.isclose(float(found[0]), log_partition(scores, same, back), atol=1e-4)


def test_the_partition_of_a_short_conversation_does_not_see_its_padding() -> None:
    rng = np.random.default_rng(2)
    scores, same, back = rng.normal(size=(5, 2)), rng.normal(size=5), rng.normal(size=5)
    batch = [torch.from_numpy(a[None].astype(np.float32)) for a in (scores, same, back)]
    for length in (1, 2, 3):
        found = crf.log_partition(*batch, torch.tensor([length]))
        assert np.isclose(float(found[0]), log_partition(scores[:length], same[:length], back[:length]), atol=1e-4)


def _talk(seed: int) -> Chain:
    """Two people who take turns; only the first turn has a tag."""
    rng = np.random.default_rng(seed)
    first = int(rng.integers(2))
    speaker = np.zeros((6, 2, len(OF_SPEAKER)), np.float32)
    speaker[0, first, OF_SPEAKER.index("tag_is")] = 1
    pair, skip = np.zeros((6, len(OF_PAIR)), np.float32), np.zeros((6, len(OF_SKIP)), np.float32)
    pair[1:, 0], skip[2:, 0] = 1, 1
    right = np.array([[(t + first) % 2 == i for i in range(2)] for t in range(6)])
    return Chain(speaker, pair, skip, right, ~right, [True] * 6, ["implicit"] * 6, "t", 1, [1] * 6, np.zeros((6, 6), np.float32))


def test_turn_taking_is_learned_from_conversations() -> None:
    chains = [_talk(i) for i in range(40)]
    model = crf.train_dialogue(chains, crf.Settings(hidden=(4,), epochs=10, batch=8))
    assert crf.accuracy(model, chains)["all"][0] == 1.0


def test_a_document_is_found_in_its_book() -> None:
    book = "A TALE\n\nChapter 1\n\n“I do not know,” said Una. She did n't laugh; nobody did, that morning, on the long road home.\n"
    words = ["“", "I", "do", "not", "know", ",", "”", "said", "Una", ".", "She", "did", "n't", "laugh", ";"]
    words += ["nobody", "did", ",", "that", "morning", ",", "on", "the", "long", "road", "home", "."]
    places = align(words, book)
    assert [book[a:b] for a, b in (places[1], places[8], places[-2])] == ["I", "Una", "home"]
    assert all(places)


def test_decisions_come_with_their_answers() -> None:
    text = 'Una met Pim at the gate. She was late.\n\n"You are late," said Pim.\n\n"I know," said Una.\n'
    at = text.index
    gold = GoldText("gate", "scenes", text)
    for name in ("Una", "Pim"):
        gold.mentions[at(name), at(name) + 3] = frozenset({name})
        gold.names[at(name), at(name) + 3] = name
    gold.mentions[at("She"), at("She") + 3] = frozenset({"Una"})
    for words, speaker, told in (('"You are late,"', "Pim", "Una"), ('"I know,"', "Una", "Pim")):
        gold.quotes[at(words), at(words) + len(words)] = speaker, frozenset({told})
    hand = crf.by_hand()
    found = collect(gold, None, hand, None, 1.0, 1)
    assert all(e.right.sum() == 1 and e.kind == "he/she" for e in found.mentions)
    assert crf.accuracy(hand, found.chains)["all"][0] == 1.0
