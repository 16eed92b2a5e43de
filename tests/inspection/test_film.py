"""Films while they are taken: which moments are recorded, and where `Live` draws."""

import math
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from films import data, fit, trainer

from minicnn import SGD, ConvTranspose2D, Layer, SeparableConv2D
from minicnn.errors import ArgumentError, DivergenceError, ShapeError
from minicnn.inspection import Film, Live, Recording, kernels_of, measure_kernels
from minicnn.training.callbacks import Callback, Training

pytestmark = pytest.mark.usefixtures("no_screen")


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
    monkeypatch.setattr("minicnn.inspection.film.callback.MEMORY", 4 * 5 * 5 * 4 * 7)  # seven banks
    film = Film(frames=50)
    fit(trainer(), film)
    assert len(film.recording) == 7


def test_what_is_recorded_is_what_was_learned() -> None:
    class Notes(Callback):
        def __init__(self) -> None:
            self.figures: list[tuple[float, float]] = []

        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
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


def test_the_whole_model_is_kept_at_some_of_the_moments() -> None:
    class Notes(Callback):
        def __init__(self) -> None:
            self.models: list[dict[str, np.ndarray]] = []

        def note(self, trainer: Training) -> None:
            named = trainer.model.named_parameters()
            self.models.append({name: it.value.copy() for name, it in named.items()})

        def on_fit_begin(self, trainer: Training) -> None:
            self.note(trainer)

        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            self.note(trainer)

    film, notes = Film(frames=11, models=6), Notes()
    fit(trainer(), notes, film, epochs=10)
    reel = film.recording
    assert reel.model_steps.tolist() == [0, 4, 16, 36, 64, 100]
    assert list(reel.models) == ["0.weight", "0.bias", "3.weight", "3.bias"]
    for index, step in enumerate(reel.model_steps):
        for name, values in reel.models.items():
            np.testing.assert_array_equal(values[index], notes.models[step][name])
    assert Film(models=0).models == 0
    plain = Film(frames=3)
    fit(trainer(), plain)
    assert (len(plain.recording.model_steps), plain.recording.models) == (0, {})


def test_models_take_no_more_memory_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    who, film = trainer(), Film(frames=20, models=20)
    size = sum(parameter.value.nbytes for parameter in who.model.parameters)
    monkeypatch.setattr("minicnn.inspection.film.callback.MEMORY", 3 * size)
    fit(who, film)
    assert film.recording.model_steps.tolist()[::2] == [0, 50]
    assert len(film.recording.model_steps) == 3


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
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            if trainer.steps == 17:
                trainer.stop()

    film = Film(tmp_path / "film.npz", tmp_path / "film.html", frames=3, models=2)
    fit(trainer(), StopAt17(), film)
    assert film.recording.steps.tolist() == [0, 12, 17]
    assert film.recording.model_steps.tolist() == [0, 17]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.html", "film.npz"]


def test_a_training_that_broke_off_leaves_the_recording(tmp_path: Path) -> None:
    class Break(Callback):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            if trainer.steps == 17:
                raise DivergenceError("broken")

    with pytest.raises(DivergenceError, match="broken"):
        fit(trainer(), Break(), Film(tmp_path / "film.npz", tmp_path / "film.gif", frames=5))
    assert [path.name for path in tmp_path.iterdir()] == ["film.npz"]
    assert Recording.load(tmp_path / "film.npz").steps.tolist() == [0, 3, 12, 17]


def test_a_training_that_was_refused_leaves_the_film_before(tmp_path: Path) -> None:
    path = tmp_path / "film.npz"
    path.write_text("of an earlier run")
    who = trainer()
    who.optimizer = SGD(decay_of={"no such name": 0.1})
    with pytest.raises(ArgumentError, match="no such name"):
        fit(who, Film(path))
    assert path.read_text() == "of an earlier run"


def test_a_training_that_diverged_says_so(tmp_path: Path) -> None:
    path = tmp_path / "film.npz"
    with pytest.raises(DivergenceError, match="the loss became nan"):
        fit(trainer(rate=3e38), Film(path))
    assert np.isfinite(Recording.load(path).kernels).all()


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
    with pytest.raises(ArgumentError, match="models must be a whole number of at least 0, got -1"):
        Film(models=-1)
    with pytest.raises(ArgumentError, match="0 to 3, got 4"):
        fit(who, Film(layer=4))
    with pytest.raises(ShapeError, match=r"kernels \(F, C, KH, KW\).*got Dense\(2\)"):
        fit(who, Film(layer=3))
    with pytest.raises(ArgumentError, match="at least one frame, got none"):
        _ = Film().recording
    assert who.steps == 0


@pytest.mark.parametrize(
    ("layer", "channels", "shape"),
    [
        (ConvTranspose2D(6, 3), 4, (6, 4, 3, 3)),
        (ConvTranspose2D(6, 3, groups=2), 4, (6, 2, 3, 3)),
        (SeparableConv2D(5, 3), 4, (4, 1, 3, 3)),
    ],
    ids=repr,
)
def test_kernels_come_in_one_order(layer: Layer, channels: int, shape: tuple[int, ...]) -> None:
    layer.build((channels, 8, 8), np.random.default_rng(0))
    kernels = kernels_of(layer)
    assert kernels.shape == shape
    if isinstance(layer, ConvTranspose2D):  # an impulse in a channel draws its kernels
        impulse = np.zeros((1, channels, 8, 8), np.float32)
        impulse[0, 3, 4, 4] = 1.0
        own = 3 % shape[1]  # the channel's number in its group
        filters = slice(6 - 6 // layer.groups, 6)  # those of the last group, which it is in
        np.testing.assert_array_equal(layer(impulse)[0, filters, 4:7, 4:7], kernels[filters, own])


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
    drawn: list[int] = []
    monkeypatch.setattr(f"{canvas}.required_interactive_framework", "none at all", raising=False)
    monkeypatch.setattr(f"{canvas}.flush_events", lambda _: flushed.append("drawn"))
    monkeypatch.setattr(plt, "show", lambda block: None)

    class Close(Callback):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            if trainer.steps == 2:
                plt.close("all")

    for callbacks in ([Live(seconds=0)], [Live(seconds=0), Close()]):
        trainer().fit(data(12), 1, batch_size=4, callbacks=callbacks, progress=False)
        drawn.append(len(flushed))
    assert drawn[0] == 5  # the start, three steps and the end
    assert drawn[1] - drawn[0] == 3, "nothing is drawn into a window that was closed"


def test_live_needs_a_place_to_draw() -> None:
    who = trainer()
    with pytest.raises(ArgumentError, match=r"window or a notebook.*backend '[aA]gg'.*Film"):
        fit(who, Live())
    assert who.steps == 0
    assert not plt.get_fignums()
