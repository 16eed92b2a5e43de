"""A network of one's own functions is trained beside the library's."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn import Sequential
from minicnn.coursework.command_line.blank import write_blank
from minicnn.coursework.command_line.subcommands import main
from minicnn.coursework.command_line.training import functions_in
from minicnn.coursework.exercises import EXERCISES
from minicnn.coursework.network.contender import LARGE, SMALL, Contender
from minicnn.coursework.network.own_layers import OwnAdam, OwnBatchNorm, OwnSGD
from minicnn.coursework.network.parts import Parts
from minicnn.coursework.network.train import USED, train
from minicnn.data import Dataset
from minicnn.data.mnist import TrainAndTest
from minicnn.errors import ArgumentError
from minicnn.inspection.film import callback
from minicnn.layers import BatchNorm, Dropout, Parameter
from minicnn.optim import SGD, Adam, Optimizer

HERE = Path(__file__).parent / "handed_in"
FILES = {name: HERE / f"by_{name}.py" for name in ("loops", "columns")}


def functions(style: str, *names: str) -> dict[str, Callable[..., Any]]:
    found = functions_in([FILES[style]])
    return {name: found[name] for name in names or found}


def pictures(count: int, seed: int) -> Dataset:
    """A bright stripe whose place is the class: a network learns that from a few."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    images = 0.1 * rng.random((count, 1, 20, 20))
    for image, label in zip(images, labels, strict=True):
        image[0, 2 * label : 2 * label + 2] += 1
    return Dataset(images.astype(np.float32), labels, tuple("0123456789"))


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> TrainAndTest:
    """A few hundred tiny pictures; the film is written as its recording alone."""
    monkeypatch.setattr(callback, "write_film", lambda _, path, **options: path.touch())
    return TrainAndTest(pictures(320, 0), pictures(100, 1))


@pytest.mark.parametrize(
    ("style", "plan"),
    [("loops", SMALL), ("columns", SMALL), ("columns", LARGE)],
    ids=["loops", "columns", "columns-large"],
)
def test_right_functions_learn_what_the_library_does(style: str, plan: Any) -> None:
    data = plan.sized(pictures(4, 0))
    given = functions(style)
    given.pop("adam_step", None)  # a bias before batch normalization: rounding, made large by Adam
    parts = Parts(given)
    own = Contender(parts, plan, data, seed=0)
    library = Contender(parts, plan, data, seed=0, own=False)
    library.start_as(own)
    for contestant in (own, library):
        dropout = [x for x in contestant.model.layers if isinstance(x, Dropout)]
        for layer in dropout:  # what it draws is another's affair
            layer.rate = 0.0
        contestant.trainer.train_step(data.images[:2], data.labels[:2])
        contestant.trainer.train_step(data.images[2:], data.labels[2:])
    theirs = library.model.named_parameters()
    for name, parameter in own.model.named_parameters().items():
        assert parameter.value.dtype == np.float32
        np.testing.assert_allclose(parameter.value, theirs[name].value, rtol=1e-3, atol=1e-5)
    mine, theirs_too = (one.model.predict(data.images) for one in (own, library))
    np.testing.assert_allclose(mine, theirs_too, atol=1e-3)


def test_batch_norm_and_dropout_come_with_their_functions() -> None:
    data = pictures(2, 0)
    names = {"conv2d_forward", "batchnorm_forward", "dropout_forward"}
    for one in names:
        model = Contender(Parts(functions("columns", one)), LARGE, data, seed=0).model
        kinds = {BatchNorm: "batchnorm_forward", Dropout: "dropout_forward"}
        for kind, name in kinds.items():
            assert any(isinstance(layer, kind) for layer in model.layers) is (name == one)


def test_batch_norm_of_rows_alone_is_given_rows() -> None:
    both = functions("columns", "batchnorm_forward", "batchnorm_backward")

    def batchnorm_forward(x: Any, *more: Any) -> Any:
        _N, _D = x.shape
        return both["batchnorm_forward"](x, *more)

    def batchnorm_backward(dy: Any, x: Any, *more: Any) -> Any:
        _N, _D = x.shape
        return both["batchnorm_backward"](dy, x, *more)

    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 4, 3, 5, 2))
    rows: dict[str, Callable[..., Any]] = {
        "batchnorm_forward": batchnorm_forward,
        "batchnorm_backward": batchnorm_backward,
    }
    own = [OwnBatchNorm(Parts(rows)), OwnBatchNorm(Parts(both))]
    outputs: list[tuple[Any, ...]] = []
    for layer in [*own, BatchNorm()]:
        layer.build(x.shape[1:], rng)
        outputs.append((layer(x, training=True), layer.backward(dy), layer(x)))
        outputs[-1] += (layer.weight.grad, layer.bias.grad)
    assert [set(layer.pictures.values()) for layer in own] == [{False}, {True}]
    for one in outputs[:2]:
        for got, right in zip(one, outputs[2], strict=True):
            np.testing.assert_allclose(got, right, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in USED if name != "col2im"])
def test_one_function_is_enough(name: str) -> None:
    style = "loops" if name == "sgd_step" else "columns"
    data = pictures(4, 0)
    calls: list[str] = []
    function = functions(style, name)[name]

    def counted(*arguments: Any) -> Any:
        calls.append(name)
        return function(*arguments)

    parts = Parts({name: counted})
    own = Contender(parts, LARGE, data, seed=0)
    loss, _ = own.trainer.train_step(data.images, data.labels)
    assert np.isfinite(loss)
    own.accuracy(data)
    assert calls


def test_the_steps_of_the_optimizers() -> None:
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(3, 2)), rng.normal(size=(4, 3, 2))
    pairs: list[tuple[Optimizer, Optimizer]] = [
        (OwnAdam(Parts(functions("columns", "adam_step")), 0.1), Adam(0.1)),
        (OwnSGD(Parts(functions("loops", "sgd_step")), 0.1, 0.9), SGD(0.1, 0.9)),
    ]
    for pair in pairs:
        weights = [Parameter("weight", start) for _ in pair]
        for gradient in gradients:
            for optimizer, weight in zip(pair, weights, strict=True):
                weight.grad = gradient
                optimizer.step([weight])
        np.testing.assert_allclose(weights[0].value, weights[1].value)


def test_columns_make_a_convolution() -> None:
    given = functions("columns", "im2col", "col2im")
    parts, whole = Parts(given), functions("columns")
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
    (y,) = parts.call("conv2d_forward", [(2, 4, 4, 3)], x, w, b, 2, 1)
    np.testing.assert_allclose(y, whole["conv2d_forward"](x, w, b, 2, 1))
    shapes = [x.shape, w.shape, b.shape]
    got = parts.call("conv2d_backward", shapes, y, x, w, 2, 1)
    for one, other in zip(got, whole["conv2d_backward"](y, x, w, 2, 1), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)
    assert not Parts(functions("columns", "col2im")).own("conv2d_forward", "conv2d_backward")


def test_what_is_said_and_written(
    tiny: TrainAndTest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = functions("columns", "im2col", "col2im", "relu_backward", "adam_step")
    result = train(given, seconds=30, out=tmp_path, data=tiny)
    said = capsys.readouterr().out
    assert result.images == 320
    assert result.tested == 100
    assert result.accuracy == pytest.approx(result.library_accuracy, abs=0.05)
    assert result.accuracy > 0.2
    assert "conv2d_forward          a product with the columns of your im2col" in said
    assert "relu_backward           yours" in said
    assert "maxpool_forward         the library's" in said
    assert "batchnorm" not in said
    assert "run in this process" in said
    assert "each once: so many fit into 30 s" in said
    assert f"{result.accuracy:.1%}" in said
    for path in result.paths:
        assert path.exists()
        assert str(path) in said
    assert Sequential.load(tmp_path / "model.npz").out_shape == (10,)


def test_slow_functions_get_few_and_small_pictures(
    tiny: TrainAndTest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("minicnn.coursework.network.train.FEWEST", 5)
    monkeypatch.setattr("minicnn.coursework.network.train.LEAST_TESTED", 3)
    monkeypatch.setattr("minicnn.coursework.network.train.SLOW", 1)
    given = functions("loops", "conv2d_forward")
    result = train(given, seconds=0.02, out=tmp_path, data=tiny)
    said = capsys.readouterr().out
    assert 5 <= result.images < 60
    assert "they are made half as high and wide" in said
    assert re.search(r"\d\d% of the time goes to conv2d_forward", said)
    assert "im2col and col2im make one" in said


def test_wrong_functions_are_refused_unless_asked_for(
    tiny: TrainAndTest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"relu_backward": lambda dy, x: dy}
    with pytest.raises(ArgumentError, match="--anyway") as refused:
        train(wrong, out=tmp_path, data=tiny)
    assert str(refused.value).splitlines()[2:] == [
        "relu_backward: not right yet.",
        "dy is returned as it came: nothing is held back where x is negative.",
        "Hint: If x is -4 and grows a little, what happens to y?",
    ]
    assert not list(tmp_path.iterdir())
    train(wrong, out=tmp_path, data=tiny, anyway=True)
    assert "relu_backward           yours, wrong" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "expected functions for a network"),
        ({"output_size": len}, "expected functions for a network.*got output_size"),
    ],
)
def test_nothing_to_train(given: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=message):
        train(given, out=tmp_path)


def test_functions_that_fail_are_named() -> None:
    def relu_backward(dy: Any, x: Any) -> Any:
        return dy[:, 0]

    def dense_forward(x: Any, w: Any, b: Any) -> Any:
        return x @ w

    data = pictures(2, 0)
    wrong: list[tuple[Callable[..., Any], str]] = [
        (relu_backward, r"relu_backward: expected outputs of shape \(2, .*got \(2, "),
        (dense_forward, r"dense_forward: ValueError: .*of test_train.py: return x @ w"),
    ]
    for function, message in wrong:
        own = Contender(Parts({function.__name__: function}), LARGE, data, seed=0)
        with pytest.raises(ArgumentError, match=message):
            own.trainer.train_step(data.images, data.labels)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("def f(:", "SyntaxError"),
        ("import nowhere\n\ndef softmax(scores):\n    return scores", "No module named 'nowhere'"),
        ("x = 1", "expected a function with the name of an exercise"),
        (None, "there is no such file"),
    ],
)
def test_files_that_cannot_be_used(
    tmp_path: Path, content: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.py"
    if content:
        path.write_text(content)
    assert main(["train", str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1


def test_one_function_in_two_files() -> None:
    with pytest.raises(ArgumentError, match="stands in two of the files"):
        functions_in(list(FILES.values()))


def test_a_blank_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_blank(EXERCISES["softmax"], tmp_path)
    assert functions_in([path]) == {}
    assert "softmax is not written yet" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "minicnn.coursework", "train", str(FILES["columns"])]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "The network is made of\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error.splitlines()[-1].endswith("stopped")
    assert "Traceback" not in error
