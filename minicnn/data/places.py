"""Where data may lie, and what is done where it lies nowhere or is broken.

That is the source tree, a folder of one's own, $MINICNN_DATA, and the user's cache. In each of
them, a data set has a folder of its own.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from minicnn.errors import DataError

CHECKOUT = Path(__file__).resolve().parents[2] / "datasets"
"""The folder of data in the project's own source tree; an installed package has none."""

T = TypeVar("T")


def folders(name: str) -> list[Path]:
    """Return the places to look in for a data set: the source tree, $MINICNN_DATA, the cache."""
    places = [CHECKOUT, own_folder(), user_cache()]
    return [place / name for place in places if place is not None]


def fetch(
    name: str,
    file: str,
    mirrors: Sequence[str],
    verify: Callable[[bytearray], object],
    largest: int | None = None,
) -> Path:
    """Download a file of a data set into $MINICNN_DATA if that is set, else into the user's cache.

    Parameters
    ----------
    name : str
        Of the data set.
    file : str
        Its name there, and at each of the mirrors.
    mirrors : sequence of str
        URLs of folders.
    verify, largest
        See `minicnn.data.download.download`.
    """
    # Only a download should pay for importing HTTP: a third of `import minicnn` otherwise.
    from minicnn.data.download import download  # noqa: PLC0415 - see above

    _, *places = folders(name)
    if not places:
        raise DataError(f"{file}: no home folder to keep it in: set MINICNN_DATA to a folder")
    path = places[0] / file
    download([f"{mirror}/{file}" for mirror in mirrors], path, verify, largest)
    return path


def read_or_download(
    name: str,
    file: str,
    path: Path | None,
    read: Callable[[Path], T],
    download: Callable[[], Path],
    *,
    given: bool,
) -> T:
    """Read a file of a data set; download it if it is missing, or broken in the cache.

    Parameters
    ----------
    name, file : str
        What the data set and the file are called.
    path : Path or None
        Where it was found.
    read : function of a path
        Raises DataError if the file is broken.
    download : function
        Returns where it put the file.
    given : bool
        Whether the user named the folder that it lies in: then a broken one is the user's own.
    """
    if path is None:
        path = download()
    try:
        return read(path)
    except DataError as error:
        if given:
            raise DataError(f"{error}. Put {name}'s own {file} in its place") from error
        cache = user_cache()
        if cache is None or path.parent != cache / name:
            raise DataError(f"{error}. Remove it, and load again") from error
        damage = error
    try:
        return read(download())
    except DataError as error:
        raise DataError(f"{damage}. It could not be downloaded again: {error}") from error


def own_folder() -> Path | None:
    """Return the folder that the user has named in $MINICNN_DATA, if any."""
    named = Path(os.environ.get("MINICNN_DATA", ""))
    try:
        # a "~" from a settings file has not been expanded by a shell
        return named.expanduser() if named.parts else None
    except RuntimeError as error:
        raise DataError(f"MINICNN_DATA: expected a folder, got {named} ({error})") from error


def user_cache() -> Path | None:
    """Return the folder of minicnn in the user's cache.

    None for a user without a home folder, as in some containers.
    """
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            # as the standard says: a path that is not absolute counts as not set
            named = Path(os.environ.get("XDG_CACHE_HOME", ""))
            base = named if named.is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "minicnn"


def is_file(path: Path) -> bool:
    """Return whether there is a file that this user may reach."""
    try:
        return path.is_file()
    except OSError:  # in a folder that this user may not enter
        return False
