"""How long a reading takes, stage by stage, how much memory it needs, and whether both grow with the length of the text and no faster.

The story is read once as it is and as several copies one after another, each in a fresh process, with its World kept as
``fabula read`` keeps it. Times are of the process alone (CPU) and of the clock (wall); the start of the interpreter is told apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from fabula import api
from fabula.bench.figures import ratio
from fabula.errors import FabulaError
from fabula.text import read_manuscript

TIMES = (1, 2, 4)
_KEPT = "file"
"""What is no stage's own: writing each to the World file, opening it at the end."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Seconds."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Run:
    """One reading. ``stages`` are in order and add up to ``cpu`` and ``wall``; ``startup`` is not in them; ``peak_mb`` is of resident
    memory, None where the system does not tell."""

    times: int
    words: int
    cpu: float
    wall: float
    startup: float
    peak_mb: float | None
    stages: dict[str, Stage]

    @property
    def words_per_second(self) -> float:
        return ratio(self.words, self.wall)


@dataclass(frozen=True, slots=True)
class Speed:
    story: str
    runs: tuple[Run, ...]

    @property
    def linearity(self) -> float:
        """CPU time per word of the longest text over that of the shortest: 1 is linear, 4 is quadratic at four times the length."""
        first, last = self.runs[0], self.runs[-1]
        return ratio(ratio(last.cpu, last.words), ratio(first.cpu, first.words))

    def to_json(self) -> dict[str, object]:
        runs = [asdict(run) | {"words_per_second": round(run.words_per_second)} for run in self.runs]
        return {"story": self.story, "linearity": round(self.linearity, 2), "runs": runs}


class Stopwatch:
    """Listens to a reading: what passes between the start and the end of a stage is that stage's, all else is the file's."""

    def __init__(self) -> None:
        self.stages: dict[str, Stage] = {}
        self._last = self._now()

    def __call__(self, progress: api.Progress) -> None:
        own = progress.state != "started" or progress.position == 0
        self.lap(progress.stage if own else _KEPT)

    def lap(self, stage: str) -> None:
        """Everything since the last lap was ``stage``."""
        now, before = self._now(), self.stages.get(stage, Stage(0.0, 0.0))
        self.stages[stage] = Stage(round(before.cpu + now.cpu - self._last.cpu, 4), round(before.wall + now.wall - self._last.wall, 4))
        self._last = now

    @staticmethod
    def _now() -> Stage:
        return Stage(time.process_time(), time.perf_counter())


def time_reading(story: Path, times: int) -> Run:
    """Read a story here and now, its World kept in a folder that is thrown away."""
    startup = time.process_time()
    with tempfile.TemporaryDirectory(prefix="fabula-speed-") as folder:
        watch = Stopwatch()
        world = api.read(story, output=Path(folder) / "story.fabula", on_stage=watch)
        watch.lap(_KEPT)
    stages = watch.stages
    cpu, wall = (round(sum(getattr(s, part) for s in stages.values()), 3) for part in ("cpu", "wall"))
    return Run(times, world.story.words, cpu, wall, round(startup, 3), peak_memory(), stages)


def peak_memory() -> float | None:
    """The most resident memory that this process has had, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():  # what getrusage says would count the parent that started this process as well
        peak = next((line for line in status.read_text(encoding="ascii", errors="replace").splitlines() if line.startswith("VmHWM")), "")
        return round(int(peak.split()[1]) * 1024 / 1e6, 1) if peak else None
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def bench_speed(story: Path, *, times: Sequence[int] = TIMES, tell: Callable[[Run], None] | None = None) -> Speed:
    """Time the reading of a story's text, so many copies of it at a time; ``tell`` hears of each run. Raises what reading it raises."""
    text = read_manuscript(story).text
    runs = []
    with tempfile.TemporaryDirectory(prefix="fabula-speed-") as folder:
        copy = Path(folder) / "story.txt"
        for n in times:
            copy.write_text("\n\n".join([text] * n), encoding="utf-8", newline="")
            runs.append(_in_a_fresh_process(copy, n))
            if tell:
                tell(runs[-1])
    return Speed(story.name, tuple(runs))


def _in_a_fresh_process(story: Path, times: int) -> Run:
    code = "from fabula.bench.speed import report; report()"
    done = subprocess.run([sys.executable, "-c", code, str(story), str(times)], capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise FabulaError(f"the reading of {times} copies failed: {done.stderr.strip().splitlines()[-1:]}")
    found = json.loads(done.stdout)
    return Run(**found | {"stages": {name: Stage(**stage) for name, stage in found["stages"].items()}})


def report() -> None:
    """In a process of its own: time the story and the number of copies that the arguments name, and print the run as JSON."""
    run = time_reading(Path(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps(asdict(run)))
