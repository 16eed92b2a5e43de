"""The threads of NumPy's matrix products: held at one while threads of our own are at work.

NumPy hands its matrix products to a BLAS library, which has threads of its own. Where several
threads of ours multiply at the same time, each of those would start all of them, and they would
stand in each other's way. The NumPy that pip installs brings OpenBLAS along, and OpenBLAS can be
told how many threads to use; of others nothing is known here, and they are left alone.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np

NAMES = (
    "scipy_openblas_{}_num_threads64_",
    "scipy_openblas_{}_num_threads",
    "openblas_{}_num_threads64_",
    "openblas_{}_num_threads",
)
"""What OpenBLAS calls its two functions, with "get" and "set", in the builds that there are."""

_lock = Lock()
_holders: list[int] = []
"""For each `one_thread` that is at work, how many threads there were before it."""


def is_held() -> bool:
    """Return whether `one_thread` has an effect: whether this NumPy works with OpenBLAS."""
    return _controls() is not None


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold every matrix product of this process to one thread, for the length of a `with`.

    Several may overlap: the last to end lets go.

    Examples
    --------
    >>> with one_thread():
    ...     product = np.ones((2, 3)) @ np.ones((3, 2))
    """
    controls = _controls()
    if controls is None:
        yield
        return
    get_threads, set_threads = controls
    with _lock:
        _holders.append(get_threads())
        set_threads(1)
    try:
        yield
    finally:
        with _lock:
            before = _holders.pop()
            set_threads(1 if _holders else before)


@cache
def _controls() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """Return how OpenBLAS is asked for its number of threads and told it, or None without it."""
    package = Path(np.__file__).parent
    # NumPy's own extension finds what it is linked to; on Windows the library itself must be asked.
    files = [
        *package.glob("_core/_multiarray_umath*"),
        *package.parent.glob("numpy.libs/*openblas*"),
    ]
    for file in files:
        try:
            library = ctypes.CDLL(str(file))
        except OSError:
            continue
        for name in NAMES:
            if hasattr(library, name.format("set")):
                return library[name.format("get")], library[name.format("set")]
    return None
