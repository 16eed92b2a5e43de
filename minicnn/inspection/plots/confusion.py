"""Which class is taken for which."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any, overload

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from minicnn import checks
from minicnn.data.dataset import Dataset
from minicnn.errors import DataError, ShapeError
from minicnn.inspection.plots.answers import class_names, probabilities_of
from minicnn.inspection.plots.fonts import drawable
from minicnn.inspection.plots.style import in_own_style
from minicnn.metrics import confusion_matrix
from minicnn.sequential import Sequential
from minicnn.typing import Array

MOST_NUMBERED = 25
"""Classes up to which every cell has its number; more would be too small to read."""

LOUD = 10, 0.05
"""So many mistakes, or such a share, have the full colour at least: a single one stays pale."""

TITLE = 11.0
"""The size of the title in points."""

NAMED = 3
"""How many kinds of mistakes the title names, the most frequent; of few classes, one."""

FEW = 6

SIDE = 3.2, 9.0
"""The least and the largest side of the matrix in inches."""


@overload
def plot_confusion_matrix(
    model: Sequential,
    data: Dataset,
    /,
    *,
    classes: Sequence[object] | None = ...,
    ax: Axes | None = ...,
) -> Axes: ...


@overload
def plot_confusion_matrix(
    matrix: npt.NDArray[Any],
    /,
    *,
    classes: Sequence[object] | None = ...,
    ax: Axes | None = ...,
) -> Axes: ...


@in_own_style
def plot_confusion_matrix(
    model: Sequential | npt.NDArray[Any],
    data: Dataset | None = None,
    /,
    *,
    classes: Sequence[object] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw which class was taken for which; the colour counts mistakes only.

    Numbers stand in the cells of up to 25 classes; of more, the title names the worst mistakes.

    Parameters
    ----------
    model, data : Sequential and Dataset
        What is judged, and the images that it is judged by. Or, instead of both:
    matrix : array (K, K)
        Row: the true class, column: the predicted one; see `minicnn.metrics.confusion_matrix`.
        Counts, or shares: numbers that are not whole. NaN is a row without samples.
    classes : sequence of K names, optional
        Whatever has a text; by default those of the data or of the model, else numbers.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If the matrix is not (K, K) for K classes, or model, data and classes do not fit together.
    DataError
        If a number of the matrix is negative or infinite.
    """
    matrix, known = _counted(model, data)
    names = class_names("plot_confusion_matrix", len(matrix), classes, *known)
    if ax is None:
        side = float(np.clip(0.62 * len(names), *SIDE))
        _, ax = plt.subplots(figsize=(side + 2.2, side + 1.4), layout="constrained")
    with drawable(names, ax) as texts:
        _draw(ax, matrix)
        _write_numbers(ax, matrix)
        _name_classes(ax, texts)
        room = ax.get_window_extent().width * 72 / ax.figure.dpi  # points
        lines = _summary(matrix, texts).splitlines()
        wrapped = [textwrap.fill(line, max(24, int(1.3 * room / (0.55 * TITLE)))) for line in lines]
        ax.set_title("\n".join(wrapped), fontsize=TITLE)
    return ax


def _counted(
    model: object, data: Dataset | None
) -> tuple[Array, tuple[Sequence[object] | None, ...]]:
    """Return the matrix as floats, and the names of classes that are known with it."""
    owner = "plot_confusion_matrix"
    if isinstance(model, Sequential):
        checks.instance(owner, "data", data, Dataset)
    if isinstance(model, Sequential) and isinstance(data, Dataset):
        probabilities = probabilities_of(owner, model, data.images)  # (N, K)
        checks.classes(owner, data.labels, probabilities.shape)
        K = probabilities.shape[1]
        counts = confusion_matrix(probabilities.argmax(axis=1), data.labels, K)
        return counts.astype(float), (data.classes, model.classes)
    matrix = np.asarray(model)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.dtype.kind not in "iuf":
        raise ShapeError(
            f"{owner}: expected a model and a Dataset, or a matrix (K, K) of numbers, got "
            f"{matrix.dtype} of shape {matrix.shape}"
        )
    matrix = matrix.astype(float)
    if np.isinf(matrix).any() or (matrix < 0).any():
        raise DataError(f"{owner}: expected counts or shares, got negative or infinite numbers")
    return matrix, ()


def _draw(ax: Axes, matrix: Array) -> None:
    """Colour the mistakes, and the diagonal grey.

    The diagonal outnumbers the mistakes by hundreds to one: beside it they would look blank.
    """
    K = len(matrix)
    right = np.eye(K, dtype=bool)
    mistakes = np.where(right | ~(matrix > 0), np.nan, matrix)
    counts = _are_counts(matrix)
    most = float(np.nanmax(mistakes, initial=LOUD[0] if counts else LOUD[1]))
    ax.set_facecolor("white")
    image = ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=most)
    ax.imshow(np.where(right, 1.0, np.nan), cmap="Greys", vmin=0, vmax=6)
    if K <= MOST_NUMBERED:
        ax.set_xticks(np.arange(K + 1) - 0.5, minor=True)
        ax.set_yticks(np.arange(K + 1) - 0.5, minor=True)
        ax.grid(which="minor", color="0.92", linewidth=0.8)
        ax.tick_params(which="minor", length=0)
    ax.spines[:].set_color("0.7")
    what = "mistakes" if counts else "share of mistakes"
    bar = ax.figure.colorbar(image, ax=ax, label=what, shrink=0.7)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, integer=counts))


def _are_counts(matrix: Array) -> bool:
    return bool((np.nan_to_num(matrix) % 1 == 0).all() and np.nansum(matrix) > len(matrix))


def _write_numbers(ax: Axes, matrix: Array) -> None:
    """Write the mistakes, and the whole diagonal: there a zero says something."""
    K = len(matrix)
    if K > MOST_NUMBERED:
        return
    counts = _are_counts(matrix)
    texts = {
        (truth, guess): _number(float(matrix[truth, guess]), counts)
        for truth, guess in np.ndindex(K, K)
        if (truth == guess or matrix[truth, guess] > 0) and not np.isnan(matrix[truth, guess])
    }
    size = min(11.0, _cell(ax, K) / (0.66 * max(map(len, texts.values()), default=1)))
    image = ax.images[0]
    for (truth, guess), text in texts.items():
        red, green, blue, _ = image.to_rgba(matrix[truth, guess])
        dark = truth != guess and 0.3 * red + 0.59 * green + 0.11 * blue < 0.55
        ax.text(
            guess,
            truth,
            text,
            ha="center",
            va="center",
            fontsize=size,
            color="white" if dark else "black",
            weight="bold" if truth == guess else "normal",
        )


def _number(value: float, counts: bool) -> str:
    """Return a number as text; one above zero never reads as 0."""
    if counts:
        return f"{value:,.0f}"
    if 0 < value < 0.005:
        return "<0.01"
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _cell(ax: Axes, K: int) -> float:
    """Return the side of a cell in points."""
    figure, room = ax.get_figure(root=True), ax.get_window_extent()
    points = 72 / figure.dpi if figure else 1.0
    return points * float(min(room.width, room.height)) / K


def _name_classes(ax: Axes, names: Sequence[str]) -> None:
    """Write the names beside the rows and below the columns, as large as there is room."""
    K = len(names)
    size = float(np.clip(0.85 * _cell(ax, K), 3.5, 10))
    crowded = K > MOST_NUMBERED
    step = math.ceil(K / MOST_NUMBERED)  # columns are in the order of the rows, so some will do
    ax.set_xticks(range(0, K, step), names[::step], fontsize=size)
    ax.set_yticks(range(K), names, fontsize=size)
    if max(map(len, names)) > 2:  # longer names would overlap
        for label in ax.get_xticklabels():
            label.set(rotation=90 if crowded else 45, ha="center" if crowded else "right")
            label.set_rotation_mode("default" if crowded else "anchor")
    if crowded:
        ax.tick_params(axis="y", length=0, pad=1)
    ax.set_xlabel("predicted class", fontsize=10)
    ax.set_ylabel("true class", fontsize=10)


def _summary(matrix: Array, names: Sequence[str]) -> str:
    """Return how many are right, and which mistakes come most often."""
    right, total = float(np.nansum(np.diagonal(matrix))), float(np.nansum(matrix))
    share = right / total if total else 0.0
    counts = _are_counts(matrix)
    line = f"{share:.2%} right" + (f": {right:,.0f} of {total:,.0f}" if counts else "")
    mistakes = np.nan_to_num(matrix * (1 - np.eye(len(matrix))))
    worst = np.argsort(-mistakes, axis=None, kind="stable")[: NAMED if len(names) > FEW else 1]
    most = [
        f"{names[truth]} for {names[guess]} ({_number(float(mistakes[truth, guess]), counts)})"
        for truth, guess in zip(*np.unravel_index(worst, matrix.shape), strict=True)
        if mistakes[truth, guess] > 0
    ]
    return "\n".join([line, *(["most often mistaken: " + ", ".join(most)] if most else [])])
