"""The convolution: small kernels slide over the picture and weigh what they see."""

from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers.initializers import INITIALIZERS
from minicnn.layers.parameter import Parameter
from minicnn.layers.sliding_window import PaddingOption, SizeOption, SlidingWindow
from minicnn.ops.convolution import convolve, input_gradient, weight_gradient
from minicnn.ops.padding import batch_first, batch_last, pad, unpad
from minicnn.typing import Array, Shape


class Convolution(SlidingWindow):
    """What the convolutions of signals, pictures and volumes have in common: all but the axes.

    The options are explained in `Conv2D`.

    Attributes
    ----------
    filters, groups : int
        F, the output channels; into how many groups these and the input channels are split.
    weight : Parameter
    bias : Parameter (F,), or None without bias
    """

    per_sample = True
    filter_axis: ClassVar[int | None] = 0
    weight: Parameter
    bias: Parameter | None = None
    given_kernels: Array | None = None

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
        owner = type(self).__name__
        super().__init__(kernel_size, stride, padding, padding_mode, dilation)
        self.filters = checks.whole_number(owner, "filters", filters)
        self.groups = checks.whole_number(owner, "groups", groups)
        checks.divides(owner, "groups", self.groups, "filters", self.filters)
        self.use_bias = checks.flag(owner, "bias", bias)
        self.trainable = trainable
        self.initializer = checks.choice(owner, "initializer", initializer, INITIALIZERS)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = w @ columns + b, where a column is all that a kernel sees in one place."""
        margins = self.margins(x.shape[1:])
        x = pad(batch_last(x), margins, self.padding_mode)  # (C, H + ..., W + ..., N)
        self.saved = x, margins
        y = convolve(x, self.weight.value, self.window, self.groups)  # (F, OH, OW, N)
        self.add_bias(y)
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Carry dy back through the product, then from the columns to the pixels.

        An entry of a column reaches every filter's y by its weight there, and a pixel stands in
        several columns, whose gradients add up:
        dL/dcolumns = w.T @ dy        dL/dx = col2im(dL/dcolumns)
        """
        Convolution.backward_parameters(self, dy)
        x, margins = self.recall(dy)
        border = margins[0] if self.padding_mode == "zeros" else (0, 0)  # it is cut off below
        dx = input_gradient(
            batch_last(dy), self.weight.value, x.shape, self.window, self.groups, border
        )
        return batch_first(unpad(dx, margins, self.padding_mode))

    def backward_parameters(self, dy: Array) -> None:
        """Every place that a kernel took adds to its gradient.

        The forward pass is y = w @ columns + b, a linear map, so as in any linear map
        dL/dw = dy @ columns.T        dL/db = sum of dy over all places and samples
        """
        x, _ = self.recall(dy)
        dy = batch_last(dy)  # (F, OH, OW, N)
        if self.weight.trainable:
            self.weight.grad = weight_gradient(x, dy, self.window, self.groups)
        if self.bias is not None and self.bias.trainable:
            self.bias.grad = dy.reshape(len(dy), -1).sum(axis=1)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (F, OH, OW), or F and as many sizes as the samples have."""
        places = self.places(in_shape)
        self.check_groups(in_shape[0])
        return self.filters, *places

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Draw the kernels, or take those that were given; biases start at zero."""
        given = self.given_kernels
        kernels = self.draw_kernels(in_shape[0], rng) if given is None else given.copy()
        self.weight = Parameter("weight", kernels)
        if self.use_bias:
            self.bias = Parameter("bias", np.zeros(self.filters, np.float32), decay=False)

    def draw_kernels(self, channels: int, rng: np.random.Generator) -> Array:
        """Return kernels to start with, (F, C/groups, KH, KW): each group is a layer of its own."""
        shape = (self.filters // self.groups, channels // self.groups, *self.kernel_size)
        draw = INITIALIZERS[self.initializer]
        return np.concatenate([draw(shape, rng) for _ in range(self.groups)])

    def add_bias(self, y: Array) -> None:
        """Add to y (F, OH, OW, N), in place, what each filter has of its own."""
        if self.bias is not None:
            y += self.bias.value.reshape(-1, *(1,) * (y.ndim - 1))  # (F, 1, 1, 1)

    def check_groups(self, channels: int) -> None:
        """Raise ShapeError unless the groups divide the channels, and given kernels fit them."""
        checks.divides(self, "groups", self.groups, "input channels", channels, ShapeError)
        given, depth = self.given_kernels, channels // self.groups
        if given is not None and given.shape[1] != depth:
            raise ShapeError(
                f"{self}: expected kernels of {depth} channels, as deep as the input, {channels} "
                f"channels in {self.groups} groups; got kernels of {given.shape[1]} channels, in "
                f"an array {given.shape}"
            )

    def given_options(self) -> dict[str, Any]:
        """Return whether there is a bias: its own attribute holds the parameter."""
        return {"bias": self.use_bias}


class Conv2D(Convolution):
    """A bank of F kernels, each sliding over the channels of a picture.

    With x padded, output pixel (i, j) of filter f is

        y[n, f, i, j] = b[f] + sum over c, kh, kw of
                               w[f, c, kh, kw] * x[n, c, i*SH + kh*DH, j*SW + kw*DW]

    the cross-correlation that every framework calls convolution: the kernel is not flipped. Biases
    start at zero.

    A kernel of 1 x 1 mixes the channels of each pixel.

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

        The layer prints its options, not the kernels; a saved model has both.

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
        settled = sorted({"filters", "kernel_size", "initializer"} & options.keys())
        if settled:
            raise ArgumentError(f"{owner}: the kernels themselves settle {' and '.join(settled)}")
        bank = checks.kernel_bank(owner, kernels).astype(np.float32)  # (F, C, KH, KW)
        layer = cls(len(bank), bank.shape[2:], bias=bias, trainable=trainable, **options)
        layer.given_kernels = bank
        return layer
