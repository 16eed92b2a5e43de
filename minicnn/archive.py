"""Reading .npz files that may be broken, or made by somebody else."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError


def read_archive(path: str | Path, what: str) -> dict[str, npt.NDArray[Any]]:
    """Return every array of an .npz file by its name; nothing in it is run.

    Parameters
    ----------
    path : str or Path
    what : str
        What the file should be, for the message.

    Raises
    ------
    DataError
        If the file cannot be read, is no .npz file, is broken, or holds Python objects.
    """
    try:
        with Path(path).open("rb") as file:
            if zipfile.is_zipfile(file):
                with np.load(path, allow_pickle=False) as entries:
                    return {name: entries[name] for name in entries.files}
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise DataError(
            f"{path}: expected {what}, got something else or a broken one "
            f"({type(error).__name__}: {error})"
        ) from error
    raise DataError(f"{path}: expected {what}, got another file")
