"""Which waves kernels answer to."""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.inspection.plots.shown import EDGE_NOTE, Shown
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import (
    NOTE,
    SCREEN,
    SIGNED,
    colour_bar,
    cross_out,
    draw_tile,
    largest,
    one_tile,
    scale_in_words,
    write_around,
)
from minicnn.layers import Layer
from minicnn.typing import Array

FINENESS = 64
"""Frequencies along each axis of a spectrum."""

ACROSS = 4  # kernels in a row, each with its spectrum
BESIDE = 1.32  # from the left of a kernel to its spectrum, which is 1 wide, as the kernel is
WIDE = 2.72  # from one kernel to the next
HEAD, HIGH = 0.24, 1.48  # above a kernel, for its label; from one row to the next
MOST = 12


@in_own_style
def plot_kernel_spectrum(
    kernels: Layer | npt.ArrayLike,
    layer: int | None = None,
    *,
    most: int = MOST,
    numbers: Sequence[int] | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how strongly each kernel answers to waves of every direction and frequency.

    This is the amplitude of the Fourier transform of each kernel: how many times as high as a wave
    of the input the wave of the output is. All kernels are on one scale, so weak ones are dark. The
    middle of a square stands for a constant picture, its rim for waves of half a cycle per pixel,
    which are 2 pixels long. A blur is one spot in the middle; an edge detector is two spots beside
    it, in the direction across the edge.

    With several channels, a square holds for waves whose channels are as strong, against each
    other, as those of the kernel at that frequency. So a kernel of blue against red has a spot in
    the middle: it lets an even blue through, and no even grey.

    Parameters
    ----------
    kernels : Sequential, Layer, array (F, C, KH, KW), or (F, KH, KW) with one channel
        For several channels, the root of their summed power is drawn, beside the strongest; three
        are drawn as red, green and blue, with grey for zero.
    layer : int, optional
        The index of the layer in a model; by default the first that has kernels.
    most : int, default 12
        How many kernels to draw at most, those with the largest norms. More make the figure higher.
    numbers : sequence of int, optional
        Which kernels to draw, in this order, instead of the strongest.
    title : str, optional
        By default it says of what the spectra are.
    ax : Axes, optional

    Returns
    -------
    Axes
        With two images for each kernel: its weights, and its spectrum of 64 x 64 frequencies, or
        more if the kernel is larger.

    Raises
    ------
    ShapeError, DataError
        If there are no kernels (F, C, KH, KW) of finite numbers.
    ArgumentError
        If there is no such layer or kernel.
    """
    owner = "plot_kernel_spectrum"
    shown = Shown.of(owner, kernels, layer)
    shown = shown.choose(owner, numbers, checks.whole_number(owner, "most", most))
    S = len(shown.kernels)
    across = min(S, 3 if S in (5, 6) else ACROSS)
    rows = math.ceil(S / across)
    title = f"the waves let through by the {shown.counted}" if title is None else title
    title = "; ".join(filter(None, [title, shown.chosen])) + _how_to_read(shown)
    view = {"xlim": (-0.03, across * WIDE - 0.37), "ylim": (rows * HIGH - 0.08, -0.03)}
    if ax is None:
        unit = SCREEN[0] / (max(across, 3) * WIDE)  # inches
        words = 0.17 * (title.count("\n") + 1) + 0.5
        size = unit * across * WIDE + 0.9, unit * rows * HIGH + words
        _, ax = plt.subplots(figsize=(max(size[0], 6.0), size[1]), layout="constrained")
        ax.set_anchor("W")
    ax.set(**view, aspect="equal")
    spectra = np.stack([_amplitudes(kernel) for kernel in shown.kernels])
    limits = largest(shown.kernels), largest(spectra)
    for index, spectrum in enumerate(spectra):
        row, column = divmod(index, across)
        _draw_pair(ax, shown, index, spectrum, (column * WIDE, row * HIGH + HEAD), limits)
    ax.set(**view)  # imshow has changed it
    ax.set_axis_off()
    colour_bar(ax, ax.images[1], "amplitude out / in")
    write_around(ax, title, scale_in_words(shown.kernels.shape[1], limits[0]), EDGE_NOTE)
    return ax


def _how_to_read(shown: Shown) -> str:
    """Return two more lines of the title, on what a spectrum is."""
    C = shown.kernels.shape[1]
    kernel = "each kernel" if C in (1, 3) else "each kernel's strongest channel"
    even = {1: "an even picture", 3: "an even picture in the kernel's own colours"}.get(
        C, "an even picture whose channels are weighed as the kernel's"
    )
    return (
        f"\nbeside {kernel}: how high waves come out, by cycles per pixel across and down"
        f"\nmiddle: {even}; rim: waves of 2 pixels"
    )


def _draw_pair(
    ax: Axes,
    shown: Shown,
    index: int,
    spectrum: Array,
    corner: tuple[float, float],
    limits: tuple[float, float],
) -> None:
    """Draw a kernel and its spectrum, each with the end of its colour scale in `limits`."""
    left, top = corner
    tile = one_tile(shown.kernels[index], limits[0])
    height = min(tile.shape[0] / tile.shape[1], 1.0)
    draw_tile(ax, tile, corner, height, SIGNED, (-limits[0], limits[0]))
    draw_tile(ax, spectrum, (left + BESIDE, top), 1, "cividis", (0, limits[1]))
    label = ax.text(left, top - 0.04, shown.labels[index], fontsize=8, va="bottom")
    if index == 0:
        _mark_frequencies(ax, left + BESIDE, top, len(spectrum))
    if not shown.live[index]:
        label.set_color("0.5")
        cross_out(ax, left, top, 1, height)
        cross_out(ax, left + BESIDE, top, 1, 1)


def _mark_frequencies(ax: Axes, left: float, top: float, size: int) -> None:
    """Write frequencies, in cycles per pixel, along the left and the lower side of a spectrum."""
    middle = 0.5 + 0.5 / size  # a frequency is in the middle of its pixel
    marks = (
        (0.0, "\N{MINUS SIGN}0.5", "left", "top"),
        (middle, "0", "center", "center"),
        (1.0, "0.5", "right", "bottom"),
    )
    for place, said, across, down in marks:
        beside = ax.text(left - 0.03, top + place, said, ha="right", va=down)
        below = ax.text(left + place, top + 1.02, said, ha=across, va="top")
        for text in (beside, below):
            text.set(fontsize=NOTE - 1.5, color="0.4")


def _amplitudes(kernel: Array) -> Array:
    """Return the amplitudes, (size, size), with that of a constant picture in the middle."""
    size = max(FINENESS, *kernel.shape[1:])
    scale = largest(kernel)  # squares stay in range, whatever the scale
    spectrum = np.fft.fft2(kernel / scale, (size, size))  # (C, size, size)
    amplitudes: Array = scale * np.sqrt((abs(np.fft.fftshift(spectrum, (-2, -1))) ** 2).sum(axis=0))
    return amplitudes
