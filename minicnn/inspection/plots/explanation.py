"""One output pixel of a convolution, drawn."""

import textwrap
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.explain import PixelExplanation
from minicnn.inspection.plots.cells import draw_cells, numbers_as_text, write_numbers
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import SIGNED, largest
from minicnn.typing import Array, Labels

MARK = "#E69F00"
"""The colour of what marks the place in the picture, orange of the palette of Okabe and Ito."""

COLUMNS = 4
"""The picture, the pixels, the weights, the products."""


@in_own_style
def plot_explanation(
    explanation: PixelExplanation, *, channels: int = 4, axes: npt.NDArray[Any] | None = None
) -> list[Axes]:
    """Draw the pixels, the weights and the products that make one output value.

    One row for each input channel: its place in the picture, then pixels times weights are
    products, and all products and the bias add up to the output. Pixels in the padding are hatched.
    Pixels, weights and products each have their own colour scale; pixels without a negative one are
    grey, as in a picture.

    Parameters
    ----------
    explanation : PixelExplanation
        What `minicnn.explain.explain_pixel` returns.
    channels : int, default 4
        The most to draw: those whose products add or subtract most.
    axes : array (rows, 4) of Axes, optional
        A row for each channel that is drawn.

    Returns
    -------
    list of Axes
        Row by row.

    Raises
    ------
    ShapeError
        If the axes are of another shape.
    """
    sums = explanation.products.sum(axis=(1, 2))  # (C/groups,)
    channels = checks.whole_number("plot_explanation", "channels", channels)
    chosen = np.sort(np.argsort(-abs(sums), kind="stable")[:channels])
    rows, (_, KH, KW) = len(chosen), explanation.products.shape
    if axes is None:
        # High enough that the width decides how large the cells are: only then does the layout
        # leave room for what stands below them.
        width, height = 3 * max(0.5 * KW, 1.5) + 3.2, rows * max(0.5 * KH + 0.6, 2.3) + 0.6
        _, axes = plt.subplots(
            rows, COLUMNS, figsize=(width, height), layout="constrained", squeeze=False
        )
    if axes.shape != (rows, COLUMNS):
        raise ShapeError(
            f"plot_explanation: expected axes of shape {(rows, COLUMNS)}, got {axes.shape}"
        )
    for ax, channel in zip(axes[:, 0], chosen, strict=True):
        _mark_place(ax, explanation, int(channel))
    _draw_numbers(axes[:, 1:], explanation, chosen)
    for ax in axes[:, 1]:
        _tell_places(ax, explanation)
    axes[-1, 1].set_xlabel("column", fontsize=8)
    _tell_sum(axes[0, 0], explanation, chosen)
    return list(axes.ravel())


def _mark_place(ax: Axes, explanation: PixelExplanation, channel: int) -> None:
    """Draw the channel as a picture, and mark the window in it."""
    picture = explanation.picture[channel]  # (H, W)
    ax.imshow(picture, **_scale(explanation.picture))
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(color="0.6", linewidth=0.6)
    (top, bottom), (left, right) = (
        (places[0] - 0.5, places[-1] + 0.5) for places in (explanation.rows, explanation.columns)
    )
    window = Rectangle(
        (left, top), right - left, bottom - top, fill=False, edgecolor=MARK, linewidth=1.5
    )
    ax.add_patch(window)
    if bottom - top < 0.1 * picture.shape[0]:  # too small to be found
        middle = (left + right) / 2, (top + bottom) / 2
        ax.plot(*middle, "o", markersize=16, fillstyle="none", color=MARK, markeredgewidth=2)
    ax.set(xlim=(min(-0.5, left), max(picture.shape[1] - 0.5, right)))
    ax.set(ylim=(max(picture.shape[0] - 0.5, bottom), min(-0.5, top)))
    several = len(explanation.channels) > 1
    ax.set_title(f"channel {explanation.channels[channel]}" if several else "picture", fontsize=10)


def _scale(values: Array) -> dict[str, Any]:
    """Return the colours of a picture: grey, or around zero where it has negative numbers."""
    limit = largest(values)
    if values.min() < 0:
        return {"cmap": SIGNED, "vmin": -limit, "vmax": limit}
    return {"cmap": "gray", "vmin": 0.0, "vmax": max(limit, 1.0)}


def _draw_numbers(axes: npt.NDArray[Any], explanation: PixelExplanation, chosen: Labels) -> None:
    """Draw pixels, weights and products as cells with their numbers."""
    parts = {
        "pixels": (explanation.pixels, _scale(explanation.picture)),
        "\N{MULTIPLICATION SIGN} weights": (explanation.weights, None),
        "= products": (explanation.products, None),
    }
    for column, (name, (values, scale)) in enumerate(parts.items()):
        limit = largest(values)
        scale = scale or {"cmap": SIGNED, "vmin": -limit, "vmax": limit}
        for ax, channel in zip(axes[:, column], chosen, strict=True):
            limits = scale["vmin"], scale["vmax"]
            cells = draw_cells(ax, values[channel], limits, cmap=scale["cmap"])
            KH, KW = values[channel].shape
            ax.set(xlim=(-0.55, KW - 0.45), ylim=(KH - 0.45, -0.55))
            write_numbers(ax, cells, numbers_as_text(values[channel]))
            ax.set_title(name, fontsize=10)


def _tell_places(ax: Axes, explanation: PixelExplanation) -> None:
    """Write the rows and columns of the picture beside the pixels, and hatch the padding."""
    KH, KW = explanation.inside.shape
    ax.set_xticks(range(KW), map(str, explanation.columns), minor=True, fontsize=7)
    ax.set_yticks(range(KH), map(str, explanation.rows), minor=True, fontsize=7)
    ax.tick_params(which="minor", length=0, labelbottom=True, labelleft=True)
    ax.set_ylabel("row", fontsize=8)
    for row, column in np.argwhere(~explanation.inside):
        corner = (column - 0.5, row - 0.5)
        ax.add_patch(
            Rectangle(corner, 1, 1, fill=False, hatch="////", edgecolor="0.7", linewidth=0)
        )


def _tell_sum(ax: Axes, explanation: PixelExplanation, chosen: Labels) -> None:
    """Write the title above everything, and the sum below it."""
    figure = ax.get_figure(root=True)
    if figure is None:  # the axes were removed from their figure
        return
    (_, row, column), count = explanation.place, explanation.products.size
    width = int(11 * figure.get_figwidth())  # characters of this size in a line
    title = (
        f"One answer of filter {explanation.place[0]}, at row {row}, column {column}: the sum of "
        f"{count:,} product{'' if count == 1 else 's'}{' and a bias' if explanation.bias else ''}"
    )
    figure.suptitle(textwrap.fill(title, width), fontsize=11)
    total, shown = (float(it.sum()) for it in (explanation.products, explanation.products[chosen]))
    parts = [("sum of the products", total)]
    left_out = len(explanation.channels) - len(chosen)
    if left_out:
        parts = [("these products", shown), (f"those of {left_out} more channels", total - shown)]
    parts.append(("bias", explanation.bias))
    line = " + ".join(f"{name} {_number(value)}" for name, value in parts)
    line += f" = answer {_number(explanation.value)}"
    figure.supxlabel(textwrap.fill(line, width), fontsize=11)


def _number(value: float) -> str:
    text = f"{abs(value):.4g}"
    return f"(\N{MINUS SIGN}{text})" if value < 0 and float(text) else text
