"""A model of ours as an ONNX file, which runs without Python: in a browser, on a phone.

Its operators are those that every framework has. A convolution or a pooling of ONNX takes any
border of zeros by itself, and another one by an operator `Pad` before it. The network is written as
it is in use, so nothing is dropped, and `BatchNorm` works with its running statistics.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from minicnn import checks, layers
from minicnn.errors import within
from minicnn.interop.by_class import function_for
from minicnn.interop.libraries import library
from minicnn.layers import Composition, Layer, Parameter, Residual
from minicnn.layers.conv import Convolution
from minicnn.layers.conv_transpose import TransposedConvolution
from minicnn.layers.pooling import AveragePooling, MaxPooling
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.layers.upsample import Upsampling
from minicnn.ops.padding import PADDING_MODES
from minicnn.saving.atomic import atomic_write
from minicnn.typing import Array, Margins

OPERATORS, FORMAT = 20, 9
"""Versions of ONNX, of early 2024: of its operators, of which GELU is one since then, and of its
files."""

INPUT, OUTPUT, BATCH = "input", "output", "N"


class Graph:
    """The operators of a network, and the arrays that they need, as they come.

    Attributes
    ----------
    nodes, constants : list
        Of ONNX's NodeProto and TensorProto.
    names : dict
        What the model calls each of its parameters, by the parameter's id.
    """

    def __init__(self, onnx: Any, names: dict[int, str]) -> None:
        self.onnx, self.names = onnx, names
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def apply(self, operator: str, *inputs: str, **options: Any) -> str:
        """Add an operator, and return what its result is called."""
        name = f"{operator}_{len(self.nodes)}"
        node = self.onnx.helper.make_node(operator, list(inputs), [name], name=name, **options)
        self.nodes.append(node)
        return name

    def parameter(self, parameter: Parameter) -> str:
        """Add a parameter, and return its name in the model."""
        name = self.names[id(parameter)]
        with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite
            value = parameter.value.astype(np.float32)
        checks.finite("export_onnx", f"{name} as float32", value)
        return self._add(name, value)

    def constant(self, values: Any, kind: Any) -> str:
        """Add an array that is no parameter, and return its name."""
        return self._add(f"constant_{len(self.constants)}", np.array(values, kind))

    def _add(self, name: str, array: Array) -> str:
        self.constants.append(self.onnx.numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name


def export_onnx(model: Composition, path: str | Path) -> None:
    """Write a model to an ONNX file, whole or not at all.

    Its input is called "input", float32 (N, *in_shape) for any N, its output "output"; its weights
    have the names of the model's parameters.

    Parameters
    ----------
    model : Sequential or Composition
        Built, of the library's own layers.
    path : str or Path
        Such as "model.onnx".

    Raises
    ------
    NotReadyError
        If the model is not built.
    ArgumentError
        If a layer has no operators; the message names it.
    DataError
        If a weight is NaN or infinite, or becomes so as float32.
    MissingLibraryError
        If the library onnx is not installed.
    """
    checks.instance("export_onnx", "model", model, Composition)
    onnx = library("onnx", "export_onnx")
    in_shape = model.check_ready()
    names = {id(parameter): name for name, parameter in model.named_parameters().items()}
    graph = Graph(onnx, names)
    last = _write(graph, model, INPUT)
    graph.nodes.append(onnx.helper.make_node("Identity", [last], [OUTPUT], name=OUTPUT))
    ends = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [BATCH, *shape])
        for name, shape in ((INPUT, in_shape), (OUTPUT, model.out_shape or ()))
    ]
    content = onnx.helper.make_model(
        onnx.helper.make_graph(graph.nodes, "minicnn", ends[:1], ends[1:], graph.constants),
        opset_imports=[onnx.helper.make_opsetid("", OPERATORS)],
        ir_version=FORMAT,
        producer_name="minicnn",
    )
    with atomic_write(path) as file:
        file.write(content.SerializeToString())


def _write(graph: Graph, layer: Layer, x: str) -> str:
    """Add the operators of a layer on what is called x, and return what its output is called."""
    name: str = function_for("export_onnx", "ONNX", TABLE, layer)(graph, layer, x)
    return name


def _composition(graph: Graph, layer: Composition, x: str) -> str:
    for place, inner in layer.steps():
        with within(place):
            x = _write(graph, inner, x)
    return x


def _residual(graph: Graph, layer: Residual, x: str) -> str:
    with within("branch"):
        y = _write(graph, layer.branch, x)
    with within("shortcut"):
        return graph.apply(
            "Add", y, x if layer.shortcut is None else _write(graph, layer.shortcut, x)
        )


def _pads(margins: Margins) -> list[int]:
    """Return a border as ONNX writes it: before each axis, then after each."""
    return [before for before, _ in margins] + [after for _, after in margins]


def _weights(graph: Graph, layer: Any) -> list[str]:
    """Add the weight and, if there is one, the bias of a layer."""
    return [graph.parameter(p) for p in (layer.weight, layer.bias) if p is not None]


def _window(layer: SlidingWindow) -> dict[str, Any]:
    """Return the options that all windows have."""
    return {"kernel_shape": layer.kernel_size, "strides": layer.stride}


def _convolution(graph: Graph, layer: Convolution, x: str) -> str:
    margins = layer.margins(layer.check_ready())
    if layer.padding_mode != "zeros":
        pads = graph.constant(_pads(((0, 0), (0, 0), *margins)), np.int64)
        x = graph.apply("Pad", x, pads, mode=PADDING_MODES[layer.padding_mode])
        margins = ((0, 0),) * layer.spatial_axes
    options = _window(layer) | {"dilations": layer.dilation, "group": layer.groups}
    return graph.apply("Conv", x, *_weights(graph, layer), pads=_pads(margins), **options)


def _conv_transpose(graph: Graph, layer: TransposedConvolution, x: str) -> str:
    in_shape = layer.check_ready()
    return graph.apply(
        "ConvTranspose",
        x,
        *_weights(graph, layer),
        pads=_pads(layer.margins(in_shape)),
        output_padding=layer.beyond_reach(in_shape),
        dilations=layer.dilation,
        group=layer.groups,
        **_window(layer),
    )


def _max_pool(graph: Graph, layer: MaxPooling, x: str) -> str:
    pads = _pads(layer.margins(layer.check_ready()))
    return graph.apply("MaxPool", x, pads=pads, **_window(layer))


def _average_pool(graph: Graph, layer: AveragePooling, x: str) -> str:
    options = _window(layer) | {"count_include_pad": int(layer.count_padding)}
    pads = _pads(layer.margins(layer.check_ready()))
    return graph.apply("AveragePool", x, pads=pads, **options)


def _global_pool(operator: str) -> Callable[[Graph, Layer, str], str]:
    """Return what adds a pooling to one pixel, and leaves that out."""
    return lambda graph, _, x: graph.apply("Flatten", graph.apply(operator, x), axis=1)


def _upsample(graph: Graph, layer: Upsampling, x: str) -> str:
    """Take the pixel that lies at or before, or the line between the two centres around."""
    scales = graph.constant([1, 1, *layer.factor], np.float32)
    if layer.mode == "linear":
        return graph.apply("Resize", x, "", scales, mode="linear")
    how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return graph.apply("Resize", x, "", scales, mode="nearest", **how)


def _dense(graph: Graph, layer: layers.Dense, x: str) -> str:
    return graph.apply("Gemm", x, *_weights(graph, layer), transB=1)


def _batch_norm(graph: Graph, layer: layers.BatchNorm, x: str) -> str:
    statistics = (layer.running_mean, layer.running_variance)
    inputs = [*_weights(graph, layer), *map(graph.parameter, statistics)]
    return graph.apply("BatchNormalization", x, *inputs, epsilon=layer.epsilon)


def _layer_norm(graph: Graph, layer: layers.LayerNorm, x: str) -> str:
    weights = _weights(graph, layer)
    return graph.apply("LayerNormalization", x, *weights, axis=1, epsilon=layer.epsilon)


def _swish(graph: Graph, _: layers.Swish, x: str) -> str:
    return graph.apply("Mul", x, graph.apply("Sigmoid", x))


TABLE: dict[type[Layer], Callable[[Graph, Any, str], str]] = {
    Convolution: _convolution,
    TransposedConvolution: _conv_transpose,
    MaxPooling: _max_pool,
    AveragePooling: _average_pool,
    Upsampling: _upsample,
    Composition: _composition,
    layers.GlobalAveragePool: _global_pool("GlobalAveragePool"),
    layers.GlobalMaxPool: _global_pool("GlobalMaxPool"),
    layers.Dense: _dense,
    layers.BatchNorm: _batch_norm,
    layers.LayerNorm: _layer_norm,
    layers.Dropout: lambda *given: given[-1],
    Residual: _residual,
    layers.ReLU: lambda graph, _, x: graph.apply("Relu", x),
    layers.LeakyReLU: lambda graph, layer, x: graph.apply("LeakyRelu", x, alpha=layer.slope),
    layers.ELU: lambda graph, layer, x: graph.apply("Elu", x, alpha=layer.alpha),
    layers.GELU: lambda graph, _, x: graph.apply("Gelu", x),
    layers.Sigmoid: lambda graph, _, x: graph.apply("Sigmoid", x),
    layers.Tanh: lambda graph, _, x: graph.apply("Tanh", x),
    layers.Softplus: lambda graph, _, x: graph.apply("Softplus", x),
    layers.Swish: _swish,
    layers.Softmax: lambda graph, _, x: graph.apply("Softmax", x, axis=1),
    layers.Flatten: lambda graph, _, x: graph.apply("Flatten", x, axis=1),
}
"""What adds the operators of each layer; compositions add those of their layers."""
