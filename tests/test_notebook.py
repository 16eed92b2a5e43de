"""What objects show of themselves in a notebook, and in a terminal that is narrow."""

import io
import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from PIL import Image
from trainings import data, trainer

from minicnn import (
    KERNELS,
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    History,
    MaxPool,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
    explain_pixel,
    gradcheck,
    separate,
)
from minicnn.data import Dataset
from minicnn.digits import Prediction
from minicnn.errors import ShapeError
from minicnn.html_table import matrix, png, table
from minicnn.inspection import measure_kernels
from minicnn.inspection.film import Film
from minicnn.inspection.plots import plot_history, plot_kernels
from minicnn.terminal import UNLIMITED, in_notebook, shortened, width

RNG = np.random.default_rng(0)


class Tags(HTMLParser):
    """Reads a piece of HTML, and keeps its words and what its tags say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.styles: list[str] = []
        self.feed(page)
        assert self.open == [], f"{self.open} are not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.styles += [value or "" for name, value in attrs if name == "style"]
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def model() -> Sequential:
    layers = [Conv2D(4, 3, padding="same"), ReLU(), MaxPool(2), Flatten(), Dense(3), Softmax()]
    return Sequential(layers, input_shape=(1, 8, 8))


def things() -> dict[str, tuple[Any, str]]:
    """Return objects, each with a word that it must say of itself."""
    network = model()
    pictures = RNG.random((6, 1, 8, 8))
    labels = np.arange(6) % 3
    trained = Trainer(network, SGD(0.1), CrossEntropy())
    seen = np.zeros((1, 28, 28), np.float32)
    return {
        "model": (network, "multiply-adds"),
        "model before it is built": (Sequential([Dense(2)]), "not built yet"),
        "summary": (network.summary(), "receptive field"),
        "history": (History([{"epoch": 1, "loss": 0.5, "accuracy": 0.25}]), "25.00%"),
        "history of nothing": (History(), "no epochs"),
        "kernel table": (measure_kernels(network.parameters[0].value), "median edge score"),
        "gradient report": (gradcheck(Dense(2), RNG.normal(size=(2, 3))), "passed"),
        "explanation": (
            explain_pixel(network.layers[0], pictures, n=0, f=1, i=0, j=0),
            "lies outside",
        ),
        "separation": (separate(KERNELS["sobel_x"]), "separable"),
        "no separation": (separate(KERNELS["laplacian"]), "not separable, rank 2"),
        "kernel": (KERNELS["sobel_x"], "slope to the right"),
        "data set": (Dataset(pictures, labels, ("a<b", "c", "d")), "a<b"),
        "data set in colour": (
            Dataset(RNG.random((5, 3, 9, 8)), labels[:5], tuple("xyz")),
            "first",
        ),
        "data set of vectors": (Dataset(RNG.random((5, 3)), RNG.random((5, 2))), "targets of 2"),
        "trainer": (trained, "parameters"),
        "prediction": (Prediction(1, np.array([0.1, 0.9]), seen), "not sure"),
    }


@pytest.mark.parametrize("name", things())
def test_it_shows_itself_and_leaves_colours_to_the_page(name: str) -> None:
    thing, said = things()[name]
    tags = Tags(thing._repr_html_())
    assert said in " ".join(tags.words)
    for style in tags.styles:
        properties = dict(entry.split(": ", 1) for entry in style.split("; "))
        assert "color" not in properties, "the page knows the colour of its text"
        background = properties.get("background", "rgba")
        assert background.startswith("rgba") or properties.get("height") == "0.8em"  # a bar
    assert len(thing._repr_html_()) < 10_000


@pytest.mark.parametrize(
    "name", ["summary", "history", "kernel table", "gradient report", "explanation", "separation"]
)
def test_without_a_notebook_the_last_line_prints_the_text(name: str) -> None:
    thing, _ = things()[name]
    assert repr(thing) == str(thing)
    assert len(repr(thing).splitlines()) > 1


def test_a_trainer_says_what_and_how_far() -> None:
    who = trainer()
    assert "done: nothing yet" in repr(who)
    who.fit(data(8), epochs=2, batch_size=4, progress=False)
    assert "done: 2 epochs, 4 steps" in repr(who)
    assert re.search(r"last epoch: loss \d\.\d{4}, accuracy \d+\.\d\d%", repr(who))


@pytest.mark.parametrize("shape", [(5, 3), (4, 7, 3)])
def test_the_pictures_are_png_files(shape: tuple[int, ...]) -> None:
    pixels = RNG.random(shape)
    with Image.open(io.BytesIO(png(pixels))) as picture:
        np.testing.assert_array_equal(np.asarray(picture), np.rint(pixels * 255))


def test_a_table_is_text_whatever_the_text_is() -> None:
    assert "<script>" not in table(["<script>"], [["<script>"]], note="<script>")
    assert "<b>" not in matrix([[1]], "<b>")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [60, 70, 80])
def test_in_a_narrow_terminal_names_are_cut_and_no_number(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = [Conv2D(8, 5, padding="same"), ReLU(), Conv2D(16, 5, padding="same"), Flatten()]
    network = Sequential([*layers, Dense(10), Softmax()], input_shape=(1, 28, 28))
    kernels = measure_kernels(RNG.normal(size=(12, 1, 5, 5)))
    wide = [str(network.summary()), str(kernels)]
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", str(columns))
    assert width() == columns
    for before, thing in zip(wide, (network.summary(), kernels), strict=True):
        lines = str(thing).splitlines()
        assert max(map(len, lines)) <= columns
        numbers = re.findall(r"-?\d+[\d.,]*", " ".join(lines[1:]))
        for number in re.findall(r"(?<= )-?\d[\d.,]*(?= |$)", " ".join(before.splitlines()[2:-1])):
            assert number in numbers


def test_what_is_no_terminal_has_room() -> None:
    assert width() == UNLIMITED
    assert shortened("Conv2D(8, 5)", 12) == "Conv2D(8, 5)"
    assert len(shortened("Conv2D(8, 5)", 11)) == 11


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook without ipywidgets."""
    ipython = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=None))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)


@pytest.mark.usefixtures("notebook")
def test_in_a_notebook_nothing_is_red(capsys: pytest.CaptureFixture[str]) -> None:
    assert in_notebook()
    trainer().fit(data(500), epochs=2, batch_size=1)
    captured = capsys.readouterr()
    assert captured.err == ""
    for shown in ("epoch 1/2", "/500", "left, loss ", ", accuracy ", "epoch 2/2  loss"):
        assert shown in captured.out
    assert "epochs" not in captured.out, "two bars do not fit into a line of text"


def test_a_film_plays_in_a_frame_and_names_its_files(tmp_path: Any) -> None:
    network = Sequential([Conv2D(2, 3), Flatten(), Dense(10)], input_shape=(1, 8, 8))
    who = Trainer(network, SGD(0.1), CrossEntropy())
    film = Film(tmp_path / "film.npz", frames=3)
    assert "no moments" in Tags(film._repr_html_()).words[0]
    who.fit(data(8), epochs=2, batch_size=4, callbacks=[film], progress=False)
    shown = film._repr_html_()
    assert film.written == [tmp_path / "film.npz"]
    assert "film.npz" in " ".join(Tags(shown).words)
    assert shown.startswith("<iframe srcdoc=")
    assert "<style>" not in shown, "the style of the film is for the frame alone"
    assert "&lt;style&gt;" in shown


def test_axes_end_no_cell_as_text_and_are_axes() -> None:
    ax = plot_kernels(RNG.normal(size=(2, 1, 3, 3)))
    assert isinstance(ax, Axes)
    axes = plot_history(History([{"epoch": 1, "loss": 0.5, "accuracy": 0.25}]))
    left, _ = axes
    left.set_title("still axes")
    for returned in (ax, axes):
        assert returned._ipython_display_() is None  # type: ignore[union-attr]


def test_messages_name_a_layer_and_not_the_whole_model() -> None:
    network = model()
    with pytest.raises(ShapeError, match=r"^Sequential: x must have shape \(N, 1, 8, 8\)"):
        network.predict(np.zeros((2, 3, 8, 8)))
    with pytest.raises(ShapeError, match=r"^layers\[1\] Conv2D\(4, 3\): expected samples of shape"):
        Sequential([Flatten(), Conv2D(4, 3)], input_shape=(1, 28, 28))
    with pytest.raises(ShapeError, match=r"channels first, but \(28, 28, 1\).*use \(1, 28, 28\)"):
        Sequential([Conv2D(4, 3)], input_shape=(28, 28, 1))
