"""CIFAR-10: what is read from its archive or its files, what is refused, and how it is found."""

import gzip
import io
import re
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mirror import BAD, GOOD, Mirror
from tiny_cifar import COUNT, FILES, MEMBERS, RECORDS, WHOLE, archive, tar
from tiny_mnist import names

from minicnn.data import load_cifar10
from minicnn.data.cifar10 import CIFAR10, RECORD
from minicnn.errors import DataError

FILE = CIFAR10.file
FIRST, LAST = f"{CIFAR10.folder}/{CIFAR10.train[0]}", f"{CIFAR10.folder}/{CIFAR10.test[0]}"


def unpack(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)


def put(folder: Path, content: bytes = WHOLE) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(content)
    return folder / FILE


def check(loaded: Any) -> None:
    """Assert that it is what the tiny archive has."""
    for data, files in zip(loaded, (CIFAR10.train, CIFAR10.test), strict=True):
        together = np.concatenate([RECORDS[file] for file in files])
        assert data.images.shape == (len(together), 3, 32, 32)
        assert data.images.dtype == np.float32
        assert data.labels.dtype == np.int64
        np.testing.assert_array_equal(data.labels, together[:, 0])
        assert data.classes == CIFAR10.classes
        for n, channel, row, column in ((0, 0, 0, 0), (7, 1, 31, 2), (19, 2, 5, 31)):
            byte = together[n, 1 + channel * 1024 + row * 32 + column]
            assert data.images[n, channel, row, column] == np.float32(byte) / np.float32(255)
        expected = together[:, 1:].astype(np.float32).reshape(data.images.shape) / np.float32(255)
        np.testing.assert_array_equal(data.images, expected)


# -- where it lies ----------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["checkout", "own", "cache"])
@pytest.mark.parametrize("unpacked", [None, ".", CIFAR10.folder])
def test_every_known_place(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, unpacked: str | None
) -> None:
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    if unpacked is None:
        put(tmp_path / place / "tiny")
    else:
        unpack(tmp_path / place / "tiny" / unpacked)
    check(archive().load())


@pytest.mark.parametrize("unpacked", [None, ".", CIFAR10.folder])
def test_a_folder_of_ones_own(tmp_path: Path, unpacked: str | None) -> None:
    if unpacked is None:
        put(tmp_path)
    else:
        unpack(tmp_path / unpacked)
    check(archive().load(tmp_path))


def test_a_folder_without_it(tmp_path: Path) -> None:
    message = rf"{FILE}: expected this file, or data_batch_1\.bin and the others .*, got none"
    with pytest.raises(DataError, match=message):
        load_cifar10(tmp_path)
    with pytest.raises(DataError, match="that is a file: give the folder it lies in"):
        load_cifar10(put(tmp_path / "there"))


def test_the_official_archive() -> None:
    assert CIFAR10.count * (len(CIFAR10.train) + len(CIFAR10.test)) == 60_000
    assert CIFAR10.length == 170_052_171
    assert CIFAR10.sha256.startswith("c4a38c50a1bc5f3a")
    assert len(CIFAR10.sha256) == 64
    assert len(CIFAR10.classes) == 10
    assert CIFAR10.mirrors[0].startswith("https://")


# -- files that were unpacked -----------------------------------------------------------------


def label(value: int, record: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        return content[: record * RECORD] + bytes([value]) + content[record * RECORD + 1 :]

    return change


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("data_batch_2.bin", lambda c: c[:-1], "expected 20 records of 3,073 bytes, 61,460 in all"),
        ("test_batch.bin", lambda c: c + b"x", "61,460 in all, got 61,461"),
        ("test_batch.bin", lambda c: b"", "61,460 in all, got 0"),
        ("data_batch_3.bin", label(10, 4), r"expected labels in 0\.\.9, got 10 in record 4"),
        ("data_batch_3.bin", label(255, 19), r"got 255 in record 19"),
    ],
)
def test_a_broken_file_is_named(
    tmp_path: Path, file: str, change: Callable[[bytes], bytes], message: str
) -> None:
    unpack(tmp_path)
    (tmp_path / file).write_bytes(change(FILES[file]))
    with pytest.raises(DataError, match=rf"{re.escape(str(tmp_path / file))}: .*{message}.*Put"):
        archive().load(tmp_path)


def test_a_file_that_is_another_shows_in_the_classes(tmp_path: Path) -> None:
    unpack(tmp_path)
    (tmp_path / "test_batch.bin").write_bytes(label(0, 0)(label(0, 1)(FILES["test_batch.bin"])))
    with pytest.raises(DataError, match=r"as many pictures of each class in test_batch\.bin, got"):
        archive().load(tmp_path)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    unpack(tmp_path)
    (tmp_path / "data_batch_4.bin").unlink()
    with pytest.raises(DataError, match=r"cannot be read: .*data_batch_4\.bin"):
        archive().load(tmp_path)


# -- archives ---------------------------------------------------------------------------------


def read(tmp_path: Path, content: bytes) -> Any:
    """Read an archive as if it were the official one."""
    return archive(content).load(put(tmp_path, content).parent)


def without(name: str) -> bytes:
    return tar({member: content for member, content in MEMBERS.items() if member != name})


def special(kind: bytes, target: str = "") -> bytes:
    """An archive in which the first file is something else."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as written:
        member = tarfile.TarInfo(FIRST)
        member.type, member.linkname = kind, target
        written.addfile(member)
    return packed.getvalue() + tar({})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (without(FIRST), rf"expected {FIRST} in it, got no such file"),
        (without(LAST), rf"expected {LAST} in it, got no such file"),
        (tar(MEMBERS | {FIRST: FILES["data_batch_1.bin"][:-1]}), rf"{FIRST}: expected 20 records"),
        (tar(MEMBERS | {LAST: bytes(10**6)}), rf"{LAST}: expected 20 records.* got 1,000,000"),
        (
            tar(MEMBERS | {FIRST: label(77, 3)(MEMBERS[FIRST])}),
            rf"{FIRST}: expected labels in 0\.\.9, got 77 in record 3",
        ),
        (
            tar({f"../{name}": content for name, content in MEMBERS.items()}),
            "got no such file",
        ),
        (special(tarfile.SYMTYPE, "/etc/passwd"), "got no such file"),
        (special(tarfile.LNKTYPE, "/etc/passwd"), "got no such file"),
        (special(tarfile.CHRTYPE), "got no such file"),
        (special(tarfile.DIRTYPE), "got no such file"),
        (tar()[:90_000], "cannot be read: unexpected end of data"),
        (b"", "cannot be read: empty file"),
        (b"x" * 2_000, "cannot be read: "),
        (tar({str(number): b"" for number in range(200)} | MEMBERS), "got no such file"),
    ],
)
def test_archives_that_hold_something_else(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=rf"{FILE}: .*{message}"):
        read(tmp_path, gzip.compress(content, 1))
    assert names(tmp_path) == [FILE], "nothing is unpacked to the disk"


@pytest.mark.parametrize("content", [WHOLE[: len(WHOLE) // 2], b"\x1f\x8b\x08", b"no"])
def test_what_gzip_cannot_unpack(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match=rf"{FILE}: cannot be read: "):
        read(tmp_path, content)


def test_the_order_of_the_members_does_not_matter(tmp_path: Path) -> None:
    check(read(tmp_path, gzip.compress(tar(dict(reversed(MEMBERS.items()))), 1)))


def long_name(size: int) -> bytes:
    """The header of a member whose name has that many bytes."""
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, size
    return member.tobuf(tarfile.GNU_FORMAT)


def promised(size: int) -> bytes:
    """The header of the first file, of that many bytes."""
    member = tarfile.TarInfo(FIRST)
    member.size = size
    return member.tobuf(tarfile.GNU_FORMAT)


def other(size: int) -> bytes:
    member = tarfile.TarInfo("other")
    member.size = size
    return member.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (promised(10**9), "expected 20 records .* got 1,000,000,000"),
        (long_name(10**9), r"expected to unpack to at most 1,417,336 bytes"),
        (other(10**9), r"expected to unpack to at most 1,417,336 bytes"),
    ],
)
def test_a_bomb_takes_no_memory(tmp_path: Path, header: bytes, message: str) -> None:
    zeros = gzip.compress(bytes(10**7))
    bomb = gzip.compress(header) + zeros * 100  # a gigabyte
    put(tmp_path, bomb)
    tracemalloc.start()
    with pytest.raises(DataError, match=rf"{FILE}: .*{message}"):
        archive(bomb).load(tmp_path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


def test_an_archive_that_is_not_the_official_one(tmp_path: Path) -> None:
    altered = WHOLE[:-1] + bytes([WHOLE[-1] ^ 1])
    for content, message in (
        (altered, "expected content of SHA-256 .*, got "),
        (b"<html>", r"expected an archive of .* bytes, got 6 that begin with 3c 68 74 6d 6c 3e"),
        (b"", "got 0 that begin with nothing"),
    ):
        put(tmp_path, content)
        with pytest.raises(DataError, match=rf"{FILE}: .*{message}.*Put tiny's own {FILE}"):
            archive().load(tmp_path)


@pytest.mark.parametrize("byte", [0, 3, 100, 124, 130, 148, 156, 157, 257, 345])
def test_a_changed_byte_in_a_header(tmp_path: Path, byte: int) -> None:
    whole = tar()
    starts = [0, 512, whole.index(FIRST.encode()), whole.index(LAST.encode())]
    for start in starts:
        changed = bytearray(whole)
        changed[start + byte] ^= 0xFF
        with pytest.raises(DataError, match=rf"{FILE}: (cannot be read|.* got no such file)"):
            read(tmp_path, gzip.compress(changed, 0))


# -- downloads --------------------------------------------------------------------------------


@pytest.fixture
def serving(mirror: Mirror) -> Mirror:
    mirror.files = {FILE: WHOLE}
    return mirror


def test_what_lies_nowhere_is_downloaded_once(cache: Path, serving: Mirror) -> None:
    good = archive(WHOLE, serving("good"))
    for _ in range(2):
        check(good.load())
    assert serving.asked == [f"/good/{FILE}"], "the second time it was in the cache"
    assert names(cache) == [FILE]


@pytest.mark.parametrize("kind", [kind for kind in GOOD if kind not in ("unpacked", "modem")])
def test_odd_but_honest_mirrors(cache: Path, serving: Mirror, kind: str) -> None:
    check(archive(WHOLE, serving(kind)).load())


KINDS = {
    "cut short": "ended after",
    "cut short, no length": "expected an archive of",
    "announces too little": "expected an archive of .* got 20 that begin with 1f 8b",
    "announces an absurd length": "announces 1,000,.* the file has no more than",
    "a body without end": "stopped after .* the file has no more than",
    "html": "got 26 that begin with 3c 68",
    "packed twice": "announces .* the file has no more than",
    "a bomb": "announces .* the file has no more than",
    "empty": "got 0 that begin with nothing",
    "404": "404",
    "500": "500",
    "garbage": "BadStatusLine",
    "to a file": "not allowed",
}


@pytest.mark.parametrize("kind", KINDS)
def test_bad_mirrors_are_given_up(cache: Path, serving: Mirror, kind: str) -> None:
    assert kind in BAD
    with pytest.raises(DataError) as caught:
        archive(WHOLE, serving(kind)).load()
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{FILE}: no mirror delivered it:"
    assert re.search(KINDS[kind], lines[1].removeprefix(f"  {serving(kind)}/{FILE}: "))
    assert str(cache) in lines[2], "where to put the file by hand"
    assert names(cache) == [], "no part of a file is left"


def test_content_of_the_right_length_that_is_another(cache: Path, serving: Mirror) -> None:
    serving.files = {FILE: WHOLE[:-1] + b"?"}
    with pytest.raises(DataError, match=r"no mirror delivered it:\n.*expected content of SHA-256"):
        archive(WHOLE, serving("good")).load()
    assert names(cache) == []


def test_the_next_mirror_is_asked_when_one_fails(cache: Path, serving: Mirror) -> None:
    check(archive(WHOLE, *map(serving, ("404", "html", "cut short", "good", "empty"))).load())
    assert [path.split("/")[1] for path in serving.asked] == ["404", "html", "cut%20short", "good"]


def test_a_broken_archive_in_the_cache_is_replaced_and_one_elsewhere_is_not(
    cache: Path, serving: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good, path = archive(WHOLE, serving("good")), put(cache, WHOLE[:-9])
    check(good.load())
    assert path.read_bytes() == WHOLE
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    mine = put(tmp_path / "own" / "tiny", WHOLE[:-9])
    with pytest.raises(DataError, match=rf"{re.escape(str(mine))}: .*Remove it, and load again"):
        good.load()
    assert mine.read_bytes() == WHOLE[:-9]
    assert len(serving.asked) == 1


def test_offline_the_message_says_what_to_do(cache: Path) -> None:
    with pytest.raises(DataError) as caught:
        archive(WHOLE, "http://127.0.0.1:9/closed").load()
    assert "refused" in str(caught.value)
    assert f"put it into the folder {cache}" in str(caught.value)
    put(cache, b"broken")
    with pytest.raises(DataError, match=r"got 6 that begin .* could not be downloaded again: "):
        archive(WHOLE, "http://127.0.0.1:9/closed").load()


def test_a_folder_that_cannot_be_written_is_found_before_the_download(
    cache: Path, serving: Mirror
) -> None:
    cache.parent.write_bytes(b"mine")
    with pytest.raises(DataError, match="or set MINICNN_DATA to another folder"):
        archive(WHOLE, serving("good")).load()
    assert not serving.asked


def test_the_count_is_what_the_tiny_files_have() -> None:
    assert all(len(content) == COUNT * RECORD for content in FILES.values())
