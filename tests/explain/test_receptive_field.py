"""The receptive field, against the pixels that really have a gradient."""

import numpy as np
import pytest

from minicnn.errors import ArgumentError, NotReadyError
from minicnn.explain import receptive_field, receptive_region
from minicnn.layers import (
    ELU,
    GELU,
    AveragePool,
    AveragePool1D,
    AveragePool3D,
    Conv1D,
    Conv2D,
    Conv3D,
    ConvTranspose1D,
    ConvTranspose2D,
    ConvTranspose3D,
    Dense,
    DepthwiseConv2D,
    Flatten,
    GlobalAveragePool,
    Layer,
    LayerNorm,
    LeakyReLU,
    MaxPool,
    MaxPool1D,
    MaxPool3D,
    ReLU,
    Residual,
    SeparableConv2D,
    Sigmoid,
    Softplus,
    SpatiallySeparableConv2D,
    Swish,
    Tanh,
    Upsample,
    Upsample1D,
    Upsample3D,
)
from minicnn.sequential import Sequential
from minicnn.typing import Array

STACKS: list[tuple[list[Layer], tuple[int, ...]]] = [
    ([Conv2D(2, 3)], (1, 9, 8)),
    ([Conv2D(2, (3, 2), (2, 3), dilation=(2, 1))], (1, 12, 11)),
    ([Conv2D(2, 5, padding="same"), ReLU(), MaxPool(2), Conv2D(2, 3)], (1, 16, 14)),
    ([Conv2D(1, 3, 2, 1), AveragePool(3, 2, 1), DepthwiseConv2D(3, padding=1)], (1, 24, 21)),
    ([SeparableConv2D(2, 3), SpatiallySeparableConv2D(1, (3, 2), 2)], (2, 14, 13)),
    ([ConvTranspose2D(1, 3, 2)], (1, 5, 4)),
    ([ConvTranspose2D(1, (5, 4), (2, 3), (1, 2), (1, 0)), Conv2D(1, 3)], (1, 5, 6)),
    ([Conv2D(1, 3), Upsample(2), Conv2D(1, 3)], (1, 8, 9)),
    ([Conv2D(1, 3, 2), Upsample((3, 2), "linear"), Conv2D(1, 2)], (1, 12, 13)),
    ([Conv2D(1, 3), GlobalAveragePool(), Dense(2)], (1, 7, 6)),
    ([Conv2D(1, 3), Flatten(), Dense(2)], (1, 7, 6)),
    ([Sequential([Conv2D(1, 3), MaxPool(2)]), Conv2D(1, 2)], (1, 9, 10)),
    ([Conv2D(1, 3), Residual(Conv2D(1, 3, padding=1), Conv2D(1, 3, padding=1))], (1, 9, 8)),
    ([Residual(Conv2D(1, 1, 2), shortcut=Conv2D(1, 3, 2, 1)), LayerNorm()], (1, 9, 8)),
    ([Conv1D(2, 5, 2), Conv1D(1, 3, dilation=2)], (1, 20)),
    ([Conv3D(1, (1, 2, 3)), Conv3D(1, 2, (2, 1, 1))], (1, 5, 5, 6)),
    ([Conv1D(1, 3), MaxPool1D(2), ConvTranspose1D(1, 4, 2, 1), AveragePool1D(3, 1, 1)], (1, 14)),
    ([Conv1D(1, 2), Upsample1D(2), Conv1D(1, 3), Upsample1D(3, "linear")], (1, 5)),
    ([Conv3D(1, 2), AveragePool3D((1, 2, 1)), MaxPool3D((2, 1, 2))], (1, 5, 5, 5)),
    ([AveragePool3D(2), ConvTranspose3D(1, (2, 1, 2), (2, 1, 2))], (1, 4, 2, 4)),
    ([AveragePool3D(2, 1), Upsample3D((2, 1, 3), "linear")], (1, 3, 2, 3)),
    ([Conv2D(2, 3), LeakyReLU(), ELU(), GELU(), Conv2D(1, 2)], (1, 7, 6)),
    ([Conv2D(2, 2), Sigmoid(), Tanh(), Softplus(), Swish(), MaxPool(2)], (1, 6, 7)),
]


@pytest.mark.parametrize(("layers", "in_shape"), STACKS, ids=[repr(stack[0]) for stack in STACKS])
def test_the_receptive_region_is_where_the_gradient_is(
    layers: list[Layer], in_shape: tuple[int, ...]
) -> None:
    model = Sequential(layers, in_shape)
    for parameter in model.parameters:
        parameter.value = np.ones_like(parameter.value)
    y = model(np.zeros((1, *in_shape)))
    axes = range(len(in_shape) - 1)
    sizes = []
    for place in np.ndindex(y.shape[2:]):
        seen = np.zeros(in_shape[1:], bool)
        # Of a max pooling window only the winner has a gradient, so several pictures are tried.
        for attempt in range(30 if "MaxPool" in repr(layers) else 1):
            x = np.random.default_rng(attempt).random((1, *in_shape)) + 1.0
            y = model(x, training=True)
            dy = np.zeros(y.shape)
            dy[:, :, *place] = 1.0
            seen |= (model.backward(dy) != 0).any(axis=(0, 1))
        region = receptive_region(model, place)
        inside = [
            (max(f, 0), min(g, n - 1)) for (f, g), n in zip(region, in_shape[1:], strict=True)
        ]
        found = [np.flatnonzero(seen.any(axis=tuple(set(axes) - {axis}))) for axis in axes]
        assert inside == [(indices.min(), indices.max()) for indices in found]
        sizes.append([last - first + 1 for first, last in region])
    assert receptive_field(model) == tuple(np.max(sizes, axis=0))


class OwnFlatten(Layer):
    """A layer of one's own, with the three methods that it needs."""

    def output_shape(self, in_shape: tuple[int, ...]) -> tuple[int, ...]:
        return (int(np.prod(in_shape)),)

    def forward(self, x: Array, training: bool = False) -> Array:
        return x.reshape(len(x), -1)

    def backward(self, dy: Array) -> Array:
        raise NotImplementedError


def test_a_layer_of_ones_own_that_drops_axes_sees_the_whole_picture() -> None:
    model = Sequential([Conv2D(2, 3), OwnFlatten(), Dense(3)], (1, 5, 5))
    assert receptive_field(model) == (5, 5)
    assert str(model.summary()).splitlines()[3].endswith("all")


def test_regions_keep_to_what_is_there() -> None:
    grown = Sequential([MaxPool(28), ConvTranspose2D(1, 28)], (1, 28, 28))
    assert receptive_field(grown) == (28, 28)
    padded = Sequential([MaxPool(2), Conv2D(1, 3, padding=1)], (1, 5, 5))
    assert receptive_region(padded, (1, 1)) == ((0, 3), (0, 3)), "row 4 is in no window"
    assert receptive_field(padded) == (6, 6), "the border counts as pixels"
    gaps = Sequential([Conv2D(1, 3), ConvTranspose2D(1, 1, 3)], (1, 9, 9))
    assert receptive_region(gaps, (3, 4)) == ((0, -1), (0, -1)), "no pixel leads there"


def test_nonsense_is_refused_by_name() -> None:
    model = Sequential([Conv2D(2, 3)], (1, 5, 5))
    for layer in ("0", 0.5, None, True):
        with pytest.raises(ArgumentError, match="receptive_field: layer"):
            receptive_field(model, layer)  # type: ignore[arg-type] # the point of the test
    for place in (5, "ab", (0.5, 1), (True, 0), (0, 0, 0), (0, -1)):
        with pytest.raises(ArgumentError, match="receptive_region: place"):
            receptive_region(model, place)  # type: ignore[arg-type] # likewise


def test_receptive_fields_by_hand() -> None:
    model = Sequential(
        [Conv2D(2, 3), Conv2D(2, 3), MaxPool(2), Conv2D(2, 3, dilation=2)], (1, 28, 28)
    )
    fields = [receptive_field(model, layer=index) for index in range(4)]
    assert fields == [(3, 3), (5, 5), (6, 6), (14, 14)]
    assert receptive_field(model, layer=-2) == (6, 6)
    assert receptive_region(model, (1, 2), layer=2) == ((2, 7), (4, 9))
    with pytest.raises(ArgumentError, match=r"0 to 3, or .* got 4"):
        receptive_field(model, layer=4)
    with pytest.raises(ArgumentError, match=r"\(12, 12\) places, got \(12, 0\)"):
        receptive_region(model, (12, 0), layer=2)
    with pytest.raises(NotReadyError):
        receptive_field(Sequential([Conv2D(2, 3)]))
