"""The memory order in which the layers work, and borders around pictures.

Callers see arrays in the usual logical order (N, C, H, W). Inside, a picture is handled as
(C, H, W, N), the batch innermost in memory, so that every copy moves long contiguous runs and the
product of kernels and columns needs no transpose. A layer that works this way opens with
``batch_last`` and ends with ``batch_first``. Both are views. Signals (N, C, L) and volumes
(N, C, D, H, W) differ in the number of spatial axes alone.
"""

from typing import Literal

import numpy as np

from minicnn.typing import Array, Margins

PADDING_MODES: dict[str, Literal["constant", "edge", "reflect", "wrap"]] = {
    "zeros": "constant",
    "replicate": "edge",
    "reflect": "reflect",
    "circular": "wrap",
}
"""What stands in the border, and what `numpy.pad` calls it: zeros; the nearest pixel; the picture
in a mirror that stands on its outermost pixel, which is not repeated; the picture's other end, as
if it were rolled up."""


def batch_last(x: Array) -> Array:
    """View (N, C, H, W) as (C, H, W, N)."""
    return x.transpose(*range(1, x.ndim), 0)


def batch_first(x: Array) -> Array:
    """View (C, H, W, N) as (N, C, H, W)."""
    return x.transpose(-1, *range(x.ndim - 1))


def pad(x: Array, margins: Margins, mode: str = "zeros", value: float = 0.0) -> Array:
    """Return (C, H, W, N) with a border, (C, H + above + below, W + left + right, N).

    Parameters
    ----------
    x : array (C, H, W, N)
    margins : ((above, below), (left, right))
        A pair for each spatial axis.
    mode : str, default "zeros"
        One of `PADDING_MODES`. "reflect" needs margins smaller than the picture.
    value : float, default 0
        What stands in the border in the mode "zeros".

    Returns
    -------
    array
        Without margins `x` itself; no caller may write into it.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1)
    >>> for mode in PADDING_MODES:
    ...     pad(x, ((2, 2),), mode).ravel()
    array([0., 0., 1., 2., 3., 0., 0.])
    array([1., 1., 1., 2., 3., 3., 3.])
    array([3., 2., 1., 2., 3., 2., 1.])
    array([2., 3., 1., 2., 3., 1., 2.])
    """
    if not any(map(any, margins)):
        return x
    if mode != "zeros":
        return np.pad(x, ((0, 0), *margins, (0, 0)), PADDING_MODES[mode])
    C, *sizes, N = x.shape
    wide = (size + sum(added) for size, added in zip(sizes, margins, strict=True))
    padded = np.full((C, *wide, N), value, x.dtype)  # a quarter of the time of np.pad
    unpad(padded, margins)[...] = x
    return padded


def unpad(dpadded: Array, margins: Margins, mode: str = "zeros") -> Array:
    """Return the gradient of `x` for that of ``pad(x)``, (C, H, W, N): the adjoint of `pad`.

    A border pixel is a copy of a pixel inside, so its gradient belongs to that one and is added
    there. A border of zeros is a copy of nothing and is cut off.

        dL/dx[p] = sum of dL/dpadded[q] over all q that are copies of p
    """
    if mode == "zeros":
        sizes = zip(dpadded.shape[1:-1], margins, strict=True)
        return dpadded[:, *(slice(before, size - after) for size, (before, after) in sizes)]
    for axis, margin in enumerate(margins, start=1):
        rows = np.moveaxis(dpadded, axis, 0)
        inside = np.zeros((len(rows) - sum(margin), *rows.shape[1:]), rows.dtype)
        copied_from = np.pad(np.arange(len(inside)), margin, PADDING_MODES[mode])
        for row, source in zip(rows, copied_from, strict=True):
            inside[source] += row
        dpadded = np.moveaxis(inside, 0, axis)
    return dpadded
