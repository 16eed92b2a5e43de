"""Weights in the files of other libraries: read by name, and refused where a file lies."""

import io
import json
import pickle
import re
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn.errors import DataError, MissingLibraryError
from minicnn.interop import read_tensors
from minicnn.interop.libraries import library
from minicnn.saving import archive

h5py = pytest.importorskip("h5py")
onnx = pytest.importorskip("onnx")
safetensors = pytest.importorskip("safetensors.numpy")

RNG = np.random.default_rng(0)
ARRAYS: dict[str, Any] = {
    "block1/conv/0": RNG.normal(size=(3, 3, 1, 8)).astype(np.float32),
    "block1/conv/1": RNG.normal(size=8).astype(np.float16),
    "steps": np.arange(3),
}


def npz(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path, text=np.array("left out"), **arrays)


def hdf5(path: Path | io.BytesIO, arrays: dict[str, Any], **options: Any) -> None:
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file.create_dataset(name, data=array, **options)
        file["text"] = "left out"


def keras(path: Path, arrays: dict[str, Any]) -> None:
    inner = io.BytesIO()
    hdf5(inner, arrays)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", "{}")
        file.writestr("model.weights.h5", inner.getvalue())


def of_onnx(tensors: list[Any]) -> Any:
    graph = onnx.helper.make_graph([], "graph", [], [], initializer=tensors)
    return onnx.helper.make_model(graph)


def write_onnx(path: Path, arrays: dict[str, Any]) -> None:
    """One of the arrays keeps its numbers as bytes, the others one by one."""
    first, *others = arrays.items()
    tensors = [onnx.numpy_helper.from_array(first[1], first[0])]
    for name, array in others:
        kind = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
        tensors.append(onnx.helper.make_tensor(name, kind, array.shape, array.ravel()))
    path.write_bytes(of_onnx(tensors).SerializeToString())


WRITERS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    ".npz": npz,
    ".h5": hdf5,
    ".keras": keras,
    ".safetensors": lambda path, arrays: safetensors.save_file(arrays, path),
    ".onnx": write_onnx,
}


@pytest.mark.parametrize("ending", WRITERS)
def test_every_kind_of_file_gives_the_same(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"weights{ending}"
    WRITERS[ending](path, ARRAYS)
    found = read_tensors(path)
    assert sorted(found) == sorted(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype
        assert found[name].flags.writeable


@pytest.mark.parametrize("ending", WRITERS)
def test_the_name_of_a_file_says_nothing(tmp_path: Path, ending: str) -> None:
    WRITERS[ending](tmp_path / f"weights{ending}", ARRAYS)
    path = (tmp_path / f"weights{ending}").rename(tmp_path / "weights.bin")
    assert sorted(read_tensors(path)) == sorted(ARRAYS)


def test_safetensors_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = [f"{n}.weight" for n in range(12)]
    safetensors.save_file({name: np.zeros(2) for name in names}, tmp_path / "a.safetensors")
    assert list(read_tensors(tmp_path / "a.safetensors")) == names


def test_bfloat16_becomes_float32(tmp_path: Path) -> None:
    numbers = np.array([1.0, -2.5, 3e38], np.float32)
    upper = (numbers.view(np.uint32) >> 16).astype("<u2")
    header = {"w": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}
    path = tmp_path / "a.safetensors"
    path.write_bytes(in_safetensors(header, upper.tobytes()))
    expected = (upper.astype(np.uint32) << 16).view(np.float32)
    np.testing.assert_array_equal(read_tensors(path)["w"], expected)
    tensor = onnx.TensorProto(name="w", data_type=16, dims=[3], raw_data=upper.tobytes())
    path = tmp_path / "a.onnx"
    path.write_bytes(of_onnx([tensor]).SerializeToString())
    found = read_tensors(path)["w"]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.float32


def in_safetensors(header: Any, content: bytes = b"", length: int | None = None) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + content


def promise(**changed: Any) -> bytes:
    return in_safetensors({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | changed})


def tensor(**fields: Any) -> bytes:
    content: bytes = of_onnx([onnx.TensorProto(name="w", **fields)]).SerializeToString()
    return content


def hdf5_bytes(write: Callable[[Any], Any]) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as opened:
        write(opened)
    return file.getvalue()


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource("/etc/other.h5", "w", (2,))
    file.create_virtual_dataset("w", layout)


BIG = 2**33
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "begins with b''"),
    "text": (lambda: b"hello, I am a text", "expected .npz, .safetensors, .onnx, or Keras's"),
    "one array": (lambda: b"\x93NUMPY\x01\x00", "begins with"),
    "a long header": (lambda: in_safetensors({}, length=BIG), "SafetensorError"),
    "numbers that are not there": (lambda: promise(data_offsets=[0, 4]), "SafetensorError"),
    "a shape that is not there": (lambda: promise(shape=[BIG]) + bytes(4), "SafetensorError"),
    "a shape beyond all": (lambda: promise(shape=[2**62, 2**62]) + bytes(4), "SafetensorError"),
    "no header": (lambda: bytes(8) + b"{", "something else or a broken one"),
    "no such type": (lambda: promise(dtype="F8_E5M2", shape=[4]) + bytes(4), "type F8_E5M2"),
    "an ONNX shape": (lambda: tensor(data_type=1, dims=[BIG], raw_data=bytes(8)), "ValueError"),
    "no ONNX numbers": (lambda: tensor(data_type=1, dims=[BIG]), "broken one"),
    "no ONNX type": (lambda: tensor(data_type=99, dims=[1]), "broken one"),
    "another file": (lambda: tensor(data_type=1, dims=[1], data_location=1), "in another file"),
    "an ONNX graph that ends early": (lambda: b"\x08\x07\x3a\xff\xff\xff\x7f", "too early"),
    "an ONNX number without end": (lambda: b"\x08" + b"\xff" * 20, "does not end"),
    "an ONNX field of no kind": (lambda: b"\x08\x07\x3f", "a field of the kind 7"),
    "a million nodes": (lambda: b"\x08\x07\x3a\x80\x89\x7a" + b"\x0a\x00" * 1_000_000, "got none"),
    "no initialisers": (lambda: of_onnx([]).SerializeToString(), "got none"),
    "an HDF5 shape": (
        lambda: hdf5_bytes(lambda file: file.create_dataset("w", (BIG,), "f4")),
        "w promises an array of float32 and shape (8589934592,), 34,359,738,368 bytes",
    ),
    "HDF5 chunks": (
        lambda: hdf5_bytes(lambda file: file.create_dataset("w", (BIG,), "f4", chunks=(8,))),
        "but has 0",
    ),
    "compressed zeros": (
        lambda: hdf5_bytes(lambda file: file.create_dataset("w", (BIG,), "u1", compression=1)),
        "promise 0 and 8,589,934,592",
    ),
    "large chunks": (
        lambda: hdf5_bytes(
            lambda file: file.create_dataset(
                "w", (4,), "u1", chunks=(2**28,), maxshape=(None,), compression=1
            )
        ),
        "promise 0 and 268,435,456",
    ),
    "numbers of another file": (
        lambda: hdf5_bytes(
            lambda file: file.create_dataset("w", (2,), "f4", external=[("/etc/hosts", 0, 8)])
        ),
        "w is kept in another file",
    ),
    "a view of another file": (lambda: hdf5_bytes(virtual), "w is kept in another file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_no_memory(tmp_path: Path, name: str) -> None:
    make, message = HOSTILE[name]
    path = tmp_path / "weights"
    path.write_bytes(make())
    with suppress(DataError):
        read_tensors(path)  # the first time, it imports what it needs
    tracemalloc.start()
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        read_tensors(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < path.stat().st_size + 1_000_000
    assert str(path) in str(caught.value)


def test_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    hdf5(tmp_path / "other.h5", ARRAYS)
    with h5py.File(tmp_path / "links.h5", "w") as file:
        file["own"] = np.ones(2)
        file["again"] = file["own"]
        file["circle"] = h5py.SoftLink("/")
        file["other"] = h5py.ExternalLink("other.h5", "steps")
    assert list(read_tensors(tmp_path / "links.h5")) == ["again"], "each array once"


def test_what_is_compressed_in_an_hdf5_file_has_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "small.h5"
    hdf5(path, {"w": np.zeros(100)}, compression=1)
    assert read_tensors(path)["w"].shape == (100,)
    monkeypatch.setattr("minicnn.interop.hdf5_file.MOST_INFLATED", 799)
    with pytest.raises(DataError, match="promise 0 and 800"):
        read_tensors(path)
    assert archive.MOST_INFLATED == 2**25


def test_a_bomb_in_a_keras_file(tmp_path: Path) -> None:
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.weights.h5", bytes(2**26))
    with pytest.raises(DataError, match="they promise 67,108,864"):
        read_tensors(path)


def test_pickles_are_refused_with_the_line_that_converts_them(tmp_path: Path) -> None:
    old, new = tmp_path / "old.pt", tmp_path / "new"
    old.write_bytes(pickle.dumps({"w": 1}))
    with zipfile.ZipFile(new, "w") as file:
        file.writestr("archive/data.pkl", b"")
    nameless = tmp_path / "nameless"
    nameless.write_bytes(pickle.dumps({"w": 1}))
    for path in (old, new, nameless):
        with pytest.raises(DataError, match=r"may run any code.*weights_only=True") as caught:
            read_tensors(path)
        assert "\n" not in str(caught.value)


def test_the_line_that_converts_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    weight = torch.arange(6.0).reshape(2, 3)
    torch.save({"weight": weight.T, "shared": weight}, "net.pt")
    with pytest.raises(DataError) as caught:
        read_tensors("net.pt")
    line = re.search(r'python -c "(.*)"', str(caught.value))
    assert line is not None
    exec(line[1])  # noqa: S102 - what a reader of the message does
    found = read_tensors("net.safetensors")
    np.testing.assert_array_equal(found["weight"], weight.numpy().T)
    np.testing.assert_array_equal(found["shared"], weight.numpy())


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            read_tensors(path)


def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hdf5(tmp_path / "a.h5", ARRAYS)
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingLibraryError, match=r"a\.h5 needs h5py: pip install h5py"):
        read_tensors(tmp_path / "a.h5")
    with pytest.raises(ImportError):
        library("h5py", "a")
