"""Layers one after the other, as one layer: the chain rule lives here."""

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, NotReadyError, within
from minicnn.layers.base import Layer, unwritable
from minicnn.layers.parameter import Parameter
from minicnn.layers.softmax import Softmax
from minicnn.typing import Array, Shape


class Composition(Layer):
    """The composition y = f_last(... f_second(f_first(x))).

    Parameters
    ----------
    layers : iterable of Layer
        First to last; at least one, each of them once.
    names : sequence of str, optional
        What each is called in front of the names of its parameters. By default they are numbered.

    Attributes
    ----------
    classes : tuple of str, or None
        What the outputs stand for: the names of the classes that it was trained on.

    Raises
    ------
    ArgumentError
        If there are no layers, something is not a layer, or one stands twice in it, at any depth.

    Examples
    --------
    >>> from minicnn.layers import Dense, ReLU
    >>> block = Composition([Dense(4), ReLU()], names=["linear", "bend"])
    >>> block.build((3,), np.random.default_rng(0))
    (4,)
    >>> list(block.named_parameters())
    ['linear.weight', 'linear.bias']
    """

    per_sample = True
    classes: tuple[str, ...] | None = None
    passed_over = ("saved", "layers")  # `members` begins with the layers

    def __init__(self, layers: Iterable[Layer], names: Sequence[str] | None = None) -> None:
        if isinstance(layers, Layer) or not isinstance(layers, Iterable):
            raise ArgumentError(
                f"{type(self).__name__}: layers must be a list of layers, got {layers!r}"
            )
        self.layers, self.names = list(layers), names
        self.check_layers()

    def forward(self, x: Array, training: bool = False) -> Array:
        """Apply the layers from first to last."""
        for place, layer in self.steps():
            with within(place):
                x = layer(x, training)
        return x

    def backward(self, dy: Array) -> Array:
        """Apply the chain rule, last to first: a layer's dL/dx is the dL/dy of the one before."""
        for place, layer in reversed(self.steps()):
            dy = back(place, layer, dy)
        return dy

    def backward_parameters(self, dy: Array) -> None:
        """Go back no further than the first layer that learns, and skip its dL/dx."""
        layers = iter(self.steps())
        for first, layer in layers:
            if any(parameter.trainable for parameter in layer.parameters):
                for place, after in reversed(list(layers)):
                    dy = back(place, after, dy)
                with within(first):
                    layer.backward_parameters(dy)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return the shape that the last layer gives."""
        self.check_layers()
        for place, layer in self.steps():
            with within(place):
                in_shape = layer.shape_for(in_shape)
        return in_shape

    def build_inner(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Build each layer for what the one before gives, then those held beside them.

        Layers that are built already stay as they are. One without weights that was built for
        other samples is replaced by a copy, since it may stand in another model, too.
        """
        shape = in_shape
        for index, (place, layer) in enumerate(self.steps()):
            if layer.in_shape not in (None, shape):
                layer = self.layers[index] = copy.deepcopy(layer)
                for _, inner in layer.walk():
                    inner.in_shape = None
            with within(place):
                shape = layer.build(shape, rng)
        super().build_inner(in_shape, rng)

    def check_layers(self) -> None:
        """Raise ArgumentError unless there are layers, each of them once, at any depth."""
        owner = type(self).__name__
        if not self.layers:
            raise ArgumentError(f"{owner}: expected at least one layer, got none")
        for index, layer in enumerate(self.layers):
            checks.instance(owner, f"layers[{index}]", layer, Layer)
        if self.names is not None and len(set(self.names)) != len(self.layers):
            raise ArgumentError(
                f"{owner}: expected {len(self.layers)} different names, one for each layer, got "
                f"{self.names!r}"
            )
        places: dict[int, str] = {}
        for place, thing in (*self.walk(), *self.named_parameters().items()):
            if places.setdefault(id(thing), place) != place:
                raise ArgumentError(
                    f"{owner}: {place} and {places[id(thing)]} are the same {thing!r}; a layer "
                    "remembers its last input, and a parameter its last gradient, so each has one "
                    "place in a model; make another one"
                )

    def check_ready(self) -> Shape:
        """Return the input shape, or raise NotReadyError where the layers are not built for it.

        That is before `build`, and after layers were taken out of `layers` or put in.
        """
        shape = in_shape = super().check_ready()
        for place, layer in self.steps():
            if layer.in_shape != shape:
                raise NotReadyError(
                    f"{place} {layer.called}: expected a layer that is built for samples {shape}, "
                    f"got one built for {layer.in_shape}; where layers were put in or taken out, "
                    f"model.build({in_shape}, rng) builds those that are new"
                )
            shape = layer.out_shape or ()
        self.out_shape = shape
        return in_shape

    def steps(self) -> list[tuple[str, Layer]]:
        """Return `layers`, each with its place, as messages name it."""
        places = self.names or [f"layers[{index}]" for index in range(len(self.layers))]
        return list(zip(places, self.layers, strict=True))

    def members(self) -> Iterator[tuple[str, Parameter | Layer]]:
        """Yield the layers, each with its name, then what else the composition holds."""
        yield from zip(self.names or map(str, range(len(self.layers))), self.layers, strict=True)
        for name, member in super().members():
            if not any(member is layer for layer in self.layers):
                yield name, member

    @property
    def goes_in_order(self) -> bool:
        """Whether it does nothing but apply its layers: no class gave it another `forward`."""
        return type(self).forward is Composition.forward

    def head(self, count: int) -> Self:
        """Return the first `count` layers; of none, a composition that gives back what it gets.

        The layers, and what they learn, are shared.
        """
        head = copy.copy(self)
        head.layers = self.layers[:count]
        head.names = self.names and self.names[:count]
        head.classes = None
        head.out_shape = head.layers[-1].out_shape if count else self.in_shape
        return head

    def without_softmax(self) -> Self:
        """Return the composition up to the scores: without its last layer if that is a `Softmax`.

        That may be the last layer of a composition that is the last layer. `CrossEntropy` takes
        scores and does the softmax itself. The layers are shared.
        """
        *before, last = self.layers
        if not self.goes_in_order:  # it may not end with its last layer
            return self
        if isinstance(last, Softmax):
            return self.head(len(before))
        inner = last.without_softmax() if isinstance(last, Composition) else last
        if inner is last:
            return self
        scores = copy.copy(self)
        scores.layers, scores.out_shape = [*before, inner], inner.out_shape
        return scores


def back(place: str, layer: Layer, dy: Array) -> Array:
    """Return ``layer.backward(dy)``, and name the layer where that is not dL/dx."""
    with within(place):
        if not layer.is_own:
            return layer.backward(dy)
        with unwritable(layer, "backward", "dy", dy) as given:
            dx = layer.backward(given)
        checks.returned(layer, "backward", dx, (len(dy), *(layer.in_shape or ())))
    return dx
