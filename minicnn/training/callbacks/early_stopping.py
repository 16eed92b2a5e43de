"""End a training that no longer improves, with the weights of its best epoch."""

from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import DataError
from minicnn.saving import weights
from minicnn.training.callbacks.base import Callback, Training
from minicnn.training.callbacks.monitor import Monitor
from minicnn.training.history import Row
from minicnn.typing import Array


class EarlyStopping(Callback):
    """Stops a training that no longer improves, and restores the best weights.

    The weights are restored at the end of `fit`, whether the training was stopped or ran to its
    last epoch; callbacks before this one have then ended already. After an interruption they are
    not restored, since that training can be resumed.

    Parameters
    ----------
    patience : int, default 3
        Epochs without improvement after which it stops.
    monitor : str, optional
        The column of the history to watch: ``"validation_loss"`` (the default if there is a
        validation set), ``"loss"`` (the default if there is none), ``"validation_accuracy"`` or
        ``"accuracy"``.
    min_change : float, default 0
        Only a change of more than this counts as improvement, in the units of the column.

    Attributes
    ----------
    best_epoch : int
        The number of the best epoch of the current `fit`; 0 before the first.

    Raises
    ------
    ArgumentError
        If a number is out of range or the column is unknown; when training begins, if the column
        needs a validation set and there is none.

    References
    ----------
    Prechelt, "Early stopping - but when?", in Neural Networks: Tricks of the Trade, Springer 1998.

    Examples
    --------
    >>> import numpy as np
    >>> from minicnn import SGD, CrossEntropy, Dense, Flatten, Sequential, Trainer
    >>> from minicnn.data import Dataset
    >>> images = np.random.default_rng(0).random((8, 1, 3, 3))
    >>> data = Dataset(images, np.arange(8) % 2, ("even", "odd"))
    >>> model = Sequential([Flatten(), Dense(2)], input_shape=(1, 3, 3))
    >>> trainer = Trainer(model, SGD(learning_rate=0.1), CrossEntropy())
    >>> stopping = EarlyStopping(patience=2, min_change=0.01)
    >>> history = trainer.fit(data, epochs=100, callbacks=[stopping], progress=False)
    >>> len(history) - stopping.best_epoch
    2
    """

    def __init__(
        self, patience: int = 3, monitor: str | None = None, min_change: float = 0.0
    ) -> None:
        self.patience = checks.whole_number("EarlyStopping", "patience", patience)
        self.monitor = Monitor("EarlyStopping", monitor, min_change)
        self.best_epoch = 0
        self.best_weights: list[Array] = []

    def on_fit_begin(self, trainer: Training) -> None:
        """Forget the previous training."""
        self.monitor.begin(trainer)
        self.best_epoch, self.best_weights = 0, []

    def on_epoch_end(self, trainer: Training, row: Row) -> None:
        """Keep the weights of the best epoch; stop if it was `patience` epochs ago."""
        parameters = trainer.model.parameters
        if self.monitor.improves(row):
            self.best_epoch = trainer.epoch
            # A step gives a parameter a new array, so these stay as they are.
            self.best_weights = [parameter.value for parameter in parameters]
        if trainer.epoch - self.best_epoch >= self.patience:
            trainer.stop()

    def on_fit_end(self, trainer: Training) -> None:
        """Restore the best weights, unless the training can be resumed."""
        if trainer.progress.finished and self.best_weights:
            parameters = trainer.model.named_parameters()
            best = dict(zip(parameters, self.best_weights, strict=True))
            weights.put("EarlyStopping", best, parameters)

    def state(self) -> dict[str, Any]:
        """Return the best epoch and its weights."""
        best = {"epoch": self.best_epoch, "weights": self.best_weights}
        return best | {"monitor": self.monitor.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Restore the best epoch and its weights."""
        self.monitor.restore(state["monitor"])
        self.best_epoch = checks.whole_number("EarlyStopping", "epoch", state["epoch"], minimum=0)
        self.best_weights = [np.asarray(value) for value in state["weights"]]
        if (self.best_epoch > 0) != (len(self.best_weights) > 0):
            raise DataError("EarlyStopping: expected weights of the best epoch")
