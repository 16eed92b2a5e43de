"""Pooling: of each window, the strongest response or the mean goes on."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.layers.sliding_window import PaddingOption, SizeOption, SlidingWindow
from minicnn.ops.padding import batch_first, batch_last, pad, unpad
from minicnn.typing import Array, Margins, Mask, Shape


class Pooling(SlidingWindow):
    """A window that goes through each channel by itself and learns nothing."""

    def __init__(
        self, size: SizeOption, stride: SizeOption | None = None, padding: PaddingOption = 0
    ) -> None:
        owner = type(self).__name__
        self.size = checks.sizes(owner, "size", size, self.spatial_axes)
        self.set_window(self.size, self.size if stride is None else stride, padding)
        if isinstance(self.padding, tuple) and any(
            max(margin) >= window for margin, window in zip(self.padding, self.size, strict=True)
        ):
            raise ArgumentError(
                f"{owner}: padding must be smaller than the window, or a window could see nothing "
                f"else; got padding {self.config['padding']} for size {self.config['size']}"
            )

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (C, OH, OW)."""
        return in_shape[0], *self.places(in_shape)

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name."""
        config = super().config
        return config | {"stride": None if self.stride == self.size else config["stride"]}


class MaxPool(Pooling):
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

    def forward(self, x: Array, training: bool = False) -> Array:
        """Find the largest of each row of a window, then the largest of these.

        y = max over kh of (max over kw of x)
        """
        margins = self.margins(x.shape[1:])
        y = pad(x, margins, value=-np.inf)  # (C, H + above + below, W + left + right, N)
        steps = []
        for axis in reversed(range(1, 1 + self.spatial_axes)):  # W, then H
            shape = y.shape
            y, took_over = _largest(y, self._taps(axis, shape[axis]), training)
            steps.append((axis, shape, took_over))
        if training:
            self.saved = steps, margins
        return batch_first(y)  # (N, C, OH, OW)

    def backward(self, dy: Array) -> Array:
        """Route dy to the winner of each window: to its row first, then to its place in that row.

        dL/dx[p] = sum of dy over the windows whose winner is p
        """
        steps, margins = self.recall(dy)
        dy = np.ascontiguousarray(batch_last(dy))  # (C, OH, OW, N), read many times
        for axis, shape, took_over in reversed(steps):
            taps = self._taps(axis, shape[axis])
            # Windows side by side that leave nothing out write every pixel, and each once
            tiled = self.size[axis - 1] == self.stride[axis - 1] == shape[axis] / dy.shape[axis]
            dx = np.empty(shape, dy.dtype) if tiled else np.zeros(shape, dy.dtype)
            for pixels, share in zip(reversed(taps), _routed(dy, took_over), strict=True):
                if tiled:
                    dx[pixels] = share
                else:
                    dx[pixels] += share
            dy = dx
        return unpad(dy, margins)

    def _taps(self, axis: int, length: int) -> list[tuple[slice, ...]]:
        """Return, for each entry of the window along an axis, the pixels it meets in all places."""
        places = (length - self.size[axis - 1]) // self.stride[axis - 1] + 1
        whole = (slice(None),) * axis
        return [(*whole, pixels) for pixels in self.window.taps_along(axis - 1, places)]


def _largest(x: Array, taps: list[tuple[slice, ...]], training: bool) -> tuple[Array, list[Mask]]:
    """Return the largest of all entries, and for each after the first whether it took over.

    Only what is greater than all before takes over: of equal ones the first stays.
    """
    largest = x[taps[0]].copy()
    took_over = []
    for pixels in taps[1:]:
        candidate = x[pixels].copy()  # read twice, and faster in one piece
        if training:
            took_over.append(candidate > largest)
        np.maximum(largest, candidate, out=largest)
    return largest, took_over


def _routed(dy: Array, took_over: list[Mask]) -> Iterator[Array]:
    """Yield what each entry gets of dy, the last one's first.

    The last that took over is the winner and gets all; nothing is left then for those before.
    """
    for mask in reversed(took_over):
        share = dy * mask
        yield share
        dy = np.subtract(dy, share, out=share)  # whoever took the share has added it by now
    yield dy


class AveragePool(Pooling):
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

    def __init__(
        self,
        size: SizeOption,
        stride: SizeOption | None = None,
        padding: PaddingOption = 0,
        *,
        count_padding: bool = True,
    ) -> None:
        super().__init__(size, stride, padding)
        self.count_padding = checks.flag("AveragePool", "count_padding", count_padding)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Add up the entries of the window one after the other, each for all windows at once."""
        margins = self.margins(x.shape[1:])
        share = self._share(x, margins)
        if training:
            self.saved = share, x.shape, margins
        return batch_first(self._sums(pad(x, margins)) * share)

    def backward(self, dy: Array) -> Array:
        """Give every pixel of a window an equal share of its dy.

        dL/dx[p] = sum of dy / count over the windows that p is in
        """
        share, (N, C, *sizes), margins = self.recall(dy)
        share = batch_last(dy) * share  # (C, OH, OW, N)
        padded = [size + sum(added) for size, added in zip(sizes, margins, strict=True)]
        dpadded = np.zeros((C, *padded, N), dy.dtype)
        for pixels in self.window.taps(dy.shape[2:]):
            dpadded[:, *pixels] += share
        return unpad(dpadded, margins)

    def _sums(self, padded: Array) -> Array:
        """Return the sum of every window, (C, OH, OW, N)."""
        C, *sizes, N = padded.shape
        places = self.window.places(tuple(sizes))
        sums = np.zeros((C, *places, N), padded.dtype)
        for pixels in self.window.taps(places):
            sums += padded[:, *pixels]
        return sums

    def _share(self, x: Array, margins: Margins) -> Array:
        """Return 1 / count at every place, (1, OH, OW, 1), or one number for all places."""
        if self.count_padding or not any(map(any, margins)):
            return np.array(1 / math.prod(self.size), x.dtype)
        ones = np.ones((1, 1, *x.shape[2:]), x.dtype)
        return 1 / self._sums(pad(ones, margins))

    @property
    def multiply_adds(self) -> int:
        """KH * KW additions for each output."""
        if self.out_shape is None:
            return 0
        return math.prod(self.out_shape) * math.prod(self.size)
