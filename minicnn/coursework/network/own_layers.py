"""Layers, a loss and optimizers whose arithmetic was handed in.

Each is the library's in all but the arithmetic: it has its options, shapes and parameters, and
calls one's own functions where the library would compute. `per_sample` stays False, so that no two
threads are ever in these functions at once.
"""

from typing import Any

import numpy as np

from minicnn.coursework.layer_functions import STAND_INS
from minicnn.coursework.network.parts import Parts
from minicnn.errors import ArgumentError, NotReadyError
from minicnn.layers import BatchNorm, Conv2D, Dense, Dropout, MaxPool, ReLU, Softmax
from minicnn.layers.share import current_share
from minicnn.losses import CrossEntropy
from minicnn.optim import SGD, Adam
from minicnn.optim.schedules import Schedule
from minicnn.typing import Array, Targets

BATCH_NORM = ("batchnorm_forward", "batchnorm_backward")


class OwnConv2D(Conv2D):
    """A convolution by conv2d_forward and conv2d_backward.

    Parameters
    ----------
    parts : Parts
    filters, kernel_size, padding : int
        As for `Conv2D`.
    """

    def __init__(self, parts: Parts, filters: int, kernel_size: int, padding: int = 0) -> None:
        super().__init__(filters, kernel_size, padding=padding)
        self.parts, self.border = parts, padding

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return what conv2d_forward gives."""
        self.saved = (x,)
        shape = (len(x), *(self.out_shape or ()))
        weights = self.weight.value, _bias(self).value
        (y,) = self.parts.call("conv2d_forward", [shape], x, *weights, 1, self.border)
        return y

    def backward(self, dy: Array) -> Array:
        """Return and store what conv2d_backward gives."""
        (x,) = self.recall(dy)
        w = self.weight.value
        shapes = [x.shape, w.shape, (len(w),)]
        dx, self.weight.grad, _bias(self).grad = self.parts.call(
            "conv2d_backward", shapes, dy, x, w, 1, self.border
        )
        return dx

    def given_options(self) -> dict[str, Any]:
        """Return the padding as it was given."""
        return {"padding": self.border}


class OwnDense(Dense):
    """A dense layer by dense_forward and dense_backward."""

    def __init__(self, parts: Parts, units: int) -> None:
        super().__init__(units)
        self.parts = parts

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return what dense_forward gives."""
        self.saved = (x,)
        shape = (len(x), self.units)
        weights = self.weight.value, _bias(self).value
        (y,) = self.parts.call("dense_forward", [shape], x, *weights)
        return y

    def backward(self, dy: Array) -> Array:
        """Return and store what dense_backward gives."""
        (x,) = self.recall(dy)
        w = self.weight.value
        shapes = [x.shape, w.shape, (len(w),)]
        dx, self.weight.grad, _bias(self).grad = self.parts.call("dense_backward", shapes, dy, x, w)
        return dx

    def given_options(self) -> dict[str, Any]:
        """Return nothing: there is no option but the units."""
        return {}


def _bias(layer: Conv2D | Dense) -> Any:
    """Return the bias, which all layers here have."""
    if layer.bias is None:
        raise NotReadyError(f"{layer}: expected a bias, which build makes; got none")
    return layer.bias


class OwnReLU(ReLU):
    """A ReLU whose gradient is relu_backward's."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = max(x, 0)."""
        self.saved = (x,)
        return np.maximum(x, 0)

    def backward(self, dy: Array) -> Array:
        """Return what relu_backward gives."""
        (x,) = self.recall(dy)
        (dx,) = self.parts.call("relu_backward", [x.shape], dy, x)
        return dx


class OwnMaxPool(MaxPool):
    """Max pooling by maxpool_forward and maxpool_backward, of windows that tile the picture."""

    def __init__(self, parts: Parts, size: int) -> None:
        super().__init__(size)
        self.parts, self.step = parts, size

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return what maxpool_forward gives."""
        self.saved = (x,)
        shape = (len(x), *(self.out_shape or ()))
        (y,) = self.parts.call("maxpool_forward", [shape], x, self.step, self.step)
        return y

    def backward(self, dy: Array) -> Array:
        """Return what maxpool_backward gives."""
        (x,) = self.recall(dy)
        (dx,) = self.parts.call("maxpool_backward", [x.shape], dy, x, self.step, self.step)
        return dx

    def given_options(self) -> dict[str, Any]:
        """Return nothing: there is no option but the size."""
        return {}


class OwnBatchNorm(BatchNorm):
    """Batch normalization by batchnorm_forward and batchnorm_backward; in use, as the library's.

    A function that was written for (N, D) alone gets every pixel as a sample of its own, with its
    channels as D numbers, which comes to the same.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts
        self.pictures = {name: _takes_pictures(parts, name) for name in BATCH_NORM}

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return what batchnorm_forward gives, and let the statistics follow those of the batch."""
        if not training:
            return super().forward(x)
        self.saved = (x,)
        axes = (0, *range(2, x.ndim))
        self._follow(x.mean(axes), x.var(axes, ddof=1))
        scale = self.weight.value, self.bias.value, self.epsilon
        if self.pictures["batchnorm_forward"]:
            (y,) = self.parts.call("batchnorm_forward", [x.shape], x, *scale)
            return y
        rows = _as_rows(x)
        (y,) = self.parts.call("batchnorm_forward", [rows.shape], rows, *scale)
        return _as_pictures(y, x)

    def backward(self, dy: Array) -> Array:
        """Return and store what batchnorm_backward gives."""
        (x,) = self.recall(dy)
        gamma = self.weight.value
        pictures = self.pictures["batchnorm_backward"]
        arguments = (dy, x) if pictures else (_as_rows(dy), _as_rows(x))
        shapes = [arguments[1].shape, gamma.shape, gamma.shape]
        dx, self.weight.grad, self.bias.grad = self.parts.call(
            "batchnorm_backward", shapes, *arguments, gamma, self.epsilon
        )
        return dx if pictures else _as_pictures(dx, x)


def _takes_pictures(parts: Parts, name: str) -> bool:
    """Return whether a function of batch normalization is right on a small batch of pictures."""
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 4, 3, 2, 5))
    gamma, beta = rng.normal(size=(2, 3))
    backward = name == "batchnorm_backward"
    arguments = (dy, x, gamma, 0.1) if backward else (x, gamma, beta, 0.1)
    shapes = [x.shape, gamma.shape, gamma.shape] if backward else [x.shape]
    try:
        got = parts.call(name, shapes, *arguments)[0]
    except ArgumentError:
        return False
    right = STAND_INS[name](*arguments)
    return np.allclose(got, right[0] if backward else right, atol=1e-4)


def _as_rows(x: Array) -> Array:
    """Return pictures (N, C, H, W) as (N*H*W, C)."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _as_pictures(rows: Array, x: Array) -> Array:
    """Return (N*H*W, C) in the shape of x, (N, C, H, W)."""
    N, C, H, W = x.shape
    return rows.reshape(N, H, W, C).transpose(0, 3, 1, 2)


class OwnDropout(Dropout):
    """Dropout by dropout_forward."""

    def __init__(self, parts: Parts, rate: float) -> None:
        super().__init__(rate)
        self.parts = parts

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return what dropout_forward gives; in use, x as it is."""
        if not training:
            self.saved = (None,)
            return x
        rng = current_share().generator(self.rng)
        y, mask = self.parts.call("dropout_forward", [x.shape, x.shape], x, self.rate, rng)
        self.saved = (mask,)
        return y

    def backward(self, dy: Array) -> Array:
        """Let dy pass where x did, as much enlarged."""
        (mask,) = self.recall(dy)
        dx: Array = dy if mask is None else dy * (mask != 0) / dy.dtype.type(1 - self.rate)
        return dx


class OwnSoftmax(Softmax):
    """The probabilities by softmax; a loss on the scores has no need of its gradient."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return what softmax gives."""
        (y,) = self.parts.call("softmax", [x.shape], x)
        self.saved = (y,)
        return y

    def backward(self, dy: Array) -> Array:
        """Return the library's gradient."""
        return super().backward(dy)


class OwnCrossEntropy(CrossEntropy):
    """The loss by cross_entropy, its gradient by cross_entropy_gradient."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts

    def value(self, outputs: Array, targets: Targets) -> float:
        """Return what cross_entropy gives."""
        if not self.parts.own("cross_entropy"):
            return super().value(outputs, targets)
        (loss,) = self.parts.call("cross_entropy", [()], outputs, targets)
        return float(loss)

    def gradient(self, outputs: Array, targets: Targets) -> Array:
        """Return what cross_entropy_gradient gives."""
        if not self.parts.own("cross_entropy_gradient"):
            return super().gradient(outputs, targets)
        arguments = outputs, targets
        (dz,) = self.parts.call("cross_entropy_gradient", [outputs.shape], *arguments)
        return dz


class OwnSGD(SGD):
    """Gradient descent by sgd_step."""

    def __init__(self, parts: Parts, learning_rate: float | Schedule, momentum: float) -> None:
        super().__init__(learning_rate, momentum)
        self.parts = parts

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        """Return the weights that sgd_step gives, and keep its velocity."""
        state = value.copy(), gradient, slots["velocity"]
        options = self.learning_rate, self.momentum
        value, slots["velocity"] = self.parts.call("sgd_step", [value.shape] * 2, *state, *options)
        return value


class OwnAdam(Adam):
    """Adam by adam_step."""

    def __init__(self, parts: Parts, learning_rate: float | Schedule) -> None:
        super().__init__(learning_rate)
        self.parts = parts

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        """Return the weights that adam_step gives, and keep its two means."""
        slots["steps"] += 1
        state = value.copy(), gradient, slots["mean"], slots["mean_square"], int(slots["steps"])
        options = self.learning_rate, self.beta1, self.beta2, self.epsilon
        value, slots["mean"], slots["mean_square"] = self.parts.call(
            "adam_step", [value.shape] * 3, *state, *options
        )
        return value
