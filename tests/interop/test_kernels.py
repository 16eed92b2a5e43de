"""Kernels from elsewhere: which of their axes are those of the window."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.interop import kernels_from, read_kernels
from minicnn.typing import Shape

OURS = [(8, 1, 5, 5), (64, 3, 3, 3), (64, 64, 3, 3), (6, 1, 5, 5), (32, 16, 1, 7), (20, 4, 1, 1)]
KERAS = [(5, 5, 1, 8), (3, 3, 3, 64), (3, 3, 64, 64), (5, 5, 4, 6), (1, 7, 16, 32), (1, 1, 4, 20)]


@pytest.mark.parametrize("shape", OURS)
def test_the_order_of_pytorch_is_ours(shape: Shape) -> None:
    tensor = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    found = kernels_from(tensor)
    assert found.layout == "FCHW"
    assert f"the last two axes, {shape[2]} x {shape[3]}" in found.reason
    np.testing.assert_array_equal(found.kernels, tensor)


@pytest.mark.parametrize("shape", KERAS)
def test_the_order_of_keras_is_turned(shape: Shape) -> None:
    tensor = np.random.default_rng(0).normal(size=shape)
    found = kernels_from(tensor)
    assert found.layout == "HWCF"
    assert f"the first two axes, {shape[0]} x {shape[1]}" in found.reason
    KH, KW, C, F = shape
    assert found.kernels.shape == (F, C, KH, KW)
    for f, c, kh, kw in np.ndindex(F, C, KH, KW):
        assert found.kernels[f, c, kh, kw] == tensor[kh, kw, c, f]


@pytest.mark.parametrize("shape", [(3, 3, 3, 3), (1, 1, 5, 5), (8, 4, 1, 7), (8, 8, 3, 3)])
def test_what_may_be_either_has_to_be_said(shape: Shape) -> None:
    tensor = np.random.default_rng(0).normal(size=shape)
    with pytest.raises(ArgumentError, match=r"say which by layout='FCHW'"):
        kernels_from(tensor)
    assert kernels_from(tensor, "FCHW").kernels.shape == shape
    turned = kernels_from(tensor, "HWCF")
    assert turned.kernels.shape == (shape[3], shape[2], shape[0], shape[1])
    assert turned.reason == "HWCF, as it was said"


def test_what_is_refused() -> None:
    for shape in [(64,), (3, 3, 3), (3, 3, 3, 3, 3), (0, 3, 3, 3)]:
        with pytest.raises(ShapeError, match=rf"conv1: kernels have four.*{re.escape(str(shape))}"):
            kernels_from(np.zeros(shape), name="conv1")
    with pytest.raises(ShapeError, match="got list"):
        kernels_from([1])  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="are numbers, got bool"):
        kernels_from(np.zeros((64, 3, 3, 3), bool))
    with pytest.raises(ArgumentError, match=r"no two axes of \(64, 3, 32, 32\)"):
        kernels_from(np.zeros((64, 3, 32, 32)))
    with pytest.raises(ArgumentError, match="layout must be one of FCHW, HWCF, got 'NHWC'"):
        kernels_from(np.zeros((64, 3, 3, 3)), "NHWC")
    with pytest.raises(DataError, match="NaN or infinite"):
        kernels_from(np.full((64, 3, 3, 3), np.nan))


def test_halves_become_floats() -> None:
    assert kernels_from(np.zeros((64, 3, 3, 3), np.float16)).kernels.dtype == np.float32
    assert kernels_from(np.zeros((64, 3, 3, 3))).kernels.dtype == np.float64


def test_kernels_of_a_file(tmp_path: Path) -> None:
    path, rng = tmp_path / "weights.npz", np.random.default_rng(0)
    conv: dict[str, Any] = {f"conv{n}/kernel": rng.normal(size=(3, 3, n, 64)) for n in (1, 2)}
    np.savez(path, bias=np.zeros(64), **conv)
    assert read_kernels(path).name == "conv1/kernel"
    found = read_kernels(path, "conv2/kernel")
    np.testing.assert_array_equal(found.kernels, conv["conv2/kernel"].transpose(3, 2, 0, 1))
    message = r"no tensor is called 'conv2', the nearest are conv2/kernel, conv1/kernel; all: "
    with pytest.raises(ArgumentError, match=message + r"bias \(64,\), conv1/kernel \(3, 3, 1, 64"):
        read_kernels(path, "conv2")
    with pytest.raises(ShapeError, match=r"bias: kernels have four axes"):
        read_kernels(path, "bias")
    biases: dict[str, Any] = {f"bias{n}": np.zeros(2) for n in range(150)}
    np.savez(path, **biases)
    with pytest.raises(DataError, match=r"a tensor with four axes; .* and 50 more"):
        read_kernels(path)
