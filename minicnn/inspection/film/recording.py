"""The data of a film: the kernels of a layer at many moments of a training, and their scores.

They are plain arrays, so that a film can be drawn again, or measured in another way, without
training.
"""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError
from minicnn.saving.archive import read_archive
from minicnn.saving.atomic import atomic_write
from minicnn.typing import Array, Shape

FORMAT = "minicnn recording, version 2"
ARRAYS = ("kernels", "steps", "loss", "accuracy", "edge", "orientation", "live")
MODEL = "model."
"""What stands in a file in front of the name of a parameter of the whole model."""
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
    model_steps : array (M,)
        The steps before the moments at which the whole model was kept; increasing, or none.
    models : dict of str to array (M, ...)
        The parameters of the model at these moments, by their names in the model.

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
    model_steps: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    models: dict[str, Array] = field(default_factory=dict)

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
        self._check_steps(self.steps)
        self._check_models()

    def _check_steps(self, given: npt.NDArray[np.int64]) -> None:
        """Raise DataError unless steps grow, and not beyond the final one."""
        steps = given.astype(np.int64)
        if steps[0] < 0 or (np.diff(steps) <= 0).any() or self.final_step < max(1, steps[-1]):
            raise DataError(
                "Recording: steps must grow from 0 or more, and not beyond final_step, which is "
                f"at least 1; got {steps[0]} to {steps[-1]} of {self.final_step}"
            )

    def _check_models(self) -> None:
        """Raise DataError unless every parameter has finite values at every moment."""
        steps = self.model_steps
        if not isinstance(steps, np.ndarray) or steps.dtype.kind not in "iu" or steps.ndim != 1:
            raise DataError(
                f"Recording: model_steps must be an array (M,) of whole numbers, got {steps!r}"
            )
        M = len(steps)
        if M:
            self._check_steps(steps)
        for name, values in self.models.items():
            if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
                got = values.dtype if isinstance(values, np.ndarray) else type(values).__name__
                raise DataError(f"Recording: models must be arrays of floats, got {got} as {name}")
            if values.shape[:1] != (M,):
                raise DataError(
                    f"Recording: models must have {M} moments, as many as model_steps, got "
                    f"{values.shape} as {name}"
                )
            if not np.isfinite(values).all():
                raise DataError(f"Recording: models must be finite, got NaN or infinity in {name}")

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
        arrays: dict[str, Any] = {name: getattr(self, name) for name in _entries()}
        arrays |= {f"{MODEL}{name}": values for name, values in self.models.items()}
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
        parameters = [name for name in arrays if name.startswith(MODEL)]
        models = {name.removeprefix(MODEL): arrays.pop(name) for name in parameters}
        if sorted(arrays) != sorted(_entries()):
            raise DataError(f"{path}: expected entries {_entries()}, got {list(arrays)}")
        title, final_step = arrays.pop("title"), arrays.pop("final_step")
        if title.dtype.kind != "U" or final_step.dtype.kind not in "iu" or final_step.ndim:
            raise DataError(f"{path}: expected a text as title and a number as final_step")
        try:
            return cls(str(title), int(final_step), models=models, **arrays)
        except DataError as error:
            raise DataError(f"{path}: {error}") from error

    def __repr__(self) -> str:
        return f"Recording({self.title!r}, {len(self)} moments, {self.kernels.shape[1]} kernels)"


def _entries() -> list[str]:
    """Return the names of the entries of a file, but for the parameters of models."""
    return [entry.name for entry in fields(Recording) if entry.name != "models"]
