"""Callbacks: what hooks into the training loop."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from minicnn.errors import ArgumentError
from minicnn.training.history import Row

if TYPE_CHECKING:
    from minicnn.training.trainer import Trainer


class Callback:
    """Something that happens at given moments of the training; override what you need.

    Every method gets the trainer, and with it the model, the optimizer and the history so far. A
    callback may call `trainer.stop()`: training then ends after the current step.

    Attributes
    ----------
    runs_last : bool
        Whether it is called after all others, because it saves what they did.

    Examples
    --------
    >>> class CountSteps(Callback):
    ...     steps = 0
    ...
    ...     def on_step_end(self, trainer, loss, accuracy):
    ...         self.steps += 1
    """

    runs_last = False

    def on_fit_begin(self, trainer: "Trainer") -> None:
        """Run before the first step."""

    def on_epoch_begin(self, trainer: "Trainer") -> None:
        """Run before the first step of every epoch; `trainer.epoch` is its number, from 1.

        It runs again when a training resumes that was interrupted within an epoch, at the step
        `trainer.epoch_steps`.
        """

    def on_step_end(self, trainer: "Trainer", loss: float, accuracy: float) -> None:
        """Run after every step, with its loss and accuracy; `trainer.steps` counts them all."""

    def on_epoch_end(self, trainer: "Trainer", row: Row) -> None:
        """Run after every epoch and its validation; `row` is the new row of the history."""

    def on_fit_end(self, trainer: "Trainer") -> None:
        """Run at the end, also after an error, provided that `on_fit_begin` was completed."""

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint saves: numbers, strings, arrays, and lists and dicts of them.

        Only what changes during training; nothing by default. Callbacks of one class are told apart
        by their order.
        """
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Restore what `state` returned, after `on_fit_begin` of a training that resumes."""


class CallbackList(Callback):
    """Several callbacks as one: each is called in turn."""

    def __init__(self, callbacks: Iterable[Callback]) -> None:
        if not isinstance(callbacks, Iterable):
            raise ArgumentError(f"callbacks must be a list of Callback objects, got {callbacks!r}")
        self.callbacks = list(callbacks)
        self.begun: list[Callback] = []
        for callback in self.callbacks:
            if not isinstance(callback, Callback):
                raise ArgumentError(f"callbacks must be Callback objects, got {callback!r}")
        self.callbacks.sort(key=lambda callback: callback.runs_last)  # else in the given order

    def on_fit_begin(self, trainer: "Trainer") -> None:
        """Call every callback."""
        self.begun = []
        for callback in self.callbacks:
            callback.on_fit_begin(trainer)
            self.begun.append(callback)

    def on_epoch_begin(self, trainer: "Trainer") -> None:
        """Call every callback."""
        for callback in self.callbacks:
            callback.on_epoch_begin(trainer)

    def on_step_end(self, trainer: "Trainer", loss: float, accuracy: float) -> None:
        """Call every callback."""
        for callback in self.callbacks:
            callback.on_step_end(trainer, loss, accuracy)

    def on_epoch_end(self, trainer: "Trainer", row: Row) -> None:
        """Call every callback."""
        for callback in self.callbacks:
            callback.on_epoch_end(trainer, row)

    def on_fit_end(self, trainer: "Trainer") -> None:
        """Call all that began, also those after one that raises.

        Of several errors, the first is raised.
        """
        errors: list[BaseException] = []
        for callback in self.begun:
            try:
                callback.on_fit_end(trainer)
            except BaseException as error:  # noqa: BLE001 - raised below
                errors.append(error)
        if errors:
            raise errors[0]
