"""Downloads: whatever a server or a disk does, a file is whole and right, or not there at all."""

import re
import signal
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from mirror import BAD, FOR_EVER, GOOD, Mirror
from tiny_mnist import WHOLE, fill, names, source

from minicnn.data import download, mnist
from minicnn.errors import DataError

FILE = mnist.TRAIN_IMAGES


def test_what_lies_nowhere_is_downloaded_once(cache: Path, mirror: Mirror) -> None:
    good = source(mirror("good"))
    assert len(good.load().train) == 4
    assert len(mirror.asked) == 4
    assert len(good.load().train) == 4
    assert len(mirror.asked) == 4, "the second time they were in the cache"
    assert names(cache) == WHOLE


def test_downloads_go_to_the_users_own_folder(
    cache: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    source(mirror("good")).load()
    assert names(tmp_path / "own" / "tiny") == WHOLE
    assert not cache.exists()


@pytest.mark.parametrize("kind", GOOD)
def test_odd_but_honest_mirrors(cache: Path, mirror: Mirror, kind: str) -> None:
    path = source(mirror(kind)).download(FILE)
    assert names(cache) == [path.name]
    assert source().read(FILE, None).shape == (4, 16, 16)


def test_a_slow_line_is_no_bad_mirror(
    cache: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "PATIENCE_SECONDS", 0.15)
    monkeypatch.setattr(download, "SLOWEST_RATE", 200)
    start = time.monotonic()
    source(mirror("modem")).download(FILE)
    assert time.monotonic() - start > 3 * 0.15, "its rate was looked at three times"
    assert names(cache) == [f"{FILE}.gz"]


@pytest.mark.parametrize("kind", BAD)
def test_bad_mirrors_are_given_up(
    cache: Path, mirror: Mirror, request: pytest.FixtureRequest, kind: str
) -> None:
    if BAD[kind][1].startswith(("timed out", "too slow")):
        request.getfixturevalue("impatient")
    start = time.monotonic()
    tracemalloc.start()
    with pytest.raises(DataError) as caught:
        source(mirror(kind)).download(FILE)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - start < 3
    assert most < 30_000_000  # the largest download, twice while it grows, and once handed over
    assert names(cache) == [], "no part of a file is left"
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{FILE}.gz: no mirror delivered it:"
    assert re.search(BAD[kind][1], lines[1].removeprefix(f"  {mirror(kind)}/{FILE}.gz: "))
    assert len(lines[1]) < 500
    assert lines[1].isprintable()
    assert str(cache) in lines[2], "where to put the file by hand"
    assert len(lines) == 4


@pytest.mark.usefixtures("impatient")
def test_nobody_reads_on_from_a_mirror_given_up(cache: Path, mirror: Mirror) -> None:
    with pytest.raises(DataError, match="too slow"):
        source(mirror("drips a body")).download(FILE)
    for thread in threading.enumerate():
        if isinstance(thread, download._Transfer):
            thread.join(5)
            assert not thread.is_alive()


@pytest.mark.usefixtures("impatient")
def test_the_next_mirror_is_asked_when_one_fails(cache: Path, mirror: Mirror) -> None:
    kinds = ("404", "html", "wrong", "cut short", "drips a body", "a loop", "good", "empty")
    source(*map(mirror, kinds)).load()
    assert names(cache) == WHOLE
    asked = dict.fromkeys(path.split("/")[1] for path in mirror.asked if FILE in path)
    assert [kind.replace("%20", " ") for kind in asked] == list(kinds[:-1]), "until one is good"


def test_each_mirror_has_its_reason(cache: Path, mirror: Mirror) -> None:
    kinds = ("404", "html", "wrong", "cut short")
    nowhere = "http://127.0.0.1:9/closed"
    with pytest.raises(DataError) as caught:
        source(*map(mirror, kinds), nowhere).load()
    lines = str(caught.value).splitlines()[1:-2]
    for kind, line in zip(kinds, lines[:-1], strict=True):
        assert line.startswith(f"  {mirror(kind)}/{FILE}.gz: ")
        assert re.search(BAD[kind][1], line)
    assert "refused" in lines[-1]


@pytest.mark.usefixtures("impatient")
def test_a_name_server_that_never_answers(
    cache: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*address: object, **options: object) -> list[object]:
        mirror.closing.wait(FOR_EVER)
        raise OSError("no answer")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(DataError, match="too slow"):
        source(mirror("good")).download(FILE)


def test_an_interrupt_leaves_at_once(cache: Path, mirror: Mirror) -> None:
    def interrupt() -> None:
        while not mirror.asked:
            time.sleep(0.01)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=interrupt).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        source(mirror("stalls in the body"), mirror("good")).download(FILE)
    assert time.monotonic() - start < 5
    assert names(cache) == []


# -- the disk -----------------------------------------------------------------------------


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda whole: whole[:-9],
    "empty": lambda whole: b"",
    "html": lambda whole: b"<html>Please log in</html>",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_in_the_cache_is_replaced(cache: Path, mirror: Mirror, kind: str) -> None:
    fill(cache)
    path = cache / f"{FILE}.gz"
    good = path.read_bytes()
    path.write_bytes(BROKEN[kind](good))
    source(mirror("good")).load()
    assert path.read_bytes() == good
    assert mirror.asked == [f"/good/{FILE}.gz"], "one file, once"
    assert names(cache) == WHOLE


def test_a_cache_that_cannot_be_written_is_left_for_a_folder_of_ones_own(
    cache: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(cache)
    (cache / f"{FILE}.gz").write_bytes(b"")
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    for _ in range(2):
        assert len(source(mirror("good")).load().train) == 4
    assert names(tmp_path / "own" / "tiny") == [f"{FILE}.gz"]
    assert len(mirror.asked) == 1, "the second time it was in the folder"


def test_a_broken_file_in_the_cache_that_cannot_be_replaced(cache: Path, mirror: Mirror) -> None:
    fill(cache)
    path = cache / f"{FILE}.gz"
    path.write_bytes(b"mine")
    with pytest.raises(DataError) as caught:
        source(mirror("404")).load()
    message = str(caught.value)
    assert message.startswith(f"{path}: expected an IDX file")
    assert f"could not be downloaded again: {FILE}.gz: no mirror delivered it" in message
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_of_the_users_own_is_left_alone(
    cache: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    fill(tmp_path / "own" / "tiny")
    path = tmp_path / "own" / "tiny" / f"{FILE}.gz"
    broken = BROKEN[kind](path.read_bytes())
    path.write_bytes(broken)
    with pytest.raises(DataError, match=rf"{path}: .*Remove it, and load again"):
        source(mirror("good")).load()
    assert path.read_bytes() == broken
    assert not mirror.asked
    path.unlink()
    assert len(source(mirror("good")).load().train) == 4


def test_official_downloads_fit() -> None:

    largest = 26_421_880  # the images for training of Fashion-MNIST, the largest of the eight
    assert 2 * largest < download.LARGEST_DOWNLOAD
