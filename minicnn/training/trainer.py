"""The training loop: shuffle, step, validate, and report how it goes."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np

from minicnn import checks
from minicnn.data.dataset import Dataset, fingerprint
from minicnn.errors import (
    DataError,
    DivergenceError,
    Interrupted,
    MinicnnError,
    NotReadyError,
)
from minicnn.html_table import table
from minicnn.losses import Loss
from minicnn.ops.memory import keep_freed_blocks
from minicnn.optim import Optimizer
from minicnn.sequential import Sequential
from minicnn.terminal import tell
from minicnn.training import checkpoint_file, words
from minicnn.training.agreement import Agreement
from minicnn.training.callbacks.base import Callback
from minicnn.training.callbacks.callback_list import CallbackList
from minicnn.training.history import History, Row
from minicnn.training.order import SampleOrder
from minicnn.training.own_parts import advice_on_gradients
from minicnn.training.processes import Processes
from minicnn.training.progress import Progress
from minicnn.training.refusals import (
    check_batches,
    check_classes,
    check_number,
    check_processes,
    check_same,
    check_trainable,
)
from minicnn.training.state import TrainingState
from minicnn.training.step import train_step
from minicnn.training.workers import Team, default_count, quiet
from minicnn.typing import Array, Targets


class Trainer:
    """All that training needs beside the data: a model, an optimizer, a loss and a seed.

    Parameters
    ----------
    model : Sequential
        Built, that is, with a known input shape.
    optimizer : Optimizer
    loss : Loss
    seed : int, default 0
        Decides the order of the samples in every epoch, and what layers draw at random.
    workers : int, optional
        Threads that share each batch, 32 samples at least for each; see
        `minicnn.training.workers`. By default as many as there are cores, at most four; one, where
        NumPy does not work with OpenBLAS, or a layer or the loss does not say that it works on a
        share of a batch (`Layer.per_sample`, `Loss.per_sample`). Then the batch stays whole however
        many workers there are. With as many workers the same seed gives the same weights to the
        bit, in every run on a machine. With more or fewer they differ in the last digits, and in
        what layers draw at random.
    processes : Processes, optional
        Those that train this model together, such as `minicnn.training.mpi.MPIProcesses()`; by
        default this one alone. Each makes the same model and trainer, gives `fit` the same data,
        and works on its part of every batch, with so many `workers`.

    Attributes
    ----------
    model, optimizer, loss, seed, workers, processes
        As given.
    progress : Progress
        How far the training has got; `epoch` and `steps` are two of its numbers.
    history : History
        A row for each finished epoch; it stays, whatever happens later.
    callbacks : list of Callback
        Those of the current `fit`.
    train : Dataset, or None before `fit`
        What is trained on.
    data : dict
        The fingerprints of what the current `fit` was given.
    interrupted : bool
        Whether the current `fit` was ended by `interrupt`, or by Ctrl-C that waited for its step.
    ctrl_c : bool
        Whether it was ended by Ctrl-C in one of several processes.
    resumed_from : Path, or None
        The checkpoint from which the current `fit` goes on.

    Raises
    ------
    ArgumentError
        If the model, the optimizer or the loss is something else; if the model has nothing to
        learn, or a second softmax before the one of the loss.
    NotReadyError
        If the model is not built.

    Examples
    --------
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
        optimizer: Optimizer,
        loss: Loss,
        seed: int = 0,
        *,
        workers: int | None = None,
        processes: Processes | None = None,
    ) -> None:
        checks.instance("Trainer", "model", model, Sequential)
        checks.instance("Trainer", "optimizer", optimizer, Optimizer)
        checks.instance("Trainer", "loss", loss, Loss)
        check_trainable(model, loss)
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.seed = checks.whole_number("Trainer", "seed", seed, minimum=0)
        self.processes = Processes() if processes is None else processes
        checks.instance("Trainer", "processes", self.processes, Processes)
        if workers is None:
            workers = default_count(model, loss)
        self.workers = checks.whole_number("Trainer", "workers", workers)
        keep_freed_blocks()
        for parameter in model.parameters:
            # A file keeps rows first or columns first; in another order the last digits differ.
            if not parameter.value.flags.forc:
                parameter.value = parameter.value.copy()
        self.progress, self.history = Progress(), History()
        self.callbacks: list[Callback] = []
        self.train: Dataset | None = None
        self.data: dict[str, Any] = {}
        self.interrupted = self.ctrl_c = self._ends = False
        self.resumed_from: Path | None = None
        self._agreement = Agreement(self.processes)
        self._team = Team(self.workers, loss, self.seed, self.processes)
        self._order = SampleOrder(self.seed)
        self._pending: TrainingState | None = None  # what `fit` is still to go on with

    def __repr__(self) -> str:
        """Say what is trained, how, and how far it has got."""
        return "\n".join(f"{name}: {said}" for name, said in words.described(self).items())

    def _repr_html_(self) -> str:
        """Return the same as a table for a notebook."""
        return table(("", ""), words.described(self).items(), words=2)

    @property
    def epoch(self) -> int:
        """The number of the current epoch, from 1."""
        return self.progress.epoch

    @property
    def steps(self) -> int:
        """The steps taken so far."""
        return self.progress.steps

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
        """Train for some epochs more, each of which sees every sample once, in a new order.

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
            Called in this order at every moment; an `AverageWeights` before the others, a
            `Checkpoint` after them.
        progress : bool, default True
            Show bars in a terminal or a notebook, and a line for each epoch.

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
        ProcessError
            If another of several processes fails.
        Interrupted
            After Ctrl-C, or the stop button of a notebook; it is a KeyboardInterrupt. A second
            Ctrl-C in one of several processes is a KeyboardInterrupt that ends all at once.
        """
        with self.processes.together():
            check_trainable(self.model, self.loss)
            self._check_data("train", train)
            if validation is not None:
                self._check_data("validation", validation)
            check_classes(self.model, self.loss, train, validation)
            if self._pending is not None and self.model.classes is not None:
                train.check_classes("Trainer.fit: train", self.model.classes)
            self.optimizer.check_names(self.model.named_parameters())
            hooks = CallbackList(callbacks, progress_bars=progress, first=self.processes.first)
            self.train = train
            self.data = {"train": fingerprint(train), "validation": fingerprint(validation)}
            self._begin(len(train), epochs=epochs, batch_size=batch_size)
            self._compare(
                {
                    "the training data": self.data["train"],
                    "the validation data": self.data["validation"],
                    "epochs, batch size or place": self.progress.as_dict() | {"seconds": 0.0},
                    "the callbacks": hooks.everywhere(),
                }
            )
            self.model.classes = train.classes or self.model.classes
            if progress:
                resumed = self.resumed_from is not None
                for line in words.remarks(self.progress, len(train), resumed=resumed):
                    self._tell(line)
            self.callbacks, self.interrupted, self.ctrl_c = hooks.callbacks, False, False
            with self._stoppable():
                with self._agreement.waiting():
                    self._run_to_end(train, validation, hooks)
                if self.ctrl_c or self._agreement.stopped_here:
                    raise KeyboardInterrupt
        return self.history

    def _run_to_end(self, train: Dataset, validation: Dataset | None, hooks: CallbackList) -> None:
        """Take all steps and let the callbacks end; of what happens then, all processes know."""
        ran, failure = False, None
        try:
            with hooks.at_end(self):
                self._run(train, validation, hooks)
                ran = True
        except BaseException as error:
            if not ran:
                raise
            failure = error
        fails = failure is not None and not isinstance(failure, Interrupted)
        self._agree(fails=fails)
        if not fails:
            self._agreement.on_weights(self.model, self.steps)
        if failure is not None:
            raise failure

    def _run(self, train: Dataset, validation: Dataset | None, hooks: CallbackList) -> None:
        """Take all steps that are still to come."""
        with self._agreed():
            hooks.on_fit_begin(self)
            self._restore_callbacks(hooks)
        while not (self._ends or self.progress.at_end):
            self._run_epoch(train, validation, hooks)

    def _tell(self, line: str) -> None:
        """Write a line to standard error, in the first process."""
        if self.processes.first:
            tell(line)

    @contextmanager
    def _agreed(self) -> Iterator[None]:
        """Let all processes know what came of callbacks that are called inside a ``with``."""
        try:
            yield
        except (Exception, SystemExit):
            self._agree(fails=True)
            raise
        self._agree()

    def _agree(self, *, fails: bool = False) -> None:
        """Let a stop, an interruption, Ctrl-C or a failure in one process be one in all."""
        wishes = self.progress.stopping, self.interrupted
        stops, interrupted, ctrl_c = self._agreement.on_ending(*wishes, fails=fails)
        # A wish that comes while this process waits for the others is agreed on the next time.
        self._ends = stops or interrupted or ctrl_c
        self.progress.stopping |= stops
        self.interrupted |= interrupted or ctrl_c
        self.ctrl_c |= ctrl_c

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        """Say what is left of a training that Ctrl-C has ended, unless a callback has said it."""
        try:
            yield
        except Interrupted:
            raise
        except KeyboardInterrupt as error:
            if self.processes.size > 1 and not self.ctrl_c:
                raise  # the second time, in this process alone: it ends all at once
            raise Interrupted(words.stopped(self.progress, self.history)) from error

    def train_step(self, images: Array, targets: Targets) -> tuple[float, float]:
        """Move the weights one step on one batch.

        In a loop of your own, a schedule moves on only if ``optimizer.progress`` is set before each
        step, to the share of the steps that are done; `fit` does that. Each of several processes is
        given the whole batch, and takes its part.

        Parameters
        ----------
        images : array (N, *in_shape)
        targets : array (N, ...)
            What the loss takes, such as class numbers (N,).

        Returns
        -------
        loss, accuracy : float
            On this batch, before the step. The accuracy is NaN where the targets are not class
            numbers.

        Raises
        ------
        ShapeError, DataError
            If the batch does not fit the model or the loss, or holds NaN or infinity.
        ArgumentError
            If several processes do not have the same batch, weights, optimizer or options.
        DivergenceError
            If the loss is NaN or infinite; the parameters are then left as they are.
        """
        if self._pending is not None:
            raise NotReadyError(
                "Trainer.train_step: this training was interrupted within fit; call fit with the "
                "same data first, which resumes it"
            )
        self._check_batch(images, targets)
        checks.finite("Trainer.train_step", "images", images)
        check_processes(self.model, self.loss, self.processes.size, len(images), len(images))
        self._compare({"the steps": self.steps, "the images": [images], "the targets": [targets]})
        result = self._step(images, targets)
        self._agreement.on_draws(self.model)
        self.progress.steps += 1
        return result

    def stop(self) -> None:
        """End `fit` after the current step: it is done. An epoch cut short gets no row."""
        self.progress.stopping = True

    def interrupt(self) -> None:
        """End `fit` after the current step, although there is more to do, as after Ctrl-C."""
        self.interrupted = True

    def state(self) -> TrainingState:
        """Return all that a checkpoint keeps of this training."""
        return TrainingState(
            model=self.model,
            optimizer=self.optimizer,
            loss=self.loss,
            seed=self.seed,
            workers=self.workers,
            processes=self.processes.size,
            progress=self.progress,
            history=self.history.rows,
            random=self._order.state(),
            data=self.data,
            callbacks=CallbackList(self.callbacks).states(),
        )

    @classmethod
    def resume(
        cls,
        path: str | Path,
        own: Sequence[type] = (),
        *,
        processes: Processes | None = None,
    ) -> Self:
        """Restore a trainer from a checkpoint; its `fit` goes on where that was written.

        Give `fit` the same data and callbacks; epochs and batch size are known. Weights and history
        then become what they would have become without the interruption, to the bit, but for the
        column ``seconds``.

        Parameters
        ----------
        path : str or Path
            Of a file that `Checkpoint` wrote, or of its folder, for the last one in it.
        own : sequence of classes
            Layers, optimizers, schedules and losses of your own that the training has.
        processes : Processes, optional
            As many as there were, where there were several; all of them read the file.

        Raises
        ------
        DataError
            If the file is no checkpoint, or is broken, or needs a class that is not known, or is
            of another number of processes.
        """
        if processes is not None:
            checks.instance("Trainer.resume", "processes", processes, Processes)
        path = Path(path)
        state = checkpoint_file.read(path / "last.npz" if path.is_dir() else path, own)
        check_number(state, processes)
        try:
            trainer = cls(
                state.model,
                state.optimizer,
                state.loss,
                state.seed,
                workers=state.workers,
                processes=processes,
            )
        except MinicnnError as error:
            raise DataError(f"{state.path}: {error}") from error
        trainer.progress, trainer.history = state.progress, History(state.history)
        trainer._pending, trainer.resumed_from = state, state.path
        trainer._order.restore(state.random)
        return trainer

    def _run_epoch(self, train: Dataset, validation: Dataset | None, hooks: Callback) -> None:
        """Take the steps of an epoch that are still to come, validate, add a row to the history."""
        self.progress.enter_epoch()
        with self._agreed():
            hooks.on_epoch_begin(self)
        if self._breaks_off():
            self.progress.leave_epoch()
            return
        done = self.progress.epoch_steps
        for images, targets in self._order.batches(train, self.progress.batch_size, done):
            self.optimizer.progress = self.progress.share_done
            loss, accuracy = self._step(images, targets)
            self.progress.count(loss, accuracy, len(images))
            with self._agreed():
                hooks.on_step_end(self, loss, accuracy)
            if self._breaks_off():  # before the next batch, which may be drawn by chance
                return
        with self._agreed():
            hooks.on_epoch_trained(self)
        self._agreement.on_weights(self.model, self.steps)
        row = self._row(validation)
        self.history.rows.append(row)
        self.progress.finish_epoch()
        with self._agreed():
            hooks.on_epoch_end(self, row)

    def _breaks_off(self) -> bool:
        """Return whether the training is to end although the epoch has more steps."""
        return self._ends and self.progress.epoch_steps < self.progress.steps_per_epoch

    def _step(self, images: Array, targets: Targets) -> tuple[float, float]:
        """Take a step on images that were checked; return loss and accuracy."""
        network = self._network()
        self._team.step = self.progress.steps
        # Numbers that overflow are reported below, with the place and advice.
        with quiet():
            loss, accuracy = train_step(
                network, self.loss, self.optimizer, self._team, images, targets
            )
        if not math.isfinite(loss):
            raise DivergenceError(self._divergence("the loss", loss))
        return loss, accuracy

    def _network(self) -> Sequential:
        """Return the model that the loss is taken of: without its last Softmax if the loss has one.

        The layers are shared.
        """
        return self.model.without_softmax() if self.loss.includes_softmax else self.model

    def _row(self, validation: Dataset | None) -> Row:
        """Evaluate on the validation set, if there is one, and return the epoch's figures."""
        validation_loss = validation_accuracy = None
        if not all(np.isfinite(p.value).all() for p in self.model.parameters):
            raise DivergenceError(self._divergence("a weight", math.nan))
        if validation is not None:
            validation_loss, validation_accuracy = self._agreement.on_validation(
                self.model, self.loss, validation
            )
            if not math.isfinite(validation_loss):
                raise DivergenceError(self._divergence("the validation loss", validation_loss))
        return {
            "epoch": self.epoch,
            "steps": self.steps,
            "learning_rate": self.optimizer.learning_rate,
            "loss": self.progress.running_loss,
            "accuracy": _measured(self.progress.running_accuracy),
            "validation_loss": validation_loss,
            "validation_accuracy": _measured(validation_accuracy),
            "seconds": self.progress.elapsed(),
        }

    def _divergence(self, what: str, value: float) -> str:
        """Say where training broke, and what to try."""
        rate = self.optimizer.learning_rate
        where = words.diverged(what, value, self.progress, self.history, rate)
        return where + advice_on_gradients(self.model, self.loss)

    def _begin(self, samples: int, **given: int | None) -> None:
        """Stand at the first step, or where a checkpoint was written."""
        for name, value in given.items():
            if value is not None:
                checks.whole_number("Trainer.fit", name, value)
        if self._pending is not None:
            check_same(self._pending, given, self.data)
        else:
            self.resumed_from = None
            epochs, batch_size = given["epochs"] or 1, given["batch_size"] or 64
            check_batches(self.model, samples, batch_size)
            check_processes(self.model, self.loss, self.processes.size, samples, batch_size)
            self.progress.begin_fit(samples, epochs, batch_size, len(self.history))

    def _compare(self, facts: Mapping[str, object]) -> None:
        """Raise ArgumentError unless all processes have the same trainer, and these facts."""
        mine = {
            "the seed": self.seed,
            "the number of workers": self.workers,
            "the loss": repr(self.loss),
        }
        self._agreement.on_beginning(self.model, self.optimizer, {**mine, **facts})

    def _restore_callbacks(self, hooks: CallbackList) -> None:
        """Let the callbacks go on with what they kept, and say if one of them is missing."""
        if self._pending is None:
            return
        try:
            missing = hooks.restore_states(self._pending.callbacks)
        except DataError as error:
            raise DataError(f"{self._pending.path}: {error}") from error
        if missing:
            self._tell(f"Trainer.fit: before the interruption there was also {', '.join(missing)}")
        self._pending = None

    def _check_data(self, name: str, data: Dataset) -> None:
        """Refuse a data set that the model or the loss cannot take."""
        checks.instance("Trainer.fit", name, data, Dataset)
        self._check_batch(data.images, data.targets)

    def _check_batch(self, images: Array, targets: Targets) -> None:
        """Refuse images that the model cannot take, and targets that the loss cannot."""
        self.model.check_input(images)
        self.loss.check(targets, (len(images), *(self._network().out_shape or ())))


def _measured(accuracy: float | None) -> float | None:
    """Return None for an accuracy that cannot be measured."""
    return None if accuracy is None or math.isnan(accuracy) else accuracy
