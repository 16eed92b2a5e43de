"""The reader of .npz files takes what is whole and harmless, and little memory for the rest."""

import io
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn.errors import DataError
from minicnn.saving import archive
from minicnn.saving.archive import read_archive

ARRAYS: dict[str, Any] = {
    "0.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "by columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "big-endian": np.arange(3, dtype=">i4"),
    "none": np.zeros((0, 5)),
    "one": np.array(7),
    "text": np.array("Grüße"),
    "flags": np.array([True, False]),
}


def npy(array: Any, **changed: str) -> bytes:
    """An .npy file, with some of the words in its header replaced."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array))
    content = file.getvalue()
    for old, new in changed.items():
        content = content.replace(old.encode(), new.encode())
    return content


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_back_as_they_were(tmp_path: Path, save: Callable[..., None]) -> None:
    path = tmp_path / "arrays.npz"
    save(path, **ARRAYS)
    found = read_archive(path, "arrays")
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype
        assert found[name].flags.f_contiguous == array.flags.f_contiguous
        assert found[name].flags.writeable


def entries(path: Path, contents: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in contents.items():
            file.writestr(name, content)


def header(shape: str, kind: str = "'<f4'") -> bytes:
    """The beginning of an .npy file that promises any shape."""
    text = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


HOSTILE: dict[str, tuple[dict[str, bytes], str]] = {
    "a path": ({"../../etc/passwd.npy": npy(1)}, r"got '\.\./\.\./etc/passwd\.npy'"),
    "an absolute path": ({"/etc/passwd.npy": npy(1)}, "got '/etc/passwd.npy'"),
    "a path of Windows": ({"..\\evil.npy": npy(1)}, r"expected entries such as '0\.weight\.npy'"),
    "no array": ({"readme.txt": b"hello"}, "got 'readme.txt'"),
    "Python objects": ({"a.npy": npy(np.array([{}], object))}, r"'a\.npy' has Python objects"),
    "objects in a record": ({"a.npy": header("(1,)", "[('x', '|O')]")}, "has Python objects"),
    "a huge promise": ({"a.npy": header("(2147483648, 28, 28)")}, "promises an array of float32"),
    "a promise too small": ({"a.npy": header("(2,)") + bytes(9)}, "but 9 bytes follow it"),
    "a negative shape": ({"a.npy": header("(-1, -2)") + bytes(8)}, r"shape \(-1, -2\), but 8"),
    "numbers of no size": ({"a.npy": header("(1099511627776,)", "'<U0'")}, "something else"),
    "a header of code": ({"a.npy": header("__import__('os').abort()")}, "something else"),
    "a header without end": ({"a.npy": header("(" * 9_000)}, "something else"),
    "a later version": ({"a.npy": b"\x93NUMPY\x09\x00" + bytes(100)}, "something else"),
    "no header": ({"a.npy": b""}, "something else"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_entries_are_refused_by_name(tmp_path: Path, name: str) -> None:
    contents, message = HOSTILE[name]
    path = tmp_path / "model.npz"
    entries(path, contents)
    with pytest.raises(DataError, match=rf"model\.npz: .*{message}"):
        read_archive(path, "a model")


def test_names_cannot_write_lines_or_colours(tmp_path: Path) -> None:
    path, name = tmp_path / "model.npz", "a\n\x1b[31m" + "b" * 500 + ".npy"
    record = header("(1,)", f"[('{'x' * 5_000}', '<f4')]")
    for content in (npy(np.array([{}], object)), header("(2,)"), record, header("(" * 3_000)):
        entries(path, {name: content})
        with pytest.raises(DataError) as caught:
            read_archive(path, "a model")
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < len(str(path)) + 1_300
    entries(path, {name: npy(1)}, zipfile.ZIP_BZIP2)
    with pytest.raises(DataError, match=r"'a\\n\\x1b\[31mb+ \.\.\. is compressed in another way"):
        read_archive(path, "a model")


def test_an_entry_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    entries(path, {"b.npy": npy(1), "a.npy": npy(2)})
    path.write_bytes(path.read_bytes().replace(b"b.npy", b"a.npy"))
    with pytest.raises(DataError, match=r"one entry of each name, got 2 called 'a\.npy'"):
        read_archive(path, "a model")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(tmp_path: Path, method: int) -> None:
    """Some take as much memory as their header names."""
    entries(tmp_path / "model.npz", {"a.npy": npy(1)}, method)
    with pytest.raises(DataError, match=rf"'a\.npy' is compressed in another way.*{method}"):
        read_archive(tmp_path / "model.npz", "a model")


def peak(action: Callable[[], None]) -> int:
    """The most memory that an action holds, in bytes."""
    tracemalloc.start()
    action()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def refuse(path: Path, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        read_archive(path, "a model")


def test_an_entry_that_inflates_to_hundreds_of_megabytes_takes_no_memory(tmp_path: Path) -> None:
    path, size = tmp_path / "bomb.npz", 2**27
    start, rest = header(f"({size},)", "'|u1'"), bytes(2**24)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("a.npy", "w") as member,
    ):
        member.write(start)
        for _ in range(size // len(rest)):
            member.write(rest)
    assert path.stat().st_size < 1_000_000
    assert peak(lambda: refuse(path, "but they promise 134,217,8")) < 1_000_000


def test_a_bomb_that_understates_its_size(tmp_path: Path) -> None:
    """What inflates to more than the archive states ends where it states, and is then broken."""
    path, size = tmp_path / "bomb.npz", 2**25
    entries(path, {"a.npy": header(f"({size},)", "'|u1'") + bytes(size)}, zipfile.ZIP_DEFLATED)
    content = path.read_bytes()
    stated = struct.pack("<I", len(header(f"({size},)", "'|u1'")) + size)
    assert content.count(stated) == 2
    path.write_bytes(content.replace(stated, struct.pack("<I", 1000)))
    assert peak(lambda: refuse(path, "bomb.npz")) < 1_000_000


def test_entries_that_lie_on_top_of_each_other(tmp_path: Path) -> None:
    """A thousand names for the same bytes: each could be read, but together they never fitted."""
    path = tmp_path / "many.npz"
    content = npy(np.zeros(10_000))
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.npy", content)
        for number in range(1_000):
            double = zipfile.ZipInfo(f"{number}.npy")
            first = file.filelist[0]
            double.file_size, double.compress_size = first.file_size, first.compress_size
            double.CRC, double.header_offset = first.CRC, first.header_offset
            file.filelist.append(double)
    assert peak(lambda: refuse(path, "the size of the file, but they promise")) < 5_000_000


def test_a_long_text_is_not_compressed(tmp_path: Path) -> None:
    path, text = tmp_path / "model.npz", np.array(" " * (archive.MOST_TEXT // 4))
    np.savez_compressed(path, architecture=text)
    with pytest.raises(
        DataError, match=r"'architecture\.npy' has 1,048,704; numpy\.savez does not"
    ):
        read_archive(path, "a model")
    np.savez(path, architecture=text)
    assert read_archive(path, "a model")["architecture"] == text


def test_the_limit_of_what_is_compressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "film.npz"
    np.savez_compressed(path, a=np.zeros(100), b=np.zeros(100))
    size = sum(info.file_size for info in zipfile.ZipFile(path).infolist())
    monkeypatch.setattr(archive, "MOST_INFLATED", size)
    assert len(read_archive(path, "a film")) == 2
    monkeypatch.setattr(archive, "MOST_INFLATED", size - 1)
    with pytest.raises(DataError, match=r"numpy\.savez writes entries that are not compressed"):
        read_archive(path, "a film")
