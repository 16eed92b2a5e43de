"""What activations have in common: one number in, one number out."""

from minicnn.layers.base import Layer
from minicnn.typing import Shape


class Activation(Layer):
    """A function y = f(x) of each number by itself, whatever the shape of the samples.

    Its gradient is dL/dx = dy * f'(x). Each activation keeps what makes f' cheapest: its input, its
    output, or less.
    """

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return `in_shape`: one number in, one number out."""
        return in_shape
