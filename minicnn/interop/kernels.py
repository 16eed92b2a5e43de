"""Find the kernels among the weights of a file, and bring their axes into our order.

PyTorch, ONNX and minicnn keep kernels as (F, C, KH, KW), Keras and TensorFlow as (KH, KW, C, F).
No file says which, but a window has few rows and columns, most often as many of the one as of the
other.
"""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.interop.tensors import read_tensors
from minicnn.typing import Array, Shape

LAYOUTS = ("FCHW", "HWCF")
LARGEST_WINDOW = 15
"""Rows or columns of a window; more than that are filters or channels."""

MOST_LISTED = 100


class FoundKernels(NamedTuple):
    """Kernels from a file, in our order.

    Attributes
    ----------
    kernels : array (F, C, KH, KW)
        Of float32, or float64 if they were.
    layout : "FCHW" or "HWCF"
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
    """Return the kernels of a file.

    Parameters
    ----------
    path : str or Path
        Any that `read_tensors` reads.
    name : str, optional
        Of the tensor; by default the first that has four axes.
    layout : "FCHW" or "HWCF", optional
        As for `kernels_from`.

    Raises
    ------
    DataError
        As `read_tensors`; if no tensor has four axes, or one holds NaN or infinity.
    ArgumentError
        If there is no tensor of that name, with the nearest names and all shapes; as `kernels_from`
        if its layout is not clear.
    ShapeError
        If the tensor does not have four axes.
    """
    tensors = read_tensors(path)
    if name is None:
        name = next((name for name, tensor in tensors.items() if tensor.ndim == 4), None)
        if name is None:
            raise DataError(f"{path}: expected a tensor with four axes; there are {_all(tensors)}")
    if name not in tensors:
        nearest = difflib.get_close_matches(name, tensors, n=3, cutoff=0.4)
        hint = f", the nearest are {', '.join(nearest)}" if nearest else ""
        raise ArgumentError(f"{path}: no tensor is called {name!r}{hint}; all: {_all(tensors)}")
    return kernels_from(tensors[name], layout, name)


def kernels_from(
    tensor: npt.NDArray[Any], layout: str | None = None, name: str = "tensor"
) -> FoundKernels:
    """Return the kernels in a tensor as (F, C, KH, KW), whichever of the two orders they had.

    Two of the axes are rows and columns of a window: the first two in Keras, the last two in
    PyTorch. They are recognised as those of which both are at most 15, or if that holds for both
    pairs, as those that are equal.

    Parameters
    ----------
    tensor : array with four axes
    layout : "FCHW" or "HWCF", optional
        The order of its axes; by default it is recognised.
    name : str
        What messages call it.

    Returns
    -------
    FoundKernels

    Raises
    ------
    ShapeError
        If there are not four axes, or no numbers.
    ArgumentError
        If the order is not clear, as in (3, 3, 3, 3): it has to be said.
    DataError
        If a weight is NaN or infinite.

    Examples
    --------
    >>> found = kernels_from(np.zeros((3, 3, 1, 64)))
    >>> found.kernels.shape, found.reason
    ((64, 1, 3, 3), 'HWCF, as Keras has them: the first two axes, 3 x 3, are those of a window')
    """
    owner = f"kernels_from: {name}"
    if not isinstance(tensor, np.ndarray) or tensor.ndim != 4 or tensor.size == 0:
        raise ShapeError(
            f"{owner}: kernels have four axes, (F, C, KH, KW) or (KH, KW, C, F), got "
            f"{getattr(tensor, 'shape', checks.kind_of(tensor))}"
        )
    if layout is None:
        layout, reason = _recognise(owner, tensor.shape)
    else:
        checks.choice(owner, "layout", layout, LAYOUTS)
        reason = f"{layout}, as it was said"
    kernels = tensor.transpose(3, 2, 0, 1) if layout == "HWCF" else tensor
    if kernels.dtype.kind not in "fiu":
        raise ShapeError(f"{owner}: kernels are numbers, got {kernels.dtype}")
    kernels = kernels.astype(np.result_type(kernels.dtype, np.float32))
    checks.finite(owner, "kernels", kernels)
    return FoundKernels(kernels, layout, reason, name)


def _recognise(owner: str, shape: Shape) -> tuple[str, str]:
    """Return the layout of kernels of that shape, and how it was recognised."""
    first, last = shape[:2], shape[2:]
    for fits in (_is_small, _is_square):
        if _is_small(last) and fits(last) and not fits(first):
            ends = f"the last two axes, {checks.times(last)}, are those of a window"
            return "FCHW", f"FCHW, as here and in PyTorch: {ends}"
        if _is_small(first) and fits(first) and not fits(last):
            ends = f"the first two axes, {checks.times(first)}, are those of a window"
            return "HWCF", f"HWCF, as Keras has them: {ends}"
    raise ArgumentError(
        f"{owner}: of {shape} both the first two axes and the last two may be those of a window; "
        "say which by layout='FCHW' (PyTorch) or layout='HWCF' (Keras)"
        if _is_small(first)
        else f"{owner}: no two axes of {shape} are those of a window, at most {LARGEST_WINDOW} x "
        f"{LARGEST_WINDOW}; layout='FCHW' (PyTorch) or 'HWCF' (Keras) says which are"
    )


def _is_small(sizes: Shape) -> bool:
    return max(sizes) <= LARGEST_WINDOW


def _is_square(sizes: Shape) -> bool:
    return sizes[0] == sizes[1]


def _all(tensors: Mapping[str, npt.NDArray[Any]]) -> str:
    """Return the names and shapes of tensors, of many the first."""
    listed = [f"{name} {tensor.shape}" for name, tensor in tensors.items()]
    more = len(listed) - MOST_LISTED
    return ", ".join([*listed[:MOST_LISTED], *([f"and {more:,} more"] if more > 0 else [])])
