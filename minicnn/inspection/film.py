"""Filming the kernels of a layer while they are learned."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from minicnn import checks
from minicnn.callbacks import Callback
from minicnn.errors import ArgumentError, ShapeError
from minicnn.files import check_writable
from minicnn.inspection.kernels import KernelTable, measure_kernels
from minicnn.inspection.recording import Recording
from minicnn.inspection.writers import check_format, write_film
from minicnn.typing import Array

if TYPE_CHECKING:
    from minicnn.trainer import Trainer

MEMORY = 256 * 2**20
"""The most bytes of kernels that a film holds."""


class Film(Callback):
    """Records the kernels of one layer during `Trainer.fit`, and writes the film when that ends.

    Most happens at the beginning, so the moments lie close together there and ever further apart
    later: frame i of T is taken at the share (i / (T - 1))^2 of the training.

    Parameters
    ----------
    *paths : str or Path
        Where to write the film when training ends, each as its ending says: .npz for the recording
        itself, .gif, .mp4 (needs the program ffmpeg) or .html (a page with a time slider). A
        training that broke off, by an error or by Ctrl-C, leaves the .npz only.
    layer : int, default 0
        The number of the layer in the model. Its weights must be (F, C, KH, KW).
    frames : int, default 120
        The most moments to keep, at least 2; fewer if the kernels are so large that these would
        take more than 256 MB.
    every : int, optional
        Steps between two frames, the same throughout; it is doubled until there are no more than
        `frames`. By default the distance grows as told above.
    seconds : float, default 12
        How long the film runs, at no more than 50 frames a second.

    Attributes
    ----------
    recording : Recording
        What was recorded so far, of the latest `fit`.

    Raises
    ------
    ArgumentError
        For a number out of its range or an unknown ending; when training begins, if a path cannot
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

    def __init__(
        self,
        *paths: str | Path,
        layer: int = 0,
        frames: int = 120,
        every: int | None = None,
        seconds: float = 12.0,
    ) -> None:
        self.paths = [Path(path) for path in paths]
        for path in self.paths:
            check_format("Film", path)
        self.layer = checks.whole_number("Film", "layer", layer, minimum=0)
        self.frames = checks.whole_number("Film", "frames", frames, minimum=2)
        self.every = None if every is None else checks.whole_number("Film", "every", every)
        self.seconds = checks.real_number("Film", "seconds", seconds, above=0)
        self.steps: list[int] = []
        self.kernels: list[Array] = []
        self.tables: list[KernelTable] = []
        self.figures: list[tuple[float, float]] = []

    def on_fit_begin(self, trainer: "Trainer") -> None:
        """Check what would fail later, plan the moments, and take the first frame."""
        kernels = self._weights(trainer)
        for path in self.paths:
            check_writable("Film", path)
        self.title = f"layers[{self.layer}] {trainer.model.layers[self.layer]!r}"
        self.first_step, self.final_step = trainer.first_step, trainer.final_step
        self.moments = self._plan(kernels.nbytes)
        self.steps, self.kernels, self.tables, self.figures = [], [], [], []
        self.since: list[tuple[float, float]] = []
        self._take(trainer)

    def on_step_end(self, trainer: "Trainer", loss: float, accuracy: float) -> None:
        """Take a frame where the plan has one."""
        self.since.append((loss, accuracy))
        if trainer.steps - self.first_step in self.moments:
            self._take(trainer)

    def on_fit_end(self, trainer: "Trainer") -> None:
        """Write the files."""
        if not self.steps or trainer.steps == self.first_step:  # refused before the first step
            return
        if self.steps[-1] < trainer.steps - self.first_step:  # it was stopped between two frames
            self._take(trainer)
        broke_off = trainer.steps < trainer.final_step and not trainer.stopping
        for path in self.paths:
            if path.suffix.lower() == ".npz" or not broke_off:
                write_film(self.recording, path, seconds=self.seconds)

    @property
    def recording(self) -> Recording:
        """What was recorded so far."""
        if not self.steps:
            raise ArgumentError(
                "Film: expected at least one frame, got none; a film is taken by Trainer.fit, with "
                "callbacks=[film]"
            )
        loss, accuracy = np.array(self.figures).T
        return Recording(
            title=self.title,
            final_step=self.final_step - self.first_step,
            steps=np.array(self.steps),
            kernels=np.stack(self.kernels),
            loss=loss,
            accuracy=accuracy,
            edge=np.stack([table.edge for table in self.tables]),
            orientation=np.stack([table.orientation for table in self.tables]),
            live=np.stack([table.live for table in self.tables]),
        )

    def _weights(self, trainer: "Trainer") -> Array:
        """Return the kernels of the layer, or raise."""
        layers = trainer.model.layers
        if self.layer >= len(layers):
            raise ArgumentError(
                f"Film: layer must be the number of a layer, 0 to {len(layers) - 1}, got "
                f"{self.layer}"
            )
        for parameter in layers[self.layer].parameters:
            if parameter.value.ndim == 4:
                return parameter.value
        raise ShapeError(
            f"Film: expected a layer with kernels (F, C, KH, KW), got {layers[self.layer]}"
        )

    def _plan(self, size: int) -> set[int]:
        """Return the steps after which a frame is taken, for kernels of `size` bytes."""
        total = self.final_step - self.first_step
        frames = max(2, min(self.frames, MEMORY // size))
        if self.every is None:
            return {round(total * (frame / (frames - 1)) ** 2) for frame in range(frames)}
        distance = self.every
        while math.ceil(total / distance) >= frames:
            distance *= 2
        return {*range(0, total, distance), total}

    def _take(self, trainer: "Trainer") -> None:
        """Take a frame, unless the training has just diverged, which the trainer will report."""
        kernels = self._weights(trainer)
        if self.steps and not np.isfinite(kernels).all():
            return
        table = measure_kernels(kernels)
        self.steps.append(trainer.steps - self.first_step)
        self.kernels.append(kernels.astype(np.float32))  # a copy
        self.tables.append(table)
        means = np.mean(self.since, axis=0) if self.since else (math.nan, math.nan)
        self.figures.append((float(means[0]), float(means[1])))
        self.since = []
