"""Films as files: a GIF, an MP4, a page for the browser, or the recording itself."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib import animation
from matplotlib.figure import Figure
from PIL import Image

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.inspection.film.figure import CURVES, HEADING, FilmFigure
from minicnn.inspection.film.page import page
from minicnn.inspection.film.recording import Recording
from minicnn.saving.atomic import atomic_path, atomic_write
from minicnn.terminal import progress_bar

FORMATS = (".gif", ".mp4", ".html", ".npz")
HELD = 1.5
"""Seconds for which the last frame is shown, before a film starts again."""
FASTEST = 50.0
"""Frames a second; a GIF that asks for more is shown slowly by many programs."""


def write_film(
    recording: Recording, path: str | Path, *, seconds: float = 12.0, dpi: float = 100
) -> Path:
    """Write a film to a file, whole or not at all, with a progress bar.

    Parameters
    ----------
    recording : Recording
    path : str or Path
        The ending decides the format: .gif; .mp4, with the program ffmpeg; .html, a page with a
        time slider that needs nothing else; .npz, the recording itself. Missing folders are
        created.
    seconds : float, default 12
        How long the film runs, at no more than 50 frames a second; the last frame is shown a little
        longer.
    dpi : float, default 100
        Pixels per inch of a figure that is 10 inches wide.

    Returns
    -------
    Path

    Raises
    ------
    ArgumentError
        If there is no such format, no ffmpeg for an .mp4, or a number is out of range.
    """
    path = Path(path)
    check_format("write_film", path)
    seconds = checks.real_number("write_film", "seconds", seconds, above=0)
    dpi = checks.real_number("write_film", "dpi", dpi, above=0)
    ending, rate = path.suffix.lower(), min(len(recording) / seconds, FASTEST)
    if ending == ".npz":
        recording.save(path)
    elif ending == ".html":
        _write_page(recording, path, rate, dpi)
    elif ending == ".gif":
        _write_gif(recording, path, rate, dpi)
    else:
        fps: dict[str, Any] = {"fps": rate}  # may be a fraction, though it is typed as an int
        _write_movie(recording, path, animation.FFMpegWriter(**fps), dpi)
    return path


def check_format(owner: object, path: Path) -> None:
    """Raise ArgumentError unless a film can be written to a path with this ending."""
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise ArgumentError(
            f"{owner}: expected a path that ends in one of {', '.join(FORMATS)}, got {path}"
        )
    if ending == ".mp4" and not animation.writers.is_available("ffmpeg"):
        raise ArgumentError(
            f"{owner}: an .mp4 needs the program ffmpeg, which was not found; install it, or write "
            f"a .gif or .html instead of {path}"
        )


def _write_gif(recording: Recording, path: Path, rate: float, dpi: float) -> None:
    """Draw the frames into a GIF, all in the colours of three of them.

    With one palette, a pixel that stays as it is can be left out of a frame, which halves the file.
    """
    palette = _palette(recording, [0, len(recording) // 2, -1], dpi)
    pictures = [
        Image.fromarray(_pixels(figure, dpi))
        .convert("RGB")
        .quantize(palette=palette, dither=Image.Dither.NONE)
        for _, figure in _frames(recording, path)
    ]
    durations = [10 * round(100 / rate)] * len(pictures)  # milliseconds, in hundredths of a second
    durations[-1] += round(1000 * HELD)
    with atomic_path(path) as temporary:
        pictures[0].save(
            temporary,
            format="GIF",
            save_all=True,
            append_images=pictures[1:],
            duration=durations,
            loop=0,
            optimize=True,
        )


def _palette(recording: Recording, moments: list[int], dpi: float) -> Image.Image:
    """Return a picture with the colours of some moments, one less than a GIF may have."""
    view = FilmFigure(recording)
    try:
        drawn = []
        for index in moments:
            view.draw(recording, index)
            drawn.append(_pixels(view.figure, dpi))
    finally:
        plt.close(view.figure)
    together = Image.fromarray(np.concatenate(drawn)).convert("RGB")
    return together.quantize(255, method=Image.Quantize.MAXCOVERAGE)


def _write_movie(
    recording: Recording, path: Path, writer: animation.AbstractMovieWriter, dpi: float
) -> None:
    """Draw the frames into a movie writer of matplotlib."""
    with atomic_path(path) as temporary:
        for index, figure in _frames(recording, path):
            if index == 0:
                writer.setup(figure, temporary, dpi)
            writer.grab_frame()
        for _ in range(round(HELD * writer.fps)):  # equal frames cost next to nothing
            writer.grab_frame()
        writer.finish()


def _write_page(recording: Recording, path: Path, rate: float, dpi: float) -> None:
    """Write a page that contains every frame as two pictures: kernels, and curves.

    The page says in words what the heading of the figure does. It puts the pictures side by side,
    or one below the other on a narrow screen.
    """
    pictures = []
    for _, figure in _frames(recording, path):
        frame = _pixels(figure, dpi)
        top, middle = round((1 - HEADING) * len(frame)), round(CURVES * frame.shape[1])
        halves = (frame[top:, :middle], frame[top:, middle:])
        pictures.append([_encoded(half) for half in halves])
    with atomic_write(path) as file:
        file.write(page(recording, pictures, rate).encode())


def _pixels(figure: Figure, dpi: float) -> npt.NDArray[np.uint8]:
    """Draw a figure, and return its pixels (H, W, 4)."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="rgba", dpi=dpi)
    width = int(figure.get_size_inches()[0] * dpi)
    return np.frombuffer(drawn.getvalue(), np.uint8).reshape(-1, width, 4)


def _encoded(pixels: npt.NDArray[np.uint8]) -> str:
    """Return a picture as text: WebP in base64."""
    picture = io.BytesIO()
    plt.imsave(picture, pixels, format="webp", pil_kwargs={"lossless": True, "method": 2})
    return base64.b64encode(picture.getvalue()).decode("ascii")


def _frames(recording: Recording, path: Path) -> Iterator[tuple[int, Figure]]:
    """Draw each moment on the same figure."""
    view = FilmFigure(recording)
    try:
        for index in progress_bar(range(len(recording)), f"drawing {path.name}"):
            view.draw(recording, index)
            yield index, view.figure
    finally:
        plt.close(view.figure)
