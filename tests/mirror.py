"""A local mirror that serves /KIND/FILE in as many ways as it has kinds, most of them bad."""

import gzip
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tiny_mnist import FILES

Replies = Iterator[bytes | float]
"""What to send, and how many seconds to wait in between."""

FOR_EVER = 60.0  # longer than any test would wait


def head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "Connection: close", "", ""]).encode()


def whole(content: bytes, *lines: str, status: str = "200 OK") -> Replies:
    yield head(f"Content-Length: {len(content)}", *lines, status=status) + content


def says(length: str) -> Callable[[bytes], Replies]:
    """Announce a length of its own, and send the right content."""
    return lambda content: iter([head(f"Content-Length: {length}") + content])


def status(line: str) -> Callable[[bytes], Replies]:
    return lambda content: whole(b"<html>Sorry</html>", status=line)


def redirect(to: str, code: str = "302 Found") -> Callable[[bytes], Replies]:
    return lambda content: whole(b"", f"Location: {to}", status=code)


def sends(*replies: bytes | float) -> Callable[[bytes], Replies]:
    return lambda content: iter(replies)


def again(reply: bytes, pause: float = 0.0, first: bytes = b"") -> Callable[[bytes], Replies]:
    """Send a reply over and over."""

    def replies(content: bytes) -> Replies:
        yield first
        while True:
            yield reply
            yield pause

    return replies


def stall(content: bytes) -> Replies:
    yield head(f"Content-Length: {len(content)}") + content[:10]
    yield FOR_EVER


def modem(content: bytes) -> Replies:
    """Twenty bytes every hundredth of a second: slow, but honest."""
    yield head(f"Content-Length: {len(content)}")
    for start in range(0, len(content), 20):
        yield content[start : start + 20]
        yield 0.01


def chunked(*pieces: bytes) -> bytes:
    return head("Transfer-Encoding: chunked") + b"".join(pieces)


def bomb(shape: tuple[int, ...]) -> bytes:
    """An IDX file with a header of this shape, and a gigabyte of zeros in a megabyte of gzip."""
    header = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)
    return gzip.compress(header) + gzip.compress(bytes(10**7)) * 100


LAST_CHUNK = b"\r\n0\r\n\r\n"
GOOD: dict[str, Callable[[bytes], Replies]] = {
    "good": whole,
    "modem": modem,
    "no length": lambda content: iter([head() + content]),
    "nonsense for a length": says("many"),
    "a negative length": says("-5"),
    "a length of too many digits": says("9" * 5000),
    "chunked": lambda content: iter(
        [chunked(b"5\r\n", content[:5], b"\r\n%x\r\n" % len(content[5:]), content[5:], LAST_CHUNK)]
    ),
    "named gzip": lambda content: whole(content, "Content-Encoding: gzip"),
    "unpacked": lambda content: whole(gzip.decompress(content)),
    "moved": redirect("/good/FILE", "301 Moved Permanently"),
    "found": redirect("/good/FILE"),
    "moved, and talks without end": again(
        b"x" * 65536, first=head("Location: /good/FILE", status="302 Found")
    ),
}
# Each with what the message has to say.
BAD: dict[str, tuple[Callable[[bytes], Replies], str]] = {
    "stalls before the headers": (sends(FOR_EVER), "timed out"),
    "stalls in the body": (stall, "timed out"),
    "drips a body": (again(b"\0", 0.05, first=head()), "too slow: less than"),
    "hurries, then drips": (
        again(b"\0", 0.05, first=head() + bytes(500)),
        r"too slow.* after 5\d\d bytes",
    ),
    "drips a status": (again(b"H", 0.05), "too slow"),
    "drips a header": (again(b"x", 0.05, first=b"HTTP/1.1 200 OK\r\nX: "), "too slow"),
    "drips headers": (again(b"X: y\r\n", 0.05, first=b"HTTP/1.1 200 OK\r\n"), "too slow"),
    "continues without end": (again(b"HTTP/1.1 100 Continue\r\n\r\n", 0.001), "too slow"),
    "drips the size of a chunk": (
        again(b"0", 0.05, first=head("Transfer-Encoding: chunked")),
        "too slow",
    ),
    "chunks with an endless trailer": (
        again(b"X: y\r\n", 0.001, first=chunked(b"1\r\nx\r\n0\r\n")),
        "too slow",
    ),
    "a header line without end": (
        again(b"x" * 4096, first=b"HTTP/1.1 200 OK\r\nX: "),
        "LineTooLong",
    ),
    "headers without end": (again(b"X: y\r\n" * 99, first=b"HTTP/1.1 200 OK\r\n"), "100 headers"),
    "a body without end": (again(b"x" * 65536, first=head()), r"stopped after \d"),
    "chunks without end": (
        again(b"400\r\n" + b"x" * 1024 + b"\r\n", first=chunked()),
        r"stopped after \d",
    ),
    "cut short": (
        lambda content: iter([head(f"Content-Length: {len(content)}") + content[:-9]]),
        r"ended after 1,\d+ of 1,\d+ bytes",
    ),
    "cut short, no length": (
        lambda content: iter([head() + content[:-9]]),
        "Compressed file ended",
    ),
    "announces too much": (says("100000"), r"ended after 1,\d+ of 100,000 bytes"),
    "announces too little": (says("20"), "cannot be read: Compressed file ended"),
    "announces an absurd length": (says("1" + "0" * 30), r"announces 1,000,.*the file has no"),
    "a chunk of no size": (sends(chunked(b"zz\r\nabc\r\n")), "IncompleteRead"),
    "a chunk cut short": (sends(chunked(b"ffffff\r\nabc")), "IncompleteRead"),
    "html": (lambda content: whole(b"<html>Please log in</html>"), "expected an IDX file.*3c 68"),
    "packed twice": (lambda content: whole(gzip.compress(content)), "expected an IDX file"),
    "wrong": (lambda content: whole(gzip.compress(FILES["t10k-labels-idx1-ubyte"])), "shape"),
    "altered": (
        lambda content: whole(gzip.compress(gzip.decompress(content)[:-1] + b"\xff")),
        "SHA-256",
    ),
    "a bomb": (lambda content: whole(bomb((2**31, 28, 28))), r"expected an array of shape"),
    "a bomb of the right shape": (lambda content: whole(bomb((4, 16, 16))), "too long"),
    "empty": (lambda content: whole(b""), "expected an IDX file.*nothing"),
    "204": (sends(head(status="204 No Content")), "nothing"),
    "403": (status("403 Forbidden"), "403: Forbidden"),
    "404": (status("404 Not Found"), "404"),
    "500": (status("500 Internal Server Error"), "500"),
    "503": (status("503 Slow Down"), "503: Slow Down"),
    "an error that talks without end": (
        again(b"x" * 65536, first=head(status="404 Not Found")),
        "404",
    ),
    "an error with a long story": (status("404 " + "\x1b[31m" + "No " * 9999), r"404:  \[31mNo No"),
    "closes at once": (sends(), "RemoteDisconnected"),
    "garbage": (sends(b"\x7fELF\x01\x02garbage\r\n\r\n"), "BadStatusLine"),
    "a loop": (redirect("/a loop/FILE"), "infinite loop"),
    "to a file": (redirect("file:///etc/passwd"), "file:///etc/passwd.*not allowed"),
    "to ftp": (redirect("ftp://127.0.0.1/FILE"), "unknown url type: ftp"),
    "to a broken address": (redirect("http://[::1/FILE"), "Invalid IPv6"),
    "to a host too long": (redirect(f"http://{'a' * 70}.example/FILE"), "label"),
    "to https": (redirect("https://127.0.0.1:PORT/good/FILE"), "SSL"),  # followed: no TLS here
    "to nowhere": (status("302 Found"), "302"),
}


class Handler(socketserver.StreamRequestHandler):
    server: "Mirror"

    def handle(self) -> None:
        verb, _, request = self.rfile.readline().decode("latin-1").partition(" ")
        if verb != "GET":
            return  # it speaks TLS
        path = request.split()[0]
        while self.rfile.readline().strip():
            pass  # the headers
        self.server.asked.append(path)
        _, kind, file = path.replace("%20", " ").split("/")
        content = self.server.files[file]
        try:
            for reply in self.server.kinds[kind](content):
                if isinstance(reply, float):
                    self.server.closing.wait(reply)
                else:
                    reply = reply.replace(b"FILE", file.encode())
                    self.wfile.write(reply.replace(b"PORT", b"%d" % self.server.port))
                if self.server.closing.is_set():
                    return
        except OSError:
            pass  # who asked has gone


class Mirror(socketserver.ThreadingTCPServer):
    """Answers at `address`, and keeps the paths that it was `asked` for."""

    daemon_threads = True
    request_queue_size = 50

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kinds = GOOD | {kind: replies for kind, (replies, _) in BAD.items()}
        self.files = {f"{name}.gz": gzip.compress(FILES[name], mtime=0) for name in FILES}
        self.asked: list[str] = []
        self.closing = threading.Event()
        self.port: int = self.server_address[1]

    def __call__(self, kind: str) -> str:
        """The address of a mirror of this kind."""
        return f"http://127.0.0.1:{self.port}/{kind.replace(' ', '%20')}"


@contextmanager
def running_mirror() -> Iterator[Mirror]:
    with Mirror() as mirror:
        thread = threading.Thread(target=mirror.serve_forever, args=(0.01,))
        thread.start()
        yield mirror
        mirror.closing.set()
        mirror.shutdown()
        thread.join()
