"""How often links point at the right people, in texts that a model has not read: probabilities added by whom the mentions mean."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import torch

from fabula.encoder.links import ADDRESSEE, ANTECEDENT, IN_SPEECH, QUESTIONS, QUOTE, SPEAKER
from training.links.segments import WHO, Prepared, Segment, all_segments, new_forms, segment
from training.links.task import collate, link_markers, link_scores, links_path, packed_documents

if TYPE_CHECKING:
    from training.train import Model

_KINDS = ("name", "nominal", "pronoun", "first")


@torch.no_grad()
def measure_links(model: Model, part: int, length: int, device: str, *, bf16: bool, texts: int = 8) -> dict[str, tuple[float, int]]:
    """Share of right answers (right: the people, or none) and how many, by source, question and kind of what asks."""
    documents = [d for d, p in packed_documents(links_path()) if p == part]
    prepared, stretches = all_segments(documents, length)
    marks = link_markers()
    hits: dict[str, list[bool]] = defaultdict(list)
    for at in range(0, len(stretches), texts):
        here = stretches[at : at + texts]
        segments = [segment(prepared[d], s, length, marks) for d, s in here]
        batch = collate(segments, [[np.ones(len(b.kind)) for b in s.blocks] for s in segments]).to(device)
        with torch.autocast(device, torch.bfloat16, enabled=bf16):
            scores = link_scores(model.encoder, model.heads["links"], batch)
        for q in range(QUESTIONS):
            probability = scores[q].float().softmax(2).cpu().numpy()
            for i, (d, _) in enumerate(here):
                judge(prepared[d], segments[i], q, probability[i], hits)
    return {name: (round(float(np.mean(h)), 4), len(h)) for name, h in sorted(hits.items())}


def judge(prepared: Prepared, s: Segment, question: int, probability: np.ndarray, hits: dict[str, list[bool]]) -> None:
    """Judge the answers to one question in a stretch; ``probability`` ``[queries, keys + 1]``."""
    block, meant = s.blocks[question], prepared.columns[s.key_rows, WHO]
    new = new_forms(s) if question == ANTECEDENT else np.zeros(len(block.kind), bool)
    for i in range(len(block.kind)):
        row = probability[i, : len(meant)] * block.allowed[i]
        shares = np.bincount(meant + 1, row, minlength=1)
        shares[0] = 0.0  # people that are not known
        none = probability[i, -1]
        best = int(shares.argmax())
        if question == ANTECEDENT and none >= shares[best]:
            right = bool(block.right[i, -1])
        else:
            right = bool((block.right[i, :-1] & (meant == best - 1)).any())
        about = _about(question, int(block.kind[i]))
        if new[i]:
            about += " not used before, of nobody known" if block.right[i, -1] else " not used before, of somebody known"
        hits[f"{prepared.document.source} {about}"].append(right)


def _about(question: int, kind: int) -> str:
    if question == SPEAKER:
        return "speaker"
    if question == ADDRESSEE:
        return "addressee"
    assert kind < QUOTE
    return f"{_KINDS[kind % IN_SPEECH]}{' in speech' if kind >= IN_SPEECH else ''}"
