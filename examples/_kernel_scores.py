"""How many kernels are edges, beside random ones: one of the pictures of pretrained_kernels.py."""

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from _kernel_groups import Bank, size_in_words
from matplotlib.axes import Axes

from minicnn.inspection.kinds import CLEAR, is_clear
from minicnn.inspection.measure import edge_scores
from minicnn.inspection.plots.shown import EDGE_SCORE
from minicnn.typing import Array

BLUE, VERMILION, GREY = "#0072B2", "#D55E00", "0.45"
RANDOM, STEPS = 1000, 20  # kernels of random weights; steps in which scores are counted
FEW = 3  # edges; fewer may be chance
DEAD = "all are dead"


class Scores(NamedTuple):
    """The edge scores of some kernels (F,), what they are, and their colour in the picture."""

    name: str
    size: str
    scores: Array
    colour: str

    @property
    def edges(self) -> int:
        """How many are edges."""
        return int(is_clear(self.scores).sum())

    @property
    def said(self) -> str:
        """How many are edges, of how many."""
        return f"{self.edges:,} of {len(self.scores):,} are edges" if len(self.scores) else DEAD


def scores_of(bank: Bank, colour: str, seed: int) -> list[Scores]:
    """Return the scores of the live kernels, and those of random weights of the same size."""
    shape = (RANDOM, *bank.kernels.shape[1:])
    weights = np.random.default_rng(seed).normal(size=shape)
    return [
        Scores(
            bank.name, size_in_words(bank.kernels.shape), bank.table.edge[bank.table.live], colour
        ),
        Scores("random weights", size_in_words(shape), edge_scores(weights), GREY),
    ]


def draw_scores(rows: Sequence[Scores]) -> Axes:
    """Draw how many kernels of each row have which edge score."""
    _, ax = plt.subplots(figsize=(10, 1.3 + 0.85 * len(rows)), layout="constrained")
    draw_bars(ax, rows)
    ax.axvline(CLEAR, color="0.3", linewidth=0.8, linestyle=":")
    ax.text(CLEAR + 0.01, 0.82, f"{CLEAR}: from here on called an edge", fontsize=10)
    ax.set(xlim=(0, 1), ylim=(-len(rows) + 0.95, 1.0))
    ax.set_xlabel(f"{EDGE_SCORE}\nbars: the share of the kernels in each step of {1 / STEPS:g}")
    ax.set_yticks([0.3 - place for place in range(len(rows))])
    ax.set_yticklabels([f"{row.name}\n{row.size}" for row in rows], parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.spines[:].set_visible(False)
    ax.set_title(compared(rows), loc="left")
    return ax


def draw_bars(ax: Axes, rows: Sequence[Scores]) -> None:
    """Draw the share of each row's kernels in each step of scores, and how many are edges."""
    bounds = np.linspace(0, 1, STEPS + 1)
    # Rounding may lead beyond 1.
    counts = [np.histogram(row.scores.clip(0, 1), bounds)[0] for row in rows]
    shares = [count / max(count.sum(), 1) for count in counts]
    for place, (row, heights) in enumerate(zip(rows, shares, strict=True)):
        bars = 0.75 * heights / max(map(max, shares))
        ax.bar(bounds[:-1], bars, 1 / STEPS, -place, align="edge", color=row.colour, edgecolor="w")
        ax.axhline(-place, color="0.7", linewidth=0.8)
        said = row.said.replace(" are ", "\nare ")
        ax.text(1.02, 0.12 - place, said, fontsize=11, linespacing=1.1)


def compared(rows: Sequence[Scores]) -> str:
    """Return a title: what trained kernels are beside the random ones that follow each."""
    far = all(
        trained.edges >= FEW and trained.edges / len(trained.scores) > 5 * random.edges / RANDOM
        for trained, random in zip(rows[::2], rows[1::2], strict=True)
    )
    if far:
        return "Trained kernels are edges far more often than random ones"
    return "How often trained and random kernels are edges"
