"""Pictures as files."""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from minicnn.errors import ArgumentError
from minicnn.saving.atomic import atomic_write


def save_figure(ax: Axes, path: str | Path, dpi: float = 150) -> Path:
    """Write the whole figure that `ax` is on to a file, whole or not at all, and close it.

    Parameters
    ----------
    ax : Axes
        Any of the figure's axes.
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
        If matplotlib knows no format with that ending.
    """
    path = Path(path)
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ArgumentError("save_figure: these axes are on no figure")
    known = figure.canvas.get_supported_filetypes()
    ending = path.suffix.removeprefix(".").lower()
    if ending not in known:
        raise ArgumentError(f"{path}: expected an ending among {', '.join(known)}, got {ending!r}")
    with atomic_write(path) as file:
        figure.savefig(file, format=ending, dpi=dpi)
    plt.close(figure)
    return path
