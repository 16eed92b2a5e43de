"""What every layer has in common: it knows its shapes, checks its input, and keeps its books.

A layer of one's own states three things: the shape it gives, its `forward` and its `backward`.

    class Square(Layer):
        def output_shape(self, in_shape):
            return in_shape

        def forward(self, x, training=False):
            if training:
                self.saved = (x,)
            return x**2

        def backward(self, dy):
            (x,) = self.recall(dy)
            return 2 * x * dy
"""

import inspect
from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np

from minicnn import checks
from minicnn.errors import NotReadyError
from minicnn.layers.parameter import Parameter
from minicnn.typing import Array, Region, Shape


class _NotKept:
    """What stands in a config for an option that its layer did not keep under its own name."""

    def __repr__(self) -> str:
        return "?"


NOT_KEPT = _NotKept()


class Layer(ABC):
    """A differentiable function of a batch, with or without parameters.

    Attributes
    ----------
    in_shape, out_shape : tuple of int, or None before `build`
        The shapes of one sample before and after the layer, without the batch axis.
    position : str
        Where the layer stands in its model, such as ``"layers[2]"``; empty for a layer on its own.
    saved : tuple, or None
        What `forward` kept for `backward`.
    """

    in_shape: Shape | None = None
    out_shape: Shape | None = None
    position: str = ""
    saved: tuple[Any, ...] | None = None

    def build(self, in_shape: Shape, rng: np.random.Generator) -> Shape:
        """Settle the shapes and draw the parameters.

        Parameters
        ----------
        in_shape : tuple of int
            The shape of one sample, without the batch axis.
        rng : numpy.random.Generator
            Where the starting weights are drawn from.

        Returns
        -------
        tuple of int
            The shape of one output sample.

        Raises
        ------
        ShapeError
            If the layer cannot work on such samples.
        """
        in_shape = checks.input_shape(self, in_shape)
        out_shape = self.output_shape(in_shape)
        self.in_shape, self.out_shape, self.saved = in_shape, out_shape, None
        self.create_parameters(in_shape, rng)
        return out_shape

    @abstractmethod
    def output_shape(self, in_shape: Shape) -> Shape:
        """Return the shape of an output sample for that of an input sample, or raise ShapeError."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:  # noqa: B027 - most have none
        """Draw the parameters of a layer that has any."""

    def __call__(self, x: Array, training: bool = False) -> Array:
        """Check `x`, then compute `forward(x, training)`.

        Raises
        ------
        NotReadyError
            If the layer was not built.
        ShapeError
            If `x` is not a float array (N, *in_shape).
        """
        self.check_input(x)
        return self.forward(x, training)

    def check_ready(self) -> Shape:
        """Return the input shape, or raise NotReadyError before `build`."""
        if self.in_shape is None:
            raise NotReadyError(
                f"{self} does not know its input shape yet: "
                "call build(in_shape, rng), or give the model an input_shape"
            )
        return self.in_shape

    def check_input(self, x: Array) -> None:
        """Raise NotReadyError before `build`, ShapeError unless `x` is floats (N, *in_shape)."""
        checks.batch(self, "x", x, self.check_ready())

    @abstractmethod
    def forward(self, x: Array, training: bool = False) -> Array:
        """Return y = f(x); when training, keep in `saved` what `backward` will need.

        Only the mathematics: `layer(x)` is what to call from outside, since it checks `x` first.
        What is kept may be `x` itself and no copy, so `x` must stay as it is until `backward`.
        """

    @abstractmethod
    def backward(self, dy: Array) -> Array:
        """Return dL/dx for dy = dL/dy, and overwrite the `grad` of each parameter."""

    def backward_parameters(self, dy: Array) -> None:
        """Overwrite the `grad` of each parameter, and leave dL/dx uncomputed where that saves work.

        The first layer of a model needs no more: nobody asks for the gradient of the pictures.
        """
        self.backward(dy)

    def receptive_region(self, region: Region) -> Region:
        """Return the part of the input that a part of the output depends on.

        Parameters
        ----------
        region : ((first row, last row), (first column, last column))
            Of the output; one pair for each of its spatial axes.

        Returns
        -------
        tuple of pairs
            Likewise for the input. It may reach beyond the picture, into its padding. Here it is
            the same region, as for every layer that works number by number; or the whole input,
            where input and output have not as many axes.
        """
        _, *sizes = self.check_ready()
        if len(region) == len(sizes):
            return region
        return tuple((0, size - 1) for size in sizes)

    def locate(self, position: str) -> None:
        """Take a place in a model, which messages then name."""
        self.position = position

    def replica(self) -> Self:
        """Return a copy that shares the weights, and has gradients and a memory of its own.

        Several threads can then use the layer at the same time, each for its share of a batch.
        """
        other = object.__new__(type(self))  # made in every step, and a third of `copy.copy`
        for name, value in vars(self).items():
            vars(other)[name] = value.replica() if isinstance(value, Parameter) else value
        other.saved = None
        return other

    def recall(self, dy: Array) -> tuple[Any, ...]:
        """Return what `forward` saved, once there is something and `dy` fits the output.

        Raises
        ------
        NotReadyError
            If there was no forward pass with ``training=True``.
        ShapeError
            If `dy` is not a float array (N, *out_shape).
        """
        if self.saved is None or self.out_shape is None:
            raise NotReadyError(
                f"{self}: backward needs a forward pass before it: call layer(x, training=True)"
            )
        checks.batch(self, "dy", dy, self.out_shape)
        return self.saved

    @property
    def parameters(self) -> list[Parameter]:
        """The parameters, in order of declaration: every attribute that is a Parameter."""
        return [value for value in vars(self).values() if isinstance(value, Parameter)]

    @property
    def multiply_adds(self) -> int:
        """Multiplications, each with its addition, that one sample costs in `forward`."""
        return 0

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name, each kept in the attribute of that name."""
        options = inspect.signature(type(self)).parameters
        return {name: getattr(self, name, NOT_KEPT) for name in options}

    def __repr__(self) -> str:
        """Write the constructor call, without the options that are at their defaults."""
        arguments = []
        options = inspect.signature(type(self)).parameters
        for name, value in self.config.items():
            if options[name].default is inspect.Parameter.empty:
                arguments.append(repr(value))
            elif repr(value) != repr(options[name].default):
                arguments.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(arguments)})"

    def __str__(self) -> str:
        """Say how messages call this layer: its place in the model, if it has one, and its repr."""
        return f"{self.position} {self!r}".strip()
