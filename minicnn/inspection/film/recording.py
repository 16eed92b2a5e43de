"""The data of a film: the kernels of a layer at many moments of a training, and their scores.

They are plain arrays, so that a film can be drawn again, or measured in another way, without
training.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError
from minicnn.saving.archive import read_archive
from minicnn.saving.atomic import atomic_write
from minicnn.typing import Array, Shape

FORMAT = "minicnn recording, version 1"
ARRAYS = ("kernels", "steps", "loss", "accuracy", "edge", "orientation", "live")
KINDS = {"steps": "iu", "live": "b"}
"""NumPy's kind codes for the arrays that do not hold floats."""
NAMES = {"f": "floats", "iu": "whole numbers", "b": "True or False"}


@dataclass(frozen=True, eq=False)  # arrays are not compared as a whole
class Recording:
    """T moments of the training of one layer with F kernels.

    Attributes
    ----------
    title : str
        Which layer.
    final_step : int
        The number of steps of the whole training.
    steps : array (T,)
        The number of steps before each moment; increasing.
    kernels : array (T, F, C, KH, KW)
    loss, accuracy : array (T,)
        Means over the training batches since the previous moment; NaN before the first step.
    edge, orientation, live : array (T, F)
        Of each kernel, as in `minicnn.inspection.measure.KernelTable`.

    Raises
    ------
    DataError
        If there are no moments, shapes or types do not fit, steps do not increase, or a weight is
        NaN or infinite.

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
        for name in ARRAYS:
            array, kind = getattr(self, name), KINDS.get(name, "f")
            if not isinstance(array, np.ndarray) or array.dtype.kind not in kind:
                got = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
                raise DataError(f"Recording: {name} must be an array of {NAMES[kind]}, got {got}")
        if self.kernels.ndim != 5 or self.kernels.size == 0:
            raise DataError(
                "Recording: expected kernels of shape (T, F, C, KH, KW) with at least one moment "
                f"and one number, got {self.kernels.shape}"
            )
        T, F = self.kernels.shape[:2]
        for name in ARRAYS[1:]:
            shape: Shape = (T, F) if name in ("edge", "orientation", "live") else (T,)
            if getattr(self, name).shape != shape:
                raise DataError(
                    f"Recording: {name} must have shape {shape} for kernels "
                    f"{self.kernels.shape}, got {getattr(self, name).shape}"
                )
        if not np.isfinite(self.kernels).all():
            raise DataError("Recording: kernels must be finite, got NaN or infinity among them")
        if np.isinf(self.loss).any() or np.isinf(self.accuracy).any():
            raise DataError("Recording: loss and accuracy must not be infinite")
        steps = self.steps.astype(np.int64)
        if steps[0] < 0 or (np.diff(steps) <= 0).any() or self.final_step < max(1, steps[-1]):
            raise DataError(
                "Recording: steps must grow from 0 or more, and not beyond final_step, which is "
                f"at least 1; got {steps[0]} to {steps[-1]} of {self.final_step}"
            )

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
        """Write everything to one .npz file, whole or not at all; NumPy alone can read it."""
        arrays: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        with atomic_write(path) as file:
            np.savez(file, format=np.array(FORMAT), **arrays)

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
        title, final_step = arrays.pop("title"), arrays.pop("final_step")
        if title.dtype.kind != "U" or final_step.dtype.kind not in "iu" or final_step.ndim:
            raise DataError(f"{path}: expected a text as title and a number as final_step")
        try:
            return cls(title=str(title), final_step=int(final_step), **arrays)
        except DataError as error:
            raise DataError(f"{path}: {error}") from error

    def __repr__(self) -> str:
        return f"Recording({self.title!r}, {len(self)} moments, {self.kernels.shape[1]} kernels)"
