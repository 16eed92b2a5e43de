"""Max pooling: of each window, only the strongest response goes on."""

from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.im2col import Pair, batch_first, batch_last, pad, taps, unpad
from minicnn.layers.windows import PaddingOption, SlidingWindow
from minicnn.typing import Array, Shape


class MaxPool(SlidingWindow):
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
    padding : int, (int, int), "valid" or "same", default 0
        Rows above and below, columns left and right, each fewer than the window has.

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
    >>> import numpy as np
    >>> layer = MaxPool(2)
    >>> layer.build((1, 4, 4), np.random.default_rng(0))
    (1, 2, 2)
    >>> layer(np.arange(16.0).reshape(1, 1, 4, 4))[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """

    def __init__(
        self, size: int | Pair, stride: int | Pair | None = None, padding: PaddingOption = 0
    ) -> None:
        self.size = self.kernel_size = checks.pair("MaxPool", "size", size)
        self.stride = self.size if stride is None else checks.pair("MaxPool", "stride", stride)
        self.set_padding(padding)
        if isinstance(self.padding, tuple) and any(
            added >= window for added, window in zip(self.padding, self.size, strict=True)
        ):
            raise ArgumentError(
                f"MaxPool: padding must be smaller than the window, or a window could see nothing "
                f"else; got padding {self.padding} for size {self.size}"
            )

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (C, OH, OW)."""
        OH, OW = self.places(in_shape)
        return in_shape[0], OH, OW

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compare the places of the window one after the other, each for all windows at once."""
        _, OH, OW = self.output_shape(x.shape[1:])
        margins = self.margins(x.shape[1:])
        padded = pad(x, margins, -np.inf)  # (C, H + above + below, W + left + right, N)
        entries = taps(self.size, self.stride, (OH, OW))
        rows, columns = next(entries)
        y = padded[:, rows, columns].copy()  # (C, OH, OW, N)
        winner = np.zeros(y.shape, np.min_scalar_type(self.size[0] * self.size[1]))
        for tap, (rows, columns) in enumerate(entries, start=1):
            candidate = padded[:, rows, columns]
            if training:
                # Only a strictly greater value takes over: of equal ones the first stays. The
                # number of the tap rises, so the larger number is that of the later winner.
                np.maximum(winner, np.multiply(candidate > y, tap, dtype=winner.dtype), out=winner)
            np.maximum(y, candidate, out=y)
        if training:
            self.saved = winner, padded.shape, margins
        return batch_first(y)

    def backward(self, dy: Array) -> Array:
        """Give dy to the winner of each window.

        dL/dx[p] = sum of dy over the windows whose winner is p
        """
        winner, padded_shape, margins = self.recall(dy)
        dy = batch_last(dy)  # (C, OH, OW, N)
        dpadded = np.zeros(padded_shape, dy.dtype)
        for tap, (rows, columns) in enumerate(taps(self.size, self.stride, dy.shape[1:3])):
            share = dpadded[:, rows, columns]
            if self.overlapping:
                share += dy * (winner == tap)
            else:  # no two windows share a pixel, so there is nothing to add up
                np.multiply(dy, winner == tap, out=share)
        return unpad(dpadded, margins)

    @property
    def overlapping(self) -> bool:
        """Whether neighbouring windows share pixels."""
        return self.stride[0] < self.size[0] or self.stride[1] < self.size[1]

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name."""
        config = super().config
        return config | {"stride": None if self.stride == self.size else config["stride"]}
