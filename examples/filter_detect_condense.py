"""How a network sees a feature: filter, detect, condense.

Nearly every convolutional network begins with three layers. Here they get a picture, and hand-made
kernels instead of learned ones:

  filter    the convolution answers, at every place, how much the picture there looks like the
            kernel: positive for alike, negative for its opposite
  detect    ReLU keeps what is alike and drops the opposite: a kernel for edges that get lighter to
            the right, or downwards, keeps these edges, and drops those that get darker
  condense  max pooling keeps the strongest answer of each block: it keeps that a feature was there,
            and forgets where in the block

The result is a small map of where the feature is. The next layers of a network take such maps as
their picture. The three maps of a row have one colour scale, up to the largest answer of its
kernel. Few places answer fully, so colours grow with the square root of the answer: a quarter of
the largest has half of the colour.

The second picture explains one number: the strongest answer of the first kernel is the sum of nine
products, of nine pixels and nine weights. The portrait beside it shows where.
"""

from collections.abc import Sequence

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import load_picture, parser, picture_file, run
from matplotlib.axes import Axes
from matplotlib.colors import FuncNorm
from matplotlib.figure import Figure

from minicnn import Conv2D, MaxPool, ReLU, Sequential, explain_pixel, receptive_field
from minicnn.explain import PixelExplanation
from minicnn.filters import KERNELS
from minicnn.inspection.plots import plot_explanation, save_figure, show_kernel
from minicnn.inspection.plots.tiles import SIGNED
from minicnn.typing import Array

FEATURES = ["right_sobel", "bottom_sobel", "outline"]
BLOCK = 8
STEPS = ["filter: convolution", "detect: ReLU", f"condense: {BLOCK} x {BLOCK} pooling"]
MARK = "#D55E00"  # vermilion, of the palette of Okabe and Ito


def root_scale(limit: float) -> FuncNorm:
    """Return a colour scale from -limit to limit that grows with the square root."""
    both = (lambda x: np.sign(x) * np.sqrt(abs(x)), lambda y: np.sign(y) * y**2)
    return FuncNorm(both, vmin=-limit, vmax=limit)


def draw_feature(axes: Sequence[Axes], name: str, kernel: Array, maps: Sequence[Array]) -> None:
    """Draw a kernel, the three maps that the layers make of the picture, and their colours."""
    show_kernel(kernel, ax=axes[0])
    axes[0].set_title(name, fontsize=11)
    limit = float(abs(maps[0]).max()) or 1.0
    for ax, answers in zip(axes[1:-1], maps, strict=True):
        image = ax.imshow(answers, cmap=SIGNED, norm=root_scale(limit))
        ax.set(xticks=[], yticks=[])
    bar = axes[-1].figure.colorbar(image, cax=axes[-1])
    bar.set_label("answer")
    bar.set_ticks([-limit, -limit / 4, 0, limit / 4, limit])
    bar.ax.yaxis.set_major_formatter("{x:.2g}")


def draw_story(picture: Array, bank: Sequence[Array], activations: Sequence[Array]) -> Figure:
    """Draw the picture once, and to the right of it a row for each kernel."""
    ratio = float(np.clip(picture.shape[0] / picture.shape[1], 0.6, 1.5))
    rows = len(bank)
    figure = plt.figure(figsize=(14, rows * (2.3 * ratio + 0.3) + 1.0), layout="constrained")
    figure.suptitle(
        "Filter, detect, condense: from a picture to small maps of where a feature is", fontsize=16
    )
    grid = figure.add_gridspec(rows, 6, width_ratios=[1.7, 0.7, 1, 1, 1, 0.05])
    ax = figure.add_subplot(grid[:, 0])
    draw_picture(ax, picture)
    ax.set_title("the picture", fontsize=13)
    for f, kernel in enumerate(bank):
        axes = [figure.add_subplot(grid[f, column]) for column in range(1, 6)]
        draw_feature(axes, FEATURES[f], kernel, [maps[0, f] for maps in activations])
        if f == 0:
            for above, step in zip(axes[1:-1], STEPS, strict=True):
                above.set_title(step, fontsize=12)
    return figure


def draw_picture(ax: Axes, picture: Array) -> None:
    """Draw a picture (H, W) from 0, black, to 1, white."""
    ax.imshow(picture, cmap="gray", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])


def draw_answer(picture: Array, parts: PixelExplanation) -> Figure:
    """Draw one answer as a sum of products, and where in the picture it is."""
    figure = plt.figure(figsize=(13, 4.7), layout="constrained")
    grid = figure.add_gridspec(1, 4, width_ratios=[1.1, 1, 1, 1])
    where, *three = (figure.add_subplot(grid[0, column]) for column in range(4))
    plot_explanation(parts, axes=np.array([three]))
    draw_picture(where, picture)
    row, column = parts.rows[1], parts.columns[1]
    where.plot(column, row, "s", markersize=13, mfc="none", mec=MARK, mew=2.5)
    where.set_title("where: in the square", fontsize=11)
    figure.suptitle(
        f"One answer is a sum of nine products: {FEATURES[0]} at row {row}, column {column}",
        fontsize=15,
    )
    return figure


def main() -> None:
    """Send the picture through the three layers, and draw every step."""
    options = parser(__doc__, "filter-detect-condense", chance=False)
    options.add_argument(
        "--image",
        type=picture_file,
        metavar="PATH",
        help="a picture of your own (default: the portrait of Grace Hopper that matplotlib ships)",
    )
    arguments = options.parse_args()
    picture = np.asarray(load_picture(arguments.image).convert("L")) / 255.0  # (H, W)
    bank = [KERNELS[name].values for name in FEATURES]
    model = Sequential(
        [
            Conv2D.from_kernels(bank, padding="same", padding_mode="replicate"),
            ReLU(),
            MaxPool(BLOCK),
        ],
        input_shape=(1, *picture.shape),
    )
    height, width = receptive_field(model)
    print(f"each condensed answer sees {height} x {width} pixels of the picture")
    activations = model.activations(picture[np.newaxis, np.newaxis])
    story = draw_story(picture, bank, activations)
    print(save_figure(story, arguments.out / "filter-detect-condense.png", dpi=100))

    filtered = activations[0]
    i, j = np.unravel_index(filtered[0, 0].argmax(), picture.shape)
    parts = explain_pixel(model.layers[0], picture[np.newaxis, np.newaxis], 0, 0, int(i), int(j))
    print(f"\n{parts}\n")
    print(save_figure(draw_answer(picture, parts), arguments.out / "one-answer.png", dpi=100))


if __name__ == "__main__":
    run(main)
