"""The softmax: scores become probabilities."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array


def softmax(scores: Array) -> Array:
    """Return the softmax of every row.

    The scores of one sample become positive numbers that add up to one:

        p[n, k] = exp(scores[n, k]) / sum over j of exp(scores[n, j])

    Scores may be large: near 1000 exp overflows, although the quotient is an ordinary number. A
    number that is added to all scores of a row changes nothing, so choose one that helps.

    Parameters
    ----------
    scores : array (N, K)
        A row for each of N samples, a column for each of K classes.

    Returns
    -------
    array (N, K)
        The probabilities.
    """
    shifted = scores - scores.max(axis=1, keepdims=True)  # the largest of each row is 0
    e: Array = np.exp(shifted)
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)
    return [
        Case("one row of three scores", (np.array([[3.0, 1.0, 2.0]]),)),
        Case("two rows", (np.array([[1.0, 2.0, 4.0], [3.0, 2.0, 1.0]]),)),
        Case(
            "as many rows as classes",
            (np.array([[1.0, 2.0, 3.0], [4.0, 1.0, 2.0], [2.0, 3.0, 5.0]]),),
        ),
        Case("negative scores", (np.array([[-1.0, -3.0, 0.5], [-2.0, -1.0, -4.0]]),)),
        Case("scores near 1000", (np.array([[1000.0, 1001.0, 1002.0], [1003.0, 1001.0, 1000.0]]),)),
        Case("five rows of seven scores", (rng.normal(size=(5, 7)),)),
        Case(
            "float32 in another memory order", (rng.normal(size=(4, 6)).astype(np.float32).T + 1,)
        ),
    ]


exercise = Exercise(softmax, ["p"], cases)
