"""Kernels from elsewhere: which of their axes are those of the window."""

import json
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


EITHER = [(3, 3, 3, 3), (1, 1, 5, 5), (8, 4, 1, 7), (8, 8, 3, 3), (8, 8, 1, 7), (3, 3, 1, 7)]
EITHER += [(1, 7, 8, 8), (1, 7, 7, 64)]


@pytest.mark.parametrize("shape", EITHER)
def test_what_may_be_either_has_to_be_stated(shape: Shape) -> None:
    tensor = np.random.default_rng(0).normal(size=shape)
    with pytest.raises(ArgumentError, match=r"state it by layout='FCHW' \(PyTorch\) or layout='HW"):
        kernels_from(tensor)
    assert kernels_from(tensor, "FCHW").kernels.shape == shape
    turned = kernels_from(tensor, "HWCF")
    assert turned.kernels.shape == (shape[3], shape[2], shape[0], shape[1])
    assert turned.reason == "HWCF, as given"


def test_depthwise_kernels_have_one_channel_each() -> None:
    tensor = np.random.default_rng(0).normal(size=(5, 3, 4, 2))  # (KH, KW, C, M)
    found = kernels_from(tensor, "HWCM")
    assert found.kernels.shape == (8, 1, 5, 3)
    for kh, kw, c, m in np.ndindex(*tensor.shape):
        assert found.kernels[2 * c + m, 0, kh, kw] == tensor[kh, kw, c, m]


def test_what_is_refused() -> None:
    for shape in [(64,), (3, 3, 3), (3, 3, 3, 3, 3)]:
        message = rf"'conv1': kernels have four.*{re.escape(str(shape))}"
        with pytest.raises(ShapeError, match=message):
            kernels_from(np.zeros(shape), name="conv1")
    with pytest.raises(
        ShapeError, match=r"expected kernels with weights, got none: \(0, 3, 3, 3\)"
    ):
        kernels_from(np.zeros((0, 3, 3, 3)))
    with pytest.raises(ShapeError, match="got list"):
        kernels_from([1])  # type: ignore[arg-type]
    for kind in (bool, complex):
        with pytest.raises(ShapeError, match=r"are floating-point numbers, got (bool|complex)"):
            kernels_from(np.zeros((64, 3, 3, 3), kind))
    for shape in [(64, 3, 32, 32), (1, 14, 14, 768)]:
        with pytest.raises(ArgumentError, match=rf"no two axes of {re.escape(str(shape))}"):
            kernels_from(np.zeros(shape))
    with pytest.raises(
        ArgumentError, match="layout must be one of FCHW, HWCF, HWCM, HWFC, got 'NHWC'"
    ):
        kernels_from(np.zeros((64, 3, 3, 3)), "NHWC")
    with pytest.raises(ArgumentError, match="kernels_from: name must be a str, got int"):
        kernels_from(np.zeros((64, 3, 3, 3)), name=3)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="NaN or infinite"):
        kernels_from(np.full((64, 3, 3, 3), np.nan))


@pytest.mark.parametrize("kind", ["u1", "i1", "i4", "i8"])
def test_whole_numbers_are_quantised_weights(tmp_path: Path, kind: str) -> None:
    tensor = np.full((64, 3, 3, 3), 120, kind)  # with a zero point of 128, these would be -8
    with pytest.raises(ShapeError, match="subtract the zero point and multiply by the scale"):
        kernels_from(tensor)
    np.savez(tmp_path / "w.npz", tensor)
    with pytest.raises(ShapeError, match="subtract the zero point and multiply by the scale"):
        read_kernels(tmp_path / "w.npz")


def test_halves_become_floats() -> None:
    assert kernels_from(np.zeros((64, 3, 3, 3), np.float16)).kernels.dtype == np.float32
    for kind in (np.float64, np.longdouble, ">f8"):
        assert kernels_from(np.zeros((64, 3, 3, 3), kind)).kernels.dtype == np.float64


def test_kernels_of_a_file(tmp_path: Path) -> None:
    path, rng = tmp_path / "weights.npz", np.random.default_rng(0)
    conv: dict[str, Any] = {f"conv{n}/kernel": rng.normal(size=(3, 3, n, 64)) for n in (10, 1, 2)}
    np.savez(path, bias=np.zeros(64), **conv)
    assert read_kernels(path).name == "conv1/kernel", "the first by name, 2 before 10"
    found = read_kernels(path, "conv2/kernel")
    np.testing.assert_array_equal(found.kernels, conv["conv2/kernel"].transpose(3, 2, 0, 1))
    message = r"no tensor is called 'conv2', the nearest are 'conv2/kernel', 'conv1/kernel'"
    with pytest.raises(ArgumentError, match=message + r".*; all: 'bias' \(64,\), 'conv1/kernel'"):
        read_kernels(path, "conv2")
    with pytest.raises(ShapeError, match=r"'bias': kernels have four axes"):
        read_kernels(path, "bias")
    with pytest.raises(ArgumentError, match="read_kernels: name must be a str, got int"):
        read_kernels(path, 3)  # type: ignore[arg-type]
    np.savez(path, **{"conv2.bias": np.zeros(8)}, **conv)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"the nearest are 'conv2/kernel', .*; all: ") as caught:
        read_kernels(path, "conv2")
    assert "conv2.bias" not in str(caught.value).partition("all:")[0], "that has no kernels"
    np.savez(path, first=np.zeros((8, 1, 3, 3)))
    with pytest.raises(ArgumentError, match=r"the nearest is 'first'; all"):
        read_kernels(path, "firsts")
    biases: dict[str, Any] = {f"bias{n}": np.zeros(2) for n in range(150)}
    np.savez(path, **biases)
    with pytest.raises(DataError, match=r"a tensor with four axes; .* and 50 more"):
        read_kernels(path)


def test_every_error_names_the_file_and_what_was_left_out(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, kernel=np.full((3, 3, 1, 8), np.nan), label=np.array("a"), bias=np.zeros(2))
    for layout in ("HWCF", None):
        with pytest.raises(DataError, match=rf"^{re.escape(str(path))}: 'kernel': .*NaN"):
            read_kernels(path, layout=layout)
    with pytest.raises(ShapeError, match=rf"^{re.escape(str(path))}: 'bias': kernels have four"):
        read_kernels(path, "bias", "FCHW")
    with pytest.raises(ArgumentError, match=r"'label' is not read: it is of <U1; there are 'bias'"):
        read_kernels(path, "label")
    with pytest.raises(ArgumentError, match=r"called 'l'; .*; not read: 'label' of <U1$"):
        read_kernels(path, "l")


def test_names_cannot_write_lines_or_colours(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {"a\nb\x1b[31m": np.zeros(2), "c" * 500: np.zeros(2)}
    np.savez(tmp_path / "w.npz", **arrays)
    with pytest.raises(DataError) as caught:
        read_kernels(tmp_path / "w.npz")
    said = str(caught.value)
    assert r"'a\nb\x1b[31m' (2,)" in said
    assert said.isprintable()
    assert "c" * 81 not in said
    np.savez(tmp_path / "w.npz", record=np.zeros(2, [(f"field{n}", "f4") for n in range(200)]))
    with pytest.raises(DataError, match="left out: 'record' of ") as caught:
        read_kernels(tmp_path / "w.npz")
    assert len(str(caught.value)) < 500
    for missing in ("a\x1b[31m", "b" * 500):
        with pytest.raises((ArgumentError, DataError)) as refused:
            read_kernels(written(tmp_path / "w.h5", np.ones((3, 3, 1, 8))), missing)
        assert str(refused.value).isprintable()
        assert "b" * 81 not in str(refused.value)


# Shapes of which the kind of file says what nothing else would.
HARD = [(1, 7, 8, 8), (3, 3, 8, 8), (8, 8, 1, 7), (3, 3, 1, 7), (3, 3, 3, 3)]


def written(path: Path, tensor: Any, name: str = "w", **metadata: str) -> Path:
    """Write one tensor to a file of the kind that its ending says."""
    if path.suffix == ".h5":
        with pytest.importorskip("h5py").File(path, "w") as file:
            file[name] = tensor
            file.attrs["keras_version"] = "3.8.0"
            file.attrs.update(metadata)
    elif path.suffix == ".onnx":
        onnx = pytest.importorskip("onnx")
        made = [onnx.numpy_helper.from_array(tensor, name)]
        graph = onnx.helper.make_graph([], "graph", [], [], initializer=made)
        path.write_bytes(onnx.helper.make_model(graph).SerializeToString())
    else:
        save = pytest.importorskip("safetensors.numpy").save_file
        save({name: tensor}, path, metadata=metadata)
    return path


@pytest.mark.parametrize("shape", HARD)
def test_the_kind_of_file_says_the_order(tmp_path: Path, shape: Shape) -> None:
    tensor = np.random.default_rng(0).normal(size=shape)
    turned = tensor.transpose(3, 2, 0, 1)
    for ending, layout, reason in (
        (".onnx", "FCHW", "as ONNX has them: it is an ONNX file"),
        (".safetensors", "FCHW", "as PyTorch has them: its name is none of Keras's"),
        (".h5", "HWCF", "as Keras has them: the HDF5 file is one of Keras"),
    ):
        path = written(tmp_path / f"w{ending}", tensor)
        found = read_kernels(path)
        assert found.layout == layout
        assert found.reason.startswith(f"{layout}, {reason}")
        np.testing.assert_array_equal(found.kernels, tensor if layout == "FCHW" else turned)
        for given, kernels in (("FCHW", tensor), ("HWCF", turned)):
            found = read_kernels(path, layout=given)
            assert found.reason == f"{given}, as given"
            np.testing.assert_array_equal(found.kernels, kernels)


def test_who_wrote_a_safetensors_file(tmp_path: Path) -> None:
    tensor, path = np.ones((3, 3, 3, 3)), tmp_path / "w.safetensors"
    for name, metadata, whose in (
        ("conv/kernel", {}, "Keras"),
        ("conv/kernel:0", {}, "Keras"),
        ("conv_kernel:0", {}, "Keras"),
        ("conv.mykernel", {}, "PyTorch"),
        ("kernel.weight", {}, "PyTorch"),
        ("kernel", {"format": "pt"}, "PyTorch"),
        ("conv.weight", {"format": "tf"}, "TensorFlow"),
        ("conv.weight", {"format": "flax"}, "Flax"),
        ("conv.weight", {"format": "np"}, "PyTorch"),
    ):
        assert (
            f"as {whose} has them" in read_kernels(written(path, tensor, name, **metadata)).reason
        )
    save = pytest.importorskip("safetensors.numpy").save_file
    save({"a.weight": tensor, "b/kernel": tensor}, path)
    for name, whose in (("a.weight", "PyTorch"), ("b/kernel", "Keras")):
        assert f"as {whose} has them" in read_kernels(path, name).reason, "each by its own name"
    written(path, tensor, format="mlx")
    with pytest.raises(ArgumentError, match=r"MLX keeps kernels as \(F, KH, KW, C\)"):
        read_kernels(path)


@pytest.mark.parametrize(
    ("ending", "shape"),
    [
        (".h5", (64, 3, 3, 3)),  # PyTorch's order in a file of Keras's kind
        (".h5", (1, 14, 14, 768)),  # a position embedding
        (".safetensors", (1, 14, 14, 768)),
        (".safetensors", (3, 3, 16, 32)),
        (".onnx", (1, 7, 16, 32)),
        (".h5", (6, 1, 5, 5)),
        (".safetensors", (5, 5, 1, 8)),
    ],
)
def test_shapes_that_contradict_the_kind_of_file(tmp_path: Path, ending: str, shape: Shape) -> None:
    path = written(tmp_path / f"w{ending}", np.zeros(shape, np.float32))
    with pytest.raises(ArgumentError, match=r"'w': in the order of .* state the layout") as caught:
        read_kernels(path)
    assert str(path) in str(caught.value)
    assert read_kernels(path, layout="HWCF").layout == "HWCF"


@pytest.mark.parametrize("axes", ["FCHW", "HWCF"])
def test_the_largest_window(axes: str) -> None:
    for size, known in ((15, True), (16, False)):
        shape = (64, 3, size, size) if axes == "FCHW" else (size, size, 3, 64)
        if known:
            assert kernels_from(np.ones(shape)).layout == axes
        else:
            with pytest.raises(ArgumentError, match="at most 15 x 15"):
                kernels_from(np.ones(shape))


def test_single_kernels_are_no_pictures(tmp_path: Path) -> None:
    one = read_kernels(written(tmp_path / "w.safetensors", np.ones((1, 3, 3, 3))))
    assert (one.layout, one.kernels.shape) == ("FCHW", (1, 3, 3, 3))
    points = read_kernels(written(tmp_path / "w.h5", np.ones((1, 1, 1, 64))))
    assert (points.layout, points.kernels.shape) == ("HWCF", (64, 1, 1, 1))


def test_long_windows_are_kernels_where_nothing_contradicts_it(tmp_path: Path) -> None:
    sound = np.zeros((1, 80, 1, 64), np.float32)
    assert read_kernels(written(tmp_path / "w.h5", sound)).kernels.shape == (64, 1, 1, 80)


@pytest.mark.parametrize(
    ("name", "depthwise"),
    [
        ("depthwise_conv2d/depthwise_kernel:0", True),
        ("block_1_depthwise/kernel", True),
        ("separable/depthwise_kernel", True),
        ("layers/depthwise_conv2d_1/vars/0", True),
        ("layers/separable_conv2d/vars/0", True),
        ("layers/separable_conv2d/vars/1", False),
        ("depthwise_block/layers/conv2d/vars/0", False),
        ("depthwise/pointwise_kernel:0", False),
        ("conv2d/kernel", False),
        ("vars/0", False),
    ],
)
def test_depthwise_kernels_of_keras_are_known_by_name(
    tmp_path: Path, name: str, depthwise: bool
) -> None:
    tensor = np.random.default_rng(0).normal(size=(3, 3, 32, 1))
    found = read_kernels(written(tmp_path / "w.h5", tensor, name))
    assert found.kernels.shape == ((32, 1, 3, 3) if depthwise else (1, 32, 3, 3))
    assert ("those of a depthwise layer, which its name says" in found.reason) == depthwise
    np.testing.assert_array_equal(
        found.kernels.reshape(32, 3, 3), tensor[..., 0].transpose(2, 0, 1)
    )


DEPTHWISE = ["sequential/sep_1/depthwise_kernel", "Conv2d_1_depthwise/depthwise_weights"]
DEPTHWISE += ["b.depthwise_kernel:0", "depthwise_conv2d/kernel"]


@pytest.mark.parametrize("name", DEPTHWISE)
def test_depthwise_kernels_are_known_by_name_in_every_kind_of_file(
    tmp_path: Path, name: str
) -> None:
    tensor = np.random.default_rng(0).normal(size=(3, 3, 8, 1))
    arrays: dict[str, Any] = {name: tensor}
    np.savez(tmp_path / "w.npz", **arrays)
    for path in (tmp_path / "w.npz", written(tmp_path / "w.safetensors", tensor, name)):
        found = read_kernels(path)
        assert (found.layout, found.kernels.shape) == ("HWCM", (8, 1, 3, 3))
        assert "those of a depthwise layer, which its name says" in found.reason
    assert kernels_from(tensor, name=name).layout == "HWCM"


@pytest.mark.parametrize("name", ["a/depthwise_kernel", "x/depthwise_weights"])
def test_depthwise_kernels_of_as_many_channels_as_rows(tmp_path: Path, name: str) -> None:
    tensor = np.random.default_rng(0).normal(size=(3, 3, 3, 1))
    found = read_kernels(written(tmp_path / "w.safetensors", tensor, name))
    np.testing.assert_array_equal(found.kernels[:, 0], tensor[..., 0].transpose(2, 0, 1))
    with pytest.raises(ArgumentError, match=r"layout='HWCM' \(Keras of a depthwise layer\)"):
        kernels_from(tensor, name=name)


@pytest.mark.parametrize("name", ["d/pointwise_kernel", "d/pointwise_weights"])
def test_pointwise_kernels_are_no_windows(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "w.safetensors", np.ones((1, 1, 9, 4)), name)
    found = read_kernels(path)
    assert found.kernels.shape == (4, 9, 1, 1)
    assert "depthwise" not in found.reason


def described(*layers: tuple[str, str]) -> str:
    """Return the description of a model with layers of a name and a class, as Keras writes it."""
    inner = [{"class_name": kind, "config": {"name": name}} for name, kind in layers]
    model = {"class_name": "Sequential", "config": {"name": "inner", "layers": inner}}
    return json.dumps({"class_name": "Sequential", "config": {"name": "m", "layers": [model]}})


def test_two_layers_of_one_name_and_two_classes(tmp_path: Path) -> None:
    tensor = np.ones((3, 3, 8, 1))
    layers = [("c", "DepthwiseConv2D"), ("c", "DepthwiseConv2D"), ("c", "Conv2D")]
    for count, layout in ((2, "HWCM"), (3, "HWCF")):
        config = described(*layers[:count])
        found = read_kernels(written(tmp_path / "w.h5", tensor, "c/kernel", model_config=config))
        assert found.layout == layout
        assert ("if they are depthwise, state layout" in found.reason) == (count == 3)


@pytest.mark.parametrize("shape", [(3, 3, 8, 1), (5, 5, 4, 2)])
def test_an_h5_file_describes_its_layers(tmp_path: Path, shape: Shape) -> None:
    """A layer may be called anything, and Keras 3 calls the kernels of a depthwise one "kernel"."""
    KH, KW, C, M = shape
    tensor = np.random.default_rng(0).normal(size=shape)
    model = described(("dw", "DepthwiseConv2D"), ("depthwise", "Conv2D"), ("up", "Conv2DTranspose"))
    for layer, layout, expected in (
        ("dw", "HWCM", (C * M, 1, KH, KW)),
        ("depthwise", "HWCF", (M, C, KH, KW)),
        ("up", "HWFC", (C, M, KH, KW)),
    ):
        name = f"model_weights/{layer}/sequential/{layer}/kernel"
        found = read_kernels(written(tmp_path / "w.h5", tensor, name, model_config=model))
        assert (found.layout, found.kernels.shape) == (layout, expected)
        assert ("which the file says" in found.reason) == (layer != "depthwise")
        assert "state layout" not in found.reason


def test_a_file_of_weights_has_the_names_of_layers_beside_them(tmp_path: Path) -> None:
    tensor = np.random.default_rng(0).normal(size=(3, 3, 8, 1))
    for called, attribute, layout, hint in (
        ("depthwise_conv2d", "dw", "HWCM", False),
        ("mine", "depthwise_conv2d_3", "HWCM", False),
        ("conv2d_transpose", "up", "HWFC", False),
        ("conv2d_1", "c", "HWCF", False),
        ("mine", "conv2d", "HWCF", False),
        ("my_conv2d", "c", "HWCF", True),
    ):
        path = tmp_path / "model.weights.h5"
        with pytest.importorskip("h5py").File(path, "w") as file:
            file[f"{attribute}/vars/0"] = tensor
            file[f"{attribute}/vars"].attrs["name"] = called
        found = read_kernels(path)
        assert found.layout == layout
        assert ("state layout" in found.reason) == hint


def test_kernels_of_a_transposed_convolution_are_turned(tmp_path: Path) -> None:
    tensor = np.random.default_rng(0).normal(size=(3, 3, 4, 9))  # (KH, KW, F, C)
    path = written(tmp_path / "w.h5", tensor, "layers/conv2d_transpose/vars/0")
    found = read_kernels(path)
    assert (
        found.reason == "HWFC, as Keras has those of a transposed convolution, which its name says"
    )
    assert found.kernels.shape == (4, 9, 3, 3)
    for f, c, kh, kw in np.ndindex(found.kernels.shape):
        assert found.kernels[f, c, kh, kw] == tensor[kh, kw, f, c]
    np.testing.assert_array_equal(kernels_from(tensor, "HWFC").kernels, found.kernels)


@pytest.mark.parametrize("ending", [".h5", ".npz"])
def test_what_may_be_depthwise_says_so(tmp_path: Path, ending: str) -> None:
    path, name = tmp_path / f"w{ending}", "dw/kernel"
    for shape, hint in (((3, 3, 8, 1), True), ((3, 3, 2, 8), False), ((3, 3, 16, 16), False)):
        tensor = np.ones(shape)
        if ending == ".npz":
            np.savez(path, **{name: tensor})  # type: ignore[arg-type]
        else:
            written(path, tensor, name)
        reason = read_kernels(path).reason
        assert reason.endswith("; if they are depthwise, state layout='HWCM'") == hint


def test_an_hdf5_file_that_is_not_of_keras(tmp_path: Path) -> None:
    path = tmp_path / "w.h5"
    with pytest.importorskip("h5py").File(path, "w") as file:
        file["conv"], file["either"] = np.ones((64, 3, 3, 3)), np.ones((3, 3, 3, 3))
    assert read_kernels(path).reason.startswith("FCHW, as here and in PyTorch")
    with pytest.raises(ArgumentError, match="it is not clear which axes"):
        read_kernels(path, "either")
    for name, known in (("vars/0", True), ("a/vars/0", True), ("myvars/0", False)):
        with pytest.importorskip("h5py").File(path, "w") as file:
            file[name] = np.ones((3, 3, 3, 3))
        if known:
            assert "as Keras has them" in read_kernels(path).reason
        else:
            with pytest.raises(ArgumentError, match="it is not clear which axes"):
                read_kernels(path)
    for mark in ("keras_version", "layer_names", "model_config"):
        with pytest.importorskip("h5py").File(path, "w") as file:
            file["conv"], file.attrs[mark] = np.ones((3, 3, 3, 3)), "{}"
        assert "as Keras has them" in read_kernels(path).reason
