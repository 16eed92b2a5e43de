"""How time and memory grow with the batch, the pictures and the data: at most in proportion.

Each is doubled again and again, all else fixed. PyTorch takes the same steps, since some of what
grows is the machine's: what no longer fits into its caches takes longer. Memory is the peak that
NumPy asked for beyond what was there before, by tracemalloc, in a run of its own.
"""

import math
import statistics
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from nets import HAS_TORCH, NETS, Net, minicnn_step, minicnn_trainer, random_batch, torch_step
from timing import Maker, Step, run_for, time_in_turn

from minicnn.data import Dataset

NET = NETS[0]
SECONDS = 0.3
"""How long a turn is; there are three times as many things to time here as elsewhere."""


def epoch(net: Net) -> Step:
    """Return an epoch on so many images as `net` has in a batch, in batches of 64."""
    data = Dataset(*random_batch(net), tuple("0123456789"))
    trainer = minicnn_trainer(net)
    return lambda: trainer.fit(data, epochs=1, batch_size=64, progress=False)


@dataclass(frozen=True)
class Axis:
    """What is doubled: how much of it there is in each net, and what is timed.

    Growth counts from the amount `first`, where the machine is busy enough for the question to make
    sense.
    """

    name: str
    nets: Sequence[Net]
    amounts: Sequence[int]
    first: int
    work: str
    minicnn: Callable[[Net], Step] = minicnn_step
    pytorch: Callable[[Net, bool], Step] | None = torch_step

    def contenders(self) -> dict[str, dict[str, Maker]]:
        """Return, by name, what makes the work of every amount."""
        makers: dict[str, dict[str, Maker]] = {
            "minicnn": {
                str(amount): partial(self.minicnn, net)
                for amount, net in zip(self.amounts, self.nets, strict=True)
            }
        }
        if self.pytorch is not None and HAS_TORCH:
            makers["PyTorch"] = {
                str(amount): partial(self.pytorch, net, False)
                for amount, net in zip(self.amounts, self.nets, strict=True)
            }
        return makers


BATCHES = tuple(2**power for power in range(11))
SIZES = (14, 20, 28, 40, 56, 80, 112, 160, 224)  # each about twice the pixels of the one before
DATA = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)
AXES = (
    Axis("images a batch", [replace(NET, batch=n) for n in BATCHES], BATCHES, 16, "a step"),
    Axis(
        "pixels a picture",
        [replace(NET, size=size) for size in SIZES],
        [size**2 for size in SIZES],
        SIZES[0] ** 2,
        "a step",
    ),
    Axis(
        "images in the data",
        [replace(NET, batch=n) for n in DATA],
        DATA,
        DATA[0],
        "an epoch",
        epoch,
        None,
    ),
)


def measure(turns: int) -> dict[str, Any]:
    """Measure, print and return seconds and bytes at every size."""
    return {axis.name: grow(axis, max(turns // 2, 1)) for axis in AXES}


def grow(axis: Axis, turns: int) -> dict[str, Any]:
    """Measure, print and return the figures of one axis."""
    print(f"\nby {axis.name}: milliseconds {axis.work}, and the peak of minicnn's memory")
    taken = {
        name: list(time_in_turn(makers, turns, SECONDS).values())
        for name, makers in axis.contenders().items()
    }
    peaks = [peak(axis.minicnn(net)) for net in axis.nets]
    for row, (amount, memory) in enumerate(zip(axis.amounts, peaks, strict=True)):
        times = [f"{name} {1e3 * statistics.median(t[row]):>8.2f}" for name, t in taken.items()]
        print(f"  {amount:>7,}  {'  '.join(times)}  {memory / 1e6:>8.1f} MB", flush=True)
    begin = axis.amounts.index(axis.first)
    amounts = axis.amounts[begin:]
    worst = {name: worst_doubling(amounts, times[begin:]) for name, times in taken.items()}
    worst["memory"] = worst_doubling(amounts, [[memory] for memory in peaks[begin:]])
    print("  most by doubling: " + ", ".join(f"{name} {most:.2f}" for name, most in worst.items()))
    return {
        "work": axis.work,
        "amounts": list(axis.amounts),
        "seconds": {name: [*map(statistics.median, times)] for name, times in taken.items()},
        "bytes": peaks,
        "worst_doubling": worst,
    }


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
        times = {name: np.array(seconds) * 1e3 for name, seconds in result["seconds"].items()}
        peaks = {"minicnn": np.array(result["bytes"]) / 1e6}
        labels = (f"milliseconds {result['work']}", f"peak memory of {result['work']}, MB")
        for panel, lines, label in zip(panels[:, column], (times, peaks), labels, strict=True):
            draw_lines(panel, amounts, lines)
            panel.set_xlabel(axis)
            panel.set_ylabel(label)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw_lines(panel: Any, amounts: Any, lines: dict[str, Any]) -> None:
    """Draw a line for each contender, and one in proportion to the amount through the first's."""
    for name, style in (("minicnn", "o-C0"), ("PyTorch", "s-C1")):
        if name in lines:
            panel.loglog(amounts, lines[name], style, label=name, zorder=3)
    middle = len(amounts) // 2
    proportional = lines["minicnn"][middle] * amounts / amounts[middle]
    panel.loglog(amounts, proportional, "--", color="0.5", label="in proportion")
    panel.grid(alpha=0.3)
    for one in (panel.xaxis, panel.yaxis):
        one.set_major_formatter("{x:,g}")
    panel.legend(loc="upper left", frameon=False)
