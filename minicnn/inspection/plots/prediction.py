"""A picture of your own, what the model saw of it, and its answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy.typing as npt
from matplotlib.axes import Axes

from minicnn.data.pictures import read_picture
from minicnn.data.scaling import scale_picture
from minicnn.errors import ShapeError
from minicnn.inspection.plots.answers import class_names
from minicnn.inspection.plots.bars import MOST_BARS, draw_probabilities
from minicnn.inspection.plots.fonts import drawable
from minicnn.inspection.plots.picture import show_picture
from minicnn.inspection.plots.style import in_own_style

if TYPE_CHECKING:
    from minicnn.digits.prediction import Prediction

LARGEST = 1000  # pixels of a side that are drawn


@in_own_style
def plot_prediction(
    prediction: "Prediction",
    picture: str | Path | npt.NDArray[Any] | None = None,
    *,
    classes: Sequence[object] | None = None,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw a picture as it was given, what the model saw of it, and how probable each class is.

    Parameters
    ----------
    prediction : Prediction
        What `minicnn.predict_image` returned.
    picture : path of a file, or array, optional
        What it was given; by default the picture that the prediction remembers. Without either,
        it is left out.
    classes : sequence of K names, optional
        By default those of the model, else numbers.
    axes : Axes, optional
        Three, or two without a picture.

    Returns
    -------
    list of Axes

    Raises
    ------
    ShapeError
        If there are not as many classes as probabilities, an array is no picture, or there are
        more or fewer axes.
    DataError
        If the picture cannot be read.
    """
    owner, K = "plot_prediction", len(prediction.probabilities)
    names = class_names(owner, K, classes, prediction.classes)
    picture = prediction.picture if picture is None else picture
    panels = 2 if picture is None else 3
    pixels = None if picture is None else read_picture(picture, grey=False)  # (H, W, 3)
    if axes is None:
        size = (3.4 * panels, max(3.4, 0.9 + 0.24 * min(K, MOST_BARS)))
        axes = list(plt.subplots(1, panels, figsize=size, layout="constrained")[1])
    if len(axes) != panels:
        raise ShapeError(f"{owner}: expected {panels} axes, got {len(axes)}")
    if pixels is not None:
        _draw_given(axes[0], pixels)
    seen, bars = axes[-2:]
    show_picture(seen, prediction.seen)
    sides = " x ".join(map(str, prediction.seen[0].shape))
    seen.set_title(f"what the model saw: {sides}", fontsize=10)
    with drawable(names, bars) as texts:
        draw_probabilities(bars, prediction.probabilities, texts)
        doubt = "" if prediction.sure else ", not sure"
        bars.set_title(f"its answer: {texts[prediction.label]}{doubt}", fontsize=10)
    return list(axes)


def _draw_given(ax: Axes, pixels: npt.NDArray[Any]) -> None:
    """Draw a picture (H, W, 3), a large one at most 1,000 pixels high and wide."""
    H, W = pixels.shape[:2]
    shrink = min(1.0, LARGEST / max(H, W))
    shown = scale_picture(pixels, (max(1, round(H * shrink)), max(1, round(W * shrink))))
    show_picture(ax, shown.clip(0, 1).transpose(2, 0, 1))
    ax.set_title(f"the picture: {H:,} x {W:,} pixels", fontsize=10)
