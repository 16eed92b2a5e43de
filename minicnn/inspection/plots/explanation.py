"""One output pixel of a convolution, drawn."""

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minicnn.errors import ShapeError
from minicnn.explain import PixelExplanation
from minicnn.inspection.plots.cells import show_kernel
from minicnn.inspection.plots.tiles import largest


def plot_explanation(
    explanation: PixelExplanation, *, axes: npt.NDArray[Any] | None = None
) -> list[Axes]:
    """Draw the pixels, the weights and the products that make one output value.

    One row for each input channel: pixels times weights are products, and all products and the bias
    add up to the output. Pixels in the padding are hatched. Pixels, weights and products each have
    their own colour scale.

    Parameters
    ----------
    explanation : PixelExplanation
        What `minicnn.explain.explain_pixel` returns.
    axes : array (channels, 3) of Axes, optional

    Returns
    -------
    list of Axes
        Row by row.

    Raises
    ------
    ShapeError
        If the axes are not (channels, 3).
    """
    C, KH, KW = explanation.products.shape
    if axes is None:
        width, height = 3 * (0.55 * KW + 0.9), C * (0.55 * KH + 0.75) + 1.1
        _, axes = plt.subplots(
            C, 3, figsize=(max(width, 6.0), height), layout="constrained", squeeze=False
        )
    if axes.shape != (C, 3):
        raise ShapeError(f"plot_explanation: expected axes of shape {(C, 3)}, got {axes.shape}")
    parts = {
        "pixels": explanation.pixels,
        "\N{MULTIPLICATION SIGN} weights": explanation.weights,
        "= products": explanation.products,
    }
    for column, (name, values) in enumerate(parts.items()):
        limit = largest(values)
        for channel, ax in enumerate(axes[:, column]):
            show_kernel(values[channel], limit=limit, ax=ax)
            of = f" of channel {explanation.channels[channel]}" if column == 0 else ""
            ax.set_title(name + of, fontsize=9)
    for ax in axes[:, 0]:
        _tell_places(ax, explanation)
    axes[-1, 0].set_xlabel("column", fontsize=7)
    _tell_sum(axes.ravel(), explanation)
    return list(axes.ravel())


def _tell_places(ax: Axes, explanation: PixelExplanation) -> None:
    """Write the rows and columns of the picture beside the pixels, and hatch the padding."""
    KH, KW = explanation.inside.shape
    ax.set_xticks(range(KW), map(str, explanation.columns), minor=True, fontsize=7)
    ax.set_yticks(range(KH), map(str, explanation.rows), minor=True, fontsize=7)
    ax.tick_params(which="minor", length=0, labelbottom=True, labelleft=True)
    ax.set_ylabel("row", fontsize=7)
    for row, column in np.argwhere(~explanation.inside):
        corner = (column - 0.5, row - 0.5)
        ax.add_patch(
            Rectangle(corner, 1, 1, fill=False, hatch="////", edgecolor="0.7", linewidth=0)
        )


def _tell_sum(axes: Sequence[Axes] | npt.NDArray[Any], explanation: PixelExplanation) -> None:
    """Write the title above everything, and the sum below it."""
    figure = axes[0].get_figure(root=True)
    if figure is None:  # the axes were removed from their figure
        return
    width = int(14 * figure.get_figwidth())  # characters of this size in a line
    figure.suptitle(textwrap.fill(explanation.title, width), fontsize=9)
    total, bias = float(explanation.products.sum()), explanation.bias
    figure.supxlabel(
        f"sum of the products {total:.4g} + bias {bias:.4g} = output {explanation.value:.4g}",
        fontsize=10,
    )
