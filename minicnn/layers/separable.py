"""Convolutions in two steps, each step cheaper than the one convolution that they stand for."""

from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import within
from minicnn.layers.composition import Composition
from minicnn.layers.conv import Conv2D, Convolution
from minicnn.layers.sliding_window import PaddingOption, SizeOption
from minicnn.typing import Shape


class DepthwiseConv2D(Convolution):
    """Kernels for each channel by itself: a convolution with as many groups as channels.

    With M kernels a channel, output channel f = c*M + m is

        y[n, f, i, j] = b[f] + sum over kh, kw of
                               w[f, 0, kh, kw] * x[n, c, i*SH + kh*DH, j*SW + kw*DW]

    Parameters
    ----------
    kernel_size, stride, padding, padding_mode, dilation, bias, trainable, initializer
        As for `Conv2D`.
    multiplier : int, default 1
        M, the number of kernels for each channel.

    Attributes
    ----------
    weight : Parameter (C*M, 1, KH, KW)
    bias : Parameter (C*M,), or None without bias

    Raises
    ------
    ArgumentError, ShapeError
        As `Conv2D`.

    References
    ----------
    Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision
    applications", 2017, section 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> layer = DepthwiseConv2D(3, padding="same", multiplier=2)
    >>> layer.build((8, 14, 14), np.random.default_rng(0)), layer.weight.value.shape
    ((16, 14, 14), (16, 1, 3, 3))
    """

    def __init__(
        self,
        kernel_size: SizeOption,
        stride: SizeOption = 1,
        padding: PaddingOption = 0,
        padding_mode: str = "zeros",
        dilation: SizeOption = 1,
        multiplier: int = 1,
        bias: bool = True,
        *,
        trainable: bool = True,
        initializer: str = "he_normal",
    ) -> None:
        self.multiplier = checks.whole_number("DepthwiseConv2D", "multiplier", multiplier)
        super().__init__(
            self.multiplier,  # of each channel; how many there are shows when it is built
            kernel_size,
            stride,
            padding,
            padding_mode,
            dilation,
            bias=bias,
            trainable=trainable,
            initializer=initializer,
        )

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (C*M, OH, OW)."""
        return in_shape[0] * self.multiplier, *self.places(in_shape)

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Draw the kernels of C*M filters in C groups: each channel is a group of its own."""
        self.filters, self.groups = in_shape[0] * self.multiplier, in_shape[0]
        super().create_parameters(in_shape, rng)


def _first(initializer: str) -> str:
    """Return how the first step starts: no ReLU follows, for which He's start would make up."""
    return "lecun_normal" if initializer == "he_normal" else initializer


class SeparableConv2D(Composition):
    """A depthwise convolution, then one of 1 x 1: first within each channel, then across them.

        z = depthwise(x), (N, C*M, OH, OW)        y = pointwise(z), (N, F, OH, OW)

    For M = 1 its products are 1/F + 1/(KH*KW) of those of the full convolution. Between the two
    stands no bias and no activation, so together they are one convolution with restricted kernels:
    w[f, c] = sum over m of pointwise[f, c*M + m] * depthwise[c*M + m].

    Parameters
    ----------
    filters : int
        F, the number of output channels.
    kernel_size, stride, padding, padding_mode, dilation
        Of the depthwise step, as for `Conv2D`.
    multiplier : int, default 1
        M, the number of depthwise kernels for each channel.
    bias : bool, default True
        Whether each filter has a number of its own to add.
    trainable, initializer
        As for `Conv2D`.

    Attributes
    ----------
    layers : [DepthwiseConv2D, Conv2D]
        Their parameters are called "depthwise.weight" (C*M, 1, KH, KW), "pointwise.weight"
        (F, C*M, 1, 1) and "pointwise.bias" (F,).

    Raises
    ------
    ArgumentError, ShapeError
        As `Conv2D`.

    References
    ----------
    Chollet, "Xception: deep learning with depthwise separable convolutions", CVPR 2017.

    Examples
    --------
    >>> import numpy as np
    >>> layer = SeparableConv2D(16, 3, padding="same")
    >>> layer.build((8, 14, 14), np.random.default_rng(0))
    (16, 14, 14)
    >>> [parameter.value.size for parameter in layer.parameters]  # Conv2D(16, 3): [1152, 16]
    [72, 128, 16]
    """

    equal_sizes_as_one = True

    def __init__(
        self,
        filters: int,
        kernel_size: SizeOption,
        stride: SizeOption = 1,
        padding: PaddingOption = 0,
        padding_mode: str = "zeros",
        dilation: SizeOption = 1,
        multiplier: int = 1,
        bias: bool = True,
        *,
        trainable: bool = True,
        initializer: str = "he_normal",
    ) -> None:
        with within("SeparableConv2D"):
            pointwise = Conv2D(filters, 1, bias=bias, trainable=trainable, initializer=initializer)
            depthwise = DepthwiseConv2D(
                kernel_size,
                stride,
                padding,
                padding_mode,
                dilation,
                multiplier,
                bias=False,
                trainable=trainable,
                initializer=_first(initializer),
            )
        super().__init__([depthwise, pointwise], names=["depthwise", "pointwise"])

    def given_options(self) -> dict[str, Any]:
        """Return the options of the two steps."""
        depthwise, pointwise = (layer.config for layer in self.layers[:2])
        ends = {name: pointwise[name] for name in ("filters", "bias", "initializer")}
        return depthwise | ends | {"trainable": self.trainable}


class SpatiallySeparableConv2D(Composition):
    """A convolution with KH x 1 kernels, then one with 1 x KW: first down, then across.

        z = vertical(x), (N, F, OH, W)        y = horizontal(z), (N, F, OH, OW)

    With one channel and one filter it is the convolution with the kernel w = v h, the outer product
    of a column and a row: KH + KW weights instead of KH * KW. In general, kernel w[f, c] is the
    sum over m of F such products, v[m, c] h[f, m]. Between the two stands no bias and no
    activation.

    Parameters
    ----------
    filters : int
        F, the number of output channels, and of the channels between the two.
    kernel_size, stride, padding, padding_mode, dilation
        As for `Conv2D`; the vertical numbers go to the first step, the horizontal ones to the
        second.
    groups : int, default 1
        Of both steps.
    bias : bool, default True
        Whether each filter has a number of its own to add.
    trainable, initializer
        As for `Conv2D`.

    Attributes
    ----------
    layers : [Conv2D, Conv2D]
        Their parameters are called "vertical.weight" (F, C/groups, KH, 1), "horizontal.weight"
        (F, F/groups, 1, KW) and "horizontal.bias" (F,).

    Raises
    ------
    ArgumentError, ShapeError
        As `Conv2D`.

    References
    ----------
    Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception architecture for computer
    vision", CVPR 2016, section 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> layer = SpatiallySeparableConv2D(1, (3, 5))
    >>> layer.build((1, 7, 7), np.random.default_rng(0))
    (1, 5, 3)
    >>> [parameter.value.shape for parameter in layer.parameters]
    [(1, 1, 3, 1), (1, 1, 1, 5), (1,)]
    """

    equal_sizes_as_one = True

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
        with within("SpatiallySeparableConv2D"):
            whole = Conv2D(
                filters,
                kernel_size,
                stride,
                padding,
                padding_mode,
                dilation,
                groups,
                bias,
                trainable=trainable,
                initializer=initializer,
            )
        self.options = whole.config
        vertical, horizontal = (
            Conv2D(
                filters,
                along(whole.kernel_size, 1),
                along(whole.stride, 1),
                along(whole.padding, (0, 0)),
                padding_mode,
                along(whole.dilation, 1),
                groups,
                bias and last,
                trainable=trainable,
                initializer=initializer if last else _first(initializer),
            )
            for along, last in ((_down, False), (_across, True))
        )
        super().__init__([vertical, horizontal], names=["vertical", "horizontal"])

    def given_options(self) -> dict[str, Any]:
        """Return the options of the convolution that the two steps stand for."""
        return self.options | {"trainable": self.trainable}


def _down(option: Any, nothing: Any) -> Any:
    """Return an option for the step down: across, its window is one pixel."""
    return option if isinstance(option, str) else (option[0], nothing)  # "same" is right for both


def _across(option: Any, nothing: Any) -> Any:
    """Return an option for the step across: down, its window is one pixel."""
    return option if isinstance(option, str) else (nothing, option[1])
