"""Find the kernels among the weights of a file, and bring their axes into our order.

Which order of axes they have, `layouts` finds out: most files are of a kind that says it. An .npz
file does not; but a window has few rows and columns, most often as many of the one as of the other.
"""

import difflib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError, ShapeError, quoted, shorten
from minicnn.interop.contents import Contents, listed
from minicnn.interop.layouts import LAYOUTS, layout_of_owner, layout_of_shape
from minicnn.interop.tensors import read_contents
from minicnn.typing import Array

MOST_LISTED = 100


class FoundKernels(NamedTuple):
    """Kernels from a file, in our order.

    Attributes
    ----------
    kernels : array (F, C, KH, KW)
        Of float32, or float64 if they were.
    layout : "FCHW", "HWCF", "HWCM" or "HWFC"
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
    tensor in a .safetensors file is PyTorch's unless the header or its name says otherwise. In an
    .npz file, and in an HDF5 file that is not Keras's, the order is recognised by the shape, as in
    `kernels_from`. Where shape and kind of file contradict each other, it has to be stated.

    A tensor of Keras is "HWCM" or "HWFC" where its name, that of its layer, or the description of
    the model in the file says that the layer is a depthwise one or a transposed convolution. A
    layer that the user has called otherwise may go unnoticed; then the reason names the layout to
    state, if the shape may be that of depthwise kernels.

    The kernels of a transposed convolution come as (F, C, KH, KW) as well, and are not flipped:
    each is what an input pixel adds to the output. PyTorch and ONNX keep them as (C, F, KH, KW),
    which none of their files says, and they stay so.

    Parameters
    ----------
    path : str or Path
        Any that `read_tensors` reads.
    name : str, optional
        Of the tensor; by default the first by name that has four axes.
    layout : "FCHW", "HWCF", "HWCM" or "HWFC", optional
        The order of its axes, as for `kernels_from`; by default that of the kind of file.

    Raises
    ------
    DataError
        As `read_tensors`; if no tensor has four axes, or that one holds NaN or infinity.
    ArgumentError
        If there is no tensor of that name, with the nearest names and all shapes; if it has numbers
        that are not read; or if the layout is not clear.
    ShapeError
        If the tensor does not have four axes, is empty, or is not of floating-point numbers.
    """
    if name is not None:
        checks.instance("read_kernels", "name", name, str)
    contents = read_contents(path)
    name = _first(path, contents) if name is None else name
    _check_name(path, contents, name)
    tensor, owner = contents.tensors[name], contents.owners.get(name)
    where = f"{path}: {quoted(name)}"
    if layout is not None or owner is None:
        return _from(where, tensor, layout, name)
    _check(where, tensor)
    return _turned(where, tensor, *layout_of_owner(where, tensor.shape, owner, name), name)


def _first(path: str | Path, contents: Contents) -> str:
    """Return the name of the first tensor with four axes."""
    for name, tensor in contents.tensors.items():
        if tensor.ndim == 4:
            return name
    raise DataError(f"{path}: expected a tensor with four axes; there are {_all(contents)}")


def _check_name(path: str | Path, contents: Contents, name: str) -> None:
    """Raise ArgumentError unless a tensor is called so."""
    if name in contents.left_out:
        raise ArgumentError(
            f"{path}: {quoted(name)} is not read: it is {shorten(contents.left_out[name])}; "
            f"there are {_all(contents)}"
        )
    if name not in contents.tensors:
        hint = _nearest(contents, name)
        raise ArgumentError(
            f"{path}: no tensor is called {quoted(name)}{hint}; all: {_all(contents)}"
        )


def _nearest(contents: Contents, name: str) -> str:
    """Return which names of kernels are nearest to one, for a message."""
    kernels = [called for called, tensor in contents.tensors.items() if tensor.ndim == 4]
    nearest = difflib.get_close_matches(name, kernels, n=3, cutoff=0.4)
    verb = "is" if len(nearest) == 1 else "are"
    return f", the nearest {verb} {', '.join(map(quoted, nearest))}" if nearest else ""


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
    layout : "FCHW", "HWCF", "HWCM" or "HWFC", optional
        The order of its axes; by default it is recognised. "HWCM" are the kernels of a depthwise
        layer of Keras, C * M of one channel each, "HWFC" those of a transposed convolution; no
        shape says that.
    name : str
        What messages call it. One such as "block1/depthwise_kernel" says what the shape does not.

    Returns
    -------
    FoundKernels

    Raises
    ------
    ShapeError
        If there are not four axes, one has a size of 0, or these are not floating-point numbers.
        Whole numbers are quantised weights, and these have a scale and a zero point of their own.
    ArgumentError
        If the order is not clear, as in (3, 3, 3, 3): it has to be stated. If `name` is no text.
    DataError
        If a weight is NaN or infinite.

    Examples
    --------
    >>> found = kernels_from(np.zeros((3, 3, 1, 64)))
    >>> found.kernels.shape, found.reason
    ((64, 1, 3, 3), 'HWCF, as Keras has them: the first two axes, 3 x 3, are those of a window')
    """
    checks.instance("kernels_from", "name", name, str)
    return _from(f"kernels_from: {quoted(name)}", tensor, layout, name)


def _from(where: str, tensor: npt.NDArray[Any], layout: str | None, name: str) -> FoundKernels:
    """Return the kernels in a tensor, in the layout that was given or by its shape alone."""
    _check(where, tensor)
    if layout is None:
        layout, reason = layout_of_shape(where, tensor.shape, name)
    else:
        checks.choice(where, "layout", layout, LAYOUTS)
        reason = f"{layout}, as given"
    return _turned(where, tensor, layout, reason, name)


def _check(where: str, tensor: npt.NDArray[Any]) -> None:
    """Raise ShapeError unless a tensor can be kernels."""
    if not isinstance(tensor, np.ndarray) or tensor.ndim != 4:
        raise ShapeError(
            f"{where}: kernels have four axes, (F, C, KH, KW) or (KH, KW, C, F), got "
            f"{getattr(tensor, 'shape', checks.kind_of(tensor))}"
        )
    if tensor.size == 0:
        raise ShapeError(f"{where}: expected kernels with weights, got none: {tensor.shape}")
    if tensor.dtype.kind in "iu":
        raise ShapeError(
            f"{where}: kernels are floating-point numbers, got {tensor.dtype}; if they are "
            "quantised, subtract the zero point and multiply by the scale first"
        )
    if tensor.dtype.kind != "f":
        raise ShapeError(f"{where}: kernels are floating-point numbers, got {tensor.dtype}")


def _turned(
    where: str, tensor: npt.NDArray[Any], layout: str, reason: str, name: str
) -> FoundKernels:
    """Return a tensor in that layout as (F, C, KH, KW)."""
    kernels = tensor
    if layout == "HWCF":
        kernels = tensor.transpose(3, 2, 0, 1)
    if layout in ("HWCM", "HWFC"):
        kernels = tensor.transpose(2, 3, 0, 1)
    if layout == "HWCM":
        C, M, KH, KW = kernels.shape
        kernels = kernels.reshape(C * M, 1, KH, KW)
    kernels = kernels.astype(np.float64 if tensor.dtype.itemsize > 4 else np.float32)
    checks.finite(where, "kernels", kernels)
    return FoundKernels(kernels, layout, reason, name)


def _all(contents: Contents) -> str:
    """Return the names and shapes of the first tensors, and the names of what was left out."""
    shapes = {name: tensor.shape for name, tensor in contents.tensors.items()}
    said = listed(shapes, MOST_LISTED)
    if contents.left_out:
        said += f"; not read: {listed(contents.left_out, MOST_LISTED)}"
    return said
