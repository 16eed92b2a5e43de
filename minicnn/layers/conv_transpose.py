"""The transposed convolution: every input pixel stamps a kernel onto a larger picture."""

import math

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers.conv import Convolution
from minicnn.layers.sliding_window import PaddingOption, SizeOption
from minicnn.ops.convolution import convolve, input_gradient, weight_gradient
from minicnn.ops.padding import batch_first, batch_last, pad, unpad
from minicnn.typing import Array, Margins, Shape, Sizes


class TransposedConvolution(Convolution):
    """The transposed convolution of signals, pictures and volumes: all but the axes.

    The options are explained in `ConvTranspose2D`.

    Attributes
    ----------
    output_padding : tuple of int
        Rows and columns more at the end of the output.
    """

    per_sample = True
    filter_axis = None  # with groups, each of several filters lies in a part of the weights

    def __init__(
        self,
        filters: int,
        kernel_size: SizeOption,
        stride: SizeOption = 1,
        padding: PaddingOption = 0,
        output_padding: SizeOption = 0,
        dilation: SizeOption = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        trainable: bool = True,
        initializer: str = "he_normal",
    ) -> None:
        owner = type(self).__name__
        super().__init__(
            filters,
            kernel_size,
            stride,
            padding,
            dilation=dilation,
            groups=groups,
            bias=bias,
            trainable=trainable,
            initializer=initializer,
        )
        self.output_padding = checks.sizes(
            owner, "output_padding", output_padding, self.spatial_axes, minimum=0
        )
        checks.output_padding(owner, self.output_padding, self.stride)
        if self.padding == "same" and any(self.output_padding):
            raise ArgumentError(
                f'{owner}: padding="same" settles the output size, so output_padding must be 0, '
                f"got {self.output_padding}"
            )

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y, the input gradient of the adjoint convolution, and add b.

        y = col2im(w.T @ x) + b
        """
        margins, sizes = self.margins(x.shape[1:]), self.uncut(x.shape[1:])
        x = batch_last(x)  # (C, H, W, N)
        self.saved = x, margins
        shape = (self.filters, *sizes, x.shape[-1])
        uncut = input_gradient(
            x, self.weight.value, shape, self.window, self.groups, border=margins[0]
        )
        y = unpad(uncut, margins)  # (F, OH, OW, N)
        self.add_bias(y)
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Apply the adjoint convolution to dy: a pixel gathers dy from where it put its kernel.

        dL/dx = w @ columns, where the columns are those of dy
        """
        TransposedConvolution.backward_parameters(self, dy)
        _, margins = self.recall(dy)
        dy = pad(batch_last(dy), margins)  # (F, OH + ..., OW + ..., N)
        return batch_first(convolve(dy, self.weight.value, self.window, self.groups))

    def backward_parameters(self, dy: Array) -> None:
        """Take the weight gradient of the adjoint, whose input here is dy and whose gradient is x.

        dL/dw = x @ columns.T        dL/db = sum of dy over all places and samples
        """
        x, margins = self.recall(dy)
        dy = batch_last(dy)  # (F, OH, OW, N)
        if self.weight.trainable:
            self.weight.grad = weight_gradient(pad(dy, margins), x, self.window, self.groups)
        if self.bias is not None and self.bias.trainable:
            self.bias.grad = dy.reshape(len(dy), -1).sum(axis=1)

    def margins(self, in_shape: Shape) -> Margins:
        """Return what is cut off each axis of the output, ((above, below), (left, right))."""
        if self.padding != "same":
            return super().margins(in_shape)
        return self.window.same_padding(self._stepped(in_shape))

    def uncut(self, in_shape: Shape) -> Sizes:
        """Return the height and width of the output before `margins` are cut off."""
        reach = zip(self.window.reach(in_shape[1:]), self.output_padding, strict=True)
        sizes = tuple(size + extra for size, extra in reach)
        return tuple(map(max, sizes, self._stepped(in_shape))) if self.padding == "same" else sizes

    def beyond_reach(self, in_shape: Shape) -> Sizes:
        """Return how far `uncut` goes beyond the last kernel: output padding, however it came."""
        reach = self.window.reach(in_shape[1:])
        return tuple(size - had for size, had in zip(self.uncut(in_shape), reach, strict=True))

    def _stepped(self, in_shape: Shape) -> Sizes:
        """Return H * SH and W * SW."""
        return tuple(size * step for size, step in zip(in_shape[1:], self.stride, strict=True))

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (F, OH, OW), where OH = (H - 1) * SH + span - above - below + output_padding."""
        checks.spatial_axes(self, in_shape, self.spatial_axes)
        self.check_groups(in_shape[0])
        uncut, margins = self.uncut(in_shape), self.margins(in_shape)
        sizes = tuple(size - sum(cut) for size, cut in zip(uncut, margins, strict=True))
        if min(sizes) < 1:
            raise ShapeError(
                f"{self}: padding is cut off the output and leaves nothing of it, got padding "
                f"{margins} for an output of {checks.times(uncut)}; the input shape is {in_shape}"
            )
        return self.filters, *sizes

    def draw_kernels(self, channels: int, rng: np.random.Generator) -> Array:
        """Return kernels to start with, (C, F/groups, KH, KW).

        An output pixel adds up C/groups * KH * KW products, over SH * SW with a stride, since so
        many pixels share the stamps of one input pixel. So the fans are those of a convolution to F
        filters, and the stride makes up for the rest.
        """
        G, depth, width = self.groups, channels // self.groups, self.filters // self.groups
        kernels = super().draw_kernels(channels, rng)  # (F, C/G, KH, KW)
        kernels = kernels.reshape(G, width, depth, *self.kernel_size).swapaxes(1, 2)
        kernels = kernels.reshape(channels, width, *self.kernel_size)  # (C, F/G, KH, KW)
        return kernels * np.float32(math.sqrt(math.prod(self.stride)))


class ConvTranspose2D(TransposedConvolution):
    """The input gradient of a convolution, as a layer of its own.

    Take the convolution with the same kernels, stride, padding and dilation that leads from
    pictures (F, OH, OW) down to (C, H, W): the adjoint of this layer. What carries its gradient
    back up from (C, H, W) to (F, OH, OW) is this layer's forward pass; this layer's backward pass
    is its forward pass. As matrices, the one is the other's transpose:

        <adjoint(a), b> = <a, conv_transpose(b)>        for all a (F, OH, OW) and b (C, H, W)

    Written out, every input pixel adds its kernel, times its value, to the output:

        y[n, f, i*SH + kh*DH, j*SW + kw*DW] += w[c, f, kh, kw] * x[n, c, i, j]

    of which `padding` is then cut off, and the bias is added.

    Parameters
    ----------
    filters : int
        F, the number of output channels.
    kernel_size : int or (int, int)
        KH and KW.
    stride : int or (int, int), default 1
        SH and SW, the step of the kernel in the output, for a step of one in the input.
    padding : int, (int, int), four ints, "valid" or "same", default 0
        The padding of the adjoint: rows and columns that are cut off the output. "same" makes
        OH = H * SH and OW = W * SW.
    output_padding : int or (int, int), default 0
        Rows and columns more at the end, below and right. A convolution with a stride takes several
        sizes down to one; this says which of them to go back up to. Smaller than the stride.
    dilation, groups, bias, trainable, initializer
        As for `Conv2D`.

    Attributes
    ----------
    weight : Parameter (C, F/groups, KH, KW)
        In the order of the adjoint, whose filters are the C input channels; also PyTorch's order.
    bias : Parameter (F,), or None without bias

    Raises
    ------
    ArgumentError
        For an option that is not in its range.
    ShapeError
        By `build`, for samples that are not (C, H, W), channels that the groups do not divide, or
        padding that leaves nothing of the output.

    References
    ----------
    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, chapter 4.
    Zeiler, Krishnan, Taylor and Fergus, "Deconvolutional networks", CVPR 2010.

    Examples
    --------
    >>> import numpy as np
    >>> layer = ConvTranspose2D(3, 4, stride=2, padding=1)
    >>> layer.build((8, 7, 7), np.random.default_rng(0)), layer.weight.value.shape
    ((3, 14, 14), (8, 3, 4, 4))
    """
