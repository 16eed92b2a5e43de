"""The three types that stand in most signatures."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]
"""An array of float32 or float64."""

Labels: TypeAlias = npt.NDArray[np.integer[Any]]
"""An array of class numbers, one a sample."""

Shape: TypeAlias = tuple[int, ...]
"""The sizes of an array; for a layer, without the batch axis."""
