"""The derivative by central differences, entry by entry."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from minicnn.typing import Array

STEPS = (1e-5, 1e-6, 1e-7)
"""Values of h, to be tried in this order; `gradcheck` says why there are several."""

AGREES = 1e-7
"""The relative error below which no further h is tried."""


def compare(
    values: Array, stated: Array, change: Callable[[], Callable[[], float]], floor: float
) -> Array:
    """Return the numerical gradient, of each entry the value that agrees best with `stated`.

    Parameters
    ----------
    values : array
        What L depends on. Each entry is moved in place and put back.
    stated : array
        The gradient to compare with.
    change : function
        Takes note of L as it is, and returns a function that says how much smaller L is now. The
        two are not simply subtracted: a layer's outputs are compared before they are summed, so
        that those which the entry does not reach cancel exactly.
    floor : float
        What a smaller entry is compared with; see `smallest`.

    Returns
    -------
    array
        Of the shape of `values`.
    """
    numerical = np.empty(values.shape)
    for index in np.ndindex(values.shape):
        gradient, closest = float(stated[index]), math.inf
        for difference in _differences(values, index, change):
            error = abs(gradient - difference) / max(abs(gradient), abs(difference), floor)
            if error < closest or math.isinf(closest):
                closest, numerical[index] = error, difference
            if error < AGREES:
                break
    return numerical


def errors(stated: Array, numerical: Array, floor: float) -> Array:
    """Return |stated - numerical| relative to the larger of the two, infinite where one is NaN."""
    scale = np.maximum(np.maximum(abs(stated), abs(numerical)), floor)
    error: Array = abs(stated - numerical) / scale
    return np.where(np.isnan(error), math.inf, error)


def smallest(stated: Array, largest: float) -> float:
    """Return what a smaller entry is compared with, since rounding does not know how small it is.

    That is a thousandth of the largest entry of its gradient, or a ten thousandth of the largest of
    all gradients: where a gradient is zero, such as that of a bias before a `BatchNorm`, the
    differences are what rounding leaves of the others.
    """
    return max(1e-3 * float(np.nan_to_num(abs(stated)).max()), 1e-4 * largest, 1e-8)


def _differences(
    values: Array, index: tuple[int, ...], change: Callable[[], Callable[[], float]]
) -> Iterator[float]:
    """Yield (L(w + h) - L(w - h)) / 2h for each h of `STEPS`, where w is ``values[index]``."""
    middle = values[index]
    for h in STEPS:
        values[index] = middle + h
        fall = change()
        values[index] = middle - h
        difference = fall()
        values[index] = middle
        yield difference / (2 * h)
