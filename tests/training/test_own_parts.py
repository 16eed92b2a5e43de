"""Losses, optimizers and layers of one's own: kept, restored, and refused where they are lost."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn import (
    SGD,
    Callback,
    Checkpoint,
    Cosine,
    CrossEntropy,
    Dense,
    Flatten,
    Layer,
    Loss,
    Optimizer,
    Sequential,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.errors import ArgumentError
from minicnn.typing import Array, Shape

RNG = np.random.default_rng(0)
DATA = Dataset(RNG.random((40, 1, 4, 4)), np.arange(40) % 3, ("a", "b", "c"))


class Weighted(Loss):
    """Cross-entropy with a weight for each class, in an array."""

    includes_softmax = True
    per_sample = True

    def __init__(self, weights: Array) -> None:
        self.weights = weights

    def value(self, outputs: Array, targets: Any) -> float:
        return CrossEntropy().value(outputs, targets)

    def gradient(self, outputs: Array, targets: Any) -> Array:
        weights: Array = self.weights[targets][:, np.newaxis]
        return CrossEntropy().gradient(outputs, targets) * weights


class ClipSGD(SGD):
    """A subclass with the constructor of its parent."""

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        return super().update(value, gradient.clip(-0.1, 0.1), slots)


class Signs(Optimizer):
    """An optimizer of one's own, with two slots."""

    slot_names = ("mean", "count")

    def __init__(self, learning_rate: Any = 0.01, share: float = 0.9) -> None:
        super().__init__(learning_rate)
        self.share = share

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        slots["mean"] = self.share * slots["mean"] + (1 - self.share) * gradient
        slots["count"] += 1
        return value - self.learning_rate * np.sign(slots["mean"])


class Sized(Flatten):
    """A layer with an option called input_shape, and an array for another."""

    def __init__(self, input_shape: Shape, table: Array) -> None:
        self.input_shape, self.table = input_shape, table


def model(*first: Layer) -> Sequential:
    return Sequential([*(first or [Flatten()]), Dense(3)], (1, 4, 4), seed=1)


TRAININGS = {
    "a loss with an array": lambda: Trainer(model(), SGD(0.1), Weighted(np.array([1.0, 2.0, 3.0]))),
    "a subclass of SGD": lambda: Trainer(model(), ClipSGD(Cosine(0.1), 0.9), CrossEntropy()),
    "a shortened gradient": lambda: Trainer(model(), SGD(0.1, clip_norm=0.5), CrossEntropy()),
    "an optimizer": lambda: Trainer(model(), Signs(Cosine(0.1), share=0.5), CrossEntropy()),
    "a layer": lambda: Trainer(model(Sized((1, 2), np.arange(3.0))), SGD(0.1), CrossEntropy()),
}


class Interrupt(Checkpoint):
    """Ends the training in the middle."""

    def on_step_end(self, trainer: Any, loss: float, accuracy: float) -> None:
        super().on_step_end(trainer, loss, accuracy)
        if trainer.steps == 7:
            trainer.interrupt()


@pytest.mark.parametrize("make", TRAININGS.values(), ids=TRAININGS.keys())
def test_a_training_with_parts_of_ones_own_is_resumed_to_the_bit(make: Any, tmp_path: Path) -> None:
    whole = make()
    whole.fit(DATA, epochs=3, batch_size=8, progress=False)
    keep = Interrupt(tmp_path, every_seconds=0)
    make().fit(DATA, epochs=3, batch_size=8, callbacks=[keep], progress=False)
    resumed = Trainer.resume(tmp_path, own=[Weighted, ClipSGD, Signs, Sized])
    assert resumed.steps == 7
    resumed.fit(DATA, progress=False)
    for one, other in zip(whole.model.parameters, resumed.model.parameters, strict=True):
        np.testing.assert_array_equal(one.value, other.value)
    for slots, others in zip(whole.optimizer.slots, resumed.optimizer.slots, strict=True):
        for name, array in slots.items():
            np.testing.assert_array_equal(array, others[name])


class Centre(Layer):
    """A running mean in a plain array, which no file keeps."""

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.mean = np.zeros(in_shape[0])
        self.noise = rng.normal(size=3)  # drawn again on loading

    def forward(self, x: Array, training: bool = False) -> Array:
        if training:
            self.mean = 0.9 * self.mean + 0.1 * x.mean(axis=(0, 2, 3))
        self.saved = ()
        return x - self.mean.reshape(-1, 1, 1)

    def backward(self, dy: Array) -> Array:
        self.recall(dy)
        return dy


class CentreOfOne(Centre):
    """Makes it before it is built, as others do."""

    def __init__(self) -> None:
        self.mean = np.zeros(1)

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        pass


@pytest.mark.parametrize("centre", [Centre, CentreOfOne])
def test_what_a_file_would_lose_is_refused_by_name(centre: type[Layer], tmp_path: Path) -> None:
    network = model(centre(), Flatten())
    network.save(tmp_path / "untrained.npz")
    trainer = Trainer(network, SGD(0.1), CrossEntropy())
    expected = r"layers\[0\] Centre\w*\(\): its attribute mean has changed.*role=\"statistic\""
    with pytest.raises(ArgumentError, match=expected):
        trainer.fit(DATA, callbacks=[Checkpoint(tmp_path / "kept")], progress=False)
    with pytest.raises(ArgumentError, match=expected):
        network.save(tmp_path / "trained.npz")
    assert not (tmp_path / "trained.npz").exists()


def test_a_hand_made_loop(tmp_path: Path) -> None:
    network, optimizer, loss = model(), SGD(0.5, momentum=0.9), CrossEntropy()
    before = loss.value(network(DATA.images), DATA.labels)
    for _ in range(20):
        outputs = network(DATA.images, training=True)
        network.backward(loss.gradient(outputs, DATA.labels))
        optimizer.step(network.parameters)
    assert loss.value(network(DATA.images), DATA.labels) < before
    with pytest.raises(ArgumentError, match=r"decay_of must name parameters.*1\.weight"):
        SGD(0.1, decay_of={"dense": 0.1}).step(network.named_parameters())


def test_the_clock_goes_on_soon_after_the_machine_started(monkeypatch: pytest.MonkeyPatch) -> None:
    from minicnn.training.progress import Progress  # noqa: PLC0415

    progress = Progress(epoch=1, epoch_steps=7, seconds=500.0)
    now = iter([3.0, 5.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(now))
    progress.enter_epoch()
    assert progress.elapsed() == 502.0


def test_a_new_trainer_has_not_begun() -> None:
    progress = Trainer(model(), SGD(0.1), CrossEntropy()).progress
    assert not progress.finished
    assert progress.epochs == 0


class Plateau(Callback):
    """Halves the rate after every epoch."""

    def on_epoch_end(self, trainer: Any, row: Any) -> None:
        trainer.optimizer.learning_rate *= 0.5


def test_a_rate_that_a_callback_sets_is_kept_and_resumed(tmp_path: Path) -> None:
    whole = Trainer(model(), SGD(0.4, 0.9), CrossEntropy())
    whole.fit(DATA, epochs=3, batch_size=8, callbacks=[Plateau()], progress=False)
    assert whole.history["learning_rate"] == [0.4, 0.2, 0.1]
    keep = Interrupt(tmp_path, every_seconds=0)
    part = Trainer(model(), SGD(0.4, 0.9), CrossEntropy())
    part.fit(DATA, epochs=3, batch_size=8, callbacks=[Plateau(), keep], progress=False)
    resumed = Trainer.resume(tmp_path)
    resumed.fit(DATA, callbacks=[Plateau()], progress=False)
    for one, other in zip(whole.model.parameters, resumed.model.parameters, strict=True):
        np.testing.assert_array_equal(one.value, other.value)


def test_a_moment_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"no moment on_epoch_ends.*on_epoch_begin"):

        class Misspelled(Callback):
            def on_epoch_ends(self, trainer: Any, row: Any) -> None: ...
