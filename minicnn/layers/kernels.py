"""What all layers with kernels share: weights and biases, how they start, whether they learn."""

from abc import abstractmethod
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.initializers import INITIALIZERS
from minicnn.layers.windows import SlidingWindow
from minicnn.parameter import Parameter
from minicnn.typing import Array, Shape


class KernelLayer(SlidingWindow):
    """A sliding window that weighs what it sees.

    Attributes
    ----------
    filters, groups : int
        F, the output channels; into how many groups these and the input channels are split.
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
        self.trainable = checks.flag(owner, "trainable", trainable)
        self.initializer = checks.choice(owner, "initializer", initializer, INITIALIZERS)

    def filters_and_groups(self, channels: int) -> tuple[int, int]:
        """Return F and the number of groups for an input of so many channels, or raise."""
        if channels % self.groups:
            raise ShapeError(
                f"{self}: groups must divide the input channels, got {self.groups} groups for "
                f"{channels} channels"
            )
        return self.filters, self.groups

    @abstractmethod
    def kernels_shape(self, channels: int) -> Shape:
        """Return the shape of all kernels for an input of so many channels."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        """Draw the kernels, or take those that were given; biases start at zero."""
        if self.given_kernels is None:
            kernels = INITIALIZERS[self.initializer](self.kernels_shape(in_shape[0]), rng)
        else:
            kernels = self.given_kernels.copy()
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
