"""Which hand-made kernel a learned one is most similar to."""

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.filters.bank import KERNELS
from minicnn.inspection.templates import unit
from minicnn.typing import Array


def nearest_kernels(kernels: npt.ArrayLike) -> tuple[tuple[str, ...], Array]:
    """Return the hand-made kernel most similar to each, and how similar the two are.

    The hand-made ones are first resized to the size of the kernels, with aligned corners, by linear
    interpolation. Of two that are each other's negative, the first in the bank is named.

    Parameters
    ----------
    kernels : array (F, C, KH, KW), or (F, KH, KW) with one channel
        Each channel may have its own weight for the hand-made kernel.

    Returns
    -------
    names : tuple of F str
        From `minicnn.filters.KERNELS`; "none" for one that is orthogonal to all.
    similarity : array (F,)
        The cosine of the angle between the two, -1 to 1. With several channels, the norm of their
        cosines, with the sign of the largest.

    Raises
    ------
    ShapeError
        If the kernels are not (F, C, KH, KW) with at least one number.
    DataError
        If a weight is NaN or infinite.

    Examples
    --------
    >>> nearest_kernels([[[[1, 0, -1], [2, 0, -2], [1, 0, -1]]]])
    (('sobel_x',), array([-1.]))
    """
    bank = checks.kernel_bank("nearest_kernels", kernels)
    F, C, KH, KW = bank.shape
    known = np.stack([_drawn(kernel.values, KH, KW).ravel() for kernel in KERNELS.values()])
    flat = bank.reshape(F, -1)
    flat = unit(flat / np.maximum(abs(flat).max(axis=1, keepdims=True), np.finfo(float).tiny))
    cosines = flat.reshape(F, C, -1) @ unit(known).T  # (F, C, 18)
    strengths = (cosines**2).sum(axis=1)  # (F, 18)
    best = strengths.round(9).argmax(axis=1)  # rounding must not choose between two that are equal
    f = np.arange(F)
    similarity = sign_of_strongest(cosines[f, :, best]) * np.sqrt(strengths[f, best])
    names = list(KERNELS)
    alike = tuple(
        names[k] if norm else "none" for k, norm in zip(best, strengths.max(axis=1), strict=True)
    )
    return alike, similarity


def sign_of_strongest(channels: Array) -> Array:
    """Return the sign of the entry of largest absolute value of each row (F, C), as (F,)."""
    largest = abs(channels).argmax(axis=1)
    signs: Array = np.sign(channels[np.arange(len(channels)), largest])
    return signs


def _drawn(kernel: Array, KH: int, KW: int) -> Array:
    """Resize a kernel to KH x KW."""
    for size in (KW, KH):  # along the rows, then, transposed, along the columns
        old = np.linspace(-1, 1, kernel.shape[1])
        new = np.linspace(-1, 1, size) if size > 1 else np.zeros(1)
        kernel = np.array([np.interp(new, old, row) for row in kernel]).T
    return kernel
