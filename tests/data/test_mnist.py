"""MNIST: the project's own copy, and the places where data may lie."""

import gzip
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_mnist import ARRAYS, FILES, fill, source

from minicnn.data import load_fashion_mnist, load_mnist, mnist, places
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


USER_CACHE = places.user_cache


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Source:
    """A source of tiny files, no mirrors, and no known place that has them."""
    monkeypatch.setattr(places, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setattr(places, "user_cache", lambda: tmp_path / "cache")
    monkeypatch.delenv("MINICNN_DATA", raising=False)
    return source()


@pytest.mark.parametrize("place", ["checkout", "own", "cache"])
@pytest.mark.parametrize("compressed", [True, False])
def test_every_known_place(
    tiny: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, compressed: bool
) -> None:
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    fill(tmp_path / place / "tiny", compressed=compressed)
    train, test = tiny.load()
    assert train.images.shape == (4, 1, 16, 16)
    np.testing.assert_array_equal(
        train.images[:, 0], ARRAYS[mnist.TRAIN_IMAGES].astype(np.float32) / 255
    )
    assert list(test.labels) == [9, 9]


def test_a_folder_of_ones_own(tiny: Source, tmp_path: Path) -> None:
    fill(tmp_path / "mine")
    assert len(tiny.load(tmp_path / "mine").train) == 4
    (tmp_path / "mine" / f"{mnist.TEST_LABELS}.gz").unlink()
    with pytest.raises(DataError, match=r"mine/t10k-labels-idx1-ubyte: expected this file or"):
        tiny.load(tmp_path / "mine")


@pytest.mark.parametrize("compressed", [True, False])
def test_names_as_some_unpackers_write_them(tiny: Source, tmp_path: Path, compressed: bool) -> None:
    fill(tmp_path / "mine", compressed=compressed)
    for path in list((tmp_path / "mine").iterdir()):
        path.rename(path.with_name(path.name.replace("-idx", ".idx")))
    assert len(tiny.load(tmp_path / "mine").train) == 4


def test_a_wrong_file_is_named(tiny: Source, tmp_path: Path) -> None:
    fill(tmp_path / "mine")
    (tmp_path / "mine" / f"{mnist.TEST_LABELS}.gz").write_bytes(
        gzip.compress(FILES[mnist.TRAIN_LABELS])
    )
    wrong = (
        r"t10k-labels-idx1-ubyte\.gz: expected an array of shape \(2,\), got \(4,\)\. Put tiny's"
    )
    with pytest.raises(DataError, match=wrong):
        tiny.load(tmp_path / "mine")


@pytest.mark.parametrize("named", ["~/data", "data", "../here/data", "new/deep/data"])
def test_any_way_to_name_a_folder(
    tiny: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("MINICNN_DATA", named)
    fill(Path(named.replace("~", str(tmp_path / "home"))) / "tiny")
    assert len(tiny.load().train) == 4


@pytest.mark.parametrize("named", ["", "taken"])
def test_what_is_no_folder_is_passed_over(
    tiny: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken").write_bytes(b"a file")
    monkeypatch.setenv("MINICNN_DATA", named)
    assert tmp_path / "tiny" not in [folder.absolute() for folder in places.folders("tiny")]
    fill(tmp_path / "cache" / "tiny")
    assert len(tiny.load().train) == 4


def test_the_home_of_nobody(tiny: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINICNN_DATA", "~nobody-of-this-name/data")
    with pytest.raises(DataError, match="MINICNN_DATA: expected a folder, got ~nobody-of"):
        tiny.load()


def test_a_user_without_a_home(
    tiny: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "user_cache", USER_CACHE)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)

    def homeless(path: type[Path]) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", classmethod(homeless))
    with pytest.raises(DataError, match="no home folder to keep it in: set MINICNN_DATA"):
        tiny.load()
    fill(tmp_path / "own" / "tiny")
    monkeypatch.setenv("MINICNN_DATA", str(tmp_path / "own"))
    assert len(tiny.load().train) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")
def test_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert places.user_cache() == tmp_path / "minicnn"
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert places.user_cache() == Path.home() / ".cache" / "minicnn"


def test_both_official_sources() -> None:
    for official in (MNIST, FASHION_MNIST):
        assert len(official.classes) == 10
        assert len(official.mirrors) >= 1
        assert list(official.checksums) == list(official.shapes) == list(FILES)
        assert all(len(checksum) == 64 for checksum in official.checksums.values())
    assert not set(MNIST.checksums.values()) & set(FASHION_MNIST.checksums.values())


def test_fashion_mnist_reads_from_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train-images"):
        load_fashion_mnist(tmp_path)
