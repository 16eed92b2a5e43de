"""How training went."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from minicnn.errors import DataError, ShapeError
from minicnn.inspection.plots.style import in_own_style
from minicnn.training.history import History
from minicnn.typing import Array

TRAINING, VALIDATION = "#0072B2", "#D55E00"  # blue and vermilion, of the palette of Okabe and Ito

LEAST_SPAN = 4.0
"""How many times the lowest number of an axis the highest is at least: noise is not a slope."""


@in_own_style
def plot_history(history: History, *, axes: Sequence[Axes] | None = None) -> list[Axes]:
    """Plot the loss and the share of errors against the epoch, as far as they were measured.

    Both fall by a factor an epoch, not by a difference, so their axes are logarithmic: the first
    epochs do not squeeze the rest. An axis with a zero or a negative number is not.

    Parameters
    ----------
    history : History
        With at least one row. Columns that it lacks are not drawn; without the epochs' numbers, its
        rows count as 1, 2, 3 ...
    axes : two Axes, optional
        One that has nothing to show stays blank.

    Returns
    -------
    list of Axes
        That of the loss, then that of the errors; on a new figure, of what was measured alone.

    Raises
    ------
    DataError
        If the history is empty, or has neither a loss nor an accuracy.
    ShapeError
        If the axes are not two.
    """
    if len(history) == 0:
        raise DataError("plot_history: the history has no epochs yet")
    measured = [column for column in ("loss", "accuracy") if _curves(history, column)]
    if not measured:
        raise DataError("plot_history: the history has neither a loss nor an accuracy")
    if axes is not None and len(axes) != 2:
        raise ShapeError(f"plot_history: expected two axes, got {len(axes)}")
    if axes is None:
        size = (5.2 * len(measured), 4.0)
        _, grid = plt.subplots(1, len(measured), figsize=size, layout="constrained", squeeze=False)
        drawn = dict(zip(measured, grid[0], strict=True))
    else:
        drawn = dict(zip(("loss", "accuracy"), axes, strict=True))
    for column, ax in drawn.items():
        if column in measured:
            _draw(ax, history, column)
        else:
            ax.set_axis_off()
    return list(drawn.values())


def _draw(ax: Axes, history: History, column: str) -> None:
    """Draw the curves of a column, errors where it is the accuracy, and say where they end."""
    epochs = _measured(history, "epoch") or list(range(1, len(history) + 1))
    curves = _curves(history, column)
    for label, values in curves.items():
        training = label.startswith("training")
        colour, line = (TRAINING, "o-") if training else (VALIDATION, "s--")
        ax.plot(epochs, values, line, color=colour, label=label)
    ax.set_xlabel("epoch", fontsize=10)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.grid(visible=True, alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(fontsize=9)
    label, values = list(curves.items())[-1]
    last = [value for value in values if not np.isnan(value)][-1]
    which = label.partition(",")[0]
    if column == "loss":
        ax.set_title(f"Loss: {last:.3g} in {which} at the end", fontsize=11)
        ax.set_ylabel("mean loss per sample", fontsize=10)
    else:
        ax.set_title(f"Errors: {last:.3g}% of the {which} samples at the end", fontsize=11)
        ax.set_ylabel("wrongly classified, % of the samples", fontsize=10)
    _scale(ax, np.concatenate(list(curves.values())))


def _scale(ax: Axes, values: Array) -> None:
    """Choose a logarithmic axis where no number is zero or negative, with plain numbers on it."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if low <= 0:
        ax.set_ylim(bottom=0 if low == 0 else None)
        return
    ax.set_yscale("log")
    ax.set_ylim(min(low / 1.2, high / LEAST_SPAN), high * 1.2)
    steps = (1, 2, 5) if high / low < 100 else (1, 3) if high / low < 1000 else (1,)
    ax.yaxis.set_major_locator(LogLocator(subs=steps))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())


def _curves(history: History, column: str) -> dict[str, list[float]]:
    """Return what was measured of a column, by its label; of the accuracy, the errors in %."""
    found = {
        "training, mean over the epoch": _measured(history, column),
        "validation, after the epoch": _measured(history, f"validation_{column}"),
    }
    if column == "accuracy":
        found = {label: [100 * (1 - it) for it in values] for label, values in found.items()}
    return {label: values for label, values in found.items() if values}


def _measured(history: History, column: str) -> list[float]:
    """Return a column, or nothing where no epoch has a number there."""
    values = history[column] if column in history.columns else []
    return [] if np.isnan(values).all() else values
