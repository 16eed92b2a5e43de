"""How many pixels of the picture one place of the last layer depends on."""

from collections.abc import Sequence

from minicnn.coursework.exercise import Case, Exercise


def receptive_field(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    """Return how many pixels, along one axis, one place of the last layer depends on.

    Layers with windows, convolutions or pooling, stand one behind the other. A place of the last
    one looks at a window of places of the layer before, each of these at a window of its own, and
    so on down to the picture. There the windows of neighbours overlap, and the pixels from the
    first to the last are counted. Padding and dilation do not occur, and no stride is larger than
    its kernel.

    Parameters
    ----------
    kernel_sizes : list of int
        The window of each layer, that of the layer next to the picture first.
    strides : list of int, equally long
        By how many places of its input each layer's window moves.

    Returns
    -------
    int
    """
    field = 1
    step = 1  # pixels between two neighbouring places of the input of a layer
    for kernel_size, stride in zip(kernel_sizes, strides, strict=True):
        field += (kernel_size - 1) * step
        step *= stride
    return field


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    return [
        Case("one layer", ([3], [1])),
        Case("one layer with a stride", ([5], [2])),
        Case("two layers", ([3, 3], [1, 1])),
        Case("a stride in the first layer", ([3, 3], [2, 1])),
        Case("a stride in the last layer", ([3, 5], [1, 3])),
        Case("two layers with even kernels", ([4, 2], [1, 1])),
        Case("three layers with strides", ([5, 4, 3], [2, 3, 1])),
        Case("convolutions and pooling", ([5, 2, 5, 2], [1, 2, 1, 2])),
        Case("a kernel of 1", ([3, 1, 7], [3, 1, 2])),
        Case("five layers", ([7, 3, 5, 2, 3], [2, 2, 3, 1, 2])),
    ]


exercise = Exercise(receptive_field, ["pixels"], cases)
