"""The residual block: layers that learn what to add to their input."""

from typing import Any

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError, within
from minicnn.layers.base import Layer
from minicnn.layers.composition import Composition, back
from minicnn.typing import Array, Shape


class Residual(Layer):
    """The output of some layers, added to their input.

        y = branch(x) + x        or, with a shortcut,        y = branch(x) + shortcut(x)

    where the branch is the composition of the layers. The gradient goes back along both ways, and
    the second one loses nothing, however deep the network is. Usually a `ReLU` follows.

    Parameters
    ----------
    *layers : Layer
        Of the branch, first to last; at least one.
    shortcut : Layer, optional
        What stands beside a branch that changes the shape: most often a 1 x 1 convolution with the
        same stride and filters as the branch. By default x itself.

    Attributes
    ----------
    branch : Composition
        Its parameters are called "branch.0.weight" and so on.
    shortcut : Layer or None

    Raises
    ------
    ArgumentError
        If there are no layers, something is not a layer, or one stands in both ways.
    ShapeError
        By `build`, if the two ways give different shapes; the message names a shortcut that fits.

    References
    ----------
    He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from minicnn.layers import BatchNorm, Conv2D, ReLU
    >>> block = Residual(
    ...     Conv2D(16, 3, stride=2, padding=1, bias=False),
    ...     BatchNorm(),
    ...     ReLU(),
    ...     Conv2D(16, 3, padding=1, bias=False),
    ...     BatchNorm(),
    ...     shortcut=Conv2D(16, 1, stride=2),
    ... )
    >>> block.build((8, 28, 28), np.random.default_rng(0))
    (16, 14, 14)
    """

    per_sample = True

    def __init__(self, *layers: Layer, shortcut: Layer | None = None) -> None:
        with within("Residual"):
            self.branch = Composition(layers)
        if shortcut is not None:
            checks.instance("Residual", "shortcut", shortcut, Layer)
            inside = {id(layer) for _, layer in self.branch.walk()}
            if any(id(layer) in inside for _, layer in shortcut.walk()):
                raise ArgumentError(
                    f"Residual: {shortcut} stands in the branch and in the shortcut; a layer "
                    "remembers its last input, so it has one place; make another one"
                )
        self.shortcut = shortcut

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y = branch(x) + shortcut(x)."""
        self.saved = ()
        with within("branch"):
            y = self.branch(x, training)
        with within("shortcut"):
            return y + (x if self.shortcut is None else self.shortcut(x, training))

    def backward(self, dy: Array) -> Array:
        """Carry dy back along both ways: x went into both, so its gradients add up.

        dL/dx = branch.backward(dy) + shortcut.backward(dy), of which the second is dy itself where
        there is no shortcut
        """
        self.recall(dy)
        dx = back("branch", self.branch, dy)
        return dx + (dy if self.shortcut is None else back("shortcut", self.shortcut, dy))

    def backward_parameters(self, dy: Array) -> None:
        """Go back along both ways no further than to what learns there."""
        self.recall(dy)
        for place, layer in self.inner_layers():
            with within(place):
                layer.backward_parameters(dy)

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return the shape that both ways give."""
        with within("branch"):
            found = self.branch.shape_for(in_shape)
        expected = in_shape
        if self.shortcut is not None:
            with within("shortcut"):
                expected = self.shortcut.shape_for(in_shape)
        if found != expected:
            way = "x is" if self.shortcut is None else f"{self.shortcut} gives"
            raise ShapeError(
                f"Residual: expected two ways of one shape, got {found} from the branch, but {way} "
                f"{expected}; {_advice(in_shape, found)}"
            )
        return found

    def given_options(self) -> dict[str, Any]:
        """Return the layers of the branch."""
        return {"layers": self.branch.layers}


def _advice(in_shape: Shape, out_shape: Shape) -> str:
    """Return which shortcut leads from one shape to the other."""
    sizes, (filters, *places) = in_shape[1:], out_shape
    if not sizes and not places:
        return f"shortcut=Dense({filters}, bias=False) would fit"
    if len(sizes) == len(places) <= 3:
        steps = tuple(round(size / place) for size, place in zip(sizes, places, strict=True))
        reached = [-(-size // max(step, 1)) for size, step in zip(sizes, steps, strict=True)]
        if reached == places:
            step = steps[0] if len(set(steps)) == 1 else steps
            stride = "" if step == 1 else f", stride={step}"
            return f"shortcut=Conv{len(sizes)}D({filters}, 1{stride}, bias=False) would fit"
    return "layers with padding='same' keep the size of the picture, or divide it by the stride"
