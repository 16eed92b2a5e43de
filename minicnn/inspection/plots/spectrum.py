"""Which waves kernels answer to."""

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.inspection.plots.shown import Shown, strongest
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import (
    colour_bar,
    draw_tiles,
    fitting_columns,
    fitting_count,
    label_height,
    largest,
    tile_axes,
)
from minicnn.layers import Layer
from minicnn.typing import Array

FINENESS = 64
"""Frequencies along each axis of a spectrum."""


@in_own_style
def plot_kernel_spectrum(
    kernels: Layer | npt.ArrayLike,
    layer: int | None = None,
    *,
    most: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how strongly each kernel answers to waves of every direction and frequency.

    This is the amplitude of the Fourier transform of each kernel: how many times as high as a wave
    of the input the wave of the output is. All kernels are on one scale, so weak ones are dark. The
    middle of a square stands for a constant picture, its rim for waves of half a cycle per pixel. A
    blur is one spot in the middle; an edge detector is two spots beside it, in the direction across
    the edge.

    Parameters
    ----------
    kernels : Sequential, Layer, array (F, C, KH, KW), or (F, KH, KW) with one channel
        For several channels, the root of their summed power is drawn.
    layer : int, optional
        The index of the layer in a model; by default the first that has kernels.
    most : int, optional
        How many kernels to draw at most, those with the largest norms. By default as many as fit on
        a screen; more make the figure higher.
    ax : Axes, optional

    Returns
    -------
    Axes
        With an image for each kernel, of 64 x 64 frequencies, or more if the kernel is larger.

    Raises
    ------
    ShapeError, DataError
        If there are no kernels (F, C, KH, KW) of finite numbers.
    """
    owner = "plot_kernel_spectrum"
    shown = Shown.of(owner, kernels, layer)
    most = fitting_count(1) if most is None else checks.whole_number(owner, "most", most)
    shown = shown.only(strongest(shown.table.norm, most))
    said = f"the waves that the {shown.counted} let through"
    if shown.chosen:
        said += f"; {shown.chosen}"
    title = f"{said}\nmiddle: even brightness, rim: waves of 2 pixels; bright: strong answer"
    S = len(shown.kernels)
    if ax is None:
        ax, _ = tile_axes(S, 1, bar=True)
    columns = fitting_columns(ax, S, ratio=1)
    spectra = np.stack([_amplitudes(kernel) for kernel in shown.kernels])
    image = draw_tiles(
        ax,
        spectra,
        columns,
        (0, largest(spectra)),
        shown.labels,
        cmap="cividis",
        label=label_height(ax, S, columns, ratio=1),
        dead=np.flatnonzero(~shown.live),
    )
    ax.set_title(title, loc="left", fontsize=10, parse_math=False)
    colour_bar(ax, image, "wave out / wave in")
    return ax


def _amplitudes(kernel: Array) -> Array:
    """Return the amplitudes, (size, size), with that of a constant picture in the middle."""
    size = max(FINENESS, *kernel.shape[1:])
    scale = largest(kernel)  # squares stay in range, whatever the scale
    spectrum = np.fft.fft2(kernel / scale, (size, size))  # (C, size, size)
    amplitudes: Array = scale * np.sqrt((abs(np.fft.fftshift(spectrum, (-2, -1))) ** 2).sum(axis=0))
    return amplitudes
