"""Otsu's threshold between two groups of values."""

import numpy as np

from minicnn.typing import Array


def otsu_threshold(values: Array, bins: int = 256) -> float:
    """Return the threshold that best divides values into two groups.

    Otsu's threshold maximizes the variance between the groups, w (1 - w) (m1 - m2)^2, where w is
    the share of the values below it, and m1 and m2 are the means of the two groups.

    Examples
    --------
    >>> bool(0.2 <= otsu_threshold(np.array([0.0, 0.1, 0.2, 0.1, 0.9, 1.0])) < 0.9)
    True
    """
    counts, edges = np.histogram(values, bins)
    share = counts / counts.sum()
    below = np.cumsum(share)[:-1]
    moment = np.cumsum(share * (edges[:-1] + edges[1:]) / 2)
    between = np.square(moment[-1] * below - moment[:-1]) / np.maximum(below * (1 - below), 1e-12)
    return float(edges[1 + between.argmax()])
