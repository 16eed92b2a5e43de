"""Workers: their shares add up to the whole, to the bit each time, and errors come through."""

import copy
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minicnn.training.workers
from minicnn import (
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool,
    MeanSquaredError,
    ReLU,
    SeparableConv2D,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DivergenceError
from minicnn.layers import Layer
from minicnn.layers.replica import replica
from minicnn.ops import blas
from minicnn.training.step import train_step
from minicnn.training.workers import Team, default_count
from minicnn.typing import Array, Shape, Targets

LOSSES = [CrossEntropy(), MeanSquaredError()]


def model(*extra: Layer) -> Sequential:
    layers = [Conv2D(4, 3, padding="same"), ReLU(), MaxPool(2), SeparableConv2D(6, 3), ReLU()]
    return Sequential([*layers, *extra, Flatten(), Dense(10), Softmax()], (1, 8, 8), seed=1)


def batch(count: int = 96, dtype: Any = np.float64) -> tuple[Array, Any]:
    rng = np.random.default_rng(0)
    return rng.random((count, 1, 8, 8)).astype(dtype), rng.integers(0, 10, count)


def gradients(count: int, loss: Any, size: int = 96) -> tuple[float, float, list[Array]]:
    whole = model()
    network = whole.without_softmax() if loss.includes_softmax else whole
    value, accuracy = train_step(network, loss, SGD(0.1), Team(count, loss), *batch(size))
    return value, accuracy, [parameter.grad for parameter in network.parameters]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
@pytest.mark.parametrize(("count", "size"), [(2, 96), (3, 97), (2, 65), (4, 250)])
def test_the_shares_add_up_to_the_whole(count: int, size: int, loss: Any) -> None:
    value, accuracy, grads = gradients(count, loss, size)
    whole_value, whole_accuracy, whole_grads = gradients(1, loss, size)
    assert value == pytest.approx(whole_value, rel=1e-12)
    assert accuracy == pytest.approx(whole_accuracy, rel=1e-12)
    assert 0 < accuracy < 1
    for grad, whole in zip(grads, whole_grads, strict=True):
        np.testing.assert_allclose(grad, whole, rtol=1e-6, atol=1e-12)


def test_every_worker_has_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, str]] = []
    forward = Sequential.forward

    def watched(network: Any, x: Array, training: bool = False) -> Array:
        seen.append((len(x), threading.current_thread().name))
        return forward(network, x, training)

    monkeypatch.setattr(Sequential, "forward", watched)
    gradients(3, CrossEntropy(), 98)
    assert sorted(size for size, _ in seen) == [32, 33, 33]
    assert len({name for _, name in seen}) >= 2  # one thread may be quick enough for two shares
    seen.clear()
    gradients(3, CrossEntropy(), 63)
    assert [size for size, _ in seen] == [63], "shares below the smallest are not worth a thread"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_shares_of_a_large_batch_wait_for_their_turn(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_value, whole_accuracy, whole_grads = gradients(1, CrossEntropy(), 250)
    monkeypatch.setattr(minicnn.training.workers, "SHARE_ACTIVATIONS", 1)
    shares = Team(count, CrossEntropy()).shares(model(), 250)
    sizes = [share.stop - share.start for share in shares]
    assert sum(sizes) == 250
    assert max(sizes) <= minicnn.training.workers.SHARE_SAMPLES
    assert len(shares) % count == 0
    value, accuracy, grads = gradients(count, CrossEntropy(), 250)
    assert value == pytest.approx(whole_value, rel=1e-12)
    assert accuracy == pytest.approx(whole_accuracy, rel=1e-12)
    assert 0 < accuracy < 1
    for grad, whole in zip(grads, whole_grads, strict=True):
        np.testing.assert_allclose(grad, whole, rtol=1e-6, atol=1e-12)


def test_the_memory_of_a_step_hardly_grows_with_a_large_batch() -> None:
    def peak(size: int) -> int:
        trainer = Trainer(model(), SGD(0.1), CrossEntropy(), workers=2)
        images, labels = batch(size, np.float32)
        tracemalloc.start()
        trainer.train_step(images, labels)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(15_000), peak(60_000)
    assert few > 10_000_000, "the arrays of a share are what is measured"
    assert (many - few) / 45_000 < 1_000, "bytes a sample; what the layers keep of one takes 5,000"


@pytest.mark.parametrize("workers", [None, 1, 3])
def test_with_a_layer_of_ones_own_the_batch_stays_whole(
    workers: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minicnn.training.workers, "SHARE_ACTIVATIONS", 1)
    for layer in (Mystery(), Sequential([Mystery()])):
        trainer = Trainer(model(layer), SGD(0.1), CrossEntropy(), workers=workers)
        assert trainer._team.shares(trainer.model, 250) == [slice(0, 250)]
    trainer = Trainer(model(Trap()), SGD(0.1), CrossEntropy(), workers=workers)
    assert len(trainer._team.shares(trainer.model, 250)) > 1, "it says that it may be cut"


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_training_repeats_itself_to_the_bit(workers: int) -> None:
    images, labels = batch(200, np.float32)
    data = Dataset(images, labels, tuple("0123456789"))

    def trained() -> list[bytes]:
        trainer = Trainer(model(), SGD(0.1, momentum=0.9), CrossEntropy(), workers=workers)
        trainer.fit(data, epochs=3, batch_size=100, progress=False)
        return [parameter.value.tobytes() for parameter in trainer.model.parameters]

    assert trained() == trained()


@pytest.mark.parametrize("workers", [1, 2])
def test_frozen_parameters_stay_as_they_are_and_get_no_gradient(workers: int) -> None:
    network = model()
    frozen = network.layers[0].parameters + network.layers[-2].parameters  # Conv2D and Dense
    before = [parameter.value for parameter in frozen]
    for parameter in frozen:
        parameter.trainable = False
    trainer = Trainer(network, SGD(0.1), CrossEntropy(), workers=workers)
    trainer.train_step(*batch())
    for parameter, value in zip(frozen, before, strict=True):
        assert parameter.value is value
        assert not parameter.grad.any()


def test_a_replica_shares_the_weights_and_nothing_else() -> None:
    network = model()
    copied = replica(network, {})
    for parameter, other in zip(network.parameters, copied.parameters, strict=True):
        assert other is not parameter
        assert other.value is parameter.value
        assert (other.name, other.decay) == (parameter.name, parameter.decay)
        assert other.grad.shape == parameter.value.shape
        assert not np.shares_memory(other.grad, parameter.grad)
    copied(batch()[0], training=True)
    assert all(layer.saved is None for _, layer in network.walk())
    assert any(layer.saved is not None for _, layer in copied.walk())
    assert all(layer.saved is None for _, layer in replica(copied, {}).walk())
    assert repr(copied) == repr(network)


class Beside(Layer):
    """Two layers side by side, kept as it is asked to."""

    per_sample = True

    def __init__(self, keep: Callable[[list[Layer]], Any]) -> None:
        self.keep = keep
        self.pair = keep([Dense(10), Sequential([Dense(10)])])

    def output_shape(self, in_shape: Shape) -> Shape:
        return (10,)

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = ()
        one, other = self.pair
        y: Array = one(x, training) + other(x, training)
        return y

    def backward(self, dy: Array) -> Array:
        self.recall(dy)
        one, other = self.pair
        dx: Array = one.backward(dy) + other.backward(dy)
        return dx


@pytest.mark.parametrize("keep", [list, tuple])
def test_layers_within_a_layer_are_replicated_wherever_it_keeps_them(
    keep: Callable[[list[Layer]], Any],
) -> None:
    network = Sequential([Flatten(), Beside(keep)], (1, 8, 8), seed=1)
    copied = replica(network, {})
    places = dict(network.walk())
    assert len(places) == 6
    for place, layer in copied.walk():
        assert layer is not places[place], place
    grads = []
    for count in (1, 2):
        train_step(network, CrossEntropy(), SGD(1e-30), Team(count, CrossEntropy()), *batch())
        grads.append([parameter.grad for parameter in network.parameters])
    for one, other in zip(*grads, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-12)


class Mystery(Layer):
    """Passes everything on, and does not say that it works sample by sample."""

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        return x

    def backward(self, dy: Array) -> Array:
        return dy


class Trap(Mystery):
    """Says so, but raises in every thread but the first."""

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        if threading.current_thread() is not threading.main_thread():
            raise ZeroDivisionError("trapped")
        return x


class Summed(CrossEntropy):
    """The sum over the samples, where a mean is expected."""

    def value(self, outputs: Array, targets: Targets) -> float:
        return super().value(outputs, targets) * len(targets)

    def gradient(self, outputs: Array, targets: Targets) -> Array:
        return super().gradient(outputs, targets) * len(targets)


@pytest.mark.parametrize("workers", [None, 1, 3])
def test_with_a_loss_of_ones_own_the_batch_stays_whole(
    workers: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minicnn.training.workers, "SHARE_ACTIVATIONS", 1)
    trainer = Trainer(model(), SGD(0.1), Summed(), workers=workers)
    assert trainer._team.shares(trainer.model, 250) == [slice(0, 250)]


def test_a_copy_of_a_trainer_has_workers_of_its_own() -> None:
    trainer = Trainer(model(), SGD(0.1, momentum=0.9), CrossEntropy(), workers=2)
    trainer.train_step(*batch())
    other = copy.deepcopy(trainer)
    assert trainer.train_step(*batch()) == other.train_step(*batch())
    for parameter, copied in zip(trainer.model.parameters, other.model.parameters, strict=True):
        assert copied is not parameter
        np.testing.assert_array_equal(copied.value, parameter.value)


def test_an_error_of_a_worker_is_everyones() -> None:
    trainer = Trainer(model(Trap()), SGD(0.1), CrossEntropy(), workers=2)
    before = [parameter.value for parameter in trainer.model.parameters]
    with pytest.raises(ZeroDivisionError, match="trapped"):
        trainer.train_step(*batch())
    assert all(p.value is old for p, old in zip(trainer.model.parameters, before, strict=True))
    assert trainer.steps == 0


def test_a_share_that_diverges_stops_the_step() -> None:
    images, labels = batch()
    images[-1] = 1e300  # in the last share
    trainer = Trainer(model(), SGD(0.1), CrossEntropy(), workers=2)
    for parameter in trainer.model.parameters:
        parameter.value = parameter.value.astype(np.float64) * 1e10
    before = [parameter.value for parameter in trainer.model.parameters]
    with pytest.raises(DivergenceError, match="loss became"):
        trainer.train_step(images, labels)
    assert all(p.value is old for p, old in zip(trainer.model.parameters, before, strict=True))


def test_by_default_there_are_as_many_as_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas, "is_held", lambda: True)
    for cores, expected in ((1, 1), (2, 2), (64, minicnn.training.workers.DEFAULT_MOST)):
        monkeypatch.setattr(blas, "cores", lambda cores=cores: cores)
        assert default_count(model(), CrossEntropy()) == expected
        assert Trainer(model(), SGD(0.1), CrossEntropy()).workers == expected
    assert default_count(model(Mystery()), CrossEntropy()) == 1, "it may look at the whole batch"
    assert default_count(Sequential([model(Mystery())], (1, 8, 8)), CrossEntropy()) == 1
    assert default_count(model(), Summed()) == 1, "a loss of one's own may be no mean"
    monkeypatch.setattr(blas, "is_held", lambda: False)
    assert default_count(model(), CrossEntropy()) == 1


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", True])
def test_a_number_that_is_none_is_refused(workers: Any) -> None:
    with pytest.raises(ArgumentError, match="Trainer: workers"):
        Trainer(model(), SGD(0.1), CrossEntropy(), workers=workers)


def test_products_are_held_to_one_thread_and_let_go_again() -> None:
    controls = blas._controls()
    if controls is None:
        pytest.skip("NumPy does not work with OpenBLAS here")
    get, put = controls
    before = get()
    put(2)
    try:
        with blas.one_thread():
            assert get() == 1
        assert get() == 2
        with pytest.raises(KeyError), blas.one_thread():
            raise KeyError
        assert get() == 2
        first, second = blas.one_thread(), blas.one_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert get() == 1, "the second still holds them"
        second.__exit__(None, None, None)
        assert get() == 2
    finally:
        put(before)


def test_without_openblas_nothing_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas, "_controls", lambda: None)
    assert not blas.is_held()
    with blas.one_thread():
        assert 0 < gradients(2, CrossEntropy())[1] < 1
