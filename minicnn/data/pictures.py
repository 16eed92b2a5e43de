"""Read a picture strictly: a file or an array becomes floats in [0, 1], or there is an error.

Files are decoded by Pillow, which is installed with matplotlib. Pillow knows many formats, and
passes one of them, EPS, to another program; so only the formats in `FORMATS`, which hold nothing
but pixels, are tried. The header is read first, since it may promise more pixels than fit in
memory.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import DataError, MinicnnError, ShapeError
from minicnn.typing import Array

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "PPM", "TIFF", "WEBP")
MOST_PIXELS = 64_000_000
"""The most pixels that a picture may have."""

HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
"""How files begin that hold pictures as HEIF: those of many phones."""

LUMA = (0.299, 0.587, 0.114)  # what red, green and blue add to the brightness, ITU-R BT.601
TRANSPARENT_MODES = ("LA", "La", "PA", "RGBA", "RGBa")
GREY_MODES = ("1", "L", "LA", "La", "I", "F", "I;16", "I;16L", "I;16B", "I;16N")
SIDEWAYS = (5, 6, 7, 8)  # the EXIF orientations that exchange height and width
NEARLY_WHITE = 0.9  # the mean of all that is opaque
ORIENTATION = 0x0112  # where EXIF has it


def read_picture(picture: str | Path | npt.NDArray[Any], *, grey: bool = True) -> Array:
    """Return a picture as floats, 0 for black and 1 for white.

    Parameters
    ----------
    picture : path of a file, or array
        A file of one of `FORMATS`, with at most `MOST_PIXELS`. It is rotated according to its EXIF
        orientation; of an animation, the first frame is read. An array has the shape (H, W), (1, H,
        W), (H, W, 1), (H, W, 3) or (H, W, 4), and holds floats in [0, 1], bytes (255 is white),
        uint16 (65535 is white) or bool. Transparent pixels show white paper, and black paper where
        what is opaque is nearly white and would not show. An array (1, H, W) is always grey.
    grey : bool, default True
        Whether to return the brightness, 0.299 R + 0.587 G + 0.114 B, instead of the colours.

    Returns
    -------
    array (H, W), or (H, W, 3) in colour
        float32 in [0, 1]; a copy.

    Raises
    ------
    DataError
        If the file is missing, empty, broken, of another format or too large, or if the values of
        the array are of another type, or outside [0, 1]. The message names the file.
    ShapeError
        If the array has another shape, or no pixels.

    Examples
    --------
    >>> import numpy as np
    >>> read_picture(np.array([[0, 51], [102, 255]], np.uint8))
    array([[0. , 0.2],
           [0.4, 1. ]], dtype=float32)
    """
    if isinstance(picture, np.ndarray):
        grey_axis = next((axis for axis in (0, 2) if picture.shape[axis : axis + 1] == (1,)), None)
        one_channel = picture.ndim == 3 and grey_axis is not None
        plane = picture.squeeze(grey_axis) if one_channel else picture
        return _from_array("a picture as an array", plane, grey)
    if not isinstance(picture, str | Path):
        raise DataError(
            f"a picture: expected the path of a file or an array, got {type(picture).__name__}; "
            + (
                "of an image and its target, the image is the first: sample[0]"
                if isinstance(picture, tuple)
                else "np.asarray(picture) makes an array of most"
            )
        )
    with _opened(picture) as image:
        pixels = _pixels(image, grey)
    return _from_array(picture, pixels, grey)


class Header(NamedTuple):
    """What the header of a picture file says: its size, and whether it is grey."""

    height: int
    width: int
    grey: bool


def picture_header(path: str | Path) -> Header:
    """Return the size of a picture file and whether it is grey, from its header alone.

    Raises
    ------
    DataError
        As `read_picture`, as far as a header can tell.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "tiny.pgm"
    >>> _ = path.write_bytes(b"P5 3 2 255 abcdef")
    >>> picture_header(path)
    Header(height=2, width=3, grey=True)
    """
    with _opened(path) as image:
        width, height = image.size
        turned = image.getexif().get(ORIENTATION) in SIDEWAYS
        grey = image.mode in GREY_MODES
    return Header(width, height, grey) if turned else Header(height, width, grey)


@contextmanager
def _opened(path: str | Path) -> Iterator["Image"]:
    """Open a picture file and read its header; every error in the block becomes a DataError.

    On damaged bytes, decoders raise errors of every kind, from SyntaxError to MemoryError. Their
    warnings are about the file, and of no use to a caller who cannot repair it.
    """
    from PIL import Image  # noqa: PLC0415 - slow to import, and only pictures need it

    try:
        _check_file(Path(path))
        with warnings.catch_warnings(), Path(path).open("rb") as file:
            warnings.simplefilter("ignore")
            with Image.open(file, formats=FORMATS) as image:
                _check_size(path, *image.size)
                yield image
    except MinicnnError:
        raise
    except Image.DecompressionBombError as error:
        raise DataError(f"{path}: too large a picture: {error}") from error
    except Exception as error:
        raise DataError(
            f"{path}: expected a picture ({', '.join(FORMATS)}), got something else or a broken "
            f"one ({type(error).__name__}: {error})"
        ) from error


def _check_file(path: Path) -> None:
    """Raise DataError unless there is a file, with something in it."""
    if not path.is_file():  # a pipe, for example, might never end
        found = "a folder" if path.is_dir() else "no such file"
        raise DataError(f"{path}: expected a picture file, but there is {found}")
    if path.stat().st_size == 0:
        raise DataError(f"{path}: expected a picture, but the file is empty (0 bytes)")
    with path.open("rb") as file:
        start = file.read(12)
    if start[4:8] == b"ftyp" and start[8:12] in HEIC_BRANDS:
        raise DataError(
            f"{path}: this is a HEIC file, the format of many phones, which is not read here; "
            "export it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible; on a "
            "Mac: Preview, Export)"
        )


def _check_size(owner: object, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise DataError(
            f"{owner}: expected a picture of at most {MOST_PIXELS:,} pixels, got {height:,} x "
            f"{width:,} = {width * height:,}; make it smaller first"
        )


def _pixels(image: "Image", grey: bool) -> npt.NDArray[Any]:
    """Decode a picture to an array (H, W), (H, W, 3), or (H, W, 4) with transparency."""
    from PIL import ImageOps  # noqa: PLC0415 - as above

    image = ImageOps.exif_transpose(image)  # decodes it, too
    if image.mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16)
    if image.mode == "I":  # also 16 bits, stored in 32
        wide = np.asarray(image)
        if wide.min() < 0 or wide.max() > np.iinfo(np.uint16).max:
            raise ValueError(
                f"expected values of 16 bits, 0 to 65535, got {wide.min()} to {wide.max()}"
            )
        return wide.astype(np.uint16)
    if image.mode == "F":
        return np.asarray(image)
    if image.mode in TRANSPARENT_MODES or "transparency" in image.info:
        return np.asarray(image.convert("RGBA"))  # (H, W, 4)
    if image.mode not in ("1", "L"):
        image = image.convert("RGB")
    return np.asarray(image.convert("L" if grey else "RGB"))


def _from_array(owner: object, pixels: npt.NDArray[Any], grey: bool) -> Array:
    """Return an array of any of the allowed kinds as floats, (H, W) or (H, W, 3)."""
    if pixels.size == 0 or not (
        pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))
    ):
        raise ShapeError(
            f"{owner}: expected shape (H, W), (1, H, W), (H, W, 1), (H, W, 3) or (H, W, 4), with "
            f"pixels in it, got {pixels.shape}{_hint(pixels)}"
        )
    _check_size(owner, pixels.shape[1], pixels.shape[0])
    values = _unit_range(owner, pixels)
    if pixels.ndim == 2:
        return values if grey else np.repeat(values[:, :, np.newaxis], 3, axis=2)
    if pixels.shape[2] == 4:
        colours, alpha = values[:, :, :3], values[:, :, 3:]
        visible = float(alpha.sum()) * 3
        nearly_white = visible > 0 and float((colours * alpha).sum()) > NEARLY_WHITE * visible
        paper = 0 if nearly_white and alpha.min() < 1 else 1
        values = colours * alpha + paper * (1 - alpha)
    return np.minimum(values @ np.array(LUMA, np.float32), 1) if grey else values  # rounding


def _hint(pixels: npt.NDArray[Any]) -> str:
    """Return the line that makes a picture of an array, where one does."""
    if pixels.ndim == 4:
        return "; a batch has several pictures, and images[0] is the first of them"
    if pixels.ndim == 3 and pixels.shape[0] in (3, 4) and pixels.size:
        return "; np.moveaxis(picture, 0, -1) puts colours last"
    return ""


def _unit_range(owner: object, pixels: npt.NDArray[Any]) -> Array:
    """Return numbers of any allowed type as float32 in [0, 1]."""
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize <= 2:
        return pixels / np.float32(np.iinfo(pixels.dtype).max)
    if pixels.dtype.kind not in "fb":
        raise DataError(
            f"{owner}: expected floats in [0, 1], uint8, uint16 or bool, got {pixels.dtype}; "
            "values of 0 to 255 become bytes by picture.astype(np.uint8)"
        )
    if pixels.dtype.kind == "f":
        checks.finite(owner, "the picture", pixels)
        low, high = pixels.min(), pixels.max()
        if low < 0 or high > 1:
            raise DataError(
                f"{owner}: expected floats in [0, 1], 0 black and 1 white, got values from {low:g} "
                f"to {high:g}; those of 0 to 255 fit after a division by 255"
            )
    return pixels.astype(np.float32)
