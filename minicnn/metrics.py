"""How good a classifier is, in numbers that people can read."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.typing import Array, Labels


def accuracy(outputs: Array, labels: Labels) -> float:
    """Return the share of samples, 0 to 1, whose largest output is at the true class.

    Parameters
    ----------
    outputs : array (N, K)
        Probabilities or scores.
    labels : array (N,)
        The true classes.

    Raises
    ------
    ShapeError
        If the outputs are not (N, K).
    DataError
        If the labels are not N whole numbers in 0..K-1.

    Examples
    --------
    >>> import numpy as np
    >>> accuracy(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 1]))
    0.5
    """
    checks.classes("accuracy", labels, outputs.shape)
    return float(np.mean(outputs.argmax(axis=1) == labels))


def confusion_matrix(
    predicted: Labels | Sequence[int], labels: Labels | Sequence[int], classes: int
) -> npt.NDArray[np.int64]:
    """Count how often each true class was taken for each class.

    Parameters
    ----------
    predicted, labels : array (N,)
        The classes given by the model, and the true ones.
    classes : int
        K, the number of classes.

    Returns
    -------
    array (K, K)
        Row: the true class. Column: the predicted one. The diagonal holds what is right.

    Raises
    ------
    DataError
        If either is not N whole numbers in 0..K-1.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1], [0, 0, 1], classes=2)
    array([[1, 1],
           [0, 1]])
    """
    classes = checks.whole_number("confusion_matrix", "classes", classes)
    truth, guess = np.asarray(labels), np.asarray(predicted)
    checks.labels("confusion_matrix", truth, truth.size, classes)
    checks.labels("confusion_matrix", guess, truth.size, classes)
    pairs = truth.astype(np.int64) * classes + guess.astype(np.int64)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
