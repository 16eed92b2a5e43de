"""What several files of tests share."""

import os
import signal

# What is started in the background by a script ignores Ctrl-C, and so would what it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests run side by side, a process for each core: threads within each would only get in the way.
# The libraries read this as they are loaded, so it stands before whatever imports NumPy.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"

from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from browser import browser, open_page  # noqa: F401 - fixtures of the tests of the page
from mirror import Mirror, running_mirror

from minicnn.data import download, places


@pytest.fixture
def no_screen() -> Iterator[None]:
    """Draw without a window, and leave no figure behind."""
    mpl.use("Agg")
    yield
    plt.close("all")


@pytest.fixture
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that write files by the hundred; test_kill.py waits, as everybody does."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    monkeypatch.setattr(download, "GLANCE_SECONDS", 0.01)
    monkeypatch.setattr(download, "LARGEST_DOWNLOAD", 1 << 22)
    with running_mirror() as running:
        yield running


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait two hundredths of the usual time, for a tenth of the usual rate."""
    monkeypatch.setattr(download, "TIMEOUT_SECONDS", 0.15)
    monkeypatch.setattr(download, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(download, "SLOWEST_RATE", 100)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder to which downloads go, with no other place to look in."""
    monkeypatch.setattr(places, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setattr(places, "user_cache", lambda: tmp_path / "cache")
    monkeypatch.delenv("MINICNN_DATA", raising=False)
    return tmp_path / "cache" / "tiny"
