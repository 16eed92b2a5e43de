"""A picture of your own, what the model saw of it, and its answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from minicnn.data.pictures import read_picture
from minicnn.data.scaling import scale_picture
from minicnn.errors import ShapeError

if TYPE_CHECKING:
    from minicnn.digits.prediction import Prediction

ANSWER, OTHER = "tab:blue", "0.7"
LARGEST = 1000  # pixels of a side that are drawn


def plot_prediction(
    picture: str | Path | npt.NDArray[Any],
    prediction: "Prediction",
    *,
    classes: Sequence[object] | None = None,
    axes: Sequence[Axes] | None = None,
) -> tuple[Axes, Axes, Axes]:
    """Draw a picture as it was given, what the model saw of it, and how probable each class is.

    Parameters
    ----------
    picture : path of a file, or array
        What `minicnn.predict_image` was given.
    prediction : Prediction
        What it returned.
    classes : sequence of K names, optional
        By default the numbers of the classes.
    axes : three Axes, optional

    Returns
    -------
    (Axes, Axes, Axes)

    Raises
    ------
    ShapeError
        If there are not as many classes as probabilities, or an array is no picture.
    DataError
        If the picture cannot be read.
    """
    K = len(prediction.probabilities)
    names = [str(name) for name in (range(K) if classes is None else classes)]
    if len(names) != K:
        raise ShapeError(
            f"plot_prediction: expected a class for each of {K} probabilities, got {len(names)}"
        )
    pixels = read_picture(picture, grey=False)  # (H, W, 3)
    if axes is None:
        height = max(3.4, 0.9 + 0.24 * K)
        _, axes = plt.subplots(1, 3, figsize=(10.0, height), layout="constrained")
    given, seen, bars = axes
    H, W = pixels.shape[:2]
    shrink = min(1.0, LARGEST / max(H, W))
    shown = scale_picture(pixels, (max(1, round(H * shrink)), max(1, round(W * shrink))))
    given.imshow(shown.clip(0, 1))
    given.set_title(f"the picture: {H:,} x {W:,} pixels", fontsize=9)
    seen.imshow(prediction.seen[0], cmap="gray", vmin=0, vmax=1)
    side = " x ".join(map(str, prediction.seen[0].shape))
    seen.set_title(f"what the model saw: {side}", fontsize=9)
    for ax in (given, seen):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_color("0.8")
    colours = [ANSWER if k == prediction.label else OTHER for k in range(K)]
    drawn = bars.barh(range(K), prediction.probabilities, color=colours)
    bars.bar_label(drawn, [_percent(p) for p in prediction.probabilities], padding=3, fontsize=8)
    bars.set_yticks(range(K), names)
    bars.set(xlim=(0, 1.18), ylim=(K - 0.4, -0.6), xticks=np.linspace(0, 1, 5))
    bars.xaxis.set_major_formatter(PercentFormatter(1.0))
    bars.set_xlabel("probability", fontsize=8)
    bars.tick_params(axis="x", labelsize=7)
    bars.tick_params(axis="y", length=0)
    bars.spines[["top", "right", "left"]].set_visible(False)
    bars.spines["bottom"].set_bounds(0, 1)
    doubt = "" if prediction.sure else ", not sure"
    bars.set_title(f"its answer: {names[prediction.label]}{doubt}", fontsize=9)
    return given, seen, bars


def _percent(probability: float) -> str:
    """Return a share as text; none is 0 or 1, as the softmax never is."""
    if probability < 0.0005:
        return "< 0.1%"
    return f"{probability:.1%}" if probability < 0.9995 else "> 99.9%"
