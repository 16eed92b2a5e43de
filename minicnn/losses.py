"""Losses: one number for how wrong a batch of outputs is, and its gradient, side by side.

Every loss is a mean over the batch, so that its size does not depend on the batch's. What the
targets are is the loss's to say: class numbers, numbers, or pictures.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from minicnn import checks
from minicnn.describe import Described
from minicnn.errors import DataError
from minicnn.typing import Array, Shape, Targets


class Loss(Described, ABC):
    """A measure of how far the outputs of a model (N, ...) are from targets (N, ...).

    Your own loss states `value` and `gradient`, and `check` if it does not take targets of any
    kind.

    Attributes
    ----------
    includes_softmax : bool
        Whether the loss takes scores and does the softmax itself. A model's last `Softmax` is then
        skipped in training.
    per_sample : bool
        Whether `value` is a mean of numbers that depend on one sample each, so that several threads
        may each work on a share of the batch. A class with a `value` of its own says so itself;
        else it counts as False.
    """

    includes_softmax: ClassVar[bool] = False
    per_sample: ClassVar[bool] = False

    @abstractmethod
    def value(self, outputs: Array, targets: Targets) -> float:
        """Return L, a mean over the batch."""

    @abstractmethod
    def gradient(self, outputs: Array, targets: Targets) -> Array:
        """Return dL/doutputs for the outputs and targets that `value` was taken of."""

    def check(self, targets: Targets, shape: Shape) -> None:
        """Raise ShapeError or DataError unless the targets fit outputs of this shape (N, ...)."""
        if np.shape(targets)[:1] != shape[:1]:
            raise DataError(
                f"{self!r}: expected an array of targets, one for each of {shape[0]} samples, got "
                f"{type(targets).__name__} of shape {np.shape(targets)}"
            )

    def accuracy(self, outputs: Array, targets: Targets) -> float:
        """Return the share of samples whose largest output is at the true class.

        NaN where the targets are not class numbers.
        """
        if checks.are_class_numbers(targets) and outputs.ndim == 2 and outputs.shape[1] > 1:
            return float(np.mean(outputs.argmax(axis=1) == targets))
        return float("nan")

    def __init_subclass__(cls) -> None:
        """Let a class with a `value` of its own say whether it is a mean over the samples."""
        super().__init_subclass__()
        if "value" in vars(cls):
            cls.per_sample = vars(cls).get("per_sample", False)


class CrossEntropy(Loss):
    """Minus the log of the probability that the true class gets, averaged over the batch.

        L = -1/N sum over n of log softmax(z[n])[label[n]]

    It takes scores z (logits), not probabilities, because the log of the softmax can be computed
    without the softmax:

        log softmax(z)[k] = z[k] - max(z) - log sum over j of exp(z[j] - max(z))

    It stays finite for scores that differ by thousands, where a probability rounds to 0 and its log
    would be infinite. Targets are class numbers (N,) in 0..K-1.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 6.2.2.3.

    Examples
    --------
    >>> loss = CrossEntropy()
    >>> round(loss.value(np.zeros((2, 10)), np.array([3, 7])), 4)  # log 10: it knows nothing
    2.3026
    >>> loss.gradient(np.zeros((1, 2)), np.array([0]))
    array([[-0.5,  0.5]])
    """

    includes_softmax = True
    per_sample = True

    def value(self, outputs: Array, targets: Targets) -> float:
        """Return L for scores (N, K)."""
        self.check(targets, outputs.shape)
        return -float(log_softmax(outputs)[np.arange(len(targets)), targets].mean())

    def gradient(self, outputs: Array, targets: Targets) -> Array:
        """Take one from the probability of the true class.

        dL/dz[n, k] = (softmax(z[n])[k] - [k = label[n]]) / N
        """
        dz = np.exp(log_softmax(outputs))
        dz[np.arange(len(targets)), targets] -= 1
        dz /= len(targets)
        return dz

    def check(self, targets: Targets, shape: Shape) -> None:
        """Raise ShapeError unless outputs are (N, K), DataError unless targets are N classes."""
        checks.classes(self, targets, shape)


class MeanSquaredError(Loss):
    """The squared distance to the targets, averaged over batch and outputs.

        L = 1/(N K) sum over n, k of (y[n, k] - target[n, k])^2

    Targets have the shape of the outputs, whatever that is: numbers, or pictures. Class numbers
    (N,) stand for one-hot targets (N, K), one at the true class and zero elsewhere.

    References
    ----------
    Bishop, "Pattern Recognition and Machine Learning", Springer 2006, section 4.1.3.

    Examples
    --------
    >>> MeanSquaredError().value(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))
    0.5
    >>> MeanSquaredError().gradient(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]]))
    array([[2.],
           [0.]])
    """

    per_sample = True

    def value(self, outputs: Array, targets: Targets) -> float:
        """Return L for outputs (N, K), or of any other shape."""
        self.check(targets, outputs.shape)
        return float(np.square(self._difference(outputs, targets)).mean())

    def gradient(self, outputs: Array, targets: Targets) -> Array:
        """Twice the difference, over the number of terms.

        dL/dy = 2 (y - target) / (N K)
        """
        return self._difference(outputs, targets) * (2 / outputs.size)

    def check(self, targets: Targets, shape: Shape) -> None:
        """Raise DataError unless targets have the shape of the outputs, or are class numbers."""
        if checks.are_class_numbers(targets) and shape[1:] != (1,):
            checks.classes(self, targets, shape)
        else:
            checks.targets(self, targets, shape)

    def _difference(self, outputs: Array, targets: Targets) -> Array:
        """Return y - target; where a class number stands for a target, the one is taken away."""
        if not checks.are_class_numbers(targets):
            return outputs - targets.astype(outputs.dtype, copy=False)
        difference = outputs.copy(order="K")
        difference[np.arange(len(targets)), targets] -= 1
        return difference


def log_softmax(z: Array) -> Array:
    """Return the log of the softmax of each row of `z`, finite where a probability rounds to 0.

    Examples
    --------
    >>> log_softmax(np.array([[1e4, -1e4]]))
    array([[     0., -20000.]])
    """
    shifted: Array = z - z.max(axis=1, keepdims=True)
    total: Array = np.exp(shifted).sum(axis=1, keepdims=True)
    return shifted - np.log(total)
