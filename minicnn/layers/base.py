"""What a layer is: a function of a batch, and the way its gradient goes back.

Your own layer states three things: the shape it gives, its `forward` and its `backward`.

    class Square(Layer):
        def output_shape(self, in_shape):
            return in_shape

        def forward(self, x, training=False):
            self.saved = (x,)
            return x**2

        def backward(self, dy):
            (x,) = self.recall(dy)
            return 2 * x * dy

One that learns makes its `Parameter` objects in `create_parameters`. One that holds other layers
keeps them in attributes, or in a list in an attribute: they are then built, trained and saved with
it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any, ClassVar

import numpy as np

from minicnn import checks
from minicnn.describe import Described
from minicnn.errors import ArgumentError, NotReadyError, ShapeError, within
from minicnn.layers.parameter import Parameter
from minicnn.layers.share import having
from minicnn.ops.window import Window
from minicnn.typing import Array, Shape

_keeping: ContextVar[bool] = ContextVar("keeping", default=False)


def keep_for_backward() -> AbstractContextManager[None]:
    """Let the layers called in a ``with`` keep what `backward` needs, although nothing is trained.

    They behave as in use: nothing is dropped by chance, and no statistic changes.

    Examples
    --------
    >>> from minicnn.layers import ReLU
    >>> layer, x = ReLU(), np.array([[-1.0, 2.0]])
    >>> layer.build((2,), np.random.default_rng(0))
    (2,)
    >>> with keep_for_backward():
    ...     y = layer(x)
    >>> layer.backward(np.ones((1, 2)))
    array([[0., 1.]])
    """
    return having(_keeping, True)


class unwritable:  # noqa: N801 - reads as `with unwritable(...)`
    """Hand an array to a layer as one that it cannot write into, since it is the caller's."""

    __slots__ = ("array", "method", "name", "owner")

    def __init__(self, owner: "Layer", method: str, name: str, array: Array) -> None:
        self.owner, self.method, self.name, self.array = owner, method, name, array

    def __enter__(self) -> Array:
        """Return a view that is read-only."""
        view = self.array.view()
        view.flags.writeable = False
        return view

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Say what was wrong where the layer has tried."""
        if isinstance(error, ValueError) and "read-only" in str(error):
            raise ArgumentError(
                f"{self.owner.called}: {self.method} must not write into {self.name}, which is the "
                f"caller's; write into a copy, {self.name} = {self.name}.copy()"
            ) from error


class Layer(Described, ABC):
    """A differentiable function of a batch, with or without parameters.

    Attributes
    ----------
    in_shape, out_shape : tuple of int, or None before `build`
        The shapes of one sample before and after the layer, without the batch axis.
    saved : tuple, or None
        What `forward` kept for `backward`.
    per_sample : bool
        Whether the result for a sample depends on that sample alone, so that several threads may
        each work on a share of the batch. A class with a `forward` of its own says so itself; else
        it counts as False, and the batch stays whole.
    sums_over_batch : bool
        Whether a layer that is not `per_sample` takes what it needs of the other samples as sums
        from `minicnn.layers.share.current_share`. The batch may then be shared after all.
    is_own : bool
        Whether the class is the user's own, so that what it returns is checked.
    filter_axis : int or None
        The axis of the weights along which its filters, or units, lie; None where that is not
        said. Whoever looks for dead filters asks for it.
    """

    in_shape: Shape | None = None
    out_shape: Shape | None = None
    saved: tuple[Any, ...] | None = None
    per_sample: ClassVar[bool] = False
    sums_over_batch: ClassVar[bool] = False
    filter_axis: ClassVar[int | None] = None
    is_own: ClassVar[bool] = True
    # Attributes in which `members` does not look.
    passed_over: ClassVar[tuple[str, ...]] = ("saved",)
    _trainable: bool = True

    @property
    def called(self) -> str:
        """What messages call the layer: as it prints, or its class alone if layers were given."""
        return type(self).__name__ if "layers" in self.config else repr(self)

    @abstractmethod
    def forward(self, x: Array, training: bool = False) -> Array:
        """Return y = f(x), and keep in `saved` what `backward` will need.

        `training` says whether the layer behaves as in training: whether it drops units, or takes
        the statistics of the batch. Only the mathematics stands here: ``layer(x)`` is what to call
        from outside, since it checks `x` first, and forgets `saved` where nobody goes back. What is
        kept may be `x` itself and no copy, so `x` must stay as it is until `backward`.
        """

    @abstractmethod
    def backward(self, dy: Array) -> Array:
        """Return dL/dx for dy = dL/dy, and overwrite the `grad` of each parameter."""

    def backward_parameters(self, dy: Array) -> None:
        """Overwrite the `grad` of each parameter, and leave dL/dx uncomputed where that saves work.

        The first layer of a model needs no more: nobody asks for the gradient of the pictures.
        """
        self.backward(dy)

    @abstractmethod
    def output_shape(self, in_shape: Shape) -> Shape:
        """Return the shape of an output sample for that of an input sample, or raise ShapeError."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Draw the parameters of a layer that has any."""

    def __call__(self, x: Array, training: bool = False) -> Array:
        """Check `x`, then compute `forward(x, training)`.

        What `backward` needs is kept in training, and within `keep_for_backward`.

        Raises
        ------
        NotReadyError
            If the layer was not built.
        ShapeError
            If `x` is not a float array (N, *in_shape).
        """
        self.check_input(x)
        self.saved = None
        if self.is_own:
            with unwritable(self, "forward", "x", x) as given:
                y = self.forward(given, training)
            checks.returned(self, "forward", y, (len(x), *(self.out_shape or ())))
        else:
            y = self.forward(x, training)
        if not (training or _keeping.get()):
            self.saved = None
        return y

    def recall(self, dy: Array) -> tuple[Any, ...]:
        """Return what `forward` saved, once there is something and `dy` fits the output.

        Raises
        ------
        NotReadyError
            If there was no forward pass that kept anything.
        ShapeError
            If `dy` is not a float array (N, *out_shape).
        """
        if self.saved is None or self.out_shape is None:
            raise NotReadyError(
                f"{self.called}: backward needs a forward pass before it that kept something: call "
                "layer(x, training=True); in a layer of your own, forward sets self.saved = (...), "
                "in training or not"
            )
        checks.batch(self, "dy", dy, self.out_shape)
        if not isinstance(self.saved, tuple):
            raise ArgumentError(
                f"{self.called}: saved must be a tuple, got {type(self.saved).__name__}; write "
                "self.saved = (x,), and (x,) = self.recall(dy)"
            )
        return self.saved

    def build(self, in_shape: Shape, rng: np.random.Generator) -> Shape:
        """Settle the shapes, and draw the parameters.

        A layer that was built before stays as it is: what it has learned is not drawn again.

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
            If the layer cannot work on such samples, or was built for others.
        """
        in_shape = checks.input_shape(self, in_shape)
        out_shape = self.shape_for(in_shape)
        first_time = self.in_shape is None
        if first_time:
            self.create_parameters(in_shape, rng)
        self.build_inner(in_shape, rng)
        if first_time and not self._trainable and self.parameters:
            self.trainable = False  # now that there is something to freeze
        self.in_shape, self.out_shape, self.saved = in_shape, out_shape, None
        return out_shape

    def build_inner(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Build the layers in this one, for its own samples, if `create_parameters` did not."""
        for place, layer in self.inner_layers():
            if layer.in_shape is None:
                with within(place):
                    layer.build(in_shape, rng)

    def shape_for(self, in_shape: Shape) -> Shape:
        """Return `output_shape`, or raise ShapeError if its weights are made for other samples."""
        if self.in_shape not in (None, in_shape) and self.parameters:
            raise ShapeError(
                f"{self.called}: expected samples {self.in_shape}, which its weights are made for, "
                f"got {in_shape}; make a new layer, and take weights over by new.weight.value = "
                "old.weight.value"
            )
        return checks.output_shape(self, self.output_shape(in_shape))

    def check_ready(self) -> Shape:
        """Return the input shape, or raise NotReadyError before `build`."""
        if self.in_shape is None:
            raise NotReadyError(
                f"{self.called} does not know its input shape yet: "
                "call build(in_shape, rng), or give the model an input_shape; a layer inside "
                "another is built with it if it is in an attribute of self, or a list or dict there"
            )
        return self.in_shape

    def check_input(self, x: Array) -> None:
        """Raise NotReadyError before `build`, ShapeError unless `x` is floats (N, *in_shape)."""
        checks.batch(self, "x", x, self.check_ready())

    # What a layer holds: parameters and other layers.

    def members(self) -> Iterator[tuple[str, "Parameter | Layer"]]:
        """Yield each parameter and each layer that this one holds, with its name, in order.

        These are the attributes that are one, and those in lists, tuples and dicts in attributes.
        """
        for name, value in vars(self).items():
            if isinstance(value, Parameter):
                yield value.name, value
            elif name not in self.passed_over and not is_plain(value):
                yield from _held(name, value)

    def inner_layers(self) -> list[tuple[str, "Layer"]]:
        """Return the layers that this one holds, each with its place, as messages name it."""
        return [
            (f"layers[{name}]" if name.isdigit() else name, layer)
            for name, layer in self.members()
            if isinstance(layer, Layer)
        ]

    def walk(self, place: str = "") -> Iterator[tuple[str, "Layer"]]:
        """Yield this layer and all in it, at any depth, each with its place.

        The place of the layer itself is `place`; those inside are named after it, such as
        ``"layers[2].pointwise"``.
        """
        yield place, self
        for inner, layer in self.inner_layers():
            yield from layer.walk(f"{place}.{inner}" if place else inner)

    def named_parameters(self) -> dict[str, Parameter]:
        """Return the parameters of this layer and of all in it, by name, in order.

        A layer inside puts its own name in front, such as ``"0.weight"`` in a model.

        Raises
        ------
        ArgumentError
            If two have the same name.
        """
        named: dict[str, Parameter] = {}
        for name, member in self.members():
            found = {"": member} if isinstance(member, Parameter) else member.named_parameters()
            for below, parameter in found.items():
                full_name = f"{name}.{below}" if below else name
                if full_name in named:
                    raise ArgumentError(
                        f"{type(self).__name__}: expected parameters with names of their own, got "
                        f"two called {full_name!r}"
                    )
                named[full_name] = parameter
        return named

    @property
    def parameters(self) -> list[Parameter]:
        """The parameters of this layer and of all in it, in order."""
        return list(self.named_parameters().values())

    @property
    def trainable(self) -> bool:
        """Whether the layer learns. Setting it freezes or thaws its parameters, built or not.

        Raises
        ------
        ArgumentError
            When set on a layer that has no parameters, or to something else than True or False.
        """
        learned = [p for p in self.parameters if p.role != "statistic"]
        return any(p.trainable for p in learned) if learned else self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        checks.flag(type(self).__name__, "trainable", value)
        layers = [layer for _, layer in self.walk()]
        makers = {type(layer).create_parameters for layer in layers} - {Layer.create_parameters}
        if not (self.parameters or makers):
            raise ArgumentError(
                f"{self.called}: has no parameters, so trainable cannot be set; on a model it "
                "skips such layers"
            )
        for layer in layers:
            layer._trainable = value
        for parameter in self.parameters:
            if parameter.role != "statistic":
                parameter.trainable = value

    def __init_subclass__(cls) -> None:
        """Inherit nothing that a `forward` or `backward` of the class itself may contradict."""
        super().__init_subclass__()
        cls.is_own = not cls.__module__.startswith("minicnn.")
        for name, value in vars(cls).items():
            if isinstance(value, Parameter | Layer):
                raise ArgumentError(
                    f"{cls.__name__}.{name}: expected parameters and layers in attributes of self, "
                    f"got one that all objects of the class would share; make it in __init__, or a "
                    "parameter in create_parameters"
                )
        if "backward_parameters" in vars(cls) and "backward" not in vars(cls):
            raise ArgumentError(
                f"{cls.__name__}: a backward_parameters needs a backward beside it, which stores "
                "the same gradients"
            )
        if "backward" in vars(cls) and "backward_parameters" not in vars(cls):
            cls.backward_parameters = Layer.backward_parameters  # type: ignore[method-assign]
        if "forward" in vars(cls):
            cls.per_sample = vars(cls).get("per_sample", False)
            cls.sums_over_batch = vars(cls).get("sums_over_batch", False)


PLAIN = frozenset({int, float, bool, str, type(None), np.ndarray, Window})
"""Types that hold no layer and no parameter."""


def is_plain(value: object) -> bool:
    """Return whether a value needs no second look for layers and parameters, as most do not."""
    return type(value) in PLAIN or (type(value) is tuple and PLAIN.issuperset(map(type, value)))


def _held(name: str, value: object) -> Iterator[tuple[str, Parameter | Layer]]:
    """Yield the parameters and layers in a value, at any depth, each with its name."""
    if isinstance(value, list | tuple | dict):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in entries:
            if not is_plain(entry):
                yield from _held(f"{name}.{key}", entry)
    elif isinstance(value, Parameter | Layer):
        yield name, value
