"""Bars that show the progress of a training."""

from typing import TYPE_CHECKING, NoReturn

from tqdm import tqdm

from minicnn.terminal import tell
from minicnn.training.callbacks.base import Callback
from minicnn.training.history import Row

if TYPE_CHECKING:
    from minicnn.training.trainer import Trainer


class ProgressBars(Callback):
    """A bar for the epochs, a bar for the steps of each, and a line that stays for each epoch done.

    All are written to standard error. If that is not a terminal, such as a log, only the lines are.
    """

    def on_fit_begin(self, trainer: "Trainer") -> None:
        """Draw the bar of the epochs."""
        self.epochs = self._bar(trainer.final_epoch - len(trainer.history), "epochs")

    def on_epoch_begin(self, trainer: "Trainer") -> None:
        """Draw the bar of this epoch's steps."""
        self.name = f"epoch {trainer.epoch}/{trainer.final_epoch}"
        self.steps = self._bar(trainer.steps_per_epoch, self.name, trainer.epoch_steps)

    def on_step_end(self, trainer: "Trainer", loss: float, accuracy: float) -> None:
        """Advance by a step, and show the running means of this epoch."""
        if not self.steps.disable:
            means = f"loss {trainer.running_loss:.4f}, accuracy {trainer.running_accuracy:.2%}"
            self.steps.set_postfix_str(means, refresh=False)
            self.steps.update()

    def on_epoch_end(self, trainer: "Trainer", row: Row) -> None:
        """Write a line with the figures of the epoch."""
        self.steps.close()
        # Everything in 80 columns, which is what many terminals have.
        line = f"{self.name}  loss {row['loss']:.4f}  accuracy {row['accuracy']:.2%}"
        if row["validation_loss"] is not None:
            line += f"  validation {row['validation_loss']:.4f}  {row['validation_accuracy']:.2%}"
        tell(f"{line}  {row['seconds']:.1f} s")
        self.epochs.update()

    def on_fit_end(self, trainer: "Trainer") -> None:
        """Remove the bars, also those of an epoch that ended early."""
        if hasattr(self, "steps"):
            self.steps.close()
        self.epochs.close()

    def _bar(self, total: int, name: str, done: int = 0) -> "tqdm[NoReturn]":
        form = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}, {remaining} left{postfix}"
        # disable=None shows it in a terminal only
        return tqdm(
            total=total, initial=done, desc=name, bar_format=form, leave=False, disable=None
        )
