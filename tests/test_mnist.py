"""MNIST: the project's own copy, the places where data may lie, and downloads gone wrong."""

import gzip
import hashlib
import http.server
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_idx import encode

from minicnn.data import load_fashion_mnist, load_mnist, mnist
from minicnn.data.mnist import FASHION_MNIST, MNIST, Source
from minicnn.errors import DataError


def test_the_projects_own_copy() -> None:
    train, test = load_mnist()
    for data, count in ((train, 60_000), (test, 10_000)):
        assert data.images.shape == (count, 1, 28, 28)
        assert data.images.dtype == np.float32
        assert data.labels.shape == (count,)
        assert data.labels.dtype == np.int64
        assert data.images.min() == 0
        assert data.images.max() == 1
    assert list(train.labels[:5]) == [5, 0, 4, 1, 9]
    assert list(np.bincount(test.labels)) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


# A data set of six tiny images stands in for the real ones.
ARRAYS: dict[str, Any] = {
    mnist.TRAIN_IMAGES: np.arange(64, dtype=np.uint8).reshape(4, 4, 4),
    mnist.TRAIN_LABELS: np.array([0, 1, 2, 3], np.uint8),
    mnist.TEST_IMAGES: np.zeros((2, 4, 4), np.uint8),
    mnist.TEST_LABELS: np.array([9, 9], np.uint8),
}
FILES = {name: encode(array) for name, array in ARRAYS.items()}
CHECKSUMS = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Source:
    """A source of tiny files, no mirrors, and no known place that has them."""
    monkeypatch.setattr(mnist, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setattr(mnist, "user_cache", lambda: tmp_path / "cache")
    monkeypatch.delenv("MINICNN_DATA", raising=False)
    return replace(MNIST, name="tiny", mirrors=(), checksums=CHECKSUMS)


def fill(folder: Path, *, compressed: bool = True) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        if compressed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)


@pytest.mark.parametrize("place", ["checkout", "own", "cache"])
@pytest.mark.parametrize("compressed", [True, False])
def test_every_known_place(
    tiny: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, compressed: bool
) -> None:
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    fill(tmp_path / place / "tiny", compressed=compressed)
    train, test = tiny.load()
    assert train.images.shape == (4, 1, 4, 4)
    assert train.images[3, 0, 3, 3] == np.float32(63 / 255)
    assert list(test.labels) == [9, 9]


def test_a_folder_of_ones_own(tiny: Source, tmp_path: Path) -> None:
    fill(tmp_path / "mine")
    assert len(tiny.load(tmp_path / "mine").train) == 4
    (tmp_path / "mine" / f"{mnist.TEST_LABELS}.gz").unlink()
    with pytest.raises(DataError, match=r"mine/t10k-labels-idx1-ubyte: expected this file or"):
        tiny.load(tmp_path / "mine")


def test_a_wrong_file_is_named(tiny: Source, tmp_path: Path) -> None:
    fill(tmp_path / "mine")
    (tmp_path / "mine" / f"{mnist.TEST_LABELS}.gz").write_bytes(
        gzip.compress(FILES[mnist.TRAIN_LABELS])
    )
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte\.gz: expected content of SHA-256"):
        tiny.load(tmp_path / "mine")


class Mirror(http.server.BaseHTTPRequestHandler):
    """Serves the files under /good/, and everything else in a way of its own."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        _, kind, name = self.path.split("/")
        content = gzip.compress(FILES[name.removesuffix(".gz")])
        if kind == "missing":
            self.send_error(404)
            return
        if kind == "html":
            content = b"<html>Please log in</html>"
        if kind == "wrong":
            content = gzip.compress(encode(np.zeros(3, np.uint8)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if kind == "short" else content)

    def log_message(self, *arguments: Any) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """The address of a local mirror, and the paths that it was asked for."""
    Mirror.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", Mirror.asked
        running.shutdown()


def test_what_lies_nowhere_is_downloaded_once(
    tiny: Source, tmp_path: Path, server: tuple[str, list[str]]
) -> None:
    address, asked = server
    source = replace(tiny, mirrors=(f"{address}/good",))
    assert len(source.load().train) == 4
    assert len(asked) == 4
    assert len(source.load().train) == 4
    assert len(asked) == 4, "the second time they were in the cache"
    names = sorted(path.name for path in (tmp_path / "cache" / "tiny").iterdir())
    assert names == sorted(f"{name}.gz" for name in FILES), "and nothing else is"


def test_downloads_go_to_the_users_own_folder(
    tiny: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: tuple[str, list[str]]
) -> None:
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    replace(tiny, mirrors=(f"{server[0]}/good",)).load()
    assert len(list((tmp_path / "own" / "tiny").iterdir())) == 4
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("kind", ["missing", "html", "wrong", "short"])
def test_the_next_mirror_is_asked_when_one_fails(
    tiny: Source, server: tuple[str, list[str]], kind: str
) -> None:
    address, asked = server
    source = replace(tiny, mirrors=(f"{address}/{kind}", f"{address}/good"))
    assert len(source.load().train) == 4
    assert len(asked) == 8


def test_no_mirror_works(tiny: Source, tmp_path: Path, server: tuple[str, list[str]]) -> None:
    address, _ = server
    kinds = ("missing", "html", "wrong", "short")
    nowhere = "http://127.0.0.1:9/closed"
    source = replace(tiny, mirrors=(*(f"{address}/{kind}" for kind in kinds), nowhere))
    with pytest.raises(DataError) as caught:
        source.load()
    message = str(caught.value)
    for mirror in source.mirrors:
        assert mirror in message
    assert "404" in message
    assert str(tmp_path / "cache" / "tiny") in message, "where to put the file by hand"
    assert not list((tmp_path / "cache" / "tiny").iterdir()), "no part of a file is left"


def test_a_server_that_never_ends_is_cut_off(
    tiny: Source, monkeypatch: pytest.MonkeyPatch, server: tuple[str, list[str]]
) -> None:
    monkeypatch.setattr("minicnn.data.download.LARGEST_DOWNLOAD", 10)
    with pytest.raises(DataError, match=r"stopped after \d+ bytes"):
        replace(tiny, mirrors=(f"{server[0]}/good",)).load()


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")
def test_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert mnist.user_cache() == tmp_path / "minicnn"
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert mnist.user_cache() == Path.home() / ".cache" / "minicnn"


def test_both_official_sources() -> None:
    for source in (MNIST, FASHION_MNIST):
        assert len(source.classes) == 10
        assert len(source.mirrors) >= 1
        assert list(source.checksums) == list(FILES)
        assert all(len(checksum) == 64 for checksum in source.checksums.values())
    assert not set(MNIST.checksums.values()) & set(FASHION_MNIST.checksums.values())


def test_fashion_mnist_reads_from_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train-images"):
        load_fashion_mnist(tmp_path)
