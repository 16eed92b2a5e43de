"""The IDX reader takes whole, valid files and nothing else."""

import gzip
import hashlib
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from files import rewrite
from hypothesis import given, settings
from mirror import bomb
from tiny_mnist import encode

from minicnn.data import read_idx
from minicnn.errors import DataError

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


CONTENT = encode(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (0, 5), ()])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_every_type_and_shape(tmp_path: Path, kind: str, shape: tuple[int, ...], pack: Any) -> None:
    array = np.random.default_rng(0).integers(0, 100, shape).astype(kind)
    path = tmp_path / "file"
    path.write_bytes(pack(encode(array, CODES[kind])))
    found = read_idx(path)
    np.testing.assert_array_equal(found, array)
    assert found.dtype == np.dtype(kind)
    assert found.dtype.isnative


def test_the_checksum_is_of_the_uncompressed_content(tmp_path: Path) -> None:
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(CONTENT))
    right = hashlib.sha256(CONTENT).hexdigest()
    assert read_idx(path, right).shape == (2, 3, 4)
    with pytest.raises(DataError, match=rf"file\.gz.*{'0' * 64}.*{right}"):
        read_idx(path, "0" * 64)


def test_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    assert read_idx(path, shape=(2, 3, 4)).shape == (2, 3, 4)
    with pytest.raises(DataError, match=r"file: expected .* shape \(24,\), got \(2, 3, 4\)"):
        read_idx(path, shape=(24,))


BROKEN = {
    "bad magic": (b"\x01" + CONTENT[1:], "two zero bytes"),
    "wrong type code": (CONTENT[:2] + b"\x07" + CONTENT[3:], "IDX type.*0x07"),
    "empty": (b"", "nothing"),
    "within the header": (CONTENT[:10], "within the header"),
    "truncated": (CONTENT[:-1], "cut short.*24.*23"),
    "too long": (CONTENT + b"\0", "too long.*24"),
    "too many axes": (b"\0\0\x08\x41" + b"\0\0\0\x01" * 65 + b"\0", "fits in memory"),
    "too large axes": (b"\0\0\x08\x03" + bytes(4) + b"\xff" * 8, "fits in memory"),
    "promises more": (CONTENT[:4] + b"\xff" * 12 + CONTENT[16:], "promises"),
}


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused_by_name(tmp_path: Path, name: str, pack: Any) -> None:
    content, message = BROKEN[name]
    path = tmp_path / "digits"
    path.write_bytes(pack(content))
    with pytest.raises(DataError, match=rf"digits: .*({message})"):
        read_idx(path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "followed"])
def test_damaged_gzip(tmp_path: Path, damage: str) -> None:
    packed = bytearray(gzip.compress(CONTENT))
    if damage == "cut":
        packed = packed[:-9]
    elif damage == "flipped":
        packed[-6] ^= 1  # in the checksum
    else:
        packed += b"rubbish"
    path = tmp_path / "digits.gz"
    path.write_bytes(packed)
    with pytest.raises(DataError, match=r"digits\.gz"):
        read_idx(path)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere"):
        read_idx(tmp_path / "nowhere")
    with pytest.raises(DataError, match=tmp_path.name):
        read_idx(tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        read_idx("a\0b")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_promise_allocates_nothing(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(struct.pack(">HBB3I", 0, 8, 3, 2**31, 28, 28) + bytes(1000)))
    tracemalloc.start()
    with pytest.raises(DataError, match="promises"):
        read_idx(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3_000_000


def test_the_shape_bounds_what_a_bomb_takes(tmp_path: Path) -> None:
    path = tmp_path / "file.gz"
    for promised, message in (((2**31, 28, 28), "expected an array"), ((10, 28, 28), "too long")):
        path.write_bytes(bomb(promised))
        tracemalloc.start()
        with pytest.raises(DataError, match=message):
            read_idx(path, shape=(10, 28, 28))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 1_000_000


def test_a_bomb_is_refused_by_its_promise(tmp_path: Path) -> None:
    """What a file of its size cannot honestly hold is not begun, unless its shape is named."""
    path = tmp_path / "file.gz"
    sizes = (2**25 + 1,)
    path.write_bytes(gzip.compress(struct.pack(">HBBI", 0, 8, 1, *sizes) + bytes(sizes[0]), 1))
    tracemalloc.start()
    with pytest.raises(DataError, match=r"no more than 100 times.*shape=\(33554433,\)"):
        read_idx(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
    assert read_idx(path, shape=sizes).shape == sizes


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_give_an_array_or_a_data_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for begin in (b"", b"\0\0\x08", b"\x1f\x8b"):
        rewrite(path, begin + content)
        try:
            read_idx(path)
        except DataError as error:
            assert "any" in str(error)  # noqa: PT017 - either outcome is right
