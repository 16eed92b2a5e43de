"""Weights in the files of other libraries: read by name, and refused where a file lies."""

import io
import json
import pickle
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn.errors import ArgumentError, DataError, MissingLibraryError
from minicnn.interop import read_kernels, read_tensors
from minicnn.interop.libraries import library

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


def nested(file: Any) -> None:
    for _ in range(1_000):
        file = file.create_group("g")


def hdf5_bytes(write: Callable[[Any], Any]) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as opened:
        write(opened)
    return file.getvalue()


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource("/etc/other.h5", "w", (2,))
    file.create_virtual_dataset("w", layout)


def inflating(file: Any) -> None:
    """Eight bytes in a chunk that becomes 134 MB when it is read."""
    dataset = file.create_dataset("w", (8,), "u1", chunks=(8,), compression="gzip")
    dataset.id.write_direct_chunk((0,), zlib.compress(bytes(2**27), 1))


def two_arrays_in_one_place() -> bytes:
    """The second array, which is the end of the file, is cut off, and the first one put for it."""
    content = hdf5_bytes(lambda file: file.update({"a": RNG.random(1250), "b": RNG.random(1250)}))
    with h5py.File(io.BytesIO(content)) as file:
        first, second = (file[name].id.get_offset() for name in ("a", "b"))
    assert len(content) == second + 10_000
    shorter = bytearray(
        content[:second].replace(struct.pack("<Q", second), struct.pack("<Q", first))
    )
    shorter[40:48] = struct.pack("<Q", second)  # where the file ends
    return bytes(shorter)


def message(number: int, content: bytes) -> bytes:
    """A field of Protocol Buffers: its number, its length, seven bits a byte, and its content."""
    length, rest = bytearray(), len(content)
    while rest > 127:
        length.append(rest & 127 | 128)
        rest >>= 7
    return bytes([number << 3 | 2]) + bytes(length) + bytes([rest]) + content


BIG = 2**33
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "got an empty file"),
    "text": (lambda: b"hello, I am a text", "expected .npz, .safetensors, .onnx, or Keras's"),
    "one array": (lambda: b"\x93NUMPY\x01\x00", "a single array without a name; numpy.savez"),
    "a long header": (lambda: in_safetensors({}, length=BIG), "begins with"),
    "numbers that are not there": (lambda: promise(data_offsets=[0, 4]), "SafetensorError"),
    "a shape that is not there": (lambda: promise(shape=[BIG]) + bytes(4), "SafetensorError"),
    "a shape beyond all": (lambda: promise(shape=[2**62, 2**62]) + bytes(4), "SafetensorError"),
    "no header": (lambda: bytes(8) + b"{", "is a broken .safetensors file ("),
    "no such type": (
        lambda: promise(dtype="F8_E5M2", shape=[4]) + bytes(4),
        "expected arrays of numbers, got none; left out: 'w' of F8_E5M2",
    ),
    "an ONNX shape": (lambda: tensor(data_type=1, dims=[BIG], raw_data=bytes(8)), "ValueError"),
    "no ONNX numbers": (lambda: tensor(data_type=1, dims=[BIG]), "initialiser 'w' is broken"),
    "no ONNX type": (lambda: tensor(data_type=99, dims=[1]), "initialiser 'w' is broken"),
    "another file": (lambda: tensor(data_type=1, dims=[1], data_location=1), "in another file"),
    "an ONNX graph that ends early": (lambda: b"\x08\x07\x3a\xff\xff\xff\x7f", "too early"),
    "an ONNX number without end": (lambda: b"\x08" + b"\xff" * 20, "does not end"),
    "an ONNX field of no kind": (lambda: b"\x08\x07\x3f", "a field of the kind 7"),
    "many nodes": (
        lambda: b"\x08\x07" + message(7, b"\x0a\x00" * 50_000),
        "Constant nodes, are not read",
    ),
    "many places in other files": (
        lambda: b"\x08\x07" + message(7, message(5, message(8, b"w") + b"\x6a\x00" * 200_000)),
        "expected at most 100 entries of a kind in an initialiser, but 'w' has 200,000",
    ),
    "many names": (
        lambda: b"\x08\x07" + message(7, message(5, b"\x42\x00" * 200_000)),
        "but '' has 200,000",
    ),
    "many empty texts": (
        lambda: b"\x08\x07" + message(7, message(5, message(8, b"w") + b"\x32\x00" * 200_000)),
        "left out: 'w' of text",
    ),
    "no initialisers": (lambda: of_onnx([]).SerializeToString(), "got none"),
    "many unknown fields": (
        lambda: (
            b"\x08\x07"
            + message(7, message(5, b"".join(varint(n << 3) + b"\x00" for n in range(17, 200_000))))
        ),
        "the initialiser '' is broken",
    ),
    "a header of many tensors": (
        lambda: in_safetensors(
            {str(n): {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(80_000)}
        ),
        "expected a header of 4,194,304 bytes at most",
    ),
    "groups in groups": (
        lambda: hdf5_bytes(nested),
        "expected at most 50 groups inside each other",
    ),
    "an HDF5 shape": (
        lambda: hdf5_bytes(lambda file: file.create_dataset("w", (BIG,), "f4")),
        "'w' promises an array of float32 and shape (8589934592,), 34,359,738,368 bytes",
    ),
    "HDF5 chunks": (
        lambda: hdf5_bytes(lambda file: file.create_dataset("w", (BIG,), "f4", chunks=(8,))),
        "but has 0",
    ),
    "compressed zeros": (
        lambda: hdf5_bytes(lambda file: file.create_dataset("w", (BIG,), "u1", compression=1)),
        "'w' is stored through the filter deflate",
    ),
    "a chunk that inflates": (lambda: hdf5_bytes(inflating), "h5repack -f NONE old.h5 new.h5"),
    "two arrays in one place": (
        two_arrays_in_one_place,
        "bytes at most, the size of the file, but they promise 20,000",
    ),
    "numbers of another file": (
        lambda: hdf5_bytes(
            lambda file: file.create_dataset("w", (2,), "f4", external=[("/etc/hosts", 0, 8)])
        ),
        "'w' is kept in another file",
    ),
    "a view of another file": (lambda: hdf5_bytes(virtual), "'w' is kept in another file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(tmp_path: Path, name: str) -> None:
    make, message = HOSTILE[name]
    path = tmp_path / "weights"
    path.write_bytes(make())
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        read_tensors(path)
    assert str(path) in str(caught.value)


MEASURE = """
import sys
from pathlib import Path
from minicnn.errors import DataError
from minicnn.interop import read_kernels, read_tensors

def memory(name):
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split(name + ":")[1].split()[0])

for path in sys.argv[1:]:
    Path("/proc/self/clear_refs").write_text("5")  # forgets the most memory so far
    before = memory("VmRSS")
    try:
        read_tensors(path)
    except DataError:
        pass
    print(memory("VmHWM") - before)
"""
"""Prints the most memory that reading each file took, whoever took it."""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="asks Linux")
def test_hostile_files_take_no_memory(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number, _ in enumerate(HOSTILE)]
    for path, (make, _) in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(make())
    first = [tmp_path / f"first{ending}" for ending in WRITERS]  # for what readers import
    for path in first:
        WRITERS[path.suffix](path, ARRAYS)
    large = tmp_path / "large.npz"
    np.savez(large, np.zeros(5_000_000))
    command = [sys.executable, "-c", MEASURE, *map(str, [*first, *paths, large])]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    *taken, control = list(map(int, result.stdout.split()))[len(first) :]
    assert control > 35_000_000, "what is taken is seen"
    for name, path, most in zip(HOSTILE, paths, taken, strict=True):
        assert most < 3 * path.stat().st_size + 4_000_000, f"{name}: {most:,}"


def test_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    hdf5(tmp_path / "other.h5", ARRAYS)
    with h5py.File(tmp_path / "links.h5", "w") as file:
        file["own"] = np.ones(2)
        file["again"] = file["own"]
        file["circle"] = h5py.SoftLink("/")
        file["other"] = h5py.ExternalLink("other.h5", "steps")
    assert list(read_tensors(tmp_path / "links.h5")) == ["again"], "each array once"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"compression": 1}, "deflate"),
        ({"compression": "lzf"}, "lzf"),
        ({"shuffle": True, "fletcher32": True}, "shuffle, fletcher32"),
    ],
)
def test_what_stands_behind_a_filter_is_refused(
    tmp_path: Path, options: dict[str, Any], named: str
) -> None:
    hdf5(tmp_path / "small.h5", {"w": np.zeros(100)}, **options)
    with pytest.raises(DataError, match=rf"'w' is stored through the filter {named}, and only"):
        read_tensors(tmp_path / "small.h5")


def test_a_bomb_in_a_keras_file(tmp_path: Path) -> None:
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.weights.h5", bytes(2**26))
    with pytest.raises(DataError, match="they promise 67,108,864"):
        read_tensors(path)


def test_pickles_are_refused_with_the_line_that_converts_them(tmp_path: Path) -> None:
    old, new = tmp_path / "OLD.PT", tmp_path / "new"
    old.write_bytes(b"older than all protocols of pickle")
    with zipfile.ZipFile(new, "w") as file:
        file.writestr("archive/data.pkl", b"")
    nameless = tmp_path / "nameless"
    nameless.write_bytes(pickle.dumps({"w": 1}))
    for path in (old, new, nameless):
        with pytest.raises(DataError, match=r"may run any code.*\n.*weights_only=True"):
            read_tensors(path)


@pytest.mark.skipif(sys.platform == "win32", reason="its shell quotes in another way")
def test_the_line_that_converts_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch, name = pytest.importorskip("torch"), "it's $(touch x);touch y.pt"
    folder, elsewhere = tmp_path / "weights", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    weight = torch.arange(6.0).reshape(2, 3)
    torch.save({"weight": weight.T, "shared": weight}, folder / name)
    with pytest.raises(DataError) as caught:
        read_tensors(folder / name)
    line = str(caught.value).splitlines()[-1]
    result = subprocess.run(line, shell=True, check=False)  # noqa: S602
    assert result.returncode == 0
    found = read_tensors((folder / name).with_suffix(".safetensors"))
    np.testing.assert_array_equal(found["weight"], weight.numpy().T)
    np.testing.assert_array_equal(found["shared"], weight.numpy())
    assert not list(elsewhere.iterdir()), "nothing in the name is run"

    again = subprocess.run(line, shell=True, check=False)  # noqa: S602
    assert again.returncode != 0, "it overwrites nothing"
    assert list(read_tensors((folder / name).with_suffix(".safetensors"))) == ["shared", "weight"]
    torch.save({"epoch": 3, "model_state_dict": {"weight": weight}}, folder / name)
    (folder / name).with_suffix(".safetensors").unlink()
    subprocess.run(line, shell=True, check=True)  # noqa: S602
    assert list(read_tensors((folder / name).with_suffix(".safetensors"))) == ["weight"]


@pytest.mark.parametrize("part", ["dims", "name"])
def test_an_onnx_initialiser_in_pieces_is_refused(tmp_path: Path, part: str) -> None:
    """An entry of two bytes may become an object of eighty."""
    piece = {"dims": b"\x08\x01", "name": b"\x42\x00"}[part] * 101
    initialiser = b"\x2a" + varint(len(piece)) + piece
    (tmp_path / "w.onnx").write_bytes(b"\x08\x09\x3a" + varint(len(initialiser)) + initialiser)
    with pytest.raises(DataError, match="at most 100 entries of a kind in an initialiser, but ''"):
        read_tensors(tmp_path / "w.onnx")


def varint(number: int) -> bytes:
    """Return a whole number as Protocol Buffers write it."""
    low, high = number & 127, number >> 7
    return bytes([low | 128]) + varint(high) if high else bytes([low])


def test_two_onnx_initialisers_of_one_name_are_refused(tmp_path: Path) -> None:
    model = of_onnx([onnx.numpy_helper.from_array(ARRAYS["steps"], "steps")] * 2)
    (tmp_path / "w.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(DataError, match="expected one initialiser a name, got two 'steps'"):
        read_tensors(tmp_path / "w.onnx")


def test_where_the_name_of_a_file_does_say_something(tmp_path: Path) -> None:
    """What begins like nothing that is known, or like too much, is what its name says."""
    (tmp_path / "pytorch_model.bin").write_bytes(b"older than all protocols of pickle")
    with pytest.raises(DataError, match="may run any code"):
        read_tensors(tmp_path / "pytorch_model.bin")
    (tmp_path / "w.safetensors").write_bytes(promise()[:20])
    with pytest.raises(DataError, match=r"is a broken \.safetensors file"):
        read_tensors(tmp_path / "w.safetensors")
    model = of_onnx([onnx.numpy_helper.from_array(ARRAYS["steps"], "steps")])
    model.ClearField("ir_version")
    content = model.SerializeToString()
    assert not content.startswith(b"\x08")
    (tmp_path / "w.onnx").write_bytes(content)
    np.testing.assert_array_equal(read_tensors(tmp_path / "w.onnx")["steps"], ARRAYS["steps"])


def test_fields_of_a_fixed_size_and_several_names(tmp_path: Path) -> None:
    """Those that are not known are passed over; of several names, the last one holds."""
    fixed = varint(15 << 3 | 1) + b"\xff" * 8 + varint(15 << 3 | 5) + b"\xff" * 4
    array = onnx.numpy_helper.from_array(ARRAYS["steps"], "old").SerializeToString()
    graph = fixed + message(5, fixed + array + message(8, b"new")) + fixed
    (tmp_path / "w").write_bytes(b"\x08\x07" + fixed + message(7, graph) + fixed)
    found = read_tensors(tmp_path / "w")
    assert list(found) == ["new"]
    np.testing.assert_array_equal(found["new"], ARRAYS["steps"])


def test_an_onnx_name_that_is_not_text(tmp_path: Path) -> None:
    text = message(5, message(8, b"\xff") + message(6, b"a"))
    (tmp_path / "w").write_bytes(b"\x08\x07" + message(7, text))
    with pytest.raises(DataError, match="left out: '\ufffd' of text"):
        read_tensors(tmp_path / "w")


@pytest.mark.parametrize("ending", WRITERS)
def test_truth_values_are_read(tmp_path: Path, ending: str) -> None:
    flags = np.array([True, False])
    path = tmp_path / f"weights{ending}"
    WRITERS[ending](path, {"flags": flags})
    found = read_tensors(path)["flags"]
    np.testing.assert_array_equal(found, flags)
    assert found.dtype == bool


def test_safetensors_under_the_name_of_a_pickle_are_read(tmp_path: Path) -> None:
    safetensors.save_file({"w": np.ones(3)}, tmp_path / "w.pt")
    np.testing.assert_array_equal(read_tensors(tmp_path / "w.pt")["w"], np.ones(3))


def test_an_onnx_file_may_have_the_brace_of_safetensors(tmp_path: Path) -> None:
    """The name of who made it is so long that the brace is the ninth byte."""
    model = of_onnx([onnx.numpy_helper.from_array(ARRAYS["steps"], "steps")])
    model.producer_name = "abcd{"
    path = tmp_path / "weights"
    path.write_bytes(model.SerializeToString())
    assert path.read_bytes()[8:9] == b"{"
    assert list(read_tensors(path)) == ["steps"]


def test_what_is_left_out_is_said_where_nothing_else_is_there(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, fourier=np.zeros((2, 3, 3, 1), complex), text=np.array("a"))
    message = "expected arrays of numbers, got none; left out: 'fourier' of complex128, 'text' of "
    for read in (read_tensors, read_kernels):
        with pytest.raises(DataError, match=message):
            read(path)
    np.savez(path)
    with pytest.raises(DataError, match="got none; there is nothing in it"):
        read_tensors(path)
    np.savez(path, **{str(n): np.array("a") for n in range(30)})  # type: ignore[arg-type]
    with pytest.raises(DataError, match="'9' of <U1, and 20 more"):
        read_tensors(path)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["none"] = h5py.Empty("f4")
    with pytest.raises(DataError, match="left out: 'none' is empty"):
        read_tensors(tmp_path / "w.h5")


@pytest.mark.parametrize("ending", [".npz", ".h5", ".keras", ".onnx"])
def test_scalars_are_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"weights{ending}"
    WRITERS[ending](path, {"scale": np.array(2.5, np.float32), "w": np.ones(2)})
    assert read_tensors(path)["scale"].shape == ()
    assert read_tensors(path)["scale"] == 2.5


def test_one_tensor_of_another_type_leaves_the_others(tmp_path: Path) -> None:
    header = {
        "small": {"dtype": "F8_E4M3", "shape": [4], "data_offsets": [0, 4]},
        "w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]},
    }
    path = tmp_path / "a.safetensors"
    path.write_bytes(in_safetensors(header, bytes(8)))
    assert list(read_tensors(path)) == ["w"]
    text = onnx.helper.make_tensor("text", onnx.TensorProto.STRING, [200], [b"a"] * 200)
    model = of_onnx([text, onnx.numpy_helper.from_array(np.ones(2), "w")])
    (tmp_path / "a.onnx").write_bytes(model.SerializeToString())
    assert list(read_tensors(tmp_path / "a.onnx")) == ["w"]


@pytest.mark.parametrize("ending", WRITERS)
def test_tensors_come_in_the_order_of_their_names(tmp_path: Path, ending: str) -> None:
    names = ["conv2d_10/w", "conv2d/w", "conv2d_9/w", "conv2d_100/w"]
    path = tmp_path / f"weights{ending}"
    WRITERS[ending](path, {name: np.ones(2) for name in names})
    assert list(read_tensors(path)) == ["conv2d/w", "conv2d_9/w", "conv2d_10/w", "conv2d_100/w"]


def test_long_errors_of_other_libraries_are_shortened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: bytes) -> None:
        raise ValueError("two\nlines \x1b[31m" + "x" * 100_000)

    path = tmp_path / "a.safetensors"
    path.write_bytes(promise() + bytes(4))
    monkeypatch.setattr(sys.modules["safetensors"], "deserialize", fail)
    with pytest.raises(DataError, match=r"two\nlines \\x1b\[31mx{900,1000} ") as caught:
        read_tensors(path)
    assert len(str(caught.value)) < 1_500


def test_what_is_no_path() -> None:
    for path in (None, 3):
        with pytest.raises(ArgumentError, match="read_tensors: path must be a str or Path, got "):
            read_tensors(path)  # type: ignore[arg-type]


def test_many_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hdf5(tmp_path / "w.h5", {f"group/{n}": np.ones(1) for n in range(10)})
    monkeypatch.setattr("minicnn.interop.hdf5_file.MOST_NAMES", 12)
    assert len(read_tensors(tmp_path / "w.h5")) == 10
    monkeypatch.setattr("minicnn.interop.hdf5_file.MOST_NAMES", 11)
    with pytest.raises(DataError, match="expected at most 11 groups and arrays, got more"):
        read_tensors(tmp_path / "w.h5")


def test_one_array_is_open_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open one takes some 20 kB, many times what it may take in the file."""
    kinds, numbers = h5py.h5f, []

    def count(*_: Any) -> None:
        numbers.append(kinds.get_obj_count(kinds.OBJ_ALL, kinds.OBJ_DATASET))

    hdf5(tmp_path / "w.h5", {str(n): np.ones(1) for n in range(20)})
    monkeypatch.setattr("minicnn.interop.hdf5_file._check_promise", count)
    assert len(read_tensors(tmp_path / "w.h5")) == len(numbers) == 20
    assert max(numbers) <= 2, "and the one before, until it is let go"


def test_a_description_of_a_model_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    for config, read in (("[" * 2**23, True), ("[" * 2**10, False)):
        hdf5(tmp_path / "w.h5", ARRAYS)
        with h5py.File(tmp_path / "w.h5", "a") as file:
            file.attrs["model_config"] = config
        if read:
            assert sorted(read_tensors(tmp_path / "w.h5")) == sorted(ARRAYS)
        else:
            with pytest.raises(DataError, match="is a broken HDF5 file"):
                read_tensors(tmp_path / "w.h5")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            read_tensors(path)


def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hdf5(tmp_path / "a.h5", ARRAYS)
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingLibraryError, match=r"a\.h5 needs h5py: .* -m pip install h5py$"):
        read_tensors(tmp_path / "a.h5")
    with pytest.raises(ImportError):
        library("h5py", "a")


def test_a_library_that_is_broken_is_not_to_be_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    for name, line, said in (
        (
            "broken_so",
            "raise ImportError('libcudart.so: cannot open')",
            "ImportError: libcudart.so",
        ),
        ("broken_dll", "raise OSError('WinError 126')", "OSError: WinError 126"),
        ("broken_need", "import no_such_thing", "No module named 'no_such_thing'"),
    ):
        (tmp_path / f"{name}.py").write_text(line)
        with pytest.raises(MissingLibraryError) as caught:
            library(name, "it")
        assert f"it needs {name}, which is installed but cannot be imported (" in str(caught.value)
        assert said in str(caught.value)
        assert "pip install" not in str(caught.value)


def test_a_name_that_is_not_text_is_left_out(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "weights.h5"
    with h5py.File(path, "w") as file:
        file[b"\x90ne"] = np.ones((2, 3))
    with pytest.raises(DataError, match=r"got none; .*x90ne.* has a name that is not UTF-8"):
        read_tensors(path)
    with h5py.File(path, "a") as file:
        file["one"] = np.ones((2, 3))
    assert list(read_tensors(path)) == ["one"]


@pytest.mark.parametrize("kind", ["INT4", "FLOAT8E4M3FN"])
def test_numbers_that_need_a_scale_are_left_out(tmp_path: Path, kind: str) -> None:
    onnx = pytest.importorskip("onnx")
    path, numbers = tmp_path / "model.onnx", np.ones((2, 1, 3, 3), np.float32)
    kinds = [getattr(onnx.TensorProto, kind), onnx.TensorProto.BFLOAT16]
    made = [onnx.helper.make_tensor(f"w{k}", k, numbers.shape, numbers.ravel()) for k in kinds]
    graph = onnx.helper.make_graph([], "graph", [], [], initializer=made)
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString())
    (tensor,) = read_tensors(path).values()
    assert tensor.dtype == np.float32
    np.testing.assert_array_equal(tensor, numbers)
