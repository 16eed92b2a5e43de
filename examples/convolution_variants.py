"""Six ways from 7 x 7 x 3 to 5 x 5 x 128: what each of them sees, and what it costs.

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
gradient, which `backward` computes, is not zero), and its parameters and multiply-adds as multiples
of those of the standard convolution.
Weights are random: --seed changes them, and changes nothing in the picture.
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
from minicnn.inspection.plots.cells import draw_cells
from minicnn.typing import Array

IN_SHAPE, FILTERS = (3, 7, 7), 128
CHEAPER, DEARER = "#0072B2", "#D55E00"  # blue and vermilion, of the palette of Okabe and Ito
TICKS = [0.1, 1, 10]
MORE = {
    "grouped": "(129 maps: 3 x 43)",
    "spatially separable": "(3 x 1, then 1 x 3, with\n128 maps in between)",
    "dilated": "(with a border of one zero)",
    "transposed": "(with the rim cut off)",
}
"""What is written below the names."""


def variants() -> dict[str, Layer]:
    """Return the layers, without biases, as textbooks count them."""
    return {
        "standard": Conv2D(FILTERS, 3, bias=False),
        "grouped": Conv2D(129, 3, groups=3, bias=False),
        "depthwise separable": SeparableConv2D(FILTERS, 3, bias=False),
        "spatially separable": SpatiallySeparableConv2D(FILTERS, 3, bias=False),
        "dilated": Conv2D(FILTERS, 3, padding=1, dilation=2, bias=False),
        "transposed": ConvTranspose2D(FILTERS, 3, padding=2, bias=False),
    }


def depends(model: Sequential, x: Array) -> Array:
    """Return 1 for each input (3, 7, 7) that moves the middle of the first map, else 0."""
    y = model(x, training=True)
    dy = np.zeros_like(y)
    dy[0, 0, 2, 2] = 1.0
    gradient = model.backward(dy)[0]  # (3, 7, 7)
    return np.where(gradient != 0, 1.0, 0.0)


def draw_reach(axes: list[Axes], reach: Array) -> None:
    """Draw the inputs (3, 7, 7) of each channel, those that count in colour."""
    for ax, channel in zip(axes, reach, strict=True):
        draw_cells(ax, channel, (0.0, 1.5), cmap="Greens")


def draw_costs(ax: Axes, title: str, costs: list[int]) -> None:
    """Draw bars from the first cost, to the left for what is cheaper, to the right for dearer."""
    multiples = np.array(costs) / costs[0]
    places = range(len(costs))
    lefts, rights = np.minimum(multiples, 1.0), np.maximum(multiples, 1.0)
    colours = np.where(multiples <= 1, CHEAPER, DEARER)
    ax.barh(places, rights - lefts, left=lefts, height=0.5, color=colours)
    ax.axvline(1.0, color="0.3", linewidth=1)
    for place, cost, multiple in zip(places, costs, multiples, strict=True):
        times = f"{cost:,} ({multiple:.2g}\N{MULTIPLICATION SIGN})"
        if multiple == 1:  # a bar without length
            ax.plot(1, place, "|", color="0.3", markersize=26, markeredgewidth=5)
        ends = (lefts[place], -6, "right") if multiple < 1 else (rights[place], 6, "left")
        x, offset, side = ends
        ax.annotate(
            times, (x, place), (offset, 0), textcoords="offset points", ha=side, va="center"
        )
    ax.set(xscale="log", xlim=(1 / 200, 400), ylim=(len(costs) - 0.5, -0.5), yticks=[])
    ax.set(xticks=TICKS, xticklabels=[f"{tick:g}\N{MULTIPLICATION SIGN}" for tick in TICKS])
    ax.minorticks_off()
    ax.spines[["left", "right", "top"]].set_visible(False)
    ax.set_title(title, fontsize=12)


def main() -> None:
    """Count, compute and draw."""
    arguments = parser(__doc__, "convolution-variants").parse_args()
    x = np.random.default_rng(arguments.seed).normal(size=(1, *IN_SHAPE))
    layers = variants()
    figure = plt.figure(figsize=(14, 1.05 * len(layers) + 1.4), layout="constrained")
    figure.suptitle(
        "Six ways from 3 channels of 7 x 7 to 128 maps of 5 x 5: what an output sees, and the cost",
        fontsize=15,
    )
    grid = figure.add_gridspec(len(layers), 3 + 2, width_ratios=[1, 1, 1, 4.4, 4.4], wspace=0.03)
    parameters, products = [], []
    print(f"{'':<20}{'output':>14}{'parameters':>12}{'multiply-adds':>15}")
    for row, (name, layer) in enumerate(layers.items()):
        model = Sequential([layer], IN_SHAPE, seed=arguments.seed)
        parameters.append(sum(parameter.value.size for parameter in model.parameters))
        products.append(multiply_adds(model))
        F, OH, OW = layer.out_shape or ()
        print(f"{name:<20}{f'{F} x {OH} x {OW}':>14}{parameters[-1]:>12,}{products[-1]:>15,}")
        axes = [figure.add_subplot(grid[row, channel]) for channel in range(3)]
        draw_reach(axes, depends(model, x))
        said = "\n".join(filter(None, [name, MORE.get(name)]))
        axes[0].set_ylabel(said, rotation=0, ha="right", va="center", fontsize=11)
        if row == 0:
            for channel, ax in enumerate(axes):
                ax.set_title(f"channel {channel}", fontsize=10)
    for column, (title, costs) in enumerate(
        {"parameters": parameters, "multiply-adds": products}.items()
    ):
        ax = figure.add_subplot(grid[:, 3 + column])
        draw_costs(ax, title, costs)
    green = "green: the inputs that the middle of the first map depends on"
    figure.supxlabel(f"{green}; bars: the cost as a multiple of standard, log axis", fontsize=11)
    print(save_figure(figure, arguments.out / "convolution-variants.png", dpi=100))


if __name__ == "__main__":
    run(main)
