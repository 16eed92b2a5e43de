"""A training as a checkpoint keeps it: everything that it takes to go on to the same bits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minicnn.losses import Loss
from minicnn.optim import Optimizer
from minicnn.sequential import Sequential
from minicnn.training.history import Row
from minicnn.training.progress import Progress


@dataclass(frozen=True, eq=False)
class TrainingState:
    """All that a training is made of, beside the data.

    Attributes
    ----------
    model, optimizer, loss, seed, workers
        What the trainer was made of.
    processes : int
        How many trained together.
    progress : Progress
    history : list of dict
        The rows of the history.
    random : dict
        The states of the trainer's generator: `now`, and at the beginning of the `epoch`.
    data : dict
        The fingerprints of the data: of `train`, and of `validation` or None.
    callbacks : list of [str, dict]
        The name of each callback, and its state.
    path : Path or None
        Of the checkpoint that it was read from.
    """

    model: Sequential
    optimizer: Optimizer
    loss: Loss
    seed: int
    workers: int
    processes: int
    progress: Progress
    history: list[Row]
    random: dict[str, Any]
    data: dict[str, Any]
    callbacks: list[list[Any]]
    path: Path | None = None
