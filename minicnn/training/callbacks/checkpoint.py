"""Save a training to disk while it runs, so that it can always be resumed."""

import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, DataError, Interrupted
from minicnn.saving.atomic import check_writable
from minicnn.terminal import tell
from minicnn.training import checkpoint_file
from minicnn.training.callbacks.base import Callback, Training
from minicnn.training.callbacks.monitor import Monitor
from minicnn.training.ctrl_c import CtrlC
from minicnn.training.history import Row


class Checkpoint(Callback):
    """Saves all that a training needs to resume, so that it may be interrupted at any moment.

    ``last.npz`` is written before the first step, after every epoch, and within an epoch at regular
    intervals; ``best.npz`` is written after the best epoch so far. Both are model files, which
    `Sequential.load` reads. They also hold the optimizer, the random generators, the progress and
    the history, from which `Trainer.resume` continues to the same result, bit for bit. A file is
    replaced only when the new one is whole.

    Ctrl-C ends the training after the current step, writes ``last.npz``, and says how to resume; a
    second Ctrl-C ends it at once.

    Of several processes the first saves, and all resume: as many as there were, from a folder that
    each of them sees.

    Of layers of your own it saves the parameters, and the random generators that are attributes
    since `build`; whatever else they change during training is lost.

    Parameters
    ----------
    folder : str or Path
        Created if it is missing.
    every_seconds : float or None, default 60
        The longest time between two checkpoints within an epoch; 0 saves after every step, None
        only after every epoch.
    monitor : str, optional
        The column of the history that says which epoch is the best, as in `EarlyStopping`.
    replace : bool, default False
        Whether a new training may replace an interrupted one in the folder.

    Attributes
    ----------
    last, best : Path

    Raises
    ------
    ArgumentError
        If a number is out of range or the column is unknown; when training begins, if the folder
        cannot be written or holds a training that could be resumed, or if this training cannot be
        saved or cannot be rebuilt from the file.
    Interrupted
        By `Trainer.fit`, after Ctrl-C.
    OSError
        By `Trainer.fit` at its end, if the last checkpoint could not be written. An earlier failure
        is reported on standard error, and writing is tried again next time.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from minicnn import SGD, CrossEntropy, Dense, Flatten, Sequential, Trainer
    >>> from minicnn.data import Dataset
    >>> images = np.random.default_rng(0).random((8, 1, 3, 3))
    >>> data = Dataset(images, np.arange(8) % 2, ("even", "odd"))
    >>> model = Sequential([Flatten(), Dense(2)], input_shape=(1, 3, 3))
    >>> trainer = Trainer(model, SGD(learning_rate=0.1, momentum=0.9), CrossEntropy())
    >>> checkpoint = Checkpoint(tempfile.mkdtemp())
    >>> _ = trainer.fit(data, epochs=2, callbacks=[checkpoint], progress=False)
    >>> resumed = Trainer.resume(checkpoint.last)
    >>> _ = resumed.fit(data, progress=False)  # nothing is left to do
    >>> _ = resumed.fit(data, epochs=3, progress=False)
    >>> resumed.history["epoch"]
    [1, 2, 3, 4, 5]
    """

    runs_last = True
    runs_once = True

    def __init__(
        self,
        folder: str | Path,
        *,
        every_seconds: float | None = 60.0,
        monitor: str | None = None,
        replace: bool = False,
    ) -> None:
        folder = Path(folder).absolute()  # the working directory may change
        self.last, self.best = folder / "last.npz", folder / "best.npz"
        self.every_seconds = math.inf
        if every_seconds is not None:
            self.every_seconds = checks.real_number(
                "Checkpoint", "every_seconds", every_seconds, minimum=0
            )
        self.monitor = Monitor("Checkpoint", monitor)
        self.replace = checks.flag("Checkpoint", "replace", replace)
        self.ctrl_c = CtrlC()
        self.failures: dict[Path, Exception] = {}
        self.written = 0.0
        self.written_at: tuple[object, ...] = ()

    def on_fit_begin(self, trainer: Training) -> None:
        """Check what would fail later, and listen for Ctrl-C."""
        for path in (self.last, self.best):
            check_writable("Checkpoint", path)
        goes_on = trainer.resumed_from in (self.last.resolve(), self.best.resolve())
        if not (goes_on or self.replace):
            self._keep_what_is_there()
        best_so_far = self.monitor.best
        self.monitor.begin(trainer)
        self.failures = {}
        if trainer.resumed_from is None:
            state = trainer.state()
            checkpoint_file.check_rebuildable(state)
            checkpoint_file.write(self.last, state)
            if trainer.progress.first_step == 0:
                self.best.unlink(missing_ok=True)  # of another training
            else:
                self.monitor.best = best_so_far
        self._note(trainer)
        self.ctrl_c.listen(
            "the training ends after this step and its checkpoint; stop it again to end at once"
        )

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Save the training, if it is time."""
        late = time.monotonic() - self.written >= self.every_seconds
        if late or self.ctrl_c.pressed or trainer.progress.stopping:
            self._write(self.last, trainer)
        if self.ctrl_c.pressed:
            trainer.interrupt()

    def on_epoch_end(self, trainer: Training, row: Row) -> None:
        """Save the training, also as the best if this epoch is."""
        if self.monitor.improves(row):
            self._write(self.best, trainer)
        self._write(self.last, trainer)
        if self.ctrl_c.pressed:
            trainer.interrupt()
        if trainer.progress.finished:
            self.ctrl_c.leave()

    def on_fit_end(self, trainer: Training) -> None:
        """Save what another callback ended; say how to resume, or what could not be written."""
        self.ctrl_c.leave()
        ended = trainer.progress.finished or trainer.interrupted
        if ended and self.written_at != _moment(trainer):
            self._write(self.last, trainer)
        for failure in self.failures.values():
            raise failure
        if (self.ctrl_c.pressed or trainer.ctrl_c) and ended:
            raise Interrupted(
                f"the training is in {self.last}, at step {trainer.steps:,} of "
                f"{trainer.progress.final_step:,}; resume it with "
                f"Trainer.resume({str(self.last)!r})"
            )

    def state(self) -> dict[str, Any]:
        """Return the best value so far."""
        return self.monitor.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Restore the best value."""
        self.monitor.restore(state)

    def _write(self, path: Path, trainer: Training) -> None:
        """Write a checkpoint; a full disk does not end the training.

        Weights that are NaN or infinite are not written: the training is about to end, and the
        previous checkpoint is worth more.
        """
        if not all(np.isfinite(parameter.value).all() for parameter in trainer.model.parameters):
            return
        try:
            checkpoint_file.write(path, trainer.state())
        except (OSError, ArgumentError) as error:
            tell(f"Checkpoint: {path} cannot be written ({error}); training continues")
            self.failures[path] = error
        else:
            self.failures.pop(path, None)
        self._note(trainer)

    def _note(self, trainer: Training) -> None:
        """Note the time and the progress of this checkpoint."""
        self.written, self.written_at = time.monotonic(), _moment(trainer)

    def _keep_what_is_there(self) -> None:
        """Raise ArgumentError if there is a training that could be resumed, or cannot be read."""
        if not self.last.exists():
            return
        choice = "or start again with replace=True"
        try:
            there = checkpoint_file.read_progress(self.last)
        except DataError as error:
            raise ArgumentError(
                f"Checkpoint: expected a checkpoint or nothing at {self.last}, but {error}; move "
                f"it away, {choice}"
            ) from error
        if not there.finished:
            raise ArgumentError(
                f"Checkpoint: {self.last} holds a training that was interrupted after "
                f"{there.steps:,} of {there.final_step:,} steps; resume it with "
                f"Trainer.resume({str(self.last)!r}), {choice}"
            )
        tell(
            f"Checkpoint: {self.last} held a finished training of {there.final_epoch} epochs, "
            "which this one replaces"
        )


def _moment(trainer: Training) -> tuple[object, ...]:
    """Return values that change whenever a training makes progress, or its weights change."""
    weights = tuple(id(parameter.value) for parameter in trainer.model.parameters)
    return trainer.steps, trainer.progress.epoch_steps, trainer.progress.stopping, weights
