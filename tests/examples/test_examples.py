"""The examples run, say where their files are, and the README tells no lies about them."""

import contextlib
import functools
import importlib
import io
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from minicnn import (
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
    data,
    gradcheck,
)
from minicnn.data import load_mnist
from minicnn.inspection import Recording, maximize, plots, write_film
from minicnn.inspection.plots import save_figure
from minicnn.interop import read_tensors
from minicnn.interop.layouts import LAYOUTS
from minicnn.training.processes import Processes
from minicnn.typing import Array

COARSE = 20
"""Pixels per inch of pictures of which a test only asks whether they are there."""
ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples").glob("[!_]*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


@functools.cache
def mnist() -> data.TrainAndTest:
    """Read the images once for all scripts, and few of those that scripts are tested on."""
    train, test = load_mnist()
    return data.TrainAndTest(train, test[:2_000])


def run(script: str, *arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a script as everybody does."""
    command = [sys.executable, str(ROOT / "examples" / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def run_here(script: str, *arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a script without the seconds of a new process, and draw quickly and coarsely."""
    path, out, error, code = ROOT / "examples" / script, io.StringIO(), io.StringIO(), 0

    def coarsely(ax: Axes, path: Path, dpi: float = 150) -> Path:
        with patch.object(Figure, "get_layout_engine", return_value=None):  # most of the time
            return save_figure(ax, path, dpi=COARSE)

    with (
        patch.object(plots, "save_figure", coarsely),
        patch.object(data, "load_mnist", mnist),
        patch.dict(kwdefaults(write_film), dpi=COARSE),
        patch.dict(kwdefaults(maximize), steps=5),
        patch.object(sys, "argv", [str(path), *map(str, arguments)]),
        patch.object(sys, "path", [str(path.parent), *sys.path]),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(error),
    ):
        try:
            runpy.run_path(str(path), run_name="__main__")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
            error.write(end.code if isinstance(end.code, str) else "")
        finally:
            plt.close("all")
    return subprocess.CompletedProcess([script], code, out.getvalue(), error.getvalue())


def kwdefaults(function: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = function.__kwdefaults__
    return defaults


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_explains_itself(script: Path) -> None:
    result = run_here(script.name, "--help")
    assert result.returncode == 0
    for option in ("--seed", "--out DIR"):
        assert option in result.stdout


def test_train_mnist_leaves_what_it_promises(tmp_path: Path) -> None:
    earlier = tmp_path / "runs" / "mnist" / "model.npz"
    earlier.parent.mkdir(parents=True)
    earlier.write_bytes(b"of an earlier run")
    options = ("--limit", 200, "--epochs", 2, "--seed", 3)
    result = run_here("train_mnist.py", *options, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert list(earlier.parent.iterdir()) == [earlier], "it is not overwritten"
    out = tmp_path / "runs" / "mnist-2"
    assert "receptive field" in result.stdout
    assert re.search(r"test accuracy \d+\.\d\d% on 2,000 images", result.stdout)
    assert re.search(r"median edge score 0\.\d\d, before training 0\.\d\d", result.stdout)
    pictures = ["confusion-matrix", "curves", "feature-maps", "kernels", "mistakes"]
    expected = sorted(["history.json", "model.npz", *(f"{name}.png" for name in pictures)])
    assert sorted(path.name for path in out.iterdir()) == sorted([*expected, "checkpoint"])
    kept = sorted(path.name for path in (out / "checkpoint").iterdir())
    assert kept == ["best.npz", "command.json", "last.npz"]
    for name in expected:
        assert str(Path("runs") / "mnist-2" / name) in result.stdout
    assert len(json.loads((out / "history.json").read_text())) == 2
    assert Sequential.load(out / "model.npz").out_shape == (10,)


def test_train_accurate_leaves_what_it_promises(tmp_path: Path) -> None:
    options = ("--limit", 300, "--epochs", 2, "--width", 2, "--hold-out", 500, "--out", tmp_path)
    result = run_here("train_accurate.py", *options)
    assert result.returncode == 0, result.stderr
    assert "training on 300 images, 500 held out" in result.stdout
    found = re.search(r"test accuracy (\d+\.\d\d)%: ([\d,]+) of 2,000 images", result.stdout)
    assert found is not None
    wrong = int(found[2].replace(",", ""))
    assert float(found[1]) == pytest.approx(100 * (1 - wrong / 2_000))
    expected = ["checkpoint", "history.json", "mistakes.png", "model.npz"]
    assert sorted(path.name for path in tmp_path.iterdir()) == expected
    rows = json.loads((tmp_path / "history.json").read_text())
    assert all(row["validation_accuracy"] is not None for row in rows)
    assert Sequential.load(tmp_path / "model.npz").out_shape == (10,)
    again = run_here("train_accurate.py", "--resume", tmp_path)
    assert "this training was finished" in again.stdout
    assert found[0] in again.stdout, "the averages are what was saved"


LESSONS = {
    "augment_digit.py": ["augment-digit"],
    "kernel_bank.py": ["kernel-bank"],
    "kernels_on_shapes.py": ["kernels-on-shapes"],
    "padding_stride_dilation.py": ["along-one-axis", "in-the-plane"],
    "convolution_variants.py": ["convolution-variants"],
    "filter_detect_condense.py": ["filter-detect-condense", "one-answer"],
    "autoencoder.py": ["autoencoder"],
    "photograph_kernels.py": ["photograph-kernels"],
    "handmade_or_learned.py": ["handmade-or-learned"],
    "optimizers.py": ["optimizers"],
    "regularise.py": ["regularise"],
    "why_decay_makes_edges.py": ["why-decay-makes-edges"],
    "lenet.py": ["lenet"],
    "depth.py": ["depth"],
    "three_ways.py": ["three-ways"],
    "pretrained_kernels.py": [
        *("answers", "beside-ours", "colours", "kernels", "orientations", "spectra"),
    ],
}
SHORT = {
    "autoencoder.py": ["--limit", 64],
    "photograph_kernels.py": ["--patches", 64, "--epochs", 1],
    "handmade_or_learned.py": ["--limit", 64, "--repeats", 1],
    "optimizers.py": ["--limit", 128, "--repeats", 1],
    "regularise.py": ["--images", 64, "--epochs", 1, "--repeats", 1],
    "why_decay_makes_edges.py": ["--limit", 64, "--repeats", 1, "--decays", 0, 0.02],
    "lenet.py": ["--limit", 64, "--epochs", 1, "--repeats", 1],
    "depth.py": ["--limit", 64, "--repeats", 1, "--epochs", 1],
}


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[str, Path]]:
    """Run a lesson, once for all tests; return what it printed and where its pictures are."""

    @functools.cache
    def run_once(script: str) -> tuple[str, Path]:
        out = tmp_path_factory.mktemp("lesson") / "deep"
        result = run_here(script, "--out", out, *SHORT.get(script, []))
        assert result.returncode == 0, result.stderr
        return result.stdout, out

    return run_once


@pytest.mark.parametrize("script", LESSONS)
def test_every_lesson_leaves_its_pictures(
    lesson: Callable[[str], tuple[str, Path]], script: str
) -> None:
    printed, out = lesson(script)
    expected = [out / f"{name}.png" for name in LESSONS[script]]
    assert sorted(out.iterdir()) == expected
    for picture in expected:
        assert str(picture) in printed


def test_the_page_of_the_explorer(tmp_path: Path) -> None:
    result = run_here("explore.py", "--out", tmp_path, "--limit", 512, "--epochs", 1)
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "explorer.html").read_text("utf-8")
    assert [file in result.stdout for file in ("model.npz", "film.npz", "explorer.html")] == [
        True
    ] * 3
    network = json.loads(page.split('id="network">')[1].split("</script>")[0])
    assert [moment["step"] for moment in network["moments"]] == [0, 1, 2, 3, 4]
    assert len(network["images"]) == 60
    files = tmp_path / "model.npz", tmp_path / "film.npz"
    again = run_here("explore.py", "--out", tmp_path / "2", "--model", files[0], "--film", files[1])
    assert again.stdout == f"{tmp_path / '2' / 'explorer.html'}\n"
    assert (tmp_path / "2" / "explorer.html").read_text("utf-8") == page
    alone = run_here("explore.py", "--out", tmp_path / "3", "--film", files[1])
    assert alone.returncode == 2
    assert "--film: expected --model as well" in alone.stderr


def test_the_film_of_the_kernels(tmp_path: Path) -> None:
    out = tmp_path / "film"
    result = run_here(
        "watch_kernels.py", "--limit", 1_280, "--epochs", 1, "--frames", 4, "--out", out
    )
    assert result.returncode == 0, result.stderr
    expected = ["film.npz", "kernels.gif", "kernels.html", "model.npz", "scores.png"]
    assert sorted(path.name for path in out.iterdir()) == ["checkpoint", *expected]
    for name in expected:
        assert str(out / name) in result.stdout
    assert re.search(r"median edge score 0\.\d\d, before training 0\.1\d", result.stdout)
    assert Recording.load(out / "film.npz").steps.tolist() == [0, 1, 4, 10]
    again = tmp_path / "again"
    redraw = ("--redraw", out / "film.npz", "--formats", "html", "--out", again)
    assert run_here("watch_kernels.py", *redraw).returncode == 0
    assert sorted(path.name for path in again.iterdir()) == ["kernels.html", "scores.png"]


def test_a_film_that_cannot_be_written_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "kernels.gif").mkdir()
    result = run_here("watch_kernels.py", "--limit", 64, "--epochs", 1, "--out", tmp_path)
    assert result.returncode != 0
    assert "kernels.gif is a folder" in result.stderr
    assert "epoch" not in result.stderr
    assert "Traceback" not in result.stderr


def test_any_model_can_be_inspected(tmp_path: Path) -> None:
    layers = [Conv2D(3, 5), ReLU(), MaxPool(4), Conv2D(2, 3), Flatten(), Dense(10), Softmax()]
    Sequential(layers, input_shape=(1, 28, 28)).save(tmp_path / "digits.npz")
    out = tmp_path / "digits"
    options = ("--layer", 3, "--image", 7)
    result = run_here("inspect_kernels.py", tmp_path / "digits.npz", "--out", out, *options)
    assert result.returncode == 0, result.stderr
    assert "median edge score" in result.stdout
    pictures = ["feature-maps", "kernels", "maxima", "maxima-of-classes", "occlusion"]
    pictures += ["orientations", "saliency", "sharpest", "spectra", "top-patches"]
    assert sorted(path.stem for path in out.iterdir()) == pictures
    Sequential([Conv2D(2, 3)], input_shape=(3, 9, 9)).save(tmp_path / "colour.npz")
    result = run_here("inspect_kernels.py", tmp_path / "colour.npz", "--out", tmp_path / "colour")
    assert result.returncode == 0, result.stderr
    assert len(list((tmp_path / "colour").iterdir())) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.npz"], "missing.npz"),
        (["model.npz", "--layer", 1], r"--layer: must be one with kernels, [0], got 1"),
        (["model.npz", "--image", 10_000], "--image: must be below 2,000"),
    ],
)
def test_models_that_cannot_be_inspected(
    tmp_path: Path, arguments: list[object], message: str
) -> None:
    layers = [Conv2D(2, 3), Flatten(), Dense(10)]
    Sequential(layers, input_shape=(1, 28, 28)).save(tmp_path / "model.npz")
    result = run_here("inspect_kernels.py", *arguments, "--out", "out", cwd=tmp_path)
    assert result.returncode != 0
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_what_is_said_of_the_kernels_of_vgg16(
    lesson: Callable[[str], tuple[str, Path]],
) -> None:
    printed, _ = lesson("pretrained_kernels.py")
    size, key, table = (printed.index(said) for said in ("64 kernels, 3", "edge, bar", "kernel  "))
    assert size < key < table, "what it is, what the columns are, and then the columns"
    said = " ".join(printed.split())
    name = "VGG16, trained further for outlines"
    assert f"{name}: 41 edges, 21 flat (19 colours, 2 brightness), 2 mixed." in said
    assert "The edges have almost no colour, and the colours have no edges." in said
    assert "an edge score of at most 0.28, edges a colour of at most 0.27." in said
    assert f"{name} (64 kernels, 3 channels, 3 x 3 pixels): 41 of 64 are edges" in said
    assert "there is no such file, which train_mnist.py makes; so beside-ours has only" in said
    lines = re.findall(r"^ +24  .*|^kernel  .*", printed, re.MULTILINE)
    found = dict(zip(*(line.split()[:9] for line in lines), strict=True))
    assert (found["kind"], found["edge"], found["colour"]) == ("mixed", "0.49", "0.49")
    help_ = " ".join(run_here("pretrained_kernels.py", "--help").stdout.split())
    assert "41 are edges with almost no colour" in help_
    assert (
        "differ is at most 0.27. Another 21 are flat. 19 of these are colours without an edge"
        in help_
    )
    assert "with edge scores of at most 0.28" in help_


def test_kernels_of_a_file_of_ones_own(tmp_path: Path) -> None:
    rng, path = np.random.default_rng(0), tmp_path / "weights.npz"
    np.savez(path, first=rng.normal(size=(5, 5, 1, 20)), second=rng.normal(size=(5, 5, 20, 16)))
    model = tmp_path / "model.npz"
    Sequential([Conv2D(2, 3)], input_shape=(1, 9, 9)).save(model)
    result = run_here(
        "pretrained_kernels.py", "--weights", path, "--ours", model, "--out", tmp_path
    )
    assert result.returncode == 0, result.stderr
    assert "first: 20 kernels, 1 channel, 5 x 5 pixels\n" in result.stdout
    assert (
        "the first by name of 2 tensors with four axes; --tensor names another\n" in result.stdout
    )
    assert (
        "in the file: rows, columns, channels, kernels\n(HWCF, as Keras has them: " in result.stdout
    )
    assert "first of weights.npz (20 kernels, 1 channel, 5 x 5 pixels): 0 of 20" in result.stdout
    assert "ours, of another training (2 kernels, 1 channel, 3 x 3 pixels)" in result.stdout
    assert (tmp_path / "answers.png").exists()
    out = tmp_path / "second"
    options = ("--weights", path, "--tensor", "second", "--out", out)
    result = run_here("pretrained_kernels.py", *options)
    assert "no answers: these kernels look at 20 channels" in result.stdout
    assert "--tensor names another" not in result.stdout
    assert sorted(path.stem for path in out.iterdir()) == [
        "beside-ours",
        "kernels",
        "orientations",
        "spectra",
    ]
    result = run_here("pretrained_kernels.py", "--weights", path, "--tensor", "secnod")
    assert result.returncode == 1
    assert "no tensor is called 'secnod', the nearest is 'second'" in result.stderr
    result = run_here("pretrained_kernels.py", "--weights", path, "--tensor", "second", "--bgr")
    assert result.returncode == 2
    assert "--bgr: expected kernels of three channels, got 20: second" in result.stderr


def test_a_layout_that_is_not_clear_is_stated_by_an_option(tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", first=np.ones((3, 3, 3, 3)))
    result = run_here("pretrained_kernels.py", "--weights", tmp_path / "weights.npz")
    assert result.returncode == 1
    assert "state it by --layout FCHW (PyTorch) or --layout HWCF (Keras)" in result.stderr


def test_the_mean_of_the_readme_is_what_the_photograph_of_vgg16_loses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readme = (ROOT / "datasets" / "vgg16" / "README.md").read_text(encoding="utf-8")
    monkeypatch.syspath_prepend(ROOT / "examples")
    example = importlib.import_module("pretrained_kernels")
    assert tuple(example.ORDERS) == LAYOUTS, "each has its words"
    red, green, blue = (f"{mean:.5f}" for mean in 255 * example.VGG16_MEAN)
    assert f"{red}, {green} and {blue}" in " ".join(readme.split())
    passed: list[Any] = []

    def keep(bank: Any, photograph: Any, mean: Any) -> Figure:
        passed.append(mean)
        return Figure()

    for mean in (example.VGG16_MEAN, None):
        with monkeypatch.context() as replaced:
            for name in ("colours", "kernels", "orientations", "spectra", "scores"):
                replaced.setattr(example, f"draw_{name}", lambda *_: None)
            replaced.setattr(example, "draw_answers", keep)
            bank = example.Bank(np.ones((2, 3, 3, 3)), "mine")
            example.draw(bank, [], None, mean)
        assert passed.pop() is mean


def test_kernels_that_are_all_zero_have_pictures_without_a_warning(tmp_path: Path) -> None:
    chance = tmp_path / "chance.npz"
    for C in (1, 3):
        np.savez(chance, **{"a\nb": np.zeros((20, C, 5, 5))})  # type: ignore[arg-type]
        result = run_here("pretrained_kernels.py", "--weights", chance, "--out", tmp_path / f"{C}")
        assert result.returncode == 0, result.stderr
        assert r"'a\nb' of chance.npz: 20 dead." in result.stdout
        assert "20 kernels, 20 dead\n\n" in result.stdout
        assert (
            f"20 kernels, {C} channel{'s' * (C > 1)}, 5 x 5 pixels): all are dead" in result.stdout
        )
        assert "no answers: all kernels are dead" in result.stdout
        assert "nan" not in result.stdout
        assert result.stderr == ""


@pytest.mark.parametrize("device", ["gpu", "cuda:99", "meta", ""])
def test_a_device_that_is_not_there_is_said_before_any_work(tmp_path: Path, device: str) -> None:
    pytest.importorskip("torch")
    result = run_here("to_pytorch.py", "--device", device, "--out", tmp_path / "out")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"to_pytorch.py: --device: PyTorch cannot use {device!r}: ")
    assert "\n" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_to_pytorch_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "torch", None)
        result = run_here("to_pytorch.py", "--out", out)
        assert result.returncode == 1
        assert result.stderr.startswith("to_pytorch.py: this script needs torch: ")
        assert result.stderr.endswith(" -m pip install torch")
        assert not out.exists()
    for library in ("torch", "onnx", "safetensors"):
        pytest.importorskip(library)
    result = run_here("to_pytorch.py", "--limit", 640, "--out", out)
    assert result.returncode == 0, result.stderr
    found = re.findall(r"^(trained|taken|brought) .*?(\d+\.\d\d)%", result.stdout, re.MULTILINE)
    shares = [float(share) for _, share in found]
    assert len(shares) == 4
    assert shares[0] == pytest.approx(shares[1], abs=0.05)
    assert shares[2] == pytest.approx(shares[3], abs=0.05)
    assert shares[2] > shares[1], "it went on"
    names = ["model.npz", "model.onnx", "model.safetensors"]
    assert sorted(path.name for path in out.iterdir()) == names
    model = Sequential.load(out / "model.npz")
    for name, array in read_tensors(out / "model.safetensors").items():
        np.testing.assert_array_equal(array, model.named_parameters()[name].value)


def test_the_bank_agrees_with_pillow_to_a_grey(
    lesson: Callable[[str], tuple[str, Path]],
) -> None:
    printed, _ = lesson("kernel_bank.py")
    differences = re.findall(r"differs from Pillow by at most (\d+) of 255", printed)
    assert len(differences) == 18
    assert max(map(int, differences)) <= 1


def test_the_textbook_counts_of_the_variants(lesson: Callable[[str], tuple[str, Path]]) -> None:
    printed, _ = lesson("convolution_variants.py")
    counts = {line[:20].strip(): line.split()[-2:] for line in printed.splitlines()[1:-1]}
    assert counts["standard"] == ["3,456", "86,400"]
    assert counts["depthwise separable"] == ["411", "10,275"]


def test_the_three_ways_differ_by_rounding_and_by_their_times(
    lesson: Callable[[str], tuple[str, Path]],
) -> None:
    printed, _ = lesson("three_ways.py")
    rows = [line.split() for line in printed.splitlines()[1:-1]]
    assert [row[0] for row in rows] == ["loops", "columns", "library"]
    times = [float(row[1]) for row in rows]
    assert times[0] > 50 * times[1] > 0
    assert all(0 <= float(row[-1]) < 1e-5 for row in rows)
    assert float(rows[0][-1]) > 0, "they add up in another order"


def test_lenet_has_the_parameters_of_the_paper(lesson: Callable[[str], tuple[str, Path]]) -> None:
    printed, _ = lesson("lenet.py")
    counts = {line.split()[0]: line.split()[1:3] for line in printed.splitlines()[-4:-2]}
    assert counts == {"published": ["60,850", "334,400"], "modern": ["61,706", "416,520"]}


def test_the_layers_of_lenet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    lenet = importlib.import_module("lenet")
    report = gradcheck(lenet.ScaledTanh(), np.linspace(-3, 3, 24).reshape(2, 3, 4))
    assert report.passed(), report
    assert lenet.ScaledTanh().forward(np.array([-1.0, 1.0])) == pytest.approx([-1, 1], abs=1e-4)

    model = Sequential(lenet.published(), input_shape=(1, 32, 32))
    layer = next(layer for layer in model.layers if isinstance(layer, lenet.TableConv2D))
    sees = [set(map(int, channels)) for channels in lenet.TABLE]
    there = np.array([[c in channels for c in range(6)] for channels in sees])
    x = np.random.default_rng(0).random((4, 1, 32, 32), np.float32)
    trainer = Trainer(model, SGD(0.1, momentum=0.9, weight_decay=0.1), CrossEntropy())
    for _ in range(3):
        before = layer.weight.value.copy()
        trainer.train_step(x, np.arange(4))
        assert layer.weight.value.any(axis=(2, 3)).tolist() == there.tolist()
        assert (layer.weight.value != before).any(axis=(2, 3)).tolist() == there.tolist()
    assert layer.weight.value.size - layer.missing + 16 == 1_516


def test_the_first_gradients_of_deep_networks(
    lesson: Callable[[str], tuple[str, Path]],
) -> None:
    printed, _ = lesson("depth.py")
    rows = [line.split() for line in printed.splitlines()[1:-1]]
    middle = {(row[0], int(row[1])): float(row[-2]) for row in rows}
    assert len(middle) == 8
    assert middle["plain", 20] < middle["plain", 8] / 2, "depth makes them smaller"
    assert middle["shortcuts", 20] > 5 * middle["shortcuts", 8], "or larger"
    for kind in ("normalization", "both"):
        assert middle["plain", 20] < middle[kind, 20] / 10
        assert middle[kind, 20] < middle["shortcuts", 20] / 10


def test_every_optimizer_is_judged_at_the_best_of_its_rates(
    lesson: Callable[[str], tuple[str, Path]],
) -> None:
    printed, _ = lesson("optimizers.py")
    losses: dict[str, dict[str, str]] = {}
    tried = re.findall(r"^(\w+) +(\S+) +0 +(\d+\.\d+|inf)$", printed, re.MULTILINE)
    for name, rate, loss in tried:
        losses.setdefault(name, {})[rate] = loss
    assert [len(by_rate) for by_rate in losses.values()] == [5] * 5
    best = re.findall(r"^(\w+) +(\S+) +(\d\.\d+) +\d+\.\d\d%$", printed, re.MULTILINE)
    assert [name for name, *_ in best] == list(losses)
    for name, rate, loss in best:
        assert loss == losses[name][rate] == min(losses[name].values(), key=float)


def test_the_errors_of_the_autoencoder(lesson: Callable[[str], tuple[str, Path]]) -> None:
    """The noise adds its variance to each pixel, the brightness its own."""
    printed, _ = lesson("autoencoder.py")
    rows = re.findall(r"^(no.*?) +(\d\.\d+) +(\d\.\d+) .* \d of 8 ", printed, re.MULTILINE)
    names, given, returned = zip(*rows, strict=True)
    assert names == ("nothing added", "noise on each pixel", "noise, and unknown brightness")
    variances = [0, 0.5**2, 0.5**2 + 1]
    assert list(map(float, given)) == pytest.approx(variances, rel=0.1)
    assert float(returned[2]) < 0.5


@pytest.mark.parametrize("script", ["kernel_bank.py", "filter_detect_condense.py"])
def test_a_picture_of_ones_own(tmp_path: Path, script: str) -> None:
    path = tmp_path / "mine.png"
    Image.new("RGBA", (700, 40), "orange").save(path)
    result = run_here(script, "--image", path, "--out", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    path.write_text("no picture")
    for bad in (path, tmp_path / "missing.png"):
        result = run_here(script, "--image", bad, "--out", tmp_path / "out")
        assert result.returncode != 0
        assert str(bad) in result.stderr
        assert "Traceback" not in result.stderr


def test_a_digit_of_ones_own(tmp_path: Path) -> None:
    model = tmp_path / "model.npz"
    Sequential([Flatten(), Dense(10), Softmax()], input_shape=(1, 28, 28)).save(model)
    photo = tmp_path / "photo.jpg"
    picture = Image.new("RGB", (60, 90), "beige")
    picture.paste((40, 40, 90), (28, 20, 34, 70))
    picture.save(photo)
    out = tmp_path / "out"
    for arguments in (["--seed", 5], [photo]):
        result = run_here("predict_image.py", *arguments, "--model", model, "--out", out)
        assert result.returncode == 0, result.stderr
        assert re.search(r"the model says: \d(, not sure: .*)?$", result.stdout, re.MULTILINE)
        shares = re.findall(r"^\d +(\d+\.\d\d)%$", result.stdout, re.MULTILINE)
        assert len(shares) == 10
        assert sum(map(float, shares)) == pytest.approx(100, abs=0.1)
        assert result.stdout.splitlines()[-1] == str(out / "prediction.png")
        assert [path.name for path in out.iterdir()] == ["prediction.png"]
    assert "of the digit" not in result.stdout
    blank = tmp_path / "blank.png"
    Image.new("L", (60, 90), 200).save(blank)
    photo.write_bytes(photo.read_bytes()[:300])
    for arguments, message in [
        ([blank, "--model", model], f"{blank}: no digit found"),
        (["--model", tmp_path / "none.npz"], "none.npz: there is no such file; train_mnist.py"),
        (["--model", photo], f"{photo}: expected a model file"),
    ]:
        result = run_here("predict_image.py", *arguments, "--out", out)
        assert result.returncode == (2 if "none.npz" in message else 1)
        assert message in result.stderr
        assert "Traceback" not in result.stderr


SCRIPTS_THAT_WRITE = [
    *("train_mnist.py", "watch_kernels.py", "predict_image.py", "explore.py"),
    *LESSONS,
]


@pytest.mark.parametrize("script", SCRIPTS_THAT_WRITE)
def test_a_file_where_a_folder_is_wanted_is_refused_before_any_work(
    tmp_path: Path, script: str
) -> None:
    taken = tmp_path / "notes.txt"
    taken.write_text("mine")
    result = run_here(script, "--out", taken)
    assert result.returncode == 2
    assert f"--out: must be a folder, but {taken} is a file" in result.stderr
    assert result.stdout == ""
    assert taken.read_text() == "mine"


def test_the_gallery_has_every_script_and_every_script_its_picture() -> None:
    gallery = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    for script in SCRIPTS:
        assert f"python examples/{script.name}" in gallery, f"{script.name} has no command there"
    shown = set(re.findall(r"gallery/([\w-]+\.(?:png|gif))", gallery))
    assert shown == {
        path.name
        for path in (ROOT / "examples" / "gallery").iterdir()
        if path.suffix in (".png", ".gif")
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--limit", "0"], "--limit: must be a whole number of at least 1, got '0'"),
        (["--epochs", "0"], "--epochs: must be a whole number of at least 1, got '0'"),
        (["--batch-size", "-1"], "--batch-size: must be a whole number of at least 1, got '-1'"),
        (["--learning-rate", "0"], "--learning-rate: must be a number above 0, got '0'"),
        (["--learning-rate", "-1"], "--learning-rate: must be a number above 0, got '-1'"),
        (["--weight-decay", "-1"], "--weight-decay: must be a number of at least 0, got '-1'"),
        (["--first-decay", "nan"], "--first-decay: must be a number of at least 0, got 'nan'"),
        (["--seed", "1.5"], "--seed: must be a whole number of at least 0, got '1.5'"),
        (["--dataset", "cifar"], "invalid choice"),
        (["--sede", "1"], "unrecognized arguments: --sede"),
    ],
)
def test_bad_options_are_one_line_not_a_traceback(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    finished = tmp_path / "model.npz"
    finished.write_bytes(b"of an earlier run")
    result = run_here("train_mnist.py", "--out", tmp_path, *arguments)
    assert result.returncode == 2
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == [finished]
    assert finished.read_bytes() == b"of an earlier run"
    assert "Traceback" not in result.stderr


def test_a_training_that_diverges_says_so_and_keeps_the_history(tmp_path: Path) -> None:
    result = run("train_mnist.py", "--out", tmp_path, "--limit", 640, "--learning-rate", "1e6")
    assert result.returncode != 0
    assert "the loss became" in result.stderr
    assert "Traceback" not in result.stderr
    assert (tmp_path / "history.json").exists()


@pytest.mark.parametrize(
    ("script", "arguments", "message"),
    [
        ("kernel_bank.py", ["--image", "missing.png"], "argument --image: missing.png: expected"),
        (
            "kernel_bank.py",
            ["--image", "README.md"],
            "argument --image: README.md: expected a",
        ),
        (
            "filter_detect_condense.py",
            ["--image", "."],
            "argument --image: .: expected a picture",
        ),
        ("predict_image.py", ["README.md"], "argument PICTURE: README.md: expected a picture"),
        ("predict_image.py", ["--model", "missing.npz"], "missing.npz: there is no such file"),
        ("inspect_kernels.py", ["missing.npz"], "missing.npz: there is no such file"),
        ("watch_kernels.py", ["--seconds", "0"], "--seconds: must be a number above 0, got '0'"),
        ("autoencoder.py", ["--noise", "-1"], "--noise: must be a number of at least 0, got '-1'"),
        ("quickstart.py", ["--seed", "-1"], "--seed: must be a whole number of at least 0"),
        ("regularise.py", ["--dropout", "1"], "--dropout: must be below 1, got 1"),
        ("regularise.py", ["--images", "59001"], "--images: must be at most 59,000, so that 1,000"),
    ],
)
def test_bad_options_of_the_other_scripts(
    tmp_path: Path, script: str, arguments: list[str], message: str
) -> None:
    (tmp_path / "README.md").write_text("no picture")
    result = run_here(script, *arguments, "--out", "out", cwd=tmp_path)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_of_a_run_stands_for_its_model(tmp_path: Path) -> None:
    Sequential([Conv2D(2, 3)], input_shape=(3, 9, 9)).save(tmp_path / "run" / "model.npz")
    result = run_here("inspect_kernels.py", tmp_path / "run", "--out", tmp_path / "out")
    assert result.returncode == 0, result.stderr


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    """Such as `head`, which closes the pipe."""
    command = [
        sys.executable,
        str(ROOT / "examples" / "kernels_on_shapes.py"),
        "--out",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_the_first_of_several_processes_loads_before_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    called: list[str] = []

    class Second(Processes):
        rank, size = 1, 2

        def sum(self, array: Array) -> Array:
            called.append("waited for the first")
            return array

    def load() -> str:
        called.append("loaded")
        return "data"

    assert importlib.import_module("_mpi").loaded(Second(), load) == "data"
    assert called == ["waited for the first", "loaded"]
