"""Edge scores: how they developed, and which way the edges lie."""

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.projections import PolarAxes

from minicnn.errors import ArgumentError
from minicnn.inspection.measure import KernelTable
from minicnn.inspection.plots.training import TRAINING, VALIDATION

if TYPE_CHECKING:
    from minicnn.inspection.film.recording import Recording

SECTORS = 16
ANGLES = [f"{angle}\N{DEGREE SIGN}" for angle in (0, 45, 90, 135, 180, -135, -90, -45)]


def plot_score_history(recording: "Recording", *, ax: Axes | None = None) -> Axes:
    """Plot the edge score of every kernel, and the median of the live ones, against the steps.

    Parameters
    ----------
    recording : Recording
    ax : Axes, optional

    Returns
    -------
    Axes
        A line for each kernel, interrupted where it is dead; the last one is the median.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    scores = np.where(recording.live, recording.edge, np.nan)  # (T, F)
    for f, score in enumerate(scores.T):
        label = "each live kernel" if f == 0 else None
        ax.plot(recording.steps, score, color="0.7", linewidth=1, label=label)
    ax.plot(recording.steps, recording.median_edge, color=TRAINING, linewidth=2.5, label="median")
    first, last = recording.median_edge[[0, -1]]
    ax.set(xlabel="steps of training", ylabel="edge score", ylim=(0, 1))
    ax.set_title(
        f"median edge score from {first:.2f} to {last:.2f}\n{recording.title}",
        fontsize=10,
        wrap=True,
    )
    ax.xaxis.set_major_formatter(lambda step, _: f"{step:,.0f}")
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def plot_orientations(table: KernelTable, *, ax: Axes | None = None) -> Axes:
    """Draw which way edges rise: a polar histogram, and a line for each kernel.

    Angles are as on the screen: to the right is 0 degrees, down is 90. The length of a sector is
    the number of kernels in it. The length of a line is the edge score of a kernel, from 0 in the
    middle to 1 at the rim.

    Parameters
    ----------
    table : KernelTable
        What `minicnn.inspection.measure_kernels` returns; kernels of the kind "edge" are drawn.
    ax : Axes, optional
        With the projection "polar".

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If the axes are not polar.
    """
    if ax is None:
        _, ax = plt.subplots(
            figsize=(5, 5), layout="constrained", subplot_kw={"projection": "polar"}
        )
    if not isinstance(ax, PolarAxes):
        raise ArgumentError(
            "plot_orientations: expected axes with the projection 'polar', got "
            f"{type(ax).__name__}; plt.subplot(projection='polar') makes such"
        )
    edges = np.array([kind == "edge" for kind in table.kind])
    angles, scores = np.deg2rad(table.orientation[edges]), table.edge[edges]
    width = 2 * np.pi / SECTORS
    # The sectors have 0, 22.5, 45 ... degrees in their middles.
    sectors = np.round(angles / width).astype(int) % SECTORS
    counts = np.bincount(sectors, minlength=SECTORS)
    most = max(1, int(counts.max()))
    ax.bar(np.arange(SECTORS) * width, counts / most, width, color=TRAINING, alpha=0.35)
    for angle, score in zip(angles, scores, strict=True):
        ax.plot([angle, angle], [0, score], color=VALIDATION, linewidth=1.5)
    ax.set_theta_direction(-1)  # as on the screen, where y points downwards
    ax.set_thetagrids([0, 45, 90, 135, 180, 225, 270, 315], labels=ANGLES)
    ax.set_ylim(0, 1)
    ax.set_yticks([0.5, 1], ["", ""])
    ax.tick_params(labelsize=8)
    ax.set_title(
        f"directions in which edges rise: {edges.sum()} of {len(table)} kernels\n"
        f"sectors: how many (rim: {most}); lines: edge scores (rim: 1)",
        fontsize=9,
    )
    return ax
