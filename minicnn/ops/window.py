"""How a window walks over a picture: the arithmetic that convolution and pooling share.

Pure whole numbers, one for each spatial axis: one axis for signals, two for pictures, three for
volumes. Nothing here knows of channels or batches. The words used everywhere:

- a *place* is one position of the window; there are OH x OW of them, one for each output pixel;
- a *tap* is one entry of the window; there are KH x KW of them;
- the *span* is the number of pixels from the first tap to the last.

Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property, lru_cache

from minicnn.typing import Margins, Pixels, Sizes


@dataclass(frozen=True)
class Window:
    """A window of some size that takes steps of some size, and may have gaps.

    Parameters
    ----------
    kernel_size : tuple of int
        The taps along each axis.
    stride : tuple of int
        The step from one place of the window to the next.
    dilation : tuple of int
        The distance between neighbouring taps; 1 leaves no gaps.

    Examples
    --------
    >>> window = Window(kernel_size=(3, 3), stride=(2, 1), dilation=(1, 2))
    >>> window.span, window.places((7, 8))
    ((3, 5), (3, 4))
    """

    kernel_size: Sizes
    stride: Sizes
    dilation: Sizes

    @cached_property
    def span(self) -> Sizes:
        """The pixels from the first tap to the last along each axis: dilation * (K - 1) + 1."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True))

    @cached_property
    def along_rows(self) -> "Window":
        """The window without its first axis: as it walks along a single row, where only W counts.

        That of a volume walks over one plane; that of a signal has no axis left and one place.
        """
        return Window(self.kernel_size[1:], self.stride[1:], self.dilation[1:])

    def places(self, sizes: Sizes) -> Sizes:
        """Return how many places it takes along axes of these sizes, padding included.

        floor((size - span) / stride) + 1; zero or less where it does not fit.
        """
        steps = zip(sizes, self.span, self.stride, strict=True)
        return tuple((size - span) // stride + 1 for size, span, stride in steps)

    def reach(self, places: Sizes) -> Sizes:
        """Return how many pixels that many places cover: (places - 1) * stride + span.

        The inverse of `places`, up to the pixels at the end that no whole step reaches.
        """
        steps = zip(places, self.span, self.stride, strict=True)
        return tuple((count - 1) * stride + span for count, span, stride in steps)

    @lru_cache(maxsize=256)  # noqa: B019 - windows are small, and a step asks for the same ones
    def taps(self, places: Sizes) -> tuple[Pixels, ...]:
        """Return, for each tap of the window, the pixels that it meets in all places.

        The taps come in the order of memory, the last axis fastest. The pixels are a slice of
        every axis: tap k meets the pixels D*k, D*k + S, D*k + 2 S and so on.
        """
        axes = zip(self.kernel_size, self.stride, self.dilation, places, strict=True)
        along = [[slice(d * k, d * k + s * count, s) for k in range(K)] for K, s, d, count in axes]
        return tuple(itertools.product(*along))

    def same_padding(self, sizes: Sizes) -> Margins:
        """Return the padding (before, after) of each axis for ceil(size / stride) places.

        The rule of Keras: where the total is odd, the extra one goes after. With a stride of 1 and
        an odd span it is (span - 1) / 2 on both sides.

        Examples
        --------
        >>> Window((5, 4), stride=(1, 1), dilation=(1, 1)).same_padding((28, 28))
        ((2, 2), (1, 2))
        """
        places = tuple(-(-size // step) for size, step in zip(sizes, self.stride, strict=True))
        totals = [max(r - size, 0) for r, size in zip(self.reach(places), sizes, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
