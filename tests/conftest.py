"""What the tests of pictures share."""

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
