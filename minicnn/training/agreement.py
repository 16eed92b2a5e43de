"""What the processes of a training agree on, so that none goes on while another has left.

A process alone agrees with itself at once.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from minicnn.data.dataset import Dataset
from minicnn.errors import NotReadyError
from minicnn.losses import Loss
from minicnn.sequential import Sequential
from minicnn.training.ctrl_c import CtrlC
from minicnn.training.processes import Processes, check_alike
from minicnn.training.workers import quiet
from minicnn.typing import Array


class Agreement:
    """What the processes of a training agree on.

    Attributes
    ----------
    processes : Processes
    """

    def __init__(self, processes: Processes) -> None:
        self.processes = processes
        self._ctrl_c = CtrlC()

    def waiting(self) -> AbstractContextManager[None]:
        """Let Ctrl-C in one of several processes wait for the end of the step."""
        if self.processes.size == 1:
            return nullcontext()
        said = "the training ends after this step; stop it again to end at once"
        return self._ctrl_c.noted(said if self.processes.first else "")

    def on_ending(self, *wishes: bool, fails: bool = False) -> list[bool]:
        """Return each wish, and whether Ctrl-C was pressed, as true in all if it is in one.

        Raises
        ------
        NotReadyError
            If another process fails.
        """
        mine = np.array([*wishes, self._ctrl_c.pressed, fails], np.float64)
        *agreed, failed = map(bool, self.processes.sum(mine) > 0)
        if failed and not fails:
            raise NotReadyError("Trainer.fit: another process cannot begin, and says why")
        return agreed

    def on_beginning(self, model: Sequential, facts: Mapping[str, object]) -> None:
        """Raise ArgumentError unless all processes begin with the same."""
        advice = "build and load everything in each of them in the same way, with the same seeds"
        check_alike(self.processes, {**facts, "weights": _weights(model)}, advice)

    def on_weights(self, model: Sequential, steps: int) -> None:
        """Raise ArgumentError if the weights of the processes are no longer the same."""
        advice = (
            f"after {steps:,} steps: a callback or a layer has changed them in another way "
            "there; what it draws at random must be the same everywhere"
        )
        check_alike(self.processes, {"weights": _weights(model)}, advice)

    def on_validation(self, model: Sequential, loss: Loss, data: Dataset) -> tuple[float, float]:
        """Return loss and accuracy, to which every process adds those of its part of the data."""
        figures = np.zeros(2)
        part = self.processes.part_of(len(data))
        count = part.stop - part.start
        if count > 0:
            mine = data if count == len(data) else data[part]
            with quiet():
                measured = model.evaluate(mine, loss)
            figures = np.array(measured) * (count / len(data))
        value, accuracy = self.processes.sum(figures)
        return float(value), float(accuracy)


def _weights(model: Sequential) -> list[Array]:
    return [parameter.value for parameter in model.parameters]
