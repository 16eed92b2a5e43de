"""How many places a kernel takes along one axis."""

from minicnn.coursework.exercise import Case, Exercise


def output_size(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    """Return how many places a kernel takes along one axis of a picture.

    The picture is first made larger by ``padding`` pixels at either end. The kernel starts at the
    first of these pixels and moves by ``stride`` pixels at a time, as long as all of it lies
    inside. Pixels that are left over at the end are not used.

    With a dilation of d, neighbouring numbers of the kernel lie d pixels apart: 1 is an ordinary
    kernel, and with 2 every other pixel is left out.

    Parameters
    ----------
    size : int
        Pixels along the axis, without padding.
    kernel_size : int
        Numbers of the kernel along the axis.
    stride : int
        1 or more.
    padding : int
        0 or more.
    dilation : int
        1 or more.

    Returns
    -------
    int
        At least 1: the kernel fits in.
    """
    span = dilation * (kernel_size - 1) + 1
    return (size + 2 * padding - span) // stride + 1


def cases() -> list[Case]:
    """Return the cases; no division ends in a half, which could be rounded either way."""
    return [
        Case("a kernel of 3 on 5 pixels", (5, 3, 1, 0, 1)),
        Case("padding of 1", (5, 3, 1, 1, 1)),
        Case("a stride of 2", (9, 3, 2, 0, 1)),
        Case("a stride that leaves one pixel over", (9, 3, 5, 0, 1)),
        Case("a stride that leaves most of a step over", (10, 3, 4, 0, 1)),
        Case("a dilation of 2", (9, 3, 1, 0, 2)),
        Case("a dilation of 3", (16, 4, 1, 0, 3)),
        Case("an even kernel", (6, 4, 1, 1, 1)),
        Case("a stride above the kernel", (12, 2, 3, 0, 1)),
        Case("a kernel of 1 with a dilation", (6, 1, 1, 0, 3)),
        Case("padding of 3 with a stride", (224, 7, 3, 3, 1)),
        Case("a stride, padding and a dilation", (23, 5, 3, 2, 2)),
        Case("a stride, padding and a dilation, with pixels left over", (43, 4, 4, 3, 3)),
    ]


exercise = Exercise(output_size, ["places"], cases)
