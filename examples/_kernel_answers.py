"""What kernels make of a photograph: one of the pictures of pretrained_kernels.py."""

import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from _kernel_groups import Bank
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicnn import apply_kernel
from minicnn.inspection.plots.shown import strongest
from minicnn.inspection.plots.tiles import SIGNED, largest, one_tile
from minicnn.typing import Array

WIDEST, NARROWEST = 12.0, 8.0  # inches: the figure, and what its title needs
PHOTOGRAPH, KERNEL, HIGHEST = 2.3, 0.65, 1.5  # inches; and height / width of a picture, at most
LETTERS = 11.5  # of a title, in an inch
MOST = 6  # kernels in a row
MINUS = "\N{MINUS SIGN}"


def draw_answers(bank: Bank, photograph: Array, mean: Array | None) -> Figure:
    """Draw the photograph (H, W, 3), and what edges, and kernels of one colour, make of it.

    It loses a mean first: that of VGG16's photographs (3,) for kernels of VGG16, or its own.
    """
    picture = photograph if bank.kernels.shape[1] == 3 else photograph.mean(axis=2)
    centred = picture - (picture.mean(axis=(0, 1)) if mean is None else mean)
    found = [numbers for numbers in bank.examples(MOST) if numbers]
    rows = found or [list(strongest(bank.table.norm, MOST))]
    kernels = bank.at_norm_1
    answers = [[apply_kernel(centred, kernels[f], "zeros") for f in row] for row in rows]
    limit, scale = limit_of(answers), max(largest(kernels[row]) for row in rows)
    page = Page(rows, picture, heading(bank, found, limit, mean))
    for row, numbers in enumerate(rows):
        for column, f in enumerate(numbers):
            tile, said = one_tile(kernels[f], scale), f"{f}: {bank.in_words(f)}"
            page.draw_kernel(row, column, tile, scale, said)
            page.draw_answer(row, column, answers[row][column], limit)
    return page.figure


def limit_of(answers: Sequence[Sequence[Array]]) -> float:
    """Return the answer that is drawn as white, one for all rows of answers (H, W).

    Two in a hundred are stronger in the row whose answers are weakest. So a photograph of strong
    colours does not make the edges grey.
    """
    limits = [float(np.quantile(abs(np.stack(row)), 0.98)) for row in answers]
    return float(f"{min(filter(None, limits), default=1.0):.1g}")


def heading(
    bank: Bank, found: Sequence[Sequence[int]], limit: float, mean: Array | None
) -> list[str]:
    """Return the title, and what the picture shows on which scale."""
    kinds = {bank.table.kind[numbers[0]] for numbers in found}
    flat = "colour" if "colour" in bank.groups else "flat"
    said = {"edge": "edge kernels find outlines", "flat": f"{flat} kernels find areas"}
    title = ", ".join(words for kind, words in said.items() if kind in kinds)
    whose = "its own mean" if mean is None else "the mean of VGG16's photographs"
    black = f"black: {MINUS}{limit:g} and less, the opposite of the kernel"
    return [
        (title or "what the strongest kernels make of a photograph").capitalize(),
        f"{bank.name}; each kernel at norm 1, the photograph from 0 to 1 less {whose}",
        f"{black}; grey: 0; white: {limit:g} and more, like the kernel",
    ]


class Page:
    """A figure with a photograph, and beside it rows of kernels, each above its answer.

    It is as wide as the longest row needs. All sizes are inches.
    """

    def __init__(self, rows: Sequence[Sequence[int]], picture: Array, heading: list[str]) -> None:
        columns, beside = max(map(len, rows)), PHOTOGRAPH + 0.2
        self.ratio = min(picture.shape[0] / picture.shape[1], HIGHEST)
        self.side = min(PHOTOGRAPH, (WIDEST - beside) / columns - 0.1)  # the width of an answer
        self.row = self.side * self.ratio + 1.35  # with its kernel and their label
        width = max(NARROWEST, beside + columns * (self.side + 0.1))
        lines = [line for said in heading for line in textwrap.wrap(said, int(LETTERS * width))]
        self.top = 0.2 * len(lines) + 0.65  # of the first kernels
        height = self.top - 0.45 + max(len(rows) * self.row, PHOTOGRAPH * self.ratio + 0.45)
        self.figure = plt.figure(figsize=(width, height))
        place = 0.05 / width, 1 - 0.06 / height
        self.figure.text(*place, "\n".join(lines), va="top", fontsize=12, parse_math=False)
        first = self.panel(0.05, self.top - 0.05, PHOTOGRAPH, PHOTOGRAPH * self.ratio)
        first.imshow(picture, cmap="gray", vmin=0, vmax=1)
        first.set_title("the photograph", fontsize=11)

    def draw_kernel(self, row: int, column: int, tile: Array, scale: float, said: str) -> None:
        """Draw a kernel as a tile, with what it is above it."""
        ax = self.panel(*self.corner(row, column), self.side, KERNEL)
        ax.imshow(tile, cmap=SIGNED, vmin=-scale, vmax=scale)
        ax.set_title(textwrap.fill(said, int(13.5 * self.side)), fontsize=10)

    def draw_answer(self, row: int, column: int, answer: Array, limit: float) -> None:
        """Draw the answer (H, W) below its kernel."""
        left, top = self.corner(row, column)
        ax = self.panel(left, top + KERNEL + 0.05, self.side, self.side * self.ratio)
        ax.imshow(answer, cmap="gray", vmin=-limit, vmax=limit)

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """Return the left and the upper side of a kernel's panel."""
        return PHOTOGRAPH + 0.2 + column * (self.side + 0.1), self.top + row * self.row

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return axes at a place, with an even frame."""
        across, down = self.figure.get_size_inches()
        place = left / across, 1 - (top + height) / down, width / across, height / down
        return self.figure.add_axes(place, xticks=[], yticks=[])
