"""Model files: what is saved comes back, and nothing else is taken."""

from pathlib import Path

import numpy as np
import pytest
from layer_cases import CASES, Case
from test_sequential import model, pictures

from minicnn import Conv2D, Dense, Flatten, ReLU, Sequential
from minicnn.errors import ArgumentError, DataError
from minicnn.typing import Array


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
    with pytest.raises(DataError, match=r"model\.npz: unknown layer 'Scale'.*own_layers"):
        Sequential.load(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz", own_layers=[Scale])
    x = np.ones((1, 1, 2, 2))
    np.testing.assert_array_equal(again.predict(x), [[3.0] * 4])


def test_a_layer_of_ones_own_with_the_name_of_a_known_one(tmp_path: Path) -> None:
    impostor = type("ReLU", (Scale,), {})
    with pytest.raises(ArgumentError, match="'ReLU' for a class of your own"):
        Sequential([impostor(2.0)], input_shape=(3,)).save(tmp_path / "model.npz")


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


def test_parameters_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    Sequential([Dense(2)], input_shape=(3,)).save(path)
    with np.load(path) as entries:
        parts = dict(entries)
    for change in (
        {"0.weight": np.zeros((3, 2))},
        {"0.bias": np.zeros(2, int)},
        {"more": parts["0.bias"]},
    ):
        np.savez(path, **(parts | change))
        with pytest.raises(DataError, match=r"model\.npz: (expected parameters|0\.bias must hold)"):
            Sequential.load(path)
    wrong = str(parts["architecture"]).replace('"units": 2', '"units": -2')
    np.savez(path, **(parts | {"architecture": np.array(wrong)}))
    with pytest.raises(DataError, match=r"model\.npz: Dense: units"):
        Sequential.load(path)


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    Sequential([Dense(2)], input_shape=(3,)).save(path)
    with np.load(path) as entries:
        parts = dict(entries)
    later = str(parts["architecture"]).replace("version 1", "version 2")
    np.savez(path, **(parts | {"architecture": np.array(later)}))
    with pytest.raises(DataError, match=r"model\.npz: expected .*version 1.*got .*version 2"):
        Sequential.load(path)
