"""Film the kernels of a layer while they are learned."""

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.html_table import text
from minicnn.inspection.film.frame import film_in_frame
from minicnn.inspection.film.recording import Recording
from minicnn.inspection.film.writers import check_format, write_film
from minicnn.inspection.layer_kernels import kernels_of, layer_name
from minicnn.inspection.measure import KernelTable, measure_kernels
from minicnn.saving.atomic import check_writable
from minicnn.training.callbacks.base import Callback, Training
from minicnn.typing import Array

MEMORY = 256 * 2**20
"""The most bytes of kernels that a film holds, and of models."""


class _Frame(NamedTuple):
    """One moment of the training."""

    step: int
    kernels: Array
    table: KernelTable
    loss: float
    accuracy: float
    model: dict[str, Array] | None
    """The parameters by name, where the whole model is kept."""


class Film(Callback):
    """Records the kernels of one layer during `Trainer.fit`, and writes the film when that ends.

    Most changes happen at the beginning, so the frames are close together there and further and
    further apart later: frame i of T is taken at the share (i / (T - 1))^2 of the training. Beside
    an `AverageWeights` the frames show the weights that take the steps, not their averages.

    Parameters
    ----------
    *paths : str or Path
        Where to write the film when training ends. The ending decides the format: .npz for the
        recording itself, .gif, .mp4 (needs the program ffmpeg) or .html (a page with a time
        slider). A training that ends before its last step, by an error or by Ctrl-C, leaves only
        the .npz; one without a step leaves nothing.
    layer : int, default 0
        The index of the layer in the model; `kernels_of` must find kernels in it.
    frames : int, default 120
        The most moments to keep, at least 2; fewer if the kernels are so large that these would
        take more than 256 MB.
    every : int, optional
        Steps between two frames, the same throughout; it is doubled until there are no more than
        `frames`. By default the distance grows as described above.
    seconds : float, default 12
        How long the film runs, at no more than 50 frames a second.
    models : int, default 0
        At how many of these moments the whole model is kept, with all its parameters, from the
        first moment to the last. `minicnn.explorer.write_page` shows how the model came to answer
        as it does. Fewer if the model is so large that these would take more than 256 MB, but at
        least 2; one more if training is stopped in between.

    Attributes
    ----------
    recording : Recording
        What the latest `fit` has recorded so far.
    written : list of Path
        The files that it has written.

    Raises
    ------
    ArgumentError
        If a number is out of range or an ending is unknown; when training begins, if a path cannot
        be written or there is no such layer.
    ShapeError
        When training begins, if the layer has no kernels.

    Examples
    --------
    >>> from minicnn import SGD, Conv2D, CrossEntropy, Flatten, Sequential, Trainer
    >>> from minicnn.data import Dataset
    >>> model = Sequential([Conv2D(2, 3), Flatten()], input_shape=(1, 3, 3))
    >>> trainer = Trainer(model, SGD(learning_rate=0.1), CrossEntropy())
    >>> images = np.random.default_rng(0).random((8, 1, 3, 3))
    >>> data = Dataset(images, np.arange(8) % 2, ("even", "odd"))
    >>> film = Film(frames=5)
    >>> _ = trainer.fit(data, epochs=20, batch_size=4, callbacks=[film], progress=False)
    >>> film.recording.steps
    array([ 0,  2, 10, 22, 40])
    """

    runs_once = True

    def __init__(
        self,
        *paths: str | Path,
        layer: int = 0,
        frames: int = 120,
        every: int | None = None,
        seconds: float = 12.0,
        models: int = 0,
    ) -> None:
        self.paths = [Path(path) for path in paths]
        for path in self.paths:
            check_format("Film", path)
        self.layer = checks.whole_number("Film", "layer", layer, minimum=0)
        self.frames = checks.whole_number("Film", "frames", frames, minimum=2)
        self.every = None if every is None else checks.whole_number("Film", "every", every)
        self.seconds = checks.real_number("Film", "seconds", seconds, above=0)
        self.models = checks.whole_number("Film", "models", models, minimum=0)
        self.taken: list[_Frame] = []
        self.written: list[Path] = []

    def __repr__(self) -> str:
        """Say what was filmed, and which files were written."""
        if not self.taken:
            return f"Film of layer {self.layer}, no moments yet"
        files = f"written to {', '.join(map(str, self.written))}" if self.written else "in memory"
        return f"Film of {self.title}, {len(self.taken)} moments, {files}"

    def _repr_html_(self) -> str:
        """Return the film for a notebook, with some of its moments."""
        shown = film_in_frame(self.recording) if self.taken else ""
        return shown + text(repr(self))

    def on_fit_begin(self, trainer: Training) -> None:
        """Check what would fail later, plan the moments, and take the first frame."""
        kernels = self._weights(trainer)
        for path in self.paths:
            check_writable("Film", path)
        self.title = layer_name(trainer.model.layers[self.layer], self.layer)
        self.first_step, self.final_step = trainer.progress.first_step, trainer.progress.final_step
        self.moments = self._plan(kernels.nbytes)
        self.with_model = self._plan_models(trainer)
        self.taken, self.written = [], []
        self.since: list[tuple[float, float]] = []
        self._take(trainer)

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Take a frame where the plan has one."""
        self.since.append((loss, accuracy))
        if trainer.steps - self.first_step in self.moments:
            self._take(trainer)

    def on_fit_end(self, trainer: Training) -> None:
        """Write the files."""
        if trainer.steps == self.first_step:  # nothing was learned, so older files are kept
            return
        if self.taken[-1].step < trainer.steps - self.first_step:  # stopped between two frames
            self._take(trainer)
        if self.models and self.taken[-1].model is None:
            self.taken[-1] = self.taken[-1]._replace(model=_all_parameters(trainer))
        broke_off = trainer.steps < trainer.progress.final_step and not trainer.progress.stopping
        for path in self.paths:
            if path.suffix.lower() == ".npz" or not broke_off:
                self.written.append(write_film(self.recording, path, seconds=self.seconds))

    def state(self) -> dict[str, Any]:
        """Return the frames so far; `restore` measures their scores again."""
        model_steps, models = self._models()
        return {
            "steps": [frame.step for frame in self.taken],
            "means": [[frame.loss, frame.accuracy] for frame in self.taken],
            "kernels": np.stack([frame.kernels for frame in self.taken]),
            "model_steps": model_steps,
            "models": models,
            "since": self.since,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Restore the frames."""
        moments = zip(state["steps"], state["kernels"], state["means"], strict=True)
        models = {
            int(step): {name: values[index] for name, values in state["models"].items()}
            for index, step in enumerate(state["model_steps"])
        }
        self.taken = [
            _Frame(step, kernels, measure_kernels(kernels), loss, accuracy, models.get(step))
            for step, kernels, (loss, accuracy) in moments
        ]
        self.since = [(float(loss), float(accuracy)) for loss, accuracy in state["since"]]

    @property
    def recording(self) -> Recording:
        """What was recorded so far."""
        if not self.taken:
            raise ArgumentError(
                "Film: expected at least one frame, got none; a film is taken by Trainer.fit, with "
                "callbacks=[film]"
            )
        model_steps, models = self._models()
        return Recording(
            title=self.title,
            final_step=self.final_step - self.first_step,
            steps=np.array([frame.step for frame in self.taken]),
            kernels=np.stack([frame.kernels for frame in self.taken]),
            loss=np.array([frame.loss for frame in self.taken]),
            accuracy=np.array([frame.accuracy for frame in self.taken]),
            edge=np.stack([frame.table.edge for frame in self.taken]),
            orientation=np.stack([frame.table.orientation for frame in self.taken]),
            live=np.stack([frame.table.live for frame in self.taken]),
            model_steps=model_steps,
            models=models,
        )

    def _weights(self, trainer: Training) -> Array:
        """Return the kernels of the layer, or raise."""
        layers = trainer.model.layers
        if self.layer >= len(layers):
            raise ArgumentError(
                f"Film: layer must be the number of a layer, 0 to {len(layers) - 1}, got "
                f"{self.layer}"
            )
        return kernels_of(layers[self.layer])

    def _plan(self, size: int) -> set[int]:
        """Return the steps after which a frame is taken, for kernels of `size` bytes."""
        total = self.final_step - self.first_step
        frames = max(2, min(self.frames, MEMORY // size))
        if self.every is None:
            frames = min(frames, total + 1)
            # Early ones would fall on the same step; there, one is taken after every step.
            return {max(i, round(total * (i / (frames - 1)) ** 2)) for i in range(frames)}
        distance = self.every
        while math.ceil(total / distance) >= frames:
            distance *= 2
        return {*range(0, total, distance), total}

    def _plan_models(self, trainer: Training) -> set[int]:
        """Return the steps after which the whole model is kept: some of `moments`."""
        size = sum(parameter.value.nbytes for parameter in trainer.model.parameters)
        most = max(2, MEMORY // max(size, 1))
        last = len(self.moments) - 1
        chosen = np.linspace(last, 0, min(self.models, most, last + 1)).round().astype(int)
        return set(np.array(sorted(self.moments))[chosen].tolist())

    def _models(self) -> tuple[npt.NDArray[np.int64], dict[str, Array]]:
        """Return the steps of the models that were kept, (M,), and their parameters, (M, ...)."""
        kept = [(frame.step, frame.model) for frame in self.taken if frame.model is not None]
        names = kept[0][1] if kept else ()
        models = {name: np.stack([model[name] for _, model in kept]) for name in names}
        return np.array([step for step, _ in kept], np.int64), models

    def _take(self, trainer: Training) -> None:
        """Take a frame, unless the training has just diverged, which the trainer will report."""
        kernels = self._weights(trainer)
        if self.taken and not np.isfinite(kernels).all():
            return
        now = trainer.steps - self.first_step
        model = _all_parameters(trainer) if now in self.with_model else None
        if model and self.taken and not all(np.isfinite(value).all() for value in model.values()):
            return
        means = np.mean(self.since, axis=0) if self.since else (math.nan, math.nan)
        table, loss, accuracy = measure_kernels(kernels), float(means[0]), float(means[1])
        self.taken.append(_Frame(now, kernels.copy(), table, loss, accuracy, model))
        self.since = []


def _all_parameters(trainer: Training) -> dict[str, Array]:
    """Return copies of all parameters by name, statistics among them."""
    named = trainer.model.named_parameters()
    return {name: parameter.value.copy() for name, parameter in named.items()}
