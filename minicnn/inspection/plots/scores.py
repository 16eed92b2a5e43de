"""Edge scores: how they developed, and which way the edges lie."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from minicnn.inspection.kinds import CLEAR, is_clear, score_as_text
from minicnn.inspection.plots.shown import EDGE_NOTE, Shown, how_many_edges, kernel_label, strongest
from minicnn.inspection.plots.steps import stretch
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import (
    SIGNED,
    largest,
    one_tile,
    scale_in_words,
    write_around,
)
from minicnn.inspection.plots.training import TRAINING, VALIDATION
from minicnn.layers import Layer
from minicnn.typing import Array

if TYPE_CHECKING:
    from minicnn.inspection.film.recording import Recording

RING = 1.42  # how far from the middle the kernels of `plot_orientations` are; its circle has 1
FEW_AROUND, MOST_AROUND = 10, 16
"""Kernels with room for their scores, and kernels with room for themselves."""


@in_own_style
def plot_score_history(recording: "Recording", *, ax: Axes | None = None) -> Axes:
    """Plot how the edge scores developed: their median, and what most of the kernels have.

    Early steps are given more room, as in a film. Dead kernels are left out.

    Parameters
    ----------
    recording : Recording
    ax : Axes, optional

    Returns
    -------
    Axes
        The last line is the median. Two bands show where the middle half of the live kernels are,
        and where all are.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
    scores = np.where(recording.live, recording.edge, np.nan)  # (T, F)
    scores[~recording.live.any(axis=1)] = 0.0  # all dead, as the median has it
    low, quarter, three, high = np.nanquantile(scores, (0.0, 0.25, 0.75, 1.0), axis=1)
    steps, median = recording.steps, recording.median_edge
    if scores.shape[1] > 1:
        ax.fill_between(steps, low, high, color=TRAINING, alpha=0.12, linewidth=0)
        ax.fill_between(steps, quarter, three, color=TRAINING, alpha=0.3, linewidth=0)
    ax.axhline(CLEAR, color="0.5", linewidth=0.8, linestyle=":")
    ax.plot(steps, median, color=TRAINING, linewidth=2.5, linestyle="-", marker="")
    stretch(ax, recording.final_step)
    ends = {"highest": high[-1], "median": median[-1], "lowest": low[-1]}
    _name_ends(ax, ends if scores.shape[1] > 1 else {"median": median[-1]})
    ax.set_ylim(0, 1)
    ax.set_xlabel("steps of training, the early ones wider apart", fontsize=9)
    ax.set_ylabel(f"edge score, {CLEAR} or more: an edge", fontsize=9)
    F = recording.edge.shape[1]
    ax.set_title(
        f"the median edge score of {F:,} kernels goes from {score_as_text(median[0])} to "
        f"{score_as_text(median[-1])}\n"
        f"{recording.title}; bands: the middle half of the live kernels, and all of them",
        fontsize=10,
        loc="left",
        parse_math=False,
    )
    return ax


def _name_ends(ax: Axes, ends: dict[str, float]) -> None:
    """Write names beside the right ends of lines, apart from each other."""
    places = _apart(np.array([*ends.values()][::-1]), 0.055)[::-1]
    for (name, value), y in zip(ends.items(), places, strict=True):
        ax.annotate(
            f"{name} {score_as_text(value)}",
            (1.01, y),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=9,
            weight="bold" if name == "median" else "normal",
            color=TRAINING,
            annotation_clip=False,
        )


def _apart(values: Array, least: float) -> Array:
    """Move increasing values so that two neighbours are at least so far apart."""
    values = values.copy()
    for _ in range(100):
        short = np.maximum(least - np.diff(values), 0) / 2
        values[:-1] -= short
        values[1:] += short
    return values


@in_own_style
def plot_orientations(
    kernels: Layer | npt.ArrayLike,
    layer: int | None = None,
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw in which direction each edge rises: the kernels round a circle, each at its direction.

    Angles are as on the screen: to the right is 0 degrees, down is 90. In its direction the weights
    of a kernel rise, from blue to red. The line in its direction is as long as its edge score, from
    0 in the middle to 1 at the circle; a dot at its end belongs to a kernel that is drawn.

    Parameters
    ----------
    kernels : Sequential, Layer, array (F, C, KH, KW), or (F, KH, KW) with one channel
        Those of the kind "edge" are drawn, as `minicnn.inspection.measure_kernels` has it; of
        several channels, the strongest; three as red, green and blue, with grey for zero. Of more
        than 16 edges, all have a line, and the 16 with the largest edge scores are drawn.
    layer : int, optional
        The index of the layer in a model; by default the first that has kernels.
    title : str, optional
        By default it says how many are edges.
    ax : Axes, optional

    Returns
    -------
    Axes
        With a line and an image for each edge.

    Raises
    ------
    ShapeError, DataError
        If there are no kernels (F, C, KH, KW) of finite numbers.
    """
    shown = Shown.of("plot_orientations", kernels, layer)
    edges = np.flatnonzero([kind == "edge" for kind in shown.table.kind])
    if ax is None:
        size = (6.0, 6.5) if len(edges) else (5.0, 1.2)
        _, ax = plt.subplots(figsize=size, layout="constrained")
    ax.set_axis_off()
    title = how_many_edges(shown.table, shown.name) if title is None else title
    if len(edges) == 0:
        said = "only edges have a direction to draw"
        ax.text(0.5, 0.5, said, transform=ax.transAxes, ha="center", va="center", fontsize=10)
        ax.set_title(title, fontsize=10, parse_math=False)
        return ax
    room = RING + 0.42
    ax.set(xlim=(-room, room), ylim=(room, -room), aspect="equal")  # y points downwards
    table = shown.table
    few = edges[list(strongest(table.edge[edges], MOST_AROUND))]
    _circles(ax)
    for f in edges:
        x, y = _towards(table.orientation[f], table.edge[f])
        ax.plot([0, x], [0, y], color=VALIDATION, linewidth=1.8, linestyle="-", marker="")
    drawn = shown.only(tuple(few.tolist()))
    limit = largest(drawn.kernels)
    _around(ax, drawn, limit)
    title += f"\n{_how_to_read(drawn, len(edges))}"
    notes = scale_in_words(drawn.kernels.shape[1], limit), EDGE_NOTE
    write_around(ax, title, *notes, loc="center")
    return ax


def _how_to_read(drawn: Shown, edges: int) -> str:
    """Return what the lines and the kernels are."""
    C, few = drawn.kernels.shape[1], len(drawn.numbers)
    kernels = "the kernels" if few == edges else f"the {few} with the largest edge scores"
    if C not in (1, 3):
        kernels += ", of each its strongest channel"
    rise = f"which rise from {'dark to light' if C == 3 else 'blue to red'}"
    if is_clear(drawn.table.colour[list(drawn.numbers)]).any():
        rise = "in which the strongest of red, green and blue rises"
    return (
        "a line for each edge: the way its weights rise, as long as its edge score;\n"
        f"the inner circle is a score of {CLEAR}, the outer one of 1;\n"
        f"around them {kernels}, {rise}"
    )


def _circles(ax: Axes) -> None:
    """Draw circles for edge scores of 0.5 and 1, and name four directions.

    The title says what the circles are: between lines that may go anywhere is no place for words.
    """
    paper = {"facecolor": ax.get_facecolor(), "linewidth": 0, "pad": 1}
    for score in (CLEAR, 1.0):
        ax.add_patch(Circle((0, 0), score, fill=False, edgecolor="0.75", linewidth=0.8))
    for angle, name in ((0, "right 0"), (90, "down 90"), (180, "left 180"), (-90, "up -90")):
        x, y = _towards(angle, 1.0)
        ax.plot([0.96 * x, 1.04 * x], [0.96 * y, 1.04 * y], color="0.6", linewidth=1.0)
        x, y = _towards(angle, 1.1)
        said = f"{name}\N{DEGREE SIGN}".replace("-", "\N{MINUS SIGN}")
        turn = 0 if abs(angle) == 90 else 90
        text = ax.text(x, y, said, fontsize=8, color="0.5", ha="center", va="center")
        text.set(rotation=turn, bbox=paper)


def _around(ax: Axes, shown: Shown, limit: float) -> None:
    """Draw kernels round the circle, in their directions as far as they do not overlap.

    A dot at the end of a line says that its kernel is drawn.
    """
    angles, scores = (
        values[list(shown.numbers)] for values in (shown.table.orientation, shown.table.edge)
    )
    side = min(0.46, 2 * np.pi * RING / (1.45 * len(angles)))
    order = np.argsort(angles)
    places = np.empty_like(angles)
    places[order] = _apart_on_a_circle(angles[order], 2 * np.degrees(np.arcsin(0.72 * side / RING)))
    for number, kernel, angle, score, place in zip(
        shown.numbers, shown.kernels, angles, scores, places, strict=True
    ):
        x, y = _towards(place, RING)
        end = _towards(angle, score)
        ax.plot([end[0], x], [end[1], y], color="0.7", linewidth=0.7, linestyle="-", marker="")
        ax.add_patch(Circle(end, 0.022, color=VALIDATION, linewidth=0, zorder=3))
        _thumbnail(ax, kernel, (x, y), side, limit)
        _, KH, KW = kernel.shape
        edge = 1 if y > 0.01 else -1  # a label is on the side of the kernel that its line is not
        y += edge * (side * KH / max(KH, KW) / 2 + 0.02)
        said = kernel_label(number, score, live=True) if len(angles) <= FEW_AROUND else str(number)
        ax.text(x, y, said, fontsize=7, ha="center", va="top" if edge > 0 else "bottom")
    ax.autoscale(enable=False)


def _thumbnail(
    ax: Axes, kernel: Array, middle: tuple[float, float], side: float, limit: float
) -> None:
    """Draw a kernel (C, KH, KW) as one tile."""
    tile = one_tile(kernel, limit)
    KH, KW = tile.shape[:2]
    height, width = side * KH / max(KH, KW) / 2, side * KW / max(KH, KW) / 2
    x, y = middle
    limits = ax.get_xlim(), ax.get_ylim()
    ax.imshow(
        tile,
        cmap=SIGNED,
        vmin=-limit,
        vmax=limit,
        extent=(x - width, x + width, y + height, y - height),
        interpolation="nearest",
        origin="upper",
        zorder=3,
    )
    ax.set(xlim=limits[0], ylim=limits[1])
    corner = (x - width, y - height)
    frame = Rectangle(corner, 2 * width, 2 * height, fill=False, edgecolor="0.5", zorder=4)
    frame.set_linewidth(0.7)
    ax.add_patch(frame)


def _towards(angle: float, distance: float) -> tuple[float, float]:
    """Return the point so far from the middle in a direction in degrees, clockwise."""
    return distance * float(np.cos(np.deg2rad(angle))), distance * float(np.sin(np.deg2rad(angle)))


def _apart_on_a_circle(angles: Array, least: float) -> Array:
    """Move increasing angles, in degrees, so that neighbours are at least so far apart."""
    least = min(least, 360 / len(angles))
    angles = angles.copy()
    for _ in range(300):
        gaps = np.diff(np.append(angles, angles[0] + 360))
        short = np.maximum(least - gaps, 0) / 2
        angles += np.roll(short, 1) - short
    return angles
