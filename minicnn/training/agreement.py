"""What the processes of a training agree on, so that none goes on while another has left.

A process alone agrees with itself at once.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from minicnn.data.dataset import Dataset
from minicnn.errors import ArgumentError, ProcessError
from minicnn.losses import Loss
from minicnn.optim import Optimizer
from minicnn.sequential import Sequential
from minicnn.training.ctrl_c import CtrlC
from minicnn.training.own_parts import drawn
from minicnn.training.processes import Processes, check_alike
from minicnn.training.workers import quiet
from minicnn.typing import Array

ADVICE = (
    "run the same script in each of them, with the same options, data, seeds and workers; "
    "train_step takes the whole batch"
)


class Agreement:
    """What the processes of a training agree on.

    Attributes
    ----------
    processes : Processes
    """

    def __init__(self, processes: Processes) -> None:
        self.processes = processes
        self._ctrl_c = CtrlC()
        self._drawn: dict[str, Any] = {}

    def waiting(self) -> AbstractContextManager[None]:
        """Let Ctrl-C in one of several processes wait for the end of the step."""
        if self.processes.size == 1:
            return nullcontext()
        said = "the training ends after this step; stop it again to end at once"
        return self._ctrl_c.noted(said if self.processes.first else "")

    @property
    def stopped_here(self) -> bool:
        """Whether Ctrl-C was pressed in this process since `waiting` began."""
        return self._ctrl_c.pressed

    def on_ending(self, *wishes: bool, fails: bool = False) -> list[bool]:
        """Return each wish, and whether Ctrl-C was pressed: true in all if true in one.

        Raises
        ------
        ProcessError
            If another process fails.
        """
        mine = np.array([*wishes, self._ctrl_c.pressed, fails], np.float64)
        *agreed, failed = map(bool, self.processes.sum(mine) > 0)
        if failed and not fails:
            raise ProcessError(
                "Trainer.fit: another process has failed, and says why; mend that, and start all "
                "again"
            )
        return agreed

    def on_beginning(
        self, model: Sequential, optimizer: Optimizer, facts: Mapping[str, object]
    ) -> None:
        """Raise ArgumentError unless all processes begin a training or a step with the same."""
        if self.processes.size == 1:
            return
        roles = {name: (p.role, p.trainable) for name, p in model.named_parameters().items()}
        kept = optimizer.state()
        own = {
            "the model": (repr(model.layers), roles),
            "weights": _weights(model),
            "the optimizer": (repr(optimizer), kept["numbers"]),
            "the slots of the optimizer": [a for slots in kept["slots"] for a in slots.values()],
        }
        check_alike(self.processes, {**own, **facts}, ADVICE)
        self._drawn = drawn(model)

    def on_weights(self, model: Sequential, steps: int) -> None:
        """Raise ArgumentError if the weights of the processes are no longer the same."""
        self.on_draws(model)
        advice = (
            f"after {steps:,} steps: a callback or a layer has changed them in another way "
            "there; what it draws at random must be the same everywhere"
        )
        check_alike(self.processes, {"weights": _weights(model)}, advice)

    def on_draws(self, model: Sequential) -> None:
        """Raise ArgumentError if a layer has drawn from a generator that it keeps for itself.

        Each process would draw the same from it, for another part of the batch.
        """
        if self.processes.size == 1:
            return
        moved = [name for name, state in drawn(model).items() if state != self._drawn[name]]
        if moved:
            raise ArgumentError(
                f"Trainer: {moved[0]} is a generator from which a layer draws by itself, so that "
                f"each of {self.processes.size} processes draws the same for its part of a batch; "
                "draw from current_share().generator(self.rng), as minicnn.layers.Dropout does"
            )

    def on_validation(self, model: Sequential, loss: Loss, data: Dataset) -> tuple[float, float]:
        """Return loss and accuracy, to which every process adds those of its part of the data."""
        if self.processes.size == 1:
            with quiet():
                return model.evaluate(data, loss)
        sums = np.zeros(2)  # of the losses, and of the samples that are right
        part = self.processes.part_of(len(data))
        count = part.stop - part.start
        if count > 0:
            with quiet():
                sums = np.array(model.evaluate(data[part], loss)) * count
        value, right = self.processes.sum(sums)
        # 0.9 of 30 samples are 27, not 27.000000000000004, so that equal accuracies are equal.
        return float(value) / len(data), round(float(right), 6) / len(data)


def _weights(model: Sequential) -> list[Array]:
    return [parameter.value for parameter in model.parameters]
