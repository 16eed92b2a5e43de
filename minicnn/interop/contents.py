"""What was found in a file of another library."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy.typing as npt

from minicnn.errors import LONGEST_NAME, quoted, shorten


class Owner(NamedTuple):
    """The library whose order of axes a tensor follows.

    Attributes
    ----------
    library : str
        "PyTorch", "ONNX", "Keras", "TensorFlow", "Flax" or "MLX".
    evidence : str
        How that is known, in words.
    layer : str
        The name or the class of the layer that it belongs to, where the file says it.
    """

    library: str
    evidence: str
    layer: str = ""


class Contents(NamedTuple):
    """The tensors in a file.

    Attributes
    ----------
    tensors : dict of str to array
        By their names in the file.
    left_out : dict of str to str
        Of what is not among them, the name and the reason.
    owners : dict of str to Owner
        Of each tensor; those that the file says nothing about are not there.
    """

    tensors: dict[str, npt.NDArray[Any]]
    left_out: dict[str, str]
    owners: dict[str, Owner]


def listed(said: Mapping[str, object], most: int) -> str:
    """Return names and what is said of each, the first so many, and how many more there are.

    Examples
    --------
    >>> listed({"weight": (8, 1, 3, 3), "bias": (8,), "count": ()}, most=2)
    "'weight' (8, 1, 3, 3), 'bias' (8,), and 1 more"
    """
    words = [f"{quoted(name)} {shorten(what, LONGEST_NAME)}" for name, what in said.items()]
    more = len(words) - most
    return ", ".join([*words[:most], *([f"and {more:,} more"] if more > 0 else [])])
