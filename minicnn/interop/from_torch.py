"""A network of PyTorch as a model of ours, with the same weights and the same outputs.

The modules stand in a row, whatever boxes they are in. Some are halves of one layer here: a border
and the convolution or pooling behind it, a transposed convolution and the border that cuts it, a
pooling to one pixel and the Flatten that leaves the pixel out. So a function of the table takes
what it needs from the row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, within
from minicnn.interop.libraries import library
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
    Parameter,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Softplus,
    Swish,
    Tanh,
    Upsample,
    Upsample1D,
    Upsample3D,
)
from minicnn.sequential import Sequential
from minicnn.typing import Margins, Shape, Sizes

CONV = (Conv1D, Conv2D, Conv3D)
CONV_TRANSPOSE = (ConvTranspose1D, ConvTranspose2D, ConvTranspose3D)
MAX_POOL = (MaxPool1D, MaxPool, MaxPool3D)
AVERAGE_POOL = (AveragePool1D, AveragePool, AveragePool3D)
UPSAMPLE = (Upsample1D, Upsample, Upsample3D)

BORDERS = {"Zero": "zeros", "Replication": "replicate", "Reflection": "reflect"}
"""What we call the border of a module of PyTorch, by the beginning of its name."""


@dataclass
class Border:
    """A border that was met and waits for the layer behind it."""

    module: Any
    margins: Margins
    mode: str
    value: float = 0.0


class Row:
    """The modules of a network in a row, and where a walk along them is."""

    def __init__(self, modules: list[tuple[str, Any]]) -> None:
        self.modules = modules
        self.border: Border | None = None
        self.shape: Shape = ()

    def next_is(self, kind: str) -> Any:
        """Return the module that comes next if its class has a name that begins so, or None."""
        if self.modules and type(self.modules[0][1]).__name__.startswith(kind):
            return self.modules[0][1]
        return None

    def take_border(self, axes: int, value: float = 0.0) -> tuple[Margins, str]:
        """Return the border that waits for this layer, (0, 0) for each axis if there is none."""
        border, self.border = self.border, None
        if border is None:
            return ((0, 0),) * axes, "zeros"
        if len(border.margins) != axes or (border.mode == "zeros" and border.value != value):
            raise _refused(border.module, "the layer behind it has another kind of border")
        return border.margins, border.mode

    def check_taken(self, border: Border | None) -> None:
        """Raise ArgumentError if a border still waits."""
        if border is not None and self.border is border:
            raise _refused(border.module, "expected a convolution or a pooling behind a border")


def from_torch(module: Any, input_shape: Shape) -> Sequential:
    """Return a network of PyTorch as a model with the same weights and the same outputs.

    The modules must stand one after the other: a ``torch.nn.Sequential``, also of others, or a
    single module. Of networks with a ``forward`` of their own only those are known that `to_torch`
    makes. The weights are copies; what does not ask for a gradient is frozen.

    Parameters
    ----------
    module : torch.nn.Module
    input_shape : tuple of int
        The shape of one sample, without the batch axis.

    Returns
    -------
    Sequential

    Raises
    ------
    ArgumentError
        If there is no layer that does the same as a module; the message names it.
    ShapeError
        If the modules cannot work on such samples.
    MissingLibraryError
        If PyTorch is not installed.
    """
    nn = library("torch", "from_torch").nn
    checks.instance("from_torch", "module", module, nn.Module)
    shape = checks.input_shape("from_torch", input_shape)
    layers = list(_layers(Row(_flat(module, "")), shape))
    if not layers:
        raise ArgumentError(f"from_torch: expected modules that do something, got {module}")
    model = Sequential(layers)
    model.build(shape, np.random.default_rng(0))
    return model


def _flat(module: Any, name: str) -> list[tuple[str, Any]]:
    """Return the modules in boxes, one after the other, each with its name."""
    sequential = library("torch", "from_torch").nn.Sequential
    if type(module).forward is not sequential.forward:
        return [(name, module)]
    inner = module.named_children()
    return [m for n, child in inner for m in _flat(child, f"{name}.{n}" if name else n)]


def _layers(row: Row, shape: Shape) -> Iterator[Layer]:
    """Yield the layers of a row, each built and with its weights."""
    while row.modules:
        name, module = row.modules.pop(0)
        make = next((TABLE[k.__name__] for k in type(module).__mro__ if k.__name__ in TABLE), None)
        if make is None or type(module).__module__.partition(".")[0] not in ("torch", "minicnn"):
            raise _refused(module, "no layer is known to do the same")
        row.shape, waiting = shape, row.border
        with within(f"module {name!r}"):
            layer = make(row, module)
            row.check_taken(waiting)
            if layer is not None:
                shape = layer.build(shape, np.random.default_rng(0))
                _put(layer, module)
                yield layer
    row.check_taken(row.border)


def _refused(module: Any, why: str) -> ArgumentError:
    """Return the error for a module that has no layer."""
    return ArgumentError(f"from_torch: {module}: {why}")


def _put(layer: Any, module: Any) -> None:
    """Give a layer the weights of a module, and freeze what asks for no gradient."""
    names = {"weight": "weight", "bias": "bias", "running_mean": "running_mean"}
    for ours, theirs in (names | {"running_variance": "running_var"}).items():
        parameter, tensor = getattr(layer, ours, None), getattr(module, theirs, None)
        if isinstance(parameter, Parameter) and tensor is not None:
            value = tensor.detach().cpu()
            if value.element_size() < 4:  # ours are of 32 or 64 bits
                value = value.float()
            parameter.value = value.numpy().copy()
            if parameter.role != "statistic":
                parameter.trainable = bool(tensor.requires_grad)


def _axes(module: Any) -> int:
    """Return the number of spatial axes in the name of a module, such as Conv2d."""
    return int(type(module).__name__[-2])


def _each(value: Any, axes: int) -> Sizes:
    """Return an option that may be one number for all axes."""
    return tuple(value) if isinstance(value, tuple | list) else (value,) * axes


def _around(*borders: Margins) -> Margins:
    """Return several borders, one around the other."""
    sums = np.sum(borders, axis=0)
    return tuple((int(before), int(after)) for before, after in sums)


def _both(border: Any, axes: int) -> Margins:
    """Return the same border on opposite sides."""
    return tuple((size, size) for size in _each(border, axes))


def _check(module: Any, **wanted: Any) -> None:
    """Raise ArgumentError unless options have the only values that a layer can have."""
    for name, value in wanted.items():
        if getattr(module, name) != value:
            raise _refused(module, f"expected {name}={value}, got {getattr(module, name)}")


# A function for each module, from the row it stands in to the layer, or None if it is none by
# itself.


def _pad(row: Row, module: Any) -> None:
    """Keep a border for the layer behind; PyTorch writes it for the last axis first."""
    row.check_taken(row.border)
    kind, flat = type(module).__name__.partition("Pad")[0], _each(module.padding, 2)
    sides = tuple(zip(flat[::2], flat[1::2], strict=True))[::-1]
    if min(flat) < 0:
        raise _refused(module, "a border that cuts has its place behind a transposed convolution")
    value = module.value if kind == "Constant" else 0.0
    mode = BORDERS.get(kind, "circular" if kind == "Circular" else "zeros")
    row.border = Border(module, sides, mode, value)


def _conv(row: Row, module: Any) -> Layer:
    axes, mode = _axes(module), module.padding_mode
    outer, outer_mode = row.take_border(axes)
    if module.padding == "same":
        totals = [d * (k - 1) for k, d in zip(module.kernel_size, module.dilation, strict=True)]
        inner: Margins = tuple((total // 2, total - total // 2) for total in totals)
    else:
        inner = _both(0 if module.padding == "valid" else module.padding, axes)
    borders = [mode for mode, m in ((outer_mode, outer), (mode, inner)) if any(map(any, m))]
    if len(set(borders)) > 1 or (len(borders) == 2 and borders[0] != "zeros"):
        raise _refused(module, f"its border and the one before it, {outer}, are not one")
    return CONV[axes - 1](
        module.out_channels,
        module.kernel_size,
        module.stride,
        _around(outer, inner),
        borders[0] if borders else "zeros",
        module.dilation,
        module.groups,
        module.bias is not None,
    )


def _conv_transpose(row: Row, module: Any) -> Layer:
    """Take the border behind it as well, if that cuts."""
    axes = _axes(module)
    cut, after = _both(module.padding, axes), row.next_is("ZeroPad")
    if after is not None and max(_each(after.padding, 2)) <= 0:
        flat = [-side for side in row.modules.pop(0)[1].padding]
        cut = _around(cut, tuple(zip(flat[::2], flat[1::2], strict=True))[::-1])
    return CONV_TRANSPOSE[axes - 1](
        module.out_channels,
        module.kernel_size,
        module.stride,
        cut,
        module.output_padding,
        module.dilation,
        module.groups,
        module.bias is not None,
    )


def _max_pool(row: Row, module: Any) -> Layer:
    axes = _axes(module)
    _check(module, return_indices=False, ceil_mode=False)
    if any(step != 1 for step in _each(module.dilation, axes)):
        raise _refused(module, "a pooling here has no dilation")
    outer, mode = row.take_border(axes, -np.inf)
    if mode != "zeros":
        raise _refused(module, f"a pooling here has no border of the mode {mode}")
    size, stride = _each(module.kernel_size, axes), _each(module.stride, axes)
    return MAX_POOL[axes - 1](size, stride, _around(outer, _both(module.padding, axes)))


def _average_pool(row: Row, module: Any, *, inside: bool = False) -> Layer:
    """Where the border counts, it may stand in a module of its own."""
    axes = _axes(module)
    _check(module, ceil_mode=False)
    if getattr(module, "divisor_override", None) is not None:
        raise _refused(module, "a mean here has no other divisor")
    outer, mode = row.take_border(axes)
    inner = _both(module.padding, axes)
    counts = not inside and (module.count_include_pad or not any(map(any, inner)))
    if mode != "zeros" or (any(map(any, outer)) and not counts and not inside):
        raise _refused(module, f"the border before it, {outer}, is not one of a mean")
    size, stride = _each(module.kernel_size, axes), _each(module.stride, axes)
    kind = AVERAGE_POOL[axes - 1]
    return kind(size, stride, _around(outer, inner), count_padding=counts)


def _inside_average(row: Row, module: Any) -> Layer:
    _pad(row, module.border)
    return _average_pool(row, module.pool, inside=True)


def _global_pool(kind: type[Layer]) -> Callable[[Row, Any], Layer]:
    """Return what makes a global pooling of one to one pixel and the Flatten behind it."""

    def make(row: Row, module: Any) -> Layer:
        ones = _each(module.output_size, _axes(module))
        flatten = row.next_is("Flatten")
        if set(ones) != {1} or flatten is None or getattr(module, "return_indices", False):
            raise _refused(module, "it is known with one output pixel, and a Flatten behind it")
        _flatten(row, row.modules.pop(0)[1])
        return kind()

    return make


def _flatten(row: Row, module: Any) -> Layer | None:
    """Take the pixels in a row before a global pooling for nothing, since that sees all."""
    pools = row.next_is("AdaptiveAvgPool1d") or row.next_is("AdaptiveMaxPool1d")
    if module.start_dim == 2 and module.end_dim == -1 and pools is not None:
        return None
    if module.start_dim != 1 or module.end_dim not in (-1, len(row.shape)):
        raise _refused(module, "expected all axes but the batch's in one, start_dim=1, end_dim=-1")
    return Flatten()


def _upsample(row: Row, module: Any) -> Layer:
    sizes = row.shape[1:]
    axes, linear = len(sizes), module.mode in ("linear", "bilinear", "trilinear")
    if not linear and module.mode != "nearest":
        raise _refused(module, "expected the mode nearest, linear, bilinear or trilinear")
    if module.align_corners:
        raise _refused(module, "expected align_corners=False")
    if module.size is not None:
        factors = [new / old for new, old in zip(_each(module.size, axes), sizes, strict=True)]
    else:
        factors = list(_each(module.scale_factor, axes))
    if not 1 <= axes <= 3 or any(factor != int(factor) for factor in factors):
        raise _refused(module, f"expected whole factors for pictures, got {factors} for {sizes}")
    whole = tuple(map(int, factors))
    return UPSAMPLE[axes - 1](whole, "linear" if linear else "nearest")


def _batch_norm(_: Row, module: Any) -> Layer:
    _check(module, affine=True, track_running_stats=True)
    if module.momentum is None:
        raise _refused(module, "expected a momentum, got None: the mean of all batches")
    return BatchNorm(module.eps, module.momentum)


def _layer_norm(row: Row, module: Any) -> Layer:
    """Take it over all numbers of a sample; a weight that is not there is one, and frozen."""
    if tuple(module.normalized_shape) != row.shape:
        raise _refused(module, f"expected the normalized shape {row.shape}, that of a sample")
    layer = LayerNorm(module.eps)
    layer.build(row.shape, np.random.default_rng(0))
    layer.weight.trainable = module.weight is not None
    layer.bias.trainable = module.bias is not None
    return layer


def _dropout(*, channels: bool) -> Callable[[Row, Any], Layer]:
    def make(row: Row, module: Any) -> Layer:
        if channels and len(row.shape) != _axes(module) + 1:
            raise _refused(module, f"expected samples with {_axes(module)} axes, got {row.shape}")
        return Dropout(module.p, channels=channels)

    return make


def _softmax(row: Row, module: Any) -> Layer:
    if module.dim not in (1, -len(row.shape)):
        raise _refused(module, "expected dim=1, the channels or classes")
    return Softmax()


def _softplus(_: Row, module: Any) -> Layer:
    _check(module, beta=1)
    return Softplus()


def _gelu(_: Row, module: Any) -> Layer:
    _check(module, approximate="none")
    return GELU()


def _residual(row: Row, module: Any) -> Layer:
    with within("branch"):
        branch = list(_layers(Row(_flat(module.branch, "")), row.shape))
    with within("shortcut"):
        found = [] if module.shortcut is None else _flat(module.shortcut, "")
        ways = list(_layers(Row(found), row.shape))
    return Residual(*branch, shortcut=Sequential(ways) if len(ways) > 1 else next(iter(ways), None))


TABLE: dict[str, Callable[[Row, Any], Layer | None]] = {
    **{f"Conv{axes}d": _conv for axes in (1, 2, 3)},
    **{f"ConvTranspose{axes}d": _conv_transpose for axes in (1, 2, 3)},
    **{f"MaxPool{axes}d": _max_pool for axes in (1, 2, 3)},
    **{f"AvgPool{axes}d": _average_pool for axes in (1, 2, 3)},
    **{f"AdaptiveAvgPool{axes}d": _global_pool(GlobalAveragePool) for axes in (1, 2, 3)},
    **{f"AdaptiveMaxPool{axes}d": _global_pool(GlobalMaxPool) for axes in (1, 2, 3)},
    **{
        f"{kind}Pad{axes}d": _pad
        for kind in ("Zero", "Constant", "Replication", "Reflection", "Circular")
        for axes in (1, 2, 3)
    },
    **{f"BatchNorm{axes}d": _batch_norm for axes in (1, 2, 3)},
    **{f"Dropout{axes}d": _dropout(channels=True) for axes in (1, 2, 3)},
    "Dropout": _dropout(channels=False),
    "InsideAverage": _inside_average,
    "Residual": _residual,
    "Upsample": _upsample,
    "LayerNorm": _layer_norm,
    "Linear": lambda _, module: Dense(module.out_features, bias=module.bias is not None),
    "Flatten": _flatten,
    "Softmax": _softmax,
    "ReLU": lambda *_: ReLU(),
    "LeakyReLU": lambda _, module: LeakyReLU(module.negative_slope),
    "ELU": lambda _, module: ELU(module.alpha),
    "GELU": _gelu,
    "Sigmoid": lambda *_: Sigmoid(),
    "Tanh": lambda *_: Tanh(),
    "Softplus": _softplus,
    "SiLU": lambda *_: Swish(),
    "Identity": lambda *_: None,
}
"""What makes the layer for each module, by the name of its class."""
