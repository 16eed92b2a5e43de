"""How far a training has got: numbers alone, so that a checkpoint can keep them."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from minicnn import checks
from minicnn.errors import DataError

MOST = 2**53
"""No training takes as many steps, and floats count no further."""


@dataclass(eq=False)
class Progress:
    """How far a training has got.

    Attributes
    ----------
    epoch, steps : int
        The number of the current epoch, from 1, and of the steps taken so far.
    epoch_steps : int
        How many of these belong to the current epoch; 0 between two epochs.
    batch_size, steps_per_epoch : int
        Samples a step, steps an epoch.
    first_step, final_step, final_epoch : int
        Where the current `fit` began and will end.
    seen, loss_sum, correct : int, float, float
        Of the current epoch so far: how many samples, their losses added up, how many were right;
        the last is NaN where the targets are not class numbers.
    seconds : float
        What was spent on the current epoch before the training was interrupted.
    stopping : bool
        Whether the training is to end after the current step.

    Examples
    --------
    >>> progress = Progress()
    >>> progress.begin_fit(samples=100, epochs=2, batch_size=40, epochs_done=0)
    >>> progress.enter_epoch()
    >>> progress.count(loss=0.5, accuracy=0.75, samples=40)
    >>> progress.epoch, progress.steps, progress.final_step, progress.running_accuracy
    (1, 1, 6, 0.75)
    """

    epoch: int = 0
    steps: int = 0
    epoch_steps: int = 0
    batch_size: int = 0
    steps_per_epoch: int = 0
    first_step: int = 0
    final_step: int = 0
    final_epoch: int = 0
    seen: int = 0
    loss_sum: float = 0.0
    correct: float = 0.0
    seconds: float = 0.0
    stopping: bool = False

    def __post_init__(self) -> None:
        """Start with the clock stopped."""
        self._clock_started: float | None = None

    def begin_fit(self, samples: int, epochs: int, batch_size: int, epochs_done: int) -> None:
        """Stand before the first step of so many epochs."""
        self.stopping, self.batch_size = False, batch_size
        self.epoch, self.epoch_steps = epochs_done, 0  # an epoch that was cut short does not count
        self.final_epoch = self.epoch + epochs
        self.steps_per_epoch = math.ceil(samples / batch_size)
        self.first_step = self.steps
        self.final_step = self.steps + epochs * self.steps_per_epoch

    def enter_epoch(self) -> None:
        """Stand before the first step of the next epoch, or where this one was interrupted."""
        if self.epoch_steps == 0:
            self.epoch += 1
            self.seen, self.loss_sum, self.correct, self.seconds = 0, 0.0, 0.0, 0.0
        self._clock_started = time.perf_counter()

    def leave_epoch(self) -> None:
        """Stand between two epochs again, if the current one has taken no step."""
        if self.epoch_steps == 0:
            self.epoch -= 1

    def count(self, loss: float, accuracy: float, samples: int) -> None:
        """Count a step."""
        self.steps += 1
        self.epoch_steps += 1
        self.seen += samples
        self.loss_sum += loss * samples
        self.correct += accuracy * samples

    def finish_epoch(self) -> None:
        """Stand between two epochs."""
        self.seconds, self._clock_started = self.elapsed(), None
        self.epoch_steps = 0

    def elapsed(self) -> float:
        """Return how many seconds the current epoch has taken, without interruptions."""
        if self._clock_started is None:
            return self.seconds
        return self.seconds + time.perf_counter() - self._clock_started

    @property
    def epochs(self) -> int:
        """How many epochs the current `fit` has; 0 before the first."""
        return (self.final_step - self.first_step) // max(self.steps_per_epoch, 1)

    @property
    def share_done(self) -> float:
        """The share of the steps of the current `fit` that are done, 0 to 1."""
        return (self.steps - self.first_step) / max(self.final_step - self.first_step, 1)

    @property
    def running_loss(self) -> float:
        """The mean over the samples of the current epoch so far."""
        return self.loss_sum / self.seen if self.seen else 0.0

    @property
    def running_accuracy(self) -> float:
        """The share of the samples of the current epoch so far that were right."""
        return self.correct / self.seen if self.seen else 0.0

    @property
    def at_end(self) -> bool:
        """Whether all epochs of the current `fit` are done; False before the first `fit`."""
        return 0 < self.final_epoch <= self.epoch and self.epoch_steps == 0

    @property
    def finished(self) -> bool:
        """Whether the current `fit` has nothing more to do; False before the first."""
        return self.stopping or self.at_end

    def as_dict(self) -> dict[str, Any]:
        """Return all of it by name."""
        numbers = {field.name: getattr(self, field.name) for field in fields(self)}
        return numbers | {"seconds": self.elapsed()}

    @classmethod
    def from_dict(cls, numbers: Mapping[str, Any]) -> "Progress":
        """Undo `as_dict`.

        Raises
        ------
        DataError, ArgumentError
            If a number is missing, or they make no sense.
        """
        progress = cls()
        if sorted(numbers) != sorted(progress.as_dict()):
            raise DataError(
                f"expected a progress of {list(progress.as_dict())}, got {list(numbers)}"
            )
        for name, value in numbers.items():
            if name == "stopping":
                checks.flag("progress", name, value)
            elif name in ("loss_sum", "correct", "seconds"):
                if not (name == "correct" and isinstance(value, float) and math.isnan(value)):
                    checks.real_number("progress", name, value)
            elif checks.whole_number("progress", name, value, minimum=0) > MOST:
                raise DataError(f"expected {name} of at most {MOST:,}, got {value}")
            setattr(progress, name, value)
        if not (
            progress.first_step <= progress.steps
            and progress.first_step < progress.final_step
            and progress.epoch <= progress.final_epoch
            and progress.steps_per_epoch > 0
            and progress.seen >= progress.epoch_steps
            and progress.batch_size >= 1
        ):
            raise DataError(f"expected a progress within a training, got {dict(numbers)}")
        return progress
