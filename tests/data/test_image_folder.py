"""Folders of pictures: what is loaded, in which order, and what is refused, by its name."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from minicnn.data import image_folder, load_image_folder
from minicnn.errors import ArgumentError, DataError


def put(path: Path, grey: int = 0, size: tuple[int, int] = (6, 4), mode: str = "L") -> Path:
    """Write a picture of one grey, (H, W)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size[::-1], grey).convert(mode).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path / "ships" / "b.png", 51)
    put(tmp_path / "ships" / "a.bmp", 0)
    put(tmp_path / "birds" / "10.png", 255)
    return tmp_path


def test_classes_and_files_are_sorted(folder: Path) -> None:
    data = load_image_folder(folder)
    assert data.classes == ("birds", "ships")
    assert data.images.shape == (3, 1, 6, 4)
    assert data.images.dtype == np.float32
    assert data.labels.dtype == np.int64
    assert data.labels.tolist() == [0, 1, 1]
    np.testing.assert_allclose(data.images[:, 0, 2, 2], [1, 0, 0.2])
    assert load_image_folder(str(folder)).labels.tolist() == [0, 1, 1]


def test_colour(folder: Path) -> None:
    Image.new("RGB", (4, 6), (255, 0, 51)).save(folder / "birds" / "10.png")
    data = load_image_folder(folder, grey=False)
    assert data.images.shape == (3, 3, 6, 4)
    np.testing.assert_allclose(data.images[0, :, 3, 1], [1, 0, 0.2])


@pytest.mark.parametrize(("size", "expected"), [(3, (3, 3)), ((5, 2), (5, 2)), ((9, 12), (9, 12))])
@pytest.mark.parametrize("grey", [True, False])
def test_scaled_to_one_size(folder: Path, size: Any, expected: tuple[int, int], grey: bool) -> None:
    put(folder / "birds" / "large.jpg", 255, (50, 70))
    data = load_image_folder(folder, size, grey)
    assert data.images.shape == (4, 1 if grey else 3, *expected)
    np.testing.assert_allclose(data.images[:, 0].mean(axis=(1, 2)), [1, 1, 0, 0.2], atol=1e-5)
    assert data.images.max() <= 1


def test_other_sizes_are_named(folder: Path) -> None:
    put(folder / "ships" / "c.png", size=(4, 6))
    message = r"ships.c\.png: expected 6 x 4 pixels, as .*10\.png has, got 4 x 6; size=\(6, 4\)"
    with pytest.raises(DataError, match=message):
        load_image_folder(folder)


def test_what_systems_leave_behind_is_passed_over(folder: Path) -> None:
    for name in (".DS_Store", "._b.png", "Thumbs.db", "desktop.ini"):
        (folder / "ships" / name).write_bytes(b"\0")
        (folder / name).write_bytes(b"\0")
    (folder / ".git").mkdir()
    (folder / "__MACOSX").mkdir()
    (folder / "README.txt").write_text("beside the classes")
    assert len(load_image_folder(folder)) == 3


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_links_that_lead_in_circles(folder: Path) -> None:
    (folder / "up").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "ships" / "up").symlink_to(folder)
    (folder / "ships" / "down").symlink_to(folder / "birds")
    assert load_image_folder(folder).classes == ("birds", "ships")
    (folder / "fish").symlink_to(folder / "birds")
    assert load_image_folder(folder).classes == ("birds", "fish", "ships")
    (folder / "ships" / "z.png").symlink_to(folder / "nowhere")
    with pytest.raises(DataError, match=r"ships.z\.png: .*no such file"):
        load_image_folder(folder)


def test_folders_that_cannot_be_used(folder: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere: expected a folder"):
        load_image_folder(folder / "nowhere")
    with pytest.raises(DataError, match=r"a\.bmp: expected a folder"):
        load_image_folder(folder / "ships" / "a.bmp")
    with pytest.raises(DataError, match=r"ships: expected a folder for each class"):
        load_image_folder(folder / "ships")
    (folder / "ships" / "old").mkdir()
    with pytest.raises(DataError, match=r"ships.old: expected pictures only"):
        load_image_folder(folder)
    (folder / "ships" / "old").rmdir()
    (folder / "empty").mkdir()
    (folder / "empty" / ".DS_Store").touch()
    with pytest.raises(DataError, match=r"empty: expected pictures of a class"):
        load_image_folder(folder)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_picture_is_named(folder: Path, content: bytes) -> None:
    (folder / "ships" / "notes.png").write_bytes(content)
    with pytest.raises(DataError, match=r"ships.notes\.png: expected a picture"):
        load_image_folder(folder)


def test_a_folder_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", denied)
    with pytest.raises(DataError, match=r"can be read: .*Permission denied"):
        load_image_folder(folder)


def test_too_much_for_memory_is_refused_before_decoding(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = []
    monkeypatch.setattr(image_folder, "MOST_BYTES", 3 * 6 * 4 * 4)
    assert len(load_image_folder(folder)) == 3
    monkeypatch.setattr(image_folder, "read_picture", lambda *_, **__: decoded.append(1))
    monkeypatch.setattr(image_folder, "MOST_BYTES", 3 * 6 * 4 * 4 - 1)
    with pytest.raises(DataError, match=r"at most 287 bytes.*3 of 1 x 6 x 4 take 288"):
        load_image_folder(folder)
    with pytest.raises(DataError, match=r"3 of 3 x 6 x 4 take 864"):
        load_image_folder(folder, grey=False)
    with pytest.raises(DataError, match=r"3 of 1 x 100 x 100 take 120,000"):
        load_image_folder(folder, size=100)
    assert not decoded


@pytest.mark.parametrize("size", [0, -1, 2.5, (1, 2, 3), (4, 0), "28"])
def test_sizes_that_are_none(folder: Path, size: Any) -> None:
    with pytest.raises(ArgumentError, match="load_image_folder: size must be"):
        load_image_folder(folder, size)
    with pytest.raises(ArgumentError, match="load_image_folder: grey must be True or False"):
        load_image_folder(folder, grey=size)


def test_colour_stays_colour_unless_grey_is_asked_for(folder: Path) -> None:
    assert load_image_folder(folder).images.shape == (3, 1, 6, 4), "all are grey"
    Image.new("RGB", (4, 6), (255, 0, 51)).save(folder / "birds" / "10.png")
    assert load_image_folder(folder).images.shape == (3, 3, 6, 4), "one is in colour"
    assert load_image_folder(folder, grey=True).images.shape == (3, 1, 6, 4)


def test_names_with_numbers_are_in_the_order_of_these(tmp_path: Path) -> None:
    for name in ("10", "9", "2", "a10", "a9", "B"):
        put(tmp_path / name / "10.png", 255)
        put(tmp_path / name / "9.png", 0)
    data = load_image_folder(tmp_path)
    assert data.classes == ("2", "9", "10", "B", "a9", "a10")
    np.testing.assert_array_equal(data.images[:, 0, 0, 0], [0, 1] * 6)


def test_a_test_folder_without_a_class_keeps_its_numbers(folder: Path, tmp_path: Path) -> None:
    test = tmp_path / "test"
    put(test / "ships" / "1.png")
    data = load_image_folder(test, classes=("birds", "ships"))
    assert data.labels.tolist() == [1]
    assert data.classes == ("birds", "ships")
    put(test / "trees" / "1.png")
    with pytest.raises(DataError, match="folders of the classes birds, ships, got also trees"):
        load_image_folder(test, classes=("birds", "ships"))
    wrong: list[Any] = ["birds", [], 3, ["birds", "birds"]]
    for classes in wrong:
        with pytest.raises(ArgumentError, match="classes must be a list of different names"):
            load_image_folder(test, classes=classes)
