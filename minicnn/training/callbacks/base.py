"""Callbacks: what hooks into the training loop."""

from pathlib import Path
from typing import Any, Protocol

from minicnn.data.dataset import Dataset
from minicnn.errors import ArgumentError
from minicnn.losses import Loss
from minicnn.optim import Optimizer
from minicnn.sequential import Sequential
from minicnn.training.history import History, Row
from minicnn.training.processes import Processes
from minicnn.training.progress import Progress
from minicnn.training.state import TrainingState


class Training(Protocol):
    """What a callback may see of a training, and do to it: part of a `Trainer`.

    Attributes
    ----------
    model, optimizer, loss, history
        What is trained, how, and what came of it so far.
    seed, workers : int
        Those of the trainer.
    progress : Progress
        How far the training has got.
    epoch, steps : int
        The number of the current epoch, from 1, and of the steps taken so far.
    train : Dataset, or None before `fit`
        What is trained on.
    data : dict
        The fingerprints of the data: of `train`, and of `validation` or None.
    interrupted : bool
        Whether the current `fit` was ended by `interrupt` or Ctrl-C.
    ctrl_c : bool
        Whether it was ended by Ctrl-C in one of several processes.
    resumed_from : Path or None
        The checkpoint from which the current `fit` goes on.
    callbacks : list of Callback
        Those of the current `fit`.
    processes : Processes
        Those that train this model together.
    """

    model: Sequential
    optimizer: Optimizer
    loss: Loss
    history: History
    seed: int
    workers: int
    progress: Progress
    train: Dataset | None
    data: dict[str, Any]
    interrupted: bool
    ctrl_c: bool
    resumed_from: Path | None
    callbacks: list["Callback"]
    processes: Processes

    @property
    def epoch(self) -> int:
        """The number of the current epoch, from 1."""

    @property
    def steps(self) -> int:
        """The steps taken so far."""

    def stop(self) -> None:
        """End `fit` after the current step: the training is done."""

    def interrupt(self) -> None:
        """End `fit` after the current step, although there is more to do."""

    def state(self) -> TrainingState:
        """Return all that a checkpoint keeps."""


class Callback:
    """Something that happens at given moments of the training; override what you need.

    Every method gets the trainer, and with it the model, the optimizer and the history so far. A
    callback may call `trainer.stop()`: training then ends after the current step.

    Where several processes train together, each calls its own callbacks; what they do to the model
    must be the same in all. A stop or an interruption in one is one in all.

    Attributes
    ----------
    runs_first : bool
        Whether it is called before all others, because it changes what they see; after a step, it
        is called behind them, because it uses what they made of the weights.
    runs_last : bool
        Whether it is called after all others, because it saves what they did.
    runs_once : bool
        Whether only the first of several processes calls it, because it writes or shows something
        and leaves the training as it is.

    Examples
    --------
    >>> class CountSteps(Callback):
    ...     steps = 0
    ...
    ...     def on_step_end(self, trainer, loss, accuracy):
    ...         self.steps += 1
    """

    runs_first = False
    runs_last = False
    runs_once = False

    def __init_subclass__(cls) -> None:
        """Refuse a method that looks like a moment of the training and is none."""
        super().__init_subclass__()
        moments = [name for name in vars(Callback) if name.startswith("on_")]
        for name in vars(cls):
            if name.startswith("on_") and name not in moments:
                raise ArgumentError(
                    f"{cls.__name__}: there is no moment {name}, so it would never be called; "
                    f"expected one of {', '.join(moments)}"
                )

    def on_fit_begin(self, trainer: Training) -> None:
        """Run before the first step."""

    def on_epoch_begin(self, trainer: Training) -> None:
        """Run before the first step of every epoch; `trainer.epoch` is its number, from 1.

        It runs again when a training resumes that was interrupted within an epoch, at the step
        `trainer.progress.epoch_steps`.
        """

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Run after every step, with its loss and accuracy; `trainer.steps` counts them all."""

    def on_epoch_trained(self, trainer: Training) -> None:
        """Run after the last step of every epoch, before its validation, if there is one."""

    def on_epoch_end(self, trainer: Training, row: Row) -> None:
        """Run after every epoch and its validation; `row` is the new row of the history."""

    def on_fit_end(self, trainer: Training) -> None:
        """Run at the end, also after an error, provided that `on_fit_begin` was completed."""

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint saves: numbers, strings, arrays, and lists and dicts of them.

        Only what changes during training; nothing by default. Callbacks of one class are told apart
        by their order.
        """
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Restore what `state` returned, after `on_fit_begin` of a training that resumes."""
