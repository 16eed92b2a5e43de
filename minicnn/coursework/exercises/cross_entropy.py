"""The cross-entropy: how wrong the scores of a batch are."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises.softmax import softmax
from minicnn.typing import Array, Labels


def cross_entropy(scores: Array, labels: Labels) -> float:
    """Return the mean cross-entropy of a batch.

    The loss of one sample is minus the natural logarithm of the probability that its true class
    gets, and the loss of the batch is the mean over its samples:

        L = -1/N sum over n of log softmax(scores[n])[labels[n]]

    The scores are what stands before the softmax, and may be near 1000.

    Parameters
    ----------
    scores : array (N, K)
        A row for each of N samples, a column for each of K classes.
    labels : array of int (N,)
        The true class of each sample, from 0 to K - 1.

    Returns
    -------
    float
        L, one number.
    """
    N = len(scores)
    p = softmax(scores)
    total = 0.0
    for n in range(N):
        total -= float(np.log(p[n, labels[n]]))
    return total / N


def cases() -> list[Case]:
    """Return the cases, from the smallest up.

    No true class gets a probability near zero, where the small number that many add inside the log
    would show. All scores are positive, so that a log of them is a number.
    """
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
        Case(
            "five samples of seven classes",
            (rng.uniform(0.2, 3, (5, 7)), np.array([3, 6, 0, 6, 2])),
        ),
        Case(
            "float32 in another memory order",
            (rng.uniform(0.2, 3, (4, 6)).astype(np.float32).T, np.array([2, 0, 3, 3, 1, 0])),
        ),
    ]


exercise = Exercise(cross_entropy, ["loss"], cases)
