"""The gradient of the cross-entropy."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises.softmax import softmax
from minicnn.typing import Array, Labels


def cross_entropy_gradient(scores: Array, labels: Labels) -> Array:
    """Return dL/dscores of the mean cross-entropy of a batch.

        L = -1/N sum over n of log softmax(scores[n])[labels[n]]

    Softmax and logarithm are differentiated together, down to the scores. Much cancels, and what
    is left of each row is the probabilities less one at the true class.

    Parameters
    ----------
    scores : array (N, K)
        A row for each of N samples, a column for each of K classes, before the softmax. They may
        be near 1000.
    labels : array of int (N,)
        The true class of each sample, from 0 to K - 1.

    Returns
    -------
    array (N, K)
        dL/dscores.
    """
    N = len(scores)
    dscores = softmax(scores)
    for n in range(N):
        dscores[n, labels[n]] -= 1
    return dscores / N


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(1)
    return [
        Case("one sample", (np.array([[1.0, 2.0, 3.0]]), np.array([1]))),
        Case("two samples", (np.array([[1.0, 2.0, 4.0], [3.0, 2.0, 1.5]]), np.array([2, 1]))),
        Case(
            "as many samples as classes",
            (np.array([[1.0, 2.0, 3.0], [4.0, 1.5, 2.0], [2.0, 3.0, 2.5]]), np.array([1, 2, 1])),
        ),
        Case(
            "scores near 1000",
            (np.array([[1000.0, 1001.0, 1002.0], [1003.0, 1001.0, 1000.0]]), np.array([2, 1])),
        ),
        Case("five samples of seven classes", (rng.normal(size=(5, 7)), np.array([3, 6, 0, 6, 2]))),
        Case(
            "float32 in another memory order",
            (rng.normal(size=(4, 6)).astype(np.float32).T, np.array([2, 0, 3, 3, 1, 0])),
        ),
    ]


exercise = Exercise(cross_entropy_gradient, ["dscores"], cases)
