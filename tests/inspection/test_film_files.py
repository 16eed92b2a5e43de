"""Films as files, and recordings: what is written, and what of it is read."""

import base64
import io
import json
import re
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from films import recording
from PIL import Image, ImageSequence

from minicnn.errors import ArgumentError, DataError
from minicnn.inspection import Film, Recording, write_film

pytestmark = pytest.mark.usefixtures("no_screen")


def test_an_mp4_needs_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matplotlib.animation.writers.is_available", lambda name: False)
    with pytest.raises(ArgumentError, match=r"needs the program ffmpeg.*film\.mp4"):
        Film("film.mp4")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_an_mp4(tmp_path: Path) -> None:
    path = write_film(recording(), tmp_path / "film.mp4", seconds=1)
    assert path.read_bytes()[4:8] == b"ftyp"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("seconds", "milliseconds", "held"), [(0.5, 170, 0.5), (6, 2000, 1.5), (1e-9, 20, 0.1)]
)
def test_a_gif(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, milliseconds: int, held: float
) -> None:
    # At a high rate the last frame is drawn many times, unless it stands for a moment only.
    monkeypatch.setattr("minicnn.inspection.film.writers.HELD", held)
    path = write_film(recording(moments=3), tmp_path / "deep" / "film.gif", seconds=seconds, dpi=40)
    with Image.open(path) as film:
        assert film.size == (400, 216)
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(film)]
    assert durations[:-1] == [milliseconds] * 2
    assert durations[-1] > 1000 * held, "the last one stands longer"
    assert list(path.parent.iterdir()) == [path]
    assert not plt.get_fignums(), "the figure is closed"


def test_a_page_needs_nothing_else(tmp_path: Path) -> None:
    reel = recording(moments=3)
    page = write_film(reel, tmp_path / "film.html", seconds=2, dpi=30).read_text("utf-8")
    assert "http" not in page
    assert "src=" not in page
    pictures = re.search(r"const pictures = (\[.*\]);", page)
    assert pictures
    pairs = json.loads(pictures[1])
    assert [len(pair) for pair in pairs] == [2] * len(reel)
    for pair in pairs:  # kernels, and curves
        for code, share in zip(pair, (0.56, 0.44), strict=True):
            with Image.open(io.BytesIO(base64.b64decode(code))) as picture:
                assert picture.size == (round(share * 300), 150)
    words = "How the kernels of layers[0] Conv2D(4, 5) were learned"
    assert f"<title>{words}</title>" in page
    assert f"<h1>{words}</h1>" in page
    assert page.count("of 100") == 1, "the step is said once"
    assert 'max="2"' in page
    assert f"const steps = {reel.steps.tolist()};" in page


def test_a_failed_film_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "film.gif"
    path.write_bytes(b"of an earlier run")

    def full_disk(*args: object, **options: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("PIL.Image.Image.save", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_film(recording(moments=2), path, dpi=20)
    assert path.read_bytes() == b"of an earlier run"
    assert list(tmp_path.iterdir()) == [path]


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    reel = recording()
    reel.save(tmp_path / "film.npz")
    again = Recording.load(tmp_path / "film.npz")
    assert (again.title, again.final_step) == (reel.title, reel.final_step)
    for name in ("steps", "kernels", "loss", "accuracy", "edge", "orientation", "live"):
        np.testing.assert_array_equal(getattr(again, name), getattr(reel, name))
    np.testing.assert_array_equal(again.model_steps, reel.model_steps)
    assert again.models.keys() == reel.models.keys()
    for name, values in reel.models.items():
        np.testing.assert_array_equal(again.models[name], values)
    assert write_film(again, tmp_path / "copy.npz").exists()


def test_files_that_are_no_recordings(tmp_path: Path) -> None:
    path = tmp_path / "film.npz"
    recording().save(path)
    with np.load(path) as entries:
        parts = dict(entries)
    changes: list[dict[str, object]] = [
        {"format": np.array("minicnn recording, version 9")},
        {"steps": np.zeros(3, int)},
        {"steps": np.zeros(6)},
        {"title": np.zeros(2)},
        {"kernels": np.full((6, 4, 1, 5, 5), np.nan)},
        {"kernels": np.zeros((0, 4, 1, 5, 5))},
        {"kernels": np.zeros((6, 4, 1, 5, 5), int)},
        {"steps": np.array([0, 20, 20, 60, 80, 100])},
        {"steps": np.array([0, 20, 40, 60, 80, 101])},
        {"final_step": np.array(0)},
        {"loss": np.full(6, np.inf)},
        {"more": np.zeros(1)},
        {"model_steps": np.array([0, 101])},
        {"model_steps": np.array([0.0, 100.0])},
        {"model_steps": np.array([0, 50, 100])},
        {"model.0.bias": np.full((2, 4), np.nan)},
        {"model.0.bias": np.zeros((2, 4), int)},
        {"model.0.bias": np.zeros(())},
    ]
    for change in changes:
        np.savez(path, **(parts | change))
        with pytest.raises(DataError, match=r"film\.npz"):
            Recording.load(path)
    path.write_bytes(b"no archive")
    with pytest.raises(DataError, match="a recording written by"):
        Recording.load(path)
