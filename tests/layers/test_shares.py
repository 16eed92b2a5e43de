"""A batch in shares: layers that need the whole batch get sums, and chance has keys."""

import threading
from typing import Any

import numpy as np
import pytest

from minicnn import (
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    Layer,
    Parameter,
    ReLU,
    Sequential,
    Trainer,
    gradcheck,
)
from minicnn.data import Dataset
from minicnn.errors import DivergenceError
from minicnn.inspection import maximize, saliency
from minicnn.layers import BatchNorm, Dropout, keep_for_backward
from minicnn.layers.share import current_share
from minicnn.typing import Array, Shape


class Normalize(Layer):
    """Batch normalization, which sums over all shares of the batch."""

    sums_over_batch = True

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        mean = np.zeros(in_shape[0], np.float32)
        self.running_mean = Parameter("running_mean", mean, role="statistic")
        self.scale = Parameter("scale", rng.random(in_shape[0]).astype(np.float32) + 0.5)

    def forward(self, x: Array, training: bool = False) -> Array:
        centred = x - self.running_mean.value.reshape(-1, 1, 1)
        deviation = np.ones(x.shape[1], x.dtype)
        if training:
            mean = self.mean(x)
            centred = x - mean.reshape(-1, 1, 1)
            deviation = np.sqrt(self.mean(centred**2) + np.float32(1e-5))
            new = np.float32(0.9) * self.running_mean.value + np.float32(0.1) * mean
            self.running_mean.value = new
        y: Array = centred / deviation.reshape(-1, 1, 1)
        self.saved = y, deviation, training
        return y * self.scale.value.reshape(-1, 1, 1)

    def backward(self, dy: Array) -> Array:
        y, deviation, training = self.recall(dy)
        self.scale.grad = (dy * y).sum(axis=(0, 2, 3))  # of this share: the team adds them up
        dy = dy * (self.scale.value / deviation).reshape(-1, 1, 1)
        if not training:
            return dy
        mean_dy, mean_dyy = self.mean(dy), self.mean(dy * y)
        dx: Array = dy - mean_dy.reshape(-1, 1, 1) - y * mean_dyy.reshape(-1, 1, 1)
        return dx

    def mean(self, x: Array) -> Array:
        """Average over the batch and the pixels, of all shares together."""
        share = current_share()
        count = float(share.sum(np.array(x.size / x.shape[1])))
        return share.sum(x.sum(axis=(0, 2, 3))) / count


class Drop(Layer):
    """Dropout, whose masks come from the share."""

    per_sample = True

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.rng = rng.spawn(1)[0]

    def forward(self, x: Array, training: bool = False) -> Array:
        mask: Array = np.ones(())
        if training:
            mask = (current_share().generator(self.rng).random(x.shape) < 0.5) * 2.0
        self.saved = (mask,)
        return x * mask

    def backward(self, dy: Array) -> Array:
        mask: Array
        (mask,) = self.recall(dy)
        return dy * mask


class OwnStatistics(Normalize):
    """One that looks at what it is given alone, and does not ask for sums."""

    def forward(self, x: Array, training: bool = False) -> Array:
        return super().forward(x, training)


def model(*extra: Layer) -> Sequential:
    layers = [Conv2D(4, 3), *extra, ReLU(), Flatten(), Dense(10)]
    network = Sequential(layers, (1, 8, 8), seed=1)
    for parameter in network.parameters:
        parameter.value = parameter.value.astype(np.float64)
    return network


def batch(count: int = 130) -> tuple[Array, Any]:
    rng = np.random.default_rng(0)
    return rng.random((count, 1, 8, 8)), rng.integers(0, 10, count)


def step(network: Sequential, workers: int, steps: int = 1) -> tuple[float, list[Array]]:
    trainer = Trainer(network, SGD(0.1), CrossEntropy(), workers=workers)
    for _ in range(steps):
        loss, _ = trainer.train_step(*batch())
    return loss, [p.grad if p.role == "learned" else p.value for p in network.parameters]


@pytest.mark.parametrize("extra", [Normalize, BatchNorm])
@pytest.mark.parametrize("workers", [2, 3])
def test_a_shared_batch_is_normalized_as_a_whole(workers: int, extra: type[Layer]) -> None:
    whole_loss, whole = step(model(extra()), 1)
    loss, found = step(model(extra()), workers)
    assert loss == pytest.approx(whole_loss, rel=1e-12)
    for one, other in zip(found, whole, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("training", [True, False])
def test_the_gradients_of_this_normalization_are_right(training: bool) -> None:
    layer, x = Normalize(), batch(4)[0]
    layer.build(x.shape[1:], np.random.default_rng(0))
    if training:
        assert gradcheck(layer, x).passed()
    layer.running_mean.value = np.array([0.3])
    with keep_for_backward():
        y = layer(x, training)
    dy = np.random.default_rng(1).random(y.shape)
    dx, moved = layer.backward(dy), x.copy()
    moved[1, 0, 2, 3] += 1e-6
    numerical = float(np.sum((layer(moved, training) - y) * dy)) / 1e-6
    assert dx[1, 0, 2, 3] == pytest.approx(numerical, rel=1e-4)


@pytest.mark.parametrize("extra", [Normalize, BatchNorm])
def test_float32_stays_float32_through_sums(extra: type[Layer]) -> None:
    network = Sequential([Conv2D(4, 3), extra(), Flatten(), Dense(10)], (1, 8, 8))
    images, labels = batch(64)
    trainer = Trainer(network, SGD(0.1), CrossEntropy(), workers=2)
    trainer.train_step(images.astype(np.float32), labels)
    assert {p.value.dtype for p in network.parameters} == {np.dtype(np.float32)}
    assert network(images.astype(np.float32)).dtype == np.float32


def test_there_are_as_many_shares_as_workers() -> None:
    trainer = Trainer(model(Normalize()), SGD(0.1), CrossEntropy(), workers=2)
    assert len(trainer._team.shares(trainer.model, 10_000)) == 2
    trainer = Trainer(model(Drop()), SGD(0.1), CrossEntropy(), workers=2)
    assert len(trainer._team.shares(trainer.model, 100_000)) > 2


@pytest.mark.parametrize("extra", [Normalize, Drop, BatchNorm, Dropout])
def test_a_shared_batch_gives_the_same_bits_in_every_run(extra: type[Layer]) -> None:
    runs = [step(model(extra()), 2, steps=3) for _ in range(3)]
    for loss, arrays in runs[1:]:
        assert loss == runs[0][0]
        for one, other in zip(arrays, runs[0][1], strict=True):
            np.testing.assert_array_equal(one, other)


def test_without_a_word_about_shares_the_batch_stays_whole() -> None:
    network = model(OwnStatistics())
    trainer = Trainer(network, SGD(0.1), CrossEntropy(), workers=3)
    assert trainer._team.shares(network, 1_000) == [slice(0, 1_000)]
    assert Trainer(network, SGD(0.1), CrossEntropy()).workers == 1


class Trap(Normalize):
    """Raises in every thread but the first, where the others wait for its sum."""

    sums_over_batch = True

    def forward(self, x: Array, training: bool = False) -> Array:
        if threading.current_thread() is not threading.main_thread():
            raise ZeroDivisionError("trapped")
        return super().forward(x, training)


def test_an_error_in_one_share_ends_the_meeting_for_all() -> None:
    with pytest.raises(ZeroDivisionError, match="trapped"):
        step(model(Trap()), 3)


def masks(seed: int, steps: int) -> list[Array]:
    """What is drawn in each step of a training."""
    seen: list[Array] = []

    class Watch(Drop):
        per_sample = True

        def forward(self, x: Array, training: bool = False) -> Array:
            y = super().forward(x, training)
            if training and threading.current_thread() is threading.main_thread():
                seen.append(np.array(self.saved[0]))  # type: ignore[index]
            return y

    trainer = Trainer(model(Watch()), SGD(1e-9), CrossEntropy(), seed, workers=2)
    for _ in range(steps):
        trainer.train_step(*batch(64))
    return seen


def test_chance_depends_on_seed_and_step_and_nothing_else() -> None:
    first, again, other = masks(0, 3), masks(0, 3), masks(1, 3)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first[0], other[0])


def test_chance_differs_between_layers_and_shares() -> None:
    network = model(Drop(), Drop())
    Trainer(network, SGD(1e-9), CrossEntropy(), workers=1).train_step(*batch(64))
    one, other = (layer.saved for layer in network.layers if isinstance(layer, Drop))
    assert one is not None
    assert other is not None
    assert not np.array_equal(one[0], other[0])
    trainer = Trainer(network, SGD(1e-9), CrossEntropy(), workers=2)
    assert len(trainer._team.shares(network, 64)) == 2
    drawn: list[Array] = []
    lock = threading.Lock()

    class Note(Drop):
        per_sample = True

        def forward(self, x: Array, training: bool = False) -> Array:
            y = super().forward(x, training)
            with lock:
                drawn.append(np.array(self.saved[0]))  # type: ignore[index]
            return y

    Trainer(model(Note()), SGD(1e-9), CrossEntropy(), workers=2).train_step(*batch(64))
    assert len(drawn) == 2
    assert not np.array_equal(drawn[0], drawn[1])


def test_asking_why_leaves_chance_and_statistics_alone() -> None:
    network = model(Normalize(), Drop())
    network.layers[1].running_mean.value = np.arange(4.0)  # type: ignore[attr-defined]
    images = batch(5)[0]
    first, second = saliency(network, images), saliency(network, images)
    np.testing.assert_array_equal(first, second)
    assert first.any()
    np.testing.assert_array_equal(
        maximize(network, 2, unit=1, steps=3).patch,
        maximize(network, 2, unit=1, steps=3).patch,
    )
    np.testing.assert_array_equal(network.layers[1].running_mean.value, np.arange(4.0))  # type: ignore[attr-defined]


def test_what_is_kept_is_kept_for_this_pass_alone() -> None:
    layer = ReLU()
    layer.build((3,), np.random.default_rng(0))
    x = np.ones((2, 3))
    with keep_for_backward():
        layer(x)
        assert layer.saved is not None
    layer(x)
    assert layer.saved is None


def test_a_loss_that_breaks_leaves_statistics_as_they_were() -> None:
    network = model(Normalize())
    trainer = Trainer(network, SGD(0.1), CrossEntropy(), workers=1)
    trainer.train_step(*batch())
    before = [parameter.value for parameter in network.parameters]
    network.layers[-1].weight.value = np.full((10, 144), np.inf)  # type: ignore[attr-defined]
    before[-2] = network.layers[-1].weight.value  # type: ignore[attr-defined]
    with pytest.raises(DivergenceError):
        trainer.train_step(*batch())
    for parameter, value in zip(network.parameters, before, strict=True):
        assert parameter.value is value


def test_statistics_are_saved_restored_and_never_stepped(tmp_path: Any) -> None:
    network = model(Normalize())
    statistic = network.named_parameters()["1.running_mean"]
    data = Dataset(batch()[0], batch()[1], tuple("0123456789"))
    Trainer(network, SGD(0.1, momentum=0.9), CrossEntropy()).fit(data, progress=False)
    assert statistic.value.any()
    assert not statistic.grad.any()
    network.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz", own_layers=[Normalize])
    restored = again.named_parameters()["1.running_mean"]
    np.testing.assert_array_equal(restored.value, statistic.value)
    assert restored.role == "statistic"
    np.testing.assert_array_equal(again.predict(batch()[0]), network.predict(batch()[0]))
    assert "statistics" in str(network.summary())
    statistic.value = np.full(4, np.nan)
    with pytest.raises(DivergenceError, match="a weight"):
        Trainer(network, SGD(1e-9), CrossEntropy()).fit(data, progress=False)


def test_who_writes_a_forward_says_anew_whether_it_works_by_the_sample() -> None:
    class Scaled(ReLU):
        """Keeps the forward of ReLU, so what that says holds."""

    class Centred(ReLU):
        def forward(self, x: Array, training: bool = False) -> Array:
            return super().forward(x - x.mean(axis=0), training)

    assert Scaled.per_sample
    assert not Centred.per_sample

    class Sum(CrossEntropy):
        def value(self, outputs: Array, targets: Any) -> float:
            return super().value(outputs, targets) * len(targets)

    assert CrossEntropy.per_sample
    assert not Sum.per_sample
