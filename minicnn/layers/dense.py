"""The dense layer: every output weighs every input."""

from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.layers.base import Layer
from minicnn.layers.initializers import INITIALIZERS
from minicnn.layers.parameter import Parameter
from minicnn.typing import Array, Shape


class Dense(Layer):
    """A linear map of D_in numbers to D_out numbers, with a bias.

        y[n] = w @ x[n] + b

    Biases start at zero.

    Parameters
    ----------
    units : int
        D_out, the number of outputs.
    bias : bool, default True
        Whether each output has a number of its own to add.
    trainable : bool, default True
        False freezes the layer: optimizers leave it as it is, and its gradient is not computed.
    initializer : "he_normal", "glorot_uniform" or "lecun_normal", default "he_normal"
        How the weights start; see `minicnn.layers.initializers`.

    Attributes
    ----------
    weight : Parameter (D_out, D_in)
    bias : Parameter (D_out,), or None without bias

    Raises
    ------
    ArgumentError
        For an option that is not in its range.
    ShapeError
        By `build`, for samples that are not (D_in,): put a `Flatten` before.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 6.5.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Dense(10)
    >>> layer.build((784,), np.random.default_rng(0))
    (10,)
    >>> layer(np.zeros((64, 784))).shape, layer.weight.value.shape
    ((64, 10), (10, 784))
    """

    per_sample = True
    filter_axis = 0
    weight: Parameter
    bias: Parameter | None = None

    def __init__(
        self,
        units: int,
        *,
        bias: bool = True,
        trainable: bool = True,
        initializer: str = "he_normal",
    ) -> None:
        self.units = checks.whole_number("Dense", "units", units)
        self.use_bias = checks.flag("Dense", "bias", bias)
        self.trainable = trainable
        self.initializer = checks.choice("Dense", "initializer", initializer, INITIALIZERS)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (D_out,)."""
        if len(in_shape) != 1:
            raise ShapeError(
                f"{self}: expected flat samples of shape (D_in,), got {in_shape}; "
                "put a Flatten() before"
            )
        return (self.units,)

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Draw the weights; biases start at zero."""
        weights = INITIALIZERS[self.initializer]((self.units, in_shape[0]), rng)
        self.weight = Parameter("weight", weights)
        if self.use_bias:
            self.bias = Parameter("bias", np.zeros(self.units, np.float32), decay=False)

    # The products are written for x.T, (D_in, N), since that is how the layers before hand it on in
    # memory: no copy is made, and the results go on in the same order.

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = x @ w.T + b."""
        self.saved = (x,)
        y = self.weight.value @ x.T  # (D_out, N)
        if self.bias is not None:
            y += self.bias.value[:, np.newaxis]
        return y.T

    def backward(self, dy: Array) -> Array:
        """Each input gets dy back through the weights it went out by.

        dL/dx = dy @ w
        """
        Dense.backward_parameters(self, dy)
        return (self.weight.value.T @ dy.T).T

    def backward_parameters(self, dy: Array) -> None:
        """Each weight gets the dy of its output times the input it weighed, over all samples.

        dL/dw = dy.T @ x        dL/db = sum of dy over the samples
        """
        (x,) = self.recall(dy)
        if self.weight.trainable:
            self.weight.grad = dy.T @ x
        if self.bias is not None and self.bias.trainable:
            self.bias.grad = dy.sum(axis=0)

    def given_options(self) -> dict[str, Any]:
        """Return whether there is a bias: its own attribute holds the parameter."""
        return {"bias": self.use_bias}
