"""Losses: one number for how wrong a batch of outputs is, and its gradient, side by side.

Every loss is a mean over the batch, so that its size does not depend on the batch's. What the
targets are is the loss's to say: class numbers, numbers, or pictures.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from minicnn import checks
from minicnn.describe import Described
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.typing import Array, Shape, Targets

ROUNDS_TO_ZERO = np.errstate(under="ignore")
"""Whatever `numpy.seterr` says: a probability may round to zero here, and is right so."""


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

    def __call__(self, outputs: Array, targets: Targets) -> tuple[float, Array]:
        """Return `value` and `gradient`.

        Raises
        ------
        ShapeError
            If they are not one number, and an array of the shape of the outputs.
        """
        value = checks.loss_value(self, self.value(outputs, targets))
        gradient = self.gradient(outputs, targets)
        checks.returned(self, "gradient", gradient, outputs.shape)
        return value, gradient

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

        L = -1/N sum over n, k of weight[k] t[n, k] log softmax(z[n])[k]

    where t is one at the true class and zero elsewhere. It takes scores z (logits), not
    probabilities, because the log of the softmax can be computed without the softmax:

        log softmax(z)[k] = z[k] - max(z) - log sum over j of exp(z[j] - max(z))

    It stays finite for scores that differ by thousands, where a probability rounds to 0 and its log
    would be infinite. Targets are class numbers (N,) in 0..K-1.

    Parameters
    ----------
    label_smoothing : float, default 0
        The share s of t that is spread evenly over all classes, so that a model need not be sure
        beyond measure: t is 1 - s + s/K at the true class and s/K elsewhere. Below 1.
    class_weights : sequence of K floats, optional
        What a sample of each class counts, such as more for a rare one. By default 1. The sum is
        still divided by N, not by the sum of the weights.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 6.2.2.3.
    Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016,
    section 7, for the smoothing.

    Examples
    --------
    >>> loss = CrossEntropy()
    >>> round(loss.value(np.zeros((2, 10)), np.array([3, 7])), 4)  # log 10: it knows nothing
    2.3026
    >>> loss.gradient(np.zeros((1, 2)), np.array([0]))
    array([[-0.5,  0.5]])
    >>> CrossEntropy(class_weights=[1, 3]).gradient(np.zeros((1, 2)), np.array([1]))
    array([[ 1.5, -1.5]])
    """

    includes_softmax = True
    per_sample = True
    # Also for a subclass that does not call this constructor.
    label_smoothing: float = 0.0
    class_weights: Sequence[float] | None = None

    def __init__(
        self, label_smoothing: float = 0.0, class_weights: Sequence[float] | None = None
    ) -> None:
        self.label_smoothing = checks.real_number(
            "CrossEntropy", "label_smoothing", label_smoothing, minimum=0, below=1
        )
        if class_weights is not None:
            weights = checks.numbers("CrossEntropy", "class_weights", class_weights)
            if weights.ndim != 1 or weights.size == 0 or weights.min() < 0 or not weights.any():
                raise ArgumentError(
                    "CrossEntropy: class_weights must be one number for each class, none below 0 "
                    f"and not all 0, got {class_weights!r}"
                )
            self.class_weights = tuple(weights.tolist())

    def value(self, outputs: Array, targets: Targets) -> float:
        """Return L for scores (N, K)."""
        self.check(targets, outputs.shape)
        return -float(np.vdot(self._weighted(outputs, targets), log_softmax(outputs))) / len(
            outputs
        )

    @ROUNDS_TO_ZERO
    def gradient(self, outputs: Array, targets: Targets) -> Array:
        """Take t from the probabilities, which get all that the weighted t adds up to.

        dL/dz[n, k] = (softmax(z[n])[k] sum over j of weight[j] t[n, j] - weight[k] t[n, k]) / N
        """
        t = self._weighted(outputs, targets)
        dz: Array = np.exp(log_softmax(outputs)) * t.sum(axis=1, keepdims=True) - t
        dz /= len(targets)
        return dz

    def _weighted(self, z: Array, labels: Targets) -> Array:
        """Return weight * t, (N, K)."""
        K = z.shape[1]
        t = np.full_like(z, self.label_smoothing / K)
        t[np.arange(len(labels)), labels] += 1 - self.label_smoothing
        return t if self.class_weights is None else t * np.asarray(self.class_weights, z.dtype)

    def check(self, targets: Targets, shape: Shape) -> None:
        """Raise ShapeError unless outputs are (N, K), DataError unless targets are N classes."""
        checks.classes(self, targets, shape)
        if shape[1] == 1:
            raise ShapeError(
                f"{self}: expected scores of at least two classes, got one; a yes or no in one "
                "score is for BinaryCrossEntropy"
            )
        if self.class_weights is not None and len(self.class_weights) != shape[1]:
            raise ShapeError(
                f"{self}: expected a weight for each of {shape[1]} classes, got "
                f"{len(self.class_weights)}"
            )


class BinaryCrossEntropy(Loss):
    """Cross-entropy of answers that are yes or no, each by itself, averaged over all of them.

        L = 1/(N K) sum over n, k of log(1 + exp(z[n, k])) - t[n, k] z[n, k]

    It takes scores z (logits), not probabilities: sigmoid(z) = 1 / (1 + exp(-z)) is the
    probability of yes. The log stays finite for scores of any size.

    Targets t have the shape of the outputs, and are 1 for yes and 0 for no, or between. So a sample
    may have several labels at once. A model with one score, (N, 1), also takes class numbers (N,),
    0 and 1.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 6.2.2.2.

    Examples
    --------
    >>> loss = BinaryCrossEntropy()
    >>> round(loss.value(np.zeros((2, 1)), np.array([0, 1])), 4)  # log 2: it knows nothing
    0.6931
    >>> loss.gradient(np.zeros((1, 2)), np.array([[1.0, 0.0]]))
    array([[-0.25,  0.25]])
    >>> loss.accuracy(np.array([[3.0, -1.0]]), np.array([[1.0, 1.0]]))
    0.5
    """

    per_sample = True

    @ROUNDS_TO_ZERO
    def value(self, outputs: Array, targets: Targets) -> float:
        """Return L for scores of any shape."""
        self.check(targets, outputs.shape)
        return float(np.mean(np.logaddexp(0, outputs) - self._targets(outputs, targets) * outputs))

    @ROUNDS_TO_ZERO
    def gradient(self, outputs: Array, targets: Targets) -> Array:
        """Take the target from the probability.

        dL/dz = (sigmoid(z) - t) / (N K)
        """
        sigmoid = np.exp(-np.logaddexp(0, -outputs))
        dz: Array = (sigmoid - self._targets(outputs, targets)) / outputs.size
        return dz

    def check(self, targets: Targets, shape: Shape) -> None:
        """Raise DataError unless targets are 0 to 1 for each output, or class numbers for one."""
        if checks.are_class_numbers(targets) and shape[1:] == (1,):
            checks.labels(self, targets, shape[0], 2)
            return
        if checks.are_class_numbers(targets):
            raise DataError(
                f"{self}: class numbers need one score, outputs (N, 1), but there are {shape[1:]}; "
                "several labels are floats of the outputs' shape, and one of several classes is "
                "for CrossEntropy"
            )
        checks.targets(self, targets, shape)
        if targets.min() < 0 or targets.max() > 1:
            raise DataError(
                f"{self}: targets must lie between 0, for no, and 1, for yes, got values from "
                f"{targets.min():g} to {targets.max():g}"
            )

    def accuracy(self, outputs: Array, targets: Targets) -> float:
        """Return the share of answers that are right: a score above 0 is a yes."""
        return float(np.mean((outputs > 0) == (self._targets(outputs, targets) > 0.5)))

    def _targets(self, outputs: Array, targets: Targets) -> Array:
        """Return t in the shape and type of the outputs."""
        return targets.reshape(outputs.shape).astype(outputs.dtype, copy=False)


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


@ROUNDS_TO_ZERO
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
