"""Pooling: of each window, the strongest response or the mean goes on."""

import math
import operator
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.layers.sliding_window import PaddingOption, SizeOption, SlidingWindow
from minicnn.ops.padding import batch_first, batch_last, pad, unpad
from minicnn.typing import Array, Margins, Shape


class Pooling(SlidingWindow):
    """A window that goes through each channel by itself and learns nothing."""

    def __init__(
        self, size: SizeOption, stride: SizeOption | None = None, padding: PaddingOption = 0
    ) -> None:
        owner = type(self).__name__
        self.size = checks.sizes(owner, "size", size, self.spatial_axes)
        super().__init__(self.size, self.size if stride is None else stride, padding)
        if isinstance(self.padding, tuple):
            checks.padding_below(owner, self.padding, self.size)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (C, OH, OW)."""
        return in_shape[0], *self.places(in_shape)

    def given_options(self) -> dict[str, Any]:
        """Return the stride, None where it is the size."""
        return {"stride": None if self.stride == self.size else self.stride}


class MaxPooling(Pooling):
    """The largest value in each window of signals, pictures and volumes: see `MaxPool`."""

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        """Go through the taps: a pixel that is larger than all before it takes over."""
        margins = self.margins(x.shape[1:])
        x = pad(batch_last(x), margins, value=-np.inf)  # (C, H + ..., W + ..., N)
        first, *others = self.window.taps(self.window.places(x.shape[1:-1]))
        y = x[:, *first].copy()  # (C, OH, OW, N)
        took_over = []
        for pixels in others:
            candidate = x[:, *pixels].copy()  # read twice, and faster in one piece
            took_over.append(candidate > y)
            np.maximum(y, candidate, out=y)
        self.saved = took_over, x.shape, margins
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Give dy to the last pixel that took over: it has won, and nothing is left for the others.

        dL/dx[p] = sum of dy over the windows that p has won
        """
        took_over, shape, margins = self.recall(dy)
        dy = batch_last(dy)  # (C, OH, OW, N)
        dx = np.zeros(shape, dy.dtype)
        apart = all(map(operator.ge, self.stride, self.size))  # no pixel is in two windows
        first, *others = self.window.taps(dy.shape[1:-1])
        for pixels, won in zip(reversed(others), reversed(took_over), strict=True):
            share = dy * won
            dx[:, *pixels] = share if apart else dx[:, *pixels] + share
            dy = np.subtract(dy, share, out=share)
        dx[:, *first] += dy
        return batch_first(unpad(dx, margins))


class AveragePooling(Pooling):
    """The mean of each window of signals, pictures and volumes: see `AveragePool`."""

    per_sample = True

    def __init__(
        self,
        size: SizeOption,
        stride: SizeOption | None = None,
        padding: PaddingOption = 0,
        *,
        count_padding: bool = True,
    ) -> None:
        super().__init__(size, stride, padding)
        self.count_padding = checks.flag(type(self).__name__, "count_padding", count_padding)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Add up the pixels of each window, tap by tap, and divide by their count."""
        margins = self.margins(x.shape[1:])
        x = pad(batch_last(x), margins)  # (C, H + ..., W + ..., N)
        share = self._share(x.shape, margins).astype(x.dtype)
        self.saved = share, x.shape, margins
        return batch_first(self._sums(x) * share)

    def backward(self, dy: Array) -> Array:
        """Give every pixel of a window an equal share of its dy.

        dL/dx[p] = sum of dy / count over the windows that p is in
        """
        share, shape, margins = self.recall(dy)
        dy = batch_last(dy) * share  # (C, OH, OW, N)
        dx = np.zeros(shape, dy.dtype)
        for pixels in self.window.taps(dy.shape[1:-1]):
            dx[:, *pixels] += dy
        return batch_first(unpad(dx, margins))

    def _sums(self, x: Array) -> Array:
        """Return the sum of every window, (C, OH, OW, N)."""
        places = self.window.places(x.shape[1:-1])
        sums = np.zeros((len(x), *places, x.shape[-1]), x.dtype)
        for pixels in self.window.taps(places):
            sums += x[:, *pixels]
        return sums

    def _share(self, shape: Shape, margins: Margins) -> Array:
        """Return 1 / count at every place, (1, OH, OW, 1), or one number for all places."""
        if self.count_padding:
            return np.array(1 / math.prod(self.size))
        sizes = zip(shape[1:-1], margins, strict=True)
        ones = np.ones((1, *(size - sum(added) for size, added in sizes), 1))
        return 1 / self._sums(pad(ones, margins))


class MaxPool(MaxPooling):
    """The largest value in each window, channel by channel.

        y[n, c, i, j] = max over kh, kw of x[n, c, i*SH + kh, j*SW + kw]

    Padding counts as minus infinity, so it never wins, not even among negative inputs. Where a
    window holds its maximum several times, the first place (row by row) is the winner, and the
    gradient goes to it alone. Rows and columns at the end that no whole window reaches are left
    out.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        The step down and to the right. By default the size: the windows tile the picture.
    padding : int, (int, int), four ints, "valid" or "same", default 0
        Rows above and below, columns left and right, each fewer than the window has; see `Conv2D`.

    Raises
    ------
    ArgumentError
        For a size, stride or padding that is not a whole number in its range.
    ShapeError
        By `build`, for samples that are not (C, H, W) or smaller, once padded, than the window.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 9.3.

    Examples
    --------
    >>> layer = MaxPool(2)
    >>> layer.build((1, 4, 4), np.random.default_rng(0))
    (1, 2, 2)
    >>> layer(np.arange(16.0).reshape(1, 1, 4, 4))[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """


class AveragePool(AveragePooling):
    """The mean of each window, channel by channel.

        y[n, c, i, j] = 1/count * sum over kh, kw of x[n, c, i*SH + kh, j*SW + kw]

    Parameters
    ----------
    size, stride, padding
        As for `MaxPool`; padding is zeros.
    count_padding : bool, default True
        Whether `count` is KH*KW at every place, so that a border of zeros pulls the mean down, or
        the number of pixels of the picture itself in the window, so that it does not.

    Raises
    ------
    ArgumentError, ShapeError
        As `MaxPool`.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86(11), 1998: the subsampling of LeNet.

    Examples
    --------
    >>> layer = AveragePool(2)
    >>> layer.build((1, 4, 4), np.random.default_rng(0))
    (1, 2, 2)
    >>> layer(np.arange(16.0).reshape(1, 1, 4, 4))[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
