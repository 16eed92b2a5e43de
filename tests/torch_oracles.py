"""What PyTorch makes of the same input with the same weights, layer by layer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minicnn.layers import (
    ELU,
    GELU,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Layer,
    LayerNorm,
    LeakyReLU,
    ReLU,
    Residual,
    SeparableConv2D,
    Sigmoid,
    Softmax,
    Softplus,
    SpatiallySeparableConv2D,
    Swish,
    Tanh,
)
from minicnn.layers.conv import Convolution
from minicnn.layers.conv_transpose import TransposedConvolution
from minicnn.layers.pooling import AveragePooling, MaxPooling
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.layers.upsample import Upsampling

torch = pytest.importorskip("torch")
F = torch.nn.functional

MODES = {"zeros": "constant"}  # the others bear the same names


def padded(layer: SlidingWindow, x: Any, value: float = 0.0) -> Any:
    """The border that the layer asks for, made by PyTorch."""
    margins = layer.margins(tuple(x.shape[1:]))
    sides = [side for margin in reversed(margins) for side in margin]  # the last axis first
    mode = MODES.get(layer.padding_mode, layer.padding_mode)
    return F.pad(x, sides, mode, **({"value": value} if mode == "constant" else {}))


def for_axes(one: Any, two: Any, three: Any, layer: SlidingWindow) -> Callable[..., Any]:
    """The operation for as many spatial axes as the layer has."""
    operation: Callable[..., Any] = (one, two, three)[layer.spatial_axes - 1]
    return operation


def convolution(layer: Convolution, x: Any, weights: list[Any]) -> Any:
    operation = for_axes(F.conv1d, F.conv2d, F.conv3d, layer)
    options = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups}
    return operation(padded(layer, x), *weights, **options)


def conv_transpose(layer: TransposedConvolution, x: Any, weights: list[Any]) -> Any:
    """PyTorch cuts both sides alike, so here nothing is cut, and the rest is cut from that."""
    sizes, margins = layer.uncut(tuple(x.shape[1:])), layer.margins(tuple(x.shape[1:]))
    bias = weights[1] if len(weights) > 1 else None
    y = for_axes(F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d, layer)(
        x, weights[0], None, layer.stride, groups=layer.groups, dilation=layer.dilation
    )
    missing = [size - had for size, had in zip(sizes, y.shape[2:], strict=True)]
    y = F.pad(y, [side for more in reversed(missing) for side in (0, more)])
    for axis, (size, (before, after)) in enumerate(zip(sizes, margins, strict=True), start=2):
        y = y.narrow(axis, before, size - before - after)
    return y if bias is None else y + bias.reshape(-1, *(1,) * layer.spatial_axes)


def max_pool(layer: MaxPooling, x: Any) -> Any:
    pool = for_axes(F.max_pool1d, F.max_pool2d, F.max_pool3d, layer)
    return pool(padded(layer, x, -torch.inf), layer.size, layer.stride)


def average_pool(layer: AveragePooling, x: Any) -> Any:
    pool = for_axes(F.avg_pool1d, F.avg_pool2d, F.avg_pool3d, layer)
    sums = pool(padded(layer, x), layer.size, layer.stride)
    if layer.count_padding:
        return sums
    return sums / pool(padded(layer, torch.ones_like(x)), layer.size, layer.stride)


def upsample(layer: Upsampling, x: Any) -> Any:
    if layer.mode == "nearest":
        return F.interpolate(x, scale_factor=layer.factor, mode="nearest")
    mode = ("linear", "bilinear", "trilinear")[layer.spatial_axes - 1]
    return F.interpolate(x, scale_factor=layer.factor, mode=mode, align_corners=False)


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
        TransposedConvolution: lambda layer: conv_transpose(layer, x, weights),
        Convolution: lambda layer: convolution(layer, x, weights),
        MaxPooling: lambda layer: max_pool(layer, x),
        AveragePooling: lambda layer: average_pool(layer, x),
        GlobalAveragePool: lambda layer: x.flatten(2).mean(dim=2),
        GlobalMaxPool: lambda layer: x.flatten(2).max(dim=2).values,
        Upsampling: lambda layer: upsample(layer, x),
        Dense: lambda layer: F.linear(x, *weights),
        BatchNorm: lambda layer: batch_norm(layer, x, weights),
        LayerNorm: lambda layer: F.layer_norm(x, layer.in_shape, *weights, eps=layer.epsilon),
        Dropout: lambda layer: dropout(layer, x, layer.saved[0]),
        Residual: lambda layer: residual(layer, x, weights),
        ReLU: lambda layer: F.relu(x),
        LeakyReLU: lambda layer: F.leaky_relu(x, layer.slope),
        ELU: lambda layer: F.elu(x, layer.alpha),
        GELU: lambda layer: F.gelu(x),
        Sigmoid: lambda layer: torch.sigmoid(x),
        Tanh: lambda layer: torch.tanh(x),
        Softplus: lambda layer: F.softplus(x),
        Swish: lambda layer: F.silu(x),
        Flatten: lambda layer: torch.flatten(x, 1),
        Softmax: lambda layer: torch.softmax(x, dim=1),
    }
    return next(made for kind, made in operations.items() if isinstance(layer, kind))(layer)
