"""Layers one after the other, as one layer: the chain rule lives here."""

from typing import Self

import numpy as np

from minicnn.layers.base import Layer
from minicnn.layers.parameter import Parameter
from minicnn.typing import Array, Region, Shape


class Composition(Layer):
    """The composition y = f_last(... f_second(f_first(x))).

    Attributes
    ----------
    layers : list of Layer
        First to last.
    names : list of str
        What each is called in front of the names of its parameters.
    """

    layers: list[Layer]
    names: list[str]

    def set_layers(self, **layers: Layer) -> None:
        """Keep the layers, named, as steps of this one."""
        self.layers, self.names = list(layers.values()), list(layers)
        self.locate("")

    def locate(self, position: str) -> None:
        """Take a place in a model; the layers inside are named after it."""
        super().locate(position)
        for name, layer in zip(self.names, self.layers, strict=True):
            layer.locate(f"{position or type(self).__name__}.{name}")

    def replica(self) -> Self:
        """Return the composition of the layers' replicas."""
        other = super().replica()
        other.layers = [layer.replica() for layer in self.layers]
        return other

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return the shape that the last layer gives."""
        for layer in self.layers:
            in_shape = layer.output_shape(in_shape)
        return in_shape

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Build the layers in order; each parameter's name gets its layer's name in front."""
        for name, layer in zip(self.names, self.layers, strict=True):
            in_shape = layer.build(in_shape, rng)
            for parameter in layer.parameters:
                parameter.name = f"{name}.{parameter.name}"

    def forward(self, x: Array, training: bool = False) -> Array:
        """Apply the layers from first to last."""
        for layer in self.layers:
            x = layer(x, training)
        return x

    def backward(self, dy: Array) -> Array:
        """Apply the chain rule, last to first: a layer's dL/dx is the dL/dy of the one before."""
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def backward_parameters(self, dy: Array) -> None:
        """Go back no further than the first layer that learns, and skip its dL/dx."""
        learning = (
            index
            for index, layer in enumerate(self.layers)
            if any(parameter.trainable for parameter in layer.parameters)
        )
        first = next(learning, None)
        if first is None:
            return
        for layer in reversed(self.layers[first + 1 :]):
            dy = layer.backward(dy)
        self.layers[first].backward_parameters(dy)

    def receptive_region(self, region: Region) -> Region:
        """Go back through the layers: what the last sees is what the one before must give."""
        for layer in reversed(self.layers):
            region = layer.receptive_region(region)
        return region

    @property
    def parameters(self) -> list[Parameter]:
        """The parameters of all layers, in order."""
        return [parameter for layer in self.layers for parameter in layer.parameters]

    @property
    def multiply_adds(self) -> int:
        """The multiply-adds of all layers, for one sample."""
        return sum(layer.multiply_adds for layer in self.layers)
