"""Layers in several models: weights are kept, names belong to the model, freezing reaches all."""

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from minicnn import (
    SGD,
    Composition,
    Conv1D,
    Conv2D,
    Conv3D,
    ConvTranspose1D,
    ConvTranspose2D,
    ConvTranspose3D,
    CrossEntropy,
    Dense,
    DepthwiseConv2D,
    Flatten,
    Layer,
    MaxPool,
    Parameter,
    ReLU,
    SeparableConv2D,
    Sequential,
    Softmax,
    SpatiallySeparableConv2D,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, NotReadyError, ShapeError
from minicnn.typing import Array, Shape

SHAPE = (1, 8, 8)


def data(classes: int = 10) -> Dataset:
    images = np.random.default_rng(0).random((60, *SHAPE), dtype=np.float32)
    return Dataset(images, np.arange(60) % classes, tuple(map(str, range(classes))))


def model(seed: int = 0) -> Sequential:
    layers = [Conv2D(2, 3), ReLU(), Flatten(), Dense(10), Softmax()]
    return Sequential(layers, input_shape=SHAPE, seed=seed)


def trained() -> Sequential:
    network = model()
    fit(network)
    return network


def fit(network: Sequential, classes: int = 10) -> None:
    trainer = Trainer(network, SGD(0.1, momentum=0.9), CrossEntropy())
    trainer.fit(data(classes), progress=False)


def weights(network: Sequential) -> dict[str, bytes]:
    return {name: p.value.tobytes() for name, p in network.named_parameters().items()}


BUILT_ON: dict[str, Callable[[Sequential], Sequential]] = {
    "the layers": lambda body: Sequential([*body.layers[:3], Dense(5), Softmax()], SHAPE, seed=5),
    "a part": lambda body: Sequential([body.part(3), Dense(5), Softmax()], SHAPE, seed=5),
    "the model": lambda body: Sequential([body, Dense(5)], SHAPE, seed=5),
    "a copy": lambda body: Sequential([copy.deepcopy(body), Dense(5)], SHAPE, seed=5),
}


@pytest.mark.parametrize("build", BUILT_ON.values(), ids=BUILT_ON.keys())
def test_building_on_a_trained_model_leaves_it_as_it_was(
    build: Callable[[Sequential], Sequential], tmp_path: Path
) -> None:
    body = trained()
    before, x = weights(body), data().images
    answer = body.predict(x)
    build(body)
    assert weights(body) == before
    assert list(body.named_parameters()) == ["0.weight", "0.bias", "3.weight", "3.bias"]
    np.testing.assert_array_equal(body.predict(x), answer)
    body.save(tmp_path / "model.npz")
    np.testing.assert_array_equal(Sequential.load(tmp_path / "model.npz").predict(x), answer)


@pytest.mark.parametrize("build", BUILT_ON.values(), ids=BUILT_ON.keys())
def test_what_is_built_on_has_the_weights_that_were_learned(
    build: Callable[[Sequential], Sequential], tmp_path: Path
) -> None:
    body = trained()
    other = build(body)
    np.testing.assert_array_equal(
        next(iter(other.named_parameters().values())).value, body.parameters[0].value
    )
    other.save(tmp_path / "other.npz")
    again, x = Sequential.load(tmp_path / "other.npz"), data().images
    np.testing.assert_array_equal(again.predict(x), other.predict(x))
    assert list(again.named_parameters()) == list(other.named_parameters())


def test_a_loaded_model_is_the_body_of_another_one(tmp_path: Path) -> None:
    body = trained()
    body.save(tmp_path / "body.npz")
    loaded = Sequential.load(tmp_path / "body.npz")
    other = Sequential([loaded.part(3), Dense(4)], SHAPE)
    np.testing.assert_array_equal(other.parameters[0].value, body.parameters[0].value)
    assert list(other.named_parameters()) == ["0.0.weight", "0.0.bias", "1.weight", "1.bias"]


def test_two_models_train_the_layers_that_they_share() -> None:
    body = trained()
    other = Sequential([*body.layers[:3], Dense(5), Softmax()], SHAPE)
    before = body.parameters[0].value
    fit(other, classes=5)
    assert body.parameters[0].value is other.parameters[0].value
    assert not np.array_equal(body.parameters[0].value, before)
    fit(body)
    assert body.parameters[0].value is other.parameters[0].value


def test_layers_are_taken_out_and_put_in(tmp_path: Path) -> None:
    network = trained()
    kernels = network.parameters[0].value
    del network.layers[3:]
    dense = Dense(5)
    dense.build((72,), np.random.default_rng(0))
    network.layers.append(dense)
    network.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz")
    x = data().images
    np.testing.assert_array_equal(again.predict(x), network.predict(x))
    assert again.predict(x).shape == (60, 5)
    np.testing.assert_array_equal(again.parameters[0].value, kernels)


def test_what_is_put_in_has_to_be_built_and_the_rest_is_kept() -> None:
    network = trained()
    kernels = network.parameters[0].value
    network.layers[3] = Dense(7)
    for use in (network.predict, lambda _: network.summary()):
        with pytest.raises(NotReadyError, match=r"layers\[3\] Dense\(7\).*\(72,\).*model\.build"):
            use(data().images)
    network.build(SHAPE, np.random.default_rng(0))
    assert network.predict(data().images).shape == (60, 7)
    assert network.parameters[0].value is kernels


def test_learned_weights_where_they_do_not_fit_are_refused() -> None:
    body = trained()
    fresh = Dense(3)
    with pytest.raises(ShapeError, match=r"layers\[1\] Dense\(10\): expected samples \(72,\)"):
        Sequential([Flatten(), body.layers[3], fresh], input_shape=(1, 5, 5))
    assert fresh.in_shape is None, "nothing was drawn"
    with pytest.raises(ShapeError, match=r"Conv2D\(2, 3\): expected samples \(1, 8, 8\)"):
        body.layers[0].build((1, 9, 9), np.random.default_rng(0))
    assert body.layers[0].in_shape == SHAPE


def test_a_layer_stands_once_in_a_model() -> None:
    relu = ReLU()
    with pytest.raises(ArgumentError, match=r"layers\[2\] and layers\[0\] are the same ReLU\(\)"):
        Sequential([relu, Dense(3), relu])
    with pytest.raises(ArgumentError, match=r"layers\[1\]\.layers\[0\] and layers\[0\]"):
        Sequential([relu, Sequential([relu, Dense(3)])])
    network = trained()
    network.layers.append(network.layers[1])
    with pytest.raises(ArgumentError, match="the same ReLU"):
        network.build(SHAPE, np.random.default_rng(0))
    Sequential([relu, Dense(3)]), Sequential([relu, Dense(4)])


FREEZABLE: list[Callable[[], tuple[Layer, Shape]]] = [
    lambda: (Dense(3), (4,)),
    lambda: (Conv1D(2, 3), (1, 5)),
    lambda: (Conv2D(2, 3), (1, 5, 5)),
    lambda: (Conv3D(2, 2), (1, 3, 3, 3)),
    lambda: (DepthwiseConv2D(3), (2, 5, 5)),
    lambda: (SeparableConv2D(3, 3), (2, 5, 5)),
    lambda: (SpatiallySeparableConv2D(3, 3), (2, 5, 5)),
    lambda: (ConvTranspose1D(3, 3), (2, 5)),
    lambda: (ConvTranspose2D(3, 3), (2, 5, 5)),
    lambda: (ConvTranspose3D(3, 2), (2, 3, 3, 3)),
    lambda: (Sequential([Flatten(), Dense(3)]), (2, 2)),
    lambda: (Sequential([Sequential([Flatten(), Dense(3)]), ReLU()]), (2, 2)),
    lambda: (Skip(Dense(4)), (4,)),
]


@pytest.mark.parametrize("make", FREEZABLE, ids=lambda make: repr(make()[0]))
@pytest.mark.parametrize("when", ["before", "after"])
def test_every_layer_is_frozen_and_thawed(
    make: Callable[[], tuple[Layer, Shape]], when: str
) -> None:
    layer, in_shape = make()
    assert layer.trainable
    if when == "before":
        layer.trainable = False
        assert not layer.trainable
    layer.build(in_shape, np.random.default_rng(0))
    layer.trainable = False
    assert not layer.trainable
    assert {p.role for p in layer.parameters} == {"frozen"}
    layer.trainable = True
    assert {p.role for p in layer.parameters} == {"learned"}


@pytest.mark.parametrize("kind", [Dense, Conv2D], ids=lambda kind: kind.__name__)
def test_frozen_from_the_start(kind: type[Layer]) -> None:
    layer = Dense(3, trainable=False) if kind is Dense else Conv2D(3, 1, trainable=False)
    layer.build((4,) if kind is Dense else (4, 1, 1), np.random.default_rng(0))
    assert {p.role for p in layer.parameters} == {"frozen"}
    assert "trainable=False" in repr(layer)


def test_a_frozen_part_is_not_trained() -> None:
    network = model()
    network.layers[3].trainable = False
    before = weights(network)
    fit(network)
    moved = {name for name, value in weights(network).items() if value != before[name]}
    assert moved == {"0.weight", "0.bias"}
    network.trainable = False
    with pytest.raises(ArgumentError, match="something to learn, got 4 parameters"):
        fit(network)
    network.trainable = True
    fit(network)


def test_what_has_no_parameters_is_not_frozen() -> None:
    for layer in (ReLU(), MaxPool(2), Sequential([Flatten(), ReLU()])):
        with pytest.raises(ArgumentError, match=r"no parameters, so trainable cannot be set"):
            layer.trainable = False
    with pytest.raises(ArgumentError, match="Dense: trainable must be True or False, got 0"):
        Dense(3, trainable=0)  # type: ignore[arg-type]


class Skip(Layer):
    """A layer of one's own that holds another one."""

    def __init__(self, inner: Layer) -> None:
        self.inner = inner

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = ()
        return x + self.inner(x, training)

    def backward(self, dy: Array) -> Array:
        self.recall(dy)
        return dy + self.inner.backward(dy)


class Several(Skip):
    """One that holds a list of them."""

    def __init__(self, steps: list[Layer]) -> None:
        self.steps = steps

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = ()
        for step in self.steps:
            x = step(x, training)
        return x

    def backward(self, dy: Array) -> Array:
        self.recall(dy)
        for step in reversed(self.steps):
            dy = step.backward(dy)
        return dy


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda: Skip(Dense(72)), ["1.inner.weight", "1.inner.bias"]),
        (
            lambda: Skip(Sequential([Dense(72), ReLU()])),
            ["1.inner.0.weight", "1.inner.0.bias"],
        ),
        (
            lambda: Several([Dense(72), ReLU(), Dense(72, bias=False)]),
            ["1.steps.0.weight", "1.steps.0.bias", "1.steps.2.weight"],
        ),
    ],
    ids=["a layer", "a model", "a list"],
)
def test_layers_inside_a_layer_of_ones_own_are_trained_counted_and_saved(
    make: Callable[[], Layer], names: list[str], tmp_path: Path
) -> None:
    head = [Sequential([Conv2D(2, 3), Flatten()]), make(), Dense(10), Softmax()]
    network = Sequential(head, SHAPE)
    assert [name for name in network.named_parameters() if name.startswith("1.")] == names
    count = sum(p.value.size for p in network.parameters)
    assert f"{count:,}" in str(network.summary())
    before = weights(network)
    fit(network)
    assert all(value != before[name] for name, value in weights(network).items())
    network.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz", own_layers=[Skip, Several])
    np.testing.assert_array_equal(again.predict(data().images), network.predict(data().images))


def test_an_error_inside_a_layer_says_where() -> None:
    network = Sequential([Flatten(), Skip(Sequential([Dense(64), Dense(64)]))], SHAPE)
    network.layers[1].inner.layers[1].in_shape = (3,)  # type: ignore[attr-defined]
    with pytest.raises((ShapeError, NotReadyError), match=r"layers\[1\].*layers\[1\] Dense\(64\)"):
        network(data().images)


class Broken(Flatten):
    """A layer of one's own with a fault of its own."""

    def forward(self, x: Array, training: bool = False) -> Array:
        raise ZeroDivisionError("of its own")


def test_an_error_of_pythons_own_says_where_in_a_note() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        Sequential([ReLU(), Sequential([Broken()])], SHAPE)(data().images)
    assert caught.value.__notes__ == ["in layers[0]", "in layers[1]"]


def test_two_parameters_of_one_name_are_refused() -> None:
    class Twins(Flatten):
        def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
            self.one = Parameter("weight", np.zeros(2))
            self.other = Parameter("weight", np.zeros(2))

    with pytest.raises(ArgumentError, match="two called 'weight'"):
        Sequential([Twins()], SHAPE).named_parameters()


def test_a_composition_names_its_layers() -> None:
    block = Composition([Dense(4), ReLU(), Dense(2)], names=["first", "bend", "second"])
    network = Sequential([Flatten(), block], SHAPE)
    assert list(network.named_parameters()) == [
        "1.first.weight",
        "1.first.bias",
        "1.second.weight",
        "1.second.bias",
    ]
    assert [place for place, _ in network.walk()] == [
        "",
        "layers[0]",
        "layers[1]",
        "layers[1].first",
        "layers[1].bend",
        "layers[1].second",
    ]
