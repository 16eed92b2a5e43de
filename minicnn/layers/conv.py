"""The convolution: small kernels slide over the picture and weigh what they see."""

from typing import Any

import numpy as np

from minicnn import checks
from minicnn.im2col import Pair, batch_first, batch_last, col2im, im2col
from minicnn.initializers import INITIALIZERS
from minicnn.layers.windows import PaddingOption, SlidingWindow
from minicnn.parameter import Parameter
from minicnn.typing import Array, Shape


class Conv2D(SlidingWindow):
    """A bank of F kernels, each sliding over all C channels of a picture.

    With x padded by zeros, output pixel (i, j) of filter f is

        y[n, f, i, j] = b[f] + sum over c, kh, kw of w[f, c, kh, kw] x[n, c, i*SH + kh, j*SW + kw]

    the cross-correlation that every framework calls convolution: the kernel is not flipped. Biases
    start at zero.

    Parameters
    ----------
    filters : int
        F, the number of kernels and of output channels.
    kernel_size : int or (int, int)
        KH and KW.
    stride : int or (int, int), default 1
        SH and SW, the step of the kernel down and to the right.
    padding : int, (int, int), "valid" or "same", default 0
        Rows of zeros above and below, columns of zeros left and right. "valid" is 0. "same" makes
        OH = ceil(H / SH) and OW = ceil(W / SW) by the rule of Keras: where an even kernel or a
        stride needs an odd number of zeros, one more goes after (below, right) than before.
    bias : bool, default True
        Whether each kernel has a number of its own to add.
    initializer : "he_normal" or "glorot_uniform", default "he_normal"
        How the weights start; see `minicnn.initializers`.

    Attributes
    ----------
    weight : Parameter (F, C, KH, KW)
    bias : Parameter (F,), or None without bias

    Raises
    ------
    ArgumentError
        For an option that is not in its range.
    ShapeError
        By `build`, for samples that are not (C, H, W) or smaller, once padded, than the kernel.

    References
    ----------
    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, chapter 9.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Conv2D(8, 5, padding="same")
    >>> layer.build((1, 28, 28), np.random.default_rng(0))
    (8, 28, 28)
    >>> layer(np.zeros((64, 1, 28, 28))).shape, layer.weight.value.shape
    ((64, 8, 28, 28), (8, 1, 5, 5))
    """

    weight: Parameter
    bias: Parameter | None = None

    def __init__(
        self,
        filters: int,
        kernel_size: int | Pair,
        stride: int | Pair = 1,
        padding: PaddingOption = 0,
        *,
        bias: bool = True,
        initializer: str = "he_normal",
    ) -> None:
        self.filters = checks.whole_number("Conv2D", "filters", filters)
        self.kernel_size = checks.pair("Conv2D", "kernel_size", kernel_size)
        self.stride = checks.pair("Conv2D", "stride", stride)
        self.set_padding(padding)
        self.has_bias = checks.flag("Conv2D", "bias", bias)
        self.initializer = checks.choice("Conv2D", "initializer", initializer, INITIALIZERS)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (F, OH, OW)."""
        return self.filters, *self.places(in_shape)

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Draw the kernels; biases start at zero."""
        shape = (self.filters, in_shape[0], *self.kernel_size)
        self.weight = Parameter("weight", INITIALIZERS[self.initializer](shape, rng))
        zeros = np.zeros(self.filters, np.float32)
        self.bias = Parameter("bias", zeros, decay=False) if self.has_bias else None

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = w @ columns + b, one product for the whole batch."""
        columns = im2col(x, self.kernel_size, self.stride, self.margins(x.shape[1:]))
        if training:
            self.saved = columns, x.shape
        F, OH, OW = self.output_shape(x.shape[1:])
        y = self.weight.value.reshape(F, -1) @ columns  # (F, OH*OW*N)
        if self.bias is not None:
            y += self.bias.value[:, np.newaxis]
        return batch_first(y.reshape(F, OH, OW, -1))  # (N, F, OH, OW)

    def backward(self, dy: Array) -> Array:
        """Carry dy back through the product, then back through the columns.

        A column entry reaches every filter's y by its weight there, and a pixel stands in several
        columns, whose gradients add up:
        dL/dcolumns = w.T @ dy        dL/dx = col2im(dL/dcolumns)
        """
        self.backward_parameters(dy)
        _, in_shape = self.recall(dy)
        dy = batch_last(dy).reshape(self.filters, -1)  # (F, OH*OW*N)
        dcolumns = self.weight.value.reshape(self.filters, -1).T @ dy  # (C*KH*KW, OH*OW*N)
        return col2im(dcolumns, in_shape, self.kernel_size, self.stride, self.margins(in_shape[1:]))

    def backward_parameters(self, dy: Array) -> None:
        """Every place that a kernel took adds to its gradient.

        The forward pass is y = w @ columns + b, a linear map, so as in any linear map
        dL/dw = dy @ columns.T        dL/db = sum of dy over all places and samples
        """
        columns, _ = self.recall(dy)
        F, OH = dy.shape[1:3]
        dy = batch_last(dy).reshape(F, OH, -1)  # (F, OH, OW*N)
        columns = columns.reshape(-1, OH, dy.shape[2])  # (C*KH*KW, OH, OW*N)
        # This is (columns @ dy.T).T in pieces, one for each row of output places. The pieces are
        # shorter than the whole, which is thin and very long, and BLAS is slow on such products.
        dw = sum(columns[:, row] @ dy[:, row].T for row in range(OH))  # (C*KH*KW, F)
        self.weight.grad = dw.T.reshape(self.weight.value.shape)
        if self.bias is not None:
            self.bias.grad = dy.sum(axis=(1, 2))

    @property
    def multiply_adds(self) -> int:
        """F * OH * OW outputs, each of C * KH * KW products."""
        if self.out_shape is None:
            return 0
        _, OH, OW = self.out_shape
        return self.weight.value.size * OH * OW

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name."""
        return super().config | {"bias": self.has_bias}
