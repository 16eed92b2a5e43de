"""Bars that show the progress of a training."""

import math
from typing import Any

from minicnn.terminal import bar, tell
from minicnn.training.callbacks.base import Callback, Training
from minicnn.training.history import Row


class ProgressBars(Callback):
    """A bar for the epochs, a bar for the steps of each, and a line that stays for each epoch done.

    All are written to standard error. If that is not a terminal, such as a log, only the lines are.
    In a notebook they are in the output of the cell, where nothing is red.
    """

    runs_once = True

    def on_fit_begin(self, trainer: Training) -> None:
        """Draw the bar of the epochs."""
        self.epochs = _bar(
            trainer.progress.final_epoch - len(trainer.history), "epochs", around_others=True
        )

    def on_epoch_begin(self, trainer: Training) -> None:
        """Draw the bar of this epoch's steps."""
        self.name = f"epoch {trainer.epoch}/{trainer.progress.final_epoch}"
        self.steps = _bar(
            trainer.progress.steps_per_epoch, self.name, initial=trainer.progress.epoch_steps
        )

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Advance by a step, and show the running means of this epoch."""
        if not self.steps.disable:
            means = f"loss {trainer.progress.running_loss:.4f}"
            if not math.isnan(trainer.progress.running_accuracy):
                means += f", accuracy {trainer.progress.running_accuracy:.2%}"
            self.steps.set_postfix_str(means, refresh=False)
            self.steps.update()

    def on_epoch_end(self, trainer: Training, row: Row) -> None:
        """Write a line with the figures of the epoch."""
        self.steps.close()
        # Everything in 80 columns, which is what many terminals have.
        line = f"{self.name}  loss {row['loss']:.4f}{_percent(row['accuracy'], '  accuracy ')}"
        if row["validation_loss"] is not None:
            line += f"  validation {row['validation_loss']:.4f}"
            line += _percent(row["validation_accuracy"], "  ")
        tell(f"{line}  {row['seconds']:.1f} s")
        self.epochs.update()

    def on_fit_end(self, trainer: Training) -> None:
        """Remove the bars, also those of an epoch that ended early."""
        if hasattr(self, "steps"):
            self.steps.close()
        self.epochs.close()


def _bar(total: int, name: str, **options: Any) -> Any:
    form = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}, {remaining} left{postfix}"
    return bar(total=total, desc=name, bar_format=form, **options)


def _percent(accuracy: float | None, before: str) -> str:
    """Write an accuracy; nothing where the targets are not class numbers."""
    return "" if accuracy is None else f"{before}{accuracy:.2%}"
