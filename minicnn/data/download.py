"""Downloads that leave a whole, verified file or none, and that always end."""

import http.client
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from tqdm import tqdm

from minicnn.errors import ArgumentError, DataError
from minicnn.saving.atomic import atomic_write, check_writable

LARGEST_DOWNLOAD = 1 << 26  # bytes of a file whose size is not known
TIMEOUT_SECONDS = 30  # of silence, after which a connection is closed
PATIENCE_SECONDS = 60  # in each of which a mirror must send at the slowest rate or faster
SLOWEST_RATE = 1_000  # bytes a second; the modems of 1998 did five times as much
GLANCE_SECONDS = 0.1  # between two looks at a transfer
CHUNK = 1 << 16
REMEDY = "make room for it there, or set MINICNN_DATA to another folder that can be written"


def download(
    urls: Sequence[str],
    path: Path,
    verify: Callable[[bytearray], object],
    largest: int | None = None,
) -> None:
    """Fetch `path` from the first of `urls` that delivers it.

    Nothing is written until the whole content has arrived, in memory, and is verified. A bar shows
    the progress in a terminal. A mirror is given up if it is silent for `TIMEOUT_SECONDS`, sends
    less than `SLOWEST_RATE` over `PATIENCE_SECONDS`, or sends more than the file may have.

    Parameters
    ----------
    urls : sequence of str
        Mirrors, tried in this order; only http and https are followed.
    path : Path
        Where to write the file; missing folders are created.
    verify : function of bytes
        Raises DataError if they are not the expected content.
    largest : int, optional
        The most bytes that the file may have; by default `LARGEST_DOWNLOAD`.

    Raises
    ------
    DataError
        If the file cannot be written, in which case no mirror is asked; or if no mirror delivers
        it. The message then gives the reason for each mirror, and the folder in which to put the
        file by hand.
    """
    try:
        check_writable(path.name, path)
    except ArgumentError as error:
        raise DataError(f"{error}; {REMEDY}") from error
    failures = []
    for url in urls:
        try:
            content = _fetch(url, path.name, LARGEST_DOWNLOAD if largest is None else largest)
            verify(content)
        except (OSError, http.client.HTTPException, ValueError) as error:
            failures.append(f"  {url}: {_reason(error)}")
        else:
            _keep(content, path)
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


def _keep(content: bytearray, path: Path) -> None:
    """Write what was downloaded; if that fails, no other mirror would help."""
    try:
        with atomic_write(path) as file:
            file.write(content)
    except OSError as error:
        raise DataError(f"{path}: downloaded, but cannot be written ({error}); {REMEDY}") from error


def _reason(error: Exception) -> str:
    """Return the reason in one short line, whatever a server has put into the message."""
    text = str(error) if isinstance(error, DataError) else f"{type(error).__name__}: {error}"
    return "".join(char if char.isprintable() else " " for char in text[:300])


def _fetch(url: str, name: str, largest: int) -> bytearray:
    """Return the bytes at `url`, or raise the error that stopped the transfer."""
    transfer = _Transfer(url, largest)
    transfer.start()
    deadline, enough = time.monotonic() + PATIENCE_SECONDS, SLOWEST_RATE * PATIENCE_SECONDS
    try:
        with tqdm(desc=name, unit="B", unit_scale=True, disable=None) as bar:
            while transfer.is_alive():
                transfer.join(GLANCE_SECONDS)
                received = len(transfer.content)
                bar.total = transfer.announced
                bar.update(received - bar.n)
                if time.monotonic() < deadline:
                    continue
                if received < enough:
                    raise DataError(
                        f"too slow: less than {SLOWEST_RATE:,} bytes a second for "
                        f"{PATIENCE_SECONDS} s; given up after {received:,} bytes"
                    )
                deadline += PATIENCE_SECONDS
                enough = received + SLOWEST_RATE * PATIENCE_SECONDS
    finally:
        transfer.given_up = True
    if transfer.error is not None:
        raise transfer.error
    return transfer.content


class _Transfer(threading.Thread):
    """One download into memory, in a thread of its own.

    The timeout of a socket counts from the last byte, and looking up the address of a host has no
    timeout at all. Only a caller in another thread can stop waiting at any moment.
    """

    def __init__(self, url: str, largest: int) -> None:
        super().__init__(daemon=True)  # if it is abandoned, it must not keep the program alive
        self.url, self.largest = url, largest
        self.content = bytearray()
        self.announced: int | None = None
        self.error: Exception | None = None
        self.given_up = False

    def run(self) -> None:
        try:
            with _opener().open(self.url, timeout=TIMEOUT_SECONDS) as response:
                self._receive(response)
        except urllib.error.HTTPError as error:
            error.close()  # it holds the connection open
            self.error = error
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
            self.error = error

    def _receive(self, response: http.client.HTTPResponse) -> None:
        self.announced = response.length  # None unless the server names a number that makes sense
        if self.announced is not None and self.announced > self.largest:
            raise DataError(
                f"announces {self.announced:,} bytes: the file has no more than {self.largest:,}"
            )
        while not self.given_up and (chunk := response.read1(CHUNK)):
            self.content += chunk
            if len(self.content) > self.largest:
                raise DataError(
                    f"stopped after {len(self.content):,} bytes: the file has no more than "
                    f"{self.largest:,}"
                )
        if self.announced is not None and len(self.content) < self.announced:
            raise DataError(f"ended after {len(self.content):,} of {self.announced:,} bytes")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect without reading the body of the reply, which might never end."""

    def http_error_302(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
    ) -> Any:
        fp.close()
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _opener() -> urllib.request.OpenerDirector:
    """Return an opener for http and https; the default one follows redirects to ftp as well."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener
