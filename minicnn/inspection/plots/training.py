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
    """Plot loss and accuracy against the epoch, for training and validation, as far as measured.

    Parameters
    ----------
    history : History
        With at least one row. Columns that it lacks are not drawn; without the epochs' numbers, its
        rows count as 1, 2, 3 ...
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
    epochs = _measured(history, "epoch") or list(range(1, len(history) + 1))
    for ax, column in ((left, "loss"), (right, "accuracy")):
        if training := _measured(history, column):
            label = "training, mean over the epoch"
            ax.plot(epochs, training, "o-", color=TRAINING, label=label)
        if validation := _measured(history, f"validation_{column}"):
            label = "validation, after the epoch"
            ax.plot(epochs, validation, "s--", color=VALIDATION, label=label)
        ax.set_xlabel("epoch")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        ax.grid(alpha=0.3)
        if training or validation:
            ax.legend()
    left.set(title="Loss", ylabel="mean loss per sample")
    right.set(title="Accuracy", ylabel="share of samples classified correctly")
    right.yaxis.set_major_formatter(PercentFormatter(1.0))
    return left, right


def _measured(history: History, column: str) -> list[float]:
    """Return a column, or nothing where no epoch has a number there."""
    values = history[column] if column in history.columns else []
    return [] if np.isnan(values).all() else values
