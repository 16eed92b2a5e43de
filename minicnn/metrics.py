"""How good a model is, in numbers that people can read."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError
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
    outputs = checks.outputs("accuracy", outputs)
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


def top_k_accuracy(outputs: Array, labels: Labels, k: int = 5) -> float:
    """Return the share of samples, 0 to 1, whose true class is among the k largest outputs.

    Of equal outputs those of smaller class numbers come first, as in `accuracy`.

    Parameters
    ----------
    outputs : array (N, K)
        Probabilities or scores.
    labels : array (N,)
        The true classes.
    k : int, default 5
        At most K.

    Raises
    ------
    ArgumentError, ShapeError, DataError
        As `accuracy`, and for a k that is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> top_k_accuracy(np.array([[0.5, 0.3, 0.2], [0.5, 0.2, 0.3]]), np.array([1, 1]), k=2)
    0.5
    """
    outputs = checks.outputs("top_k_accuracy", outputs)
    checks.classes("top_k_accuracy", labels, outputs.shape)
    if checks.whole_number("top_k_accuracy", "k", k) > outputs.shape[1]:
        raise ArgumentError(
            f"top_k_accuracy: k must be at most {outputs.shape[1]}, the number of classes, got {k}"
        )
    ranked = np.argsort(-outputs, axis=1, kind="stable")[:, :k]  # of equal ones the first
    return float(np.mean((ranked == labels[:, np.newaxis]).any(axis=1)))


def class_accuracies(outputs: Array, labels: Labels) -> npt.NDArray[np.float64]:
    """Return, for each class, the share of its samples whose largest output is at that class.

    This is what an accuracy over all samples hides where one class is frequent. It is also called
    the recall of each class.

    Parameters
    ----------
    outputs : array (N, K)
        Probabilities or scores.
    labels : array (N,)
        The true classes.

    Returns
    -------
    array (K,)
        NaN for a class that has no samples.

    Raises
    ------
    ShapeError, DataError
        As `accuracy`.

    Examples
    --------
    >>> import numpy as np
    >>> class_accuracies(np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]), np.array([0, 0, 1]))
    array([1., 0.])
    """
    outputs = checks.outputs("class_accuracies", outputs)
    checks.classes("class_accuracies", labels, outputs.shape)
    counts = confusion_matrix(outputs.argmax(axis=1), labels, outputs.shape[1])
    with np.errstate(invalid="ignore"):  # 0/0 is NaN
        shares: npt.NDArray[np.float64] = np.diagonal(counts) / counts.sum(axis=1)
    return shares


def mean_absolute_error(outputs: Array, targets: Array) -> float:
    """Return how far outputs are from targets on average, in the unit of the targets.

    Raises
    ------
    DataError
        If targets are not floats of the shape of the outputs.

    Examples
    --------
    >>> import numpy as np
    >>> mean_absolute_error(np.array([[1.0], [4.0]]), np.array([[2.0], [2.0]]))
    1.5
    """
    outputs = checks.outputs("mean_absolute_error", outputs)
    checks.targets("mean_absolute_error", targets, outputs.shape)
    checks.finite("mean_absolute_error", "targets", targets)
    return float(np.mean(abs(outputs - targets)))


def r_squared(outputs: Array, targets: Array) -> float:
    """Return R squared, the share of the variance of the targets that the outputs explain.

        1 - sum of (y - target)^2 / sum of (target - mean of the targets)^2

    It is 1 for perfect outputs, 0 for outputs that are always the mean, and negative for worse.

    Raises
    ------
    DataError
        If targets are not floats of the shape of the outputs, or are all the same.

    Examples
    --------
    >>> import numpy as np
    >>> r_squared(np.array([[1.0], [3.0]]), np.array([[1.0], [5.0]]))
    0.5
    """
    outputs = checks.outputs("r_squared", outputs)
    checks.targets("r_squared", targets, outputs.shape)
    checks.finite("r_squared", "targets", targets)
    spread = float(np.square(targets - targets.mean(axis=0)).sum())
    if spread == 0:
        raise DataError("r_squared: the targets are all the same, with no variance")
    return 1 - float(np.square(outputs - targets).sum()) / spread
