"""The size of the output of a convolution, and the sizes of input that give it.

Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
"""

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.layers.sliding_window import PaddingOption
from minicnn.ops.window import Window


def conv_output_size(
    size: int,
    kernel_size: int,
    stride: int = 1,
    padding: PaddingOption = 0,
    dilation: int = 1,
) -> int:
    """Return the output size along one axis: how many places a kernel takes there.

        floor((size + before + after - dilation * (kernel_size - 1) - 1) / stride) + 1

    Parameters
    ----------
    size : int
        Pixels along the axis.
    kernel_size, stride, dilation : int
    padding : int, (before, after), "valid" or "same", default 0

    Returns
    -------
    int

    Raises
    ------
    ArgumentError
        If a number is not whole, or out of range.
    ShapeError
        If the kernel does not fit into the padded picture: the output would be empty.

    Examples
    --------
    >>> conv_output_size(28, 5), conv_output_size(28, 5, stride=2, padding=2)
    (24, 14)
    """
    owner = "conv_output_size"
    size = checks.whole_number(owner, "size", size)
    window = _window(owner, kernel_size, stride, dilation)
    padding = checks.padding(owner, padding, axes=1)
    if padding == "same":
        return -(-size // stride)
    before, after = (0, 0) if padding == "valid" else padding[0]
    (places,) = window.places((size + before + after,))
    if places < 1:
        raise ShapeError(
            f"{owner}: the kernel must fit into the padded picture, got a span of "
            f"{window.span[0]} pixels (dilation * (kernel_size - 1) + 1) for "
            f"{before} + {size} + {after} pixels; the output would be empty"
        )
    return places


def conv_input_size(
    output_size: int,
    kernel_size: int,
    stride: int = 1,
    padding: PaddingOption = 0,
    dilation: int = 1,
    output_padding: int = 0,
) -> int:
    """Return the input size along one axis for which a kernel takes that many places.

        (output_size - 1) * stride + dilation * (kernel_size - 1) + 1 - before - after
            + output_padding

    The inverse of `conv_output_size`. There are `stride` such sizes, since the pixels after the
    last whole step change nothing; `output_padding` selects one of them, from 0 for the smallest.
    It is also the output size of a transposed convolution with these options. With the padding
    "same" the sizes are (output_size - 1) * stride + 1 and up; a transposed convolution then takes
    the largest, output_size * stride.

    Parameters
    ----------
    output_size : int
    kernel_size, stride, dilation : int
    padding : int, (before, after), "valid" or "same", default 0
    output_padding : int, default 0
        From 0 to stride - 1.

    Returns
    -------
    int

    Raises
    ------
    ArgumentError
        If a number is not whole, or out of range.
    ShapeError
        If there is no such picture, because the padding is as large as all that the kernel sees.

    Examples
    --------
    >>> conv_input_size(24, 5)
    28
    >>> [conv_input_size(14, 5, stride=2, padding=2, output_padding=n) for n in range(2)]
    [27, 28]
    """
    owner = "conv_input_size"
    places = checks.whole_number(owner, "output_size", output_size)
    window = _window(owner, kernel_size, stride, dilation)
    padding = checks.padding(owner, padding, axes=1)
    extra = checks.whole_number(owner, "output_padding", output_padding, minimum=0)
    checks.output_padding(owner, (extra,), window.stride)
    if padding == "same":
        return (places - 1) * stride + 1 + extra
    before, after = (0, 0) if padding == "valid" else padding[0]
    (reach,) = window.reach((places,))
    size = reach - before - after + extra
    if size < 1:
        raise ShapeError(
            f"{owner}: {places} places of the kernel cover {reach} pixels, and the picture is what "
            f"is left of these without the padding, {before} + {after}, and with output_padding, "
            f"{extra}: nothing"
        )
    return size


def _window(owner: str, kernel_size: int, stride: int, dilation: int) -> Window:
    return Window(
        (checks.whole_number(owner, "kernel_size", kernel_size),),
        (checks.whole_number(owner, "stride", stride),),
        (checks.whole_number(owner, "dilation", dilation),),
    )
