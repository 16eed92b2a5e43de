"""The probability of each class, as bars."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from minicnn.typing import Array

ANSWER, OTHER = "#0072B2", "0.7"
"""The colours of the likeliest class, a blue of the palette of Okabe and Ito, and of the others."""

MOST_BARS = 12
"""Of more classes, so many are drawn, the likeliest."""


def draw_probabilities(ax: Axes, probabilities: Array, names: Sequence[str]) -> None:
    """Draw a bar for each class, the likeliest in blue; of many classes, the likeliest in order."""
    K = len(probabilities)
    shown = np.arange(K)
    if K > MOST_BARS:
        shown = np.argsort(-probabilities, kind="stable")[:MOST_BARS]
    answer = int(probabilities.argmax())
    places = range(len(shown))
    colours = [ANSWER if k == answer else OTHER for k in shown]
    drawn = ax.barh(places, probabilities[shown], color=colours)
    ax.bar_label(drawn, [percent(p) for p in probabilities[shown]], padding=3, fontsize=9)
    ax.set_yticks(places, [names[int(k)] for k in shown], fontsize=9)
    ax.set(xlim=(0, 1.25), ylim=(len(shown) - 0.4, -0.6), xticks=[0, 0.5, 1])
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("probability", fontsize=9)
    ax.tick_params(axis="x", labelsize=8)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_bounds(0, 1)


def percent(probability: float) -> str:
    """Return a share as text; none is 0 or 1, as the softmax never is.

    Examples
    --------
    >>> percent(0.0001), percent(0.25), percent(0.99999)
    ('< 0.1%', '25.0%', '> 99.9%')
    """
    if probability < 0.0005:
        return "< 0.1%"
    return f"{probability:.1%}" if probability < 0.9995 else "> 99.9%"
