"""Borders around pictures, and the memory order in which everything behind them works.

Callers see arrays in the usual logical order (N, C, H, W). Inside, every picture is handled as
(C, H, W, N), the batch innermost in memory, so that each copy moves long contiguous runs. Going
from one to the other is a view. Signals (N, C, L) and volumes (N, C, D, H, W) likewise: only the
number of spatial axes differs.
"""

import numpy as np
import numpy.typing as npt

from minicnn.typing import Array, Margins

PADDING_MODES = ("zeros", "replicate", "reflect", "circular")
"""What stands in the border: zeros; the nearest pixel; the picture in a mirror that stands on its
outermost pixel, which is not repeated; the picture's other end, as if it were rolled up."""


def batch_last(x: Array) -> Array:
    """View (N, C, H, W) as (C, H, W, N)."""
    return x.transpose(*range(1, x.ndim), 0)


def batch_first(x: Array) -> Array:
    """View (C, H, W, N) as (N, C, H, W)."""
    return x.transpose(-1, *range(x.ndim - 1))


def pad(x: Array, margins: Margins, mode: str = "zeros", value: float = 0.0) -> Array:
    """Return (N, C, H, W) as (C, H + above + below, W + left + right, N).

    Parameters
    ----------
    x : array (N, C, H, W)
    margins : ((above, below), (left, right))
        A pair for each spatial axis.
    mode : str, default "zeros"
        One of `PADDING_MODES`. "reflect" needs margins smaller than the picture.
    value : float, default 0
        What stands in the border in the mode "zeros".

    Returns
    -------
    array
        Without margins a view; no caller may write into it.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3)
    >>> for mode in PADDING_MODES:
    ...     pad(x, ((2, 2),), mode).ravel()
    array([0., 0., 1., 2., 3., 0., 0.])
    array([1., 1., 1., 2., 3., 3., 3.])
    array([3., 2., 1., 2., 3., 2., 1.])
    array([2., 3., 1., 2., 3., 1., 2.])
    """
    padded = batch_last(x)
    if not any(map(any, margins)):
        return padded
    if mode == "zeros":
        C, *sizes, N = padded.shape
        wide = [before + size + after for size, (before, after) in zip(sizes, margins, strict=True)]
        result = np.full((C, *wide, N), value, x.dtype)
        result[_inside(padded.shape, margins)] = padded
        return result
    for axis, (before, after) in enumerate(margins, start=1):
        if before == after == 0:
            continue
        padded = padded.take(_sources(padded.shape[axis], before, after, mode), axis)
    return padded


def unpad(dpadded: Array, margins: Margins, mode: str = "zeros") -> Array:
    """Carry a gradient from the padded picture (C, H + ..., W + ..., N) back to (N, C, H, W).

    The adjoint of `pad`: a border pixel is a copy of a pixel inside, so its gradient belongs to
    that one and is added there. A border of zeros is a copy of nothing and is cut off.

        dL/dx[p] = sum of dL/dpadded[q] over all q that are copies of p
    """
    if not any(map(any, margins)):
        return batch_first(dpadded)
    if mode == "zeros":
        sizes = [
            size - before - after
            for size, (before, after) in zip(dpadded.shape[1:-1], margins, strict=True)
        ]
        return batch_first(dpadded[_inside((0, *sizes, 0), margins)])
    for axis, (before, after) in enumerate(margins, start=1):
        if before == after == 0:
            continue
        rows = np.moveaxis(dpadded, axis, 0)
        size = len(rows) - before - after
        inside = np.copy(rows[before : before + size], order="K")  # the batch stays innermost
        for row, source in enumerate(_sources(size, before, after, mode)):
            if not before <= row < before + size:
                inside[source] += rows[row]
        dpadded = np.moveaxis(inside, 0, axis)
    return batch_first(dpadded)


def inner_rows(H: int, margins: Margins, mode: str = "zeros") -> slice:
    """Return the rows, of H padded ones, whose gradient `unpad` will use."""
    above, below = margins[0]
    return slice(above, H - below) if mode == "zeros" else slice(0, H)


def _inside(shape: tuple[int, ...], margins: Margins) -> tuple[slice, ...]:
    """Return where the picture of shape (C, H, W, N) stands in the padded one."""
    sizes = zip(shape[1:-1], margins, strict=True)
    return slice(None), *(slice(before, before + size) for size, (before, _) in sizes)


def _sources(size: int, before: int, after: int, mode: str) -> npt.NDArray[np.intp]:
    """Return, for each place of a padded axis, the place in the picture that it is a copy of."""
    places = np.arange(-before, size + after)
    if mode == "replicate":
        return places.clip(0, size - 1)
    if mode == "circular":
        return places % size
    last = size - 1
    return last - abs(last - abs(places))  # folded at 0, then at the last
