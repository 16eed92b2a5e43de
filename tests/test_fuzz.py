"""Broken and hostile files: every reader gives what was written, or our own error, and no more.

Every byte of a small valid file is changed, and the file is cut at every place. Checksums find most
of it; what they do not find must be told by what is read, or change nothing.
"""

import functools
import gzip
import importlib.util
import io
import json
import pickle
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from files import rewrite
from films import recording
from hypothesis import HealthCheck, given, settings

from minicnn import (
    Adam,
    AverageWeights,
    Callback,
    Checkpoint,
    CrossEntropy,
    Dense,
    Doctor,
    EarlyStopping,
    Flatten,
    Sequential,
    Trainer,
    Warmup,
)
from minicnn.data import Dataset, read_idx
from minicnn.errors import DataError, MinicnnError, MissingLibraryError
from minicnn.inspection import Recording
from minicnn.interop import read_tensors
from minicnn.training.callbacks import Training

HEADER = 12  # bytes of this one
SHORT = 2500  # bytes of a file that is tried at each of them
SHORTER = {"HDF5": 200}  # the same of those that take milliseconds to open


def idx_file(path: Path) -> None:
    path.write_bytes(struct.pack(">HBB2I", 0, 8, 2, 2, 3) + bytes(range(6)))


def idx_gz_file(path: Path) -> None:
    idx_file(path)
    path.write_bytes(gzip.compress(path.read_bytes()))


def model() -> Sequential:
    return Sequential([Flatten(), Dense(2)], input_shape=(1, 1, 2), seed=0)


FEW = Dataset(
    np.arange(8.0, dtype=np.float32).reshape(4, 1, 1, 2), np.array([0, 1, 0, 1]), ("even", "odd")
)


class Interrupt(Callback):
    """Ends a training soon, so that one with a million epochs is no matter."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        self.left -= 1
        if self.left <= 0:
            trainer.interrupt()


def checkpoint(path: Path, *watchers: Callback) -> None:
    trainer = Trainer(model(), Adam(Warmup(0.1)), CrossEntropy())
    callbacks = [
        Checkpoint(path.parent, every_seconds=0),
        Interrupt(5 if watchers else 1),
        *watchers,
    ]
    trainer.fit(FEW, 9, 2, callbacks=callbacks, progress=False)
    (path.parent / "last.npz").replace(path)


def go_on(trainer: Trainer) -> None:
    """Train on, which may be refused; any other error is a failure."""
    with suppress(MinicnnError):
        doctor = Doctor(lambda line: None)
        callbacks = [EarlyStopping(), doctor, AverageWeights(), Interrupt(3)]
        trainer.fit(FEW, callbacks=callbacks, progress=False)


def load_weights(path: Path) -> Sequential:
    loaded = model()
    loaded.load_weights(path)
    return loaded


def of_array(array: Any) -> bytes:
    return repr((array.dtype.str, array.shape)).encode() + bytes(array.tobytes())


def of_model(loaded: Sequential) -> bytes:
    flags = [(name, p.role, p.decay) for name, p in loaded.named_parameters().items()]
    return repr((loaded, flags)).encode() + b"".join(of_array(p.value) for p in loaded.parameters)


def of_trainer(loaded: Trainer) -> bytes:
    order = loaded._order.state()
    rest = (loaded.progress.as_dict(), loaded.history.rows, order, loaded.optimizer)
    slots = [array for slots in loaded.optimizer.slots for array in slots.values()]
    return of_model(loaded.model) + repr(rest).encode() + b"".join(map(of_array, slots))


def of_film(loaded: Recording) -> bytes:
    arrays = (loaded.kernels, loaded.steps, loaded.loss, loaded.edge, loaded.live)
    return repr(loaded).encode() + b"".join(map(of_array, arrays))


def of_tensors(loaded: dict[str, Any]) -> bytes:
    return repr(list(loaded)).encode() + b"".join(map(of_array, loaded.values()))


def tensors() -> dict[str, Any]:
    return {"one/weight": np.arange(6, dtype=np.float32).reshape(2, 3), "bias": np.zeros(2)}


def npz_file(path: Path) -> None:
    np.savez(path, **tensors())


def hdf5_file(path: Path) -> None:
    h5py = importlib.import_module("h5py")
    with h5py.File(path, "w") as file:
        for name, array in tensors().items():
            file[name] = array


def onnx_file(path: Path) -> None:
    onnx = importlib.import_module("onnx")
    made = [onnx.numpy_helper.from_array(array, name) for name, array in tensors().items()]
    graph = onnx.helper.make_graph([], "graph", [], [], initializer=made)
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString())


def safetensors_file(path: Path) -> None:
    importlib.import_module("safetensors.numpy").save_file(tensors(), path)


READERS: dict[str, tuple[Callable[[Path], None], Callable[[Path], Any], Callable[[Any], bytes]]] = {
    "IDX": (idx_file, read_idx, of_array),
    "IDX in gzip": (idx_gz_file, read_idx, of_array),
    "model": (lambda path: model().save(path), Sequential.load, of_model),
    "weights": (lambda path: model().save_weights(path), load_weights, of_model),
    "checkpoint": (checkpoint, Trainer.resume, of_trainer),
    "film": (lambda path: recording((1, 1, 3, 3), moments=2).save(path), Recording.load, of_film),
    "tensors in npz": (npz_file, read_tensors, of_tensors),
}
OTHERS = {
    "HDF5": ("h5py", hdf5_file),
    "ONNX": ("onnx", onnx_file),
    "safetensors": ("safetensors", safetensors_file),
}
READERS |= {
    name: (write, read_tensors, of_tensors)
    for name, (library, write) in OTHERS.items()
    if importlib.util.find_spec(library)
}
NAMES_UNKNOWN = {"tensors in npz", *OTHERS}
"""Kinds whose reader cannot know which arrays there should be, so one may be lost or renamed."""


def outcome(path: Path, content: bytes, read: Callable[[Path], Any]) -> Any:
    """What is read, or the class of the error; any other error, and any warning, is a failure."""
    rewrite(path, content)
    try:
        return read(path)
    except MissingLibraryError:
        return DataError  # it begins like a file that needs a library which is not installed
    except DataError as error:
        if str(path) not in str(error):
            raise  # a message must name the file
        return DataError


@pytest.mark.parametrize("name", READERS)
def test_every_changed_byte_and_every_cut(tmp_path: Path, name: str) -> None:
    """In long files every few bytes, since their format is that of the short ones."""
    write, read, sum_up = READERS[name]
    path = tmp_path / "file.npz"
    write(path)
    content = path.read_bytes()
    right, refused = sum_up(read(path)), 0
    step = 1 + len(content) // SHORTER.get(name, SHORT)
    for place in range(0, len(content), step):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        for broken in (bytes(changed), content[:place]):
            found = outcome(path, broken, read)
            if found is DataError:
                refused += 1
            elif name == "IDX" and place >= HEADER:
                assert found.shape == (2, 3)  # it has no checksum of its own
            elif name in NAMES_UNKNOWN:
                assert sum(array.nbytes for array in found.values()) <= len(content)
            else:
                assert sum_up(found) == right, f"byte {place} made something else of it"
    if name in NAMES_UNKNOWN:
        assert refused > 0.5 * len(content) / step, "most cuts"
    else:
        assert refused > len(content) / step, "all cuts, and most changes"


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=50, deadline=None)
@given(
    content=st.binary(max_size=200),
    begin=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x89HDF\r\n\x1a\n", b"\x08"]),
)
def test_random_bytes(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes, begin: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "random"
    _, read, _ = READERS[name]
    if outcome(path, begin + content, read) is not DataError:
        assert name.startswith("IDX")  # a few bytes may be a small array


# An archive that is whole, checksums and all, may still say anything. So one thing in a valid file
# is put in the place of another: a word of its JSON by any JSON, an array by any array.

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from([10**6, 10**9, 2**31, 2**63, 10**30, -(10**30), 0.5, 1e308, float("nan")]),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["Conv2D", "Sequential", "Softmax", "Layer", "../x", "os.system", "Cosine"]),
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=3) | st.sampled_from(["type", "options", "array"]), inner
        )
    ),
    max_leaves=6,
)
ARRAYS = st.builds(
    lambda kind, shape: np.zeros(shape, kind),
    st.sampled_from(["f4", "f8", "f2", "i8", "u1", "?", "U3", "S3", "c16", "M8[s]", "V4", "f4,i2"]),
    st.lists(st.integers(0, 3), max_size=5),
)
MEMORY = 32_000_000
"""Bytes that no such file may take to read."""


def replace_one(document: Any, draw: Callable[[Any], Any]) -> Any:
    """Put something else in the place of one thing in a document, or of all of it."""
    if isinstance(document, dict) and document and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(document)))
        if not draw(st.integers(0, 9)):
            return {k: v for k, v in document.items() if k != key}
        return document | {key: replace_one(document[key], draw)}
    if isinstance(document, list) and document and draw(st.integers(0, 9)):
        place = draw(st.integers(0, len(document) - 1))
        return [*document[:place], replace_one(document[place], draw), *document[place + 1 :]]
    return draw(DOCUMENTS)


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """The entries of a valid file of each kind."""

    @functools.cache
    def entries(name: str) -> dict[str, Any]:
        path = tmp_path_factory.mktemp("valid") / "file.npz"
        if name == "checkpoint":
            checkpoint(path, EarlyStopping(), Doctor(lambda line: None), AverageWeights())
        else:
            READERS[name][0](path)
        with np.load(path) as found:
            return dict(found)

    return entries


@pytest.mark.parametrize("name", ["model", "weights", "checkpoint", "film"])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whole_archives_that_say_anything(
    tmp_path_factory: pytest.TempPathFactory,
    valid: Callable[[str], dict[str, Any]],
    name: str,
    data: st.DataObject,
) -> None:
    path, parts = tmp_path_factory.getbasetemp() / f"whole-{name}.npz", dict(valid(name))
    for _ in range(data.draw(st.integers(1, 2))):
        entry = data.draw(st.sampled_from(sorted(parts)))
        if entry in ("architecture", "training"):
            document = replace_one(json.loads(str(parts[entry])), data.draw)
            parts[entry] = np.array(json.dumps(document))
        else:
            parts[entry] = data.draw(ARRAYS)
    content = io.BytesIO()
    np.savez(content, **parts)
    tracemalloc.start()
    found = outcome(path, content.getvalue(), READERS[name][1])
    if isinstance(found, Trainer):
        go_on(found)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MEMORY


class Bait:
    """What a pickle may do: it makes a file when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", READERS)
def test_nothing_in_a_file_is_run(tmp_path: Path, name: str) -> None:
    _, read, _ = READERS[name]
    touched, path = tmp_path / "touched", tmp_path / "file.npz"
    bait = np.array([Bait(touched)], object)
    np.savez(path, architecture=bait, training=bait, format=bait)
    hostile = [path.read_bytes(), pickle.dumps(Bait(touched))]
    np.save(path, bait)
    for content in [*hostile, path.read_bytes()]:
        assert outcome(path, content, read) is DataError
    assert not touched.exists()
    pickle.loads(hostile[1])  # noqa: S301 - to see that the bait works
    assert touched.exists()
