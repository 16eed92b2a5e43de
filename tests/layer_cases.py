"""One table of layers and inputs; every test of the layer contract runs over all of it.

A new layer, or a new option of one, gets a line here and an oracle, and is thereby tested.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import oracles
import window_oracles

from minicnn.layers import (
    ELU,
    GELU,
    AveragePool,
    AveragePool1D,
    AveragePool3D,
    BatchNorm,
    Conv1D,
    Conv2D,
    Conv3D,
    ConvTranspose1D,
    ConvTranspose2D,
    ConvTranspose3D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
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
    Softmax,
    Softplus,
    SpatiallySeparableConv2D,
    Swish,
    Tanh,
    Upsample,
    Upsample1D,
    Upsample3D,
)
from minicnn.typing import Array, Shape


@dataclass(frozen=True)
class Case:
    """A layer, how to make it, what to feed it, and the loops that say what it must do."""

    make: Callable[[], Layer]
    in_shape: Shape
    oracle: Callable[[Any, Array], tuple[Array, oracles.Backward]]
    batch: int = 2
    differs_in_use: bool = False
    mixes_samples: bool = False

    def __str__(self) -> str:
        return f"{self.make()!r} on {self.batch} x {self.in_shape}"

    def layer(self, dtype: Any = np.float64) -> Layer:
        """The layer, built, with biases that are not zero."""
        layer = self.make()
        rng = np.random.default_rng(1)
        layer.build(self.in_shape, rng)
        for parameter in layer.parameters:
            drawn = rng.normal(size=parameter.value.shape)
            if parameter.role == "statistic":  # a variance is not negative
                drawn = abs(drawn) + 0.1
            parameter.value = drawn.astype(dtype)
        return layer

    def x(self, dtype: Any = np.float64) -> Array:
        """A batch of normal numbers, the same every time."""
        drawn = np.random.default_rng(2).normal(size=(self.batch, *self.in_shape))
        return drawn.astype(dtype)

    def dy(self, dtype: Any = np.float64) -> Array:
        """A gradient for the output."""
        out_shape = self.make().output_shape(self.in_shape)
        drawn = np.random.default_rng(3).normal(size=(self.batch, *out_shape))
        return drawn.astype(dtype)


def _case(
    layer: type[Layer],
    oracle: Callable[[Any, Array], tuple[Array, oracles.Backward]],
    in_shape: Shape,
    *arguments: Any,
    batch: int = 2,
    **options: Any,
) -> Case:
    return Case(lambda: layer(*arguments, **options), in_shape, oracle, batch)


def _flagged(
    layer: type[Layer],
    oracle: Callable[[Any, Array], tuple[Array, oracles.Backward]],
    in_shape: Shape,
    *arguments: Any,
    differs_in_use: bool,
    mixes_samples: bool,
    **options: Any,
) -> Case:
    """A layer that does something else in training, or looks at the batch, or draws for it."""
    case = _case(layer, oracle, in_shape, *arguments, **options)
    return replace(case, differs_in_use=differs_in_use, mixes_samples=mixes_samples)


_conv = partial(_case, Conv2D, window_oracles.convolution)
_conv1d = partial(_case, Conv1D, window_oracles.convolution)
_conv3d = partial(_case, Conv3D, window_oracles.convolution)
_depthwise = partial(_case, DepthwiseConv2D, window_oracles.convolution)
_separable = partial(_case, SeparableConv2D, window_oracles.two_steps)
_spatially = partial(_case, SpatiallySeparableConv2D, window_oracles.two_steps)
_transpose = partial(_case, ConvTranspose2D, window_oracles.conv_transpose)
_transpose1d = partial(_case, ConvTranspose1D, window_oracles.conv_transpose)
_transpose3d = partial(_case, ConvTranspose3D, window_oracles.conv_transpose)
_pool = partial(_case, MaxPool, window_oracles.max_pool)
_pool1d = partial(_case, MaxPool1D, window_oracles.max_pool)
_pool3d = partial(_case, MaxPool3D, window_oracles.max_pool)
_average = partial(_case, AveragePool, window_oracles.average_pool)
_average1d = partial(_case, AveragePool1D, window_oracles.average_pool)
_average3d = partial(_case, AveragePool3D, window_oracles.average_pool)
_upsample = partial(_case, Upsample, window_oracles.upsample)
_upsample1d = partial(_case, Upsample1D, window_oracles.upsample)
_upsample3d = partial(_case, Upsample3D, window_oracles.upsample)
_batch_norm = partial(
    _flagged, BatchNorm, oracles.batch_norm, differs_in_use=True, mixes_samples=True
)
_dropout = partial(_flagged, Dropout, oracles.dropout, differs_in_use=True, mixes_samples=True)


def _residual(
    in_shape: Shape, *layers: Layer, shortcut: Layer | None = None, batch: int = 2
) -> Case:
    def make() -> Layer:
        return Residual(*copy.deepcopy(layers), shortcut=copy.deepcopy(shortcut))

    return Case(make, in_shape, oracles.residual, batch)


CASES = [
    _conv((1, 6, 5), 2, 3),
    _conv((3, 5, 7), 4, 3, batch=1),
    _conv((2, 7, 5), 3, (3, 2)),  # not square, and an even side
    _conv((2, 5, 7), 3, (1, 4)),
    _conv((3, 4, 5), 2, 1),  # pixel by pixel
    _conv((2, 4, 5), 3, (4, 5)),  # as large as the picture
    _conv((2, 7, 8), 3, 3, 2),
    _conv((2, 8, 9), 3, 3, (2, 3)),
    _conv((2, 9, 8), 2, 2, 3),  # steps over pixels
    _conv((2, 4, 5), 3, 3, 1, 1),
    _conv((2, 4, 5), 3, 3, 1, (2, 0)),
    _conv((2, 4, 5), 3, 2, 1, 3),  # windows that see nothing but padding
    _conv((2, 6, 5), 3, 3, padding="valid"),
    _conv((2, 6, 5), 3, 5, padding="same"),
    _conv((2, 6, 5), 3, 4, padding="same"),  # even: one more after than before
    _conv((2, 6, 7), 3, (2, 3), 2, padding="same"),
    _conv((2, 7, 6), 3, 3, 3, padding="same"),
    _conv((2, 7, 6), 3, 2, 3, padding="same"),
    _conv((2, 5, 4), 3, 3, bias=False),
    _conv((2, 5, 4), 3, 3, padding=(1, 2, 0, 3)),  # above, below, left, right
    _conv((1, 4, 5), 2, 3, 2, ((0, 2), (1, 0))),
    _conv((2, 4, 5), 3, 3, 1, 2, "replicate"),
    _conv((1, 2, 3), 2, 3, 2, (3, 4), "replicate"),  # more border than picture
    _conv((2, 4, 5), 3, 3, 1, (3, 4), "reflect"),  # as much as a mirror can show
    _conv((2, 5, 4), 3, (2, 3), 2, "same", "reflect"),
    _conv((2, 4, 5), 3, 3, 1, 1, "circular"),
    _conv((1, 2, 3), 2, 2, 1, (3, 4), "circular"),  # rolled up more than once
    _conv((2, 5, 4), 2, 4, 3, (2, 1, 0, 3), "circular"),
    _conv((2, 7, 8), 3, 3, dilation=2),
    _conv((2, 6, 9), 3, (2, 3), (2, 1), "same", dilation=(3, 2)),
    _conv((1, 6, 7), 2, 2, 3, 2, "reflect", 3),
    _conv((4, 4, 5), 6, 3, padding=1, groups=2),
    _conv((6, 5, 4), 3, (2, 3), 2, 1, "replicate", groups=3, bias=False),
    _conv((4, 4, 3), 4, 1, groups=2),
    _conv((4, 5, 4), 6, 1, 2),  # 1 x 1 with a stride
    _conv((3, 4, 5), 2, 1, padding=1, batch=1),
    _conv1d((3, 9), 4, 3),
    _conv1d((2, 8), 4, 4, 2, "same", "circular", groups=2),
    _conv1d((1, 7), 2, 3, 1, (2, 1), dilation=2, batch=1),
    _conv3d((2, 3, 4, 5), 3, 2),
    _conv3d((2, 4, 3, 5), 2, (1, 2, 3), (2, 1, 2), (0, 1, 1), "reflect", groups=2),
    _conv3d((1, 3, 3, 4), 2, 2, 1, "same", dilation=(2, 1, 2), batch=1),
    _depthwise((3, 5, 4), 3, padding="same"),
    _depthwise((2, 6, 5), (3, 2), 2, 1, "replicate", multiplier=3, batch=1),
    _depthwise((1, 5, 6), 2, dilation=2, bias=False),
    _separable((3, 5, 4), 4, 3, padding="same"),
    _separable((2, 6, 5), 3, (2, 3), 2, 1, "circular", multiplier=2, bias=False),
    _spatially((2, 5, 6), 3, (3, 2)),
    _spatially((2, 7, 6), 2, (2, 3), (2, 1), (1, 0, 2, 1), "reflect", (1, 2), 2, batch=1),
    _spatially((1, 5, 4), 2, 3, 2, "same", bias=False),
    _transpose((2, 3, 4), 3, 3),
    _transpose((3, 4, 2), 2, (2, 3), batch=1),
    _transpose((2, 3, 4), 2, 3, 2, 1, 1),
    _transpose((1, 4, 3), 2, 4, (3, 2), (1, 2), (2, 0)),
    _transpose((2, 3, 3), 2, 2, 3),  # places that no kernel reaches
    _transpose((2, 3, 4), 3, 3, 2, "same"),
    _transpose((1, 3, 2), 2, 2, 3, "same"),
    _transpose((2, 4, 3), 2, (2, 3), 2, (1, 0, 2, 1), dilation=2),
    _transpose((4, 3, 2), 6, 3, 2, 1, groups=2, bias=False),
    _transpose((3, 2, 3), 4, 1),  # pixel by pixel
    _transpose1d((3, 5), 2, 3),
    _transpose1d((4, 4), 6, 4, 3, (1, 2), 2, groups=2, batch=1),
    _transpose1d((2, 5), 2, 3, 2, "same", dilation=2, bias=False),
    _transpose3d((2, 2, 3, 2), 2, 2),
    _transpose3d((2, 2, 1, 3), 4, (1, 2, 3), (2, 1, 2), (0, 0, 0, 1, 1, 0), (1, 0, 1), groups=2),
    _transpose3d((1, 1, 2, 2), 2, (2, 3, 1), 2, "same", batch=1),
    _pool((2, 4, 6), 2),
    _pool((2, 5, 7), 2),  # a row and a column are left over
    _pool((3, 6, 6), (2, 3), batch=1),
    _pool((2, 5, 6), 3, 1),  # overlapping windows
    _pool((2, 7, 6), 3, 2),
    _pool((2, 7, 8), 2, (3, 2)),
    _pool((2, 5, 6), 3, 2, 1),
    _pool((2, 5, 6), (2, 3), 2, (1, 2)),
    _pool((2, 5, 5), 2, padding="same"),
    _pool((2, 6, 7), 3, 2, "same"),
    _pool((1, 18, 17), (17, 16)),  # more than 256 places in the window
    _pool((2, 5, 6), 3, 2, (1, 2, 0, 1)),
    _pool1d((2, 9), 2),
    _pool1d((3, 7), 3, 1, (1, 2), batch=1),
    _pool1d((2, 8), 3, 2, "same"),
    _pool3d((2, 4, 2, 4), 2),
    _pool3d((1, 3, 4, 5), (2, 1, 3), (1, 2, 2), (1, 0, 1), batch=1),
    _pool3d((2, 3, 2, 4), 2, 1, "same"),
    _average((2, 4, 6), 2),
    _average((2, 5, 7), (2, 3), 2, batch=1),
    _average((2, 5, 6), 3, 1, 1),
    _average((2, 5, 6), 3, 2, 1, count_padding=False),
    _average((1, 5, 6), (2, 3), 2, "same", count_padding=False),
    _average1d((2, 9), 2),
    _average1d((3, 7), 3, 2, (2, 1), batch=1, count_padding=False),
    _average3d((2, 4, 2, 4), 2),
    _average3d((1, 3, 4, 5), (2, 1, 3), (1, 2, 2), "same", batch=1, count_padding=False),
    Case(GlobalAveragePool, (3, 4, 5), oracles.global_average_pool),
    Case(GlobalAveragePool, (2, 6), oracles.global_average_pool, batch=1),
    Case(GlobalMaxPool, (3, 4, 5), oracles.global_max_pool),
    Case(GlobalMaxPool, (2, 3, 2, 4), oracles.global_max_pool, batch=1),
    _upsample((2, 3, 4), 2),
    _upsample((2, 3, 4), (1, 3)),
    _upsample((2, 3, 4), 2, "linear"),
    _upsample((1, 1, 5), (2, 3), "linear", batch=1),
    _upsample1d((3, 4), 3),
    _upsample1d((2, 5), 2, "linear", batch=1),
    _upsample3d((2, 2, 1, 3), (2, 3, 1)),
    _upsample3d((1, 2, 3, 2), (3, 2, 2), "linear"),
    Case(lambda: Dense(4), (5,), oracles.dense),
    Case(lambda: Dense(4), (5,), oracles.dense, batch=1),
    Case(lambda: Dense(1, bias=False), (3,), oracles.dense, batch=4),
    Case(ReLU, (3, 4, 5), oracles.relu),
    Case(ReLU, (6,), oracles.relu, batch=1),
    _case(LeakyReLU, oracles.leaky_relu, (3, 4, 5)),
    _case(LeakyReLU, oracles.leaky_relu, (6,), 0.3, batch=1),
    _case(LeakyReLU, oracles.leaky_relu, (2, 3), 0.0),
    _case(ELU, oracles.elu, (3, 4, 5)),
    _case(ELU, oracles.elu, (6,), 0.4, batch=1),
    _case(ELU, oracles.elu, (2, 3), 2.5),
    _case(GELU, oracles.gelu, (3, 4, 5)),
    _case(GELU, oracles.gelu, (6,), batch=1),
    _case(Sigmoid, oracles.sigmoid, (3, 4, 5)),
    _case(Sigmoid, oracles.sigmoid, (6,), batch=1),
    _case(Tanh, oracles.tanh, (3, 4, 5)),
    _case(Tanh, oracles.tanh, (2, 3), batch=1),
    _case(Softplus, oracles.softplus, (3, 4, 5)),
    _case(Softplus, oracles.softplus, (2, 3, 2, 4), batch=1),
    _case(Swish, oracles.swish, (3, 4, 5)),
    _case(Swish, oracles.swish, (6,), batch=1),
    Case(Flatten, (2, 3, 4), oracles.flatten),
    Case(Flatten, (5,), oracles.flatten, batch=1),
    Case(Softmax, (5,), oracles.softmax, batch=3),
    Case(Softmax, (3, 2, 4), oracles.softmax, batch=1),
    _batch_norm((3, 4, 5)),
    _batch_norm((2, 3, 2), batch=1),
    _batch_norm((4,), batch=5, epsilon=0.3, momentum=1.0),
    _batch_norm((2, 3), trainable=False, differs_in_use=False),
    Case(LayerNorm, (2, 3, 4), oracles.layer_norm),
    Case(lambda: LayerNorm(epsilon=0.3), (5,), oracles.layer_norm, batch=1),
    _dropout((2, 3, 4), 0.4),
    _dropout((5,), batch=3),
    _dropout((4, 2, 3), 0.6, channels=True),
    _dropout((6,), 0.0, batch=1, differs_in_use=False),
    _residual((3, 4, 5), Conv2D(2, 3, padding="same"), ReLU(), Conv2D(3, 1)),
    _residual((2, 5, 4), Conv2D(3, 3, 2, 1), shortcut=Conv2D(3, 1, 2, bias=False)),
    _residual((4,), Dense(3), shortcut=Dense(3), batch=1),
]
