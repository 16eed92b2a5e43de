"""Plain weights: they go into a model that fits them, and the message names all that does not."""

from pathlib import Path

import numpy as np
import pytest
from test_sequential import model, pictures

from minicnn import Dense, Flatten, Sequential
from minicnn.errors import DataError, NotReadyError


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_go_from_one_model_to_another(tmp_path: Path, dtype: type) -> None:
    network, other = model(seed=1), model(seed=2)
    for parameter in network.parameters:
        parameter.value = parameter.value.astype(dtype)
    network.save_weights(tmp_path / "deep" / "weights.npz")
    other.load_weights(tmp_path / "deep" / "weights.npz")
    np.testing.assert_array_equal(other.predict(pictures(3)), network.predict(pictures(3)))
    assert {parameter.value.dtype for parameter in other.parameters} == {np.dtype(dtype)}
    assert all(parameter.grad.dtype == dtype for parameter in other.parameters)


def test_numpy_alone_reads_them(tmp_path: Path) -> None:
    network = model()
    network.save_weights(tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz") as entries:
        assert {name: entries[name].shape for name in entries} == {
            name: parameter.value.shape for name, parameter in network.named_parameters().items()
        }


def test_the_weights_of_a_model_file(tmp_path: Path) -> None:
    network, other = model(seed=1), model(seed=2)
    network.save(tmp_path / "model.npz")
    other.load_weights(tmp_path / "model.npz")
    np.testing.assert_array_equal(other.predict(pictures(3)), network.predict(pictures(3)))


def test_every_entry_that_does_not_fit_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    network = Sequential([Flatten(), Dense(4), Dense(3)], input_shape=(2, 3))
    before = [parameter.value.copy() for parameter in network.parameters]
    weights = {
        "1.weight": np.full((4, 6), 7.0),
        "1.bias": np.zeros((4, 1)),
        "2.weight": np.full((3, 4), np.inf),
        "3.bias": np.zeros(3),
    }
    np.savez(tmp_path / "weights.npz", **weights)  # type: ignore[arg-type] # as NumPy's users do
    with pytest.raises(DataError) as caught:
        network.load_weights(tmp_path / "weights.npz")
    assert str(caught.value).splitlines() == [
        f"{tmp_path / 'weights.npz'}: the weights do not fit the model:",
        "  1.bias: expected shape (4,), got (4, 1)",
        "  2.weight: expected finite numbers, but 12 of 12 are NaN or infinite",
        "  left over: 3.bias of shape (3,), which the model does not have",
        "  missing: 2.bias of shape (3,)",
    ]
    for value, parameter in zip(before, network.parameters, strict=True):
        np.testing.assert_array_equal(parameter.value, value)


def test_names_of_what_is_left_over_cannot_write_lines_or_colours(tmp_path: Path) -> None:
    path, name = tmp_path / "weights.npz", "a\n\x1b[31m" + "b" * 500
    np.savez(path, **{name: np.zeros(3)})  # type: ignore[arg-type]
    with pytest.raises(DataError) as caught:
        model().load_weights(path)
    (line,) = [line for line in str(caught.value).splitlines() if "left over" in line]
    assert line.startswith(r"  left over: a\n\x1b[31mbbb")
    assert line.endswith("b ... of shape (3,), which the model does not have")
    assert len(line) < 200


def test_weights_are_no_model(tmp_path: Path) -> None:
    model().save_weights(tmp_path / "weights.npz")
    with pytest.raises(DataError, match=r"no architecture; plain weights are read by .*load_weig"):
        Sequential.load(tmp_path / "weights.npz")


def test_a_model_that_is_not_built_has_no_weights(tmp_path: Path) -> None:
    unbuilt = Sequential([Dense(3)])
    with pytest.raises(NotReadyError):
        unbuilt.save_weights(tmp_path / "weights.npz")
    with pytest.raises(NotReadyError):
        unbuilt.load_weights(tmp_path / "weights.npz")
    assert not list(tmp_path.iterdir())
