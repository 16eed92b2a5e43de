"""Pictures: every kind of file and array becomes floats in [0, 1], or there is a DataError."""

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL
import pytest
from PIL import Image

from minicnn.data import pictures
from minicnn.data.pictures import picture_header, read_picture
from minicnn.errors import DataError, ShapeError

GREYS = np.array([[0, 51, 102], [153, 204, 255]], np.uint8)  # (2, 3)
COLOURS = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
BRIGHTNESS = [[0.299, 0.587], [0.114, 1.0]]  # of these colours


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG whose header promises so many grey pixels, whatever there are."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("ending", ["png", "gif", "bmp", "pgm", "tif", "webp"])
def test_grey_files_come_out_exactly(tmp_path: Path, ending: str) -> None:
    options = {"lossless": True} if ending == "webp" else {}
    path = save(Image.fromarray(GREYS), tmp_path / f"grey.{ending}", **options)
    found = read_picture(path)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, GREYS / 255, atol=1e-6)
    assert read_picture(str(path), grey=False).shape == (2, 3, 3)
    assert picture_header(path)[:2] == (2, 3)


def test_a_jpeg_is_nearly_the_same(tmp_path: Path) -> None:
    slope = np.tile(np.arange(0, 240, 10, dtype=np.uint8), (16, 1))
    path = save(Image.fromarray(slope), tmp_path / "slope.jpg", quality=95)
    np.testing.assert_allclose(read_picture(path), slope / 255, atol=0.02)


YCBCR = pytest.param(
    "YCbCr",
    marks=pytest.mark.skipif(
        int(PIL.__version__.split(".")[0]) < 13,
        reason="Pillow before 13 does not read the YCbCr that it writes itself",
    ),
)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", YCBCR, "CMYK"])
def test_colours_and_their_brightness(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(COLOURS).resize((16, 16), Image.Resampling.NEAREST).convert(mode)
    ending = "tif" if mode in ("CMYK", "YCbCr") else "png"
    path = save(image, tmp_path / f"colours.{ending}")
    found = read_picture(path, grey=False)
    np.testing.assert_allclose(found[::8, ::8], COLOURS / 255, atol=0.01)
    np.testing.assert_allclose(read_picture(path)[::8, ::8], BRIGHTNESS, atol=0.01)


def test_one_row_of_colours(tmp_path: Path) -> None:
    path = save(Image.fromarray(COLOURS[:1]), tmp_path / "row.png")
    np.testing.assert_allclose(read_picture(path, grey=False), COLOURS[:1] / 255)
    np.testing.assert_allclose(read_picture(path), BRIGHTNESS[:1], atol=0.01)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_shows_white_paper(tmp_path: Path, mode: str) -> None:
    pixels = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 51]]] * 2, np.uint8)
    path = save(Image.fromarray(pixels).convert(mode), tmp_path / "clear.png")
    np.testing.assert_allclose(read_picture(path), [[1, 0, 0.8]] * 2, atol=0.005)
    np.testing.assert_allclose(read_picture(pixels), [[1, 0, 0.8]] * 2, atol=1e-6)


def test_a_transparent_colour_of_a_palette(tmp_path: Path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 0, 10, 10, 10])
    image.putpixel((1, 0), 1)
    path = save(image, tmp_path / "palette.png", transparency=0)
    np.testing.assert_allclose(read_picture(path), [[1, 10 / 255]], atol=1e-6)


def test_16_bits_1_bit_and_floats(tmp_path: Path) -> None:
    wide = np.array([[0, 13107], [32768, 65535]], np.uint16)
    for ending in ("png", "tif", "pgm"):
        path = save(Image.fromarray(wide), tmp_path / f"wide.{ending}")
        np.testing.assert_allclose(read_picture(path), wide / 65535, atol=1e-6)
    bits = Image.fromarray(np.array([[0, 255, 255]], np.uint8)).convert("1")
    np.testing.assert_array_equal(read_picture(save(bits, tmp_path / "bits.png")), [[0, 1, 1]])
    floats = Image.fromarray(np.array([[0.25, 1.0]], np.float32))
    np.testing.assert_array_equal(read_picture(save(floats, tmp_path / "f.tif")), [[0.25, 1]])
    with pytest.raises(DataError, match=r"g\.tif: expected floats in \[0, 1\].*from 0.25 to 2"):
        read_picture(save(Image.fromarray(np.array([[0.25, 2]], "f")), tmp_path / "g.tif"))
    with pytest.raises(DataError, match=r"i\.tif: .*0 to 65535, got 0 to 70000"):
        read_picture(save(Image.fromarray(np.array([[0, 70000]], "i4")), tmp_path / "i.tif"))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_held_in_any_way(tmp_path: Path, orientation: int) -> None:
    seen = np.zeros((16, 32), np.uint8)  # as it should come out: white in one corner
    seen[:8, :8] = 255
    ways = [
        seen,
        seen[:, ::-1],
        seen[::-1, ::-1],
        seen[::-1],
        seen.T,
        np.rot90(seen, 1),
        seen[::-1, ::-1].T,
        np.rot90(seen, -1),
    ]
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(np.ascontiguousarray(ways[orientation - 1]))
    path = save(image, tmp_path / "turned.jpg", exif=exif, quality=100)
    assert picture_header(path)[:2] == (16, 32)
    np.testing.assert_allclose(read_picture(path), seen / 255, atol=0.05)


def test_of_an_animation_the_first_frame_counts(tmp_path: Path) -> None:
    frames = [Image.new("L", (4, 4), grey) for grey in (51, 255)]
    path = save(frames[0], tmp_path / "film.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_allclose(read_picture(path), 0.2)


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (GREYS, GREYS / 255),
        (GREYS[np.newaxis], GREYS / 255),
        (GREYS / 255, GREYS / 255),
        ((GREYS / 255).astype(np.float32), GREYS / 255),
        (GREYS.astype(np.uint16) * 257, GREYS / 255),
        (GREYS.astype(">u2") * 257, GREYS / 255),
        (GREYS > 100, [[0, 0, 1], [1, 1, 1]]),
        (COLOURS, BRIGHTNESS),
        (COLOURS / 255, BRIGHTNESS),
        (COLOURS[:, ::-1], np.array(BRIGHTNESS)[:, ::-1]),
    ],
)
def test_arrays(pixels: npt.NDArray[Any], expected: Any) -> None:
    before = pixels.copy()
    found = read_picture(pixels)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found.dtype == np.float32
    assert read_picture(pixels, grey=False).shape == (*found.shape, 3)
    found[:] = 0
    np.testing.assert_array_equal(pixels, before)


@pytest.mark.parametrize(
    ("pixels", "error", "message"),
    [
        (np.zeros((0, 5)), ShapeError, r"got \(0, 5\)"),
        (np.zeros(5), ShapeError, r"got \(5,\)"),
        (np.zeros((3, 5, 7)), ShapeError, r"got \(3, 5, 7\); np.moveaxis"),
        (np.zeros((5, 7, 2)), ShapeError, r"got \(5, 7, 2\)"),
        (np.full((2, 2), np.nan), DataError, "4 of 4 values are NaN"),
        (np.array([[0, np.inf]]), DataError, "finite"),
        (np.array([[-0.1, 1]]), DataError, r"from -0\.1 to 1;"),
        (np.array([[0.0, 255]]), DataError, "division by 255"),
        (np.array([[0, 1]]), DataError, "uint8, uint16 or bool, got int64"),
        (np.array([["a"]]), DataError, "got <U1"),
        (np.zeros((2, 2), complex), DataError, "complex128"),
        (np.array([[None]]), DataError, "object"),
        (np.broadcast_to(np.uint8(0), (8001, 8000)), DataError, "64,000,000.*8,001 x 8,000"),
        ([[0, 1]], DataError, "got list"),
        (None, DataError, "got NoneType"),
        (Image.new("L", (2, 2)), DataError, r"got Image; np\.asarray"),
    ],
)
def test_arrays_that_are_no_pictures(pixels: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_picture(pixels)


def test_files_that_are_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "notes.png").write_text("no picture")
    whole = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (50, 50), np.uint8)).save(
        whole, "png"
    )
    (tmp_path / "cut.png").write_bytes(whole.getvalue()[:-900])
    for name, message in {
        "nowhere.png": "no such file",
        ".": "a folder",
        "empty.png": r"empty \(0 bytes\)",
        "notes.png": "PNG, JPEG.* got something else or a broken one",
        "cut.png": "broken one .*truncated",
        "nul\0byte.png": "no such file",
    }.items():
        for function in (read_picture, picture_header):
            if (name, function) != ("cut.png", picture_header):  # its header is whole
                with pytest.raises(DataError, match=message) as caught:
                    function(tmp_path / name)
                assert str(tmp_path / name) in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(DataError, match=r"pipe\.png: .*no such file"):
        read_picture(tmp_path / "pipe.png")


@pytest.mark.parametrize("side", [8_001, 12_000, 60_000, 2**31 - 1])
def test_pictures_too_large_are_refused_by_their_header(
    tmp_path: Path, side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(*_: Any) -> None:
        raise AssertionError

    path = tmp_path / "huge.png"
    path.write_bytes(png(side, side))
    monkeypatch.setattr(pictures, "_pixels", decode)
    limit = Image.MAX_IMAGE_PIXELS
    for function in (read_picture, picture_header):
        with pytest.raises(DataError, match=r"huge\.png: .*(at most 64,000,000 pixels|too large)"):
            function(path)
    assert limit == Image.MAX_IMAGE_PIXELS


def test_the_largest_there_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 6)
    path = save(Image.fromarray(GREYS), tmp_path / "six.png")
    assert read_picture(path).shape == (2, 3)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 5)
    with pytest.raises(DataError, match=r"at most 5 pixels, got 2 x 3 = 6"):
        read_picture(path)


def test_programs_in_pictures_are_never_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []
    monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", lambda *_, **__: ran.append(1))
    path = save(Image.fromarray(COLOURS), tmp_path / "drawing.eps")
    with pytest.raises(DataError, match=r"drawing\.eps: expected a picture \(PNG"):
        read_picture(path)
    assert not ran


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"heix"])
def test_photos_of_phones_are_named_with_what_to_do(tmp_path: Path, brand: bytes) -> None:
    path = tmp_path / "IMG_1.HEIC"
    path.write_bytes(b"\0\0\0\x18ftyp" + brand + bytes(100))
    with pytest.raises(DataError, match=r"IMG_1\.HEIC: this is a HEIC file.*export it as JPEG"):
        read_picture(path)
