"""What convolution and pooling share: a window that slides over a picture."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from minicnn import checks
from minicnn.layers.base import Layer
from minicnn.ops.padding import PADDING_MODES
from minicnn.ops.window import Window
from minicnn.typing import Margins, Pair, Shape, Sizes

SizeOption: TypeAlias = int | Sequence[int]
"""One whole number, or one for each spatial axis."""

PaddingOption: TypeAlias = int | Sequence[int] | Sequence[Pair] | Literal["valid", "same"]
"""One number for all sides; one for each axis; (above, below, left, right), flat or as a pair for
each axis; or a rule."""


class SlidingWindow(Layer):
    """A layer of which each output place sees one window of its (C, H, W) input.

    The options are explained in `Conv2D`.

    Attributes
    ----------
    spatial_axes : int
        2, for pictures; 1 in layers for signals (C, L), 3 in layers for volumes (C, D, H, W).
    kernel_size, stride, dilation : tuple of int
        KH and KW; SH and SW; the distance of neighbouring taps down and to the right.
    window : Window
        These three.
    padding : ((above, below), (left, right)), "valid" or "same"
        As it was asked for; `margins` says what it comes to.
    padding_mode : str
        What the border holds, one of `minicnn.ops.padding.PADDING_MODES`.
    """

    spatial_axes = 2
    equal_sizes_as_one = True

    def __init__(
        self,
        kernel_size: SizeOption,
        stride: SizeOption = 1,
        padding: PaddingOption = 0,
        padding_mode: str = "zeros",
        dilation: SizeOption = 1,
    ) -> None:
        owner, axes = type(self).__name__, self.spatial_axes
        self.kernel_size = checks.sizes(owner, "kernel_size", kernel_size, axes)
        self.stride = checks.sizes(owner, "stride", stride, axes)
        self.dilation = checks.sizes(owner, "dilation", dilation, axes)
        self.window = Window(self.kernel_size, self.stride, self.dilation)
        self.padding = checks.padding(owner, padding, axes)
        self.padding_mode = checks.choice(owner, "padding_mode", padding_mode, PADDING_MODES)

    def margins(self, in_shape: Shape) -> Margins:
        """Return what is added around a picture: ((above, below), (left, right))."""
        if self.padding == "valid":
            return ((0, 0),) * self.spatial_axes
        if self.padding == "same":
            return self.window.same_padding(in_shape[1:])
        return self.padding

    def places(self, in_shape: Shape) -> Sizes:
        """Return OH and OW, how many places the window takes, or raise ShapeError."""
        checks.spatial_axes(self, in_shape, self.spatial_axes)
        margins = self.margins(in_shape)
        if self.padding_mode == "reflect":
            checks.reflection(self, in_shape, margins)
        padded = tuple(s + sum(added) for s, added in zip(in_shape[1:], margins, strict=True))
        checks.window_fits(self, self.window.span, self.dilation, padded, in_shape)
        return self.window.places(padded)
