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
from matplotlib.layout_engine import ConstrainedLayoutEngine

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


def main() -> None:
    """Draw the kernels above, and below them what they make of each picture."""
    arguments = parser(__doc__, "kernels-on-shapes", chance=False).parse_args()
    shapes = pictures()
    figure, axes = plt.subplots(
        1 + len(shapes),
        1 + len(KERNELS),
        figsize=(14, 13),
        height_ratios=[2, *map(len, shapes.values())],
        layout=ConstrainedLayoutEngine(wspace=0.06, hspace=0.04),
    )
    figure.suptitle("What each kernel answers to: red above zero, blue below, white nothing")
    axes[0, 0].set_axis_off()
    for ax, (name, kernel) in zip(axes[0, 1:], KERNELS.items(), strict=True):
        show_kernel(kernel, limit=2, ax=ax)
        ax.set(title=name, xlim=(-0.55, 1.55), ylim=(1.55, -0.55))
    for row, (name, picture) in zip(axes[1:], shapes.items(), strict=True):
        H, W = picture.shape
        show_kernel(picture, limit=2, ax=row[0])
        row[0].set_title(f"{name}, {H} x {W}")
        for ax, (kernel_name, kernel) in zip(row[1:], KERNELS.items(), strict=True):
            y = answers(picture, kernel)
            show_kernel(y, limit=2, ax=ax)
            OH, OW = y.shape
            ax.set_title(f"{OH} x {OW} answers, {np.count_nonzero(y)} not zero", fontsize=10)
            ax.set(xlim=row[0].get_xlim(), ylim=row[0].get_ylim())  # cells as large as pixels
            print(f"{name:<13} {kernel_name:<28} answers from {y.min():.0f} to {y.max():.0f}")
    print(save_figure(axes[0, 0], arguments.out / "kernels-on-shapes.png", dpi=100))


if __name__ == "__main__":
    run(main)
