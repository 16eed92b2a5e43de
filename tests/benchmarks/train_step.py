"""How long one training step takes: minicnn, PyTorch, and the textbook way in NumPy.

The three take the same step: the net conv(8, 5x5) - ReLU - pool - conv(16, 5x5) - ReLU - pool -
dense(64) - ReLU - dense(10), cross-entropy, SGD with momentum. They run in turn, in short blocks,
so that whatever else the machine does slows all of them alike; the figures are medians over all
blocks, and the ratio is taken block by block.

    python tests/benchmarks/train_step.py
"""

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable

import numpy as np
import textbook

from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, MaxPool, ReLU, Sequential, Trainer
from minicnn.typing import Array, Labels

Step = Callable[[], object]

REST_SECONDS = 0.3
WARM_UP = 3


def minicnn_step(images: Array, labels: Labels) -> Step:
    """One `Trainer.train_step`, checks and accuracy included."""
    model = Sequential(
        [
            Conv2D(8, 5, padding="same"),
            ReLU(),
            MaxPool(2),
            Conv2D(16, 5, padding="same"),
            ReLU(),
            MaxPool(2),
            Flatten(),
            Dense(64),
            ReLU(),
            Dense(10),
        ],
        input_shape=(1, 28, 28),
    )
    trainer = Trainer(model, SGD(0.01, momentum=0.9), CrossEntropy())
    return lambda: trainer.train_step(images, labels)


def torch_step(images: Array, labels: Labels) -> Step:
    """PyTorch's eager mode, with the threads it chooses itself."""
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(784, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    loss = nn.CrossEntropyLoss()
    x, y = torch.from_numpy(images), torch.from_numpy(labels)

    def step() -> None:
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

    return step


def time_in_turn(steps: dict[str, Step], blocks: int, length: int) -> dict[str, list[float]]:
    """Return, for each step, the median seconds of every block."""
    medians: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(blocks):
        for name, step in steps.items():
            # The worker threads of the one before spin for a while and would take its core away.
            time.sleep(REST_SECONDS)
            for _ in range(WARM_UP):
                step()
            seconds = []
            for _ in range(length):
                began = time.perf_counter()
                step()
                seconds.append(time.perf_counter() - began)
            medians[name].append(statistics.median(seconds))
    return medians


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--batch-size", type=int, default=64, help="images a step (default %(default)s)")
    add("--blocks", type=int, default=15, help="turns of each (default %(default)s)")
    add("--length", type=int, default=20, help="steps a turn (default %(default)s)")
    arguments = parser.parse_args()

    rng = np.random.default_rng(0)
    images = rng.random((arguments.batch_size, 1, 28, 28), dtype=np.float32)
    labels = rng.integers(0, 10, arguments.batch_size)
    steps = {"minicnn": minicnn_step(images, labels)}
    if importlib.util.find_spec("torch"):
        steps["PyTorch, eager"] = torch_step(images, labels)
    else:
        print("PyTorch is not installed here and is left out")
    steps["textbook NCHW im2col"] = textbook.training_step(images, labels)

    medians = time_in_turn(steps, arguments.blocks, arguments.length)
    print(f"one training step, batch {arguments.batch_size}")
    print(f"{'':<22}{'median':>10}{'fastest':>10}{'slowest':>10}   minicnn takes")
    for name, blocks in medians.items():
        ratio = statistics.median(
            ours / theirs for ours, theirs in zip(medians["minicnn"], blocks, strict=True)
        )
        times = [statistics.median(blocks), min(blocks), max(blocks)]
        print(f"{name:<22}" + "".join(f"{1e3 * t:>7.2f} ms" for t in times) + f"   x {ratio:.2f}")


if __name__ == "__main__":
    main()
