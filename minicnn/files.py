"""Writing files so that nothing is ever half written."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from minicnn.errors import ArgumentError


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give the path of a temporary file beside `path`; move it there once it is written and whole.

    Whatever stood at `path` stays until that moment, and stays for good if anything fails. Missing
    folders are made. The temporary path has the same ending, which tells some writers the format.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "deep" / "note.txt"
    >>> with atomic_path(path) as temporary:
    ...     _ = temporary.write_text("whole")
    >>> path.read_text(), temporary.suffix, temporary.exists()
    ('whole', '.txt', False)
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary(path) as file:
        temporary = Path(file.name)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())  # as any new file; a temporary one is private
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def atomic_write(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of `path` once it is whole and on the disk.

    As `atomic_path`, with the temporary file open for writing.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "deep" / "note.txt"
    >>> with atomic_write(path) as file:
    ...     _ = file.write(b"whole")
    >>> path.read_bytes()
    b'whole'
    """
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        yield file


def check_writable(owner: object, path: str | Path) -> None:
    """Raise ArgumentError unless a file can be written at `path`; missing folders are made."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(path) as file:
            Path(file.name).unlink()
        taken = path.is_dir()
    except OSError as error:
        raise ArgumentError(
            f"{owner}: expected a path that can be written, got {path} ({error})"
        ) from error
    if taken:
        raise ArgumentError(f"{owner}: expected the path of a file, but {path} is a folder")


def _temporary(path: Path) -> IO[bytes]:
    """Make and open a temporary file beside `path`, which stays."""
    prefix, suffix = f".{path.stem}.", f".part{path.suffix}"
    return tempfile.NamedTemporaryFile(dir=path.parent, prefix=prefix, suffix=suffix, delete=False)


def _umask() -> int:
    """Return the permissions that the user withholds from new files."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
