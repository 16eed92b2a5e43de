"""Which pixel goes where: padding, stride and dilation, drawn index by index.

The first picture goes along one axis. The lower row of boxes is the input, with the index of each
pixel; the upper row is the output; lines lead from every output to the pixels that it is made of.
Dashed boxes are the border that padding adds; they contain the index of the pixel that they copy,
or "zero". The border of "replicate" repeats the outermost pixel, that of "reflect" is the mirror
image without it, that of "circular" the other end.

The second picture is the plane: a 3 x 3 kernel on 5 x 5 pixels at its first place and at the next
one down and to the right, and how many places there are.

The layers themselves report which pixel meets which weight; nothing is drawn by hand.
"""

from typing import Any

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import parser, run
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minicnn import Conv2D, conv_output_size, explain_pixel
from minicnn.inspection.plots import save_figure
from minicnn.ops.padding import batch_last, pad

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "0.4"  # of the palette of Okabe and Ito

ALONG_ONE_AXIS: list[tuple[str, int, dict[str, Any]]] = [
    ("kernel 3, no padding: the output is smaller", 7, {"kernel_size": 3}),
    ('kernel 3, "same": as many places as pixels', 7, {"kernel_size": 3, "padding": "same"}),
    (
        'kernel 4, "same": an even kernel needs one more after',
        7,
        {"kernel_size": 4, "padding": "same"},
    ),
    ("kernel 3, padding 2 before and none after", 7, {"kernel_size": 3, "padding": (2, 0)}),
    ("kernel 3, stride 2: the last pixel is left over", 8, {"kernel_size": 3, "stride": 2}),
    ("kernel 2, stride 3: pixels are skipped", 8, {"kernel_size": 2, "stride": 3}),
    ("kernel 3, dilation 2: gaps in the kernel", 7, {"kernel_size": 3, "dilation": 2}),
    (
        "kernel 3, padding 2, replicate",
        5,
        {"kernel_size": 3, "padding": 2, "padding_mode": "replicate"},
    ),
    (
        "kernel 3, padding 2, reflect",
        5,
        {"kernel_size": 3, "padding": 2, "padding_mode": "reflect"},
    ),
    (
        "kernel 3, padding 2, circular",
        5,
        {"kernel_size": 3, "padding": 2, "padding_mode": "circular"},
    ),
]

IN_THE_PLANE: list[tuple[str, dict[str, Any]]] = [
    ("plain", {}),
    ("padding 1", {"padding": 1}),
    ("stride 2", {"stride": 2}),
    ("dilation 2, padding 1", {"dilation": 2, "padding": 1}),
]


def box(ax: Axes, x: float, y: float, text: str, colour: str, *, border: bool = False) -> None:
    """Draw one pixel with its index."""
    line = "--" if border else "-"
    corner = (x - 0.4, y - 0.4)
    ax.add_patch(Rectangle(corner, 0.8, 0.8, fill=False, edgecolor=colour, linestyle=line))
    ax.text(
        x, y, text, ha="center", va="center", fontsize=11 if len(text) < 4 else 9.5, color=colour
    )


def axis_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of one axis as those of a picture that is one pixel high."""
    flat = {"kernel_size": 1, "stride": 1, "dilation": 1}
    return {
        name: ((0, 0), value if isinstance(value, tuple) else (value, value))
        if name == "padding" and value != "same"
        else (flat[name], value)
        if name in flat
        else value
        for name, value in options.items()
    }


def draw_axis(ax: Axes, title: str, size: int, options: dict[str, Any]) -> None:
    """Draw input, output and what is made of what."""
    layer = Conv2D(1, **axis_options(options))
    _, _, places = layer.build((1, 1, size), np.random.default_rng(0))
    indices = np.arange(float(size)).reshape(1, 1, 1, size)  # each pixel holds its own index
    before, after = layer.margins((1, 1, size))[1]
    padded = pad(batch_last(indices), layer.margins((1, 1, size)), layer.padding_mode)[0, 0, :, 0]
    for place, value in zip(range(-before, size + after), padded, strict=True):
        inside = 0 <= place < size
        zero = not inside and layer.padding_mode == "zeros"
        text = "zero" if zero else f"{value:.0f}"
        box(ax, place, 0, text, "black" if inside else GREY, border=not inside)
    for j in range(places):
        columns = explain_pixel(layer, indices, n=0, f=0, i=0, j=j).columns
        middle = (columns[0] + columns[-1]) / 2  # an output is above what it sees
        colour = BLUE if j % 2 == 0 else ORANGE
        box(ax, middle, 2, str(j), colour)
        for column in columns:
            ax.plot([middle, column], [1.6, 0.4], color=colour, linewidth=0.9)
    along = {name: value for name, value in options.items() if name != "padding_mode"}
    added = f" + {before} + {after}" if before + after else ""
    sizes = f"{size}{added} pixels in, {conv_output_size(size, **along)} out"
    ax.set_title(f"{title}\n{sizes}", fontsize=11, loc="left")
    ax.set(xlim=(-2.6, 9), ylim=(-0.6, 2.6), aspect="equal", anchor="W")
    ax.set_axis_off()


def draw_plane(ax: Axes, title: str, options: dict[str, Any]) -> None:
    """Draw the kernel at the first place and at the next place to the right and down."""
    layer = Conv2D(1, 3, **options)
    _, OH, OW = layer.build((1, 5, 5), np.random.default_rng(0))
    (above, below), (left, right) = layer.margins((1, 5, 5))
    for row in range(-above, 5 + below):
        for column in range(-left, 5 + right):
            inside = 0 <= row < 5 and 0 <= column < 5
            text = f"{row},{column}" if inside else "zero"
            box(ax, column, row, text, "black" if inside else GREY, border=not inside)
    for place, colour in (((0, 0), BLUE), ((1, 1), ORANGE)):
        parts = explain_pixel(layer, np.zeros((1, 1, 5, 5)), 0, 0, *place)
        for row in parts.rows:
            for column in parts.columns:
                grow = 0.44 if colour == BLUE else 0.34
                corner = (column - grow, row - grow)
                ax.add_patch(
                    Rectangle(corner, 2 * grow, 2 * grow, fill=False, edgecolor=colour, linewidth=2)
                )
    ax.set_title(f"{title}: {OH} x {OW} places", fontsize=13)
    ax.set(xlim=(-1.6, 5.6), ylim=(5.6, -1.6), aspect="equal")
    ax.set_axis_off()


def main() -> None:
    """Draw both pictures."""
    arguments = parser(__doc__, "padding-stride-dilation", chance=False).parse_args()
    figure, axes = plt.subplots(5, 2, figsize=(12, 10.5), layout="constrained")
    figure.suptitle(
        "Along one axis: each output (above) and the pixels it is made of (below)\n", fontsize=15
    )
    for ax, (title, size, options) in zip(axes.T.ravel(), ALONG_ONE_AXIS, strict=True):
        draw_axis(ax, title, size, options)
    print(save_figure(figure, arguments.out / "along-one-axis.png", dpi=100))

    figure, axes = plt.subplots(2, 2, figsize=(10.5, 11), layout="constrained")
    figure.suptitle(
        "In the plane: a 3 x 3 kernel at its place (0, 0), blue, and (1, 1), orange\n", fontsize=15
    )
    for ax, (title, options) in zip(axes.ravel(), IN_THE_PLANE, strict=True):
        draw_plane(ax, title, options)
    print(save_figure(figure, arguments.out / "in-the-plane.png", dpi=100))


if __name__ == "__main__":
    run(main)
