"""Which pixels a decision depends on, drawn beside the image."""

from collections.abc import Sequence
from typing import NamedTuple, overload

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from minicnn.errors import ShapeError
from minicnn.inspection.attribution import occlusion, saliency
from minicnn.inspection.plots.answers import (
    class_names,
    class_number,
    one_image,
    probabilities_of,
)
from minicnn.inspection.plots.fonts import drawable
from minicnn.inspection.plots.picture import show_picture
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import SIGNED, symmetric
from minicnn.sequential import Sequential
from minicnn.typing import Array

RED, BLUE = "#b2182b", "#2166ac"
"""The colours of words about the two ends of the colour scale: its own, dark enough to read."""


class Words(NamedTuple):
    """What a map is of, where `{}` is the score; what red and blue say; and the unit."""

    title: str
    red: str
    blue: str
    unit: str


SALIENCY = Words(
    "which pixels move {}",
    "red: brighter here raises it",
    "blue: brighter here lowers it",
    "change of the score\nper unit of brightness",
)
OCCLUSION = Words(
    "which places {} depends on",
    "red: covered here, it falls",
    "blue: covered here, it rises",
    "loss of score",
)


@overload
def plot_saliency(
    model: Sequential,
    image: Array,
    /,
    *,
    label: object = ...,
    classes: Sequence[object] | None = ...,
    axes: Sequence[Axes] | None = ...,
) -> tuple[Axes, Axes]: ...


@overload
def plot_saliency(
    image: Array,
    gradient: Array,
    /,
    *,
    label: object = ...,
    classes: Sequence[object] | None = ...,
    axes: Sequence[Axes] | None = ...,
) -> tuple[Axes, Axes]: ...


@in_own_style
def plot_saliency(
    model: Sequential | Array,
    image: Array,
    /,
    *,
    label: object = None,
    classes: Sequence[object] | None = None,
    axes: Sequence[Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw an image, and how each pixel moves the score of a class.

    Parameters
    ----------
    model, image : Sequential and array (C, H, W)
        What answers, and what it is asked. Or, instead of both:
    image, gradient : arrays (C, H, W)
        The second is what `minicnn.inspection.saliency` returns for the first; channels are added.
    label : int or str, optional
        The class whose score it is; by default the one that the model predicts. Beside arrays, it
        is written in the title alone.
    classes : sequence of K names, optional
        By default those of the model, else numbers.
    axes : two Axes, optional

    Returns
    -------
    (Axes, Axes)

    Raises
    ------
    ShapeError, ArgumentError
        If the image does not fit the model or the gradient, or the label is no class.
    """
    owner = "plot_saliency"
    name: str | None
    if isinstance(model, Sequential):
        picture = one_image(owner, image)
        number, name = _class(owner, model, picture, label, classes)
        gradient = saliency(model, picture[np.newaxis], np.array([number]))[0]
    else:
        picture, gradient, name = model, image, _name(label, classes)
        if np.ndim(picture) != 3 or np.shape(picture) != np.shape(gradient):
            raise ShapeError(
                f"{owner}: expected a model and an image, or an image and a gradient of one shape "
                f"(C, H, W), got {np.shape(picture)} and {np.shape(gradient)}"
            )
    return _beside(picture, gradient.sum(axis=0), SALIENCY, name, axes)


@overload
def plot_occlusion(
    model: Sequential,
    image: Array,
    /,
    *,
    label: object = ...,
    classes: Sequence[object] | None = ...,
    size: int = ...,
    axes: Sequence[Axes] | None = ...,
) -> tuple[Axes, Axes]: ...


@overload
def plot_occlusion(
    image: Array,
    drop: Array,
    /,
    *,
    label: object = ...,
    classes: Sequence[object] | None = ...,
    axes: Sequence[Axes] | None = ...,
) -> tuple[Axes, Axes]: ...


@in_own_style
def plot_occlusion(
    model: Sequential | Array,
    image: Array,
    /,
    *,
    label: object = None,
    classes: Sequence[object] | None = None,
    size: int = 5,
    axes: Sequence[Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw an image, and how much of the score of a class is lost with each place covered.

    Parameters
    ----------
    model, image : Sequential and array (C, H, W)
        What answers, and what it is asked. Or, instead of both:
    image, drop : arrays (C, H, W) and (H, W)
        The second is what `minicnn.inspection.occlusion` returns for the first.
    label : int or str, optional
        The class whose score it is; by default the one that the model predicts. Beside arrays, it
        is written in the title alone.
    classes : sequence of K names, optional
        By default those of the model, else numbers.
    size : int, default 5
        The side in pixels of the square that covers the image, where a model is given.
    axes : two Axes, optional

    Returns
    -------
    (Axes, Axes)

    Raises
    ------
    ShapeError, ArgumentError
        If the image does not fit the model or the map, or the label is no class.
    """
    owner = "plot_occlusion"
    name: str | None
    if isinstance(model, Sequential):
        picture = one_image(owner, image)
        number, name = _class(owner, model, picture, label, classes)
        drop = occlusion(model, picture, number, size=size)
    else:
        picture, drop, name = model, image, _name(label, classes)
        if np.ndim(picture) != 3 or np.shape(picture)[1:] != np.shape(drop):
            raise ShapeError(
                f"{owner}: expected a model and an image, or an image (C, H, W) and a map (H, W), "
                f"got {np.shape(picture)} and {np.shape(drop)}"
            )
    return _beside(picture, drop, OCCLUSION, name, axes)


def _class(
    owner: str,
    model: Sequential,
    image: Array,
    label: object,
    classes: Sequence[object] | None,
) -> tuple[int, str]:
    """Return the number and the name of the class that is asked for, or is predicted."""
    probabilities = probabilities_of(owner, model, image[np.newaxis])[0]  # (K,)
    names = class_names(owner, len(probabilities), classes, model.classes)
    number = int(probabilities.argmax()) if label is None else class_number(owner, label, names)
    return number, names[number]


def _name(label: object, classes: Sequence[object] | None) -> str | None:
    """Return the name of a class that is written beside arrays, if it is known."""
    if label is None or isinstance(label, str) or classes is None:
        return None if label is None else str(label)
    names = [str(name) for name in classes]
    return names[class_number("label", label, names)]


def _beside(
    image: Array, values: Array, words: Words, name: str | None, axes: Sequence[Axes] | None
) -> tuple[Axes, Axes]:
    """Draw the image on the left and a signed map on the right, with words for its colours."""
    if axes is None:
        ratio = float(np.clip(image.shape[1] / image.shape[2], 0.4, 2.5))
        _, axes = plt.subplots(1, 2, figsize=(7.6, 3.1 * ratio + 0.9), layout="constrained")
    left, right = axes
    show_picture(left, image)
    left.set_title("the image", fontsize=11)
    low, high = symmetric(values)
    drawn = right.imshow(values, cmap=SIGNED, vmin=low, vmax=high)
    right.set(xticks=[], yticks=[])
    right.spines[:].set(color="0.6", linewidth=0.6)
    with drawable([] if name is None else [name], right) as texts:
        score = f"the score of {texts[0]!s}" if texts else "the score"
        right.set_title(words.title.format(score), fontsize=11)
    for line, (text, colour) in enumerate(((words.red, RED), (words.blue, BLUE))):
        right.annotate(
            text,
            (0.5, 0),
            (0, -4 - 13 * line),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=10,
            color=colour,
        )
    bar = right.figure.colorbar(drawn, ax=right, shrink=0.8)
    bar.set_label(words.unit, fontsize=9)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, symmetric=True))
    bar.ax.tick_params(labelsize=8)
    return left, right
