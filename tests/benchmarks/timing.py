"""Taking times of things that run in turn, on a machine that does other things too."""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

Step = Callable[[], object]
"""What is timed."""

Maker = Callable[[], Step]
"""What makes it, in the process where it will run; so it must be something that can be pickled."""

REST = 0.1
"""Seconds between turns: worker threads spin for a while after their work, and take a core."""

WARM_UP = 0.15
"""Seconds of each turn that are not counted."""


class Contender:
    """A process that makes a step and takes it for as long as it is told.

    One of its own for each, so that none profits or suffers from how another sets up the memory and
    the threads of a process.
    """

    def __init__(self, maker: Maker) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, end = context.Pipe()
        self.process = context.Process(target=_serve, args=(end, maker), daemon=True)
        self.process.start()
        end.close()

    def run(self, seconds: float) -> float:
        """Return the median seconds of a step, after some that are not counted."""
        self.line.send(seconds)
        taken: float = self.line.recv()
        return taken

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.line.close()
        self.process.join()


def _serve(line: Connection, maker: Maker) -> None:
    """Take the step for as long as the line says, until it is closed."""
    step = maker()
    while True:
        try:
            seconds = line.recv()
        except EOFError:
            return
        run_for(step, WARM_UP)
        line.send(statistics.median(run_for(step, seconds)))


def time_in_turn(
    makers: Mapping[str, Maker], turns: int, seconds: float = 0.5
) -> dict[str, list[float]]:
    """Return, for each contender, the median seconds of a step in every turn.

    They take turns of some length, so that whatever else the machine does slows all of them alike.
    Of a step that takes longer than a turn there is one in every turn.
    """
    medians: dict[str, list[float]] = {name: [] for name in makers}
    with ExitStack() as stack:
        contenders = {name: stack.enter_context(Contender(maker)) for name, maker in makers.items()}
        for contender in contenders.values():
            contender.run(0)  # until it has started and made its step
        for _ in range(turns):
            for name, contender in contenders.items():
                time.sleep(REST)
                medians[name].append(contender.run(seconds))
    return medians


def run_for(step: Step, seconds: float) -> list[float]:
    """Take a step again and again for so long, once at least; return what each took."""
    taken: list[float] = []
    while sum(taken) < seconds or not taken:
        began = time.perf_counter()
        step()
        taken.append(time.perf_counter() - began)
    return taken


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median over the turns of ours / theirs, each turn against its neighbour."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
