"""Where a classifier errs."""

import math
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.typing import Array, Labels


def plot_confusion_matrix(
    matrix: npt.NDArray[np.integer[Any]], *, classes: Sequence[object], ax: Axes | None = None
) -> Axes:
    """Draw which class was taken for which; the colour counts mistakes only.

    Parameters
    ----------
    matrix : array (K, K)
        Row: the true class, column: the predicted one; see `minicnn.metrics.confusion_matrix`.
    classes : sequence of K names
        Whatever has a text: str, or numbers.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If the matrix is not (K, K) for K classes.
    """
    names = [str(name) for name in classes]
    K = len(names)
    if matrix.shape != (K, K):
        raise ShapeError(
            f"plot_confusion_matrix: expected shape {(K, K)} for {K} classes, got {matrix.shape}"
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(1.5 + 0.65 * K, 1.2 + 0.6 * K), layout="constrained")
    # The diagonal outnumbers the mistakes by hundreds to one: beside it they would look blank.
    right = np.eye(K, dtype=bool)
    mistakes = np.where(right | (matrix == 0), np.nan, matrix)
    most = max(1.0, float(np.where(right, 0, matrix).max()))
    ax.imshow(np.where(right, 1.0, np.nan), cmap="Greys", vmin=0, vmax=8)
    image = ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=most)
    for truth, guess in zip(*np.nonzero(matrix), strict=True):
        count = int(matrix[truth, guess])
        dark = truth != guess and count > 0.6 * most
        ax.text(
            guess,
            truth,
            f"{count:,}",
            ha="center",
            va="center",
            color="white" if dark else "black",
            weight="bold" if truth == guess else "normal",
        )
    ax.set_xticks(range(K), names)
    ax.set_yticks(range(K), names)
    if max(map(len, names)) > 2:  # longer names would overlap
        for label in ax.get_xticklabels():
            label.set(rotation=45, ha="right", rotation_mode="anchor")
    ax.set(
        xlabel="predicted class",
        ylabel="true class",
        title=f"Confusion matrix: {np.trace(matrix):,} of {matrix.sum():,} correct (grey)",
    )
    ax.figure.colorbar(image, ax=ax, label="mistakes", shrink=0.8)
    return ax


def plot_mistakes(
    images: Array,
    labels: Labels,
    probabilities: Array,
    *,
    classes: Sequence[object],
    count: int = 16,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Show the mistakes that the model was surest of, the worst first.

    Parameters
    ----------
    images : array (N, C, H, W)
        The first channel is shown.
    labels : array (N,)
    probabilities : array (N, K)
    classes : sequence of K names
        Whatever has a text: str, or numbers.
    count : int, default 16
        The most to show.
    axes : `count` Axes, optional

    Returns
    -------
    list of Axes
        The first of them show one mistake each; the others stay blank.

    Raises
    ------
    ShapeError, DataError, ArgumentError
        If images, labels, probabilities and classes do not fit together, or `count` is below 1.
    """
    checks.labels("plot_mistakes", labels, len(images), len(classes))
    if images.ndim != 4 or probabilities.shape != (len(images), len(classes)):
        raise ShapeError(
            "plot_mistakes: expected images (N, C, H, W) and probabilities (N, K), K classes, got "
            f"{images.shape} and {probabilities.shape} for {len(classes)} classes"
        )
    count = checks.whole_number("plot_mistakes", "count", count)
    predicted = probabilities.argmax(axis=1)
    sureness = probabilities.max(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    worst = wrong[np.argsort(-sureness[wrong], kind="stable")][:count]
    if axes is None:
        columns = min(8, count)
        rows = math.ceil(count / columns)
        figure, grid = plt.subplots(
            rows, columns, figsize=(1.4 * columns, 1.95 * rows), layout="constrained", squeeze=False
        )
        figure.suptitle("The mistakes that the model was surest of")
        axes = list(grid.ravel())
    for ax in axes:
        ax.set_axis_off()
    for ax, sample in zip(axes, worst, strict=False):
        ax.imshow(images[sample, 0], cmap="gray_r", vmin=0, vmax=1)
        ax.set_axis_on()
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_color("0.8")
        truth, guess = classes[labels[sample]], classes[predicted[sample]]
        ax.set_title(f"true: {truth}\nguess: {guess}\n{sureness[sample]:.1%} sure", fontsize=8)
    return list(axes)
