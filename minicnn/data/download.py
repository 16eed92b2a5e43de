"""Downloads that leave either a whole, verified file or none."""

import http.client
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from tqdm import tqdm

from minicnn.errors import DataError
from minicnn.saving.files import atomic_write

TIMEOUT_SECONDS = 30
CHUNK = 1 << 16
LARGEST_DOWNLOAD = 1 << 28  # bytes; a server that never ends must not fill the disk


def download(urls: Sequence[str], path: Path, verify: Callable[[Path], object]) -> None:
    """Fetch `path` from the first of `urls` that delivers it.

    The bytes go to a temporary file in the same folder, which takes its place only once it is whole
    and verified; a bar shows the progress in a terminal.

    Parameters
    ----------
    urls : sequence of str
        Mirrors, tried in this order.
    path : Path
        Where the file will stand; missing folders are made.
    verify : function of a Path
        Raises DataError if the file at that path is not the expected one.

    Raises
    ------
    DataError
        If no mirror delivers it. The message gives the reason of each, and the folder in which to
        put the file by hand.
    """
    failures = []
    for url in urls:
        try:
            with atomic_write(path) as file:
                _fetch(url, path.name, file.write)
                file.flush()
                verify(Path(file.name))
        except (OSError, http.client.HTTPException, DataError) as error:
            failures.append(f"  {url}: {error}")
        else:
            return
    raise DataError(
        "\n".join(
            [
                f"{path.name}: no mirror delivered it:",
                *failures,
                f"Download it by other means, and put it into the folder {path.parent}",
                "(or set MINICNN_DATA to a folder of yours that has such folders in it)",
            ]
        )
    )


def _fetch(url: str, name: str, write: Callable[[bytes], object]) -> None:
    """Hand the bytes at `url` to `write`, chunk by chunk."""
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - the mirrors are our own constants
        announced = response.headers.get("Content-Length", "")
        total = int(announced) if announced.isdecimal() else None
        received = 0
        with tqdm(total=total, desc=name, unit="B", unit_scale=True, disable=None) as bar:
            while chunk := response.read(CHUNK):
                write(chunk)
                received += len(chunk)
                bar.update(len(chunk))
                if received > LARGEST_DOWNLOAD:
                    raise DataError(f"stopped after {received:,} bytes: no file here is that large")
