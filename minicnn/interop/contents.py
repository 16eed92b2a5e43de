"""What was found in a file of another library."""

from typing import Any, NamedTuple

import numpy.typing as npt

from minicnn.terminal import shortened

LONGEST_NAME = 80
"""Characters of a name in a message."""


class Contents(NamedTuple):
    """The tensors in a file.

    Attributes
    ----------
    tensors : dict of str to array
        By their names in the file.
    left_out : dict of str to str
        Of what is not among them, the name and the reason.
    library : str
        Whose order of axes it follows: "PyTorch", "ONNX", "Keras", "TensorFlow", "Flax" or "MLX";
        empty if the file does not say.
    """

    tensors: dict[str, npt.NDArray[Any]]
    left_out: dict[str, str]
    library: str = ""


def quoted(name: str) -> str:
    r"""Return a name from a file for a message: on one line, without control codes, not too long.

    Examples
    --------
    >>> print(quoted("conv1\n"))
    'conv1\n'
    """
    return shortened(repr(name), LONGEST_NAME)
