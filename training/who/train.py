"""Trains what decides who is who: mentions, conversations, names of one person. Small networks; a CPU does it in minutes.

    python -m training.who.train OUT              # on everything that may be trained on: what is shipped
    python -m training.who.train OUT --fold K     # without the texts of part K (training/parts_of_texts.py)
    python -m training.who.train OUT --first                     # what decides without links until it is known which names are one
    python -m training.who.train OUT --models FOLDER             # every text is read by FOLDER/PART, which has not seen its part
    python -m training.who.train OUT --sources scenes litbank    # without PDNC, whose licence is not stated

In two rounds: the reading runs over the annotated texts, and every decision is written down with its answer (``collect``). In the first
it is led by the answers; in the second the models of the first decide. No text is ever decided by a model that was trained on it
(cross-fitting in the parts of ``training/parts_of_texts.py``): else the second round would learn to trust decisions that are too good. The
same holds for the links of the reader model, which is why there may be one for each part.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from fabula.bench.corpora import InputError
from fabula.reading.who.aliases import OF_ALIAS
from fabula.reading.who.candidates import FEATURES
from fabula.reading.who.dialogue import DialogueModel
from fabula.reading.who.ranker import Ranker
from training.parts_of_texts import PARTS, model_of, part_of
from training.who import crf, rank
from training.who.collect import Chain, Collected, Example, collect
from training.who.confidence import confidences
from training.who.gold import GoldText, litbank, pdnc, scenes

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("FABULA_DATA", ROOT.parent / "shared" / "data"))
LONGEST = 80_000
"""Characters of a novel that are read for training: its beginning."""
MENTIONS_OF_NOVEL = 1200
SOURCES = ("scenes", "litbank", "pdnc")
SEEDS = 3
"""Networks whose mean decides."""
SCENES_COUNT = 1.5
"""How much a decision in a marked scene counts: they are modern and annotated throughout."""


@dataclass(slots=True)
class Models:
    """Everything that is learned here; None before the first round."""

    mentions: Ranker | None
    dialogue: DialogueModel
    alias: Ranker | None


def texts(fold: int | None, sources: Sequence[str] = SOURCES) -> list[GoldText]:
    """The annotated texts of these sources to train on, without those of one part."""
    split = json.loads((ROOT / "training" / "splits.json").read_text())
    ids = (DATA / "lrec2020-coref" / "data" / "litbank_tenfold_splits" / "0" / "train.ids").read_text().split()
    documents = [d for i in ids if part_of(d := i.removesuffix(".tsv")) != fold]
    novels = [n for f in split["folds"] for n in f["pdnc"] if part_of(n) != fold]
    marked = [g for g in scenes(ROOT / "training" / "scenes") if part_of(g.name) != fold]
    found: list[GoldText] = marked if "scenes" in sources else []
    if "litbank" in sources:
        found += litbank(DATA / "litbank", documents)
    if "pdnc" in sources:
        found += pdnc(DATA / "project-dialogism-novel-corpus", novels)
    return found


def _one(job: tuple[GoldText, Models, float, int, Path | None, bool]) -> Collected:
    gold, m, beta, seed, reader, links = job
    found = collect(gold, m.mentions, m.dialogue, m.alias, beta, seed, reader, links=links)
    if gold.source == "pdnc":
        found.mentions = found.mentions[:: max(1, len(found.mentions) // MENTIONS_OF_NOVEL)]
    return found


def gather(
    golds: Sequence[GoldText], models: Sequence[Models], beta: float, seed: int, readers: Path | None = None, *, links: bool = True
) -> list[Collected]:
    """The decisions of all texts, in their order; ``models``: one for each part; ``readers``: the folder of reader models by part."""
    order = sorted(range(len(golds)), key=lambda i: -len(golds[i].text))
    parts = [part_of(g.name) for g in golds]
    jobs = [(golds[i], models[parts[i]], beta, seed, model_of(parts[i], readers), links) for i in order]
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        found = dict(zip(order, pool.imap(_one, jobs, chunksize=1), strict=True))
    return [found[i] for i in range(len(golds))]


def beginning(gold: GoldText, longest: int) -> GoldText:
    """A text, or as much of a novel's beginning as has ``longest`` characters."""
    if len(gold.text) <= longest:
        return gold
    end = gold.text.rfind("\n\n", 0, longest)
    inside = lambda d: {s: v for s, v in d.items() if s[1] <= end}  # noqa: E731
    return GoldText(
        gold.name, gold.source, gold.text[:end], inside(gold.mentions), inside(gold.names), inside(gold.quotes), inside(gold.cues),
        gold.all_mentions, gold.forms,
    )  # fmt: skip


Job = tuple[Sequence[Collected], Sequence[Collected], dict[str, float], int]


def _train(job: Job) -> Models:
    return train_models(*job)


def mean_models(found: Sequence[Models]) -> Models:
    """Models that give the mean of what several give."""
    dialogues = [m.dialogue for m in found]
    return Models(
        rank.mean_of([m.mentions for m in found if m.mentions is not None]),
        DialogueModel(
            rank.mean_of([d.unary for d in dialogues]),
            np.mean([d.pair for d in dialogues], 0, dtype=np.float32),
            np.mean([d.skip for d in dialogues], 0, dtype=np.float32),
            rank.mean_of([d.told for d in dialogues]),
        ),
        rank.mean_of([m.alias for m in found if m.alias is not None]),
    )


def train_seeds(led: Sequence[Collected], free: Sequence[Collected], weight: dict[str, float], seed: int) -> Models:
    """The mean of models of several seeds."""
    jobs: list[Job] = [(led, free, weight, seed + k) for k in range(SEEDS)]
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        return mean_models(pool.map(_train, jobs, chunksize=1))


def train_models(led: Sequence[Collected], free: Sequence[Collected], weight: dict[str, float], seed: int) -> Models:
    """Models from decisions: on mentions from a round ``led`` by the answers, on all else from a round that was left ``free``.

    (Trained on mentions of free rounds as well, the ranker gets worse: docs/accuracy.md.)
    """
    mentions: list[Example] = [e for c in led for e in c.mentions]
    chains: list[Chain] = [c for f in free for c in f.chains]
    aliases: list[Example] = [e for c in free for e in c.aliases]
    ranker = rank.train_ranker(mentions, FEATURES, rank.Settings(hidden=(96, 48), epochs=10, dropout=0.25, seed=seed), weight)
    dialogue = crf.train_dialogue(chains, crf.Settings(seed=seed), weight)
    told = crf.train_addressees(dialogue, [c for c in chains if c.round == 2], crf.Settings(seed=seed), weight)
    settings = rank.Settings(hidden=(24,), epochs=40, batch=32, dropout=0.4, decay=0.1, seed=seed)
    return Models(ranker, replace(dialogue, told=told), rank.train_ranker(aliases, OF_ALIAS, settings, weight))


def train_parts(
    golds: Sequence[GoldText], led: Sequence[Collected], free: Sequence[Collected], weight: dict[str, float], seed: int
) -> list[Models]:
    """For each part of the texts, models that were trained on the others."""
    others = [[part_of(g.name) != part for g in golds] for part in range(PARTS)]
    jobs: list[Job] = [(list(compress(led, use)), list(compress(free, use)), weight, seed) for use in others]
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        return pool.map(_train, jobs, chunksize=1)


def judged_anew(golds: Sequence[GoldText], found: Sequence[Collected], models: Sequence[Models]) -> None:
    """Let conversations be decided by models of their part: what they choose, and how surely."""
    for g, c in zip(golds, found, strict=True):
        for chain in c.chains:
            sure = crf.posterior_of(models[part_of(g.name)].dialogue, chain)
            chain.chosen, chain.confidence = sure.argmax(axis=1).tolist(), sure.max(axis=1).tolist()


def held_out(golds: Sequence[GoldText], found: Sequence[Collected]) -> dict[str, object]:
    """Shares of right decisions, each by models that had not seen its text, by source."""
    out: dict[str, object] = {}
    for source in SOURCES:
        mine = [c for g, c in zip(golds, found, strict=True) if g.source == source]
        hits: dict[str, list[bool]] = {}
        for e in (e for c in mine for e in (*c.mentions, *c.aliases)):
            if e.chosen >= 0:
                hits.setdefault(e.kind, []).append(bool(e.right[e.chosen]))
        chains = [c for f in mine for c in f.chains if c.round == 2]
        for c in chains:
            for t in range(len(c.known)):
                if c.known[t]:
                    hits.setdefault(f"speaker {c.cues[t]}", []).extend([bool(c.right[t, c.chosen[t]])] * c.size[t])
        out[source] = {kind: (round(sum(h) / len(h), 3), len(h)) for kind, h in sorted(hits.items())}
    return out


def main() -> None:
    """Read the arguments, train, and keep weights and figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--fold", type=int)
    parser.add_argument("--sources", nargs="*", choices=SOURCES, default=SOURCES)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--first", action="store_true", help="those that decide, without links, which names are one person's")
    parser.add_argument("--longest", type=int, default=LONGEST)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    if not DATA.is_dir():
        raise InputError(f"no data in {DATA}", hint="FABULA_DATA names the folder of corpora")
    started = time.time()
    golds = [beginning(g, a.longest) for g in texts(a.fold, a.sources)]
    weight = {g.name: SCENES_COUNT for g in golds if g.source == "scenes"}
    led = gather(golds, [Models(None, crf.by_hand(), None)] * PARTS, 1.0, a.seed, a.models, links=not a.first)
    print(f"led by the answers: {time.time() - started:.0f} s", flush=True)
    free = gather(golds, train_parts(golds, led, led, weight, a.seed), 0.0, a.seed, a.models, links=not a.first)
    figures = {"of the first models": held_out(golds, free)}
    judged_anew(golds, free, train_parts(golds, led, free, weight, a.seed))
    figures["conversations by the last models"] = held_out(golds, free)
    print(json.dumps({"seconds": round(time.time() - started), **figures}), flush=True)
    sure = confidences(_weighed(golds, free))
    m = train_seeds(led, free, weight, a.seed)
    a.out.mkdir(parents=True, exist_ok=True)
    prefix = "first_" if a.first else ""
    assert m.mentions is not None and m.alias is not None
    rank.save_ranker(m.mentions, str(a.out / f"{prefix}mentions.npz"))
    rank.save_ranker(m.alias, str(a.out / f"{prefix}aliases.npz"))
    rank.save_ranker(m.dialogue.told, str(a.out / f"{prefix}addressees.npz"))
    crf.save_dialogue(m.dialogue, str(a.out / f"{prefix}turns.npz"))
    if not a.first:
        (a.out / "confidence.json").write_text(json.dumps({cue: [round(x, 4) for x in ab] for cue, ab in sure.items()}) + "\n")
    (a.out / f"{prefix}metrics.json").write_text(json.dumps({"fold": a.fold, "texts": len(golds), "held out": figures}, indent=1) + "\n")
    print(f"done after {time.time() - started:.0f} s", flush=True)


def _weighed(golds: Sequence[GoldText], found: Sequence[Collected]) -> Iterator[tuple[Chain, float]]:
    """The conversations of the last round; novels and scenes weigh alike as wholes."""
    turns: dict[str, int] = {}
    for g, c in zip(golds, found, strict=True):
        turns[g.source] = turns.get(g.source, 0) + sum(len(x.known) for x in c.chains)
    for g, c in zip(golds, found, strict=True):
        yield from ((x, 1000 / turns[g.source]) for x in c.chains if x.round == 2 and g.source != "litbank")


if __name__ == "__main__":
    main()
