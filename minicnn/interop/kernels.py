"""Find the kernels among the weights of a file, and bring their axes into our order.

PyTorch, ONNX and minicnn keep kernels as (F, C, KH, KW), Keras and TensorFlow as (KH, KW, C, F),
those of a depthwise layer as (KH, KW, C, M), with M kernels of one channel for each of C. Most
files are of a kind that says which it is. An .npz file does not; but a window has few rows and
columns, most often as many of the one as of the other.
"""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.interop.contents import quoted
from minicnn.interop.tensors import read_contents
from minicnn.typing import Array, Shape

LAYOUTS = ("FCHW", "HWCF", "HWCM")
LAYOUT_OF = {
    "PyTorch": "FCHW",
    "ONNX": "FCHW",
    "Keras": "HWCF",
    "TensorFlow": "HWCF",
    "Flax": "HWCF",
}
"""The order of axes of each library."""

LARGEST_WINDOW = 15
"""Rows or columns of a window; more than that are filters or channels."""

MOST_LISTED = 100


class FoundKernels(NamedTuple):
    """Kernels from a file, in our order.

    Attributes
    ----------
    kernels : array (F, C, KH, KW)
        Of float32, or float64 if they were.
    layout : "FCHW", "HWCF" or "HWCM"
        The order that they had.
    reason : str
        How it was recognised, in words.
    name : str
        What the file calls them.
    """

    kernels: Array
    layout: str
    reason: str
    name: str = ""


def read_kernels(
    path: str | Path, name: str | None = None, layout: str | None = None
) -> FoundKernels:
    """Return the kernels of a file, whichever order of axes they had.

    The kind of file says which order that is: ONNX and PyTorch have one, Keras has the other. A
    .safetensors file is PyTorch's unless its header or its names say otherwise. In an .npz file it
    is recognised by the shape, as in `kernels_from`. Where shape and kind of file contradict each
    other, it has to be stated. A tensor of Keras whose name says that it is depthwise is "HWCM".

    The kernels of a transposed convolution have F and C the other way round, in every library; no
    file says which they are.

    Parameters
    ----------
    path : str or Path
        Any that `read_tensors` reads.
    name : str, optional
        Of the tensor; by default the first by name that has four axes.
    layout : "FCHW", "HWCF" or "HWCM", optional
        The order of its axes, as for `kernels_from`; by default that of the kind of file.

    Raises
    ------
    DataError
        As `read_tensors`; if no tensor has four axes, or one holds NaN or infinity.
    ArgumentError
        If there is no tensor of that name, with the nearest names and all shapes; or if the layout
        is not clear.
    ShapeError
        If the tensor does not have four axes, is empty, or is not of floating-point numbers.
    """
    tensors, _, library = read_contents(path)
    if name is None:
        name = next((name for name, tensor in tensors.items() if tensor.ndim == 4), None)
        if name is None:
            raise DataError(f"{path}: expected a tensor with four axes; there are {_all(tensors)}")
    if name not in tensors:
        nearest = difflib.get_close_matches(name, tensors, n=3, cutoff=0.4)
        hint = f", the nearest are {', '.join(map(quoted, nearest))}" if nearest else ""
        raise ArgumentError(f"{path}: no tensor is called {name!r}{hint}; all: {_all(tensors)}")
    if layout is not None or not library:
        return kernels_from(tensors[name], layout, name)
    owner, tensor = f"{path}: {quoted(name)}", tensors[name]
    _check(owner, tensor)
    return _turned(owner, tensor, *_layout_of_library(owner, tensor.shape, library, name), name)


def kernels_from(
    tensor: npt.NDArray[Any], layout: str | None = None, name: str = "tensor"
) -> FoundKernels:
    """Return the kernels in a tensor as (F, C, KH, KW), whichever order they had.

    Two of the axes are rows and columns of a window: the first two in Keras, the last two in
    PyTorch. A window has at most 15 of each, and either as many rows as columns, or odd numbers of
    both. Where one pair of axes can be a window and the other cannot, that decides; but of two
    pairs of at most 15, the one must also be square.

    Parameters
    ----------
    tensor : array with four axes
    layout : "FCHW", "HWCF" or "HWCM", optional
        The order of its axes; by default it is recognised. "HWCM" are the kernels of a depthwise
        layer of Keras, C * M of one channel each; no shape says that.
    name : str
        What messages call it.

    Returns
    -------
    FoundKernels

    Raises
    ------
    ShapeError
        If there are not four axes, one has a size of 0, or these are not floating-point numbers.
        Whole numbers are quantised weights, and these have a scale and a zero point of their own.
    ArgumentError
        If the order is not clear, as in (3, 3, 3, 3): it has to be stated.
    DataError
        If a weight is NaN or infinite.

    Examples
    --------
    >>> found = kernels_from(np.zeros((3, 3, 1, 64)))
    >>> found.kernels.shape, found.reason
    ((64, 1, 3, 3), 'HWCF, as Keras has them: the first two axes, 3 x 3, are those of a window')
    """
    owner = f"kernels_from: {quoted(name)}"
    _check(owner, tensor)
    if layout is None:
        layout, reason = _recognise(owner, tensor.shape)
    else:
        checks.choice(owner, "layout", layout, LAYOUTS)
        reason = f"{layout}, as given"
    return _turned(owner, tensor, layout, reason, name)


def _check(owner: str, tensor: npt.NDArray[Any]) -> None:
    """Raise ShapeError unless a tensor can be kernels."""
    if not isinstance(tensor, np.ndarray) or tensor.ndim != 4:
        raise ShapeError(
            f"{owner}: kernels have four axes, (F, C, KH, KW) or (KH, KW, C, F), got "
            f"{getattr(tensor, 'shape', checks.kind_of(tensor))}"
        )
    if tensor.size == 0:
        raise ShapeError(f"{owner}: expected kernels with weights, got none: {tensor.shape}")
    if tensor.dtype.kind in "iu":
        raise ShapeError(
            f"{owner}: kernels are floating-point numbers, got {tensor.dtype}; if they are "
            "quantised, subtract the zero point and multiply by the scale first"
        )
    if tensor.dtype.kind != "f":
        raise ShapeError(f"{owner}: kernels are floating-point numbers, got {tensor.dtype}")


def _turned(
    owner: str, tensor: npt.NDArray[Any], layout: str, reason: str, name: str
) -> FoundKernels:
    """Return a tensor in that layout as (F, C, KH, KW)."""
    kernels = tensor
    if layout == "HWCF":
        kernels = tensor.transpose(3, 2, 0, 1)
    if layout == "HWCM":
        KH, KW, C, M = tensor.shape
        kernels = tensor.transpose(2, 3, 0, 1).reshape(C * M, 1, KH, KW)
    kernels = kernels.astype(np.result_type(kernels.dtype, np.float32))
    checks.finite(owner, "kernels", kernels)
    return FoundKernels(kernels, layout, reason, name)


def _layout_of_library(owner: str, shape: Shape, library: str, name: str) -> tuple[str, str]:
    """Return the layout in which a library keeps kernels, unless the shape contradicts it."""
    if library not in LAYOUT_OF:
        raise ArgumentError(
            f"{owner}: {library} keeps kernels as (F, KH, KW, C), which is not read; transpose "
            "them to (F, C, KH, KW)"
        )
    layout = LAYOUT_OF[library]
    window, other = (shape[:2], shape[2:]) if layout == "HWCF" else (shape[2:], shape[:2])
    large = not _is_small(window)
    picture = _may_be_picture(shape) and (large or layout == "HWCF")
    if picture or (not _can_be_window(window) and _can_be_window(other)):
        raise ArgumentError(
            f"{owner}: in the order of {library}, {layout}, {shape} are kernels of "
            f"{checks.times(window)}, which they hardly are; state the layout of kernels, "
            "layout='FCHW' (PyTorch) or layout='HWCF' (Keras), or name another tensor"
        )
    if layout == "HWCF" and _is_depthwise(name):
        return "HWCM", f"HWCM, as {library} has those of a depthwise layer, which its name says"
    return layout, f"{layout}, as {library} has them"


def _is_depthwise(name: str) -> bool:
    """Return whether the name that Keras gave a tensor is one of depthwise kernels.

    Either the tensor is called so, or the layer that it belongs to. Keras numbers the tensors of a
    layer; the first of a separable convolution are the depthwise kernels.
    """
    *before, own = re.split(r"[/.]", name.lower())
    if re.fullmatch(r"\d+", own):
        layer = before[-2] if before[-1:] == ["vars"] and len(before) > 1 else ""
        return "depthwise" in layer or ("separable" in layer and own == "0")
    return "depthwise" in f"{before[-1] if before else ''}/{own}" and "pointwise" not in own


def _recognise(owner: str, shape: Shape) -> tuple[str, str]:
    """Return the layout of kernels of that shape, and how it was recognised."""
    first, last = shape[:2], shape[2:]
    if _is_clear(last, first):
        ends = f"the last two axes, {checks.times(last)}, are those of a window"
        return "FCHW", f"FCHW, as here and in PyTorch: {ends}"
    if _is_clear(first, last) and not _may_be_picture(shape):
        ends = f"the first two axes, {checks.times(first)}, are those of a window"
        return "HWCF", f"HWCF, as Keras has them: {ends}"
    state = "layout='FCHW' (PyTorch) or layout='HWCF' (Keras)"
    if _can_be_window(first) or _can_be_window(last):
        raise ArgumentError(
            f"{owner}: it is not clear which axes of {shape} are those of a window, the first two "
            f"or the last two; state it by {state}"
        )
    raise ArgumentError(
        f"{owner}: no two axes of {shape} are those of a window, at most {LARGEST_WINDOW} x "
        f"{LARGEST_WINDOW}; state which are by {state}"
    )


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


def _all(tensors: Mapping[str, npt.NDArray[Any]]) -> str:
    """Return the names and shapes of tensors, of many the first."""
    listed = [f"{quoted(name)} {tensor.shape}" for name, tensor in tensors.items()]
    more = len(listed) - MOST_LISTED
    return ", ".join([*listed[:MOST_LISTED], *([f"and {more:,} more"] if more > 0 else [])])
