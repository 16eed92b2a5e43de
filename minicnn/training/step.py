"""One step of a training: forward, loss, backward, update; and the figures of an epoch."""

import math
import time

import numpy as np

from minicnn import checks, metrics
from minicnn.data.dataset import Dataset
from minicnn.errors import DivergenceError
from minicnn.losses import Loss
from minicnn.optim import SGD
from minicnn.sequential import Sequential
from minicnn.training.history import History, Row
from minicnn.training.progress import Position
from minicnn.training.workers import Workers
from minicnn.typing import Array, Labels


class TrainingSteps(Position):
    """What a `Trainer` does with a single batch, and at the end of an epoch.

    Attributes
    ----------
    model, optimizer, loss, history
        As in `Trainer`.
    team : Workers
        Who computes the gradients.
    began : float
        When the current epoch did, by `time.perf_counter`; 0 before it goes on.
    """

    model: Sequential
    optimizer: SGD
    loss: Loss
    team: Workers
    history: History
    began: float = 0.0

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
        result = self.step(images, labels)
        self.steps += 1
        return result

    def step(self, images: Array, labels: Labels) -> tuple[float, float]:
        """Forward, loss, backward, update; return loss and accuracy. The batch was checked."""
        # Cross-entropy does the softmax itself, so the model is taken without its last Softmax.
        network = self.model.for_loss(self.loss)
        # Numbers that overflow are reported below, with the place and advice.
        loss, outputs = self.team.gradients(network, self.loss, images, labels)  # (N, K)
        if not math.isfinite(loss):
            raise DivergenceError(self.divergence("the loss", loss))
        with np.errstate(over="ignore", invalid="ignore"):
            self.optimizer.step(network.parameters)
        return loss, metrics.accuracy(outputs, labels)

    def divergence(self, what: str, value: float) -> str:
        """Say where training broke, and what to try."""
        rate = self.optimizer.learning_rate
        return (
            f"Trainer: {what} became {value} in epoch {self.epoch}, after {self.steps} steps, "
            f"with a learning rate of {rate:g}. The history is kept up to the epoch before "
            f"({len(self.history)} finished). Most often the steps are too "
            "large: try a tenth of the learning rate (with a schedule, of its peak), less weight "
            "decay, or images scaled to [0, 1]."
        )

    def row(self, validation: Dataset | None) -> Row:
        """Evaluate on the validation set, if there is one, and return the epoch's figures."""
        validation_loss = validation_accuracy = None
        if not all(np.isfinite(p.value).all() for p in self.model.parameters):
            raise DivergenceError(self.divergence("a weight", math.nan))
        if validation is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                validation_loss, validation_accuracy = self.model.evaluate(validation, self.loss)
            if not math.isfinite(validation_loss):
                raise DivergenceError(self.divergence("the validation loss", validation_loss))
        return {
            "epoch": self.epoch,
            "steps": self.steps,
            "learning_rate": self.optimizer.learning_rate,
            "loss": self.running_loss,
            "accuracy": self.running_accuracy,
            "validation_loss": validation_loss,
            "validation_accuracy": validation_accuracy,
            "seconds": self.epoch_seconds(),
        }

    def epoch_seconds(self) -> float:
        """Return how long the current epoch has taken, without interruptions."""
        running = self.began > 0 and self.epoch_steps > 0
        return time.perf_counter() - self.began if running else self.seconds
