"""What convolution and pooling share: a window that slides over a picture."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers.base import Layer
from minicnn.ops.padding import PADDING_MODES
from minicnn.ops.window import Window, same_padding
from minicnn.typing import Margins, Pair, Region, Shape, Sizes

SizeOption: TypeAlias = int | Sequence[int]
"""One whole number, or one for each spatial axis."""

PaddingOption: TypeAlias = int | Sequence[int] | Sequence[Pair] | Literal["valid", "same"]
"""One number for all sides; one for each axis; (above, below, left, right), flat or as a pair for
each axis; or a rule."""

AXES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
"""The letters of the spatial axes of signals, pictures and volumes."""

SIDES = {
    1: "before, after",
    2: "above, below, left, right",
    3: "front, back, above, below, left, right",
}
"""What the numbers of a padding for each side mean."""


class SpatialLayer(Layer):
    """A layer for samples with channels and a number of spatial axes, such as (C, H, W).

    Attributes
    ----------
    spatial_axes : int
        2, for pictures; 1 in layers for signals (C, L), 3 in layers for volumes (C, D, H, W).
    """

    spatial_axes = 2

    def check_axes(self, in_shape: Shape) -> None:
        """Raise ShapeError unless samples have channels and the right number of spatial axes."""
        if len(in_shape) != 1 + self.spatial_axes:
            letters = ", ".join(AXES[self.spatial_axes])
            hint = "; grey pictures have one channel: (1, H, W)" if self.spatial_axes == 2 else ""
            raise ShapeError(
                f"{self}: expected samples of shape (C, {letters}), got {in_shape}{hint}"
            )

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name; equal numbers are written as one."""
        return {name: _shortest(value) for name, value in super().config.items()}


class SlidingWindow(SpatialLayer):
    """A layer of which each output place sees one window of its (C, H, W) input.

    Attributes
    ----------
    kernel_size, stride, dilation : tuple of int
        KH and KW; SH and SW; the distance of neighbouring entries down and to the right.
    window : Window
        These three.
    padding : ((above, below), (left, right)), "valid" or "same"
        As it was asked for; `margins` says what it comes to.
    padding_mode : str
        What the border holds, one of `minicnn.ops.padding.PADDING_MODES`.
    """

    kernel_size: Sizes
    stride: Sizes
    dilation: Sizes
    window: Window
    padding: Margins | Literal["valid", "same"]
    padding_mode: str

    def set_window(
        self,
        kernel_size: SizeOption,
        stride: SizeOption,
        padding: PaddingOption,
        dilation: SizeOption = 1,
        padding_mode: str = "zeros",
    ) -> None:
        """Check and keep the options of the window."""
        owner, axes = type(self).__name__, self.spatial_axes
        self.kernel_size = checks.sizes(owner, "kernel_size", kernel_size, axes)
        self.stride = checks.sizes(owner, "stride", stride, axes)
        self.dilation = checks.sizes(owner, "dilation", dilation, axes)
        self.window = Window(self.kernel_size, self.stride, self.dilation)
        self.padding = parse_padding(owner, padding, axes)
        self.padding_mode = checks.choice(owner, "padding_mode", padding_mode, PADDING_MODES)

    def margins(self, in_shape: Shape) -> Margins:
        """Return what is added around a picture: ((above, below), (left, right))."""
        if self.padding == "valid":
            return ((0, 0),) * self.spatial_axes
        if self.padding == "same":
            axes = zip(in_shape[1:], self.window.span, self.stride, strict=True)
            return tuple(same_padding(size, span, stride) for size, span, stride in axes)
        return self.padding

    def places(self, in_shape: Shape) -> Sizes:
        """Return OH and OW, how many places the window takes, or raise ShapeError."""
        self.check_axes(in_shape)
        margins = self.margins(in_shape)
        if self.padding_mode == "reflect":
            self.check_reflection(in_shape, margins)
        padded = tuple(s + sum(added) for s, added in zip(in_shape[1:], margins, strict=True))
        places = self.window.places(padded)
        if min(places) < 1:
            gaps = f" (dilation {_times(self.dilation)} included)" if max(self.dilation) > 1 else ""
            raise ShapeError(
                f"{self}: a window of {_times(self.window.span)}{gaps} does not fit into an input "
                f"of {_times(padded)} (padding included); the input shape is {in_shape}"
            )
        return places

    def check_reflection(self, in_shape: Shape, margins: Margins) -> None:
        """Raise ShapeError where a mirror image would be larger than the picture."""
        for size, (before, after) in zip(in_shape[1:], margins, strict=True):
            if max(before, after) >= size:
                raise ShapeError(
                    f"{self}: reflect padding must be smaller than the picture that it mirrors, "
                    f"got padding of {before} before and {after} after an axis of {size} pixels; "
                    f"the input shape is {in_shape}"
                )

    def receptive_region(self, region: Region) -> Region:
        """Return the pixels, border included, under the window at its first and last place."""
        margins = self.margins(self.check_ready())
        axes = zip(region, self.stride, self.window.span, margins, strict=True)
        return tuple(
            (first * stride - before, last * stride - before + span - 1)
            for (first, last), stride, span, (before, _) in axes
        )


def parse_padding(owner: str, value: Any, axes: int) -> Margins | Literal["valid", "same"]:
    """Return padding as a (before, after) pair for each axis, or as the rule that it is."""
    if isinstance(value, str) and value in ("valid", "same"):
        return "same" if value == "same" else "valid"
    try:
        shape = np.shape(value)
    except ValueError:  # rows of different lengths
        shape = (-1,)
    if isinstance(value, str) or shape not in ((), (axes,), (2 * axes,), (axes, 2)):
        raise ArgumentError(
            f"{owner}: padding must be a whole number, {axes} (one for each axis), one for each "
            f'side ({SIDES[axes]}), "valid" or "same", got {value!r}'
        )
    sides = np.array(value, dtype=object).ravel().tolist()
    sides = [checks.whole_number(owner, "padding", side, minimum=0) for side in sides]
    if len(sides) < 2 * axes:
        sides = [side for side in sides for _ in range(2 * axes // len(sides))]
    return tuple(zip(sides[::2], sides[1::2], strict=True))


def _shortest(value: Any) -> Any:
    """Write ((1, 1), (2, 2)) as (1, 2), and (3, 3) as 3."""
    if isinstance(value, tuple) and value and all(isinstance(v, tuple) for v in value):
        value = tuple(v[0] if v[0] == v[1] else v for v in value)
        if any(isinstance(v, tuple) for v in value):
            return tuple(v if isinstance(v, tuple) else (v, v) for v in value)
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _times(sizes: Sizes) -> str:
    return " x ".join(map(str, sizes))
