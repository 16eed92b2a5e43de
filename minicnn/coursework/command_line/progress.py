"""How far one is: a file beside the hand-ins that a person can read.

An exercise that was passed stays passed: a later version that fails is said in ``last``, and takes
nothing back. The file is written whole or not at all, and by one process at a time.
"""

import datetime
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from minicnn.errors import DataError
from minicnn.saving.atomic import atomic_write

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

FILE = "coursework.json"
"""The name of the file."""

PATIENCE_SECONDS = 5.0
"""How long one process waits for another that writes."""

RIGHT = "right"
"""What `Standing.result` says of a hand-in that passed."""


@dataclass(frozen=True)
class Standing:
    """How far one is with one exercise.

    Attributes
    ----------
    tried : int
        How often a hand-in was checked.
    passed : str
        When one passed for the first time, such as ``"2026-03-01 14:05"``; empty if none did.
    last : str
        When the last one was checked.
    result : str
        What came of the last one: ``"right"``, the name of the mistake, or ``"not right"``.
    file : str
        The name of the file of the last one.

    Examples
    --------
    >>> Standing().said(), Standing(tried=3).said(), Standing(tried=3, passed="yesterday").said()
    ('not begun', 'tried 3 times', 'passed')
    """

    tried: int = field(default=0)
    passed: str = field(default="")
    last: str = field(default="")
    result: str = field(default="")
    file: str = field(default="")

    def said(self) -> str:
        """Return how far one is, in two or three words."""
        if self.passed:
            return "passed"
        if not self.tried:
            return "not begun"
        return "tried once" if self.tried == 1 else f"tried {self.tried} times"

    def after(self, result: str, file: str) -> "Standing":
        """Return the standing after one more check."""
        now = datetime.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
        passed = self.passed or (now if result == RIGHT else "")
        return Standing(self.tried + 1, passed, now, result, file)


def read_progress(folder: str | Path) -> dict[str, Standing]:
    """Return the standing by exercise; empty if nothing was checked in this folder yet.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    path = Path(folder) / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise DataError(f"{path}: expected text, got bytes that are none") from None
    try:
        return {name: _standing(entry) for name, entry in dict(json.loads(text)).items()}
    except (ValueError, TypeError, RecursionError) as error:
        raise DataError(f"{path}: expected the progress as JSON ({error})") from None


def _standing(entry: Mapping[str, Any]) -> Standing:
    standing = Standing(**entry)
    for name, value in asdict(standing).items():
        expected = int if name == "tried" else str
        if type(value) is not expected:
            raise TypeError(f"{name} must be of {expected.__name__}, got {value!r}")
    return standing


def keep_progress(folder: str | Path, results: Mapping[str, str], file: str) -> str:
    """Add the results of checks to the file of a folder.

    Parameters
    ----------
    folder : str or path
    results : mapping
        What came of each exercise, as in `Standing.result`.
    file : str
        The name of the file that was checked.

    Returns
    -------
    str
        What the student should know: that a damaged file was set aside, and under which name.
        Empty if all is well.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path = Path(folder) / FILE
    with _alone_in(path.parent):
        try:
            progress, said = read_progress(folder), ""
        except DataError as error:
            aside = _set_aside(path)
            progress, said = {}, f"{error}; it is now {aside.name}, and a new one was begun"
        for name, result in results.items():
            progress[name] = progress.get(name, Standing()).after(result, file)
        entries = {name: asdict(standing) for name, standing in progress.items()}
        with atomic_write(path) as written:
            written.write(f"{json.dumps(entries, indent=2, ensure_ascii=False)}\n".encode())
    return said


def _set_aside(path: Path) -> Path:
    """Rename a damaged file to a name that is free."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    return path.rename(aside)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder; go on without one where there is none to be had in time.

    Without it two checks at once could lose one try of an exercise, and nothing else.
    """
    try:
        handle = _open_lock(folder)
    except OSError:
        yield
        return
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while not _has_locked(handle) and time.monotonic() < end:
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def _open_lock(folder: Path) -> int:
    """Open the folder itself; on Windows, which cannot lock one, a file in the temporary folder."""
    if fcntl is not None:
        return os.open(folder, os.O_RDONLY)
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    lock = Path(tempfile.gettempdir()) / f"minicnn-coursework-{digest}.lock"
    return os.open(lock, os.O_RDWR | os.O_CREAT)


def _has_locked(handle: int) -> bool:
    with suppress(OSError):
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        return True
    return False
