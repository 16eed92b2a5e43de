"""Trainings, also interrupted ones: what is trained, how it ends, and what must come out."""

from collections.abc import Callable
from typing import Any

import numpy as np

from minicnn import (
    SGD,
    Adam,
    Callback,
    Conv2D,
    Cosine,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool,
    MeanSquaredError,
    OneCycle,
    Optimizer,
    ReLU,
    RMSprop,
    Schedule,
    Sequential,
    Softmax,
    StepDecay,
    Trainer,
    Warmup,
)
from minicnn.data import Dataset
from minicnn.layers import BatchNorm, Dropout, Residual
from minicnn.training.callbacks import Training
from minicnn.typing import Array, Shape, Targets

EPOCHS, BATCH_SIZE, STEPS = 3, 9, 15  # of 40 samples, the last batch of an epoch smaller


def model(seed: int = 0, *, softmax: bool = True) -> Sequential:
    layers = [Conv2D(4, 3, padding="same"), ReLU(), MaxPool(2), Flatten(), Dense(10)]
    return Sequential([*layers, *([Softmax()] if softmax else [])], (1, 8, 8), seed)


def data(count: int = 40, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    images = rng.random((count, 1, 8, 8), dtype=np.float32)
    return Dataset(images, rng.integers(0, 10, count), tuple("0123456789"))


def trainer(rate: Any = 0.1, seed: int = 0, **options: Any) -> Trainer:
    return Trainer(model(seed), SGD(rate, momentum=0.9, **options), CrossEntropy(), seed)


def weights(fitted: Training) -> list[Array]:
    return [parameter.value for parameter in fitted.model.parameters]


class Diary(Callback):
    """Writes down every call."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def on_fit_begin(self, trainer: Training) -> None:
        self.calls.append(("fit begins", trainer.progress.final_step))

    def on_epoch_begin(self, trainer: Training) -> None:
        self.calls.append(("epoch begins", trainer.epoch))

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        self.calls.append(("step", trainer.steps, loss > 0, 0 <= accuracy <= 1))

    def on_epoch_trained(self, trainer: Training) -> None:
        self.calls.append(("epoch trained", trainer.epoch, trainer.steps))

    def on_epoch_end(self, trainer: Training, row: Any) -> None:
        self.calls.append(("epoch ends", row["epoch"], row["steps"]))

    def on_fit_end(self, trainer: Training) -> None:
        self.calls.append(("fit ends",))


class StopAt(Callback):
    """Ends the training after some steps."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        if trainer.steps == self.steps:
            trainer.stop()


class KilledError(RuntimeError):
    """Stands for the end of the process."""


class KillAt(Callback):
    """Ends everything after a step or an epoch, when the checkpoint of it is written."""

    runs_last = True

    def __init__(self, steps: int, *, after_epoch: bool = False) -> None:
        self.steps, self.after_epoch = steps, after_epoch

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        if trainer.steps == self.steps and not self.after_epoch:
            raise KilledError

    def on_epoch_end(self, trainer: Training, row: Any) -> None:
        if trainer.steps == self.steps and self.after_epoch:
            raise KilledError


class Noise(Flatten):
    """A layer of one's own that draws random numbers of its own while it trains."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.rng = rng

    def forward(self, x: Array, training: bool = False) -> Array:
        y = super().forward(x, training)
        noise: Array = self.rng.normal(0, 0.1, y.shape).astype(y.dtype)
        return y + noise if training else y


class Warm(Schedule):
    """A schedule of one's own."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def __call__(self, progress: float) -> float:
        return self.rate * (0.5 + progress)


class Halved(CrossEntropy):
    """A loss of one's own."""

    def __init__(self, factor: float = 0.5) -> None:
        self.factor = factor

    def value(self, outputs: Array, targets: Targets) -> float:
        return self.factor * super().value(outputs, targets)

    def gradient(self, outputs: Array, targets: Targets) -> Array:
        gradient: Array = np.float32(self.factor) * super().gradient(outputs, targets)
        return gradient


class Averaged(Optimizer):
    """An optimizer of one's own: it follows the average of the gradients."""

    slot_names = ("average", "count")

    def __init__(self, learning_rate: float | Schedule = 0.01, keep: float = 0.5) -> None:
        super().__init__(learning_rate)
        self.keep = keep

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        slots["average"] = self.keep * slots["average"] + (1 - self.keep) * gradient
        slots["count"] += 1
        return value - self.learning_rate * slots["average"]


def noisy() -> Trainer:
    network = Sequential([Noise(), Dense(10)], (1, 8, 8), seed=3)
    return Trainer(network, SGD(Warm(0.05), momentum=0.5), Halved(0.25), workers=1)


def normalized() -> Trainer:
    """One that keeps statistics, and one that drops units."""
    layers = [Conv2D(4, 3), BatchNorm(), ReLU(), Dropout(0.2, channels=True), Flatten()]
    network = Sequential([*layers, Dense(10), Residual(Dropout(0.5))], (1, 8, 8))
    return Trainer(network, SGD(0.05, momentum=0.5), CrossEntropy(), 5, workers=1)


def in_float64() -> Trainer:
    made = trainer(OneCycle(0.05), nesterov=True, weight_decay=1e-3, decay_of={"0.weight": 0.01})
    for parameter in made.model.parameters:
        parameter.value = np.asfortranarray(parameter.value.astype(np.float64))
    made.model.parameters[1].trainable = False
    made.model.parameters[2].decay = False
    return made


TRAINERS: dict[str, Callable[[], Trainer]] = {
    "cosine": lambda: trainer(Cosine(0.1), seed=4),
    "nesterov in float64": in_float64,
    "normalized": normalized,
    "plain": lambda: Trainer(model(), SGD(StepDecay(0.1)), MeanSquaredError(), 7, workers=2),
    "adam": lambda: Trainer(
        model(),
        Adam(Warmup(Cosine(0.01), 0.3), decoupled=True, weight_decay=0.1, decay_of={"0.weight": 1}),
        CrossEntropy(),
    ),
    "rmsprop": lambda: Trainer(model(), RMSprop(Warmup(Warm(0.01)), momentum=0.5), CrossEntropy()),
    "of one's own": noisy,
    "an optimizer of one's own": lambda: Trainer(
        model(), Averaged(Cosine(0.1), 0.75), CrossEntropy()
    ),
}
OWN = [Noise, Warm, Halved, Averaged]


def fit(who: Trainer, *callbacks: Callback, **options: Any) -> None:
    who.fit(data(40), validation=data(11, 1), callbacks=callbacks, progress=False, **options)


def facts(who: Trainer) -> dict[str, Any]:
    """All that must not depend on an interruption."""
    rows = [{k: v for k, v in row.items() if k != "seconds"} for row in who.history.rows]
    arrays = [p.value for p in who.model.parameters]
    arrays += [array for slots in who.optimizer.slots for array in slots.values()]
    return {
        "history": rows,
        "arrays": [(array.tobytes("A"), array.dtype, array.shape) for array in arrays],
        "progress": who.progress.as_dict() | {"seconds": 0.0},
        "random": who._order.state()["now"],
    }


MOMENTS = [(steps, False) for steps in range(1, STEPS + 1)] + [(5, True), (10, True), (15, True)]
