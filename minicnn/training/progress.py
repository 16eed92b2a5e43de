"""Where a training stands: all of it numbers, so that a checkpoint can keep it."""

import math
from dataclasses import dataclass, fields
from typing import Any

from minicnn import checks
from minicnn.errors import DataError

MOST = 2**53
"""No training takes as many steps, and floats count no further."""


@dataclass(eq=False)
class Position:
    """A place in a training.

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
        Of the current epoch so far: how many samples, their losses added up, how many were right.
    seconds : float
        What was spent on the current epoch before the training was interrupted.
    stopping : bool
        Whether the training is to end after the current step.

    Examples
    --------
    >>> position = Position()
    >>> position.begin_fit(samples=100, epochs=2, batch_size=40, epochs_done=0)
    >>> position.begin_epoch()
    >>> position.count(loss=0.5, accuracy=0.75, samples=40)
    >>> position.epoch, position.steps, position.final_step, position.running_accuracy
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

    def begin_fit(self, samples: int, epochs: int, batch_size: int, epochs_done: int) -> None:
        """Stand before the first step of so many epochs."""
        self.stopping, self.batch_size = False, batch_size
        self.epoch, self.epoch_steps = epochs_done, 0  # an epoch that was cut short does not count
        self.final_epoch = self.epoch + epochs
        self.steps_per_epoch = math.ceil(samples / batch_size)
        self.first_step = self.steps
        self.final_step = self.steps + epochs * self.steps_per_epoch

    def begin_epoch(self) -> None:
        """Stand before the first step of the next epoch."""
        self.epoch += 1
        self.seen, self.loss_sum, self.correct, self.seconds = 0, 0.0, 0.0, 0.0

    def count(self, loss: float, accuracy: float, samples: int) -> None:
        """Go on by a step."""
        self.steps += 1
        self.epoch_steps += 1
        self.seen += samples
        self.loss_sum += loss * samples
        self.correct += accuracy * samples

    @property
    def epochs(self) -> int:
        """How many epochs the current `fit` has."""
        return (self.final_step - self.first_step) // self.steps_per_epoch

    @property
    def running_loss(self) -> float:
        """The mean over the samples of the current epoch so far."""
        return self.loss_sum / self.seen if self.seen else 0.0

    @property
    def running_accuracy(self) -> float:
        """Likewise."""
        return self.correct / self.seen if self.seen else 0.0

    @property
    def finished(self) -> bool:
        """Whether the current `fit` has nothing more to do."""
        return self.stopping or (self.epoch >= self.final_epoch and self.epoch_steps == 0)

    def numbers(self) -> dict[str, Any]:
        """Return all of it by name."""
        return {field.name: getattr(self, field.name) for field in fields(Position)}

    def move_to(self, numbers: dict[str, Any]) -> None:
        """Stand where `numbers` were taken, or raise MinicnnError where they make no sense."""
        if sorted(numbers) != sorted(self.numbers()):
            raise DataError(f"expected a position of {list(self.numbers())}, got {list(numbers)}")
        for name, value in numbers.items():
            if name == "stopping":
                checks.flag("position", name, value)
            elif name in ("loss_sum", "correct", "seconds"):
                checks.real_number("position", name, value)
            elif checks.whole_number("position", name, value, minimum=0) > MOST:
                raise DataError(f"expected {name} of at most {MOST:,}, got {value}")
            setattr(self, name, value)
        if not (
            self.first_step <= self.steps
            and self.first_step < self.final_step
            and self.epoch <= self.final_epoch
            and self.steps_per_epoch > 0
            and self.seen >= self.epoch_steps
            and self.batch_size >= 1
        ):
            raise DataError(f"expected a position within a training, got {numbers}")
