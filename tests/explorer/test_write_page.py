"""What a page is made of, and what is refused before anything is written."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from in_browser import randomize

from minicnn import SGD, Conv1D, Conv2D, CrossEntropy, Dense, Flatten, ReLU, Sequential, Trainer
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError, NotReadyError, ShapeError
from minicnn.explorer import page as page_module
from minicnn.explorer import write_page
from minicnn.explorer.network import describe_layers, every_layer, row_of
from minicnn.inspection import Film, Recording, measure_kernels
from minicnn.layers import ConvTranspose2D, Layer, Residual, SeparableConv2D
from minicnn.saving.weights import values_of
from minicnn.typing import Array, Shape

FOLDER = Path(page_module.__file__).parent


def small(width: int = 4, shape: Shape = (1, 8, 8), classes: int = 2) -> Sequential:
    layers = [Conv2D(width, 5), ReLU(), Flatten(), Dense(classes)]
    return Sequential(layers, input_shape=shape, seed=0)


def images(count: int = 12) -> Dataset:
    pixels = np.random.default_rng(0).integers(0, 256, (count, 1, 8, 8)).astype(np.float32) / 255
    return Dataset(pixels, np.arange(count) % 2, ("even", "<odd>"))


def filmed(model: Sequential, models: int = 5, **options: Any) -> Film:
    film = Film(frames=9, models=models, **options)
    trainer = Trainer(model, SGD(0.1), CrossEntropy(), seed=0)
    trainer.fit(images(), 20, batch_size=4, callbacks=[film], progress=False)
    return film


def network_in(path: Path) -> Any:
    text = path.read_text("utf-8")
    found = re.search(r'<script type="application/json" id="network">(.*?)</script>', text, re.S)
    assert found
    return json.loads(found[1])


def numbers(text: str, dtype: str = "<f4") -> Any:
    return np.frombuffer(base64.b64decode(text), dtype)


def test_what_stands_in_a_page(tmp_path: Path) -> None:
    model = small()
    film = filmed(model)
    path = write_page(
        model, tmp_path / "deep" / "page.html", images=images(), film=film, title="<my net>"
    )
    text = path.read_text("utf-8")
    assert "<title>&lt;my net&gt;</title>" in text
    network = network_in(path)
    assert (network["format"], network["title"], network["input"]) == (1, "<my net>", [1, 8, 8])
    assert network["classes"] == ["even", "<odd>"]
    assert [layer["name"] for layer in network["layers"]] == ["Conv2D", "ReLU", "Flatten", "Dense"]
    row = row_of(values_of(model.named_parameters()))
    np.testing.assert_array_equal(numbers(network["weights"]), row)
    assert [image["label"] for image in network["images"]] == ["even", "<odd>"] * 6
    pixels = numbers(network["images"][3]["pixels"], "u1").astype(np.float32) / 255
    np.testing.assert_array_equal(pixels, images().images[3].ravel())
    assert network["scaling"] == {"low": 0.0, "high": 1.0}
    assert network["filters"]["sobel_x"] == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert (network["dtype"], network["notes"]) == ("float32", [])


def test_the_moments_are_those_of_the_film(tmp_path: Path) -> None:
    model = small()
    film = filmed(model)
    film.recording.save(tmp_path / "film.npz")
    pages = [
        network_in(write_page(model, tmp_path / "page.html", film=given))
        for given in (film, film.recording, tmp_path / "film.npz")
    ]
    assert pages[0] == pages[1] == pages[2]
    moments, reel = pages[0]["moments"], film.recording
    assert [moment["step"] for moment in moments] == reel.model_steps.tolist()
    assert [moment["weights"] is None for moment in moments] == [False] * 4 + [True]
    assert (moments[0]["loss"], moments[0]["accuracy"]) == (None, None)
    edges = pages[0]["layers"][0]["edge"]
    for index, moment in enumerate(moments):
        values = {name: kept[index] for name, kept in reel.models.items()}
        if moment["weights"]:
            np.testing.assert_array_equal(numbers(moment["weights"]), row_of(values))
        frame = reel.steps.tolist().index(moment["step"])
        if frame:
            assert moment["loss"] == pytest.approx(reel.loss[frame])
            assert moment["accuracy"] == pytest.approx(reel.accuracy[frame])
        np.testing.assert_allclose(edges[index], reel.edge[frame], atol=6e-4)
    fewer = network_in(write_page(model, tmp_path / "page.html", film=film, moments=3))["moments"]
    assert [moment["step"] for moment in fewer] == reel.model_steps[::2].tolist()


def test_a_model_that_was_trained_on_comes_after_its_film(tmp_path: Path) -> None:
    model = small()
    film = filmed(model)
    randomize(model, np.random.default_rng(0))
    moments = network_in(write_page(model, tmp_path / "page.html", film=film))["moments"]
    assert len(moments) == 6
    assert moments[-2]["weights"]
    step = moments[-2]["step"]
    assert moments[-1] == {"step": step, "loss": None, "accuracy": None, "weights": None}


def test_every_kernel_has_its_edge_score(tmp_path: Path) -> None:
    layers = [
        ConvTranspose2D(6, 3, groups=2),
        Residual(Conv2D(6, 3, padding=1), shortcut=Conv2D(6, 1)),
        SeparableConv2D(5, 3),
    ]
    model = Sequential([Conv2D(4, 5), *layers], input_shape=(3, 12, 12))
    network = network_in(write_page(model, tmp_path / "page.html"))
    found = {it["place"]: it["edge"] for it in every_layer(network["layers"]) if "edge" in it}
    assert list(found) == ["0", "1", "2.branch.0", "3.depthwise"]
    plain = [*model.layers[:2], layers[1].branch.layers[0], layers[2]]  # type: ignore[attr-defined]
    for (scores,), layer in zip(found.values(), plain, strict=True):
        np.testing.assert_allclose(scores, measure_kernels(layer).edge, atol=6e-4)
    parameters = model.named_parameters()
    for described in every_layer(describe_layers(model)):
        for name, kept in described["parameters"].items():
            value = parameters[f"{described['place']}.{name}"].value
            assert tuple(kept["shape"]) == value.shape
            row = row_of(values_of(parameters))[kept["offset"] :][: value.size]
            np.testing.assert_array_equal(row, value.ravel())


def test_labels_and_scaling(tmp_path: Path) -> None:
    model, path = small(), tmp_path / "page.html"
    normalized = images().images * 3 - 1
    network = network_in(write_page(model, path, images=normalized))
    low, high = network["scaling"]["low"], network["scaling"]["high"]
    assert (low, high) == (normalized.min(), normalized.max())
    bytes_ = numbers(network["images"][0]["pixels"], "u1")
    np.testing.assert_allclose(low + (high - low) * bytes_ / 255, normalized[0].ravel(), atol=1e-2)
    assert network["images"][0]["label"] is None
    assert network["classes"] is None
    many = images(150)
    network = network_in(write_page(model, path, images=many, classes=["a", "b"]))
    assert len(network["images"]) == 100
    assert [image["label"] for image in network["images"][:2]] == ["a", "b"]
    model.classes = ("cat", "dog")
    assert network_in(write_page(model, path))["classes"] == ["cat", "dog"]


def test_pages_that_grow_large_are_rounded_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, path = small(), tmp_path / "page.html"
    film = filmed(model)
    exact = row_of(values_of(model.named_parameters()))
    monkeypatch.setattr(page_module, "HANDY", 1000)
    network = network_in(write_page(model, path, film=film))
    np.testing.assert_array_equal(numbers(network["weights"]), exact)
    assert {moment.get("dtype") for moment in network["moments"]} == {"fixed12", None}
    assert "rounded to 12 bits" in network["notes"][0]
    network = network_in(write_page(model, path, film=film, half=False))
    assert (network["moments"][0]["dtype"], network["notes"]) == ("float32", [])
    network = network_in(write_page(model, path, half=True))
    assert network["dtype"] == "float16"
    np.testing.assert_array_equal(numbers(network["weights"], "<f2"), exact.astype(np.float16))
    assert [("rounded to 16 bits" in note) for note in network["notes"]] == [True]
    network = network_in(write_page(model, path, film=film, half=True))
    assert network["moments"][0]["dtype"] == "fixed12"
    assert len(network["notes"]) == 2


class Mine(Layer):
    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        return x

    def backward(self, dy: Array) -> Array:
        return dy


class Turned(Sequential):
    def forward(self, x: Array, training: bool = False) -> Array:
        return -super().forward(x, training)


class Renamed(Sequential):
    """A model of one's own that does what every Sequential does."""


REFUSED: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
    ("no model", {}, ArgumentError, "model must be a Sequential, got str"),
    (Sequential([Dense(2)]), {}, NotReadyError, "does not know its input shape"),
    (small(shape=(2, 8, 8)), {}, ShapeError, r"grey or colour.*\(2, 8, 8\)"),
    (Sequential([Dense(2)], (4,)), {}, ShapeError, r"grey or colour.*\(4,\)"),
    (small(shape=(1, 65, 8)), {}, ShapeError, "at most 64 x 64 pixels, got one for 65 x 8"),
    (
        Sequential([Mine()], (1, 8, 8)),
        {},
        ArgumentError,
        r"layers\[0\] Mine\(\).*layer of your own",
    ),
    (
        Sequential([Residual(ReLU(), Mine())], (1, 8, 8)),
        {},
        ArgumentError,
        r"layers\[0\]\.branch\.layers\[1\] Mine\(\).*layer of your own",
    ),
    (Turned([ReLU()], (1, 8, 8)), {}, ArgumentError, "Turned with a forward of its own"),
    (small(), {"half": 16}, ArgumentError, "half must be True or False, got 16"),
    (small(), {"moments": 1}, ArgumentError, "moments must be a whole number of at least 2"),
    (small(), {"title": 3}, ArgumentError, "title must be a str"),
    (small(), {"classes": ["a", "b", "c"]}, ArgumentError, r"a class for each.*\(2,\), got 3"),
    (small(), {"images": "cat.png"}, ShapeError, "images must be a NumPy array.*got str"),
    (small(), {"images": np.zeros((2, 1, 9, 9))}, ShapeError, r"images must have shape \(N, 1, 8"),
    (small(), {"images": np.zeros((2, 1, 8, 8), np.uint8)}, ShapeError, "got uint8.*/ 255"),
    (small(), {"images": np.full((2, 1, 8, 8), np.nan)}, DataError, "images must be finite"),
    (small(classes=1), {"images": images(), "classes": ["one"]}, DataError, "class number 1"),
    (small(), {"film": 3}, ArgumentError, "film must be a Recording, got int"),
    (small(), {"film": filmed(small(), 0)}, ArgumentError, r"Film\(\.\.\., models=20\) keeps it"),
    (small(), {"film": Film(models=2)}, ArgumentError, "at least one frame"),
    (
        small(5),
        {"film": filmed(small())},
        DataError,
        r"film: .*0\.weight: expected shape \(5, 1, 5",
    ),
    (
        Sequential([Conv2D(4, 5, bias=False), Flatten(), Dense(2)], (1, 8, 8)),
        {"film": filmed(small())},
        DataError,
        r"left over: 0\.bias.*\n.*left over: 3\.bias",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[3][:40])
def test_what_is_refused_leaves_the_page_before(case: Any, tmp_path: Path) -> None:
    model, options, error, message = case
    path = tmp_path / "page.html"
    path.write_text("of an earlier run")
    with pytest.raises(error, match=f"(?s){message}"):
        write_page(model, path, **options)
    assert path.read_text() == "of an earlier run"
    assert list(tmp_path.iterdir()) == [path]


def test_signals_are_refused_by_name(tmp_path: Path) -> None:
    model = small()
    model.layers.insert(0, Conv1D(2, 3))
    with pytest.raises(NotReadyError, match="Conv1D"):
        write_page(model, tmp_path / "page.html")
    model = Sequential([Conv1D(2, 3), Flatten()], input_shape=(1, 8))
    with pytest.raises(ShapeError, match=r"grey or colour.*\(1, 8\)"):
        write_page(model, tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_weights_that_are_no_numbers(tmp_path: Path) -> None:
    model = small()
    weight = model.layers[3].parameters[0]
    weight.value = np.where(
        np.arange(weight.value.size) == 3, np.nan, weight.value.ravel()
    ).reshape(weight.value.shape)
    with pytest.raises(DataError, match=r"3\.weight must be finite.*index \(0, 3\)"):
        write_page(model, tmp_path / "page.html")
    weight.value = np.full(weight.value.shape, 1e39)
    with pytest.raises(DataError, match=r"3\.weight as float32 must be finite"):
        write_page(model, tmp_path / "page.html")
    weight.value = np.full(weight.value.shape, 7e4)
    with pytest.raises(DataError, match=r"half=True needs weights of at most 65,504"):
        write_page(model, tmp_path / "page.html", half=True)
    assert write_page(model, tmp_path / "page.html").exists()


def test_a_page_that_is_too_large_says_what_makes_it_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = small()
    film = filmed(model)
    monkeypatch.setattr(page_module, "LARGEST", 1000)
    with pytest.raises(ArgumentError, match=r"(?s)234 weights.*5 moments.*half=True.*moments=2"):
        write_page(model, tmp_path / "page.html", film=film)
    with pytest.raises(ArgumentError, match=r"12 images; what helps: fewer images"):
        write_page(model, tmp_path / "page.html", images=images(), half=True)
    with pytest.raises(ArgumentError, match="what helps: a smaller model"):
        write_page(model, tmp_path / "page.html", half=True)
    assert not list(tmp_path.iterdir())


def test_a_model_class_of_ones_own(tmp_path: Path) -> None:
    model = Renamed([Conv2D(2, 3), Flatten()], input_shape=(1, 8, 8))
    assert write_page(model, tmp_path / "page.html").exists()


def test_a_path_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="write_page: expected the path of a file"):
        write_page(small(), tmp_path)


# The parts of the script.

SOURCES = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.js")}
NAMES = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let|var) (\w+)", re.M)


def test_each_module_is_a_part_of_the_script() -> None:
    assert sorted(page_module.MODULES) == sorted(SOURCES)


@pytest.mark.parametrize("name", page_module.MODULES)
def test_modules_import_from_those_before_alone(name: str) -> None:
    before = page_module.MODULES[: page_module.MODULES.index(name)]
    for names, source in re.findall(
        r'^import \{([^}]*)\} from "\./(\w+)\.js";$', SOURCES[name], re.M
    ):
        assert source in before
        exported = set(re.findall(r"^export (?:\w+ )+(\w+)", SOURCES[source], re.M))
        exported |= set(NAMES.findall("\n".join(re.findall(r"^export .*", SOURCES[source], re.M))))
        assert {it.strip() for it in names.split(",") if it.strip()} <= exported
    assert len(re.findall(r"^import\b", SOURCES[name], re.M)) == len(
        re.findall(r'^import \{[^}]*\} from "\./\w+\.js";$', SOURCES[name], re.M)
    )
    joined = page_module._as_part(SOURCES[name])
    assert not re.search(r"^(import|export)\b", joined, re.M)


def test_names_are_unique_since_all_modules_become_one_script() -> None:
    names = [name for source in SOURCES.values() for name in NAMES.findall(source)]
    assert len(names) > 50
    assert not {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize("name", page_module.MODULES)
def test_nothing_ends_the_script_too_early(name: str) -> None:
    assert not re.search(r"</script|<!--|\bhttps?://(?!www\.w3\.org/)", SOURCES[name], re.I)
    assert SOURCES[name].startswith("//"), "every module says why it exists"


def test_names_that_look_like_html_stay_names(tmp_path: Path) -> None:
    classes = ["</script><script>alert(1)</script>", "<!--"]
    path = write_page(small(), tmp_path / "page.html", classes=classes)
    assert network_in(path)["classes"] == classes
    text = path.read_text("utf-8")
    plain = write_page(small(), path, classes=["a", "b"]).read_text("utf-8")
    assert text.count("</script>") == plain.count("</script>")
    assert text.count("<!--") == plain.count("<!--")


def test_a_recording_without_frames_of_its_models(tmp_path: Path) -> None:
    film = filmed(small())
    reel = film.recording
    thinned = Recording(
        reel.title,
        reel.final_step,
        reel.steps[:1],
        reel.kernels[:1],
        reel.loss[:1],
        reel.accuracy[:1],
        reel.edge[:1],
        reel.orientation[:1],
        reel.live[:1],
        reel.model_steps,
        reel.models,
    )
    moments = network_in(write_page(small(), tmp_path / "page.html", film=thinned))["moments"]
    assert [moment["loss"] for moment in moments] == [None] * 6
