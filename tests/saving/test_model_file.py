"""Model files: what is saved comes back, and nothing else is taken."""

import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layer_cases import CASES, Case
from test_sequential import model, pictures

from minicnn import Conv2D, Dense, Flatten, ReLU, Sequential
from minicnn.errors import ArgumentError, DataError
from minicnn.typing import Array, Shape


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_saved_model_is_the_same_model(tmp_path: Path, dtype: type) -> None:
    network = model(seed=3)
    for parameter in network.parameters:
        parameter.value = parameter.value.astype(dtype)
    network.save(tmp_path / "deep" / "model.npz")
    again = Sequential.load(tmp_path / "deep" / "model.npz")
    assert repr(again) == repr(network)
    x: Array = pictures(3).astype(dtype)
    np.testing.assert_array_equal(again.predict(x), network.predict(x))
    assert [p.value.dtype for p in again.parameters] == [dtype] * len(again.parameters)
    assert list((tmp_path / "deep").iterdir()) == [tmp_path / "deep" / "model.npz"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_layer_comes_back(tmp_path: Path, case: Case) -> None:
    network = Sequential([case.make()], case.in_shape, seed=1)
    network.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz")
    assert repr(again) == repr(network)
    np.testing.assert_array_equal(again.predict(case.x()), network.predict(case.x()))


def test_a_frozen_bank_comes_back_frozen(tmp_path: Path) -> None:
    network = Sequential([Conv2D.from_kernels([[[-1, 0, 1]]])], (1, 4, 4))
    network.save(tmp_path / "model.npz")
    (weight,) = Sequential.load(tmp_path / "model.npz").parameters
    np.testing.assert_array_equal(weight.value, [[[[-1, 0, 1]]]])
    assert not weight.trainable


class Scale(ReLU):
    """A layer of one's own, which keeps its option."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def forward(self, x: Array, training: bool = False) -> Array:
        return super().forward(x, training) * self.factor


class Forgetful(ReLU):
    """A layer of one's own, which does not."""

    def __init__(self, factor: float) -> None:
        self._factor = factor


def test_layers_of_ones_own(tmp_path: Path) -> None:
    network = Sequential([Flatten(), Scale(3.0)], input_shape=(1, 2, 2))
    network.save(tmp_path / "model.npz")
    with pytest.raises(DataError, match=r"model\.npz: unknown class 'Scale'.*own_layers"):
        Sequential.load(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz", own_layers=[Scale])
    x = np.ones((1, 1, 2, 2))
    np.testing.assert_array_equal(again.predict(x), [[3.0] * 4])


def test_a_layer_of_ones_own_with_the_name_of_a_known_one(tmp_path: Path) -> None:
    impostor = type("ReLU", (Scale,), {})
    with pytest.raises(ArgumentError, match="'ReLU' for a class of your own"):
        Sequential([impostor(2.0)], input_shape=(3,)).save(tmp_path / "model.npz")


class Scales(ReLU):
    """A layer of one's own whose option is an array."""

    def __init__(self, factors: Array) -> None:
        self.factors = factors

    def forward(self, x: Array, training: bool = False) -> Array:
        return super().forward(x, training) * self.factors


def test_an_option_may_be_an_array(tmp_path: Path) -> None:
    factors = np.array([2.0, 3.0, 5.0])
    inner = Sequential([Scales(factors[::-1])])
    network = Sequential([Scales(factors), inner], input_shape=(3,))
    network.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz", own_layers=[Scales])
    np.testing.assert_array_equal(again.predict(np.ones((1, 3))), [[10.0, 9.0, 10.0]])


class Counter(ReLU):
    """A layer of one's own that keeps a number of its training in a plain attribute."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.mean = np.zeros(in_shape)

    def forward(self, x: Array, training: bool = False) -> Array:
        if training:
            self.mean = 0.5 * (self.mean + x.mean(axis=0))
        return super().forward(x, training)


def test_a_layer_that_changes_what_the_file_would_lose_is_not_saved(tmp_path: Path) -> None:
    network = Sequential([Flatten(), Sequential([Counter()])], input_shape=(3,))
    network.save(tmp_path / "model.npz")
    network(np.ones((2, 3)), training=True)
    message = r"^layers\[1\]\.layers\[0\] Counter\(\): its attribute mean .*role=\"statistic\""
    with pytest.raises(ArgumentError, match=message):
        network.save(tmp_path / "trained.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["model.npz"]


def test_layers_that_do_not_keep_their_options_are_not_saved(tmp_path: Path) -> None:
    network = Sequential([Forgetful(2.0)], input_shape=(3,))
    assert repr(network.layers[0]) == "Forgetful(?)"
    with pytest.raises(ArgumentError, match=r"Forgetful\(\?\)"):
        network.save(tmp_path / "model.npz")
    assert not list(tmp_path.iterdir())


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.npz"
    model().save(path)
    before = path.read_bytes()

    def full_disk(*args: object, **options: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="No space"):
        model(1).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"no zip at all")
    with pytest.raises(DataError, match=r"model\.npz"):
        Sequential.load(path)
    np.savez(path, weights=np.zeros(3))
    with pytest.raises(DataError, match=r"model\.npz"):
        Sequential.load(path)
    with pytest.raises(DataError, match="nowhere"):
        Sequential.load(tmp_path / "nowhere")
    np.savez(path, architecture=np.array([print], dtype=object))
    with pytest.raises(DataError, match=r"model\.npz"):
        Sequential.load(path)


def rewrite(path: Path, change: Mapping[str, Any] | None = None, /, **replaced: str) -> None:
    """Write a model file again with other entries, or other words in its architecture."""
    with np.load(path) as entries:
        parts = dict(entries)
    described = str(parts["architecture"])
    for old, new in replaced.items():
        assert old in described
        described = described.replace(old, new)
    np.savez(path, **{**parts, "architecture": np.array(described), **(change or {})})


def test_parameters_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    changes: list[tuple[dict[str, Any], str]] = [
        ({"0.weight": np.zeros((3, 2))}, r"0\.weight: expected shape \(2, 3\), got \(3, 2\)"),
        ({"0.bias": np.zeros(2, int)}, r"0\.bias: expected float32 or float64, got int64"),
        ({"0.bias": np.array([0, np.nan])}, r"0\.bias: .*1 of 2 are NaN or infinite"),
        ({"more": np.zeros(1)}, r"left over: more of shape \(1,\)"),
    ]
    for change, message in changes:
        Sequential([Dense(2)], input_shape=(3,)).save(path)
        rewrite(path, change)
        with pytest.raises(DataError, match=rf"model\.npz: .*do not fit the model:\n  {message}"):
            Sequential.load(path)


DESCRIBED = {
    "other version": ("version 4", "version 2", "expected .*version 4'.*got .*version 2"),
    "another program's": ("minicnn model", "other model", "expected .*got 'other model"),
    "unknown layer": (
        '"Dense"',
        '"os.system"',
        "unknown class 'os.system', expected .*Conv2D",
    ),
    "a path": ('"Dense"', '"../Dense"', r"unknown class '\.\./Dense'"),
    "a base class": ('"Dense"', '"Layer"', "unknown class 'Layer', expected one of .*Dense"),
    "bad option": ('"units": 2', '"units": -2', "Dense: units must be"),
    "unknown option": ('"units"', '"unit"', r"broken one \(TypeError"),
    "bad shape": ("[3]", "[-3]", r"input shape.*got \(-3,\)"),
    "no shape": ("[3]", "7", r"broken one \(TypeError"),
    "bad seed": ('"seed": 0', '"seed": -1', "seed must be .*-1|expected non-negative"),
    "no layer": ('"Dense"', '"CrossEntropy"', r"broken one \(TypeError"),
    "flags": ('"learned", true', '"learned", 1', "True or False for the decay .*got 1"),
    "no role": ('"learned", true', '"taught", true', "role must be one of learned, .*'taught'"),
    "absurd layer": ('"units": 2', f'"units": {10**9}', r"one of shape \(1000000000, 3\) is too"),
    "absurd input": ("[3]", f"[{10**12}]", r"\(2, 1000000000000\) is too large"),
    "no JSON": ('"seed"', "seed", "architecture is missing or broken .JSONDecodeError"),
    "too deep": ("[3]", "[" * 100_000, "architecture is missing or broken .RecursionError"),
}


@pytest.mark.parametrize("name", DESCRIBED)
def test_architectures_that_are_refused_by_name(tmp_path: Path, name: str) -> None:
    old, new, message = DESCRIBED[name]
    path = tmp_path / "model.npz"
    Sequential([Dense(2)], input_shape=(3,)).save(path)
    rewrite(path, None, **{old: new})
    tracemalloc.start()
    with pytest.raises(DataError, match=rf"model\.npz: .*{message}"):
        Sequential.load(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


def test_more_groups_than_anybody_needs(tmp_path: Path) -> None:
    """Each group is a small draw of its own."""
    path = tmp_path / "model.npz"
    Sequential([Conv2D(2, 1, groups=2)], input_shape=(2, 1, 1)).save(path)
    huge = str(10**8)
    rewrite(
        path, None, **{'"filters": 2': f'"filters": {huge}', '"groups": 2': f'"groups": {huge}'}
    )
    rewrite(path, None, **{"[2, 1, 1]": f"[{huge}, 1, 1]"})
    with pytest.raises(DataError, match=r"one of shape \(1, 1, 1, 1\) is too large"):
        Sequential.load(path)


def test_what_is_frozen_or_does_not_decay_stays_so(tmp_path: Path) -> None:
    network = model()
    network.parameters[1].trainable = False
    network.parameters[2].decay = False
    network.parameters[3].decay = True
    network.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz")
    kept = [(name, p.role, p.decay) for name, p in network.named_parameters().items()]
    assert [(name, p.role, p.decay) for name, p in again.named_parameters().items()] == kept
    assert {role for _, role, _ in kept} == {"learned", "frozen"}


def test_models_inside_models_come_back(tmp_path: Path) -> None:
    features = Sequential([Conv2D(2, 3), Sequential([ReLU()])], seed=5)
    network = Sequential([features, Flatten(), Dense(3)], input_shape=(1, 6, 5), seed=2)
    network.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz")
    assert repr(again) == repr(network)
    names = ["0.0.weight", "0.0.bias", "2.weight", "2.bias"]
    assert list(again.named_parameters()) == list(network.named_parameters()) == names
    x = np.random.default_rng(0).random((4, 1, 6, 5))
    np.testing.assert_array_equal(again.predict(x), network.predict(x))


class Twice(Sequential):
    """A model of one's own."""

    def forward(self, x: Array, training: bool = False) -> Array:
        return 2 * super().forward(x, training)


def test_a_model_of_ones_own_class_is_loaded_by_it(tmp_path: Path) -> None:
    network, x = Twice([Dense(2)], input_shape=(3,)), np.ones((1, 3))
    network.save(tmp_path / "model.npz")
    np.testing.assert_array_equal(Twice.load(tmp_path / "model.npz").predict(x), network.predict(x))
    with pytest.raises(DataError, match="expected a model of class Sequential, got one of 'Twice'"):
        Sequential.load(tmp_path / "model.npz")


def test_names_of_parameters_that_an_archive_cannot_hold(tmp_path: Path) -> None:
    network = Sequential([Dense(2), Dense(2)], input_shape=(3,))
    for name, message in (
        ("gain/all", r"names without a slash, got '1\.gain/all'"),
        ("bias", r"names of their own, got two called 'bias'"),
    ):
        network.parameters[2].name = name
        for save in (network.save, network.save_weights):
            with pytest.raises(ArgumentError, match=message):
                save(tmp_path / "model.npz")
    assert not list(tmp_path.iterdir())


class Projection(Flatten):
    """A layer of one's own that draws more than its parameters, and keeps the generator."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.fixed, self.rng = rng.spawn(1)[0].normal(size=[9, 3]) + rng.normal(size=[9, 3]), rng

    def forward(self, x: Array, training: bool = False) -> Array:
        noise: Array = self.rng.normal(size=(2**21, 3))[0] if training else self.fixed[0]
        return x + noise


def test_what_a_layer_drew_beside_its_parameters_is_drawn_again(tmp_path: Path) -> None:
    network = Sequential([Projection()], input_shape=(3,), seed=4)
    network.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz", own_layers=[Projection])
    x = np.zeros((2, 3))
    np.testing.assert_array_equal(again.predict(x), network.predict(x))
    again(x, training=True)  # and afterwards it may draw as much as it likes
