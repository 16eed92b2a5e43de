"""How a window walks over a picture: the arithmetic that convolution and pooling share.

Pure whole numbers, one for each spatial axis: one axis for signals, two for pictures, three for
volumes. Nothing here knows of channels or batches.

Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property, lru_cache

from minicnn.typing import Pair, Sizes


@dataclass(frozen=True)
class Window:
    """A window of some size that takes steps of some size, and may have gaps.

    Parameters
    ----------
    kernel_size : tuple of int
        The entries of the window along each axis.
    stride : tuple of int
        The step from one place of the window to the next.
    dilation : tuple of int
        The distance between neighbouring entries; 1 leaves no gaps.

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
        """The pixels from the first entry to the last along each axis: dilation * (K - 1) + 1."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True))

    @cached_property
    def along_rows(self) -> "Window":
        """The window without its first axis: as it walks along one row, where only W counts.

        That of a volume walks over one plane; that of a signal has no axis left and one place.
        """
        return Window(self.kernel_size[1:], self.stride[1:], self.dilation[1:])

    @cached_property
    def pointwise(self) -> bool:
        """Whether it sees each pixel once and alone, as that of a 1 x 1 convolution does."""
        return all(k == s == 1 for k, s in zip(self.kernel_size, self.stride, strict=True))

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

    def seen(self, places: tuple[slice, ...]) -> tuple[slice, ...]:
        """Return the pixels, from the first to the last, that these places see along each axis."""
        steps = zip(places, self.span, self.stride, strict=True)
        return tuple(
            slice(part.start * stride, (part.stop - 1) * stride + span)
            for part, span, stride in steps
        )

    def taps(self, places: Sizes) -> tuple[tuple[slice, ...], ...]:
        """Return, for each entry of the window, the pixels it meets in all places.

        The entries come in the order of memory, the last axis fastest. The pixels are a slice of
        every axis: entry k meets the pixels D*k, D*k + S, D*k + 2 S ...
        """
        return _taps(self, places)

    def taps_along(self, axis: int, places: int) -> list[slice]:
        """Return, for each entry of the window along one axis, the pixels it meets."""
        d, s = self.dilation[axis], self.stride[axis]
        return [slice(d * k, d * k + s * places, s) for k in range(self.kernel_size[axis])]


@lru_cache(maxsize=256)  # a training step asks for the same ones again and again
def _taps(window: Window, places: Sizes) -> tuple[tuple[slice, ...], ...]:
    axes = [window.taps_along(axis, count) for axis, count in enumerate(places)]
    return tuple(itertools.product(*axes))


def same_padding(size: int, span: int, stride: int) -> Pair:
    """Return the padding (before, after) for which a window takes ceil(size / stride) places.

    The rule of Keras: where the total is odd, the extra one goes after. With a stride of 1 and an
    odd span it is (span - 1) / 2 on both sides.

    Examples
    --------
    >>> same_padding(28, span=5, stride=1), same_padding(28, span=4, stride=1)
    ((2, 2), (1, 2))
    """
    places = -(-size // stride)
    total = max((places - 1) * stride + span - size, 0)
    return total // 2, total - total // 2
