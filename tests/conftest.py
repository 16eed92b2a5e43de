"""What the tests of pictures share."""

import os
from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest


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
