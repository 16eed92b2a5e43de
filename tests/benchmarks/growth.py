"""How time and memory grow with the batch, the pictures and the data: at most in proportion.

Each is doubled again and again, all else fixed. Memory is the peak that NumPy asked for beyond what
was there before, by tracemalloc, in a run of its own.
"""

import math
import statistics
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from nets import NETS, minicnn_trainer, random_batch
from timing import Step, run_for

from minicnn.data import Dataset

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
SIZES = (14, 20, 28, 40, 56, 80, 112, 160, 224)  # each about twice the pixels of the one before
DATA = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)
LINEAR_FROM = 16
"""The batch from which on the machine is busy enough for the question to make sense."""


def batch_step(count: int) -> Step:
    """Return a training step on so many images."""
    images, labels = random_batch(count)
    trainer = minicnn_trainer(NETS[0])
    return lambda: trainer.train_step(images, labels)


def size_step(size: int) -> Step:
    """Return a training step on 64 images so wide and high."""
    images, labels = random_batch(64, size)
    trainer = minicnn_trainer(NETS[0], size)
    return lambda: trainer.train_step(images, labels)


def data_epoch(count: int) -> Step:
    """Return an epoch on so many images, in batches of 64."""
    data = Dataset(*random_batch(count), tuple("0123456789"))
    trainer = minicnn_trainer(NETS[0])
    return lambda: trainer.fit(data, epochs=1, batch_size=64, progress=False)


AXES: dict[str, tuple[Sequence[int], Callable[[int], Step]]] = {
    "images a batch": (BATCHES, batch_step),
    "pixels a picture": (SIZES, size_step),
    "images in the data": (DATA, data_epoch),
}


def measure(turns: int) -> dict[str, Any]:
    """Measure, print and return seconds and bytes at every size."""
    results: dict[str, Any] = {}
    for axis, (sizes, make) in AXES.items():
        print(f"\nby {axis}")
        seconds: list[list[float]] = [[] for _ in sizes]
        for _ in range(max(turns // 2, 1)):
            for taken, size in zip(seconds, sizes, strict=True):
                step = make(size)
                run_for(step, 0.1)
                taken.append(statistics.median(run_for(step, 0.3)))
        amounts = [size**2 for size in sizes] if make is size_step else list(sizes)
        times = [statistics.median(taken) for taken in seconds]
        peaks = [peak(make(size)) for size in sizes]
        for amount, time, memory in zip(amounts, times, peaks, strict=True):
            print(f"  {amount:>7,} {1e3 * time:>10.2f} ms {memory / 1e6:>8.1f} MB", flush=True)
        first = amounts.index(LINEAR_FROM) if make is batch_step else 0
        worst = {
            "time": worst_doubling(amounts[first:], seconds[first:]),
            "memory": worst_doubling(amounts[first:], [[peak] for peak in peaks[first:]]),
        }
        print(f"  most by doubling: {worst['time']:.2f} in time, {worst['memory']:.2f} in memory")
        results[axis] = {
            "work": "an epoch" if make is data_epoch else "a step",
            "amounts": amounts,
            "seconds": times,
            "bytes": peaks,
            "worst_doubling": worst,
        }
    return results


def peak(step: Step) -> int:
    """Return the bytes that a step takes at most beyond those that are there before."""
    step()
    tracemalloc.start()
    run_for(step, 0.5)  # threads do not meet at the same place every time
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def worst_doubling(amounts: Sequence[int], turns: Sequence[Sequence[float]]) -> float:
    """Return by how much the figures grow at most where the amount doubles.

    Neighbours are compared turn by turn, and the median over the turns counts.
    """
    worst = 0.0
    for (less, before), (more, after) in pairwise(zip(amounts, turns, strict=True)):
        growth = statistics.median(b / a for a, b in zip(before, after, strict=True))
        worst = max(worst, growth ** (1 / math.log2(more / less)))
    return worst


def draw(results: dict[str, Any], path: Path) -> None:
    """Draw times and peaks on logarithmic axes, beside lines of growth in proportion."""
    mpl.use("agg")
    figure, panels = plt.subplots(2, len(results), figsize=(11, 6.4), layout="constrained")
    figure.suptitle("Time and memory of training against the size of the work")
    for column, (axis, result) in enumerate(results.items()):
        amounts = np.array(result["amounts"], float)
        rows = (
            (np.array(result["seconds"]) * 1e3, f"milliseconds {result['work']}", "C0", "o"),
            (np.array(result["bytes"]) / 1e6, f"peak memory of {result['work']}, MB", "C1", "s"),
        )
        for panel, (values, label, colour, marker) in zip(panels[:, column], rows, strict=True):
            panel.loglog(amounts, values, marker + "-", color=colour, label="measured", zorder=3)
            middle = len(amounts) // 2
            proportional = values[middle] * amounts / amounts[middle]
            panel.loglog(amounts, proportional, "--", color="0.5", label="in proportion")
            panel.set_xlabel(axis)
            panel.set_ylabel(label)
            panel.grid(alpha=0.3)
            for one in (panel.xaxis, panel.yaxis):
                one.set_major_formatter("{x:,g}")
            panel.legend(loc="upper left", frameon=False)
    figure.savefig(path, dpi=110)
    plt.close(figure)
