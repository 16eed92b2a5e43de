"""A film within a page, such as a notebook: in a frame, which keeps styles and keys apart."""

import html
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from minicnn.inspection.film.recording import ARRAYS, Recording
from minicnn.inspection.film.writers import write_film

MOMENTS, DPI = 16, 72
"""Pictures, and pixels per inch of each: a notebook keeps them all, some 30 kB each."""
SECONDS = 4.0
HEIGHT = 620
"""Pixels of the frame: a picture with the line of controls below it."""


def film_in_frame(recording: Recording) -> str:
    """Return a piece of HTML that plays a film of a few of its moments.

    Examples
    --------
    >>> recording = Recording(
    ...     "layer 0 (Conv2D)",
    ...     final_step=10,
    ...     steps=np.array([0, 10]),
    ...     kernels=np.ones((2, 1, 1, 3, 3)),
    ...     loss=np.array([np.nan, 0.5]),
    ...     accuracy=np.array([np.nan, 0.9]),
    ...     edge=np.array([[0.1], [0.5]]),
    ...     orientation=np.zeros((2, 1)),
    ...     live=np.ones((2, 1), bool),
    ... )
    >>> film_in_frame(recording)[:15]
    '<iframe srcdoc='
    """
    few = some_moments(recording, MOMENTS)
    with tempfile.TemporaryDirectory() as folder:
        path = write_film(few, Path(folder) / "film.html", seconds=SECONDS, dpi=DPI)
        page = path.read_text(encoding="utf-8")
    style = f"width: 100%; max-width: 900px; height: {HEIGHT}px; border: 0"
    return (
        f'<iframe srcdoc="{html.escape(page)}" style="{style}" sandbox="allow-scripts" '
        f'title="{html.escape(recording.title)}"></iframe>'
    )


def some_moments(recording: Recording, most: int) -> Recording:
    """Return a recording of so many moments at most, from the first to the last."""
    if len(recording) <= most:
        return recording
    chosen = np.linspace(0, len(recording) - 1, most).round().astype(int)
    return replace(recording, **{name: getattr(recording, name)[chosen] for name in ARRAYS})
