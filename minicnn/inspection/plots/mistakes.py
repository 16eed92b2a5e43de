"""The images that a classifier gets wrong."""

import math
from collections.abc import Sequence
from typing import overload

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.data.dataset import Dataset
from minicnn.errors import ShapeError
from minicnn.inspection.plots.answers import class_names, probabilities_of
from minicnn.inspection.plots.fonts import drawable
from minicnn.inspection.plots.picture import brightness, show_picture
from minicnn.inspection.plots.style import in_own_style
from minicnn.sequential import Sequential
from minicnn.typing import Array, Labels

IN_A_ROW = 8


@overload
def plot_mistakes(
    model: Sequential,
    data: Dataset,
    /,
    *,
    classes: Sequence[object] | None = ...,
    count: int = ...,
    axes: Sequence[Axes] | None = ...,
) -> list[Axes]: ...


@overload
def plot_mistakes(
    images: Array,
    labels: Labels,
    probabilities: Array,
    /,
    *,
    classes: Sequence[object] | None = ...,
    count: int = ...,
    axes: Sequence[Axes] | None = ...,
) -> list[Axes]: ...


@in_own_style
def plot_mistakes(
    model: Sequential | Array,
    data: Dataset | Labels,
    probabilities: Array | None = None,
    /,
    *,
    classes: Sequence[object] | None = None,
    count: int = 16,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Show the mistakes that the model was surest of, the worst first.

    Parameters
    ----------
    model, data : Sequential and Dataset
        What is judged, and the images that it is judged by. Or, instead of both:
    images : array (N, C, H, W)
        Drawn in colour if C is 3, else the first channel in grey.
    labels : array (N,)
    probabilities : array (N, K)
    classes : sequence of K names, optional
        Whatever has a text; by default those of the data or of the model, else numbers.
    count : int, default 16
        The most to show.
    axes : `count` Axes, optional

    Returns
    -------
    list of Axes
        One for each mistake that is shown; of axes that were given, those left over stay blank.
        Without a mistake, a new figure has one that says so.

    Raises
    ------
    ShapeError, DataError, ArgumentError
        If images, labels, probabilities and classes do not fit together, or `count` is below 1.
    """
    owner = "plot_mistakes"
    count = checks.whole_number(owner, "count", count)
    known: list[Sequence[object] | None] = [classes]
    if isinstance(model, Sequential):
        checks.instance(owner, "data", data, Dataset)
    if isinstance(model, Sequential) and isinstance(data, Dataset):
        images, labels = data.images, data.labels
        probabilities = probabilities_of(owner, model, images)
        known += [data.classes, model.classes]
    else:
        images, labels = model, data  # type: ignore[assignment]
    K = _check(images, labels, probabilities, classes)
    assert_probabilities: Array = probabilities  # type: ignore[assignment]
    predicted, sureness = assert_probabilities.argmax(axis=1), assert_probabilities.max(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    worst = wrong[np.argsort(-sureness[wrong], kind="stable")][:count]
    if axes is None:
        axes = _new_axes(images, len(wrong), len(worst))
    for ax in axes[len(worst) :]:
        ax.set_axis_off()
    limits = brightness(images[worst]) if len(worst) else (0.0, 1.0)
    with drawable(class_names(owner, K, *known), *axes) as names:
        for ax, sample in zip(axes, worst, strict=False):
            show_picture(ax, images[sample], limits)
            truth, guess = names[labels[sample]], names[predicted[sample]]
            ax.set_title(f"true: {truth}\nguess: {guess}\n{sureness[sample]:.1%} sure", fontsize=9)
    return list(axes)


def _check(
    images: object, labels: Labels, probabilities: object, classes: Sequence[object] | None
) -> int:
    """Return the number of classes, or raise where the arrays do not fit together."""
    owner = "plot_mistakes"
    if not isinstance(images, np.ndarray) or not isinstance(probabilities, np.ndarray):
        raise ShapeError(
            f"{owner}: expected a model and a Dataset, or images, labels and probabilities, got "
            + ", ".join(map(checks.kind_of, (images, labels, probabilities)))
        )
    fits = probabilities.ndim == 2 and len(probabilities) == len(images)
    if images.ndim != 4 or not fits or len(classes or probabilities[0]) != probabilities.shape[1]:
        raise ShapeError(
            f"{owner}: expected images (N, C, H, W) and probabilities (N, K), K classes, got "
            f"{images.shape} and {probabilities.shape}"
            + ("" if classes is None else f" for {len(classes)} classes")
        )
    checks.labels(owner, labels, len(images), probabilities.shape[1])
    return int(probabilities.shape[1])


def _new_axes(images: Array, wrong: int, shown: int) -> list[Axes]:
    """Return axes of a new figure, one for each mistake that is shown, in rows of equal length."""
    if shown == 0:
        _, ax = plt.subplots(figsize=(5.0, 1.0), layout="constrained")
        text = f"no mistake among {len(images):,} images"
        ax.text(0.5, 0.5, text, ha="center", va="center", fontsize=12, transform=ax.transAxes)
        return [ax]
    rows = math.ceil(shown / IN_A_ROW)
    columns = math.ceil(shown / rows)
    ratio = float(np.clip(images.shape[2] / images.shape[3], 0.4, 2.5))
    size = (max(1.4 * columns, 5.0), (1.3 * ratio + 0.6) * rows + 0.35)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    which = "All" if shown == wrong else f"The {shown} surest of"
    plural = "" if wrong == 1 else "s"
    figure.suptitle(f"{which} {wrong:,} mistake{plural} in {len(images):,} images", fontsize=12)
    for ax in grid.flat[shown:]:
        ax.remove()
    return list(grid.flat[:shown])
