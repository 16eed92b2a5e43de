"""How a wrong gradient differs from the right one, where a plain rule says it."""

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from minicnn.typing import Array

CLOSE = 1e-4
"""How near to the largest entry all entries must be for a rule to hold."""

LARGEST_FRACTION = 1000
"""The largest denominator of a factor that is called a fraction."""


def rule_of(stated: Array, numerical: Array, N: int) -> str | None:
    """Return what was done to the right gradient to make the stated one, or None.

    A rule is a factor, a reversal of some axes, an exchange of the last two, or a factor with one
    of these.

    Parameters
    ----------
    stated, numerical : array
        The same shape.
    N : int
        The size of the batch.

    Examples
    --------
    >>> right = np.array([[1.0, 2.0], [3.0, 5.0]])
    >>> rule_of(-right, right, N=4)
    'it has the wrong sign'
    >>> rule_of(right / 4, right, N=4)
    'it is 1/4 times the right one, as if it had been divided by the batch of 4'
    >>> rule_of(right[:, ::-1], right, N=4)
    'it is reversed along axis 1'
    """
    if not np.isfinite(stated).all() or not numerical.any():
        return None
    if not stated.any():
        return "it is zero everywhere"
    for done, undone in _undone(stated):
        factor = np.vdot(undone, numerical) / np.vdot(numerical, numerical)
        if np.allclose(undone, factor * numerical, rtol=0, atol=CLOSE * abs(undone).max()):
            parts = [part for part in (done, _factor(float(factor), N)) if part]
            return " and ".join(parts) or None
    return None


def _undone(stated: Array) -> Iterator[tuple[str, Array]]:
    """Yield the gradient after each change of its axes, with what that change undoes."""
    yield "", stated
    if stated.ndim > 1 and stated.shape[-1] == stated.shape[-2]:
        yield "it is transposed", stated.swapaxes(-1, -2)
    axes = [axis for axis, size in enumerate(stated.shape) if size > 1]
    for count in range(1, len(axes) + 1):
        for some in itertools.combinations(axes, count):
            which = f"axis {some[0]}" if count == 1 else f"axes {', '.join(map(str, some))}"
            yield f"it is reversed along {which}", np.flip(stated, some)


def _factor(factor: float, N: int) -> str:
    """Return a factor in words: of 1, none."""
    size = abs(factor)
    fraction = Fraction(size).limit_denominator(LARGEST_FRACTION)
    number = str(fraction) if abs(fraction - size) < CLOSE * size else f"{size:.4g}"
    text = "" if number == "1" else f"it is {number} times the right one"
    if N > 1 and abs(size * N - 1) < CLOSE:
        text += f", as if it had been divided by the batch of {N}"
    if N > 1 and abs(size / N - 1) < CLOSE:
        text += f", as if it had been multiplied by the batch of {N}"
    sign = "it has the wrong sign" if factor < 0 else ""
    return f"{sign} and {text}" if sign and text else sign or text
