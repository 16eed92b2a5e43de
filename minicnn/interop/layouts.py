"""In which order the axes of a kernel tensor are: what its library, its name and its shape say.

PyTorch, ONNX and minicnn keep kernels as (F, C, KH, KW), Keras and TensorFlow as (KH, KW, C, F).
Keras has two more orders: (KH, KW, C, M) in a depthwise layer, with M kernels of one channel for
each of C, and (KH, KW, F, C) in a transposed convolution. No shape says which of its three orders a
tensor has, so that the names of the tensor and of its layer have to.
"""

import re

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.interop.contents import Owner
from minicnn.typing import Shape

LAYOUTS = ("FCHW", "HWCF", "HWCM", "HWFC")
LAYOUT_OF = {
    "PyTorch": "FCHW",
    "ONNX": "FCHW",
    "Keras": "HWCF",
    "TensorFlow": "HWCF",
    "Flax": "HWCF",
}
"""The order of axes of each library."""

SPECIAL = {"HWCM": "a depthwise layer", "HWFC": "a transposed convolution"}
"""The layers whose kernels have an order of their own."""

LARGEST_WINDOW = 15
"""Rows or columns of a window; more than that are filters or channels."""


def owner_by_name(name: str) -> Owner:
    """Return the library that calls a tensor so, where nothing else in a file says whose it is.

    What is called "kernel" is a tensor of Keras or of a library that follows it, and all others are
    those of PyTorch.

    Examples
    --------
    >>> owner_by_name("conv1/kernel:0").library, owner_by_name("conv1.weight").library
    ('Keras', 'PyTorch')
    """
    if re.search(r"(^|[/._])kernel(:0)?$", name):
        return Owner("Keras", "its name ends in kernel, as those of PyTorch's own modules do not")
    if re.search(r"(depth|point)wise_weights(:0)?$", name):
        return Owner("TensorFlow", "its name is one that TensorFlow's layers give")
    return Owner("PyTorch", "its name is none of Keras's, which end in kernel")


def layout_of_owner(where: str, shape: Shape, owner: Owner, name: str) -> tuple[str, str]:
    """Return the layout in which a library keeps kernels, and how that is known.

    Raises
    ------
    ArgumentError
        If the shape contradicts it, or if the library has an order that is not read.
    """
    library, evidence, layer = owner
    if library not in LAYOUT_OF:
        raise ArgumentError(
            f"{where}: {library} keeps kernels as (F, KH, KW, C), which is not read; transpose "
            "them to (F, C, KH, KW)"
        )
    layout = LAYOUT_OF[library]
    window, other = (shape[:2], shape[2:]) if layout == "HWCF" else (shape[2:], shape[:2])
    large = not _is_small(window)
    picture = _may_be_picture(shape) and (large or layout == "HWCF")
    if picture or (not _can_be_window(window) and _can_be_window(other)):
        raise ArgumentError(
            f"{where}: in the order of {library} ({evidence}), {layout}, {shape} are kernels of "
            f"{checks.times(window)}, which they hardly are; state the layout of kernels, "
            f"{_choices(name, layer)}, or name another tensor"
        )
    if layout == "HWCF":
        return _of_keras(shape, library, evidence, name, layer)
    return layout, f"{layout}, as {library} has them: {evidence}"


def layout_of_shape(where: str, shape: Shape, name: str) -> tuple[str, str]:
    """Return the layout of kernels of that shape, and how it was recognised.

    Raises
    ------
    ArgumentError
        If it is not clear which axes are those of the window.
    """
    first, last = shape[:2], shape[2:]
    if _is_clear(last, first):
        ends = f"the last two axes, {checks.times(last)}, are those of a window"
        return "FCHW", f"FCHW, as here and in PyTorch: {ends}"
    if _is_clear(first, last) and not _may_be_picture(shape):
        ends = f"the first two axes, {checks.times(first)}, are those of a window"
        return _of_keras(shape, "Keras", ends, name)
    state = _choices(name)
    if _can_be_window(first) or _can_be_window(last):
        raise ArgumentError(
            f"{where}: it is not clear which axes of {shape} are those of a window, the first two "
            f"or the last two; state it by {state}"
        )
    raise ArgumentError(
        f"{where}: no two axes of {shape} are those of a window, at most {LARGEST_WINDOW} x "
        f"{LARGEST_WINDOW}; state which are by {state}"
    )


def _of_keras(
    shape: Shape, library: str, evidence: str, name: str, layer: str = ""
) -> tuple[str, str]:
    """Return which of Keras's three orders it is, and how that is known."""
    layout = layout_by_name(name, layer)
    if layout in SPECIAL:
        who = "the file says" if layer else "its name says"
        return layout, f"{layout}, as {library} has those of {SPECIAL[layout]}, which {who}"
    reason = f"HWCF, as {library} has them: {evidence}"
    C, F = shape[2:]
    if F < C and not _is_plain(name, layer):
        reason += "; if they are depthwise, state layout='HWCM'"
    return layout, reason


def _is_plain(name: str, layer: str) -> bool:
    """Return whether a tensor of Keras is known to be one of kernels (KH, KW, C, F)."""
    words = (layer or _layer_of(name)).lower().split()
    called = any(re.fullmatch(r"conv2d(_\d+)?", word) for word in words)
    return called or "pointwise" in name.lower()


def layout_by_name(name: str, layer: str = "") -> str:
    """Return which of Keras's orders a tensor has, by what it and its layer are called.

    Keras numbers the tensors of a layer; the first of a separable convolution are the depthwise
    kernels.

    Parameters
    ----------
    name : str
        Of the tensor, with those of the layers that it belongs to before it.
    layer : str, optional
        The name or the class of its layer, where the file says it; by default it is in `name`.

    Examples
    --------
    >>> layout_by_name("separable_conv2d/depthwise_kernel"), layout_by_name("conv2d/kernel")
    ('HWCM', 'HWCF')
    >>> layout_by_name("up/kernel", layer="Conv2DTranspose")
    'HWFC'
    """
    own = re.split(r"[/.]", name.lower())[-1].removesuffix(":0")
    layer = (layer or _layer_of(name)).lower()
    if "depthwise" in own or ("separable" in layer and own == "0"):
        return "HWCM"
    if "pointwise" in own or "separable" in layer:
        return "HWCF"
    if "depthwise" in layer:
        return "HWCM"
    return "HWFC" if "transpose" in layer else "HWCF"


def _layer_of(name: str) -> str:
    """Return the layer in a name such as "block/layers/conv2d/vars/0", here conv2d."""
    layers = [part for part in re.split(r"[/.]", name)[:-1] if part != "vars"]
    return layers[-1] if layers else ""


def _choices(name: str, layer: str = "") -> str:
    """Return what may be stated for a tensor, for a message."""
    layout = layout_by_name(name, layer)
    of = f" of {SPECIAL[layout]}" if layout in SPECIAL else ""
    return f"layout='FCHW' (PyTorch) or layout='{layout}' (Keras{of})"


def _is_clear(window: Shape, other: Shape) -> bool:
    """Return whether the one pair of axes must be that of the window, and not the other."""
    alone = _can_be_window(window) and not _can_be_window(other)
    return alone and (_is_square(window) or not _is_small(other))


def _can_be_window(sizes: Shape) -> bool:
    return _is_small(sizes) and (_is_square(sizes) or all(size % 2 for size in sizes))


def _may_be_picture(shape: Shape) -> bool:
    """Return whether these may be numbers for each place of a square picture, (1, H, W, C)."""
    return shape[0] == 1 < shape[1] == shape[2]


def _is_small(sizes: Shape) -> bool:
    return max(sizes) <= LARGEST_WINDOW


def _is_square(sizes: Shape) -> bool:
    return sizes[0] == sizes[1]
