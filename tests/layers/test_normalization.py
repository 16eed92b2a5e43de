"""Normalization, dropout and residual blocks: what is particular to each."""

import re
import threading
from typing import Any

import numpy as np
import pytest

from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, ReLU, Sequential, Trainer
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, NotReadyError, ShapeError
from minicnn.inspection import saliency
from minicnn.layers import (
    BatchNorm,
    Conv1D,
    Conv3D,
    Dropout,
    GlobalAveragePool,
    Layer,
    LayerNorm,
    Residual,
)
from minicnn.layers.share import working_on
from minicnn.training.workers import Meeting, TeamShare
from minicnn.typing import Array, Shape


def built(layer: Layer, in_shape: Shape) -> Any:
    layer.build(in_shape, np.random.default_rng(0))
    return layer


def normal(*shape: int) -> Array:
    return np.random.default_rng(1).normal(3, 2, shape)


def test_a_batch_is_normalized_by_its_own_variance_and_remembered_by_the_unbiased_one() -> None:
    layer, x = built(BatchNorm(momentum=0.25), (2, 3, 4)), normal(5, 2, 3, 4)
    values = x.transpose(1, 0, 2, 3).reshape(2, -1)  # of each channel
    y = layer(x, training=True).transpose(1, 0, 2, 3).reshape(2, -1)
    np.testing.assert_allclose(y.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=1), 1 / (1 + 1e-5 / values.var(axis=1)), rtol=1e-6)
    mean, variance = values.mean(axis=1), values.var(axis=1, ddof=1)
    np.testing.assert_allclose(layer.running_mean.value, 0.25 * mean, rtol=1e-6)
    np.testing.assert_allclose(layer.running_variance.value, 0.75 + 0.25 * variance, rtol=1e-6)


def test_epsilon_stands_inside_the_root() -> None:
    layer = built(BatchNorm(epsilon=0.5), (1,))
    x = np.array([[1.0], [3.0]])  # variance 1
    np.testing.assert_allclose(layer(x, training=True)[:, 0], [-1 / 1.5**0.5, 1 / 1.5**0.5])
    layer.running_variance.value = np.array([8.5], np.float32)
    layer.running_mean.value = np.array([1.0], np.float32)
    np.testing.assert_allclose(layer(x)[:, 0], [0, 2 / 3])


def test_in_use_a_sample_is_its_own_affair_and_statistics_stay() -> None:
    layer, x = built(BatchNorm(), (2, 3, 3)), normal(4, 2, 3, 3)
    layer(x, training=True)
    before = layer.running_mean.value, layer.running_variance.value
    np.testing.assert_allclose(layer(x)[:1], layer(x[:1]), rtol=1e-12)
    assert layer.running_mean.value is before[0]
    assert layer.running_variance.value is before[1]


def test_a_frozen_one_works_as_in_use() -> None:
    layer, x = built(BatchNorm(), (2, 3, 3)), normal(4, 2, 3, 3)
    layer(x, training=True)
    layer.trainable = False
    statistics = layer.running_mean.value, layer.running_variance.value
    np.testing.assert_array_equal(layer(x, training=True), layer(x))
    assert (layer.running_mean.value, layer.running_variance.value) == statistics
    layer.trainable = True
    assert not np.array_equal(layer(x, training=True), layer(x))


def test_large_values_lose_nothing() -> None:
    layer = built(BatchNorm(), (1, 8, 8))
    x = normal(64, 1, 8, 8).astype(np.float32)
    shifted = (x.astype(np.float64) + 1000).astype(np.float32)
    y = layer(x, training=True)
    np.testing.assert_allclose(layer(shifted, training=True), y, atol=1e-3)


@pytest.mark.parametrize("in_shape", [(4,), (2, 1, 1)])
def test_a_single_value_has_no_variance(in_shape: Shape) -> None:
    layer = built(BatchNorm(), in_shape)
    with pytest.raises(ShapeError, match=r"BatchNorm\(\): expected at least two values a channel"):
        layer(np.ones((1, *in_shape)), training=True)
    assert not layer.running_mean.value.any()
    layer(np.ones((1, *in_shape)))  # in use it has
    assert built(BatchNorm(), (2, 1, 2))(np.ones((1, 2, 1, 2)), training=True).shape == (1, 2, 1, 2)


def test_a_last_batch_of_one_is_refused_before_any_work() -> None:
    model = Sequential([Flatten(), Dense(3), BatchNorm(), Dense(2)], (1, 2, 2))
    trainer = Trainer(model, SGD(0.1), CrossEntropy())
    data = Dataset(normal(9, 1, 2, 2), np.arange(9) % 2)
    for batch_size in (1, 2, 4, 8):
        with pytest.raises(ArgumentError, match=r"two samples or more for layers\[2\] BatchNorm"):
            trainer.fit(data, 1, batch_size, progress=False)
    assert trainer.steps == 0
    trainer.fit(data, 1, 3, progress=False)
    model.layers[2].trainable = False
    trainer.fit(data, 1, 4, progress=False)
    assert trainer.steps == 3 + 3


def test_a_decay_of_a_statistic_is_refused_before_any_work() -> None:
    model = Sequential([Flatten(), BatchNorm(), Dense(2)], (1, 2, 2))
    trainer = Trainer(model, SGD(0.1, decay_of={"1.running_mean": 0.5}), CrossEntropy())
    data = Dataset(normal(9, 1, 2, 2), np.arange(9) % 2)
    with pytest.raises(ArgumentError, match=r"that may learn, which are 1\.weight, 1\.bias, 2"):
        trainer.fit(data, progress=False)
    assert trainer.progress.final_step == 0, "nothing has begun"


@pytest.mark.parametrize("workers", [2, 3])
def test_shares_of_one_sample_are_normalized_as_the_whole(workers: int) -> None:
    x, dy = normal(workers, 3), normal(workers, 3)[::-1]
    whole = built(BatchNorm(), (3,))
    expected = whole(x, training=True), whole.backward(dy)
    meeting, found = Meeting(workers), {}

    def work(number: int) -> None:
        layer = built(BatchNorm(), (3,))
        one = slice(number, number + 1)
        with working_on(TeamShare(meeting, number, (0, 0, number))):
            found[number] = layer(x[one], training=True), layer.backward(dy[one]), layer

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, (y, dx, layer) in found.items():
        np.testing.assert_allclose(y, expected[0][number : number + 1], rtol=1e-10)
        np.testing.assert_allclose(dx, expected[1][number : number + 1], rtol=1e-10, atol=1e-12)
        np.testing.assert_array_equal(layer.running_mean.value, whole.running_mean.value)
    gradients = sum(layer.weight.grad for _, _, layer in found.values())
    np.testing.assert_allclose(gradients, whole.weight.grad, rtol=1e-10)


def test_saliency_leaves_statistics_and_chance_alone() -> None:
    layers = [Conv2D(3, 3), BatchNorm(), ReLU(), Dropout(0.5), Flatten(), Dense(2)]
    model = Sequential(layers, (1, 6, 6))
    x = normal(4, 1, 6, 6).astype(np.float32)
    model(x, training=True)
    values = [parameter.value for parameter in model.parameters]
    state = model.layers[3].rng.bit_generator.state  # type: ignore[attr-defined]
    np.testing.assert_array_equal(saliency(model, x), saliency(model, x))
    assert all(p.value is value for p, value in zip(model.parameters, values, strict=True))
    assert model.layers[3].rng.bit_generator.state == state  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", [BatchNorm, LayerNorm])
@pytest.mark.parametrize("epsilon", [0, -1e-5, np.nan, "small", None])
def test_epsilons_out_of_range(make: Any, epsilon: Any) -> None:
    with pytest.raises(ArgumentError, match=r"epsilon must be a number above 0 and finite"):
        make(epsilon=epsilon)


@pytest.mark.parametrize("momentum", [0, 1.5, -0.1, np.inf])
def test_momentums_out_of_range(momentum: float) -> None:
    with pytest.raises(ArgumentError, match="momentum must be a number above 0 and at most 1"):
        BatchNorm(momentum=momentum)


def test_a_single_number_cannot_be_normalized_by_the_layer() -> None:
    with pytest.raises(ShapeError, match="at least two numbers, got"):
        built(LayerNorm(), (1,))


def test_each_sample_has_mean_zero_and_variance_one() -> None:
    y = built(LayerNorm(epsilon=1e-9), (2, 3, 4))(normal(5, 2, 3, 4)).reshape(5, -1)
    np.testing.assert_allclose(y.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("rate", [1, 1.5, -0.1, np.nan, "half", True])
def test_rates_of_dropout_out_of_range(rate: Any) -> None:
    with pytest.raises(
        ArgumentError, match=r"Dropout: rate must be a number of at least 0 and bel"
    ):
        Dropout(rate)


def test_dropout_drops_as_many_as_it_says_and_keeps_the_mean() -> None:
    layer = built(Dropout(0.3), (10, 20, 20))
    y = layer(np.ones((50, 10, 20, 20)), training=True)
    assert set(np.unique(y)) == {0.0, 1 / 0.7}
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.005)  # of 200,000
    again = layer(np.ones((50, 10, 20, 20)), training=True)
    assert not np.array_equal(y, again)


def test_whole_channels_are_dropped() -> None:
    y = built(Dropout(0.5, channels=True), (40, 3, 2))(np.ones((50, 40, 3, 2)), training=True)
    assert set(np.unique(y.reshape(50, 40, 6).sum(axis=2))) == {0.0, 12.0}
    assert (y == 0).mean() == pytest.approx(0.5, abs=0.05)
    with pytest.raises(ShapeError, match=r"channels and pixels.*Dropout\(0\.5\) drops single"):
        built(Dropout(0.5, channels=True), (40,))


def test_layers_that_were_built_alike_draw_alike_and_not_the_same_as_the_next() -> None:
    models = [Sequential([Dropout(), Dropout()], (100,), seed=seed) for seed in (0, 0, 1)]
    drawn = [model(np.ones((2, 100)), training=True) for model in models]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])
    first, second = (layer(np.ones((2, 100)), training=True) for layer in models[0].layers)
    assert not np.array_equal(first, second)


def test_dropout_has_nothing_to_freeze() -> None:
    with pytest.raises(ArgumentError, match="has no parameters"):
        Dropout().trainable = False


@pytest.mark.parametrize(
    ("layers", "in_shape", "shortcut"),
    [
        ([Conv2D(16, 3, 2, 1)], (8, 28, 28), Conv2D(16, 1, stride=2, bias=False)),
        ([Conv2D(16, 3, (2, 1), "same")], (8, 9, 7), Conv2D(16, 1, (2, 1), bias=False)),
        ([Conv2D(4, 3, padding=1), Conv2D(5, 1)], (4, 6, 6), Conv2D(5, 1, bias=False)),
        ([Conv2D(4, 3, 3, "same")], (4, 11, 11), Conv2D(4, 1, 3, bias=False)),
        ([Conv1D(4, 3, 2, 1)], (2, 9), Conv1D(4, 1, 2, bias=False)),
        ([Conv3D(4, 3, 2, 1)], (2, 5, 6, 7), Conv3D(4, 1, 2, bias=False)),
        ([Dense(3)], (5,), Dense(3, bias=False)),
    ],
)
def test_the_message_names_a_shortcut_that_fits(
    layers: list[Layer], in_shape: Shape, shortcut: Layer
) -> None:
    message = rf"^layers\[0\] Residual: .*, got .*; shortcut={re.escape(repr(shortcut))} would fit"
    with pytest.raises(ShapeError, match=message):
        Sequential([Residual(*layers)], in_shape)
    assert built(Residual(*layers, shortcut=shortcut), in_shape).out_shape


def test_branches_that_no_shortcut_fits() -> None:
    for layer in (Conv2D(8, 3), Flatten()):
        with pytest.raises(ShapeError, match="padding='same' keep the size"):
            built(Residual(layer), (8, 28, 28))
    with pytest.raises(ShapeError, match=r"but Dense\(3\) gives \(3,\)"):
        built(Residual(Dense(4), shortcut=Dense(3)), (4,))


def test_what_is_no_residual_block() -> None:
    for layers in ([], [3], [[Dense(3)]]):
        with pytest.raises(ArgumentError, match="Residual Composition: "):
            Residual(*layers)
    with pytest.raises(ArgumentError, match="Residual: shortcut must be a Layer"):
        Residual(Dense(3), shortcut="conv")  # type: ignore[arg-type]
    layer = Dense(3)
    with pytest.raises(ArgumentError, match="stands in the branch and in the shortcut"):
        Residual(ReLU(), layer, shortcut=layer)
    with pytest.raises(NotReadyError, match=r"^Residual does not know"):
        Residual(Dense(3))(np.ones((2, 3)))


def test_an_error_inside_a_block_names_the_way() -> None:
    with pytest.raises(ShapeError, match=r"^layers\[1\]\.branch\.layers\[1\] Dense\(3\)"):
        Sequential([ReLU(), Residual(Conv2D(1, 1), Dense(3))], (1, 4, 4))
    with pytest.raises(ShapeError, match=r"^layers\[0\]\.shortcut Dense\(3\)"):
        Sequential([Residual(Conv2D(1, 1), shortcut=Dense(3))], (1, 4, 4))


class Doubled(Layer):
    """A layer of one's own whose backward forgets to return."""

    per_sample = True

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = ()
        return 2 * x

    def backward(self, dy: Array) -> Array:
        return None  # type: ignore[return-value]


@pytest.mark.parametrize(
    "block", [Residual(Doubled()), Residual(ReLU(), shortcut=Doubled())], ids=["branch", "shortcut"]
)
def test_a_layer_of_ones_own_in_a_block_is_checked(block: Residual) -> None:
    model = Sequential([Dense(3), block, Dense(2)], (4,))
    model(normal(2, 4), training=True)
    with pytest.raises(ShapeError, match=r"layers\[1\]\.(branch\.layers\[0\]|shortcut).*backward"):
        model.backward(normal(2, 2))


def test_a_summary_shows_what_is_in_a_block() -> None:
    block = Residual(Conv2D(4, 3, 2, 1, bias=False), BatchNorm(), shortcut=Conv2D(4, 1, 2))
    table = str(Sequential([Conv2D(2, 3, padding=1), block], (1, 8, 8)).summary())
    expected = [
        "0 Conv2D(2, 3, padding=1) 2 x 8 x 8 20 1,152 3 x 3",
        "1 Residual 4 x 4 x 4 5 x 5",
        "branch.0 Conv2D(4, 3, stride=2, padding=1, bias=False) 4 x 4 x 4 72 1,152 5 x 5",
        "branch.1 BatchNorm() 4 x 4 x 4 16 64 5 x 5",
        "shortcut Conv2D(4, 1, stride=2) 4 x 4 x 4 12 128 3 x 3",
        "total 120 2,496",
        "of these statistics 8",
    ]
    lines = [" ".join(line.split()) for line in table.splitlines()]
    assert [line for line in lines if line in expected] == expected, table


@pytest.mark.parametrize("layer", [LayerNorm(), BatchNorm(), GlobalAveragePool()], ids=str)
def test_means_of_many_numbers_are_exact_to_rounding(layer: Layer) -> None:
    """In float32 the errors add up where 65,536 numbers are added one after the other."""
    x = np.random.default_rng(0).normal(5, 1, size=(16, 64, 64, 4))
    x = np.moveaxis(x.astype(np.float32), -1, 0)  # the batch innermost in memory, as in a network
    layer.build(x.shape[1:], np.random.default_rng(0))
    exact = layer(x.astype(np.float64), training=True)
    np.testing.assert_allclose(layer(x, training=True), exact, rtol=0, atol=1e-6 * abs(exact).max())
