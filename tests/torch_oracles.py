"""What PyTorch makes of the same input with the same weights, layer by layer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minicnn.layers import (
    AveragePool,
    BatchNorm,
    ConvTranspose2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Layer,
    LayerNorm,
    MaxPool,
    ReLU,
    Residual,
    SeparableConv2D,
    Softmax,
    SpatiallySeparableConv2D,
    Upsample,
)
from minicnn.layers.conv import Convolution
from minicnn.layers.sliding_window import SlidingWindow

torch = pytest.importorskip("torch")
F = torch.nn.functional

MODES = {"zeros": "constant"}  # the others bear the same names


def padded(layer: SlidingWindow, x: Any, value: float = 0.0) -> Any:
    """The border that the layer asks for, made by PyTorch."""
    margins = layer.margins(tuple(x.shape[1:]))
    sides = [side for margin in reversed(margins) for side in margin]  # the last axis first
    mode = MODES.get(layer.padding_mode, layer.padding_mode)
    return F.pad(x, sides, mode, **({"value": value} if mode == "constant" else {}))


def convolution(layer: Convolution, x: Any, weights: list[Any]) -> Any:
    operation: Callable[..., Any] = (F.conv1d, F.conv2d, F.conv3d)[layer.spatial_axes - 1]
    options = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups}
    return operation(padded(layer, x), *weights, **options)


def conv_transpose(layer: ConvTranspose2D, x: Any, weights: list[Any]) -> Any:
    """PyTorch cuts both sides alike, so here nothing is cut, and the rest is cut from that."""
    sizes, margins = layer.uncut(tuple(x.shape[1:])), layer.margins(tuple(x.shape[1:]))
    bias = weights[1] if len(weights) > 1 else None
    y = F.conv_transpose2d(
        x, weights[0], None, layer.stride, groups=layer.groups, dilation=layer.dilation
    )
    (above, below), (left, right) = margins
    missing = [size - had for size, had in zip(sizes, y.shape[2:], strict=True)]
    y = F.pad(y, (0, missing[1], 0, missing[0]))
    y = y[:, :, above : sizes[0] - below, left : sizes[1] - right]
    return y if bias is None else y + bias[:, None, None]


def average_pool(layer: AveragePool, x: Any) -> Any:
    sums = F.avg_pool2d(padded(layer, x), layer.size, layer.stride)
    if layer.count_padding:
        return sums
    return sums / F.avg_pool2d(padded(layer, torch.ones_like(x)), layer.size, layer.stride)


def upsample(layer: Upsample, x: Any) -> Any:
    level = {"align_corners": False} if layer.mode == "bilinear" else {}
    return F.interpolate(x, scale_factor=layer.factor, mode=layer.mode, **level)


def batch_norm(layer: BatchNorm, x: Any, weights: list[Any]) -> Any:
    weight, bias, mean, variance = weights
    training = layer.trainable
    return F.batch_norm(
        x,
        mean.detach().clone(),
        variance.detach().clone(),
        weight,
        bias,
        training,
        layer.momentum,
        layer.epsilon,
    )


def dropout(layer: Dropout, x: Any, mask: Any) -> Any:
    """With the mask that the layer has drawn."""
    factor = torch.tensor(np.moveaxis(np.asarray(mask, x.detach().numpy().dtype), -1, 0))
    return x * factor / (1 - layer.rate)


def residual(layer: Residual, x: Any, weights: list[Any]) -> Any:
    count = len(layer.branch.parameters)
    y, others = x, iter(weights[:count])
    for inner in layer.branch.layers:
        y = apply(inner, y, [next(others) for _ in inner.parameters])
    return y + (x if layer.shortcut is None else apply(layer.shortcut, x, weights[count:]))


def apply(layer: Layer, x: Any, weights: list[Any]) -> Any:
    """The output of the layer."""
    if isinstance(layer, SeparableConv2D | SpatiallySeparableConv2D):
        first, second = layer.layers
        return apply(second, apply(first, x, weights[:1]), weights[1:])
    operations: dict[type[Layer], Callable[[Any], Any]] = {
        ConvTranspose2D: lambda layer: conv_transpose(layer, x, weights),
        Convolution: lambda layer: convolution(layer, x, weights),
        MaxPool: lambda layer: F.max_pool2d(padded(layer, x, -torch.inf), layer.size, layer.stride),
        AveragePool: lambda layer: average_pool(layer, x),
        GlobalAveragePool: lambda layer: x.flatten(2).mean(dim=2),
        GlobalMaxPool: lambda layer: x.flatten(2).max(dim=2).values,
        Upsample: lambda layer: upsample(layer, x),
        Dense: lambda layer: F.linear(x, *weights),
        BatchNorm: lambda layer: batch_norm(layer, x, weights),
        LayerNorm: lambda layer: F.layer_norm(x, layer.in_shape, *weights, eps=layer.epsilon),
        Dropout: lambda layer: dropout(layer, x, layer.saved[0]),
        Residual: lambda layer: residual(layer, x, weights),
        ReLU: lambda layer: F.relu(x),
        Flatten: lambda layer: torch.flatten(x, 1),
        Softmax: lambda layer: torch.softmax(x, dim=1),
    }
    return next(made for kind, made in operations.items() if isinstance(layer, kind))(layer)
