"""Pictures as files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicnn.errors import ArgumentError
from minicnn.saving.atomic import atomic_write


def save_figure(
    axes: Axes | Iterable[Axes] | npt.NDArray[Any] | Figure, path: str | Path, dpi: float = 150
) -> Path:
    """Write the whole figure that `axes` are on to a file, whole or not at all, and close it.

    Parameters
    ----------
    axes : Axes, several Axes, or Figure
        What any plot here returns: any of the figure's axes.
    path : str or Path
        The ending decides the format: .png, .pdf, .svg ...; missing folders are created.
    dpi : float, default 150
        Pixels per inch.

    Returns
    -------
    Path

    Raises
    ------
    ArgumentError
        If matplotlib knows no format with that ending, or the axes are none, or on several figures.
    """
    path = Path(path)
    figure = _figure(axes)
    known = figure.canvas.get_supported_filetypes()
    ending = path.suffix.removeprefix(".").lower()
    if ending not in known:
        raise ArgumentError(f"{path}: expected an ending among {', '.join(known)}, got {ending!r}")
    with atomic_write(path) as file:
        figure.savefig(file, format=ending, dpi=dpi)
    plt.close(figure)
    return path


def _figure(axes: object) -> Figure:
    """Return the one figure that axes are on."""
    if isinstance(axes, Figure):
        return axes
    if isinstance(axes, np.ndarray):
        axes = axes.flat
    several = list(axes) if isinstance(axes, Iterable) else [axes]
    on = [ax for ax in several if isinstance(ax, Axes)]
    if not on or len(on) < len(several):
        raise ArgumentError(
            "save_figure: expected axes that a plot was drawn on, several of them, or a figure, "
            f"got {axes!r:.200}"
        )
    figures = {ax.get_figure(root=True) for ax in on}
    figure = figures.pop()
    if figures:
        raise ArgumentError("save_figure: expected the axes of one figure, got those of several")
    if figure is None:
        raise ArgumentError("save_figure: these axes are on no figure")
    return figure
