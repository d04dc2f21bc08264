"""How fast the reader model is, beside the encoder alone over the same windows on as many threads."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from fabula.encoder.reader import CHUNK, ReaderModel


def _seconds(work: Callable[[], object], runs: int) -> float:
    """The median of several runs."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _bare(reader: ReaderModel, pool: ThreadPoolExecutor, pieces: Any, chunks: Sequence[Sequence[Any]]) -> None:
    list(pool.map(partial(reader.states, pieces), chunks))


def measure_speed(reader: ReaderModel, words: Sequence[str], sentences: Sequence[tuple[int, int]], *, runs: int = 3) -> dict[str, Any]:
    """Words a second from words to labels of every head, of the encoder alone, and their ratio; the first, cold run is not counted."""
    reader.read_words(words, sentences)
    pieces, windows = reader.windows(words, sentences)
    chunks = [windows[i : i + CHUNK] for i in range(0, len(windows), CHUNK)]
    whole = _seconds(lambda: reader.read_words(words, sentences), runs)
    with ThreadPoolExecutor(reader.threads) as pool:
        bare = _seconds(lambda: _bare(reader, pool, pieces, chunks), runs)
    return {
        "words": len(words),
        "windows": len(windows),
        "threads": reader.threads,
        "words_per_second": round(len(words) / whole),
        "encoder_alone": round(len(words) / bare),
        "ratio": round(bare / whole, 3),
    }
