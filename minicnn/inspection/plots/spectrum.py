"""Which waves kernels answer to."""

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.inspection.plots.tiles import (
    TILES_IN_A_ROW,
    colour_bar,
    draw_tiles,
    fitting_columns,
    largest,
    tile_size,
)
from minicnn.typing import Array

FINENESS = 64
"""Frequencies along each axis of a spectrum."""


def plot_kernel_spectrum(kernels: npt.ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw how strongly each kernel answers to waves of every direction and frequency.

    This is the amplitude of the Fourier transform of each kernel, as a share of its largest. The
    middle of a square stands for a constant picture, its rim for waves of half a cycle per pixel. A
    blur is one spot in the middle; an edge detector is two spots beside it, in the direction across
    the edge.

    Parameters
    ----------
    kernels : array (F, C, KH, KW), or (F, KH, KW) with one channel
        For several channels, the root of their summed power is drawn.
    ax : Axes, optional

    Returns
    -------
    Axes
        With an image for each kernel, of 64 x 64 frequencies, or more if the kernel is larger.

    Raises
    ------
    ShapeError, DataError
        If the kernels are not (F, C, KH, KW) of finite numbers.
    """
    bank = checks.kernel_bank("plot_kernel_spectrum", kernels)
    if ax is None:
        width, height = tile_size(len(bank), min(len(bank), TILES_IN_A_ROW), ratio=1)
        _, ax = plt.subplots(figsize=(width + 1.0, height), layout="constrained")
    columns = fitting_columns(ax, len(bank), ratio=1)
    spectra = np.stack([_amplitudes(kernel) for kernel in bank])
    labels = [str(f) for f in range(len(bank))]
    image = draw_tiles(ax, spectra, columns, (0, 1), labels, cmap="cividis")
    ax.set_title("spectra, -0.5 to 0.5 cycles per pixel", loc="left", fontsize=10, wrap=True)
    colour_bar(ax, image, "amplitude / largest")
    return ax


def _amplitudes(kernel: Array) -> Array:
    """Return the amplitudes, with those of a constant in the middle and the largest 1."""
    size = max(FINENESS, *kernel.shape[1:])
    kernel = kernel / largest(kernel)  # whatever its scale, squares stay in range
    spectrum = np.fft.fftshift(np.fft.fft2(kernel, (size, size)), axes=(-2, -1))  # (C, size, size)
    amplitudes = np.sqrt((abs(spectrum) ** 2).sum(axis=0))
    scaled: Array = amplitudes / (amplitudes.max() or 1.0)
    return scaled
