"""Downloads and the disk: folders that cannot be written, disks that are full, several at once."""

import errno
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mirror import Mirror
from tiny_mnist import WHOLE, fill, names, source

from minicnn.data import mnist
from minicnn.errors import DataError

FILE = mnist.TRAIN_IMAGES


def refused(mirror: Mirror, place: Path, reason: str) -> None:
    """Assert that loading is refused for the sake of the disk alone."""
    with pytest.raises(DataError) as caught:
        source(mirror("good"), mirror("404")).load()
    message = str(caught.value)
    assert re.search(reason, message)
    assert str(place) in message
    assert "or set MINICNN_DATA to another folder" in message
    assert "mirror" not in message


def test_a_file_where_the_folder_should_be(cache: Path, mirror: Mirror) -> None:
    cache.parent.write_bytes(b"mine")
    refused(mirror, cache, "Not a directory|File exists")
    assert cache.parent.read_bytes() == b"mine"
    assert not mirror.asked


def test_a_folder_where_the_file_should_be(cache: Path, mirror: Mirror) -> None:
    (cache / f"{FILE}.gz").mkdir(parents=True)
    refused(mirror, cache / f"{FILE}.gz", "is a folder")
    assert not mirror.asked
    (cache / f"{FILE}.gz").rmdir()
    source(mirror("good")).load()


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")
def test_a_folder_that_nobody_can_write(
    cache: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINICNN_DATA", "/proc/self")
    refused(mirror, Path("/proc/self/tiny"), "No such file or directory|Permission denied")
    assert not mirror.asked


@pytest.fixture
def without(request: pytest.FixtureRequest) -> Callable[[Path, int], None]:
    """Change what this user may do with a path, until the end of the test."""

    def change(path: Path, mode: int) -> None:
        request.addfinalizer(lambda: path.chmod(0o700))
        path.chmod(mode)
        if os.access(path, os.R_OK | os.W_OK):
            pytest.skip("this user may read and write all")

    return change


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_without_permission(
    cache: Path, mirror: Mirror, without: Callable[[Path, int], None], mode: int
) -> None:
    cache.mkdir(parents=True)
    without(cache, mode)
    refused(mirror, cache, "Permission denied")
    assert not mirror.asked


def test_files_without_permission(
    cache: Path, mirror: Mirror, without: Callable[[Path, int], None], tmp_path: Path
) -> None:
    for folder in (cache, tmp_path / "mine"):
        fill(folder)
        without(folder / f"{FILE}.gz", 0o000)
    assert len(source(mirror("good")).load().train) == 4, "that of the cache was replaced"
    with pytest.raises(DataError, match=rf"mine/{FILE}\.gz: cannot be read: .*Permission denied"):
        source().load(tmp_path / "mine")
    without(tmp_path / "mine", 0o000)
    with pytest.raises(DataError, match=rf"mine/{FILE}: expected .* neither that may be read"):
        source().load(tmp_path / "mine")


def test_a_disk_that_fails_blames_no_mirror(
    cache: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused(mirror, cache / f"{FILE}.gz", "downloaded, but .*No space left")
    assert len(mirror.asked) == 1, "another mirror would not help"
    assert names(cache) == []


LOAD = """
import signal, sys
from tiny_mnist import source
if len(sys.argv) > 2:
    import resource
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
print("ready", flush=True)
sys.stdin.readline()
print(len(source(sys.argv[1]).load().train))
"""


def start(mirror: str, data: Path, *options: str) -> subprocess.Popen[str]:
    """Load the tiny files in a process of its own, once it is told to."""
    tests = Path(__file__).parents[1]
    return subprocess.Popen(
        [sys.executable, "-B", "-c", LOAD, mirror, *options],
        env=os.environ | {"MINICNN_DATA": str(data), "PYTHONPATH": f"{tests}:{tests.parent}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of Linux")
def test_a_disk_that_takes_only_a_part(mirror: Mirror, tmp_path: Path) -> None:
    process = start(mirror("good"), tmp_path, "limit")
    _, errors = process.communicate(timeout=20)
    last = errors.splitlines()[-1]
    assert last.startswith("minicnn.errors.DataError")
    assert f"{tmp_path / 'tiny' / FILE}.gz: downloaded, but cannot be written ([Errno 27]" in last
    assert names(tmp_path / "tiny") == []


def test_processes_that_download_at_once(mirror: Mirror, tmp_path: Path) -> None:
    processes = [start(mirror("modem"), tmp_path) for _ in range(3)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        output, errors = process.communicate(timeout=20)
        assert (output, process.returncode) == ("4\n", 0), errors
    assert len(mirror.asked) > 4, "they did not take turns"
    assert names(tmp_path / "tiny") == WHOLE


# -- what lies there already --------------------------------------------------------------
