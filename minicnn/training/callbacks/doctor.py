"""A callback that watches a training, and reports in plain words what is wrong with it."""

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, DataError
from minicnn.layers import Dense
from minicnn.layers.parameter import Parameter
from minicnn.losses import BinaryCrossEntropy, CrossEntropy, Loss
from minicnn.terminal import tell
from minicnn.training.callbacks.base import Callback, Training
from minicnn.training.callbacks.diagnosis import (
    FEWEST_SAMPLES,
    DataNotes,
    LayerNotes,
    LossNotes,
    diagnose,
)
from minicnn.training.history import Row
from minicnn.training.own_parts import advice_on_gradients
from minicnn.training.workers import quiet
from minicnn.typing import Array, Mask

LOOKED_AT = 500
"""How many samples of the training data are looked at, at most, evenly over all of them."""

OPENING = 10
"""How many steps at the beginning are all observed: what explodes does so there."""


class Doctor(Callback):
    """Watches for dead filters, for updates that explode or vanish, and for a loss that is stuck.

    After every epoch, and when training ends early, it reports each finding once: what is wrong,
    the number that shows it, and what to try. It says nothing about a healthy training.

    - A filter, or a unit of a dense layer, is dead if its weights had a gradient of exactly zero at
      all observed steps in the second half of an epoch: the `ReLU` after it then gives zero for
      every image, or a `Sigmoid` or `Tanh` is so far out that it is flat. Dead filters are reported
      if they are a fifth of a layer or more. A layer of your own says by `Layer.filter_axis` where
      in its weights the filters lie.
    - The ratio of an update to the weights of its layer is about 0.001 in a training that goes
      well. Steps whose learning rate is below a tenth of the highest do not count: they are meant
      to be small.
    - A cross-entropy that stays at log K, what guessing among K classes gives, does not move.
    - Some images of the training data are looked at: whether they differ, and whether the model
      gives one answer to all, which is right most of the time where a class is frequent.

    Parameters
    ----------
    report : function of a str, optional
        What to call with each finding; by default it is written to standard error.
    every : int, default 10
        The distance between two observed steps. The first ten steps are all observed.

    Attributes
    ----------
    findings : list of str
        What was reported so far in the current `fit`.

    Raises
    ------
    ArgumentError
        If a number is out of range, or `report` cannot be called.

    References
    ----------
    Karpathy, notes of the Stanford course CS231n, "Babysitting the learning process", for the ratio
    of updates to weights and the loss at the start.

    Examples
    --------
    >>> from minicnn import SGD, CrossEntropy, Dense, Flatten, Sequential, Trainer
    >>> from minicnn.data import Dataset
    >>> images = np.random.default_rng(0).random((64, 1, 4, 4))
    >>> data = Dataset(images, np.arange(64) % 2, ("even", "odd"))
    >>> model = Sequential([Flatten(), Dense(2)], input_shape=(1, 4, 4))
    >>> trainer = Trainer(model, SGD(learning_rate=1e-9), CrossEntropy())
    >>> doctor = Doctor(report=lambda finding: None)
    >>> _ = trainer.fit(data, epochs=10, batch_size=4, callbacks=[doctor], progress=False)
    >>> print(doctor.findings[0])  # doctest: +ELLIPSIS
    layers[1] Dense(2): the updates vanish. A step changes weights by ... of their size, where ...
    """

    runs_once = True

    def __init__(self, report: Callable[[str], object] | None = None, every: int = 10) -> None:
        if report is not None and not callable(report):
            raise ArgumentError(f"Doctor: report must be a function of a text, got {report!r}")
        self.report = report
        self.every = checks.whole_number("Doctor", "every", every)
        self.findings: list[str] = []

    def on_fit_begin(self, trainer: Training) -> None:
        """Forget the previous training, and find the weights to observe."""
        self.findings, self.highest_rate = [], 0.0
        self.reported: list[str] = []
        self.losses: list[float] = []
        self.opening: list[float] = []
        self.weights: list[Parameter] = []
        self.axes: list[int | None] = []
        self.notes: list[LayerNotes] = []
        for place, layer in trainer.model.walk():
            learned = {
                name: member
                for name, member in layer.members()
                if isinstance(member, Parameter) and member.trainable and member.value.ndim > 1
            }
            for inner, weight in learned.items():
                name = f"{place} {layer}" + (f" {inner}" if len(learned) > 1 else "")
                units = "units" if isinstance(layer, Dense) else "filters"
                self.weights.append(weight)
                self.axes.append(layer.filter_axis)
                self.notes.append(LayerNotes(name, units))

    def on_epoch_begin(self, trainer: Training) -> None:
        """Keep the weights, if the next step is to be observed."""
        self._remember(trainer)

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Observe the step."""
        self.losses.append(loss)
        if len(self.opening) < OPENING:
            self.opening.append(loss)
        if self.before:
            self._look(trainer)
        self._remember(trainer)

    def on_epoch_end(self, trainer: Training, row: Row) -> None:
        """Report the findings of the epoch, and clear its observations."""
        self._tell(trainer)
        self.losses = []
        for layer in self.notes:
            if len(layer.gradients) >= FEWEST_SAMPLES:  # else epochs are short
                layer.gradients, layer.ratios = [], []

    def on_fit_end(self, trainer: Training) -> None:
        """Report the findings of an epoch that ended early."""
        if self.losses and not trainer.interrupted:
            self._tell(trainer)

    def state(self) -> dict[str, Any]:
        """Return all observations."""
        return {
            "findings": self.findings,
            "reported": self.reported,
            "losses": np.array(self.losses),
            "opening": self.opening,
            "highest_rate": self.highest_rate,
            # As one array: each of many small ones would be a file in the archive.
            "notes": [asdict(n) | {"gradients": np.array(n.gradients)} for n in self.notes],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Restore the observations."""
        self.findings, self.reported = (
            list(map(str, state[name])) for name in ("findings", "reported")
        )
        self.losses, self.opening = (
            [float(loss) for loss in state[name]] for name in ("losses", "opening")
        )
        self.highest_rate = float(state["highest_rate"])
        observed = zip(self.notes, self.weights, self.axes, state["notes"], strict=True)
        for layer, weight, axis, kept in observed:
            if kept["name"] != layer.name:
                raise DataError(f"Doctor: expected notes of {layer.name}, got {kept['name']!r}")
            gradients = np.asarray(kept["gradients"], bool)
            layer.gradients = list(gradients.reshape(-1, len(_by_filter(weight.value, axis))))
            layer.ratios = [float(ratio) for ratio in kept["ratios"]]
            layer.largest = float(kept["largest"])
            layer.zero, layer.began_at_zero = bool(kept["zero"]), bool(kept["began_at_zero"])

    def _remember(self, trainer: Training) -> None:
        """Keep the weights before a step that is to be observed; the step makes new arrays."""
        taken = trainer.steps - trainer.progress.first_step
        due = taken < OPENING or (taken + 1) % self.every == 0
        self.before: list[Array] = [weight.value for weight in self.weights] if due else []

    def _look(self, trainer: Training) -> None:
        """Note which filters had a gradient, and how far the step moved each layer."""
        rate = trainer.optimizer.learning_rate
        self.highest_rate = max(self.highest_rate, rate)
        observed = zip(self.weights, self.axes, self.before, self.notes, strict=True)
        for weight, axis, before, layer in observed:
            gradient: Mask = (_by_filter(weight.grad, axis) != 0).any(axis=1)  # (F,)
            layer.gradients.append(gradient)
            with quiet():  # the trainer reports it
                size = float(np.linalg.norm(before))
                change = float(np.linalg.norm(weight.value - before))
            layer.zero = size == 0
            layer.began_at_zero |= layer.zero
            grows = layer.began_at_zero and trainer.steps - trainer.progress.first_step <= OPENING
            if not (layer.zero or grows) and rate >= self.highest_rate / 10:
                layer.ratios.append(change / size)
                layer.largest = max(layer.largest, change / size)

    def _tell(self, trainer: Training) -> None:
        """Report what is new."""
        notes = diagnose(self.notes, self._loss_notes(trainer), _data_notes(trainer))
        for key, finding in notes:
            if key not in self.reported:
                self.reported.append(key)
                self.findings.append(finding)
                self._report(f"epoch {trainer.epoch}: {finding}")

    def _loss_notes(self, trainer: Training) -> LossNotes:
        """Summarize the loss."""
        classes = (trainer.model.out_shape or (1,))[0]
        latest = self.losses[-max(1, len(self.losses) // 10) :]
        return LossNotes(
            first=float(np.mean(self.opening)),
            latest=float(np.mean(latest)),
            guess=_loss_of_guessing(trainer.loss, classes),
            accuracy=trainer.progress.running_accuracy,
            classes=classes,
            steps=trainer.steps - trainer.progress.first_step,
            or_gradients=advice_on_gradients(trainer.model, trainer.loss),
        )

    def _report(self, line: str) -> None:
        """Pass a line to `report`, or write it to standard error."""
        (self.report or tell)(line)


def _loss_of_guessing(loss: Loss, classes: int) -> float | None:
    """Return the loss of one who gives every class the same probability, where that is known."""
    if isinstance(loss, BinaryCrossEntropy):
        return math.log(2)
    known = isinstance(loss, CrossEntropy) and loss.class_weights is None and classes > 1
    return math.log(classes) if known else None


def _by_filter(weights: Array, axis: int | None) -> Array:
    """View weights as a row for each filter, (F, ...), or one row where no axis is said."""
    if axis is None:
        return weights.reshape(1, -1)
    return np.moveaxis(weights, axis, 0).reshape(weights.shape[axis], -1)


def _data_notes(trainer: Training) -> DataNotes | None:
    """Look at some of the training data, and at the answers to it."""
    if trainer.train is None:
        return None
    data = trainer.train
    some = np.unique(np.linspace(0, len(data) - 1, LOOKED_AT).astype(np.int64))
    images, targets = data.images[some], data.targets[some]
    pixels = images.reshape(len(images), -1)
    notes = DataNotes(
        samples=len(images),
        alike=len(images) > 1 and bool((pixels == pixels[:1]).all()),
        blank=pixels.shape[1] > 1 and bool((pixels == pixels[:, :1]).all()),
    )
    if checks.are_class_numbers(targets) and len(trainer.model.out_shape or ()) == 1:
        with quiet():  # the trainer reports it
            answers = trainer.model.predict(images).argmax(axis=1)
        if (answers == answers[0]).all():
            number = int(answers[0])
            notes.answer = data.classes[number] if data.classes else str(number)
            notes.share = float(np.mean(targets == number))
            notes.classes = len(np.unique(targets))
    return notes
