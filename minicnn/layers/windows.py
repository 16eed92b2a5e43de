"""What convolution and pooling share: a window that slides over a picture."""

from typing import Any, Literal, TypeAlias

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.im2col import Padding, Pair, output_size, same_padding
from minicnn.layers.base import Layer
from minicnn.typing import Shape

PaddingOption: TypeAlias = int | Pair | Literal["valid", "same"]


class SlidingWindow(Layer):
    """A layer of which each output place sees one KH x KW window of its (C, H, W) input.

    Attributes
    ----------
    kernel_size, stride : (int, int)
        KH and KW; SH and SW.
    padding : (int, int), "valid" or "same"
        As it was asked for; `margins` says what it comes to.
    """

    kernel_size: Pair
    stride: Pair
    padding: Pair | Literal["valid", "same"]

    def set_padding(self, padding: PaddingOption) -> None:
        """Check and keep the `padding` option."""
        owner = type(self).__name__
        if isinstance(padding, str):
            if padding not in ("valid", "same"):
                raise ArgumentError(
                    f'{owner}: padding must be a whole number, a pair, "valid" or "same", '
                    f"got {padding!r}"
                )
            self.padding = padding
        else:
            self.padding = checks.pair(owner, "padding", padding, minimum=0)

    def margins(self, in_shape: Shape) -> Padding:
        """Return the rows to add (above, below) and the columns to add (left, right)."""
        _, H, W = in_shape
        (KH, KW), (SH, SW) = self.kernel_size, self.stride
        if self.padding == "same":
            return same_padding(H, KH, SH), same_padding(W, KW, SW)
        rows, columns = (0, 0) if self.padding == "valid" else self.padding
        return (rows, rows), (columns, columns)

    def places(self, in_shape: Shape) -> Pair:
        """Return OH and OW, how many places the window takes, or raise ShapeError."""
        if len(in_shape) != 3:
            raise ShapeError(
                f"{self}: expected samples of shape (C, H, W), got {in_shape}; "
                "grey pictures have one channel: (1, H, W)"
            )
        (KH, KW), (SH, SW) = self.kernel_size, self.stride
        (above, below), (left, right) = self.margins(in_shape)
        _, H, W = in_shape
        OH = output_size(H, KH, SH, (above, below))
        OW = output_size(W, KW, SW, (left, right))
        if OH < 1 or OW < 1:
            raise ShapeError(
                f"{self}: a window of {KH} x {KW} does not fit into an input of "
                f"{above + H + below} x {left + W + right} (padding included); "
                f"the input shape is {in_shape}"
            )
        return OH, OW

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name; an equal pair is written as one number."""
        return {
            name: value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
            for name, value in super().config.items()
        }

    @property
    def window(self) -> tuple[Pair, Pair]:
        """Kernel size and stride."""
        return self.kernel_size, self.stride
