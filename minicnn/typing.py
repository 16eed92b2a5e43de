"""The types that most signatures use."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]
"""An array of float32 or float64."""

Labels: TypeAlias = npt.NDArray[np.integer[Any]]
"""An array of class numbers, one for each sample."""

Targets: TypeAlias = npt.NDArray[Any]
"""What a loss compares the outputs with, one a sample: class numbers, numbers, or pictures."""

Mask: TypeAlias = npt.NDArray[np.bool_]
"""An array of True and False."""

Shape: TypeAlias = tuple[int, ...]
"""The sizes of an array; for a layer, without the batch axis."""

Sizes: TypeAlias = tuple[int, ...]
"""A number for each spatial axis: (H, W) of a picture, (KH, KW) of a kernel."""

Pair: TypeAlias = tuple[int, int]
"""Two numbers: vertical and horizontal, or before and after, or first and last."""

Pixels: TypeAlias = tuple[Any, ...]
"""A slice of every spatial axis: an index for some of the pixels of a picture."""

Margins: TypeAlias = tuple[Pair, ...]
"""For each spatial axis, how much is added before and after it: ((above, below), (left, right))."""

Region: TypeAlias = tuple[Pair, ...]
"""For each spatial axis, the first and the last place: ((top, bottom), (left, right))."""
