"""The training loop: shuffle, step, validate, and say how it goes."""

import math
import time
from collections.abc import Iterable

import numpy as np

from minicnn import checks, metrics
from minicnn.callbacks import Callback, CallbackList
from minicnn.data.dataset import Dataset
from minicnn.errors import ArgumentError, DivergenceError
from minicnn.history import History, Row
from minicnn.losses import Loss
from minicnn.memory import keep_freed_blocks
from minicnn.optim import SGD
from minicnn.sequential import Sequential
from minicnn.typing import Array, Labels
from minicnn.workers import Workers, default_count, may_split


class Trainer:
    """All that training needs beside the data: a model, an optimizer, a loss and a seed.

    Parameters
    ----------
    model : Sequential
        Built, that is, with a known input shape.
    optimizer : SGD
    loss : Loss
    seed : int, default 0
        Decides the order of the samples in every epoch.
    workers : int, optional
        Threads that share each batch, 32 samples at least for each; see `minicnn.workers`. By
        default as many as there are cores, at most four; one, where NumPy does not work with
        OpenBLAS, or a layer or the loss is your own. With as many workers the same seed gives the
        same weights to the bit, in every run on a machine; with more or fewer they differ in the
        last digits. A layer of your own that looks at the batch as a whole, draws random numbers or
        changes itself in `forward`, and a loss that is no mean over the samples, need
        ``workers=1``.

    Attributes
    ----------
    workers : int
        How many there are.
    history : History
        A row for each finished epoch; it stays, whatever happens later.
    epoch, steps : int
        The number of the current epoch, from 1, and of the steps taken so far.
    steps_per_epoch, first_step, final_step, final_epoch : int
        How many steps an epoch has, and where the current `fit` began and will end.
    running_loss, running_accuracy : float
        Means over the samples of the current epoch so far.

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
        self.workers = checks.whole_number(
            "Trainer", "workers", default_count(model, loss) if workers is None else workers
        )
        # Who asks for several workers vouches for layers and a loss of their own.
        splits = self.workers > 1 or may_split(model, loss)
        self._team = Workers(self.workers, may_split=splits)
        keep_freed_blocks()
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.rng = np.random.default_rng(checks.whole_number("Trainer", "seed", seed, minimum=0))
        self.history = History()
        self.epoch = self.steps = self.final_epoch = self.steps_per_epoch = 0
        self.first_step = self.final_step = 0
        self.running_loss = self.running_accuracy = 0.0
        self.stopping = False

    def fit(
        self,
        train: Dataset,
        epochs: int = 1,
        batch_size: int = 64,
        validation: Dataset | None = None,
        callbacks: Iterable[Callback] = (),
        *,
        progress: bool = True,
    ) -> History:
        """Train for some epochs, each of which sees every sample once, in a new order.

        A second call goes on where the first one ended, with the schedule from its beginning.

        Parameters
        ----------
        train : Dataset
        epochs : int, default 1
        batch_size : int, default 64
            Samples a step; the last step of an epoch takes what is left.
        validation : Dataset, optional
            Samples that are not trained on; the model is evaluated on them after every epoch.
        callbacks : iterable of Callback
            Called in this order at every moment.
        progress : bool, default True
            Show bars in a terminal, and a line for each epoch, on standard error.

        Returns
        -------
        History
            The trainer's own, with a row for each epoch so far.

        Raises
        ------
        ArgumentError, ShapeError, DataError
            Before any work, if an option makes no sense or the data does not fit the model.
        DivergenceError
            As soon as a loss or, at the end of an epoch, a weight is NaN or infinite.
        """
        epochs = checks.whole_number("Trainer.fit", "epochs", epochs)
        batch_size = checks.whole_number("Trainer.fit", "batch_size", batch_size)
        self._check_data("train", train)
        if validation is not None:
            self._check_data("validation", validation)
        hooks = CallbackList([*(_bars() if progress else []), *CallbackList(callbacks).callbacks])
        self.stopping = False
        self.epoch = len(self.history)  # one that was cut short does not count
        self.final_epoch = self.epoch + epochs
        self.steps_per_epoch = math.ceil(len(train) / batch_size)
        self.first_step = self.steps
        self.final_step = self.steps + epochs * self.steps_per_epoch
        try:
            hooks.on_fit_begin(self)
            while self.epoch < self.final_epoch and not self.stopping:
                self._run_epoch(train.batches(batch_size, self.rng), validation, hooks)
        finally:
            hooks.on_fit_end(self)
        return self.history

    def train_step(self, images: Array, labels: Labels) -> tuple[float, float]:
        """Move the weights one step on one batch.

        In a loop of one's own, a schedule moves on only if ``optimizer.progress`` is set before
        each step, to the share of the steps that are done; `fit` does that.

        Parameters
        ----------
        images : array (N, *in_shape)
        labels : array (N,)

        Returns
        -------
        loss, accuracy : float
            On this batch, before the step.

        Raises
        ------
        ShapeError, DataError
            If the batch does not fit the model, or holds NaN or infinity.
        DivergenceError
            If the loss is NaN or infinite; the weights are then left as they are.
        """
        self.model.check_input(images)
        checks.finite("Trainer.train_step", "images", images)
        self.model.check_labels(labels, len(images))
        return self._step(images, labels)

    def stop(self) -> None:
        """End `fit` after the current step; an epoch that is cut short gets no row."""
        self.stopping = True

    def _run_epoch(
        self,
        batches: Iterable[tuple[Array, Labels]],
        validation: Dataset | None,
        hooks: Callback,
    ) -> None:
        """Take the steps of one epoch, validate, and add a row to the history."""
        began = time.perf_counter()
        self.epoch += 1
        hooks.on_epoch_begin(self)
        seen, loss_sum, correct = 0, 0.0, 0.0
        for images, labels in batches:
            if self.stopping:
                return
            # The schedule turns the share of steps done into this step's learning rate.
            done = self.steps - self.first_step
            self.optimizer.progress = done / (self.final_step - self.first_step)
            loss, accuracy = self._step(images, labels)
            seen += len(labels)
            loss_sum += loss * len(labels)
            correct += accuracy * len(labels)
            self.running_loss, self.running_accuracy = loss_sum / seen, correct / seen
            hooks.on_step_end(self, loss, accuracy)
        row = self._row(validation, began)
        self.history.rows.append(row)
        hooks.on_epoch_end(self, row)

    def _row(self, validation: Dataset | None, began: float) -> Row:
        """Evaluate on the validation set, if there is one, and return the epoch's figures."""
        validation_loss = validation_accuracy = None
        if not all(np.isfinite(p.value).all() for p in self.model.parameters):
            raise DivergenceError(self._divergence("a weight", math.nan))
        if validation is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                validation_loss, validation_accuracy = self.model.evaluate(validation, self.loss)
            if not math.isfinite(validation_loss):
                raise DivergenceError(self._divergence("the validation loss", validation_loss))
        return {
            "epoch": self.epoch,
            "steps": self.steps,
            "learning_rate": self.optimizer.learning_rate,
            "loss": self.running_loss,
            "accuracy": self.running_accuracy,
            "validation_loss": validation_loss,
            "validation_accuracy": validation_accuracy,
            "seconds": time.perf_counter() - began,
        }

    def _step(self, images: Array, labels: Labels) -> tuple[float, float]:
        """Forward, loss, backward, update, on a batch that was checked."""
        # Cross-entropy does the softmax itself, so the model is taken without its last Softmax.
        network = self.model.for_loss(self.loss)
        # Numbers that overflow are reported below, with the place and advice.
        loss, outputs = self._team.gradients(network, self.loss, images, labels)  # (N, K)
        if not math.isfinite(loss):
            raise DivergenceError(self._divergence("the loss", loss))
        with np.errstate(over="ignore", invalid="ignore"):
            self.optimizer.step(network.parameters)
        self.steps += 1
        return loss, metrics.accuracy(outputs, labels)

    def _divergence(self, what: str, value: float) -> str:
        """Say where training broke, and what to try."""
        rate = self.optimizer.learning_rate
        return (
            f"Trainer: {what} became {value} in epoch {self.epoch}, after {self.steps} steps, "
            f"with a learning rate of {rate:g}. The history is kept up to the epoch before "
            f"({len(self.history)} finished). Most often the steps are too "
            "large: try a tenth of the learning rate (with a schedule, of its peak), less weight "
            "decay, or images scaled to [0, 1]."
        )

    def _check_data(self, name: str, data: Dataset) -> None:
        """Refuse a data set that the model cannot take."""
        checks.instance("Trainer.fit", name, data, Dataset)
        self.model.check_input(data.images)
        self.model.check_labels(data.labels, len(data))


def _bars() -> list[Callback]:
    """Return the progress bars; who shows none need not wait for tqdm to be imported."""
    from minicnn.progress import ProgressBars  # noqa: PLC0415 - tqdm is slow to import

    return [ProgressBars()]
