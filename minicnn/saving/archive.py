"""Read .npz files that may be broken or hostile.

An .npz file is a zip archive of arrays, each with a header and its numbers. Both can lie: a zip
entry of a few kilobytes may inflate to gigabytes, and a header may promise any shape. So every size
is compared with that of the file before memory is allocated for it.
"""

import io
import math
import shutil
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from minicnn.errors import LONGEST_NAME, DataError, quoted, shorten

MOST_INFLATED = 2**25
"""The most bytes that the compressed entries of one file may inflate to, together. NumPy's `savez`
does not compress, and an uncompressed entry cannot be larger than its file."""

MOST_TEXT = 2**20
"""The most bytes of a compressed text: decoding it takes several times its memory."""

HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_archive(
    path: str | Path, what: str, *, slashes: bool = False
) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of an .npz file by name; no code in it is run.

    Parameters
    ----------
    path : str or Path
    what : str
        What the file should be, for the message.
    slashes : bool, default False
        Whether names may have slashes, as those of other libraries have. Nothing is ever written
        under such a name.

    Raises
    ------
    DataError
        If the file cannot be read, is no .npz file, is broken, holds Python objects, or would take
        more memory than its own size plus 32 MB for compressed entries.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            check_sizes(path, infos)
            return {_name(path, info, slashes): _array(path, archive, info) for info in infos}
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {shorten(error)}") from error
    # On a broken archive, the readers of zip files and arrays fail in too many ways to name.
    except Exception as error:
        raise DataError(
            f"{path}: expected {what}, got something else or a broken one "
            f"({type(error).__name__}: {shorten(error)})"
        ) from error


def check_sizes(path: str | Path, infos: list[zipfile.ZipInfo]) -> None:
    """Raise DataError if the entries would take more memory than the file can account for."""
    (name, count), *_ = Counter(info.filename for info in infos).most_common(1) or [("", 0)]
    if count > 1:
        raise DataError(
            f"{path}: expected one entry of each name, got {count} called {quoted(name)}"
        )
    inflated = stored = 0
    for info in infos:
        if info.compress_type == zipfile.ZIP_DEFLATED:
            inflated += info.file_size
        elif info.compress_type == zipfile.ZIP_STORED:
            stored += info.file_size
        else:
            raise DataError(
                f"{path}: expected entries that are stored or deflated, but "
                f"{quoted(info.filename)} is compressed in another way "
                f"(zip method {info.compress_type})"
            )
    size = Path(path).stat().st_size
    if stored > size:
        raise DataError(
            f"{path}: expected entries of {size:,} bytes at most, the size of the file, but they "
            f"promise {stored:,}"
        )
    if inflated > MOST_INFLATED:
        raise DataError(
            f"{path}: expected compressed entries of {MOST_INFLATED:,} bytes at most, but they "
            f"promise {inflated:,}; numpy.savez writes entries that are not compressed"
        )


def _name(path: str | Path, info: zipfile.ZipInfo, slashes: bool) -> str:
    """Return the name of an array, which must not be a path unless slashes are allowed."""
    name = info.filename
    if not name.endswith(".npy") or (("/" in name or "\\" in name) and not slashes):
        raise DataError(f"{path}: expected entries such as '0.weight.npy', got {quoted(name)}")
    return name.removesuffix(".npy")


def _array(path: str | Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> npt.NDArray[Any]:
    """Return one array; its header must promise exactly the bytes that follow it."""
    file = io.BytesIO()
    with archive.open(info) as member:  # it ends at the size that the archive states
        shutil.copyfileobj(member, file)
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about headers by older versions of Python
        shape, by_columns, dtype = HEADERS[npy.read_magic(file)](file)
    begin, content, name = file.tell(), file.getbuffer(), quoted(info.filename)
    if dtype.hasobject:
        raise DataError(f"{path}: expected numbers and text, but {name} has Python objects")
    if min(shape, default=0) < 0 or begin + math.prod(shape) * dtype.itemsize != len(content):
        raise DataError(
            f"{path}: the header of {name} promises an array of {shorten(dtype, LONGEST_NAME)} and "
            f"shape {shorten(shape, LONGEST_NAME)}, but {len(content) - begin:,} bytes follow it"
        )
    if dtype.kind in "US" and info.compress_type and len(content) > MOST_TEXT:
        raise DataError(
            f"{path}: expected a compressed text of {MOST_TEXT:,} bytes at most, but "
            f"{name} has {len(content):,}; numpy.savez does not compress"
        )
    array = np.frombuffer(content, dtype, offset=begin)
    return array.reshape(shape, order="F" if by_columns else "C")
