"""What all layers with kernels share: weights and biases, how they start, whether they learn."""

from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers.initializers import INITIALIZERS
from minicnn.layers.parameter import Parameter
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.typing import Array, Shape


class KernelLayer(SlidingWindow):
    """A sliding window that weighs what it sees.

    Attributes
    ----------
    filters, groups : int
        F, the output channels; into how many groups these and the input channels are split. A
        `DepthwiseConv2D` has both from its input.
    weight : Parameter
    bias : Parameter (F,), or None without bias
    """

    filters: int
    groups: int
    weight: Parameter
    bias: Parameter | None = None
    given_kernels: Array | None = None

    def set_filters(self, filters: int, groups: int) -> None:
        """Check and keep the number of filters and of groups."""
        owner = type(self).__name__
        self.filters = checks.whole_number(owner, "filters", filters)
        self.groups = checks.whole_number(owner, "groups", groups)
        if self.filters % self.groups:
            raise ArgumentError(
                f"{owner}: groups must divide the filters, got {groups} groups for "
                f"{filters} filters"
            )

    def set_kernels(self, bias: bool, trainable: bool, initializer: str) -> None:
        """Check and keep the options of the parameters."""
        owner = type(self).__name__
        self.has_bias = checks.flag(owner, "bias", bias)
        self.trainable = trainable
        self.initializer = checks.choice(owner, "initializer", initializer, INITIALIZERS)

    @property
    def trainable(self) -> bool:
        """Whether the layer learns. It is frozen and thawed by its parameters, once it has any."""
        parameters = self.parameters
        return any(p.trainable for p in parameters) if parameters else self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = checks.flag(type(self).__name__, "trainable", value)
        for parameter in self.parameters:
            parameter.trainable = value

    def filters_and_groups(self, channels: int) -> tuple[int, int]:
        """Return F and the number of groups for an input of so many channels, or raise."""
        if channels % self.groups:
            raise ShapeError(
                f"{self}: groups must divide the input channels, got {self.groups} groups for "
                f"{channels} channels"
            )
        return self.filters, self.groups

    def draw_kernels(self, channels: int, rng: np.random.Generator) -> Array:
        """Return kernels to start with, (F, C/groups, KH, KW): each group is a layer of its own."""
        filters, groups = self.filters_and_groups(channels)
        shape = (filters // groups, channels // groups, *self.kernel_size)
        draw = INITIALIZERS[self.initializer]
        return np.concatenate([draw(shape, rng) for _ in range(groups)])

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Draw the kernels, or take those that were given; biases start at zero."""
        given = self.given_kernels
        kernels = self.draw_kernels(in_shape[0], rng) if given is None else given.copy()
        self.weight = Parameter("weight", kernels, trainable=self.trainable)
        if self.has_bias:
            filters, _ = self.filters_and_groups(in_shape[0])
            zeros = np.zeros(filters, np.float32)
            self.bias = Parameter("bias", zeros, decay=False, trainable=self.trainable)

    def add_bias(self, y: Array) -> None:
        """Add to y (F, OH, OW, N), in place, what each filter has of its own."""
        if self.bias is not None:
            y += self.bias.value.reshape(-1, *(1,) * (y.ndim - 1))  # (F, 1, 1, 1)

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name."""
        return super().config | {"bias": self.has_bias}
