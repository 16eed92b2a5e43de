"""The ideal edge, bar and blob: derivatives of a Gaussian, sampled on the cells of a kernel.

A picture is smoothed by a Gaussian bell of width sigma and then differentiated: the first
derivative answers to edges, the second to bars, the sum of both second derivatives to blobs. With
the middle of the kernel at (0, 0), x to the right, y downwards and g = exp(-(x^2 + y^2) / (2
sigma^2)):

    g_x  = x g                          g_y  = y g                          edges
    g_xx = (x^2 / sigma^2 - 1) g        g_yy = (y^2 / sigma^2 - 1) g
    g_xy = x y / sigma^2 g                                                  bars
    g_xx + g_yy                                                             blobs

up to a factor that is the same for each row. An edge at the angle a is cos(a) g_x + sin(a) g_y, a
bar is cos(a)^2 g_xx + 2 cos(a) sin(a) g_xy + sin(a)^2 g_yy: such filters are steerable.

Sources: Freeman and Adelson, "The design and use of steerable filters", IEEE Transactions on
Pattern Analysis and Machine Intelligence 13, 1991; Marr and Hildreth, "Theory of edge detection",
Proceedings of the Royal Society B 207, 1980, for the blob.
"""

import functools
from dataclasses import dataclass

import numpy as np

from minicnn.typing import Array

NARROWEST, STEP = 0.45, 2**0.5
ANGLES = np.arange(180)
"""The angles of bars, in degrees; a bar that is turned by 180 is the same bar."""


@dataclass(frozen=True, eq=False)
class Templates:
    """Edges, bars and blobs of S widths on KH x KW cells, each flattened and of length 1.

    Attributes
    ----------
    sigmas : array (S,)
        Widths of the bell in pixels: from 0.45, where a blob is a single cell, by factors of
        sqrt(2) up to half of the kernel's longer side.
    edges : array (S, 2, KH*KW)
        g_x and g_y.
    edge_norms : array (S, 2)
        Their lengths before that; they differ if the kernel is not square.
    bars : array (S - 2, 180, KH*KW)
        One for each of `ANGLES`, from the width 0.9 up: a narrower one is a single cell, like a
        blob. The mean of bars and blobs is subtracted; cut off by the rim of the kernel they would
        not sum to zero, and a constant would pass for a bar.
    bar_norms : array (S - 2, 180)
        The lengths of the bars before that.
    blobs : array (S, KH*KW)
    """

    sigmas: Array
    edges: Array
    edge_norms: Array
    bars: Array
    bar_norms: Array
    blobs: Array


@functools.lru_cache(maxsize=16)
def templates(height: int, width: int) -> Templates:
    """Return the templates for kernels of height x width; those that do not fit are zero."""
    widest = max(height / 2, width / 2, NARROWEST)
    count = 1 + int(np.log(widest / NARROWEST) / np.log(STEP))
    sigmas = NARROWEST * STEP ** np.arange(count)  # (S,)
    y, x = np.mgrid[:height, :width].reshape(2, -1)  # (KH*KW,) each
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    s = sigmas[:, np.newaxis]  # (S, 1)
    g = np.exp(-(x**2 + y**2) / (2 * s**2))  # (S, KH*KW)
    edges = np.stack([x * g, y * g], axis=1)  # (S, 2, KH*KW)
    g_xx, g_xy, g_yy = (x**2 / s**2 - 1) * g, x * y / s**2 * g, (y**2 / s**2 - 1) * g
    # A single row has no derivative downwards, a single column none to the right.
    g_yy, g_xx = g_yy * (height > 1), g_xx * (width > 1)
    a = np.deg2rad(ANGLES)[:, np.newaxis, np.newaxis]  # (180, 1, 1)
    bars = np.cos(a) ** 2 * g_xx + 2 * np.cos(a) * np.sin(a) * g_xy + np.sin(a) ** 2 * g_yy
    bars = bars.swapaxes(0, 1)[min(2, count - 1) :]  # (S - 2, 180, KH*KW)
    bars = bars - bars.mean(axis=-1, keepdims=True)
    blobs = g_xx + g_yy  # (S, KH*KW)
    return Templates(
        sigmas,
        unit(edges),
        np.linalg.norm(edges, axis=-1),
        unit(bars),
        np.linalg.norm(bars, axis=-1),
        unit(blobs - blobs.mean(axis=-1, keepdims=True)),
    )


def unit(vectors: Array) -> Array:
    """Scale the vectors along the last axis to length 1; zeros, up to rounding, stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(lengths > 1e-12, vectors / np.where(lengths > 1e-12, lengths, 1.0), 0.0)
