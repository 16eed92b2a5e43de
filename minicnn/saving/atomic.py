"""Write files whole or not at all, and leave nothing else behind.

A file is first written under a temporary name in the same folder, and then moved into place. A
process that is killed in between leaves its temporary file behind. While it lives, it holds a lock
on that file, so the next process that writes to the same path can tell which files are left over,
and removes them.
"""

import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from minicnn.errors import ArgumentError

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed
    fcntl = None  # type: ignore[assignment]

PAUSES = (0.05, 0.1, 0.2, 0.3, 0.35)
"""Seconds between attempts to replace a file that another program holds."""

LONGEST = 100
"""Characters of a file's name that its temporary name contains: names have a limit."""


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield the path of a temporary file that is moved to `path` once it is written.

    A file that exists at `path` stays until then, and is kept if anything fails. Missing folders
    are created. The temporary path has the same ending, from which some writers take the format.

    Raises
    ------
    ArgumentError
        If `path` is a folder.
    OSError
        If it cannot be written. On Windows another program, such as a virus scanner, may hold a
        file for a moment; that is waited for, a second in all.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "deep" / "note.txt"
    >>> with atomic_path(path) as temporary:
    ...     _ = temporary.write_text("whole")
    >>> path.read_text(), temporary.suffix, temporary.exists()
    ('whole', '.txt', False)
    """
    path = Path(path).resolve()  # the target of a link is replaced, not the link
    if path.is_dir():
        raise ArgumentError(f"expected the path of a file, but {path} is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_over(path)
    with _temporary(path) as file:
        temporary = Path(file.name)
        try:
            yield temporary
            os.fsync(file.fileno())
            # Those of the old file, or of any new one; a temporary file is private.
            mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
            temporary.chmod(mode)
            if fcntl is None:
                file.close()  # Windows cannot move an open file
            _replace(temporary, path)
        except BaseException:
            file.close()
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def atomic_write(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces `path` once it is whole and on the disk.

    Like `atomic_path`, with the temporary file open for writing.

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
    """Raise ArgumentError unless a file can be written at `path`; create missing folders."""
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


def _replace(temporary: Path, path: Path) -> None:
    """Move a file into its place, and try again for a moment where another program holds it."""
    for pause in PAUSES:
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    try:
        temporary.replace(path)
    except PermissionError as error:
        raise PermissionError(
            error.errno,
            f"{error.strerror}; another program may have the file open: close it and save again, "
            "or save under another name",
            str(path),
        ) from error


def _temporary(path: Path) -> IO[bytes]:
    """Create and open a temporary file beside `path`; hold a lock on it while it is open."""
    prefix, suffix = f".{path.stem[:LONGEST]}.", f".part{path.suffix}"
    while True:
        try:
            file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - the caller closes it
                dir=path.parent, prefix=prefix, suffix=suffix, delete=False
            )
        except OSError as error:  # of a name that the caller has never heard of
            raise type(error)(error.errno, error.strerror, str(path)) from error
        if fcntl is not None:
            with suppress(OSError):  # no locks on this file system: then none are removed
                fcntl.flock(file, fcntl.LOCK_EX)
        # Before it was locked, another process may have removed it as left over.
        if Path(file.name).exists():
            return file
        file.close()


def _remove_left_over(path: Path) -> None:
    """Remove the temporary files for `path` that dead processes left behind."""
    name = rf"\.{re.escape(path.stem[:LONGEST])}\.[a-z0-9_]{{8}}\.part{re.escape(path.suffix)}"
    for found in path.parent.iterdir():
        if re.fullmatch(name, found.name):
            with suppress(OSError):  # locked, or another user's
                _remove_unless_held(found)


def _remove_unless_held(path: Path) -> None:
    """Remove a file, or raise OSError if a living process holds it."""
    if fcntl is None:
        path.unlink()  # Windows does not remove an open file
        return
    with path.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()


def _umask() -> int:
    """Return the umask: the permissions that new files do not get."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
