"""A model of ours as one of PyTorch, with the same weights and the same outputs.

The two libraries agree in the order of axes, of weights, and in what a convolution, a momentum of
`BatchNorm` or a negative slope is. Where they differ, a function below says how: PyTorch's
convolutions and poolings take the same border on opposite sides, so that any other is a module of
its own, in that of a convolution, before a pooling.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from minicnn import checks, layers
from minicnn.errors import ArgumentError, within
from minicnn.interop.by_class import function_for
from minicnn.interop.libraries import library
from minicnn.interop.torch_names import ACTIVATIONS, BORDERS, LINEAR, same_pixels
from minicnn.layers import Composition, Layer, Parameter, Residual
from minicnn.layers.conv import Convolution
from minicnn.layers.conv_transpose import TransposedConvolution
from minicnn.layers.global_pooling import GlobalPooling
from minicnn.layers.pooling import AveragePooling, MaxPooling
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.layers.upsample import Upsampling
from minicnn.typing import Margins


def to_torch(model: Composition) -> Any:
    """Return a model as a ``torch.nn.Sequential`` with the same weights and the same outputs.

    It is as in use; its method ``train()`` makes it drop units and follow batches, and what is
    frozen here is frozen there. The weights are copies, called as in the model; only the statistics
    of `BatchNorm` have PyTorch's names. A layer of several steps, such as a pooling with a border
    that PyTorch's own does not have, is a ``Sequential`` inside.

    PyTorch's ``CrossEntropyLoss`` takes scores, so train ``to_torch(model.without_softmax())``.

    Parameters
    ----------
    model : Sequential or Composition
        Built, of the library's own layers.

    Returns
    -------
    torch.nn.Sequential

    Raises
    ------
    NotReadyError
        If the model is not built.
    ArgumentError
        If PyTorch has nothing that does the same as a layer, or cannot call a module as a
        composition calls its layer; the message names it. If the weights are not of one type.
    MissingLibraryError
        If PyTorch is not installed.
    """
    checks.instance("to_torch", "model", model, Composition)
    library("torch", "to_torch")
    model.check_ready()
    _check_one_type(model)
    module = _module(model)
    module.eval()
    return module


def _check_one_type(model: Composition) -> None:
    """Raise ArgumentError where some weights are float32 and others float64."""
    first = {p.value.dtype.itemsize: name for name, p in reversed(model.named_parameters().items())}
    if len(first) > 1:
        raise ArgumentError(
            f"to_torch: PyTorch computes with numbers of one type, but {first[4]} is of float32 "
            f"and {first[8]} of float64; p.value = p.value.astype(numpy.float32), for each p of "
            "model.parameters, makes them equal"
        )


def _module(layer: Layer) -> Any:
    """Return the module that does the same as a layer."""
    return function_for("to_torch", "PyTorch", TABLE, layer)(layer)


def _nn() -> Any:
    return library("torch", "to_torch").nn


def _kind(name: str, axes: int) -> Any:
    """Return a class for a number of spatial axes, such as Conv2d: PyTorch's, or one of ours."""
    from minicnn.interop import torch_modules  # noqa: PLC0415 - it imports torch

    return getattr(_nn(), f"{name}{axes}d", None) or getattr(torch_modules, f"{name}{axes}d")


def _take(parameter: Parameter | None) -> Any:
    """Return a parameter of ours as one of PyTorch, a copy."""
    torch = library("torch", "to_torch")
    if parameter is None:
        return None
    native = parameter.value.dtype.newbyteorder("=")  # PyTorch has no other
    value = torch.from_numpy(np.array(parameter.value, native))
    if parameter.role == "statistic":
        return value
    return torch.nn.Parameter(value, requires_grad=parameter.trainable)


def _with_weights(module: Any, layer: Any) -> Any:
    """Give a module the weight and the bias of a layer."""
    module.weight, module.bias = _take(layer.weight), _take(layer.bias)
    return module


def _several(*modules: Any) -> Any:
    """Return modules, one after the other, as one; those that are None are left out."""
    there = [module for module in modules if module is not None]
    return there[0] if len(there) == 1 else _nn().Sequential(*there)


def _composition(layer: Composition) -> Any:
    """Each layer, by the name that is in front of its parameters."""
    names = layer.names or list(map(str, range(len(layer.layers))))
    modules = OrderedDict()
    for name, (place, inner) in zip(names, layer.steps(), strict=True):
        with within(place):
            modules[name] = _module(inner)
    try:
        return _nn().Sequential(modules)
    except KeyError as error:  # a dot in a name, or the name of a method
        raise ArgumentError(
            f"to_torch: PyTorch cannot give a module each of the names {list(modules)}: "
            f"{error.args[0]}"
        ) from error


# A border. PyTorch writes it for the last axis first: (left, right, above, below).


def _sides(margins: Margins) -> list[int]:
    return [side for margin in reversed(margins) for side in margin]


def _border(layer: SlidingWindow, value: float | None = None) -> Any:
    """Return a module that puts the border of a layer around its input."""
    sides = _sides(layer.margins(layer.check_ready()))
    if value is not None:
        return _kind("ConstantPad", layer.spatial_axes)(sides, value)
    return _kind(f"{BORDERS[layer.padding_mode]}Pad", layer.spatial_axes)(sides)


def _check_rolled_once(layer: SlidingWindow, margins: Margins) -> None:
    """Raise ArgumentError where a circular border is larger than the picture."""
    sizes = layer.check_ready()[1:]
    if any(max(added) > size for added, size in zip(margins, sizes, strict=True)):
        raise ArgumentError(
            f"to_torch: PyTorch rolls up an input no more than once, but {layer.called} adds "
            f"{margins} to one of {checks.times(sizes)}"
        )


def _same_on_both_sides(margins: Margins) -> tuple[int, ...] | None:
    """Return the border of each axis if it is the same before and after."""
    if all(before == after for before, after in margins):
        return tuple(before for before, _ in margins)
    return None


def _convolution(layer: Convolution) -> Any:
    """On the device meta a module draws no weights, from a generator that belongs to all."""
    margins = layer.margins(layer.check_ready())
    if layer.padding_mode == "circular":
        _check_rolled_once(layer, margins)
    border = _same_on_both_sides(margins)
    conv = _kind("Conv" if border is not None else "BorderedConv", layer.spatial_axes)(
        layer.check_ready()[0],
        layer.filters,
        layer.kernel_size,
        stride=layer.stride,
        padding=border or 0,
        dilation=layer.dilation,
        groups=layer.groups,
        bias=layer.bias is not None,
        padding_mode="zeros" if border is None else layer.padding_mode,
        device="meta",
    )
    if border is None:
        conv.border = _border(layer)
    return _with_weights(conv, layer)


def _conv_transpose(layer: TransposedConvolution) -> Any:
    """PyTorch cuts the same off opposite sides; anything else is cut off afterwards.

    What the output has beyond the reach of the kernels, PyTorch calls output padding, in whatever
    way it came about.
    """
    in_shape = layer.check_ready()
    margins = layer.margins(in_shape)
    cut = _same_on_both_sides(margins)
    name = "ConvTranspose" if cut is not None else "CutConvTranspose"
    conv = _kind(name, layer.spatial_axes)(
        in_shape[0],
        layer.filters,
        layer.kernel_size,
        stride=layer.stride,
        padding=cut or 0,
        output_padding=layer.beyond_reach(in_shape),
        groups=layer.groups,
        bias=layer.bias is not None,
        dilation=layer.dilation,
        device="meta",
    )
    if cut is None:
        cut_off = [-side for side in _sides(margins)]  # a border of a negative width cuts
        conv.cutter = _kind("ZeroPad", layer.spatial_axes)(cut_off)
    return _with_weights(conv, layer)


def _own_border_of_pool(layer: SlidingWindow) -> tuple[int, ...] | None:
    """Return the border of a pooling if PyTorch's own can have it: half of the window at most."""
    border = _same_on_both_sides(layer.margins(layer.check_ready()))
    if border and all(2 * b <= size for b, size in zip(border, layer.kernel_size, strict=True)):
        return border
    return None


def _max_pool(layer: MaxPooling) -> Any:
    """Minus infinity around never wins."""
    border, kind = _own_border_of_pool(layer), _kind("MaxPool", layer.spatial_axes)
    if border is not None:
        return kind(layer.size, layer.stride, border)
    return _several(_border(layer, -np.inf), kind(layer.size, layer.stride))


def _average_pool(layer: AveragePooling) -> Any:
    from minicnn.interop.torch_modules import InsideAverage  # noqa: PLC0415 - it imports torch

    border, kind = _own_border_of_pool(layer), _kind("AvgPool", layer.spatial_axes)
    if border is not None:
        return kind(layer.size, layer.stride, border, count_include_pad=layer.count_padding)
    around, pool = _border(layer), kind(layer.size, layer.stride)
    return _several(around, pool) if layer.count_padding else InsideAverage(around, pool)


def _global_pool(name: str) -> Callable[[GlobalPooling], Any]:
    """Return what makes a global pooling: to one pixel, which is then left out."""

    def make(layer: GlobalPooling) -> Any:
        axes, nn = len(layer.check_ready()) - 1, _nn()
        rows = None if axes <= 3 else nn.Flatten(2)
        return _several(rows, _kind(name, axes if axes <= 3 else 1)(1), nn.Flatten())

    return make


def _upsample(layer: Upsampling) -> Any:
    sizes = layer.check_ready()[1:]
    if layer.mode == "nearest" and not same_pixels(layer.factor, sizes):
        raise ArgumentError(
            f"to_torch: PyTorch rounds where it enlarges in the mode nearest, and {layer.called} "
            f"copies other pixels of {checks.times(sizes)} than it would; every factor up to 40 "
            "gives the same"
        )
    mode = "nearest" if layer.mode == "nearest" else LINEAR[layer.spatial_axes]
    return _nn().Upsample(scale_factor=tuple(map(float, layer.factor)), mode=mode)


def _dense(layer: layers.Dense) -> Any:
    D_in = layer.check_ready()[0]
    linear = _nn().Linear(D_in, layer.units, bias=layer.bias is not None, device="meta")
    return _with_weights(linear, layer)


def _batch_norm(layer: layers.BatchNorm) -> Any:
    """Both libraries call the share of the new momentum; a frozen one stays as in use."""
    C, *sizes = layer.check_ready()
    if len(sizes) > 3:
        raise ArgumentError(
            f"to_torch: PyTorch has no batch normalization for {len(sizes)} axes, as {layer.called}"
            f" has with samples {layer.in_shape}"
        )
    name = "BatchNorm" if layer.trainable else "FrozenBatchNorm"
    kind = _kind(name, max(len(sizes), 1))
    norm = _with_weights(kind(C, eps=layer.epsilon, momentum=layer.momentum), layer)
    norm.running_mean = _take(layer.running_mean)
    norm.running_var = _take(layer.running_variance)
    return norm


def _layer_norm(layer: layers.LayerNorm) -> Any:
    return _with_weights(_nn().LayerNorm(layer.check_ready(), eps=layer.epsilon), layer)


def _dropout(layer: layers.Dropout) -> Any:
    axes = len(layer.check_ready()) - 1
    if not layer.channels:
        return _nn().Dropout(layer.rate)
    if axes > 3:
        raise ArgumentError(
            f"to_torch: PyTorch drops whole channels of at most 3 axes, {layer.called} has {axes}"
        )
    return _kind("Dropout", axes)(layer.rate)


def _residual(layer: Residual) -> Any:
    from minicnn.interop import torch_modules  # noqa: PLC0415 - it imports torch

    with within("branch"):
        branch = _module(layer.branch)
    with within("shortcut"):
        shortcut = None if layer.shortcut is None else _module(layer.shortcut)
    return torch_modules.Residual(branch, shortcut)


def _activation(name: str) -> Callable[[Layer], Any]:
    return lambda _: getattr(_nn(), name)()


TABLE: dict[type[Layer], Callable[[Any], Any]] = {
    Convolution: _convolution,
    TransposedConvolution: _conv_transpose,
    MaxPooling: _max_pool,
    AveragePooling: _average_pool,
    Upsampling: _upsample,
    Composition: _composition,
    layers.GlobalAveragePool: _global_pool("AdaptiveAvgPool"),
    layers.GlobalMaxPool: _global_pool("AdaptiveMaxPool"),
    layers.Dense: _dense,
    layers.BatchNorm: _batch_norm,
    layers.LayerNorm: _layer_norm,
    layers.Dropout: _dropout,
    Residual: _residual,
    **{layer: _activation(name) for name, layer in ACTIVATIONS.items()},
    layers.LeakyReLU: lambda layer: _nn().LeakyReLU(layer.slope),
    layers.ELU: lambda layer: _nn().ELU(layer.alpha),
    layers.GELU: lambda _: _nn().GELU(),
    layers.Softplus: lambda _: _nn().Softplus(),
    layers.Softmax: lambda _: _nn().Softmax(dim=1),
    layers.Flatten: lambda _: _nn().Flatten(),
}
"""What makes the module for each layer; compositions are made of those of their layers."""
