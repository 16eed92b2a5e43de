"""The cores of the machine, and NumPy's matrix products held to one of them.

NumPy passes its matrix products to a BLAS library, which has threads of its own. If several threads
of ours multiply at the same time, each product would start all of these, and they would get in each
other's way. The NumPy that pip installs contains OpenBLAS, whose number of threads can be set.
Other libraries are left alone.
"""

import ctypes
import math
import os
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
"""The names of the two functions of OpenBLAS, with "get" and "set", in its various builds."""

_lock = Lock()
_holders: list[int] = []
"""For each active `one_thread` block, the number of threads before it."""


def is_held() -> bool:
    """Return whether `one_thread` has an effect: whether this NumPy uses OpenBLAS."""
    return _controls() is not None


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit every matrix product of this process to one thread inside a `with` block.

    Several blocks may overlap: the limit ends with the last of them.

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
    """Return the functions that get and set OpenBLAS's number of threads, or None without it."""
    package = Path(np.__file__).parent
    # NumPy's extension gives access to what it is linked to; on Windows only the library does.
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


_most_cores: float = math.inf


def use_cores(most: int) -> None:
    """Let this process use so many cores at most, since others beside it need the rest."""
    global _most_cores  # noqa: PLW0603 - a fact about the process
    _most_cores = max(most, 1)


def cores() -> int:
    """Return how many cores this process may use."""
    return int(min(len(bound_to()), _most_cores))


def bound_to() -> frozenset[int]:
    """Return the numbers of the cores on which the system may run this process."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))
