"""The pictures of pretrained_kernels.py that show what kernels are."""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from _kernel_groups import FLAT, Bank, counted, size_in_words
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicnn.inspection import plots
from minicnn.inspection.kinds import CLEAR, score_as_text
from minicnn.inspection.plots.shown import EDGE_SCORE, how_many_edges, strongest
from minicnn.inspection.plots.tiles import (
    SIGNED,
    draw_tile,
    largest,
    one_tile,
    scale_in_words,
    write_around,
)

BLUE, VERMILION, PURPLE, GREY = "#0072B2", "#D55E00", "#7B3294", "0.45"
MOST, COLUMNS = 64, 14  # kernels that are drawn, and those in a row
ACROSS, HEAD = 1.08, 0.33  # from one kernel to the next, and above each; a kernel is 1 wide
ALMOST_NONE = 1 / 3  # of a colour, or of an edge
ABOVE, BELOW = 1.1, -0.1  # where words stand beside shares, which lie from 0 to 1
EVERY_WAY = 45  # degrees: the widest gap between edges that lie in every direction


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
    F, limit, few = len(bank.kernels), largest(bank.kernels), strongest(bank.table.norm, MOST)
    groups = {name: [f for f in all_ if f in few] for name, all_ in bank.groups.items()}
    heads = {heading(bank, name, drawn): drawn for name, drawn in groups.items() if drawn}
    figure, ax = plt.subplots(layout="constrained")
    figure.set_size_inches(draw_blocks(ax, bank, heads, limit))
    notes = ["above each its number and its edge score", scale_in_words(3, limit)]
    if len(few) < F:
        notes.append(f"drawn: the {len(few)} strongest of {F:,}")
    said = f"{finding(bank)}\n{bank.name}: {how_many_edges(bank.table)}\n{'; '.join(notes)}"
    write_around(ax, said, size=12)
    return figure


def draw_blocks(
    ax: Axes, bank: Bank, heads: dict[str, list[int]], limit: float
) -> tuple[float, float]:
    """Draw the kernels below each heading as a block; return the size in inches that they need."""
    columns = min(COLUMNS, max(9, *map(len, heads.values())))
    row = bank.kernels.shape[2] / bank.kernels.shape[3] + HEAD
    # A letter of a heading takes a ninth of a column.
    counts = [max(len(drawn), math.ceil(len(head) / 9)) for head, drawn in heads.items()]
    corners, down = blocks(counts, columns, row)
    for (head, drawn), (column, top) in zip(heads.items(), corners, strict=True):
        ax.text(ACROSS * column, top - HEAD - 0.05, head, fontsize=12, va="bottom")
        for place, f in enumerate(drawn):
            below, right = divmod(place, columns)
            corner = ACROSS * (column + right), top + below * row
            draw_labelled(ax, bank, f, corner, limit)
    ax.set(xlim=(-0.02, ACROSS * columns), ylim=(down, 0), aspect="equal", anchor="W")
    ax.set_axis_off()
    unit = 12 / (ACROSS * COLUMNS)  # inches
    return unit * ACROSS * columns + 0.1, unit * down + 0.8


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
    one = "one" if edges else "One spot"
    kind = "colour" if "colour" in bank.groups else "flat kernel"
    said = {"Two spots for an edge": edges, f"{one} for a {kind}": flat}
    title = ", ".join(words for words, numbers in said.items() if numbers)
    if bank.kernels.shape[2:] == (1, 1):
        title = "Kernels of one pixel let all waves through alike"
    return plots.plot_kernel_spectrum(
        bank.at_norm_1,
        numbers=edges + flat,
        title=f"{title}\n{bank.name}; each kernel at norm 1",
    )
