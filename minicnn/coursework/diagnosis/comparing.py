"""When two outputs are the same, up to rounding."""

import numpy as np

from minicnn.typing import Array, Mask

LEAST = 1e-3
"""The size below which an output counts as zero when rounding is judged."""


def scale(right: Array) -> float:
    """Return the largest finite number of an output, in absolute value."""
    finite = np.abs(right[np.isfinite(right)])
    return max(float(finite.max(initial=0.0)), LEAST)


def differs(got: Array, right: Array, tolerance: float) -> Mask:
    """Return where two outputs of one shape differ by more than rounding."""
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(got.astype(float) - right) <= tolerance * scale(right)
    equal = (got == right) | (np.isnan(got) & np.isnan(right))
    wrong: Mask = ~(near | equal)
    return wrong


def same(got: Array, right: Array, tolerance: float) -> bool:
    """Return whether two outputs have one shape and differ by no more than rounding."""
    return got.shape == right.shape and not differs(got, right, tolerance).any()


def largest_difference(got: Array, right: Array, tolerance: float) -> tuple[int, ...]:
    """Return the index at which two outputs of one shape differ most; NaN counts as most of all."""
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.abs(got.astype(float) - right)
    size = np.where(differs(got, right, tolerance), np.nan_to_num(size, nan=np.inf), 0.0)
    return tuple(int(i) for i in np.unravel_index(np.argmax(size), size.shape))
