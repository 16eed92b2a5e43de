"""What a film is made of: the kernels of a layer at many moments of a training, and their scores.

Kept as plain arrays, so that a film can be drawn again, or measured otherwise, without training.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.archive import read_archive
from minicnn.errors import DataError
from minicnn.files import atomic_write
from minicnn.typing import Array, Shape

FORMAT = "minicnn recording, version 1"


@dataclass(frozen=True, eq=False)  # arrays are not compared as a whole
class Recording:
    """T moments of the training of one layer with F kernels.

    Attributes
    ----------
    title : str
        Which layer.
    final_step : int
        How many steps the whole training was to have.
    steps : array (T,)
        How many were taken at each moment; it grows.
    kernels : array (T, F, C, KH, KW)
    loss, accuracy : array (T,)
        Means over the training batches since the moment before; NaN before the first step.
    edge, orientation, live : array (T, F)
        Of each kernel, as in `minicnn.inspection.kernels.KernelTable`.

    Raises
    ------
    DataError
        If there are no moments, shapes do not fit together, or a weight is NaN or infinite.

    Examples
    --------
    >>> recording = Recording(
    ...     "Conv2D(2, 3)",
    ...     final_step=10,
    ...     steps=np.array([0, 10]),
    ...     kernels=np.ones((2, 2, 1, 3, 3)),
    ...     loss=np.array([np.nan, 0.5]),
    ...     accuracy=np.array([np.nan, 0.9]),
    ...     edge=np.array([[0.1, 0.2], [0.5, 0.9]]),
    ...     orientation=np.zeros((2, 2)),
    ...     live=np.ones((2, 2), bool),
    ... )
    >>> len(recording), recording.median_edge
    (2, array([0.15, 0.7 ]))
    """

    title: str
    final_step: int
    steps: npt.NDArray[np.int64]
    kernels: Array
    loss: Array
    accuracy: Array
    edge: Array
    orientation: Array
    live: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Refuse what cannot be shown."""
        if self.kernels.ndim != 5 or self.kernels.size == 0:
            raise DataError(
                "Recording: expected kernels of shape (T, F, C, KH, KW) with at least one moment "
                f"and one number, got {self.kernels.shape}"
            )
        T, F = self.kernels.shape[:2]
        expected: dict[str, Shape] = {"steps": (T,), "loss": (T,), "accuracy": (T,)}
        expected |= {"edge": (T, F), "orientation": (T, F), "live": (T, F)}
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise DataError(
                    f"Recording: {name} must have shape {shape} for kernels "
                    f"{self.kernels.shape}, got {getattr(self, name).shape}"
                )
        if not np.isfinite(self.kernels).all():
            raise DataError("Recording: kernels must be finite, got NaN or infinity among them")

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def median_edge(self) -> Array:
        """The median edge score of the live kernels at each moment, (T,); 0 where all are dead."""
        alive = np.where(self.live, self.edge, np.nan)
        alive[~self.live.any(axis=1)] = 0.0
        median: Array = np.nanmedian(alive, axis=1)
        return median

    def save(self, path: str | Path) -> None:
        """Write all to one .npz file, whole or not at all; NumPy alone can read it."""
        arrays: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        with atomic_write(path) as file:
            np.savez_compressed(file, format=np.array(FORMAT), **arrays)

    @classmethod
    def load(cls, path: str | Path) -> "Recording":
        """Read what `save` wrote; no code from the file is run.

        Raises
        ------
        DataError
            If the file is not a recording of this version, or is broken.
        """
        arrays = read_archive(path, "a recording written by Recording.save")
        found = str(arrays.pop("format", "another file"))
        if found != FORMAT:
            raise DataError(f"{path}: expected {FORMAT!r}, got {found!r}")
        names = [field.name for field in fields(cls)]
        if sorted(arrays) != sorted(names):
            raise DataError(f"{path}: expected entries {names}, got {list(arrays)}")
        _check_types(path, arrays, names)
        try:
            return cls(
                title=str(arrays.pop("title")), final_step=int(arrays.pop("final_step")), **arrays
            )
        except DataError as error:
            raise DataError(f"{path}: {error}") from error

    def __repr__(self) -> str:
        return f"Recording({self.title!r}, {len(self)} moments, {self.kernels.shape[1]} kernels)"


def _check_types(
    path: str | Path, arrays: dict[str, npt.NDArray[np.generic]], names: Sequence[str]
) -> None:
    """Raise DataError unless every entry is of its type."""
    kinds = {"title": "U", "final_step": "iu", "steps": "iu", "live": "b"}
    for name in names:
        array, kind = arrays[name], kinds.get(name, "f")
        if array.dtype.kind not in kind or (array.ndim > 0) == (name in ("title", "final_step")):
            raise DataError(
                f"{path}: {name} must be {'text' if kind == 'U' else 'numbers'} of kind {kind!r}, "
                f"got an array of {array.dtype} with shape {array.shape}"
            )
