"""The pictures of pretrained_kernels.py."""

import math
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from _kernel_groups import FLAT, Bank, counted, size_in_words
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicnn import apply_kernel
from minicnn.inspection import plots
from minicnn.inspection.kinds import CLEAR, is_clear, score_as_text
from minicnn.inspection.measure import edge_scores
from minicnn.inspection.plots.shown import EDGE_SCORE, how_many_edges, strongest
from minicnn.inspection.plots.tiles import (
    SIGNED,
    draw_tile,
    largest,
    one_tile,
    scale_in_words,
    write_around,
)
from minicnn.typing import Array

BLUE, VERMILION, PURPLE, GREY = "#0072B2", "#D55E00", "#7B3294", "0.45"
MOST, COLUMNS = 64, 14  # kernels that are drawn, and those in a row
ACROSS, HEAD = 1.08, 0.33  # from one kernel to the next, and above each; a kernel is 1 wide
RANDOM, STEPS = 1000, 20  # kernels of random weights; steps in which scores are counted
FEW = 3  # edges; fewer may be chance
ALMOST_NONE = 1 / 3  # of a colour, or of an edge
ABOVE, BELOW = 1.1, -0.1  # where words stand beside shares, which lie from 0 to 1
EVERY_WAY = 45  # degrees: the widest gap between edges that lie in every direction
WIDTH, PHOTOGRAPH, PANEL, KERNEL = 12.0, 2.3, 1.48, 0.65  # inches: of the answers and their parts
MINUS = "\N{MINUS SIGN}"


def finding(bank: Bank) -> str:
    """Return what the edges among kernels of three channels have to do with colours."""
    edges, coloured, colours = bank.edges, bank.coloured, bank.groups.get("colour", [])
    if not bank.table.live.any():
        return "All kernels are dead"
    if not edges.any():
        return "No kernel is an edge"
    if both := int((edges & coloured).sum()):
        are = "is" if both == 1 else "are"
        return f"{both} of {counted('edge', int(edges.sum()))} {are} in colour"
    if max(bank.table.colour[edges].max(), bank.table.edge[colours].max(initial=0)) > ALMOST_NONE:
        return "No edge is in colour"
    also = ", and the colours have no edges" if colours else ""
    return f"The edges have almost no colour{also}"


def draw_colours(bank: Bank) -> Figure:
    """Draw each kernel as a dot: how much of an edge it is, and how much of a colour."""
    figure, ax = plt.subplots(figsize=(8, 5.2), layout="constrained")
    ax.axvline(CLEAR, color="0.5", linewidth=0.8, linestyle=":")
    ax.axhline(CLEAR, color="0.5", linewidth=0.8, linestyle=":")
    draw_quarters(ax, bank)
    ax.set(xlim=(-0.02, 1.02), ylim=(BELOW - 0.06, ABOVE + 0.06), xlabel=EDGE_SCORE)
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.set_ylabel("colour: the share in which red, green and blue differ")
    size = size_in_words(bank.kernels.shape)
    write_around(ax, f"{finding(bank)}\n{bank.name}: {size}", size=12)
    return figure


def draw_quarters(ax: Axes, bank: Bank) -> None:
    """Draw the kernels of each quarter of the picture, and write what they are where no dots are.

    The quarters are those of the two axes. Kernels of any kind may lie in one that has no edges.
    """
    edges, coloured, live = bank.edges, bank.coloured, bank.table.live
    for x, y, which, said, marker, colour in (
        (0.0, ABOVE, coloured & ~edges, "mostly colour, no edge", "s", VERMILION),
        (0.53, ABOVE, edges & coloured, "mostly colour, an edge", "D", PURPLE),
        (0.53, BELOW, edges & ~coloured, "mostly brightness, an edge", "o", BLUE),
        (0.0, BELOW, live & ~edges & ~coloured, "mostly brightness, no edge", "^", GREY),
    ):
        shares, count = (bank.table.edge[which], bank.table.colour[which]), int(which.sum())
        ax.scatter(*shares, s=36, marker=marker, color=colour, alpha=0.7, linewidths=0, zorder=3)
        words = f"{count:,}: {said}"
        ax.text(x, y, words, color=colour if count else GREY, fontsize=12, va="center")


def draw_kernels(bank: Bank) -> Figure:
    """Draw kernels of three channels in colour, a block of tiles for each group."""
    (F, _, KH, KW), limit = bank.kernels.shape, largest(bank.kernels)
    few, row = strongest(bank.table.norm, MOST), KH / KW + HEAD
    groups = {name: [f for f in all_ if f in few] for name, all_ in bank.groups.items()}
    heads = {heading(bank, name, drawn): drawn for name, drawn in groups.items() if drawn}
    columns = min(COLUMNS, max(9, *map(len, heads.values())))
    # A letter of a heading takes a ninth of a column.
    counts = [max(len(drawn), math.ceil(len(head) / 9)) for head, drawn in heads.items()]
    corners, down = blocks(counts, columns, row)
    unit = 12 / (ACROSS * COLUMNS)  # inches
    size = unit * ACROSS * columns + 0.1, unit * down + 0.8
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    ax.set_anchor("W")
    for (head, drawn), (column, top) in zip(heads.items(), corners, strict=True):
        ax.text(ACROSS * column, top - HEAD - 0.05, head, fontsize=12, va="bottom")
        for place, f in enumerate(drawn):
            down_there, right = divmod(place, columns)
            corner = ACROSS * (column + right), top + down_there * row
            draw_labelled(ax, bank, f, corner, limit)
    ax.set(xlim=(-0.02, ACROSS * columns), ylim=(down, 0), aspect="equal")
    ax.set_axis_off()
    notes = ["above each its number and its edge score", scale_in_words(3, limit)]
    if len(few) < F:
        notes.append(f"drawn: the {len(few)} strongest of {F:,}")
    said = f"{finding(bank)}\n{bank.name}: {how_many_edges(bank.table)}\n{'; '.join(notes)}"
    write_around(ax, said, size=12)
    return figure


def draw_channels(bank: Bank) -> Axes:
    """Draw kernels of any number of channels but three, with these side by side.

    Of kernels of several channels, as many as fit on a screen: more would be too small.
    """
    said = f"{bank.name}: {how_many_edges(bank.table)}"
    most = MOST if bank.kernels.shape[1] == 1 else None
    return plots.plot_kernels(bank.kernels, most=most, colour=False, title=said)


def draw_labelled(ax: Axes, bank: Bank, f: int, corner: tuple[float, float], limit: float) -> None:
    """Draw a kernel as a tile, and its number and edge score above it."""
    (KH, KW), (left, top) = bank.kernels.shape[2:], corner
    draw_tile(ax, one_tile(bank.kernels[f], limit), corner, KH / KW, SIGNED, (0, 1))
    score = score_as_text(bank.table.edge[f]) if bank.table.live[f] else "dead"
    said = f"{f} \N{MIDDLE DOT} {score}"
    ax.text(left + 0.5, top - 0.05, said, fontsize=10, ha="center", va="bottom")


def heading(bank: Bank, group: str, drawn: Sequence[int]) -> str:
    """Return what stands above a block of kernels of a group."""
    many = len(bank.groups[group])
    part = f"{len(drawn)} of " if len(drawn) < many else ""
    order = {"edge": ", by direction", "colour": ", by hue"}.get(group, "")
    kind = "flat: " if group in FLAT else ""
    return f"{kind}{part}{counted(group, many)}{order if len(drawn) > 1 else ''}"


def blocks(
    counts: Sequence[int], columns: int, row: float
) -> tuple[list[tuple[int, float]], float]:
    """Return where blocks of tiles begin, as (column, top), and how far down all of them reach.

    A row of tiles is so high. Blocks that fit beside one another stand side by side.
    """
    corners, left, top, bottom = [], 0, 0.0, 0.0
    for count in counts:
        if left + count > columns:
            left, top = 0, bottom
        corners.append((left, top + 2 * HEAD + 0.05))  # below a heading and a label
        left += count + 1
        bottom = max(bottom, top + HEAD + 0.15 + math.ceil(count / columns) * row)
    return corners, bottom


def draw_answers(bank: Bank, photograph: Array, mean: Array | None) -> Figure:
    """Draw the photograph (H, W, 3), and what edges, and kernels of one colour, make of it.

    It loses a mean first: that of VGG16's photographs (3,) for kernels of VGG16, or its own.
    """
    picture = photograph if bank.kernels.shape[1] == 3 else photograph.mean(axis=2)
    centred = picture - (picture.mean(axis=(0, 1)) if mean is None else mean)
    found = [numbers for numbers in bank.examples(6) if numbers]
    rows = found or [list(strongest(bank.table.norm, 6))]
    kernels, ratio = bank.at_norm_1, min(picture.shape[0] / picture.shape[1], 1.5)
    answers = {f: apply_kernel(centred, kernels[f], "zeros") for row in rows for f in row}  # (H, W)
    limit = float(np.quantile(abs(np.stack(list(answers.values()))), 0.98)) or 1.0
    limit = float(f"{limit:.1g}")
    high = PANEL * ratio + 1.35  # inches: a kernel with its label, and its answer
    height = 0.8 + max(len(rows) * high, PHOTOGRAPH * ratio + 0.45)
    figure = plt.figure(figsize=(WIDTH, height))
    first = panel(figure, 0.05, 1.2, PHOTOGRAPH, PHOTOGRAPH * ratio)
    first.imshow(picture, cmap="gray", vmin=0, vmax=1)
    first.set_title("the photograph", fontsize=11)
    scale = largest(kernels[list(answers)])
    for row, numbers in enumerate(rows):
        for column, f in enumerate(numbers):
            left, top = PHOTOGRAPH + 0.2 + column * (PANEL + 0.1), 1.25 + row * high
            above = panel(figure, left, top, PANEL, KERNEL)
            above.imshow(one_tile(kernels[f], scale), cmap=SIGNED, vmin=-scale, vmax=scale)
            above.set_title(textwrap.fill(f"{f}: {bank.in_words(f)}", 20), fontsize=10)
            below = panel(figure, left, top + KERNEL + 0.05, PANEL, PANEL * ratio)
            below.imshow(answers[f], cmap="gray", vmin=-limit, vmax=limit)
    whose = "its own mean" if mean is None else "the mean of VGG16's photographs"
    said = (
        f"{what_they_find(bank, found)}\n"
        f"{bank.name}; each kernel at norm 1, the photograph from 0 to 1 less {whose}\n"
        f"black: {MINUS}{limit:g} and less, the opposite of the kernel; grey: 0; "
        f"white: {limit:g} and more, like the kernel"
    )
    place = 0.05 / WIDTH, 1 - 0.06 / height
    figure.text(*place, said, va="top", fontsize=12, parse_math=False)
    return figure


def panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Return axes at a place in inches, with an even frame."""
    across, down = figure.get_size_inches()
    place = left / across, 1 - (top + height) / down, width / across, height / down
    return figure.add_axes(place, xticks=[], yticks=[])


def what_they_find(bank: Bank, found: Sequence[Sequence[int]]) -> str:
    """Return what the kernels that were chosen find in a photograph."""
    kinds = {bank.table.kind[numbers[0]] for numbers in found}
    flat = "colour" if "colour" in bank.groups else "flat"
    said = {"edge": "edge kernels find outlines", "flat": f"{flat} kernels find areas"}
    title = ", ".join(words for kind, words in said.items() if kind in kinds)
    return (title or "what the strongest kernels make of a photograph").capitalize()


def draw_orientations(bank: Bank) -> Axes:
    """Draw in which directions the edges rise."""
    angles = np.sort(bank.table.orientation[bank.edges])
    if len(angles) == 0:
        title = f"{bank.name}:\n{how_many_edges(bank.table)}"
        return plots.plot_orientations(bank.kernels, title=title)
    gap = np.diff(np.append(angles, angles[0] + 360)).max()
    said = counted("edge", len(angles)) + (", in every direction" if gap <= EVERY_WAY else "")
    return plots.plot_orientations(bank.kernels, title=f"{said}: {bank.name}")


def draw_spectra(bank: Bank) -> Axes:
    """Draw which waves edges in four directions, and flat kernels, let through."""
    edges, flat = bank.examples(4)
    if not edges and not flat:
        live = bank.table.live.any()
        title = "The waves let through by the strongest kernels" if live else "All kernels are dead"
        return plots.plot_kernel_spectrum(bank.kernels, title=f"{title}\n{bank.name}")
    one, kind = (
        "one" if edges else "One spot",
        "colour" if "colour" in bank.groups else "flat kernel",
    )
    said = {"Two spots for an edge": edges, f"{one} for a {kind}": flat}
    title = ", ".join(words for words, numbers in said.items() if numbers)
    if bank.kernels.shape[2:] == (1, 1):
        title = "Kernels of one pixel let all waves through alike"
    return plots.plot_kernel_spectrum(
        bank.at_norm_1,
        numbers=edges + flat,
        title=f"{title}\n{bank.name}; each kernel at norm 1",
    )


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
        return f"{self.edges:,} of {len(self.scores):,}"


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
    bounds = np.linspace(0, 1, STEPS + 1)
    # Rounding may lead beyond 1.
    counts = [np.histogram(row.scores.clip(0, 1), bounds)[0] for row in rows]
    shares = [count / max(count.sum(), 1) for count in counts]
    for place, (row, heights) in enumerate(zip(rows, shares, strict=True)):
        bars = 0.75 * heights / max(map(max, shares))
        ax.bar(bounds[:-1], bars, 1 / STEPS, -place, align="edge", color=row.colour, edgecolor="w")
        ax.axhline(-place, color="0.7", linewidth=0.8)
        ax.text(1.02, 0.12 - place, f"{row.said}\nare edges", fontsize=11, linespacing=1.1)
    ax.axvline(CLEAR, color="0.3", linewidth=0.8, linestyle=":")
    ax.text(CLEAR + 0.01, 0.82, f"{CLEAR}: from here on called an edge", fontsize=10)
    ax.set(xlim=(0, 1), ylim=(-len(rows) + 0.95, 1.0))
    ax.set_xlabel(f"{EDGE_SCORE}\nbars: the share of the kernels in each step of {1 / STEPS:g}")
    ax.set_yticks([0.3 - place for place in range(len(rows))])
    ax.set_yticklabels([f"{row.name}\n{row.size}" for row in rows], parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.spines[:].set_visible(False)
    trained, random = rows[::2], rows[1::2]
    far = all(
        one.edges >= FEW and one.edges / len(one.scores) > 5 * other.edges / RANDOM
        for one, other in zip(trained, random, strict=True)
    )
    title = "Trained kernels are edges far more often than random ones"
    ax.set_title(title if far else "How often trained and random kernels are edges", loc="left")
    return ax
