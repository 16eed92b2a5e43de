"""What the smallest edge kernels answer to, number by number.

Three pictures of ones and zeros: a half-plane, a checkerboard and an X. Three kernels:

  (1, -1)             a pixel minus its right neighbour: answers where the picture changes from left
                      to right, so to upright edges; along a row of equal pixels it is silent
  its transpose       a pixel minus the one below: answers to level edges
  ((1, -1), (-1, 1))  the change of a change, down and across: along any straight edge, upright or
                      level, its answers cancel; only corners and diagonals are left

So the half-plane has one line of answers, and the third kernel finds nothing in it. On the
checkerboard every neighbour differs: all three answer everywhere, with alternating signs. On the X,
the third kernel answers most strongly along the diagonals, with one sign for each of them: positive
on the one that runs like its own ones, negative on the other.
"""

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import parser, run
from matplotlib.figure import Figure

from minicnn import Conv2D
from minicnn.inspection.plots import save_figure, show_kernel
from minicnn.typing import Array

KERNELS = {
    "(1, -1): upright edges": np.array([[1.0, -1.0]]),
    "its transpose: level edges": np.array([[1.0], [-1.0]]),
    "corners and diagonals": np.array([[1.0, -1.0], [-1.0, 1.0]]),
}


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

    Every row and column has room for the largest picture, so that all cells have one size and stand
    below one another.
    """
    widest = max(picture.shape[1] for picture in shapes.values())
    heights = [2, *map(len, shapes.values())]
    figure = plt.figure(figsize=(14, 12.8), layout="constrained")
    figure.suptitle(
        "What each kernel answers to: red above zero, blue below, white nothing\n", fontsize=16
    )
    grid = figure.add_gridspec(len(heights), 1 + len(KERNELS), height_ratios=heights)

    def cell(row: int, column: int, values: Array, title: str) -> None:
        ax = figure.add_subplot(grid[row, column])
        ax.set(xlim=(-0.55, widest - 0.45), ylim=(heights[row] - 0.45, -0.55), anchor="NW")
        limits = ax.get_xlim(), ax.get_ylim()
        show_kernel(values, limit=2, ax=ax)
        ax.set(xlim=limits[0], ylim=limits[1])
        ax.set_title(title, fontsize=12, loc="left")

    for column, (name, kernel) in enumerate(KERNELS.items(), 1):
        cell(0, column, kernel, name)
    for row, (name, picture) in enumerate(shapes.items(), 1):
        cell(row, 0, picture, f"{name}, {' x '.join(map(str, picture.shape))}")
        for column, (kernel_name, kernel) in enumerate(KERNELS.items(), 1):
            y = answers(picture, kernel)
            OH, OW = y.shape
            cell(row, column, y, f"{OH} x {OW} answers, {np.count_nonzero(y)} not zero")
            print(f"{name:<13} {kernel_name:<28} answers from {y.min():.0f} to {y.max():.0f}")
    return figure


def main() -> None:
    """Answer, and draw."""
    arguments = parser(__doc__, "kernels-on-shapes", chance=False).parse_args()
    figure = draw(pictures())
    print(save_figure(figure, arguments.out / "kernels-on-shapes.png", dpi=100))


if __name__ == "__main__":
    run(main)
