"""Sequential: building, predicting in bounded memory, the summary, saving."""

import collections
import threading
import tracemalloc
from typing import Any, NamedTuple

import numpy as np
import pytest

from minicnn import (
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    Layer,
    MaxPool,
    MeanSquaredError,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError, NotReadyError, ShapeError
from minicnn.explain.cost import multiply_adds
from minicnn.explain.receptive_field import receptive_field
from minicnn.layers import Conv1D, GlobalAveragePool, SeparableConv2D, keep_for_backward
from minicnn.ops import blas
from minicnn.typing import Array, Shape


def layers() -> list[Layer]:
    return [
        Conv2D(3, 3, padding="same"),
        ReLU(),
        MaxPool(2),
        Conv2D(4, 3, stride=2, bias=False),
        ReLU(),
        Flatten(),
        Dense(5),
        Softmax(),
    ]


def model(seed: int = 0) -> Sequential:
    return Sequential(layers(), input_shape=(1, 12, 10), seed=seed)


def pictures(count: int) -> Array:
    return np.random.default_rng(0).random((count, 1, 12, 10), dtype=np.float32)


def test_the_seed_decides_the_weights() -> None:
    for one, other in zip(model(3).parameters, model(3).parameters, strict=True):
        np.testing.assert_array_equal(one.value, other.value)
    assert not np.array_equal(model(3).parameters[0].value, model(4).parameters[0].value)


def test_shapes_are_inferred() -> None:
    shapes = [(3, 12, 10), (3, 12, 10), (3, 6, 5), (4, 2, 2), (4, 2, 2), (16,), (5,), (5,)]
    assert [layer.out_shape for layer in model().layers] == shapes
    assert model().out_shape == (5,)


def test_it_can_be_built_later() -> None:
    late = Sequential(layers())
    with pytest.raises(NotReadyError, match="input shape"):
        late.predict(pictures(2))
    with pytest.raises(NotReadyError, match="input shape"):
        late.summary()
    assert late.build((1, 12, 10), np.random.default_rng(0)) == (5,)
    np.testing.assert_array_equal(late.predict(pictures(2)), model().predict(pictures(2)))


def test_the_gradient_of_the_pictures_is_not_computed_in_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = model()
    network(pictures(2), training=True)

    def forbidden(dy: Array) -> Array:
        raise AssertionError("the first layer's dL/dx was computed")

    monkeypatch.setattr(network.layers[0], "backward", forbidden)
    network.backward_parameters(np.ones((2, 5), np.float32))
    assert network.parameters[0].grad.any()


@pytest.mark.parametrize("batch_size", [1, 3, 7, 100])
def test_predict_does_not_depend_on_the_batch_size(batch_size: int) -> None:
    network = model()
    expected = network(pictures(7))
    np.testing.assert_allclose(network.predict(pictures(7), batch_size), expected, rtol=1e-5)


class Pair(NamedTuple):
    """What a layer of one's own may keep a layer in."""

    layer: Layer
    number: int


class Busy(Layer):
    """A layer of one's own that notes which threads use it, and how many BLAS has."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        get, _ = blas._controls() or (lambda: 1, None)
        self.seen.append((threading.current_thread().name, get()))
        return x

    def backward(self, dy: Array) -> Array:
        return dy


class BySample(Busy):
    """One that says that it works by the sample."""

    per_sample = True


@pytest.mark.skipif(not blas.is_held(), reason="NumPy does not work with OpenBLAS here")
@pytest.mark.parametrize(("kind", "shares"), [(Busy, False), (BySample, True)])
def test_predict_shares_the_batches_among_the_cores(
    kind: type[Busy], shares: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blas, "cores", lambda: 3)
    layer = kind()
    network = Sequential([Conv2D(2, 3), layer, Flatten(), Dense(4)], (1, 12, 10))
    x = pictures(200)
    expected = np.concatenate([network(x[n : n + 1]) for n in range(200)])
    layer.seen.clear()
    np.testing.assert_allclose(network.predict(x, 32), expected, rtol=1e-4, atol=1e-6)
    names, blas_threads = map(set, zip(*layer.seen, strict=True))
    assert (len(names) > 1) is shares
    assert blas_threads == {1}
    assert all(inner.saved is None for _, inner in network.walk())


class Buffered(BySample):
    """One that works in an array, and counts in a dict of its own."""

    per_sample = True

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.buffer = np.zeros((4096, *in_shape), np.float32)
        self.calls: dict[str, int] = collections.defaultdict(int)
        self.pair = Pair(Flatten(), 3)

    def forward(self, x: Array, training: bool = False) -> Array:
        self.calls["forward"] += 1
        y = self.buffer[: len(x)]
        np.multiply(x, 2, out=y)
        for _ in range(20):
            np.sin(y)
        return y


def test_threads_do_not_share_what_a_layer_works_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blas, "cores", lambda: 3)
    x = pictures(200)
    network = Sequential([Buffered(), Flatten()], (1, 12, 10))
    np.testing.assert_array_equal(network.predict(x, 32), 2 * x.reshape(200, -1))


def test_numbers_that_overflow_are_as_loud_in_threads_as_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blas, "cores", lambda: 3)
    network, x = Sequential([Flatten(), Dense(2)], (1, 12, 10)), pictures(200)
    network.parameters[0].value = np.full((2, 120), 3e38, np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        assert not np.isfinite(network.predict(x, 32)).all()
    with pytest.raises(FloatingPointError), np.errstate(all="raise"):
        network.predict(x, 32)


def test_predict_leaves_alone_what_a_training_keeps() -> None:
    network, x = model(), pictures(80)
    network(x[:10], training=True)
    kept = [layer.saved for layer in network.layers]
    with keep_for_backward():
        network.predict(x, 32)
    assert all(layer.saved is one for layer, one in zip(network.layers, kept, strict=True))
    assert network.backward(np.ones((10, 5), np.float32)).shape == x[:10].shape


def test_an_error_in_a_thread_of_predict_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(BySample):
        per_sample = True

        def forward(self, x: Array, training: bool = False) -> Array:
            if threading.current_thread() is not threading.main_thread():
                raise ZeroDivisionError
            return x

    monkeypatch.setattr(blas, "cores", lambda: 2)
    network = Sequential([Broken(), Flatten()], (1, 12, 10))
    if blas.is_held():
        with pytest.raises(ZeroDivisionError):
            network.predict(pictures(100), 32)
    assert len(network.predict(pictures(20))) == 20


def test_the_memory_of_predict_does_not_grow_with_the_number_of_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blas, "cores", lambda: 1)  # with more, it is a matter of chance
    network = Sequential([Conv2D(4, 3), ReLU(), Flatten(), Dense(2)], input_shape=(1, 28, 28))

    def peak(count: int) -> int:
        x = np.zeros((count, 1, 28, 28), np.float32)
        tracemalloc.start()
        y = network.predict(x, batch_size=32)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most - y.nbytes

    few, many = peak(128), peak(4096)
    assert few > 500_000, "the arrays of a batch are what is measured"
    assert many < 1.1 * few


def test_probabilities_add_up_to_one() -> None:
    np.testing.assert_allclose(model().predict(pictures(9)).sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(bad: float) -> None:
    x = pictures(4)
    x[2, 0, 3, 1] = bad
    with pytest.raises(DataError, match=r"x must be finite.*1 of 480.*\(2, 0, 3, 1\)"):
        model().predict(x)


def test_plus_and_minus_infinity_do_not_cancel() -> None:
    x = pictures(2)
    x[0, 0, 0, 0], x[1, 0, 0, 0] = np.inf, -np.inf
    with pytest.raises(DataError, match="2 of 240"):
        model().predict(x)


@pytest.mark.parametrize("loss", [CrossEntropy(), MeanSquaredError()], ids=repr)
def test_evaluate_agrees_with_predict(loss: Any) -> None:
    network, labels = model(), np.arange(20) % 5
    data = Dataset(pictures(20), labels, tuple("abcde"))
    probabilities = network.predict(data.images)
    value, accuracy = network.evaluate(data, loss, batch_size=6)
    assert accuracy == np.mean(probabilities.argmax(axis=1) == labels)
    scores = np.log(probabilities) if loss.includes_softmax else probabilities
    assert value == pytest.approx(loss.value(scores, labels), rel=1e-5)


def test_activations_are_the_output_of_every_layer() -> None:
    network = model()
    outputs = network.activations(pictures(2))
    assert [output.shape[1:] for output in outputs] == [layer.out_shape for layer in network.layers]
    np.testing.assert_array_equal(outputs[-1], network(pictures(2)))


def test_the_summary() -> None:
    lines = str(model().summary()).splitlines()
    assert " ".join(lines[2].split()) == "0 Conv2D(3, 3, padding='same') 3 x 12 x 10 30 3,240 3 x 3"
    assert lines[4].endswith("4 x 4")  # the pool widens 3 to 4 and doubles the step
    assert lines[5].endswith("8 x 8")  # 4 + (3 - 1) * 2
    assert lines[8].endswith("12 x 12")  # border included: the last row of the picture is not seen
    assert lines[-2].split() == ["total", "223", "3,752"]
    assert lines[-1].startswith("The last Softmax is skipped in training")
    assert multiply_adds(model()) == 3752


def test_the_summary_says_where_the_whole_picture_is_seen() -> None:
    lines = str(Sequential([Conv2D(2, 3), Flatten(), Dense(3)], (1, 6, 5)).summary()).splitlines()
    assert [line.split()[-1] for line in lines[3:5]] == ["all", "all"]
    assert str(Sequential([Dense(3)], (4,)).summary()).splitlines()[2].endswith(" -")


def test_the_summary_counts_what_is_frozen() -> None:
    layers = [Conv2D(2, 3, trainable=False), SeparableConv2D(4, 3), Flatten(), Dense(3)]
    lines = str(Sequential(layers, (1, 6, 6)).summary()).splitlines()
    assert lines[3].split()[:6] == ["1", "SeparableConv2D(4,", "3)", "4", "x", "2"]
    assert lines[3].split()[8:10] == ["30", "104"]  # 2*9 + 2*4 + 4; (2*9 + 2*4) * 4 places
    assert lines[-1].split() == ["of", "these", "frozen:", "0.weight,", "0.bias", "20"]
    layers[1].trainable = False
    lines = str(Sequential(layers, (1, 6, 6)).summary()).splitlines()
    assert lines[-1].split() == ["of", "these", "frozen:", "in", "0,", "1", "50"]


def test_layers_of_a_model_that_could_not_be_built_are_free() -> None:
    layer = Conv2D(2, 9)
    with pytest.raises(ShapeError, match="does not fit"):
        Sequential([layer], (1, 5, 5))
    with pytest.raises(ArgumentError, match="seed"):
        Sequential([layer], (1, 50, 50), seed=-1)
    assert Sequential([layer], (1, 50, 50)).out_shape == (2, 42, 42)


def test_signals_can_be_trained_on() -> None:
    layers = [Conv1D(4, 3), ReLU(), GlobalAveragePool(), Dense(2), Softmax()]
    model = Sequential(layers, (2, 20), seed=0)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 64)
    signals = rng.normal(size=(64, 2, 20)) + labels.reshape(-1, 1, 1)
    data = Dataset(signals, labels, ("low", "high"))
    assert repr(data) == "Dataset(64 images of 2 x 20, 2 classes)"
    Trainer(model, SGD(0.5), CrossEntropy()).fit(data, epochs=5, batch_size=8, progress=False)
    assert model.evaluate(data)[1] > 0.9


def test_a_model_is_a_layer() -> None:
    inner = Sequential([Conv2D(2, 3), ReLU()])
    outer = Sequential([inner, Flatten(), Dense(3)], input_shape=(1, 6, 6))
    names = ["0.0.weight", "0.0.bias", "2.weight", "2.bias"]
    assert list(outer.named_parameters()) == names
    assert receptive_field(outer) == (6, 6)
    assert receptive_field(outer, layer=0) == receptive_field(inner) == (3, 3)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([], "at least one layer"),
        ([ReLU(), "ReLU"], r"layers\[1\] must be a Layer"),
        ([ReLU, Softmax()], r"layers\[0\] must be a Layer"),
    ],
)
def test_lists_that_make_no_model(bad: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Sequential(bad)


def test_a_layer_twice() -> None:
    relu = ReLU()
    with pytest.raises(ArgumentError, match=r"layers\[1\] and layers\[0\] are the same ReLU"):
        Sequential([relu, relu])


def test_a_layer_twice_at_different_depths() -> None:
    relu = ReLU()
    with pytest.raises(ArgumentError, match=r"layers\[1\]\.layers\[0\] and layers\[0\] are"):
        Sequential([relu, Sequential([relu])])


def test_layers_share_what_they_learn_with_another_model() -> None:
    learned = model()
    kernels = learned.layers[0].parameters[0]
    before = kernels.value
    other = Sequential([learned.layers[0], Flatten(), Dense(2)], (1, 12, 10), seed=9)
    assert other.parameters[0] is kernels
    assert kernels.value is before, "what was learned is kept"
    data = Dataset(pictures(4), np.arange(4) % 2, ("a", "b"))
    Trainer(other, SGD(0.1), CrossEntropy()).fit(data, progress=False)
    assert kernels.value is not before
    np.testing.assert_array_equal(
        learned.activations(pictures(2))[0], other.activations(pictures(2))[0]
    )


@pytest.mark.parametrize(
    ("last", "place"),
    [
        ([Flatten(), Dense(5), Sequential([Softmax(), Softmax()])], r"layers\[2\]\.layers\[0\]"),
        ([Sequential([Flatten(), Dense(5), Softmax()]), Softmax()], r"layers\[0\]\.layers\[2\]"),
        ([Flatten(), Dense(5), Softmax(), Softmax()], r"layers\[2\]"),
    ],
    ids=repr,
)
def test_a_softmax_that_cannot_be_skipped_is_refused_by_losses_that_do_it_themselves(
    last: list[Layer], place: str
) -> None:
    network = Sequential(last, input_shape=(1, 12, 10))
    with pytest.raises(ArgumentError, match=rf"CrossEntropy\(\).* {place} Softmax\(\)"):
        Trainer(network, SGD(), CrossEntropy())
    data = Dataset(pictures(3), np.arange(3), tuple("abcde"))
    before = network.parameters[0].value
    Trainer(network, SGD(), MeanSquaredError()).fit(data, progress=False)
    assert not np.array_equal(network.parameters[0].value, before)


def test_building_anew_forgets_the_forward_pass() -> None:
    network = Sequential([ReLU(), Flatten()], input_shape=(1, 2, 2))
    network(np.ones((1, 1, 2, 2)), training=True)
    network.build((1, 3, 3), np.random.default_rng(0))
    with pytest.raises(NotReadyError, match="training=True"):
        network.backward(np.ones((1, 9)))


def test_what_evaluate_takes() -> None:
    with pytest.raises(ArgumentError, match="data must be a Dataset, got tuple"):
        model().evaluate((pictures(2), np.zeros(2, int)))  # type: ignore[arg-type] # the point
    data = Dataset(pictures(2), np.zeros(2, int), tuple("abcde"))
    with pytest.raises(ArgumentError, match="loss must be a Loss, got str"):
        model().evaluate(data, "mse")  # type: ignore[arg-type] # the point
    with pytest.raises(ArgumentError, match="list of layers"):
        Sequential(Dense(3))  # type: ignore[arg-type] # the point


def test_a_layer_that_does_not_fit_is_named_with_its_place() -> None:
    with pytest.raises(ShapeError, match=r"layers\[1\] Dense\(10\).*\(8, 24, 24\).*Flatten"):
        Sequential([Conv2D(8, 5), Dense(10)], input_shape=(1, 28, 28))
    with pytest.raises(ShapeError, match=r"layers\[2\] MaxPool\(9\).*9 x 9"):
        Sequential([Conv2D(8, 5), MaxPool(3), MaxPool(9)], input_shape=(1, 28, 28))


def test_wrong_channels_are_refused_before_any_work() -> None:
    with pytest.raises(ShapeError, match=r"\(N, 1, 12, 10\), got \(2, 3, 12, 10\)"):
        model().predict(np.zeros((2, 3, 12, 10)))
    with pytest.raises(ShapeError, match=r"uint8.*/ 255"):
        model().predict(np.zeros((2, 1, 12, 10), np.uint8))


def test_without_a_softmax_at_the_end_nothing_is_left_out() -> None:
    network = model()
    scores = network.without_softmax()
    assert scores.layers == scores.without_softmax().layers == network.layers[:-1]
    assert scores.parameters == network.parameters
    np.testing.assert_array_equal(scores(pictures(2)), network.activations(pictures(2))[-2])
    assert len(network.layers) == 8, "the model itself stays as it is"


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        ((1, 6, 5), r"got \(1, 6, 5\); that is a single one, of which image\[None\] makes a batch"),
        ((6, 5), r"a single grey picture becomes a batch by x\[np\.newaxis, np\.newaxis\]"),
        ((7, 6, 5), r"grey pictures get their channel by x\[:, np\.newaxis\]"),
        ((7, 6, 5, 1), r"channels last, np\.moveaxis\(x, -1, 1\) puts them first"),
        ((6, 5, 1), r"channels last, np\.moveaxis\(x, -1, 0\)\[np\.newaxis\] is a batch"),
        ((7, 1, 5, 6), r"got \(7, 1, 5, 6\)$"),
    ],
)
def test_shapes_that_one_line_makes_a_batch_of(shape: tuple[int, ...], hint: str) -> None:
    model = Sequential([Conv2D(2, 3), Flatten(), Dense(3)], input_shape=(1, 6, 5))
    with pytest.raises(ShapeError, match=rf"x must have shape \(N, 1, 6, 5\), .*{hint}"):
        model.predict(np.zeros(shape))
