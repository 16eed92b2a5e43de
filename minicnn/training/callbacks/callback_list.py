"""Several callbacks as one: who is called when, and whose state is whose."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from minicnn import checks
from minicnn.errors import ArgumentError, DataError, shorten
from minicnn.training.callbacks.base import Callback, Training
from minicnn.training.callbacks.progress_bars import ProgressBars
from minicnn.training.history import Row


class CallbackList(Callback):
    """Several callbacks as one: each is called in turn.

    Parameters
    ----------
    callbacks : iterable of Callback
    progress_bars : bool, default False
        Whether there are progress bars beside them.
    first : bool, default True
        Whether this is the first process, which calls those with `Callback.runs_once` too.
    """

    def __init__(
        self, callbacks: Iterable[Callback], *, progress_bars: bool = False, first: bool = True
    ) -> None:
        if not isinstance(callbacks, Iterable):
            raise ArgumentError(
                "Trainer.fit: callbacks must be a list of Callback objects, got "
                f"{checks.kind_of(callbacks)}; callbacks=[...] is a list of one"
            )
        self.callbacks = list(callbacks)
        self.begun: list[Callback] = []
        for callback in self.callbacks:
            checks.instance("Trainer.fit", "each of the callbacks", callback, Callback)
        # Else in the given order.
        self.callbacks.sort(key=lambda callback: callback.runs_last - callback.runs_first)
        if progress_bars:
            self.callbacks.insert(0, ProgressBars())
        self.callbacks = [
            callback for callback in self.callbacks if first or not callback.runs_once
        ]
        # After a step, who `runs_first` sees what the others have made of the weights.
        self.after_step = sorted(self.callbacks, key=lambda c: 2 * c.runs_last + c.runs_first)

    def on_fit_begin(self, trainer: Training) -> None:
        """Call every callback."""
        self.begun = []
        for callback in self.callbacks:
            callback.on_fit_begin(trainer)
            self.begun.append(callback)

    def on_epoch_begin(self, trainer: Training) -> None:
        """Call every callback."""
        for callback in self.callbacks:
            callback.on_epoch_begin(trainer)

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Call every callback."""
        for callback in self.after_step:
            callback.on_step_end(trainer, loss, accuracy)

    def on_epoch_trained(self, trainer: Training) -> None:
        """Call every callback."""
        for callback in self.callbacks:
            callback.on_epoch_trained(trainer)

    def on_epoch_end(self, trainer: Training, row: Row) -> None:
        """Call every callback."""
        for callback in self.callbacks:
            callback.on_epoch_end(trainer, row)

    def on_fit_end(self, trainer: Training) -> None:
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

    def everywhere(self) -> list[str]:
        """Return the names of those that every process has."""
        return [type(c).__name__ for c in self.callbacks if not c.runs_once]

    @contextmanager
    def at_end(self, trainer: Training) -> Iterator[None]:
        """Call `on_fit_end` at the end of a ``with``; its errors do not hide what ended that."""
        try:
            yield
        except BaseException as error:
            try:
                self.on_fit_end(trainer)
            except Exception as further:  # noqa: BLE001 - the first error counts
                error.add_note(f"And at the end of the training: {further!r}")
            raise
        self.on_fit_end(trainer)

    def states(self) -> list[list[Any]]:
        """Return the name of each callback and what it keeps, for a checkpoint."""
        return [[type(callback).__name__, callback.state()] for callback in self.callbacks]

    def restore_states(self, states: Iterable[list[Any]]) -> list[str]:
        """Restore the states in order, by the names of the callbacks; return the names left over.

        Raises
        ------
        DataError
            If a callback cannot use its state.
        """
        kept = list(states)
        for callback in self.callbacks:
            name = type(callback).__name__
            found = next((entry for entry in kept if entry[0] == name), None)
            if found is None:
                continue
            kept.remove(found)
            try:
                if found[1]:
                    callback.restore(found[1])
            except Exception as error:  # a callback knows what it kept, not who changed it
                raise DataError(f"what {name} kept cannot be used ({shorten(error)})") from error
        return [name for name, state in kept if state]
