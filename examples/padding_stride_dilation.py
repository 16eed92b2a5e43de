"""Which pixel goes where: padding, stride and dilation, drawn index by index.

The first picture goes along one axis. The lower row of boxes is the input, with the index of each
pixel; the upper row is the output; lines lead from every output to the pixels that it is made of,
in blue from the first one, in orange from the next. Dashed boxes are the border that padding adds.
The columns show:

  padding   The more border there is, the more outputs. "same" adds as much as makes them as many
            as the pixels; an even kernel then needs one more zero after than before.
  gaps      A stride skips outputs, and a dilation leaves gaps between the pixels of one output.
            Pixels that no output sees are grey.
  border    Instead of zeros, the border may contain copies of pixels; a pixel and its copies are
            yellow or green. "replicate" repeats the outermost pixel, "reflect" is the mirror image
            without it, "circular" the other end.

The second picture is the plane: the pixels that a 3 x 3 kernel goes over, and beside them the
outputs, (0, 0) in blue and (1, 1) in orange. With stride 2, one step down and to the right among
the outputs is a step of two pixels; with dilation 2, nine weights reach over 5 x 5 pixels.

The layers themselves report which pixel meets which weight; nothing is drawn by hand.
"""

import itertools
from collections.abc import Sequence
from typing import Any, TypeAlias

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import parser, run
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from minicnn import Conv2D, explain_pixel
from minicnn.inspection.plots import save_figure
from minicnn.ops.padding import batch_last, pad

FIRST, NEXT = "#0072B2", "#D55E00"  # blue and vermilion, of the palette of Okabe and Ito
PIXEL, BORDER, OTHER = "black", "0.4", "0.55"  # other outputs than the first two
UNSEEN = "0.8"  # fills a pixel that no output is made of
COPIED = "#F6EE9A", "#A6DCC8"  # fill what the border copies, before and after the pixels
TIMES, ARROW = "\N{MULTIPLICATION SIGN}", "\N{RIGHTWARDS ARROW}"

KEY = """\
blue and orange: outputs 0 and 1, with the pixels they are made of
dashed: the border that padding adds
filled grey: a pixel that no output sees
filled yellow or green: a pixel, and its copies in the border"""

Case: TypeAlias = tuple[str, int, dict[str, Any]]
"""A title, how many pixels there are along an axis, and the options of the layer."""

ALONG_ONE_AXIS: dict[str, list[Case]] = {
    "Padding adds outputs": [
        ("kernel 3, no padding: the output is smaller", 7, {"kernel_size": 3}),
        ('kernel 3, "same": as many as pixels', 7, {"kernel_size": 3, "padding": "same"}),
        ('kernel 4, "same": one more zero after', 7, {"kernel_size": 4, "padding": "same"}),
        ("kernel 3, two before and none after", 7, {"kernel_size": 3, "padding": (2, 0)}),
    ],
    "Stride and dilation leave gaps": [
        ("kernel 3, stride 2: one pixel is left over", 8, {"kernel_size": 3, "stride": 2}),
        ("kernel 2, stride 3: two are skipped", 8, {"kernel_size": 2, "stride": 3}),
        ("kernel 3, dilation 2: gaps in the kernel", 7, {"kernel_size": 3, "dilation": 2}),
    ],
    "The border may copy pixels": [
        (f"{mode}: {copied}", 6, {"kernel_size": 3, "padding": 2, "padding_mode": mode})
        for mode, copied in {
            "replicate": "the outermost pixel again",
            "reflect": "the mirror image",
            "circular": "the other end",
        }.items()
    ],
}

IN_THE_PLANE: list[Case] = [
    ("no padding: a smaller output", 5, {}),
    ("padding 1: an output for each pixel", 5, {"padding": 1}),
    ("stride 2: every second output", 5, {"stride": 2}),
    ("dilation 2: a kernel with gaps", 7, {"dilation": 2}),
]

PLANE_TITLE = "Padding adds outputs, stride skips some, dilation spreads the kernel"
PLANE_KEY = (
    f"A 3 {TIMES} 3 kernel.  Blue: output 0,0 and the pixels it is made of; orange: output 1,1; "
    "dashed: the border that padding adds."
)


def box(ax: Axes, x: float, y: float, text: str, colour: str, fill: str = "none") -> None:
    """Draw one pixel with its index; one of the border is dashed."""
    corner, line = (x - 0.43, y - 0.43), "--" if colour == BORDER else "-"
    ax.add_patch(Rectangle(corner, 0.86, 0.86, facecolor=fill, edgecolor=colour, linestyle=line))
    size = 12 if len(text) < 4 else 10
    ax.text(x, y, text, ha="center", va="center", fontsize=size, color=colour)


def frame(ax: Axes, columns: Sequence[float], rows: Sequence[float], colour: str) -> None:
    """Draw a frame around pixels that stand side by side, and tint them."""
    corner = columns[0] - 0.47, rows[0] - 0.47
    sides = columns[-1] - columns[0] + 0.94, rows[-1] - rows[0] + 0.94
    tint = to_rgba(colour, 0.18)
    ax.add_patch(Rectangle(corner, *sides, facecolor=tint, edgecolor=colour, linewidth=3))


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


def draw_axis(ax: Axes, y: float, case: Case) -> None:
    """Draw the pixels at the height `y`, above them the outputs, and what is made of what."""
    title, size, options = case
    layer = Conv2D(1, **axis_options(options))
    shape = 1, 1, size
    _, _, outputs = layer.build(shape, np.random.default_rng(0))
    indices = np.arange(float(size)).reshape(1, *shape)  # each pixel holds its own index
    sees = [explain_pixel(layer, indices, n=0, f=0, i=0, j=j).columns for j in range(outputs)]
    margins, mode = layer.margins(shape), layer.padding_mode
    padded = pad(batch_last(indices), margins, mode)[0, 0, :, 0].astype(int).tolist()
    before, after = margins[1]
    fills = dict.fromkeys(set(range(size)).difference(*sees), UNSEEN)
    if mode != "zeros":
        fills |= dict.fromkeys(padded[:before], COPIED[0])
        fills |= dict.fromkeys(padded[before + size :], COPIED[1])
    for place, index in enumerate(padded, -before):
        if 0 <= place < size:
            box(ax, place, y, str(index), PIXEL, fills.get(index, "none"))
        elif mode == "zeros":
            box(ax, place, y, "zero", BORDER)
        else:
            box(ax, place, y, str(index), BORDER, fills[index])
    draw_outputs(ax, y, sees)
    pixels = f"{before} + {size} + {after}" if before + after else f"{size}"
    ax.text(-0.4, y + 2.7, f"{title}\n{pixels} pixels, {outputs} outputs", fontsize=12)


def draw_outputs(ax: Axes, y: float, sees: list[tuple[int, ...]]) -> None:
    """Draw the outputs, each above the pixels that it sees, and lines to them."""
    colours = itertools.chain([FIRST, NEXT], itertools.repeat(OTHER))
    for j, (columns, colour) in enumerate(zip(sees, colours, strict=False)):
        middle = (columns[0] + columns[-1]) / 2
        box(ax, middle, y + 2, str(j), colour)
        width = 1
        if colour != OTHER:
            frame(ax, [middle], [y + 2], colour)
            width = 2
        for column in columns:
            line = [middle, column], [y + 1.55, y + 0.45]
            ax.plot(*line, color=colour, linewidth=width, zorder=width)


def draw_along_one_axis() -> Figure:
    """Draw a column for each group of cases, all on one scale."""
    figure, axes = plt.subplots(1, len(ALONG_ONE_AXIS), figsize=(14, 9.3), layout="constrained")
    figure.suptitle("Along one axis: each output, and the pixels it is made of", fontsize=18)
    for ax, (group, cases) in zip(axes, ALONG_ONE_AXIS.items(), strict=True):
        ax.text(-0.4, 4.7, group, fontsize=14, weight="bold")
        for row, case in enumerate(cases):
            draw_axis(ax, -5 * row, case)
        ax.set(aspect="equal", ylim=(-15.6, 5.4), anchor="N")
        ax.set_axis_off()
    axes[1].text(-0.4, -14.8, KEY, fontsize=13, linespacing=1.7, in_layout=False)
    axes[0].get_gridspec().set_width_ratios([np.ptp(ax.get_xlim()) for ax in axes])
    return figure


def draw_plane(ax: Axes, case: Case) -> None:
    """Draw the pixels, the outputs beside them, and what the first two outputs are made of."""
    title, size, options = case
    layer = Conv2D(1, 3, **options)
    shape = 1, size, size
    _, OH, OW = layer.build(shape, np.random.default_rng(0))
    (above, below), (left, right) = layer.margins(shape)
    for row, column in itertools.product(range(-above, size + below), range(-left, size + right)):
        inside = 0 <= row < size and 0 <= column < size
        text, colour = (f"{row},{column}", PIXEL) if inside else ("zero", BORDER)
        box(ax, column, row, text, colour)
    beside, down = size + right + 1, (size - OH) / 2  # where the outputs begin
    ax.text(beside - 1, size / 2 - 0.5, ARROW, fontsize=22, ha="center", va="center")
    for i, j in np.ndindex(OH, OW):
        colour = {(0, 0): FIRST, (1, 1): NEXT}.get((i, j), OTHER)
        box(ax, beside + j, down + i, f"{i},{j}", colour)
        if colour != OTHER:
            frame(ax, [beside + j], [down + i], colour)
            parts = explain_pixel(layer, np.zeros((1, *shape)), n=0, f=0, i=i, j=j)
            for columns, rows in itertools.product(runs(parts.columns), runs(parts.rows)):
                frame(ax, columns, rows, colour)
    ax.text(-0.4, -above - 1.3, title, fontsize=14, weight="bold")
    sizes = f"{size} {TIMES} {size} pixels, {OH} {TIMES} {OW} outputs"
    ax.text(-0.4, -above - 0.7, sizes, fontsize=13)


def runs(places: tuple[int, ...]) -> list[list[float]]:
    """Cut places into runs of neighbours: (0, 1, 2) is one, (0, 2, 4) are three."""
    cuts = np.flatnonzero(np.diff(places) > 1) + 1
    return [run.tolist() for run in np.split(np.array(places), cuts)]


def draw_in_the_plane() -> Figure:
    """Draw a panel for each case, all on one scale."""
    figure, axes = plt.subplots(
        2, 2, figsize=(13, 9.5), sharex="col", sharey="row", layout="constrained"
    )
    figure.suptitle(PLANE_TITLE, fontsize=18)
    figure.supxlabel(PLANE_KEY, fontsize=13)
    for ax, case in zip(axes.flat, IN_THE_PLANE, strict=True):
        draw_plane(ax, case)
        ax.set(aspect="equal")
        ax.set_axis_off()
        ax.autoscale_view()
    for ax in axes[:, 0]:
        low, high = ax.get_ylim()
        ax.set_ylim(high, low - 1.5)  # row 0 is above, and the title above it
    axes[0, 0].get_gridspec().set_width_ratios([np.ptp(ax.get_xlim()) for ax in axes[0]])
    return figure


def main() -> None:
    """Draw both pictures."""
    arguments = parser(__doc__, "padding-stride-dilation", chance=False).parse_args()
    for name, draw in {
        "along-one-axis": draw_along_one_axis,
        "in-the-plane": draw_in_the_plane,
    }.items():
        print(save_figure(draw(), arguments.out / f"{name}.png", dpi=100))


if __name__ == "__main__":
    run(main)
