"""A network of PyTorch as a model of ours, with the same weights and the same outputs."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minicnn import checks, layers
from minicnn.errors import ArgumentError, within
from minicnn.interop.borders import Border, take_border
from minicnn.interop.libraries import library
from minicnn.interop.row import (
    Row,
    check_options,
    check_plain,
    check_samples,
    described,
    has_inner,
    kind,
    place,
    refused,
)
from minicnn.interop.torch_names import ACTIVATIONS
from minicnn.interop.windows_from_torch import (
    WINDOWS,
    bordered_conv,
    conv_transpose,
    flatten,
    global_pool,
    inside_average,
    upsample,
)
from minicnn.layers import Layer, Parameter
from minicnn.sequential import Sequential
from minicnn.typing import Shape


def from_torch(module: Any, input_shape: Shape) -> Sequential:
    """Return a network of PyTorch as a model with the same weights and the same outputs.

    The modules must stand one after the other: a ``torch.nn.Sequential``, also of others, or a
    single module. Of networks with a ``forward`` of their own only those are known that `to_torch`
    makes. The weights are copies; what does not ask for a gradient is frozen. A frozen `BatchNorm`
    keeps to its running statistics also in training. PyTorch's follows the batch there, whatever
    asks for a gradient: the outputs are the same in use, those in training are not.

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
        If there is no layer that does the same as a module, a module has hooks or a ``forward`` of
        its own, or two modules share weights; the message names it.
    ShapeError
        If the modules cannot work on such samples.
    MissingLibraryError
        If PyTorch is not installed.
    """
    nn = library("torch", "from_torch").nn
    checks.instance("from_torch", "module", module, nn.Module)
    shape = checks.input_shape("from_torch", input_shape)
    check_plain(module)
    found = list(_layers(Row(module, shape)))
    if not found:
        raise ArgumentError(
            f"from_torch: expected modules that do something, got {described(module)}"
        )
    model = Sequential(found)
    model.build(shape, np.random.default_rng(0))
    return model


def _layers(row: Row) -> Iterator[Layer]:
    """Yield the layers of a row, each built and with its weights."""
    while row.modules:
        border = take_border(row)
        if not row.modules:
            return
        name, module = row.take()
        with place(name):
            layer = _layer(row, module, border)
            row.shape = layer.build(row.shape, np.random.default_rng(0))
            _put(layer, module)
        yield layer


def _layer(row: Row, module: Any, border: Border | None) -> Layer:
    """Return the layer that does the same as a module, not built yet."""
    name = kind(module)
    if name not in WINDOWS and name not in TABLE:
        own = type(module)
        if has_inner(module) and not own.__module__.startswith("torch."):
            raise ArgumentError(
                f"from_torch: {own.__name__} has a forward of its own; if that calls its parts one "
                "after the other and does nothing else, give them as a torch.nn.Sequential"
            )
        hint = "; leave it out, since CrossEntropy takes scores" if name == "LogSoftmax" else ""
        raise refused(module, f"no layer of minicnn does the same{hint}")
    check_samples(module, row.shape)
    return WINDOWS[name](module, border) if name in WINDOWS else TABLE[name](row, module)


def _put(layer: Any, module: Any) -> None:
    """Give a layer the weights of a module, and freeze what asks for no gradient."""
    names = {"weight": "weight", "bias": "bias", "running_mean": "running_mean"}
    for ours, theirs in (names | {"running_variance": "running_var"}).items():
        parameter, tensor = getattr(layer, ours, None), _tensor(module, theirs)
        if isinstance(parameter, Parameter) and tensor is not None:
            if tensor.is_meta:
                raise refused(module, f"its {theirs} is on the device meta, which has no numbers")
            if tensor.layout != library("torch", "from_torch").strided:
                raise refused(
                    module, f"its {theirs} is sparse; its method to_dense() makes it plain"
                )
            value = tensor.detach().cpu()
            if value.element_size() < 4:  # ours are of 32 or 64 bits
                value = value.float()
            parameter.value = value.numpy().copy()
            if parameter.role != "statistic":
                parameter.trainable = bool(tensor.requires_grad)


def _tensor(module: Any, name: str) -> Any:
    """Return a tensor of a module by name, or None.

    A parametrized one is computed here, as in use: in training, a spectral norm changes its state
    whenever it is looked at.
    """
    torch = library("torch", "from_torch")
    if not torch.nn.utils.parametrize.is_parametrized(module, name):
        return getattr(module, name, None)
    training = module.training
    module.eval()
    try:
        with torch.enable_grad():  # else nothing asks for a gradient
            return getattr(module, name)
    finally:
        module.train(training)


# A function for each module without a window, from the row behind it and the module to the layer.


def _batch_norm(_: Row, module: Any) -> Layer:
    check_options(module, affine=True, track_running_stats=True)
    if module.running_mean is None or module.running_var is None:
        raise refused(module, "expected a running_mean and a running_var, got None")
    if module.momentum is None:
        raise refused(module, "expected a momentum, got None: the mean of all batches")
    if kind(module).startswith("Frozen") and (
        module.weight.requires_grad or module.bias.requires_grad
    ):
        raise refused(
            module,
            "expected weights that ask for no gradient; a BatchNorm here keeps to its statistics "
            "or learns, not both",
        )
    return layers.BatchNorm(module.eps, module.momentum)


def _layer_norm(row: Row, module: Any) -> Layer:
    """Take it over all numbers of a sample; a weight that is not there is one, and frozen."""
    if tuple(module.normalized_shape) != row.shape:
        raise refused(module, f"expected the normalized shape {row.shape}, that of a sample")
    layer = layers.LayerNorm(module.eps)
    layer.build(row.shape, np.random.default_rng(0))
    layer.weight.trainable = module.weight is not None
    layer.bias.trainable = module.bias is not None
    return layer


def _softmax(row: Row, module: Any) -> Layer:
    if module.dim not in (1, -len(row.shape)):
        raise refused(module, "expected dim=1, the channels or classes")
    return layers.Softmax()


def _softplus(_: Row, module: Any) -> Layer:
    """Beyond its threshold PyTorch's is a straight line; from 20 on that is as near as float32."""
    check_options(module, beta=1, threshold=20)
    return layers.Softplus()


def _gelu(_: Row, module: Any) -> Layer:
    check_options(module, approximate="none")
    return layers.GELU()


def _residual(row: Row, module: Any) -> Layer:
    with within("branch"):
        branch = list(_layers(Row(module.branch, row.shape)))
    with within("shortcut"):
        way = [] if module.shortcut is None else list(_layers(Row(module.shortcut, row.shape)))
    shortcut = Sequential(way) if len(way) > 1 else next(iter(way), None)
    return layers.Residual(*branch, shortcut=shortcut)


def _activation(layer: type[Layer]) -> Callable[[Row, Any], Layer]:
    return lambda *_: layer()


TABLE: dict[str, Callable[[Row, Any], Layer]] = {
    **{f"ConvTranspose{n}d": conv_transpose for n in (1, 2, 3)},
    **{f"CutConvTranspose{n}d": conv_transpose for n in (1, 2, 3)},
    **{f"BorderedConv{n}d": bordered_conv for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": global_pool for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": global_pool for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": _batch_norm for n in (1, 2, 3)},
    **{f"FrozenBatchNorm{n}d": _batch_norm for n in (1, 2, 3)},
    **{
        f"Dropout{n}d": lambda _, module: layers.Dropout(module.p, channels=True) for n in (1, 2, 3)
    },
    **{name: _activation(layer) for name, layer in ACTIVATIONS.items()},
    "Dropout": lambda _, module: layers.Dropout(module.p),
    "InsideAverage": inside_average,
    "Residual": _residual,
    "Upsample": upsample,
    "UpsamplingNearest2d": upsample,
    "UpsamplingBilinear2d": upsample,
    "LayerNorm": _layer_norm,
    "Linear": lambda _, module: layers.Dense(module.out_features, bias=module.bias is not None),
    "Flatten": flatten,
    "Softmax": _softmax,
    "LeakyReLU": lambda _, module: layers.LeakyReLU(module.negative_slope),
    "ELU": lambda _, module: layers.ELU(module.alpha),
    "GELU": _gelu,
    "Softplus": _softplus,
}
"""What makes the layer from any other module, by the module's class."""
