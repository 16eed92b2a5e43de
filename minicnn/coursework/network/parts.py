"""The functions that a network is made of: whose each of them is, and how long it took."""

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.coursework.exercise import Function
from minicnn.coursework.layer_functions import STAND_INS
from minicnn.errors import ArgumentError
from minicnn.typing import Array, Shape


@dataclass
class Part:
    """One of them.

    Attributes
    ----------
    function : callable
    whose : str
        Such as "yours", for a table.
    own : bool
        Whether it was handed in, or is built of what was.
    seconds : float
        How long all its calls took.
    """

    function: Function
    whose: str
    own: bool = True
    seconds: float = 0.0


class Parts:
    """One's own functions by name.

    Parameters
    ----------
    functions : dict of str to callable
        By the names of the exercises. Where `im2col` and `col2im` are among them and a direction of
        the convolution is not, that is built of them. The library stands in for the others.

    Examples
    --------
    >>> parts = Parts({"relu_backward": lambda dy, x: dy * (x > 0)})
    >>> parts.call("relu_backward", [(1, 2)], np.ones((1, 2)), np.array([[3.0, -1.0]]))
    [array([[1., 0.]])]
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self.of = {name: Part(function, "yours") for name, function in functions.items()}
        columns, back = self.of.get("im2col"), self.of.get("col2im")
        if columns and "conv2d_forward" not in self.of:
            built = _forward_by_columns(columns.function)
            self.of["conv2d_forward"] = Part(built, "a product with the columns of your im2col")
        if columns and back and "conv2d_backward" not in self.of:
            built = _backward_by_columns(columns.function, back.function)
            self.of["conv2d_backward"] = Part(built, "products, with your im2col and col2im")

        for name, function in STAND_INS.items():
            self.of.setdefault(name, Part(function, "the library's", own=False))

    def __repr__(self) -> str:
        return "yours"

    def own(self, *names: str) -> bool:
        """Return whether one of these was handed in, or is built of what was."""
        return any(name in self.of and self.of[name].own for name in names)

    def call(self, name: str, shapes: list[Shape], *arguments: Any) -> list[Array]:
        """Call a function, and return its outputs as arrays, of the type of its first argument.

        Raises
        ------
        ArgumentError
            If it raises, or its outputs do not have these shapes.
        """
        part = self.of[name]
        arguments = tuple(
            np.ascontiguousarray(one) if isinstance(one, np.ndarray) else one for one in arguments
        )
        start = time.perf_counter()
        try:
            with np.errstate(all="ignore"):
                returned = part.function(*arguments)
        except Exception as error:
            raise ArgumentError(f"{name}: {_described(error)}") from error
        finally:
            part.seconds += time.perf_counter() - start
        several = (returned,) if len(shapes) == 1 else returned
        outputs = [np.asarray(output) for output in several]
        if [output.shape for output in outputs] != list(shapes):
            got = ", ".join(str(output.shape) for output in outputs)
            raise ArgumentError(
                f"{name}: expected outputs of shape {', '.join(map(str, shapes))}, got {got}"
            )
        kind = getattr(arguments[0], "dtype", np.float64)
        return [output.astype(kind, copy=False) for output in outputs]

    def reset(self) -> None:
        """Set all clocks to zero."""
        for part in self.of.values():
            part.seconds = 0.0

    def slowest(self) -> tuple[str, float]:
        """Return which of one's own functions took longest, and its share of the time of all."""
        own = {name: part.seconds for name, part in self.of.items() if part.own}
        name = max(own, key=lambda one: own[one])
        return name, own[name] / max(sum(own.values()), 1e-12)


def _described(error: Exception) -> str:
    """Return an exception as Python names it, and the line that raised it, in one line."""
    what = " ".join("".join(traceback.format_exception_only(error)).split())
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{what} (line {last.lineno} of {Path(last.filename).name}: {last.line})"


def _forward_by_columns(im2col: Function) -> Callable[..., Array]:
    def conv2d_forward(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
        """Return the convolution as one product."""
        F, _, KH, _ = w.shape
        N, OH, OW = len(x), *_places(x, w, stride, padding)
        columns = im2col(x, KH, stride, padding)  # (N*OH*OW, C*KH*KW)
        y = columns @ w.reshape(F, -1).T + b
        return np.asarray(y.reshape(N, OH, OW, F).transpose(0, 3, 1, 2))

    return conv2d_forward


def _backward_by_columns(im2col: Function, col2im: Function) -> Callable[..., Any]:
    def conv2d_backward(
        dy: Array, x: Array, w: Array, stride: int, padding: int
    ) -> tuple[Array, Array, Array]:
        """Return the gradients of that product."""
        F, _, KH, _ = w.shape
        rows = dy.transpose(0, 2, 3, 1).reshape(-1, F)  # (N*OH*OW, F)
        dw = (rows.T @ im2col(x, KH, stride, padding)).reshape(w.shape)
        dx = col2im(rows @ w.reshape(F, -1), x.shape, KH, stride, padding)
        return dx, dw, rows.sum(axis=0)

    return conv2d_backward


def _places(x: Array, w: Array, stride: int, padding: int) -> tuple[int, int]:
    """Return OH and OW."""
    H, W = x.shape[2:]
    KH, KW = w.shape[2:]
    return (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1
