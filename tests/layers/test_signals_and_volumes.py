"""Layers for signals and volumes: as those for pictures, and with their own words in messages."""

from typing import Any

import numpy as np
import pytest

from minicnn import SGD, CrossEntropy, Dense, ReLU, Sequential, Softmax, Trainer
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers import (
    AveragePool,
    AveragePool1D,
    AveragePool3D,
    Conv1D,
    Conv2D,
    Conv3D,
    ConvTranspose1D,
    ConvTranspose2D,
    ConvTranspose3D,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    MaxPool1D,
    MaxPool3D,
    Upsample,
    Upsample1D,
    Upsample3D,
)

# A layer for signals, for pictures and for volumes, and options for pictures: one more or less is
# for an axis of a single pixel, along which nothing happens.
SIBLINGS: list[tuple[Any, Any, Any, dict[str, Any]]] = [
    (MaxPool1D, MaxPool, MaxPool3D, {"size": 3, "stride": 2, "padding": 1}),
    (AveragePool1D, AveragePool, AveragePool3D, {"size": 3, "stride": 2, "padding": 1}),
    (Upsample1D, Upsample, Upsample3D, {"factor": 3, "mode": "linear"}),
    (Conv1D, Conv2D, Conv3D, {"kernel_size": 3, "stride": 2, "padding": 1}),
    (ConvTranspose1D, ConvTranspose2D, ConvTranspose3D, {"kernel_size": 3, "stride": 2}),
]
IDLE = {"padding": 0}  # and 1 for every other number


def options_for(axes: int, used: int, options: dict[str, Any]) -> dict[str, Any]:
    """The options for layers of so many axes, of which the last ones are used."""
    idle = axes - used
    return {
        name: value if isinstance(value, str) else (IDLE.get(name, 1),) * idle + (value,) * used
        for name, value in options.items()
    }


@pytest.mark.parametrize(("one", "two", "three", "options"), SIBLINGS, ids=str)
@pytest.mark.parametrize("used", [1, 2])
def test_an_axis_of_one_pixel_changes_nothing(
    one: Any, two: Any, three: Any, options: dict[str, Any], used: int
) -> None:
    small, large = (one, two) if used == 1 else (two, three)
    filters = (4,) if "kernel_size" in options else ()
    sizes = (7, 5)[:used]
    narrow = small(*filters, **options)
    wide = large(*filters, **options_for(used + 1, used, options))
    out_shape = narrow.build((2, *sizes), np.random.default_rng(0))
    assert wide.build((2, 1, *sizes), np.random.default_rng(0)) == (
        out_shape[0],
        1,
        *out_shape[1:],
    )
    for mine, other in zip(narrow.parameters, wide.parameters, strict=True):
        other.value = mine.value.reshape(other.value.shape)
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(3, 2, *sizes)), rng.normal(size=(3, *out_shape))
    y, wide_y = narrow(x, training=True), wide(x[:, :, np.newaxis], training=True)
    np.testing.assert_allclose(wide_y[:, :, 0], y, rtol=1e-12, atol=1e-12)
    dx, wide_dx = narrow.backward(dy), wide.backward(dy[:, :, np.newaxis])
    np.testing.assert_allclose(wide_dx[:, :, 0], dx, rtol=1e-12, atol=1e-12)
    for mine, other in zip(narrow.parameters, wide.parameters, strict=True):
        np.testing.assert_allclose(other.grad.ravel(), mine.grad.ravel(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("down", "up", "sizes"),
    [(Conv1D, ConvTranspose1D, (13,)), (Conv3D, ConvTranspose3D, (5, 7, 9))],
)
def test_the_transposed_convolution_is_the_adjoint(down: Any, up: Any, sizes: Any) -> None:
    """<conv(a), b> = <a, conv_transpose(b)> with the same kernels and options."""
    rng = np.random.default_rng(0)
    conv = down(6, 3, 2, 1, groups=2, bias=False)
    out_shape = conv.build((4, *sizes), rng)
    back = up(4, 3, 2, 1, groups=2, bias=False)
    assert back.build(out_shape, rng) == (4, *sizes)
    back.weight.value = conv.weight.value = rng.normal(size=conv.weight.value.shape)
    a, b = rng.normal(size=(2, 4, *sizes)), rng.normal(size=(2, *out_shape))
    assert np.vdot(conv(a), b) == pytest.approx(np.vdot(a, back(b)), rel=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MaxPool1D(0), "MaxPool1D: size must be a whole number"),
        (lambda: MaxPool1D((2, 3)), r"MaxPool1D: size must be one whole number, got \(2, 3\)"),
        (lambda: MaxPool1D(2, 2, 2), "MaxPool1D: padding must be smaller than the window"),
        (lambda: MaxPool1D(2, padding=(1, 1, 1)), r"must be a whole number, one for each side \(b"),
        (lambda: MaxPool3D((2, 2)), "MaxPool3D: size must be one whole number or 3 of them"),
        (lambda: MaxPool3D(2, 0), "MaxPool3D: stride"),
        (
            lambda: MaxPool3D(2, padding=(1, 1)),
            r"number, 3 \(one for each axis\), one .*\(front, b",
        ),
        (lambda: AveragePool1D(2, count_padding=1), "AveragePool1D: count_padding must be True or"),  # type: ignore[arg-type]
        (lambda: AveragePool3D(2, padding=2), "AveragePool3D: padding must be smaller than the w"),
        (lambda: Upsample1D(0), "Upsample1D: factor must be a whole number of at least 1, got 0"),
        (lambda: Upsample1D(2, "bilinear"), "Upsample1D: mode must be one of nearest, linear, got"),
        (lambda: Upsample(2, "cubic"), "Upsample: mode must be one of nearest, linear, got 'cubic"),
        (lambda: Upsample3D((2, 2)), "Upsample3D: factor must be one whole number or 3 of them"),
        (lambda: ConvTranspose1D(2, 3, 2, output_padding=2), "ConvTranspose1D: output_padding mus"),
        (lambda: ConvTranspose1D(2, 3, 2, output_padding=(1, 1)), "output_padding must be one who"),
        (lambda: ConvTranspose3D(2, 3, 2, "same", 1), r"ConvTranspose3D: .*settles the output siz"),
        (lambda: ConvTranspose3D(3, 3, groups=2), "ConvTranspose3D: groups must divide the filte"),
    ],
)
def test_options_out_of_range(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    ("layer", "in_shape", "message"),
    [
        (MaxPool1D(2), (5,), r"MaxPool1D\(2\): .*\(C, L\), got \(5,\); .*channel: \(1, L\)"),
        (AveragePool1D(2), (1, 5, 5), r"samples of shape \(C, L\), got \(1, 5, 5\)$"),
        (Upsample1D(2), (1, 5, 5), r"Upsample1D\(2\): expected samples of shape \(C, L\)"),
        (ConvTranspose1D(2, 3), (5,), r"\(C, L\), got \(5,\)"),
        (MaxPool3D(2), (4, 4, 4), r"\(C, D, H, W\), got \(4, 4, 4\); .*channel: \(1, D, H, W\)"),
        (AveragePool3D(2), (4, 4), r"samples of shape \(C, D, H, W\), got \(4, 4\)$"),
        (Upsample3D(2), (4, 4, 4), r"Upsample3D\(2\): .*\(C, D, H, W\)"),
        (ConvTranspose3D(2, 3), (1, 4, 4), r"\(C, D, H, W\)"),
        (MaxPool1D(6), (1, 5), "a window of 6 does not fit into an input of 5 "),
        (MaxPool3D((2, 1, 3)), (1, 4, 4, 2), "a window of 2 x 1 x 3 .* an input of 4 x 4 x 2 "),
        (ConvTranspose1D(2, 3, padding=2), (1, 1), "leaves nothing of it, .*an output of 3; the"),
        (ConvTranspose3D(2, 3, padding=2), (1, 1, 4, 4), "leaves nothing .* of 3 x 6 x 6; the inp"),
    ],
)
def test_samples_that_do_not_fit(layer: Any, in_shape: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.build(in_shape, np.random.default_rng(0))


def test_how_they_print() -> None:
    assert repr(MaxPool1D(2)) == "MaxPool1D(2)"
    assert repr(AveragePool3D((1, 2, 2), stride=2)) == "AveragePool3D((1, 2, 2), stride=2)"
    assert repr(Upsample1D(3, "linear")) == "Upsample1D(3, mode='linear')"
    assert repr(ConvTranspose3D(2, 3, 2, 1, 1)) == (
        "ConvTranspose3D(2, 3, stride=2, padding=1, output_padding=1)"
    )


def test_volumes_can_be_trained_on_and_kept(tmp_path: Any) -> None:
    layers = [Conv3D(4, 3, padding="same"), ReLU(), MaxPool3D(2), ConvTranspose3D(3, 2, 2), ReLU()]
    layers += [AveragePool3D(2), Upsample3D((1, 2, 2)), Flatten(), Dense(2), Softmax()]
    model = Sequential(layers, (1, 4, 4, 4), seed=0)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 64)
    volumes = rng.normal(size=(64, 1, 4, 4, 4)).astype(np.float32)
    volumes += labels.reshape(-1, 1, 1, 1, 1)
    data = Dataset(volumes, labels, ("low", "high"))
    trainer = Trainer(model, SGD(0.1, momentum=0.9), CrossEntropy(), workers=2)
    trainer.fit(data, epochs=6, batch_size=8, progress=False)
    assert model.evaluate(data)[1] > 0.9
    model.save(tmp_path / "model.npz")
    loaded = Sequential.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(loaded.predict(volumes), model.predict(volumes))


def test_the_summary_of_a_model_for_signals() -> None:
    layers: list[Layer] = [Conv1D(4, 3), MaxPool1D(2), AveragePool1D(2), ConvTranspose1D(2, 4, 4)]
    layers += [Upsample1D(2, "linear"), GlobalAveragePool()]
    cells = [line.split() for line in str(Sequential(layers, (2, 30)).summary()).splitlines()[2:8]]
    shapes = ["4 x 28", "4 x 14", "4 x 7", "2 x 28", "2 x 56", "2"]
    costs = ["672", "0", "56", "224", "224", "112"]
    fields = ["3", "4", "6", "6", "10", "all"]
    for row, shape, cost, field in zip(cells, shapes, costs, fields, strict=True):
        assert shape in " ".join(row)
        assert row[-2:] == [cost, field]
