"""When a kernel is called an edge, a bar, a blob or flat, and how a score is written."""

import numpy as np
import numpy.typing as npt

from minicnn.typing import Array, Mask

DEAD = 0.05
"""A kernel whose norm is below this share of the largest is dead."""

CLEAR = 0.5
"""A kernel has a kind if that kind explains at least this share of its energy."""

KINDS = ("edge", "bar", "blob", "flat")


def is_clear(scores: npt.ArrayLike) -> Mask:
    """Return which scores are 0.5 or more; an error of rounding does not count.

    Examples
    --------
    >>> is_clear([0.1 * 3 + 0.2 - 1e-16, 0.4999])
    array([ True, False])
    """
    return np.asarray(scores) >= CLEAR - 1e-12


def kinds_of(scores: Array, live: Mask) -> npt.NDArray[np.str_]:
    """Name the kind of the largest of the four scores (4, F), if it is large enough.

    Examples
    --------
    >>> kinds_of(np.array([[0.8, 0.4], [0.1, 0.3], [0.1, 0.2], [0, 0]]), np.array([True, True]))
    array(['edge', 'mixed'], dtype='<U5')
    """
    names = np.array(KINDS)[scores.argmax(axis=0)]
    names = np.where(is_clear(scores.max(axis=0)), names, "mixed")
    return np.where(live, names, "dead")


def score_as_text(score: float) -> str:
    """Return a score with two decimals, rounded, but 0.50 only from 0.5 on: there a kind begins.

    Examples
    --------
    >>> score_as_text(0.896), score_as_text(0.4991), score_as_text(0.5)
    ('0.90', '0.49', '0.50')
    """
    rounded = round(float(score), 2)
    return f"{rounded if is_clear(score) else min(rounded, CLEAR - 0.01):.2f}"
