"""Models as ONNX files: what onnxruntime makes of them is what the model makes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layer_cases import CASES, Case
from random_networks import in_double, random_network, samples

from minicnn import Conv2D, Dense, Dropout, Flatten, Layer, ReLU, Residual, Sequential, Upsample
from minicnn.errors import ArgumentError, DataError, NotReadyError
from minicnn.interop import export_onnx, load_tensors, read_tensors, save_safetensors
from minicnn.interop.safetensors_file import write_safetensors
from minicnn.typing import Array

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


def answer(path: Path, x: Array) -> Any:
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(["output"], {"input": x})[0]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_layer(tmp_path: Path, case: Case) -> None:
    model = Sequential([case.layer(np.float32)], input_shape=case.in_shape)
    x, path = case.x(np.float32), tmp_path / "model.onnx"
    export_onnx(model, path)
    expected = model(x)
    atol = 1e-5 * max(float(abs(expected).max()), 1e-3)
    np.testing.assert_allclose(answer(path, x), expected, rtol=0, atol=atol)


@pytest.mark.parametrize("seed", range(100))
def test_random_networks(tmp_path: Path, seed: int) -> None:
    """Both in float32, against ours in float64.

    The worst of the networks amplifies rounding: onnxruntime is 1.8e-5 away, ours 0.8e-5.
    """
    model, path = random_network(seed), tmp_path / "model.onnx"
    x = samples(model, seed, batch=3)
    export_onnx(model, path)
    ours, theirs = model.predict(x), answer(path, x)
    in_double(model)
    exact = model.predict(x.astype(np.float64))
    np.testing.assert_allclose(ours, exact, rtol=0, atol=1e-5 * exact.max())
    atol = max(1e-5 * exact.max(), 3 * abs(ours - exact).max())
    np.testing.assert_allclose(theirs, exact, rtol=0, atol=atol)
    assert ours.argmax(axis=1).tolist() == theirs.argmax(axis=1).tolist()


def small() -> Sequential:
    layers: list[Layer] = [Conv2D(2, 3), Residual(Conv2D(2, 1)), Flatten(), Dense(3)]
    return Sequential(layers, input_shape=(1, 5, 5), seed=1)


def test_the_names_are_those_of_the_model(tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    model, other = small(), Sequential(small().layers, input_shape=(1, 5, 5))
    x = np.random.default_rng(0).normal(size=(2, 1, 5, 5))
    export_onnx(model, tmp_path / "model.onnx")
    save_safetensors(model, tmp_path / "model.safetensors")
    for name in ("model.onnx", "model.safetensors"):
        found = read_tensors(tmp_path / name)
        assert sorted(found) == sorted(model.named_parameters())
        for parameter in other.parameters:
            parameter.value = np.zeros_like(parameter.value)
        load_tensors(other, tmp_path / name)
        np.testing.assert_array_equal(other(x), model(x))
        with pytest.raises(DataError, match=r"left over: 1\.branch\.0\.weight of shape \(2, 2"):
            load_tensors(Sequential([Conv2D(2, 3)], input_shape=(1, 5, 5)), tmp_path / name)
    with pytest.raises(NotReadyError):
        save_safetensors(Sequential([Dense(2)]), tmp_path / "none")
    with pytest.raises(NotReadyError):
        load_tensors(Sequential([Dense(2)]), tmp_path / "model.onnx")


def test_a_model_that_changes_nothing(tmp_path: Path) -> None:
    path, x = tmp_path / "model.onnx", np.ones((2, 3), np.float32)
    export_onnx(Sequential([Dropout()], input_shape=(3,)), path)
    np.testing.assert_array_equal(answer(path, x), x)


class Louder(ReLU):
    """A layer of one's own."""

    def forward(self, x: Array, training: bool = False) -> Array:
        return 2 * x


def test_what_is_refused_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    model = Sequential([Dense(3), Residual(Louder())], input_shape=(2,))
    message = r"layers\[1\]\.branch\.layers\[0\] export_onnx: expected layers of minicnn, got Loud"
    with pytest.raises(ArgumentError, match=message):
        export_onnx(model, path)
    with pytest.raises(NotReadyError, match="input shape"):
        export_onnx(Sequential([Dense(3)]), path)
    with pytest.raises(ArgumentError, match="model must be a Composition, got Upsample"):
        export_onnx(Upsample(2), path)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_weights_that_float32_cannot_hold(tmp_path: Path) -> None:
    model = Sequential([Dense(2, bias=False)], input_shape=(2,))
    model.parameters[0].value = np.full((2, 2), 1e300)
    with pytest.raises(DataError, match=r"export_onnx: 0\.weight as float32 must be finite, but 4"):
        export_onnx(model, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("write", [export_onnx, save_safetensors])
def test_an_old_file_survives_a_write_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Any
) -> None:
    pytest.importorskip("safetensors")
    path = tmp_path / "model"
    path.write_bytes(b"old")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(small(), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_the_safetensors_format_does_not_have(tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    path = tmp_path / "model.safetensors"
    with pytest.raises(DataError, match=r"'weight' has numbers of the type"):
        write_safetensors(path, {"weight": np.ones((2, 2), np.longdouble)})
    assert not list(tmp_path.iterdir())
    arrays = {"one": np.array(3.0), "big": np.arange(6, dtype=">f4").reshape(2, 3).T}
    write_safetensors(path, arrays)
    for name, found in read_tensors(path).items():
        np.testing.assert_array_equal(found, arrays[name], strict=False)
        assert found.shape == arrays[name].shape
    with pytest.raises(ArgumentError, match="model must be a Composition, got Dense"):
        save_safetensors(Dense(2), path)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="model must be a Composition, got Dense"):
        load_tensors(Dense(2), path)  # type: ignore[arg-type]
