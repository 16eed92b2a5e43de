"""Many small pictures on one pair of axes and one colour scale.

Signed numbers have the same colours in all plots: red above zero, blue below, white at zero. The
map (matplotlib's RdBu) can be read with any common colour blindness.
"""

import math
from collections.abc import Collection, Sequence
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.font_manager import FontProperties
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from minicnn.typing import Array

SIGNED = "RdBu_r"
TILES_IN_A_ROW = 8
GAP = 0.08  # between two tiles, in tiles
LABEL = 0.28  # the same, with labels
SCREEN = (9.0, 5.6)  # inches: what tiles may cover unless more are asked for
LARGEST_TILE = 1.5  # inches
SMALLEST_TILE = 0.25  # the same, if several belong side by side: smaller ones cannot be read
LABEL_INCHES = 0.2  # above a tile
LETTERS = 8.0  # points: the size of labels, where there is room
TITLE = 10.0  # points: the size of a title above the tiles
NOTE = 7.5  # the same, of a note below them


def draw_tiles(
    ax: Axes,
    tiles: Array,
    columns: int,
    limits: tuple[float, float],
    labels: Sequence[str] | None = None,
    *,
    cmap: str = SIGNED,
    group: int = 1,
    label: float = LABEL,
    dead: Collection[int] = (),
) -> AxesImage:
    """Draw tiles (M, H, W) in rows of `columns`, each one unit wide whatever its pixels.

    All have one colour scale, between the limits; tiles (M, H, W, 3) are in colour themselves.
    Each `group` of tiles is one image, side by side, under one label, `label` high; the groups with
    the numbers in `dead` are crossed out. Returns an image, for a colour bar.
    """
    M, H, W = tiles.shape[:3]
    height, top_gap = H / W, label if labels else GAP  # a label is above its tiles
    gap = _gap(group)
    rows, across = math.ceil(M / columns), columns // group
    ax.set_xlim(-0.02, _span(across, group) + 0.02)
    ax.set_ylim(rows * (height + top_gap) - top_gap + 0.02, 0.03 - label if labels else -0.02)
    size = _font_size(ax, group, labels) if labels else 0.0
    frames = []
    for number, first in enumerate(range(0, M, group)):
        row, column = divmod(number, across)
        left, top = column * (group + gap), row * (height + top_gap)
        image = ax.imshow(
            np.concatenate(tiles[first : first + group], axis=1),  # side by side
            cmap=cmap,
            vmin=limits[0],
            vmax=limits[1],
            extent=(left, left + group, top + height, top),
            interpolation="nearest",
            origin="upper",
            aspect="equal",
        )
        frames += [Rectangle((left + place, top), 1, height) for place in range(group)]
        if number in dead:
            cross_out(ax, left, top, group, height)
        if labels:
            x, y = left + group / 2, top - 0.15 * label
            text = ax.text(x, y, labels[number], ha="center", va="bottom", fontsize=size)
            text.set_parse_math(False)
            if number in dead:
                text.set_color("0.5")
    lines = PatchCollection(frames, facecolors="none", edgecolors="0.6", linewidths=0.6)
    ax.add_collection(lines, autolim=False)
    ax.set_xlim(-0.02, _span(across, group) + 0.02)  # imshow has widened them
    ax.set_ylim(rows * (height + top_gap) - top_gap + 0.02, 0.03 - label if labels else -0.02)
    ax.set_axis_off()
    return image


def draw_tile(
    ax: Axes,
    tile: Array,
    corner: tuple[float, float],
    height: float,
    cmap: str,
    limits: tuple[float, float],
) -> AxesImage:
    """Draw one tile, 1 wide, whose upper left corner is given as (left, top)."""
    left, top = corner
    image = ax.imshow(
        tile,
        cmap=cmap,
        vmin=limits[0],
        vmax=limits[1],
        extent=(left, left + 1, top + height, top),
        interpolation="nearest",
        origin="upper",
    )
    ax.add_patch(Rectangle((left, top), 1, height, fill=False, edgecolor="0.6", linewidth=0.6))
    return image


def draw_pictures(
    ax: Axes,
    pictures: Array,
    columns: int,
    labels: Sequence[str] | None = None,
    *,
    label: float = LABEL,
    dead: Collection[int] = (),
) -> None:
    """Draw pictures (M, C, H, W) as tiles: in colour if C is 3, else the first channel in grey."""
    low, high = float(pictures.min()), float(pictures.max())
    if pictures.shape[1] == 3:
        tiles = (pictures.transpose(0, 2, 3, 1) - low) / ((high - low) or 1.0)  # (M, H, W, C)
    else:
        tiles = pictures[:, 0]
    limits = (low, high if high > low else low + 1)
    draw_tiles(ax, tiles, columns, limits, labels, cmap="gray", label=label, dead=dead)


def coloured(weights: Array, limit: float) -> Array:
    """Return weights (..., 3), of red, green and blue, as a colour from 0 to 1; grey is zero.

    Examples
    --------
    >>> coloured(np.array([-2.0, 0.0, 2.0]), limit=2.0)
    array([0. , 0.5, 1. ])
    """
    colours: Array = np.clip(0.5 + weights / (2 * limit), 0, 1)
    return colours


def one_tile(kernel: Array, limit: float) -> Array:
    """Return a kernel (C, KH, KW) as one tile: in colour if C is 3, else its strongest channel."""
    if len(kernel) == 3:
        return coloured(kernel.transpose(1, 2, 0), limit)
    strongest: Array = kernel[(kernel**2).sum(axis=(1, 2)).argmax()]
    return strongest


def scale_in_words(channels: int, limit: float) -> str:
    r"""Return how large the weights of kernels are that have no bar beside them.

    Examples
    --------
    >>> scale_in_words(1, 0.5).replace("\N{MINUS SIGN}", "-")
    'weights from -0.5 (blue) to 0.5 (red)'
    """
    low, high = f"\N{MINUS SIGN}{limit:.2g}", f"{limit:.2g}"
    if channels == 3:
        return f"each channel as its colour, from {low} (dark) to {high}; grey is zero"
    return f"weights from {low} (blue) to {high} (red)"


def cross_out(ax: Axes, left: float, top: float, width: float, height: float) -> None:
    """Cover a tile with grey, and cross it out."""
    cover = Rectangle((left, top), width, height, facecolor="0.93", linewidth=0, zorder=1.5)
    ax.add_patch(cover)
    right, bottom = left + width, top + height
    for ends in ((top, bottom), (bottom, top)):
        ax.plot([left, right], ends, color="0.75", linewidth=0.8, linestyle="-", marker="")


def largest(values: Array) -> float:
    """Return the largest absolute value, or 1 where all are zero: a scale needs two ends."""
    return float(np.abs(values).max()) or 1.0


def symmetric(values: Array) -> tuple[float, float]:
    """Return the limits of a colour scale for signed values, with zero in its middle."""
    limit = largest(values)
    return -limit, limit


def tile_axes(
    count: int,
    ratio: float,
    *,
    group: int = 1,
    lines: int = 2,
    bar: bool = False,
    room: tuple[float, float] = SCREEN,
    columns: int | None = None,
) -> tuple[Axes, int]:
    """Return the axes of a new figure, just as large as its tiles, and their number of columns.

    The labelled tiles, of height / width = `ratio`, are as large as the room (width, height) in
    inches allows. Title and note have so many `lines` together; beside the tiles is perhaps a bar.
    More than fit into it make the figure higher, so that each stays large enough to be seen.
    """
    if columns is None:
        columns = _columns(count, ratio, group, room, LABEL_INCHES)
        while columns > group > 1 and room[0] / _span(columns // group, group) < SMALLEST_TILE:
            columns -= group
    across, rows = columns // group, math.ceil(count / columns)
    unit = min(room[0] / _span(across, group), LARGEST_TILE)
    if count <= columns * fitting_rows(ratio, group, room):
        unit = min(unit, (room[1] / rows - LABEL_INCHES) / ratio)
    width = unit * _span(across, group) + 0.2 + (0.9 if bar else 0.0)
    height = rows * (unit * ratio + LABEL_INCHES) + 0.25 + 0.19 * lines
    _, ax = plt.subplots(figsize=(max(width, 5.0), max(height, 1.5)), layout="constrained")
    ax.set_anchor("W")
    return ax, columns


def fitting_rows(ratio: float, group: int = 1, room: tuple[float, float] = SCREEN) -> int:
    """Return how many rows of labelled tiles fit into a room, as many beside each other as do."""
    across = max(1, TILES_IN_A_ROW // group)
    unit = min(room[0] / _span(across, group), LARGEST_TILE)
    return max(1, int(room[1] / (unit * ratio + LABEL_INCHES) + 0.01))


def fitting_count(ratio: float, group: int = 1, room: tuple[float, float] = SCREEN) -> int:
    """Return how many groups of labelled tiles fit into a room, large enough to be seen."""
    return fitting_rows(ratio, group, room) * max(1, TILES_IN_A_ROW // group)


def fitting_columns(ax: Axes, count: int, ratio: float, group: int = 1) -> int:
    """Return in how many columns labelled tiles of height / width = `ratio` are largest on `ax`.

    A multiple of `group`, whose tiles belong side by side.
    """
    width, height = _inches(ax)
    return _columns(count, ratio, group, (width, height), LABEL_INCHES)


def label_height(ax: Axes, count: int, columns: int, ratio: float, group: int = 1) -> float:
    """Return how high a label is, in widths of a tile, above tiles that fill the axes."""
    width, height = _inches(ax)
    across, rows = columns // group, math.ceil(count / columns)
    unit = min(
        width / _span(across, group),
        max(height / rows - LABEL_INCHES, 0.1 * height / rows) / ratio,
    )
    return LABEL_INCHES / unit


def _columns(count: int, ratio: float, group: int, room: tuple[float, float], label: float) -> int:
    """Return the number of columns with which the tiles in a room are largest."""

    def largest_tile(columns: int) -> float:
        rows, across = math.ceil(count / columns), columns // group
        return min(room[0] / _span(across, group), (room[1] / rows - label) / ratio)

    return max(range(group, count + 1, group), key=largest_tile)


def _span(across: int, group: int) -> float:
    """Return how wide so many groups of tiles are together, in tiles."""
    return across * (group + _gap(group)) - _gap(group)


def _gap(group: int) -> float:
    """Return the gap between two groups of tiles, in tiles."""
    return GAP if group == 1 else 0.1 + GAP * group


def colour_bar(ax: Axes, image: AxesImage, label: str) -> None:
    """Put a colour bar beside tiles, as high as all of them together."""
    width = 9 / (72 * _inches(ax)[0])  # 9 points, in widths of the axes
    bar = ax.figure.colorbar(image, cax=ax.inset_axes((1 + width, 0.0, width, 1.0)))
    bar.set_label(label, fontsize=9)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, symmetric=image.norm.vmin != 0))
    bar.ax.tick_params(labelsize=8)
    bar.ax.grid(visible=False)


def write_around(
    ax: Axes, title: str, *notes: str, size: float = TITLE, loc: Literal["left", "center"] = "left"
) -> None:
    """Write a title above the axes, and small notes below, all in lines that fit into the figure.

    This is the last step of a picture of tiles: tiles keep their proportions, so the layout knows
    only after a first pass how much room title, notes and bar have. Without it, they are cut off at
    the rim of the figure.
    """
    _lay_out(ax)  # for the width
    title = _wrapped(title, _room(ax, math.inf), size)
    ax.set_title(title, loc=loc, fontsize=size, parse_math=False)
    if notes:
        ax.annotate(
            "\n".join(_wrapped(note, _room(ax, _inches(ax)[0]), NOTE) for note in notes),
            (0, 0),
            xycoords="axes fraction",
            xytext=(0, -4),
            textcoords="offset points",
            va="top",
            fontsize=NOTE,
            annotation_clip=False,
        )
    _lay_out(ax)


def _lay_out(ax: Axes) -> None:
    """Lay the figure out as it is so far."""
    figure = ax.get_figure(root=True)
    engine = figure.get_layout_engine() if figure else None
    if figure and engine:
        engine.execute(figure)


def _room(ax: Axes, beside_others: float) -> float:
    """Return the inches up to the right rim, of axes that are alone in their figure."""
    figure = ax.get_figure(root=True)
    if figure is None or figure.axes != [ax]:
        return beside_others
    return float(figure.get_size_inches()[0] * (1 - ax.get_position().x0))


def _wrapped(text: str, inches: float, size: float) -> str:
    """Return text in lines that are no wider, with letters of a size in points."""
    font = FontProperties(size=size)
    lines = []
    for given in text.splitlines():
        line = ""
        for word in given.split(" "):
            longer = f"{line} {word}" if line else word
            points, _, _ = text_to_path.get_text_width_height_descent(longer, font, ismath=False)
            if line and points > 72 * inches:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines)


def _inches(ax: Axes) -> tuple[float, float]:
    """Return the width and the height of axes in inches."""
    room, figure = ax.get_window_extent(), ax.get_figure(root=True)
    dpi = figure.dpi if figure else 72.0
    return float(room.width) / dpi, float(room.height) / dpi


def _font_size(ax: Axes, group: int, labels: Sequence[str]) -> float:
    """Return the size in points at which the longest label is no wider than its tiles."""
    width, height = _inches(ax)
    across, down = float(np.ptp(ax.get_xlim())), float(np.ptp(ax.get_ylim()))
    unit = min(width / abs(across), height / abs(down))
    longest = max([3, *map(len, labels)])
    return min(LETTERS, 72 * unit * group / (0.6 * longest))  # a letter: 0.6 of its height
