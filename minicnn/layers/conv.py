"""The convolution: small kernels slide over the picture and weigh what they see."""

import math
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers.kernels import KernelLayer
from minicnn.layers.sliding_window import PaddingOption, SizeOption
from minicnn.ops.convolution import convolve, input_gradient, weight_gradient
from minicnn.ops.padding import batch_first, batch_last, inner_rows, pad, unpad
from minicnn.typing import Array, Shape


class Convolution(KernelLayer):
    """What the convolutions of signals, pictures and volumes have in common: all but the axes.

    The options are told in `Conv2D`.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: SizeOption,
        stride: SizeOption = 1,
        padding: PaddingOption = 0,
        padding_mode: str = "zeros",
        dilation: SizeOption = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        trainable: bool = True,
        initializer: str = "he_normal",
    ) -> None:
        self.set_filters(filters, groups)
        self.set_window(kernel_size, stride, padding, dilation, padding_mode)
        self.set_kernels(bias, trainable, initializer)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (F, OH, OW), or F and as many sizes as the samples have."""
        places = self.places(in_shape)
        filters, groups = self.filters_and_groups(in_shape[0])
        if self.given_kernels is not None and len(self.given_kernels[0]) != in_shape[0] // groups:
            raise ShapeError(
                f"{self}: expected kernels as deep as the input, {in_shape[0]} channels in "
                f"{groups} groups; got kernels of {len(self.given_kernels[0])} channels, in an "
                f"array {self.given_kernels.shape}"
            )
        return filters, *places

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = w @ columns + b, where a column is all that a kernel sees in one place."""
        margins = self.margins(x.shape[1:])
        _, groups = self.filters_and_groups(x.shape[1])
        padded = pad(x, margins, self.padding_mode)  # (C, H + above + below, W + left + right, N)
        if training:  # frozen kernels get no gradient, so the shape is enough
            self.saved = padded if self.weight.trainable else None, padded.shape, groups, margins
        y = convolve(padded, self.weight.value, self.window, groups)  # (F, OH, OW, N)
        self.add_bias(y)
        return batch_first(y)  # (N, F, OH, OW)

    def backward(self, dy: Array) -> Array:
        """Carry dy back through the product, then from the columns to the pixels.

        An entry of a column reaches every filter's y by its weight there, and a pixel stands in
        several columns, whose gradients add up:
        dL/dcolumns = w.T @ dy        dL/dx[p] = sum of dL/dcolumns over the copies of p
        """
        self.backward_parameters(dy)
        _, shape, groups, margins = self.recall(dy)
        inside = inner_rows(shape[1], margins, self.padding_mode)
        dpadded = input_gradient(
            batch_last(dy), self.weight.value, shape, self.window, groups, inside
        )
        return unpad(dpadded, margins, self.padding_mode)

    def backward_parameters(self, dy: Array) -> None:
        """Every place that a kernel took adds to its gradient.

        The forward pass is y = w @ columns + b, a linear map, so as in any linear map
        dL/dw = dy @ columns.T        dL/db = sum of dy over all places and samples
        """
        padded, _, groups, _ = self.recall(dy)
        dy = batch_last(dy)  # (F, OH, OW, N)
        if padded is not None:
            self.weight.grad = weight_gradient(padded, dy, self.window, groups)
        if self.bias is not None and self.bias.trainable:
            self.bias.grad = dy.reshape(len(dy), -1).sum(axis=1)

    @property
    def multiply_adds(self) -> int:
        """F * OH * OW outputs, each of C/groups * KH * KW products."""
        if self.out_shape is None:
            return 0
        return self.weight.value.size * math.prod(self.out_shape[1:])


class Conv2D(Convolution):
    """A bank of F kernels, each sliding over the channels of a picture.

    With x padded, output pixel (i, j) of filter f is

        y[n, f, i, j] = b[f] + sum over c, kh, kw of
                               w[f, c, kh, kw] * x[n, c, i*SH + kh*DH, j*SW + kw*DW]

    the cross-correlation that every framework calls convolution: the kernel is not flipped. Biases
    start at zero.

    A kernel of 1 x 1 mixes the channels of each pixel; no columns are then gathered, and the layer
    is one matrix product.

    Parameters
    ----------
    filters : int
        F, the number of kernels and of output channels.
    kernel_size : int or (int, int)
        KH and KW.
    stride : int or (int, int), default 1
        SH and SW, the step of the kernel down and to the right.
    padding : int, (int, int), four ints, "valid" or "same", default 0
        Rows above and below, columns left and right; all four as (above, below, left, right) or
        ((above, below), (left, right)). "valid" is 0. "same" makes OH = ceil(H / SH) and
        OW = ceil(W / SW) by the rule of Keras: where an even kernel or a stride needs an odd
        number, one more goes after (below, right) than before.
    padding_mode : "zeros", "replicate", "reflect" or "circular", default "zeros"
        What the border holds: zeros; the nearest pixel; the mirror image, without repeating the
        outermost pixel; the other end of the picture.
    dilation : int or (int, int), default 1
        DH and DW, the distance between the pixels that neighbouring weights meet.
    groups : int, default 1
        Channels and filters are split into so many groups, and a filter sees the channels of its
        group alone. Must divide both.
    bias : bool, default True
        Whether each kernel has a number of its own to add.
    trainable : bool, default True
        False freezes the layer: optimizers leave it as it is, and its gradient is not computed.
    initializer : "he_normal", "glorot_uniform" or "lecun_normal", default "he_normal"
        How the weights start; see `minicnn.layers.initializers`.

    Attributes
    ----------
    weight : Parameter (F, C/groups, KH, KW)
    bias : Parameter (F,), or None without bias

    Raises
    ------
    ArgumentError
        For an option that is not in its range.
    ShapeError
        By `build`, for samples that are not (C, H, W) or smaller, once padded, than the kernel;
        for channels that the groups do not divide; for reflect padding as large as the picture.

    References
    ----------
    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, chapter 9.
    Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural
    networks", NIPS 2012, for groups.
    Yu and Koltun, "Multi-scale context aggregation by dilated convolutions", ICLR 2016.

    Examples
    --------
    >>> layer = Conv2D(8, 5, padding="same")
    >>> layer.build((1, 28, 28), np.random.default_rng(0))
    (8, 28, 28)
    >>> layer(np.zeros((64, 1, 28, 28))).shape, layer.weight.value.shape
    ((64, 8, 28, 28), (8, 1, 5, 5))
    """

    @classmethod
    def from_kernels(
        cls,
        kernels: npt.ArrayLike,
        *,
        trainable: bool = False,
        bias: bool = False,
        **options: Any,
    ) -> Self:
        """Return a layer that starts with these kernels, and by default keeps them.

        Parameters
        ----------
        kernels : array (F, C/groups, KH, KW), or (F, KH, KW) with one channel
            Kept as float32, like all weights.
        trainable : bool, default False
            Whether training may change them.
        bias : bool, default False
            Whether each kernel has a number of its own to add.
        **options
            What else the constructor takes: stride, padding, groups ...

        The layer's repr tells its options, not the kernels; a saved model has them.

        Raises
        ------
        ArgumentError
            For options that the kernels settle.
        ShapeError
            If the kernels are not an array of such a shape; by `build`, if they are not as deep as
            the samples.
        DataError
            If a weight is NaN or infinite.

        Examples
        --------
        >>> layer = Conv2D.from_kernels([[[-1, 0, 1]]])
        >>> layer.build((1, 1, 5), np.random.default_rng(0))
        (1, 1, 3)
        >>> layer(np.array([[[[0.0, 0.0, 1.0, 1.0, 1.0]]]]))
        array([[[[1., 1., 0.]]]])
        """
        owner = f"{cls.__name__}.from_kernels"
        told = sorted({"filters", "kernel_size", "initializer"} & options.keys())
        if told:
            raise ArgumentError(f"{owner}: the kernels themselves settle {' and '.join(told)}")
        bank = checks.numbers(owner, "kernels", kernels).astype(np.float32)
        if bank.ndim == 3:
            bank = bank[:, np.newaxis]  # (F, 1, KH, KW)
        if bank.ndim != 4 or bank.size == 0:
            raise ShapeError(
                f"{owner}: kernels must be an array (F, C, KH, KW), or (F, KH, KW) with one "
                f"channel, got shape {np.shape(kernels)}"
            )
        layer = cls(len(bank), bank.shape[2:], bias=bias, trainable=trainable, **options)
        layer.given_kernels = bank
        return layer
