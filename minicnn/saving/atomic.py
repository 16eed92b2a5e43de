"""Writing files so that nothing is ever half written, and nothing is left lying about.

Whoever writes a file does it beside its place, in a temporary file that then moves there. A process
that is killed meanwhile leaves that temporary file behind. It holds a lock on it as long as it
lives, so the next one that writes to the same place can tell what is left over, and removes it.
"""

import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from minicnn.errors import ArgumentError

try:
    import fcntl
except ImportError:  # Windows, where a file cannot be removed as long as somebody has it open
    fcntl = None  # type: ignore[assignment]

LONGEST = 100
"""Signs of a file's name that stand in that of its temporary one: names have an end."""


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
    path = Path(path).resolve()  # what a link leads to is replaced, not the link
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_over(path)
    with _temporary(path) as file:
        temporary = Path(file.name)
        try:
            yield temporary
            os.fsync(file.fileno())
            # As the one before, or as any new file; a temporary one is private.
            mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
            temporary.chmod(mode)
            if fcntl is None:
                file.close()  # Windows moves no open file
            temporary.replace(path)
        except BaseException:
            file.close()
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
    try:
        place = Path(path).resolve()
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_over(place)
        with _temporary(place) as file:
            # Ours as long as it is open; once closed, another process may take it for left over.
            if fcntl is None:
                file.close()  # Windows removes no open file
            Path(file.name).unlink(missing_ok=True)
        taken = place.is_dir()
    except OSError as error:
        raise ArgumentError(
            f"{owner}: expected a path that can be written, got {path} ({error})"
        ) from error
    if taken:
        raise ArgumentError(f"{owner}: expected the path of a file, but {path} is a folder")


def _temporary(path: Path) -> IO[bytes]:
    """Make and open a temporary file beside `path`, which stays, and which is ours while open."""
    prefix, suffix = f".{path.stem[:LONGEST]}.", f".part{path.suffix}"
    while True:
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - the caller closes it
            dir=path.parent, prefix=prefix, suffix=suffix, delete=False
        )
        if fcntl is not None:
            with suppress(OSError):  # a file system without locks: then nobody removes it either
                fcntl.flock(file, fcntl.LOCK_EX)
        # Another process may have taken it for left over, as long as it was not locked.
        if Path(file.name).exists():
            return file
        file.close()


def _remove_left_over(path: Path) -> None:
    """Remove the temporary files that processes left behind when they died on the way to `path`."""
    name = rf"\.{re.escape(path.stem[:LONGEST])}\.[a-z0-9_]{{8}}\.part{re.escape(path.suffix)}"
    for found in path.parent.iterdir():
        if re.fullmatch(name, found.name):
            with suppress(OSError):  # held, or somebody else's
                _remove_unless_held(found)


def _remove_unless_held(path: Path) -> None:
    """Remove a file, or raise OSError where a living process holds it."""
    if fcntl is None:
        path.unlink()  # Windows removes no open file
        return
    with path.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()


def _umask() -> int:
    """Return the permissions that the user withholds from new files."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
