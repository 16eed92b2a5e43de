"""Films: which moments are recorded, what is drawn of them, and what is written."""

import json
import math
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image, ImageSequence

from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, ReLU, Sequential, Trainer
from minicnn.callbacks import Callback
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError, DivergenceError, ShapeError
from minicnn.inspection import Film, Live, Recording, measure_kernels, write_film
from minicnn.inspection.plots.film import FilmFigure
from minicnn.typing import Array


@pytest.fixture(autouse=True)
def no_screen() -> Iterator[None]:
    mpl.use("Agg")
    yield
    plt.close("all")


def trainer(seed: int = 0, rate: float = 0.05, channels: int = 1) -> Trainer:
    layers = [Conv2D(4, 5), ReLU(), Flatten(), Dense(2)]
    model = Sequential(layers, input_shape=(channels, 8, 8), seed=seed)
    return Trainer(model, SGD(rate, momentum=0.9), CrossEntropy(), seed=seed)


def data(samples: int = 40, channels: int = 1) -> Dataset:
    images = np.random.default_rng(0).random((samples, channels, 8, 8))
    return Dataset(images, (images.mean(axis=(1, 2, 3)) > 0.5).astype(int), ("dark", "light"))


def fit(who: Trainer, *callbacks: Callback, epochs: int = 5) -> None:
    who.fit(data(), epochs, batch_size=4, callbacks=callbacks, progress=False)


def recording(shape: tuple[int, ...] = (4, 1, 5, 5), moments: int = 6, seed: int = 0) -> Recording:
    rng = np.random.default_rng(seed)
    kernels = rng.normal(size=(moments, *shape))
    tables = [measure_kernels(bank) for bank in kernels]
    return Recording(
        "layers[0] Conv2D(4, 5)",
        final_step=100,
        steps=np.linspace(0, 100, moments).astype(int),
        kernels=kernels,
        loss=np.array([math.nan, *rng.random(moments - 1)]),
        accuracy=np.array([math.nan, *rng.random(moments - 1)]),
        edge=np.array([table.edge for table in tables]),
        orientation=np.array([table.orientation for table in tables]),
        live=np.array([table.live for table in tables]),
    )


def test_moments_lie_close_together_at_the_beginning() -> None:
    film = Film(frames=11)
    fit(trainer(), film, epochs=10)
    assert film.recording.steps.tolist() == [0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100]
    assert film.recording.final_step == 100


@pytest.mark.parametrize(
    ("every", "frames", "steps"),
    [
        (20, 120, [0, 20, 40, 50]),
        (10, 120, [0, 10, 20, 30, 40, 50]),
        (1, 8, [0, 8, 16, 24, 32, 40, 48, 50]),
        (1, 2, [0, 50]),
    ],
)
def test_moments_at_equal_distances_are_never_more_than_asked_for(
    every: int, frames: int, steps: list[int]
) -> None:
    film = Film(frames=frames, every=every)
    fit(trainer(), film)
    assert film.recording.steps.tolist() == steps


def test_a_film_takes_no_more_memory_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minicnn.inspection.film.MEMORY", 4 * 5 * 5 * 4 * 7)  # seven banks
    film = Film(frames=50)
    fit(trainer(), film)
    assert len(film.recording) == 7


def test_what_is_recorded_is_what_was_learned() -> None:
    class Notes(Callback):
        def __init__(self) -> None:
            self.figures: list[tuple[float, float]] = []

        def on_step_end(self, trainer: Trainer, loss: float, accuracy: float) -> None:
            self.figures.append((loss, accuracy))

    who, film, notes = trainer(), Film(frames=6), Notes()
    before = who.model.parameters[0].value.copy()
    fit(who, notes, film)
    reel = film.recording
    np.testing.assert_array_equal(reel.kernels[0], before)
    np.testing.assert_array_equal(reel.kernels[-1], who.model.parameters[0].value)
    assert not np.array_equal(reel.kernels[1], reel.kernels[2])
    assert math.isnan(reel.loss[0])
    assert math.isnan(reel.accuracy[0])
    for index in range(1, len(reel)):
        since = notes.figures[reel.steps[index - 1] : reel.steps[index]]
        loss, accuracy = np.mean(since, axis=0)
        assert reel.loss[index] == pytest.approx(loss)
        assert reel.accuracy[index] == pytest.approx(accuracy)
    for kernels, edge, orientation, live in zip(
        reel.kernels, reel.edge, reel.orientation, reel.live, strict=True
    ):
        table = measure_kernels(kernels)
        np.testing.assert_allclose(edge, table.edge, atol=1e-6)
        np.testing.assert_allclose(orientation, table.orientation, atol=1e-3)
        np.testing.assert_array_equal(live, table.live)
    assert reel.median_edge[-1] == pytest.approx(measure_kernels(reel.kernels[-1]).median_edge)


def test_filming_changes_nothing() -> None:
    one, other = trainer(), trainer()
    fit(one)
    fit(other, Film(frames=9))
    for mine, yours in zip(one.model.parameters, other.model.parameters, strict=True):
        np.testing.assert_array_equal(mine.value, yours.value)


def test_a_second_training_is_a_new_film() -> None:
    who, film = trainer(), Film(frames=3)
    fit(who, film)
    fit(who, film, epochs=1)
    assert film.recording.steps.tolist() == [0, 2, 10]
    assert film.recording.final_step == 10


def test_a_training_that_was_stopped_ends_with_its_last_kernels(tmp_path: Path) -> None:
    class StopAt17(Callback):
        def on_step_end(self, trainer: Trainer, loss: float, accuracy: float) -> None:
            if trainer.steps == 17:
                trainer.stop()

    film = Film(tmp_path / "film.npz", tmp_path / "film.html", frames=3)
    fit(trainer(), StopAt17(), film)
    assert film.recording.steps.tolist() == [0, 12, 17]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.html", "film.npz"]


def test_a_training_that_broke_off_leaves_the_recording(tmp_path: Path) -> None:
    class Break(Callback):
        def on_step_end(self, trainer: Trainer, loss: float, accuracy: float) -> None:
            if trainer.steps == 17:
                raise DivergenceError("broken")

    with pytest.raises(DivergenceError, match="broken"):
        fit(trainer(), Break(), Film(tmp_path / "film.npz", tmp_path / "film.gif", frames=5))
    assert [path.name for path in tmp_path.iterdir()] == ["film.npz"]
    assert Recording.load(tmp_path / "film.npz").steps.tolist() == [0, 3, 12, 17]


def test_what_would_fail_after_training_is_said_before(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder.gif").mkdir()
    who = trainer()
    for path in (tmp_path / "file" / "film.gif", tmp_path / "folder.gif"):
        with pytest.raises(ArgumentError, match=f"Film: expected .*{path.name}"):
            fit(who, Film(path))
    assert who.steps == 0
    with pytest.raises(ArgumentError, match=r"ends in one of \.gif.*got film\.avi"):
        Film("film.avi")
    with pytest.raises(ArgumentError, match="frames must be a whole number of at least 2, got 0"):
        Film(frames=0)
    with pytest.raises(ArgumentError, match="every must be"):
        Film(every=0)
    with pytest.raises(ArgumentError, match="0 to 3, got 4"):
        fit(who, Film(layer=4))
    with pytest.raises(ShapeError, match=r"kernels \(F, C, KH, KW\), got layers\[3\] Dense"):
        fit(who, Film(layer=3))
    with pytest.raises(ArgumentError, match="at least one frame, got none"):
        _ = Film().recording
    assert who.steps == 0


def test_an_mp4_needs_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matplotlib.animation.writers.is_available", lambda name: False)
    with pytest.raises(ArgumentError, match=r"needs the program ffmpeg.*film\.mp4"):
        Film("film.mp4")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_an_mp4(tmp_path: Path) -> None:
    path = write_film(recording(), tmp_path / "film.mp4", seconds=1)
    assert path.read_bytes()[4:8] == b"ftyp"
    assert list(tmp_path.iterdir()) == [path]


def test_a_gif(tmp_path: Path) -> None:
    path = write_film(recording(), tmp_path / "deep" / "film.gif", seconds=1, dpi=40)
    with Image.open(path) as film:
        assert film.size == (400, 216)
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(film)]
    assert len(durations) == 6  # the last stands longer
    assert durations[0] == pytest.approx(1000 / 6, abs=10)
    assert durations[-1] > 1500
    assert list(path.parent.iterdir()) == [path]
    assert not plt.get_fignums(), "the figure is closed"


def test_a_page_needs_nothing_else(tmp_path: Path) -> None:
    reel = recording()
    page = write_film(reel, tmp_path / "film.html", seconds=2, dpi=30).read_text("utf-8")
    assert "http" not in page
    assert "src=" not in page.replace("picture.src =", "")
    pictures = re.search(r"const pictures = (\[.*\]);", page)
    assert pictures
    assert len(json.loads(pictures[1])) == len(reel)
    assert 'max="5"' in page
    assert f"const steps = {reel.steps.tolist()};" in page


def test_a_failed_film_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "film.gif"
    path.write_bytes(b"of an earlier run")

    def full_disk(*args: object, **options: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("matplotlib.animation.PillowWriter.finish", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_film(recording(), path, dpi=20)
    assert path.read_bytes() == b"of an earlier run"
    assert list(tmp_path.iterdir()) == [path]


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    reel = recording()
    reel.save(tmp_path / "film.npz")
    again = Recording.load(tmp_path / "film.npz")
    assert (again.title, again.final_step) == (reel.title, reel.final_step)
    for name in ("steps", "kernels", "loss", "accuracy", "edge", "orientation", "live"):
        np.testing.assert_array_equal(getattr(again, name), getattr(reel, name))
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
        {"more": np.zeros(1)},
    ]
    for change in changes:
        np.savez(path, **(parts | change))
        with pytest.raises(DataError, match=r"film\.npz"):
            Recording.load(path)
    path.write_bytes(b"no archive")
    with pytest.raises(DataError, match="a recording written by"):
        Recording.load(path)


def test_a_frame_shows_the_kernels_of_its_moment_on_the_scale_of_all() -> None:
    reel = recording()
    view = FilmFigure(reel)
    limit = np.quantile(np.abs(reel.kernels), 0.99)
    for moment in (0, 3, 5):
        view.draw(reel, moment)
        for image, kernel in zip(view.images, reel.kernels[moment], strict=True):
            np.testing.assert_array_equal(image.get_array(), kernel[0])
            assert image.get_clim() == (-limit, limit)
        labels = [text.get_text() for text in view.board.texts]
        assert labels == [f"{score:.2f}" for score in reel.edge[moment]]
        median = reel.median_edge[moment]
        assert view.heading.get_text() == (
            f"step {reel.steps[moment]} of 100: median edge score {median:.2f}"
        )
        for ax, values in zip(
            view.curves, (reel.median_edge, reel.accuracy, reel.loss), strict=True
        ):
            curve, dot = ax.lines[-3], ax.lines[-2]
            np.testing.assert_array_equal(curve.get_ydata(), values)
            np.testing.assert_array_equal(dot.get_xydata(), [[reel.steps[moment], values[moment]]])


def test_the_line_in_a_kernel_lies_along_its_edge() -> None:
    x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    bank: Array = np.stack([x, x.T, x + x.T, np.ones((3, 3)), 0 * x])[:, None]
    table, once = measure_kernels(bank), np.zeros(1)
    reel = Recording(
        "edges",
        1,
        np.array([0]),
        bank[None],
        once,
        once,
        table.edge[None],
        table.orientation[None],
        table.live[None],
    )
    view = FilmFigure(reel)
    view.draw(reel, 0)
    ends = [np.array(tick.get_xydata()) for (tick,) in view.ticks]
    down, right, diagonal, none, dead = (end[1] - end[0] for end in ends)
    assert down == pytest.approx([0, 0.9], abs=0.01)  # an edge to the right stands upright
    assert right == pytest.approx([-0.9, 0], abs=0.01)
    assert diagonal == pytest.approx([-0.63, 0.63], abs=0.02)
    assert np.isnan(none).all()
    assert np.isnan(dead).all()
    assert [text.get_text() for text in view.board.texts][-2:] == ["0.00", "dead"]


@pytest.mark.parametrize(
    "shape", [(1, 1, 3, 3), (3, 3, 11, 11), (16, 1, 5, 5), (32, 3, 3, 7), (40, 16, 7, 3)]
)
def test_kernels_of_every_number_and_size_have_a_place(shape: tuple[int, ...]) -> None:
    reel = recording(shape, moments=2)
    view = FilmFigure(reel)
    view.draw(reel, 1)
    assert len(view.images) == min(shape[0], 32)
    channels = min(shape[1], 3)
    np.testing.assert_array_equal(
        view.images[-1].get_array(), np.hstack(list(reel.kernels[1, len(view.images) - 1, :3]))
    )
    boxes = [image.get_extent() for image in view.images]  # left, right, bottom, top
    for a, (left, right, bottom, top) in enumerate(boxes):
        assert right - left == pytest.approx(channels)
        for left2, right2, bottom2, top2 in boxes[:a]:
            assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
    said = [text.get_text() for text in view.figure.texts]
    assert any("the first 32 of 40 kernels" in text for text in said) == (shape[0] == 40)
    assert any("the first 3 of 16 channels" in text for text in said) == (shape[1] == 16)


def test_live_draws_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    class Handle:
        shown = 0

        def update(self, figure: object) -> None:
            self.shown += 1

    handle = Handle()
    display = SimpleNamespace(display=lambda figure, display_id: handle)
    shell = SimpleNamespace(kernel=object())
    ipython = SimpleNamespace(get_ipython=lambda: shell, display=display)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    live = Live(seconds=0, frames=6)
    fit(trainer(), live, epochs=1)
    assert handle.shown == 11  # ten steps and the end
    assert live.view
    assert live.view.heading.get_text().startswith("step 10 of 10")
    assert live.film.recording.steps[-1] == 10
    rare, shown = Live(seconds=1000), handle.shown
    fit(trainer(), rare, epochs=1)
    assert handle.shown == shown + 1


def test_live_draws_in_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = "matplotlib.backends.backend_agg.FigureCanvasAgg"
    flushed: list[str] = []
    monkeypatch.setattr(f"{canvas}.required_interactive_framework", "none at all", raising=False)
    monkeypatch.setattr(f"{canvas}.flush_events", lambda _: flushed.append("drawn"))
    monkeypatch.setattr(plt, "show", lambda block: None)
    fit(trainer(), Live(seconds=0), epochs=1)
    assert len(flushed) == 12


def test_live_needs_a_place_to_draw() -> None:
    who = trainer()
    with pytest.raises(ArgumentError, match=r"window or a notebook.*backend '[aA]gg'.*Film"):
        fit(who, Live())
    assert who.steps == 0
    assert not plt.get_fignums()
