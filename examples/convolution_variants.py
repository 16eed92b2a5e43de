"""Six ways from 7 x 7 x 3 to 5 x 5 x 128: what each costs, what each sees, what each gives.

All of them turn a picture of 7 x 7 pixels and 3 channels into 128 maps of 5 x 5 (one, into 129):

  standard      every filter weighs every channel in a 3 x 3 window
  grouped       channels and filters in 3 groups; a filter sees its own channel only (129 filters,
                since 3 does not divide 128)
  depthwise     one 3 x 3 kernel for each channel, then 1 x 1 kernels that mix the channels: the
  separable     same reach for an eighth of the multiplications, with kernels that are less free
  spatially     3 x 1 and then 1 x 3 kernels; with only 3 channels before and 128 between, it costs
  separable     more here, not less; with as many channels before as after, it would cost two thirds
  dilated       the 3 x 3 weights are two pixels apart: a window of 5 x 5 for the cost of 3 x 3;
                with a border of one zero, so that there are 5 x 5 places
  transposed    every pixel adds its kernel to the output, and the rim is cut off after it was
                computed; with a stride of 1 it is a convolution with the kernel rotated by 180
                degrees

The picture shows, for each, which inputs the middle of the first map depends on (where its
gradient, which `backward` computes, is not zero), the first maps, all on one colour scale, and the
cost.
Weights are random: --seed changes them.
"""

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import parser, run
from matplotlib.axes import Axes

from minicnn import (
    Conv2D,
    ConvTranspose2D,
    Layer,
    SeparableConv2D,
    Sequential,
    SpatiallySeparableConv2D,
)
from minicnn.explain.cost import multiply_adds
from minicnn.inspection.plots import save_figure
from minicnn.typing import Array

IN_SHAPE = (3, 7, 7)
MAPS = 8


def variants() -> dict[str, Layer]:
    """Return the layers, without biases, as textbooks count them."""
    return {
        "standard": Conv2D(128, 3, bias=False),
        "grouped": Conv2D(129, 3, groups=3, bias=False),
        "depthwise separable": SeparableConv2D(128, 3, bias=False),
        "spatially separable": SpatiallySeparableConv2D(128, 3, bias=False),
        "dilated": Conv2D(128, 3, padding=1, dilation=2, bias=False),
        "transposed": ConvTranspose2D(128, 3, padding=2, bias=False),
    }


def depends(model: Sequential, x: Array) -> Array:
    """Return 1 for each input (3, 7, 7) that moves the middle of the first map, else 0."""
    y = model(x, training=True)
    dy = np.zeros_like(y)
    dy[0, 0, 2, 2] = 1.0
    gradient = model.backward(dy)[0]  # (3, 7, 7)
    return np.where(gradient != 0, 1.0, 0.0)


def draw_channels(axes: list[Axes], maps: Array, colours: str, low: float, high: float) -> None:
    """Draw each channel as a picture, all on one colour scale."""
    for ax, channel in zip(axes, maps, strict=True):
        ax.imshow(channel, cmap=colours, vmin=low, vmax=high)
        ax.set(xticks=[], yticks=[])


def main() -> None:
    """Count, compute and draw."""
    arguments = parser(__doc__, "convolution-variants").parse_args()
    x = np.random.default_rng(arguments.seed).normal(size=(1, *IN_SHAPE))
    layers = variants()
    figure = plt.figure(figsize=(15, 1.15 * len(layers) + 0.9), layout="constrained")
    figure.suptitle("Six ways from 3 channels of 7 x 7 to 128 maps of 5 x 5 (grouped: 129)")
    grid = figure.add_gridspec(
        len(layers), 3 + MAPS + 2, width_ratios=[1] * (3 + MAPS) + [2.4, 2.4], wspace=0.02
    )
    counts = {}
    print(f"{'':<20}{'output':>14}{'parameters':>12}{'multiply-adds':>15}")
    for row, (name, layer) in enumerate(layers.items()):
        model = Sequential([layer], IN_SHAPE, seed=arguments.seed)
        y = model(x)[0]
        weights = sum(parameter.value.size for parameter in model.parameters)
        counts[name] = weights, multiply_adds(model)
        shape = " x ".join(map(str, y.shape))
        print(f"{name:<20}{shape:>14}{weights:>12,}{counts[name][1]:>15,}")
        axes = [figure.add_subplot(grid[row, column]) for column in range(3 + MAPS)]
        draw_channels(axes[:3], depends(model, x), "Greens", 0.0, 1.5)
        draw_channels(axes[3:], y[:MAPS], "RdBu_r", -4.0, 4.0)
        axes[0].set_ylabel(f"{name}\n{shape}", rotation=0, ha="right", va="center")
        if row == 0:
            for channel in range(3):
                axes[channel].set_title(f"map 0 needs\nof channel {channel}", fontsize=8)
            for index in range(MAPS):
                axes[3 + index].set_title(f"map {index}", fontsize=9)
    for column, title in enumerate(("parameters", "multiply-adds")):
        ax = figure.add_subplot(grid[:, 3 + MAPS + column])
        values = [count[column] for count in counts.values()]
        ax.plot(values, range(len(values)), "o", color="#0072B2")
        for place, value in enumerate(values):
            ax.text(value, place - 0.12, f"{value:,}", ha="center", va="bottom", fontsize=9)
        ax.set(xscale="log", xlim=(min(values) / 5, 6 * max(values)), yticks=range(len(values)))
        ax.set(yticklabels=[], ylim=(len(values) - 0.5, -0.5))
        ax.grid(alpha=0.3)
        ax.set_title(f"{title}, log scale", fontsize=10)
    print(save_figure(figure.axes[0], arguments.out / "convolution-variants.png", dpi=100))


if __name__ == "__main__":
    run(main)
