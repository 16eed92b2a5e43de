"""Two processes against two threads, and what a step would take on more machines, on paper.

    mpiexec -n 2 python tests/benchmarks/processes.py

They take turns: a step of two processes with a thread each, a step of one process with two threads,
steps of one thread with parts of the batch, and the parts of a step that do not become less with
more machines. While one process works, the other sleeps. Of every turn the median counts, of the
turns the quickest, since other work of the machine only ever slows them. What a single thread does
is measured in seconds of the processor, which other work hardly changes.
"""

import argparse
import math
import statistics
import time
from collections.abc import Callable

import numpy as np
from course import accurate
from timing import Step

from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, MaxPool, ReLU, Sequential, Trainer
from minicnn.data import Affine
from minicnn.layers import Layer
from minicnn.training.mpi import MPIProcesses
from minicnn.typing import Array

BATCH = 128
PARTS = (1, 2, 4, 8, 16, 32, 64)
"""By these the batch is divided, for the times of one thread."""

BANDWIDTH, LATENCY = 1.25e9, 50e-6
"""Of a network of 10 Gbit/s: bytes a second, and seconds from one machine to another."""

MACHINES = (2, 8, 64, 1_000)


def recipe() -> list[Layer]:
    """The net of examples/train_mnist.py."""
    return [
        *[Conv2D(8, 5, padding="same"), ReLU(), MaxPool(2), Conv2D(32, 5), ReLU(), MaxPool(2)],
        *[Flatten(), Dense(64), ReLU(), Dense(10)],
    ]


NETS: dict[str, Callable[[], list[Layer]]] = {"recipe": recipe, "accurate": accurate}


class Timed(MPIProcesses):
    """Measures how long it adds up, waiting for the other process included, and how often."""

    seconds = 0.0
    messages = 0

    def sum(self, array: Array) -> Array:
        """Return the sum over all processes."""
        began = time.perf_counter()
        total = super().sum(array)
        self.seconds += time.perf_counter() - began
        self.messages += 1
        return total


class Bench:
    """One net, its steps, and their times by name, in seconds."""

    def __init__(self, processes: Timed, layers: Callable[[], list[Layer]], steps: int) -> None:
        self.processes, self.layers, self.steps = processes, layers, steps
        rng = np.random.default_rng(0)
        self.images = rng.random((BATCH, 1, 28, 28), dtype=np.float32)
        self.labels = rng.integers(0, 10, BATCH)
        self.messages = 0  # of a step
        self.times: dict[str, list[float]] = {}
        both = self.trainer(workers=1, processes=processes)
        self.parameters = both.model.named_parameters()
        learned = [p.value for p in self.parameters.values() if p.trainable]
        self.gradients = np.concatenate([value.ravel() for value in learned])
        self.together: dict[str, Step] = {
            "two processes": self.step_of(both),
            "sum of the gradients": lambda: processes.sum(self.gradients),
            "sum of three numbers": lambda: processes.sum(np.zeros(3)),
        }
        one: Trainer = self.trainer(workers=1)
        optimizer, augmentation = one.optimizer, Affine(turn=8, shift=1, scale=0.08)
        named = one.model.named_parameters()
        self.alone: dict[str, Step] = {
            "two threads": self.step_of(self.trainer(workers=2)),
            **{f"one thread, 1/{part}": self.step_of(one, BATCH // part) for part in PARTS},
            "augmentation": lambda: augmentation(self.images, rng),
            "optimizer": lambda: optimizer.step(named),
        }

    def trainer(self, workers: int, processes: Timed | None = None) -> Trainer:
        """Return a trainer of the net."""
        model = Sequential(self.layers(), (1, 28, 28))
        optimizer = SGD(1e-4, momentum=0.9, weight_decay=5e-4)
        return Trainer(model, optimizer, CrossEntropy(), workers=workers, processes=processes)

    def step_of(self, trainer: Trainer, samples: int = BATCH) -> Step:
        """Return a step on so many of the samples."""
        return lambda: trainer.train_step(self.images[:samples], self.labels[:samples])

    def turn(self) -> None:
        """Take the times of everything once."""
        for name, step in self.together.items():
            messages = self.processes.messages
            step()
            if name == "two processes":
                self.messages = self.processes.messages - messages
            before = self.processes.seconds
            seconds = [self.timed_together(step) for _ in range(self.steps)]
            self.note(name, seconds)
            if name == "two processes":
                share = (self.processes.seconds - before) / sum(seconds)
                self.times.setdefault("share of sums", []).append(share)
        if self.processes.first:
            for name, step in self.alone.items():
                step()
                clock = time.perf_counter if name == "two threads" else time.process_time
                self.note(name, [self.timed(step, clock) for _ in range(self.steps)])
        self.wait()

    def timed(self, step: Step, clock: Callable[[], float] = time.perf_counter) -> float:
        """Return how long a step takes."""
        began = clock()
        step()
        return clock() - began

    def timed_together(self, step: Step) -> float:
        """Return how long a step of both takes, from the moment when both are there."""
        self.processes.failures.Barrier()
        return self.timed(step)

    def note(self, name: str, seconds: list[float]) -> None:
        """Note the median of a turn."""
        self.times.setdefault(name, []).append(statistics.median(seconds))

    def wait(self) -> None:
        """Wait for the other process without taking its core."""
        meeting = self.processes.failures.Ibarrier()
        while not meeting.Test():
            time.sleep(0.01)

    def quickest(self, name: str) -> float:
        """Return the time of the quickest turn."""
        return min(self.times[name])


def ring(machines: int, size: int) -> float:
    """Return the seconds of an Allreduce around a ring: every byte is sent twice, almost."""
    return 2 * (machines - 1) * (LATENCY + size / machines / BANDWIDTH)


def halving(machines: int, size: int) -> float:
    """Return the same by halving and doubling: as many bytes, in 2 log2 P messages."""
    hops = 2 * math.ceil(math.log2(machines))
    return hops * LATENCY + 2 * (machines - 1) / machines * size / BANDWIDTH


def computing(bench: Bench, samples: float) -> float:
    """Return the seconds of one thread for so many samples: a line between those measured."""
    known = [BATCH // part for part in reversed(PARTS)]
    seconds = [bench.quickest(f"one thread, 1/{part}") for part in reversed(PARTS)]
    return float(np.interp(samples, known, seconds))


def on_paper(bench: Bench) -> None:
    """Print what a step would take on more machines, with a thread each."""
    augmenting = bench.quickest("augmentation")
    one = computing(bench, BATCH) + augmenting
    for samples, what in ((BATCH, f"a batch of {BATCH} in all"), (0, f"{BATCH} on each machine")):
        print(f"\n{what}: ms a step; how many times as fast as one machine")
        print(
            "machines   computing augmenting    ring halving      step  times  augmenting its part"
        )
        for machines in MACHINES:
            mine = samples / machines if samples else BATCH
            if mine < BATCH / PARTS[-1]:
                continue
            whole = mine * machines / BATCH
            # All messages but that of the gradients. The comparison of the batch stands for the
            # question of `fit` whether all go on.
            short = (bench.messages - 1) * math.ceil(math.log2(machines)) * LATENCY
            sums = [short + kind(machines, bench.gradients.nbytes) for kind in (ring, halving)]
            parts = [computing(bench, mine), augmenting * whole, *sums]
            step = parts[0] + parts[1] + min(sums)
            better = parts[0] + augmenting * mine / BATCH + min(sums)
            shown = "".join(f"{1e3 * part:10.2f}" for part in (*parts, step))
            print(f"{machines:8,}{shown}{one * whole / step:7.1f}{one * whole / better:12.1f}")


def main() -> None:
    """Measure, and print a line for each thing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=7, help="turns of each (default 7)")
    parser.add_argument("--steps", type=int, default=15, help="steps of a turn (default 15)")
    parser.add_argument("--net", choices=NETS, default="recipe", help="(default recipe)")
    arguments = parser.parse_args()
    processes = Timed()
    with processes.together():
        bench = Bench(processes, NETS[arguments.net], arguments.steps)
        for _ in range(arguments.turns):
            bench.turn()
    if not processes.first:
        return
    size = bench.gradients.nbytes
    print(f"{bench.gradients.size:,} gradients, {size:,} bytes; {bench.messages} sums a step")
    print(f"{'':24}{'quickest':>10}{'median':>10}  ms")
    for name, times in bench.times.items():
        unit = 1 if name == "share of sums" else 1e3
        print(f"{name:24}{unit * min(times):10.3f}{unit * statistics.median(times):10.3f}")
    model = computing(bench, BATCH / 2) + bench.quickest("sum of the gradients")
    print(f"two processes on paper, without waiting: {1e3 * model:.1f} ms")
    pairs = zip(bench.times["two processes"], bench.times["two threads"], strict=True)
    print(
        f"two processes take {statistics.median(a / b for a, b in pairs):.2f} of two threads' time"
    )
    on_paper(bench)


if __name__ == "__main__":
    main()
