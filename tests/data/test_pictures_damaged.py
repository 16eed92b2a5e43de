"""Damaged pictures: they are read, or refused by our own error."""

import io
from pathlib import Path

import hypothesis.strategies as st
import pytest
from files import rewrite
from hypothesis import given, settings
from PIL import Image
from test_pictures import COLOURS

from minicnn.data import pictures
from minicnn.data.pictures import read_picture
from minicnn.errors import DataError


def tiny(kind: str) -> bytes:
    content = io.BytesIO()
    options = {"exif": _exif()} if kind in ("jpeg", "png") else {}
    Image.fromarray(COLOURS).convert("P" if kind in ("gif", "bmp") else "RGB").save(
        content, kind, **options
    )
    return content.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def reads_or_refuses(path: Path) -> bool:
    """Whether the file is read; anything but a picture or a DataError is an error."""
    try:
        picture = read_picture(path, grey=False)
    except DataError as error:
        assert str(path) in str(error)  # noqa: PT017 - either outcome is right
        return False
    assert picture.ndim == 3
    assert 0 <= picture.min() <= picture.max() <= 1
    return True


@pytest.mark.parametrize("kind", ["png", "gif", "bmp", "jpeg", "tiff", "webp", "ppm"])
def test_every_cut_and_every_byte_flipped(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 10_000)  # damaged sizes would take their time
    content, path = tiny(kind), tmp_path / "damaged"
    rewrite(path, content)
    assert reads_or_refuses(path)
    outcomes = []
    for place in range(len(content)):
        rewrite(path, content[:place])
        outcomes.append(reads_or_refuses(path))
        for flip in (0xFF, 0x01):
            damaged = bytearray(content)
            damaged[place] ^= flip
            rewrite(path, damaged)
            outcomes.append(reads_or_refuses(path))
    assert not all(outcomes)


MAGIC = [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"\xff\xd8\xff", b"II*\0", b"P5 2 2 ", b"RIFF"]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([b"", *MAGIC]), st.binary(min_size=1, max_size=200))
def test_any_bytes_give_a_picture_or_a_data_error(
    tmp_path_factory: pytest.TempPathFactory, magic: bytes, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    rewrite(path, magic + content)
    reads_or_refuses(path)


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(["png", "gif", "bmp", "jpeg", "tiff"]))
def test_several_bytes_replaced(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, kind: str
) -> None:
    content = bytearray(tiny(kind))
    places = st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=6)
    for place, value in data.draw(places):
        content[place] = value
    path = tmp_path_factory.getbasetemp() / "replaced"
    rewrite(path, content)
    reads_or_refuses(path)
