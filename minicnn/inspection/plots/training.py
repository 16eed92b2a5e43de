"""How training went."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from minicnn.errors import DataError
from minicnn.training.history import History

TRAINING, VALIDATION = "#0072B2", "#D55E00"  # blue and vermilion, of the palette of Okabe and Ito


def plot_history(history: History, *, axes: Sequence[Axes] | None = None) -> tuple[Axes, Axes]:
    """Plot loss and accuracy against the epoch, for training and, where measured, validation.

    Parameters
    ----------
    history : History
        With at least one row.
    axes : two Axes, optional

    Returns
    -------
    (Axes, Axes)
        Those of the loss and of the accuracy.

    Raises
    ------
    DataError
        If the history is empty.
    """
    if len(history) == 0:
        raise DataError("plot_history: the history has no epochs yet")
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    left, right = axes
    for ax, column in ((left, "loss"), (right, "accuracy")):
        ax.plot(
            history["epoch"],
            history[column],
            "o-",
            color=TRAINING,
            label="training, mean over the epoch",
        )
        validation = history[f"validation_{column}"]
        if not np.isnan(validation).all():
            ax.plot(
                history["epoch"],
                validation,
                "s--",
                color=VALIDATION,
                label="validation, after the epoch",
            )
        ax.set_xlabel("epoch")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        ax.grid(alpha=0.3)
        ax.legend()
    left.set(title="Loss", ylabel="mean loss per sample")
    right.set(title="Accuracy", ylabel="share of samples classified correctly")
    right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=1))
    return left, right
