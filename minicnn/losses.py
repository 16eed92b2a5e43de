"""Losses: one number for how wrong a batch of outputs is, and its gradient, side by side.

Every loss is a mean over the batch, so that its size does not depend on the batch's.
"""

from abc import ABC, abstractmethod

import numpy as np

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.typing import Array, Labels


class Loss(ABC):
    """A measure of how far outputs (N, K) are from labels (N,) in 0..K-1.

    Attributes
    ----------
    includes_softmax : bool
        Whether the loss takes scores and does the softmax itself. A model's last `Softmax` is then
        skipped in training.
    """

    includes_softmax: bool = False

    @abstractmethod
    def value(self, outputs: Array, labels: Labels) -> float:
        """Return L, a mean over the batch."""

    @abstractmethod
    def gradient(self, outputs: Array, labels: Labels) -> Array:
        """Return dL/doutputs, (N, K)."""

    def check(self, outputs: Array, labels: Labels) -> None:
        """Raise ShapeError unless outputs are (N, K), DataError unless labels fit them."""
        if outputs.ndim != 2:
            raise ShapeError(
                f"{self!r}: expected outputs of shape (N, K), a number for each class; "
                f"got {outputs.shape}"
            )
        checks.labels(self, labels, *outputs.shape)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class CrossEntropy(Loss):
    """Minus the log of the probability that the true class gets, averaged over the batch.

        L = -1/N sum over n of log softmax(z[n])[label[n]]

    It takes scores z (logits), not probabilities, because the log of the softmax can be computed
    without the softmax:

        log softmax(z)[k] = z[k] - max(z) - log sum over j of exp(z[j] - max(z))

    It stays finite for scores that differ by thousands, where a probability rounds to 0 and its log
    would be infinite.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 6.2.2.3.

    Examples
    --------
    >>> import numpy as np
    >>> loss = CrossEntropy()
    >>> round(loss.value(np.zeros((2, 10)), np.array([3, 7])), 4)  # log 10: it knows nothing
    2.3026
    >>> loss.gradient(np.zeros((1, 2)), np.array([0]))
    array([[-0.5,  0.5]])
    """

    includes_softmax = True

    def value(self, outputs: Array, labels: Labels) -> float:
        """Return L for scores (N, K)."""
        self.check(outputs, labels)
        return -float(log_softmax(outputs)[np.arange(len(labels)), labels].mean())

    def gradient(self, outputs: Array, labels: Labels) -> Array:
        """Take one from the probability of the true class.

        dL/dz[n, k] = (softmax(z[n])[k] - [k = label[n]]) / N
        """
        self.check(outputs, labels)
        dz = np.exp(log_softmax(outputs))
        dz[np.arange(len(labels)), labels] -= 1
        dz /= len(labels)
        return dz


class MeanSquaredError(Loss):
    """The squared distance to the one-hot label, averaged over batch and classes.

        L = 1/(N K) sum over n, k of (y[n, k] - [k = label[n]])^2

    References
    ----------
    Bishop, "Pattern Recognition and Machine Learning", Springer 2006, section 4.1.3.

    Examples
    --------
    >>> import numpy as np
    >>> MeanSquaredError().value(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))
    0.5
    """

    def value(self, outputs: Array, labels: Labels) -> float:
        """Return L for outputs (N, K)."""
        self.check(outputs, labels)
        return float(np.square(self._difference(outputs, labels)).mean())

    def gradient(self, outputs: Array, labels: Labels) -> Array:
        """Twice the difference, over the number of terms.

        dL/dy[n, k] = 2 (y[n, k] - [k = label[n]]) / (N K)
        """
        self.check(outputs, labels)
        return self._difference(outputs, labels) * (2 / outputs.size)

    def _difference(self, outputs: Array, labels: Labels) -> Array:
        difference = outputs.copy(order="K")
        difference[np.arange(len(labels)), labels] -= 1
        return difference


def log_softmax(z: Array) -> Array:
    """Return the log of the softmax of each row of `z`, finite where a probability rounds to 0.

    Examples
    --------
    >>> import numpy as np
    >>> log_softmax(np.array([[1e4, -1e4]]))
    array([[     0., -20000.]])
    """
    shifted: Array = z - z.max(axis=1, keepdims=True)
    total: Array = np.exp(shifted).sum(axis=1, keepdims=True)
    return shifted - np.log(total)
