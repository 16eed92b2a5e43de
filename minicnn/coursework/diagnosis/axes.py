"""Which letters the axes of an output have, as far as its name tells."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from minicnn.typing import Shape

WORDS = {"N": "sample", "C": "channel", "F": "filter", "D_out": "output", "K": "class"}
"""What one entry along an axis is."""

LIKE_W = ("w", "velocity", "m", "v")


def axis_letters(output: str, shape: Shape, inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a letter of the house for each axis of an output, or "axis 0", "axis 1" and so on.

    A gradient has the axes of what it is the gradient of: dx those of x. An output of another name
    has the axes of an input of the same shape.

    Parameters
    ----------
    output : str
    shape : tuple of int
    inputs : dict
        The inputs of the exercise by name.

    Examples
    --------
    >>> axis_letters("dw", (2, 3, 5, 5), {})
    ('F', 'C', 'KH', 'KW')
    >>> axis_letters("loss", (7,), {})
    ('axis 0',)
    """
    name = output.removeprefix("d")
    letters = _of_name(name, shape, inputs)
    if not letters and "f" not in inputs:  # what a function of any array takes has no letters
        same = [other for other in inputs if np.shape(_array(inputs, other)) == shape != ()]
        letters = next(filter(None, (_of_name(other, shape, inputs) for other in same)), ())
    return letters or tuple(f"axis {axis}" for axis in range(len(shape)))


def _of_name(name: str, shape: Shape, inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the letters that go with a name and a number of axes, or none."""
    w, x = np.shape(_array(inputs, "w")), np.shape(_array(inputs, "x"))
    channels = "F" if len(w) == 4 else "C"
    flat = len(w) == 2
    known = {
        ("x", 4): ("N", "C", "H", "W"),
        ("x", 2): ("N", "D_in" if flat else "D"),
        ("y", 4): ("N", "C", "H", "W") if shape == x else ("N", channels, "OH", "OW"),
        ("y", 2): ("N", "D_out" if flat else "D"),
        ("b", 1): ("D_out",) if flat else ("F",),
        ("gamma", 1): ("C",),
        ("beta", 1): ("C",),
        ("columns", 2): ("N * OH * OW", "C * KH * KW"),
        ("scores", 2): ("N", "K"),
    }
    for other in LIKE_W:
        known[other, 4], known[other, 2] = ("F", "C", "KH", "KW"), ("D_out", "D_in")
    return known.get((name, len(shape)), ())


def _array(inputs: Mapping[str, Any], name: str) -> Any:
    value = inputs.get(name)
    return value if isinstance(value, np.ndarray) else None
