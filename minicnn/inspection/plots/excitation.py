"""What excites units, as pictures."""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.inspection.excitation import Maximum, TopPatches
from minicnn.inspection.measure import measure_kernels
from minicnn.inspection.plots.shown import EDGE_NOTE, kernel_label
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import (
    SCREEN,
    SIGNED,
    draw_pictures,
    draw_tile,
    fitting_columns,
    label_height,
    largest,
    one_tile,
    tile_axes,
    write_around,
)

MOST_UNITS = 12
"""Rows of patches that are drawn unless more are asked for."""

PATCHES = 1.35  # where the patches of a row begin: behind the kernel, which is 1 wide, and a gap
STEP = 1.04  # from one patch to the next
SPACE = 0.45  # between two rows side by side
HEAD = 0.34  # for what stands above each tile


@in_own_style
def plot_top_patches(
    found: Sequence[TopPatches] | TopPatches, *, most: int = MOST_UNITS, ax: Axes | None = None
) -> Axes:
    """Draw the patches that excite units most: a row for each unit, behind its kernel.

    Parameters
    ----------
    found : TopPatches, or a sequence of them with patches of one number and size
        What `minicnn.inspection.top_patches` returns.
    most : int, default 12
        How many units to draw at most: the first.
    ax : Axes, optional

    Returns
    -------
    Axes
        The images of a row are the kernel, if there is one, of several channels the strongest, or
        three as red, green and blue, and then the patches, the strongest answer first, with the
        answers of the unit above them. A dead unit has no patches.

    Raises
    ------
    ShapeError
        If there is nothing to draw, or the patches are not all (P, C, H, W) of one shape.
    """
    rows = [found] if isinstance(found, TopPatches) else list(found)
    shapes = {row.patches.shape for row in rows}
    if len(shapes) != 1 or len(next(iter(shapes))) != 4:
        raise ShapeError(
            "plot_top_patches: expected patches of one shape (P, C, H, W) for all units, got "
            f"{sorted(shapes)}"
        )
    units = len(rows)
    rows = rows[: checks.whole_number("plot_top_patches", "most", most)]
    P, _, H, W = rows[0].patches.shape
    kernels = [row.kernel for row in rows if row.kernel is not None]
    blocks = 1 if len(rows) < 4 else 2  # rows side by side
    lines = math.ceil(len(rows) / blocks)
    wide, height = PATCHES + STEP * P + SPACE, H / W + HEAD
    if ax is None:
        unit = SCREEN[0] / (2 * wide)  # inches, whatever there is to draw
        size = unit * blocks * wide + 0.2, unit * lines * height + (0.8 if kernels else 0.6)
        _, ax = plt.subplots(figsize=(max(size[0], 5.5), size[1]), layout="constrained")
        ax.set_anchor("W")
    limit = max(map(largest, kernels), default=1.0)
    pictures = np.stack([row.patches for row in rows])
    low, high = float(pictures.min()), float(pictures.max())
    view = {"xlim": (-0.05, blocks * wide - SPACE), "ylim": (lines * height - 0.02, -0.02)}
    ax.set(**view, aspect="equal")
    unit = _unit(ax)
    for index, row in enumerate(rows):
        block, line = divmod(index, lines)
        corner = block * wide, line * height + HEAD - 0.04
        _draw_row(ax, row, corner, (low, high if high > low else low + 1), limit, unit)
    ax.set(**view)  # imshow has changed it
    ax.set_axis_off()
    first = f", the first {len(rows)} of {units} units" if units > len(rows) else ""
    title = (
        f"where each kernel of {rows[0].layer} answers most{first}\n"
        "kernel, then patches of images, each with the answer; the strongest on the left"
    )
    write_around(ax, title, *([EDGE_NOTE] if kernels else []))
    return ax


def _unit(ax: Axes) -> float:
    """Return how many points a tile is wide."""
    room, figure = ax.get_window_extent(), ax.get_figure(root=True)
    points = 72 / figure.dpi if figure else 1.0
    across, down = abs(np.ptp(ax.get_xlim())), abs(np.ptp(ax.get_ylim()))
    return float(points * min(room.width / across, room.height / down))


def _draw_row(
    ax: Axes,
    row: TopPatches,
    corner: tuple[float, float],
    limits: tuple[float, float],
    limit: float,
    unit: float,
) -> None:
    """Draw a kernel and its patches; a tile is 1 wide, and `unit` points."""
    left, top = corner
    label = _label(row)
    size = min(8.0, unit * 1.25 / (0.6 * len(label)))
    H, W = row.patches.shape[2:]
    colour = "0.5" if not row.live else None
    _write(ax, label, left + 0.5, top, size, colour)
    if row.kernel is not None:
        tile = one_tile(row.kernel, limit)
        draw_tile(ax, tile, (left, top), min(H / W, 1.0), SIGNED, (-limit, limit))
    if not row.live:
        ax.text(
            left + PATCHES,
            top + H / W / 2,
            "dead: answers to nothing",
            va="center",
            fontsize=8,
            color="0.5",
        )
        return
    for place, (patch, answer) in enumerate(zip(row.patches, row.activations, strict=True)):
        if len(patch) == 3:
            drawn = (patch.transpose(1, 2, 0) - limits[0]) / (limits[1] - limits[0])
        else:
            drawn = patch[0]
        x = left + PATCHES + STEP * place
        draw_tile(ax, drawn, (x, top), H / W, "gray", limits)
        said = f"{answer:#.2g}" if abs(answer) < 10 else f"{answer:.0f}"
        said = said.replace("-", "\N{MINUS SIGN}")
        _write(ax, said, x + 0.5, top, min(8.0, unit / 3), colour)


def _label(row: TopPatches | Maximum) -> str:
    """Return what stands above a unit: as for all kernels, where it has one."""
    if row.kernel is None:
        return f"unit {row.unit}" if row.live else f"{row.unit}: dead"
    edge = float(measure_kernels(row.kernel[np.newaxis]).edge[0])
    return kernel_label(row.unit, edge, live=row.live)


def _write(ax: Axes, text: str, x: float, y: float, size: float, colour: str | None) -> None:
    said = ax.text(x, y - 0.03, text, ha="center", va="bottom", fontsize=size)
    if colour:
        said.set_color(colour)


@in_own_style
def plot_maxima(
    made: Sequence[Maximum] | Maximum,
    *,
    labels: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the images that gradient ascent made for units.

    Parameters
    ----------
    made : Maximum, or a sequence of them with patches of one shape
        What `minicnn.inspection.maximize` returned for each.
    labels : sequence of str, optional
        One for each, such as the names of classes; by default the units' numbers and edge scores.
    ax : Axes, optional

    Returns
    -------
    Axes
        Dead kernels are crossed out.

    Raises
    ------
    ShapeError
        If there is nothing to draw, the patches differ in shape, or the number of labels differs.
    """
    several = [made] if isinstance(made, Maximum) else list(made)
    patches = [one.patch for one in several]
    shapes = {np.shape(patch) for patch in patches}
    given = labels is not None
    labels = [_label(one) for one in several] if labels is None else labels
    if len(shapes) != 1 or len(next(iter(shapes))) != 3 or len(labels) != len(patches):
        raise ShapeError(
            "plot_maxima: expected patches of one shape (C, H, W) and a label for each, got "
            f"{len(labels)} labels and shapes {sorted(shapes)}"
        )
    count, (_, H, W) = len(patches), np.shape(patches[0])
    if ax is None:
        ax, _ = tile_axes(count, H / W)
    columns = fitting_columns(ax, count, H / W)
    dead = [index for index, one in enumerate(several) if not one.live]
    draw_pictures(
        ax,
        np.stack(patches),
        columns,
        labels,
        label=label_height(ax, count, columns, H / W),
        dead=dead,
    )
    what = "class" if given else "kernel" if several[0].kernel is not None else "unit"
    title = (
        f"the image that excites each {what} most: {several[0].layer}\n"
        "made by gradient ascent from grey"
    )
    write_around(ax, title, *([EDGE_NOTE] if what == "kernel" else []))
    return ax
