"""The training loop: shuffle, step, validate, and say how it goes."""

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from minicnn import checks
from minicnn.data.dataset import Dataset, marks
from minicnn.errors import ArgumentError, DataError, MinicnnError
from minicnn.losses import Loss
from minicnn.ops.memory import keep_freed_blocks
from minicnn.optim import SGD
from minicnn.sequential import Sequential
from minicnn.terminal import tell
from minicnn.training import checkpoint_file
from minicnn.training.callbacks.base import Callback, CallbackList
from minicnn.training.history import History
from minicnn.training.state import Saved
from minicnn.training.step import TrainingSteps
from minicnn.training.workers import Workers, default_count, may_split
from minicnn.typing import Array, Labels


class Trainer(TrainingSteps):
    """All that training needs beside the data: a model, an optimizer, a loss and a seed.

    It knows its position in the training: `epoch`, `steps` and so on.

    Parameters
    ----------
    model : Sequential
        Built, that is, with a known input shape.
    optimizer : SGD
    loss : Loss
    seed : int, default 0
        Decides the order of the samples in every epoch.
    workers : int, optional
        Threads that share each batch, 32 samples at least for each; see
        `minicnn.training.workers`. By default as many as there are cores, at most four; one, where
        NumPy does not work with OpenBLAS, or a layer or the loss is your own. With as many workers
        the same seed gives the same weights to the bit, in every run on a machine; with more or
        fewer they differ in the last digits. A layer of your own that looks at the batch as a
        whole, draws random numbers or changes itself in `forward`, and a loss that is no mean over
        the samples, need ``workers=1``.

    Attributes
    ----------
    workers : int
        How many there are.
    history : History
        A row for each finished epoch; it stays, whatever happens later.
    callbacks : list of Callback
        Those of the current `fit`.
    interrupted : bool
        Whether the current `fit` was ended by `interrupt`.
    resumed_from : Path, or None
        The checkpoint from which the current `fit` goes on.

    Raises
    ------
    ArgumentError
        If the model, the optimizer or the loss is something else.
    NotReadyError
        If the model is not built.

    Examples
    --------
    >>> import numpy as np
    >>> from minicnn import SGD, CrossEntropy, Dense, Flatten, Sequential, Softmax
    >>> model = Sequential([Flatten(), Dense(2), Softmax()], input_shape=(1, 4, 4))
    >>> trainer = Trainer(model, SGD(learning_rate=0.1), CrossEntropy())
    >>> images = np.random.default_rng(0).random((6, 1, 4, 4))
    >>> labels = np.array([0, 1, 0, 1, 0, 1])
    >>> first_loss, _ = trainer.train_step(images, labels)
    >>> second_loss, _ = trainer.train_step(images, labels)
    >>> second_loss < first_loss
    True
    """

    def __init__(
        self,
        model: Sequential,
        optimizer: SGD,
        loss: Loss,
        seed: int = 0,
        *,
        workers: int | None = None,
    ) -> None:
        checks.instance("Trainer", "model", model, Sequential)
        checks.instance("Trainer", "optimizer", optimizer, SGD)
        checks.instance("Trainer", "loss", loss, Loss)
        model.check_ready()
        if not any(parameter.trainable for parameter in model.parameters):
            raise ArgumentError(
                f"Trainer: expected a model with something to learn, got {len(model.parameters)} "
                "parameters, all of them frozen"
            )
        super().__init__()
        self.workers = checks.whole_number(
            "Trainer", "workers", default_count(model, loss) if workers is None else workers
        )
        # Who asks for several workers vouches for layers and a loss of their own.
        splits = self.workers > 1 or may_split(model, loss)
        self.team = Workers(self.workers, may_split=splits)
        keep_freed_blocks()
        self.model, self.optimizer, self.loss = model, optimizer, loss
        for parameter in model.parameters:
            # A file keeps rows first or columns first; in another order the last digits differ.
            if not parameter.value.flags.forc:
                parameter.value = parameter.value.copy()
        self.rng = np.random.default_rng(checks.whole_number("Trainer", "seed", seed, minimum=0))
        self.order = self.rng.bit_generator.state  # before the order of this epoch was drawn
        self.history = History()
        self.callbacks: list[Callback] = []
        self.data: dict[str, Any] = {}  # the marks of what `fit` was given
        self.interrupted = False
        self.resumed_from: Path | None = None
        self._saved: Saved | None = None

    @classmethod
    def resume(cls, path: str | Path, own: Sequence[type] = ()) -> Self:
        """Rebuild a trainer from a checkpoint; its `fit` goes on where that was written.

        Give `fit` the same data and callbacks; epochs and batch size are known. Weights and history
        then become what they would have become without the interruption, to the bit, but for the
        column ``seconds``.

        Parameters
        ----------
        path : str or Path
            Of a file that `Checkpoint` wrote, or of its folder, for the last one in it.
        own : sequence of classes
            Layers, schedules and losses that the training has beside the library's.

        Raises
        ------
        DataError
            If the file is no checkpoint, or is broken, or needs a class that is not known.
        """
        path = Path(path)
        saved = checkpoint_file.read(path / "last.npz" if path.is_dir() else path, own)
        try:
            trainer = cls(saved.model, saved.optimizer, saved.loss, workers=saved.workers)
        except MinicnnError as error:
            raise DataError(f"{saved.path}: {error}") from error
        trainer.history, trainer._saved, trainer.resumed_from = saved.history, saved, saved.path
        trainer.move_to(saved.position.numbers())
        trainer.rng.bit_generator.state = saved.random["now"]
        trainer.order = saved.random["epoch"]
        return trainer

    def fit(
        self,
        train: Dataset,
        epochs: int | None = None,
        batch_size: int | None = None,
        validation: Dataset | None = None,
        callbacks: Iterable[Callback] = (),
        *,
        progress: bool = True,
    ) -> History:
        """Train for some epochs, each of which sees every sample once, in a new order.

        A second call goes on where the first one ended, with the schedule from its beginning. After
        `resume`, the first call goes on with the training that was interrupted.

        Parameters
        ----------
        train : Dataset
        epochs : int, default 1
        batch_size : int, default 64
            Samples a step; the last step of an epoch takes what is left.
        validation : Dataset, optional
            Samples that are not trained on; the model is evaluated on them after every epoch.
        callbacks : iterable of Callback
            Called in this order at every moment; a `Checkpoint` after the others.
        progress : bool, default True
            Show bars in a terminal, and a line for each epoch, on standard error.

        Returns
        -------
        History
            The trainer's own, with a row for each epoch so far.

        Raises
        ------
        ArgumentError, ShapeError, DataError
            Before any work, if an option makes no sense or the data does not fit the model, or is
            not what an interrupted training had.
        DivergenceError
            As soon as a loss or, at the end of an epoch, a weight is NaN or infinite.
        """
        self._check_data("train", train)
        if validation is not None:
            self._check_data("validation", validation)
        hooks = CallbackList([*(_bars() if progress else []), *CallbackList(callbacks).callbacks])
        self.data = {"train": marks(train), "validation": marks(validation)}
        self._begin(len(train), epochs=epochs, batch_size=batch_size)
        self.callbacks, self.interrupted = hooks.callbacks, False
        try:
            hooks.on_fit_begin(self)
            if self._saved is not None:
                self._restore(self._saved)
            while not (self.finished or self.interrupted):
                self._run_epoch(train, validation, hooks)
        except BaseException as error:
            try:
                hooks.on_fit_end(self)
            except Exception as further:  # noqa: BLE001 - it must not hide what ended the training
                error.add_note(f"And at the end of the training: {further!r}")
            raise
        hooks.on_fit_end(self)
        return self.history

    def stop(self) -> None:
        """End `fit` after the current step: it is done. An epoch cut short gets no row."""
        self.stopping = True

    def interrupt(self) -> None:
        """End `fit` after the current step, although there is more to do, as after Ctrl-C."""
        self.interrupted = True

    def _begin(self, samples: int, **given: int | None) -> None:
        """Stand at the first step, or where a checkpoint was written."""
        for name, value in given.items():
            if value is not None:
                checks.whole_number("Trainer.fit", name, value)
        if self._saved is None:
            self.resumed_from = None
            epochs, batch_size = given["epochs"] or 1, given["batch_size"] or 64
            self.begin_fit(samples, epochs, batch_size, len(self.history))
        else:
            self._saved.check_same(given, self.data)

    def _restore(self, saved: Saved) -> None:
        """Let the callbacks go on with what they kept, and say if one of them is missing."""
        missing = saved.restore(self.callbacks)
        if missing:
            tell(f"Trainer.fit: before the interruption there was also {', '.join(missing)}")
        self._saved = None

    def _run_epoch(self, train: Dataset, validation: Dataset | None, hooks: Callback) -> None:
        """Take the steps of an epoch that are still to come, validate, add a row to the history."""
        if self.epoch_steps == 0:
            self.begin_epoch()
        self.began = time.perf_counter() - self.seconds
        hooks.on_epoch_begin(self)
        for images, labels in self._batches(train):
            if self.stopping or self.interrupted:
                return
            # The schedule turns the share of steps done into this step's learning rate.
            done = self.steps - self.first_step
            self.optimizer.progress = done / (self.final_step - self.first_step)
            loss, accuracy = self.step(images, labels)
            self.count(loss, accuracy, len(labels))
            hooks.on_step_end(self, loss, accuracy)
        row = self.row(validation)
        self.history.rows.append(row)
        self.epoch_steps = 0
        hooks.on_epoch_end(self, row)

    def _batches(self, train: Dataset) -> Iterator[tuple[Array, Labels]]:
        """Return the batches of this epoch that are still to come, in the order of its samples."""
        if self.epoch_steps == 0:
            self.order = self.rng.bit_generator.state
            return train.batches(self.batch_size, self.rng)
        # The same order once more, without what was there before the interruption.
        now, self.rng.bit_generator.state = self.rng.bit_generator.state, self.order
        batches = train.batches(self.batch_size, self.rng)
        for _ in range(self.epoch_steps):
            if next(batches, None) is None:
                raise DataError(f"Trainer.fit: expected more than {self.epoch_steps} batches")
        self.rng.bit_generator.state = now
        return batches

    def _check_data(self, name: str, data: Dataset) -> None:
        """Refuse a data set that the model cannot take."""
        checks.instance("Trainer.fit", name, data, Dataset)
        self.model.check_input(data.images)
        self.model.check_labels(data.labels, len(data))


def _bars() -> list[Callback]:
    """Return the progress bars; who shows none need not wait for tqdm to be imported."""
    from minicnn.training.callbacks.progress_bars import ProgressBars  # noqa: PLC0415 - tqdm is slow to import

    return [ProgressBars()]
