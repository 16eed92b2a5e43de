"""What BLAS's own threads cost a single worker on a machine that is kept busy on purpose.

A layer of one's own has the whole batch in one thread. Each net takes steps with BLAS's threads at
rest, as a trainer has it, and at work, in turn, while so many other processes spin:

    python tests/benchmarks/busy.py --load 3
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from unittest.mock import patch

import numpy as np

from minicnn import (
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    Layer,
    MaxPool,
    ReLU,
    Sequential,
    Trainer,
)
from minicnn.ops import blas
from minicnn.typing import Array, Labels


class OwnReLU(ReLU):
    """A layer of one's own, which does not say that a batch may be shared."""

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return max(x, 0)."""
        return super().forward(x, training)


def mlp(units: int) -> list[Layer]:
    """Return the layers of a net with one hidden layer."""
    return [Flatten(), Dense(units), OwnReLU(), Dense(10)]


def convolutions(first: int, second: int, size: int, units: int) -> list[Layer]:
    """Return the layers of a net with two convolutions and two dense layers."""
    layers: list[Layer] = []
    for filters in (first, second):
        layers += [Conv2D(filters, size, padding="same"), OwnReLU(), MaxPool(2)]
    return [*layers, Flatten(), Dense(units), ReLU(), Dense(10)]


NETS = {
    "64 units": (mlp(64), 64),
    "2,000 units": (mlp(2000), 256),
    "8, 16, 5x5": (convolutions(8, 16, 5, 64), 64),
    "32, 64, 3x3": (convolutions(32, 64, 3, 128), 128),
    "32, 64, 5x5": (convolutions(32, 64, 5, 128), 64),
}


@contextlib.contextmanager
def others(count: int) -> Iterator[None]:
    """Keep the machine busy with so many processes."""
    spin = [sys.executable, "-c", "while True: pass"]
    spinning = [subprocess.Popen(spin) for _ in range(count)]
    try:
        time.sleep(0.5)
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def step_time(trainer: Trainer, images: Array, labels: Labels, seconds: float) -> float:
    """Return the mean time of a step in milliseconds."""
    trainer.train_step(images, labels)
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        trainer.train_step(images, labels)
        steps += 1
    return 1e3 * (time.perf_counter() - began) / steps


def main() -> None:
    """Measure all nets and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load", type=int, default=3, help="other processes (default 3)")
    parser.add_argument("--turns", type=int, default=5, help="turns of each (default 5)")
    parser.add_argument("--seconds", type=float, default=1.0, help="of a turn (default 1)")
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    print(
        f"{'net':14} {'at rest':>10} {'at work':>10} {'ratio':>6}   (ms a step, {arguments.load} "
        "other processes)"
    )
    with others(arguments.load):
        for name, (layers, N) in NETS.items():
            model = Sequential(layers, input_shape=(1, 28, 28))
            trainer = Trainer(model, SGD(0.01, momentum=0.9), CrossEntropy(), workers=1)
            images = rng.random((N, 1, 28, 28), dtype=np.float32)
            labels = rng.integers(0, 10, N)
            rest, work = [], []
            for _ in range(arguments.turns):
                rest.append(step_time(trainer, images, labels, arguments.seconds))
                with patch.object(blas, "one_thread", contextlib.nullcontext):
                    work.append(step_time(trainer, images, labels, arguments.seconds))
            ratio = statistics.median(b / a for a, b in zip(rest, work, strict=True))
            print(
                f"{name:14} {statistics.median(rest):10.2f} {statistics.median(work):10.2f} "
                f"{ratio:6.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
