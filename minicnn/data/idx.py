"""A strict reader of IDX, the format of MNIST: either the whole array comes out, or an error.

An IDX file is two zero bytes, a byte for the number type, a byte for the number of axes, the size
of each axis as a big-endian 32-bit number, and then the values, row by row. The format is described
at the end of the page of the MNIST database.
"""

import gzip
import hashlib
import io
import math
import struct
import zlib
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError
from minicnn.typing import Shape

NUMBER_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
GZIP_MAGIC = b"\x1f\x8b"
CHUNK = 1 << 20
LARGE, MOST_RATIO = 1 << 25, 100
"""A file that unpacks to more bytes than this, and to more times its own size, is suspicious."""

Stream: TypeAlias = IO[bytes] | gzip.GzipFile


def read_idx(
    path: str | Path, sha256: str | None = None, shape: Shape | None = None
) -> npt.NDArray[Any]:
    """Read an IDX file, plain or compressed with gzip.

    No more memory is taken than the file can fill, whatever its header promises. A compressed file
    can unpack to a thousand times its own size; one that promises more than a hundred times, and
    more than 32 MB, is read only if its `shape` is given.

    Parameters
    ----------
    path : str or Path
    sha256 : str, optional
        The expected SHA-256, in hexadecimal, of the uncompressed content.
    shape : tuple of int, optional
        The expected shape; no more memory is taken than such an array needs.

    Returns
    -------
    array
        Of the shape and number type that the file names, in the machine's byte order.

    Raises
    ------
    DataError
        If the file is missing or unreadable, is no IDX file, is cut short or too long, is damaged
        gzip, or has another shape or checksum. The message names the file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "tiny-idx1-ubyte"
    >>> _ = path.write_bytes(bytes([0, 0, 0x08, 1, 0, 0, 0, 3, 7, 8, 9]))
    >>> read_idx(path)
    array([7, 8, 9], dtype=uint8)
    """
    try:
        with Path(path).open("rb") as file:
            return decode_idx(file, str(path), sha256, shape)
    except DataError:
        raise
    except (OSError, ValueError) as error:  # a ValueError is a path that no system could have
        raise DataError(f"{path}: cannot be read: {error}") from error


def decode_idx(
    file: IO[bytes], name: str, sha256: str | None = None, shape: Shape | None = None
) -> npt.NDArray[Any]:
    """Read an IDX file that is already open; messages call it `name`.

    The other parameters are those of `read_idx`.

    Examples
    --------
    >>> import io
    >>> decode_idx(io.BytesIO(bytes([0, 0, 0x08, 1, 0, 0, 0, 3, 7, 8, 9])), "tiny")
    array([7, 8, 9], dtype=uint8)
    """
    try:
        compressed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
        stream = gzip.GzipFile(fileobj=file) if compressed else file
        header, dtype, promised = _read_header(name, stream)
        size = dtype.itemsize * math.prod(promised)
        if shape is not None and promised != shape:
            raise DataError(f"{name}: expected an array of shape {shape}, got {promised}")
        if compressed and shape is None and size > max(LARGE, MOST_RATIO * length):
            raise DataError(
                f"{name}: expected a compressed file of {length:,} bytes to hold no more than "
                f"{MOST_RATIO} times as much, but it promises {size:,}; if that is right, name its "
                f"shape to read_idx: shape={promised}"
            )
        content = _read_content(name, stream, size)
        array = np.frombuffer(content, dtype).reshape(promised)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{name}: cannot be read: {error}") from error
    except ValueError as error:  # more axes, or larger ones, than NumPy can have
        if isinstance(error, DataError):
            raise
        raise DataError(f"{name}: expected a shape that fits in memory, got {error}") from error
    if sha256 is not None:
        digest = hashlib.sha256(header)
        digest.update(content)
        if digest.hexdigest() != sha256:
            raise DataError(
                f"{name}: expected content of SHA-256 {sha256}, got {digest.hexdigest()}"
            )
    return array.astype(dtype.newbyteorder("="), copy=False)


def _read_header(name: str, stream: Stream) -> tuple[bytes, np.dtype[Any], Shape]:
    """Return the bytes of the header, and the number type and shape that they name."""
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DataError(
            f"{name}: expected an IDX file, which begins with two zero bytes, a type and a number "
            f"of axes; got {magic.hex(' ') or 'nothing'}"
        )
    if magic[2] not in NUMBER_TYPES:
        known = ", ".join(f"0x{code:02x}" for code in NUMBER_TYPES)
        raise DataError(f"{name}: expected an IDX type among {known}; got 0x{magic[2]:02x}")
    axes = magic[3]
    sizes = stream.read(4 * axes)
    if len(sizes) < 4 * axes:
        raise DataError(f"{name}: cut short within the header, which promises {axes} axes")
    return magic + sizes, np.dtype(NUMBER_TYPES[magic[2]]), struct.unpack(f">{axes}I", sizes)


def _read_content(name: str, stream: Stream, promised: int) -> bytearray:
    """Return exactly the `promised` bytes, read in chunks: a promise alone takes no memory."""
    content = bytearray()
    while chunk := stream.read(min(CHUNK, promised + 1 - len(content))):
        content += chunk
    if len(content) < promised:
        raise DataError(
            f"{name}: cut short: the header promises {promised:,} bytes of values, the file has "
            f"{len(content):,}"
        )
    if len(content) > promised:
        raise DataError(
            f"{name}: too long: more bytes follow the {promised:,} that the header promises"
        )
    return content
