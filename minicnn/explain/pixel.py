"""One output pixel of a convolution, taken apart."""

from dataclasses import dataclass

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.html_table import group, matrix, text
from minicnn.layers import ConvTranspose2D, Layer
from minicnn.layers.conv import Convolution
from minicnn.ops.padding import batch_last, pad
from minicnn.typing import Array


@dataclass(frozen=True, eq=False, repr=False)  # arrays are not compared as a whole
class PixelExplanation:
    """The products and the bias that add up to one output value; prints as a table.

    Attributes
    ----------
    title : str
        Which value of which layer.
    channels : tuple of int
        The C/groups input channels that the filter sees.
    rows, columns : tuple of int
        The KH rows and KW columns of the input that its kernel covers; those below zero or beyond
        the picture lie in the padding.
    pixels, weights, products : array (C/groups, KH, KW)
        ``products = pixels * weights``.
    bias : float
        0 for a layer without bias.
    value : float
        The sum of the products and the bias: the output.
    inside : array (KH, KW) of bool
        Which pixels lie in the picture itself.
    picture : array (C/groups, H, W)
        The input channels as a whole.
    place : (f, i, j)
        The filter, and the row and the column of the output.

    Examples
    --------
    >>> from minicnn import Conv2D
    >>> layer = Conv2D.from_kernels([[[1, -1]]], padding=(0, 1))
    >>> layer.build((1, 1, 2), np.random.default_rng(0))
    (1, 1, 3)
    >>> parts = explain_pixel(layer, np.array([[[[3.0, 5.0]]]]), n=0, f=0, i=0, j=0)
    >>> parts.columns, parts.products, parts.inside, parts.value
    ((-1, 0), array([[[ 0., -3.]]]), array([[False,  True]]), -3.0)
    """

    title: str
    channels: tuple[int, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    pixels: Array
    weights: Array
    products: Array
    bias: float
    value: float
    inside: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    picture: Array
    place: tuple[int, int, int]

    def __repr__(self) -> str:
        """Return the whole text: an explanation is often the last line of a cell."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return matrices for a notebook: pixels times weights are products, for each channel.

        Each of the three has its own scale of colours.
        """
        parts = {"pixels": self.pixels, "times weights": self.weights, "= products": self.products}
        channels = [
            group(
                *(
                    matrix(
                        values[index],
                        f"{name} of channel {channel}" if name == "pixels" else name,
                        limit=float(abs(values).max(initial=0.0)),
                    )
                    for name, values in parts.items()
                )
            )
            for index, channel in enumerate(self.channels)
        ]
        of = f"rows {self.rows[0]} to {self.rows[-1]}, columns {self.columns[0]} to "
        said = f"{self.title}, from {of}{self.columns[-1]} of the input"
        if not self.inside.all():
            said += "; what lies outside of the picture is padding"
        total = (
            f"sum of the products {self.products.sum():.5g} + bias {self.bias:.5g} "
            f"= output {self.value:.5g}"
        )
        return text(said) + "".join(channels) + text(total)

    def __str__(self) -> str:
        header = f"{'channel':>7}{'row':>5}{'column':>8}{'pixel':>12}{'weight':>12}{'product':>12}"
        lines = [self.title, header]
        for c, kh, kw in np.ndindex(self.products.shape):
            place = f"{self.channels[c]:>7}{self.rows[kh]:>5}{self.columns[kw]:>8}"
            numbers = (self.pixels[c, kh, kw], self.weights[c, kh, kw], self.products[c, kh, kw])
            border = "" if self.inside[kh, kw] else "  (padding)"
            lines.append(place + "".join(f"{number:>12.5g}" for number in numbers) + border)
        results = {
            "sum of the products": self.products.sum(),
            "bias": self.bias,
            "output": self.value,
        }
        lines += [f"{name:<44}{number:>12.5g}" for name, number in results.items()]
        return "\n".join(lines)


def explain_pixel(layer: Layer, x: Array, n: int, f: int, i: int, j: int) -> PixelExplanation:
    """Split one output value of a convolution into the products that it is the sum of.

    Parameters
    ----------
    layer : Conv2D or DepthwiseConv2D
        Built.
    x : array (N, C, H, W)
    n, f, i, j : int
        Which value: sample, filter, row and column of the output.

    Returns
    -------
    PixelExplanation
        Prints as a table; `minicnn.inspection.plots.plot_explanation` draws it.

    Raises
    ------
    ArgumentError
        If the layer is not a convolution of pictures, or has no such output value.
    NotReadyError, ShapeError
        If the layer is not built, or `x` does not fit it.

    Examples
    --------
    >>> from minicnn import Conv2D
    >>> layer = Conv2D.from_kernels([[[1, 2], [3, 4]]])
    >>> layer.build((1, 3, 3), np.random.default_rng(0))
    (1, 2, 2)
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> print(explain_pixel(layer, x, n=0, f=0, i=1, j=0))
    output value n=0, f=0, i=1, j=0 of Conv2D(1, 2, bias=False, trainable=False)
    channel  row  column       pixel      weight     product
          0    1       0           3           1           3
          0    1       1           4           2           8
          0    2       0           6           3          18
          0    2       1           7           4          28
    sum of the products                                   57
    bias                                                   0
    output                                                57
    """
    transposed = isinstance(layer, ConvTranspose2D)
    if not isinstance(layer, Convolution) or transposed or layer.spatial_axes != 2:
        raise ArgumentError(
            f"explain_pixel: expected a Conv2D or DepthwiseConv2D, got {layer!r}; those of a model "
            "are in model.layers"
        )
    layer.check_input(x)
    shape = (len(x), *(layer.out_shape or ()))
    for name, index, size in zip("nfij", (n, f, i, j), shape, strict=True):
        if checks.whole_number("explain_pixel", name, index, minimum=0) >= size:
            raise ArgumentError(
                f"explain_pixel: {name} must be below {size}, got {index}; the output of {layer} "
                f"has shape (N, F, OH, OW) = {shape}"
            )
    depth = layer.weight.value.shape[1]
    first = f // (layer.filters // layer.groups) * depth  # channel of the filter's group
    (above, _), (left, _) = margins = layer.margins(x.shape[1:])
    # The window in the padded picture, which begins `above` rows and `left` columns earlier.
    rows, columns = (
        place * stride + gap * np.arange(size)
        for place, stride, gap, size in zip(
            (i, j), layer.stride, layer.dilation, layer.kernel_size, strict=True
        )
    )
    padded = pad(batch_last(x[n : n + 1]), margins, layer.padding_mode)[
        ..., 0
    ]  # (C, H + ..., W + ...)
    pixels = padded[first : first + depth, rows[:, np.newaxis], columns]  # (C/groups, KH, KW)
    weights = layer.weight.value[f].copy()
    products = pixels * weights + 0.0  # -0 + 0 is 0
    bias = 0.0 if layer.bias is None else float(layer.bias.value[f])
    rows, columns = rows - above, columns - left
    H, W = x.shape[2:]
    return PixelExplanation(
        title=f"output value n={n}, f={f}, i={i}, j={j} of {layer!r}",
        channels=tuple(range(first, first + depth)),
        rows=tuple(rows.tolist()),
        columns=tuple(columns.tolist()),
        pixels=pixels,
        weights=weights,
        products=products,
        bias=bias,
        value=float(products.sum()) + bias,
        inside=np.outer((rows >= 0) & (rows < H), (columns >= 0) & (columns < W)),
        picture=x[n, first : first + depth],
        place=(f, i, j),
    )
