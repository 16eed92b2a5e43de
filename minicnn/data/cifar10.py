"""CIFAR-10: find the archive or its files, download it if need be, and read it strictly.

The archive is the binary version, which needs no pickle: in it are six files of records, each a
byte for the class and 3,072 bytes for the picture, its red, its green and its blue, row by row. The
format is described on the page of the data set, https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import gzip
import hashlib
import io
import itertools
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt

from minicnn.data import places
from minicnn.data.dataset import Dataset
from minicnn.data.mnist import TrainAndTest
from minicnn.errors import DataError

C, H, W = 3, 32, 32
RECORD = 1 + C * H * W
"""Bytes of a record: the class, and the picture."""

BEGIN = 8
"""Bytes of a file that is none that a message quotes."""

MOST_MEMBERS, ROOM = 100, 1 << 20
"""An archive has no more members than this, and no more bytes beside those that are wanted."""

Records: TypeAlias = npt.NDArray[np.uint8]
"""An array (N, 3073), a record in each row."""


@dataclass(frozen=True, eq=False)
class Archive:
    """A data set of records in a tar archive, compressed with gzip.

    Attributes
    ----------
    name : str
        Also the name of its folder.
    file : str
        What the archive is called.
    mirrors : tuple of str
        URLs of folders that hold it, the best first.
    length : int
        Bytes of the archive.
    sha256 : str
        Its SHA-256, in hexadecimal.
    folder : str
        The folder in the archive that holds the files of records.
    train, test : tuple of str
        The names of these files.
    count : int
        The records in each of them.
    classes : tuple of str
        What each label means.
    """

    name: str
    file: str
    mirrors: tuple[str, ...]
    length: int
    sha256: str
    folder: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    count: int
    classes: tuple[str, ...]

    def load(self, folder: str | Path | None = None) -> TrainAndTest:
        """Read all files of records and verify their content."""
        path = self.find(folder)
        if path is None and folder is not None:
            place = Path(folder)
            hint = "; that is a file: give the folder it lies in" if place.is_file() else ""
            raise DataError(
                f"{place / self.file}: expected this file, or {self.train[0]} and the "
                "others that are in it, got none that may be read (pickles are never read), in "
                f"{folder}{hint}"
            )
        records = places.read_or_download(
            self.name, self.file, path, self.read, self.download, given=folder is not None
        )
        return TrainAndTest(
            self._dataset([records[file] for file in self.train]),
            self._dataset([records[file] for file in self.test]),
        )

    def find(self, folder: str | Path | None) -> Path | None:
        """Return where the archive is, or the folder with its files; None if in no known place."""
        for place in places.folders(self.name) if folder is None else [Path(folder)]:
            if places.is_file(place / self.file):
                return place / self.file
            for unpacked in (place, place / self.folder):
                if places.is_file(unpacked / self.train[0]):
                    return unpacked
        return None

    def download(self) -> Path:
        """Download the archive into $MINICNN_DATA if that is set, else into the user's cache."""

        def verify(content: bytearray) -> None:
            self._check_length(self.file, len(content), bytes(content[:BEGIN]))
            self._check_sha256(self.file, hashlib.sha256(content).hexdigest())

        return places.fetch(self.name, self.file, self.mirrors, verify, self.length)

    def read(self, path: Path) -> dict[str, Records]:
        """Return the records of each file, from the archive or from a folder with its files.

        Raises
        ------
        DataError
            If the archive is not the official one; if a file is missing, cannot be read, has more
            or fewer records, or a label that is no class; or if one class is more frequent than
            another, which none is in the official files.
        """
        try:
            if path.is_dir():
                records = {file: self._read_file(path / file) for file in self.train + self.test}
            else:
                with path.open("rb") as opened:
                    self._verify(str(path), opened)
                    records = self._unpack(str(path), opened)
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error}") from error
        for part in (self.train, self.test):
            labels = np.concatenate([records[file][:, 0] for file in part])
            counts = np.bincount(labels, minlength=len(self.classes))
            if np.ptp(counts) > 0:
                raise DataError(
                    f"{path}: expected as many pictures of each class in {', '.join(part)}, got "
                    f"{counts.tolist()}; is one of the files another, or twice the same?"
                )
        return records

    def _read_file(self, path: Path) -> Records:
        """Read a file of records that was unpacked before."""
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            return self._records(str(path), size, file)

    def _verify(self, name: str, file: io.BufferedReader) -> None:
        """Raise DataError unless a file is the archive; then stand at its beginning."""
        begin = file.read(BEGIN)
        self._check_length(name, file.seek(0, io.SEEK_END), begin)
        file.seek(0)
        self._check_sha256(name, hashlib.file_digest(file, "sha256").hexdigest())
        file.seek(0)

    def _unpack(self, name: str, file: IO[bytes]) -> dict[str, Records]:
        """Return the records of each file in an archive; nothing is unpacked to the disk."""
        wanted = {f"{self.folder}/{short}": short for short in self.train + self.test}
        most = len(wanted) * self.count * RECORD + ROOM
        records: dict[str, Records] = {}
        try:
            with tarfile.open(fileobj=_Limited(name, file, most), mode="r|") as archive:
                for member in itertools.islice(archive, MOST_MEMBERS):
                    content = archive.extractfile(member) if member.isreg() else None
                    if member.name in wanted and content is not None:
                        place = f"{name}: {member.name}"
                        records[wanted[member.name]] = self._records(place, member.size, content)
                    if len(records) == len(wanted):
                        return records
        except DataError:
            raise
        except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as error:
            raise DataError(f"{name}: cannot be read: {error}") from error
        missing = [member for member, short in wanted.items() if short not in records]
        raise DataError(f"{name}: expected {', '.join(missing)} in it, got no such file")

    def _records(self, name: str, size: int, file: IO[bytes]) -> Records:
        """Read the records of a file that has `size` bytes, if that is as many as it should have.

        So no more memory is taken than they need.
        """
        expected = self.count * RECORD
        if size != expected:
            raise DataError(
                f"{name}: expected {self.count:,} records of {RECORD:,} bytes, {expected:,} in "
                f"all, got {size:,}"
            )
        content = file.read(expected)
        if len(content) < expected:
            raise DataError(f"{name}: cut short after {len(content):,} of {expected:,} bytes")
        records = np.frombuffer(content, np.uint8).reshape(self.count, RECORD)
        wrong = np.flatnonzero(records[:, 0] >= len(self.classes))
        if len(wrong) > 0:
            raise DataError(
                f"{name}: expected labels in 0..{len(self.classes) - 1}, got "
                f"{records[wrong[0], 0]} in record {wrong[0]:,}"
            )
        return records

    def _check_length(self, name: str, length: int, begin: bytes) -> None:
        if length != self.length:
            raise DataError(
                f"{name}: expected an archive of {self.length:,} bytes, got {length:,} that begin "
                f"with {begin.hex(' ') or 'nothing'}"
            )

    def _check_sha256(self, name: str, found: str) -> None:
        if found != self.sha256:
            raise DataError(f"{name}: expected content of SHA-256 {self.sha256}, got {found}")

    def _dataset(self, parts: list[Records]) -> Dataset:
        records = np.concatenate(parts)
        images = np.divide(records[:, 1:], 255, dtype=np.float32)
        labels = records[:, 0].astype(np.int64)
        return Dataset(images.reshape(-1, C, H, W), labels, self.classes)


class _Limited(gzip.GzipFile):
    """A compressed file that unpacks to no more than a number of bytes, whatever is in it."""

    def __init__(self, name: str, file: IO[bytes], most: int) -> None:
        super().__init__(fileobj=file, mode="rb")
        self.called, self.most, self.unpacked = name, most, 0

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(size)
        self.unpacked += len(content)
        if self.unpacked > self.most:
            raise DataError(f"{self.called}: expected to unpack to at most {self.most:,} bytes")
        return content


CIFAR10 = Archive(
    name="cifar-10",
    file="cifar-10-binary.tar.gz",
    mirrors=("https://www.cs.toronto.edu/~kriz",),
    length=170_052_171,
    sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    folder="cifar-10-batches-bin",
    train=tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    test=("test_batch.bin",),
    count=10_000,
    classes=(
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ),
)


def load_cifar10(folder: str | Path | None = None) -> TrainAndTest:
    """Load CIFAR-10: 60,000 small photographs in colour, of animals and vehicles.

    Parameters
    ----------
    folder : str or Path, optional
        Where ``cifar-10-binary.tar.gz`` is, or the six files ``data_batch_1.bin`` to
        ``data_batch_5.bin`` and ``test_batch.bin`` that are in it, there or in the folder
        ``cifar-10-batches-bin``. By default they are searched for in ``datasets/cifar-10`` of the
        source tree, in ``$MINICNN_DATA/cifar-10`` and in the user's cache, in this order. If they
        are in none of them, the archive (170 MB) is downloaded (into ``$MINICNN_DATA`` if set, else
        the cache). A broken archive in the cache is downloaded again; a broken file elsewhere is an
        error, and is not replaced.

    Returns
    -------
    TrainAndTest
        ``.train`` with 50,000 and ``.test`` with 10,000 samples; each a `Dataset` with ``.images``,
        float32 (N, 3, 32, 32) from 0 to 1, red, green and blue, ``.labels``, int64 (N,) in 0..9,
        and ``.classes``, their names. Together they take 740 MB.

    Raises
    ------
    DataError
        If a file is damaged, is not the official one, or can be neither found nor downloaded. The
        message names the file, the reason (for each mirror, if any was asked) and what to do.

    References
    ----------
    Krizhevsky, "Learning multiple layers of features from tiny images", University of Toronto,
    2009.

    Examples
    --------
    >>> import tempfile
    >>> load_cifar10(tempfile.mkdtemp())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    minicnn.errors.DataError: ...cifar-10-binary.tar.gz: expected this file, or data_batch_1.bin ...
    """
    return CIFAR10.load(folder)
