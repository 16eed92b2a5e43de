"""What the smallest edge kernels answer to, number by number.

Three pictures of ones, black, and zeros, white: a half-plane, a checkerboard and an X. Three
kernels:

  (1, -1)             a pixel minus its right neighbour: answers where the picture changes from left
                      to right, so to upright edges; along a row of equal pixels it is silent
  its transpose       a pixel minus the one below: answers to level edges
  ((1, -1), (-1, 1))  the change of a change, down and across: along any straight edge, upright or
                      level, its answers cancel; only corners and diagonals are left

So the half-plane has one line of answers, and the other two kernels are silent. On the checkerboard
every neighbour differs: all three answer everywhere, with alternating signs, the third twice as
strongly, since it meets two changes at once. The X is drawn with lines one pixel wide, and a line
has two edges: the first two kernels answer on both sides of each stroke. The third answers most
strongly along the strokes themselves, with one sign for each: positive on the one that runs like
its own ones, negative on the other.
"""

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import parser, run
from matplotlib.figure import Figure

from minicnn import Conv2D
from minicnn.inspection.plots import save_figure
from minicnn.inspection.plots.cells import draw_cells, numbers_as_text, write_numbers
from minicnn.typing import Array

KERNELS = {
    "upright edges": np.array([[1.0, -1.0]]),
    "level edges": np.array([[1.0], [-1.0]]),
    "corners and diagonals": np.array([[1.0, -1.0], [-1.0, 1.0]]),
}
FOUND = {  # what each kernel finds in a picture, in the order of the kernels
    "half-plane": ["one line", "silent", "silent"],
    "checkerboard": ["everywhere", "everywhere", "everywhere, twice as strong"],
    "X": ["both sides of strokes", "both sides of strokes", "positive on \\, negative on /"],
}
TITLE = "A kernel answers only where the picture changes in its direction"
KEY = "Below each kernel: its answers, red above zero, blue below.  Pictures: 1 is black, 0 white."
LIMIT = 3.0  # the value at the end of the scale of answers: at 2 they would be almost black


def pictures() -> dict[str, Array]:
    """Return the three pictures, each of another size."""
    rows, columns = np.indices((7, 6))
    half_plane = (columns < 3).astype(float)
    rows, columns = np.indices((8, 8))
    checkerboard = ((rows + columns) % 2 == 0).astype(float)
    cross = np.maximum(np.eye(9), np.eye(9)[::-1])
    return {"half-plane": half_plane, "checkerboard": checkerboard, "X": cross}


def answers(picture: Array, kernel: Array) -> Array:
    """Return what the kernel answers at each of its places, by the layer that networks use."""
    layer = Conv2D.from_kernels(kernel[np.newaxis])
    x = picture[np.newaxis, np.newaxis]  # (1, 1, H, W): one sample, one channel
    layer.build(x.shape[1:], np.random.default_rng(0))
    y: Array = layer(x)[0, 0]  # (OH, OW)
    return y


def draw(shapes: dict[str, Array]) -> Figure:
    """Draw the kernels above, and below them what they make of each picture.

    Each row has room for its largest array, and each column for one cell more, so that all cells
    have one size and stand below one another.
    """
    heights = [2, *map(len, shapes.values())]
    widest = max(picture.shape[1] for picture in shapes.values())
    widths = [widest + 1, *(widest + 2 - kernel.shape[1] for kernel in KERNELS.values())]
    figure = plt.figure(figsize=(14, 13), layout="constrained")
    figure.suptitle(f"{TITLE}\n", fontsize=20)
    figure.text(0.5, 0.955, KEY, fontsize=14, ha="center", color="0.3")
    grid = figure.add_gridspec(len(heights), 4, height_ratios=heights, width_ratios=widths)

    def show(row: int, column: int, values: Array, title: str, *, picture: bool = False) -> None:
        ax = figure.add_subplot(grid[row, column])
        ax.set(xlim=(-0.55, widths[column] - 0.55), ylim=(heights[row] - 0.45, -0.55), anchor="NW")
        if picture:
            cells = draw_cells(ax, values, (0, 1), cmap="gray_r")
        else:
            cells = draw_cells(ax, values, (-LIMIT, LIMIT))
        write_numbers(ax, cells, numbers_as_text(values))
        ax.set_title(title, fontsize=14, loc="left", weight="bold" if picture or not row else None)

    for column, (way, kernel) in enumerate(KERNELS.items(), 1):
        show(0, column, kernel, f"kernel: {way}")
    for row, (name, picture) in enumerate(shapes.items(), 1):
        show(row, 0, picture, f"picture: {name}", picture=True)
        for column, (way, found) in enumerate(zip(KERNELS, FOUND[name], strict=True), 1):
            y = answers(picture, KERNELS[way])
            show(row, column, y, found)
            sizes = f"{y.shape[0]} x {y.shape[1]} answers from {y.min():.0f} to {y.max():.0f}"
            print(f"{name:<13} {way:<22} {sizes}: {found}")
    return figure


def main() -> None:
    """Answer, and draw."""
    arguments = parser(__doc__, "kernels-on-shapes", chance=False).parse_args()
    figure = draw(pictures())
    print(save_figure(figure, arguments.out / "kernels-on-shapes.png", dpi=100))


if __name__ == "__main__":
    run(main)
