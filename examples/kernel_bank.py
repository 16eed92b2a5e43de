"""Every hand-made kernel on one picture: ours beside Pillow's answer, and the difference.

A convolution is a small recipe: each pixel of the result is a weighted sum of a pixel and its
neighbours, and the kernel is the table of the weights. Eighteen well-known tables follow, two of
them under two names. Where the weights sum to one, flat parts of the picture stay as they are, and
the rest is blurred, sharpened or turned into a relief. Where they sum to zero, flat parts give
zero, and the result shows where something changes; those are drawn with mid-grey for zero, and with
so much contrast that a quarter of the largest possible answer is white.

Pillow, a library for pictures, computes the same, but leaves the outermost pixels as they are; so
these are not compared. Then see what kernels a network finds by itself: train_mnist.py draws them.
"""

from typing import Any

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from _common import load_picture, parser, picture_file, run
from matplotlib.figure import SubFigure
from PIL import Image, ImageFilter

from minicnn.filters import KERNELS, Kernel, apply_kernel
from minicnn.inspection.plots import save_figure, show_kernel

Bytes = npt.NDArray[np.uint8]


def scale_and_offset(kernel: Kernel) -> tuple[float, float]:
    """Return what to divide answers by and then add, so that they show as greys from 0 to 255."""
    if np.isclose(kernel.values.sum(), 1.0):
        return 1.0, 0.0
    largest_answer = kernel.values.clip(min=0).sum()  # to pixels from 0 to 1
    return float(largest_answer) / 2, 128.0


def ours(picture: Bytes, kernel: Kernel) -> Bytes:
    """Return our answer as greys."""
    scale, offset = scale_and_offset(kernel)
    answer = apply_kernel(picture.astype(np.float64), kernel) / scale + offset
    return np.floor(answer + 0.5).clip(0, 255).astype(np.uint8)


def pillows(picture: Bytes, kernel: Kernel) -> Bytes:
    """Return Pillow's answer; it reads kernels from the bottom up, so it gets them upside down."""
    scale, offset = scale_and_offset(kernel)
    weights = kernel.values[::-1].ravel().tolist()
    pillow = ImageFilter.Kernel(kernel.values.shape, weights, scale, offset)
    return np.asarray(Image.fromarray(picture).filter(pillow))


def draw(panel: SubFigure, name: str, kernel: Kernel, answers: list[Any]) -> None:
    """Draw one kernel, both answers and their difference."""
    panel.suptitle(f"{name}: {kernel.description}", fontsize=10, x=0.01, ha="left")
    axes = panel.subplots(1, 4, width_ratios=[0.8, 1, 1, 1])
    # The smallest whole number that makes the weights whole, so that they are not rounded.
    whole = next(n for n in range(1, 100) if np.allclose(n * kernel.values % 1, 0))
    show_kernel(whole * kernel.values, ax=axes[0])
    axes[0].set_title(f"weights, in 1/{whole}" if whole > 1 else "weights", fontsize=8)
    titles = ["ours", "Pillow's", "difference"]
    for ax, answer, title in zip(axes[1:], answers, titles, strict=True):
        if title == "difference":
            ax.imshow(answer, cmap="RdBu_r", vmin=-8, vmax=8)
            title += f": at most {abs(answer).max()}"
        else:
            ax.imshow(answer, cmap="gray", vmin=0, vmax=255)
        ax.set_title(title, fontsize=8)
        ax.set(xticks=[], yticks=[])


def main() -> None:
    """Apply the bank twice, and draw it all."""
    options = parser(__doc__, "kernel-bank", chance=False)
    options.add_argument(
        "--image",
        type=picture_file,
        metavar="PATH",
        help="a picture of your own (default: the portrait of Grace Hopper that matplotlib ships)",
    )
    arguments = options.parse_args()
    picture = np.asarray(load_picture(arguments.image).convert("L"))  # grey, (H, W)

    ratio = float(np.clip(picture.shape[0] / picture.shape[1], 0.6, 1.5))
    figure = plt.figure(figsize=(15, 9 * (1.75 * ratio + 0.55) + 0.4), layout="constrained")
    figure.suptitle(
        "The bank of hand-made kernels, what each makes of a picture, and that Pillow agrees"
    )
    panels = figure.subfigures(9, 2, wspace=0.03, squeeze=False).ravel()
    for panel, (name, kernel) in zip(panels, KERNELS.items(), strict=True):
        mine, theirs = ours(picture, kernel), pillows(picture, kernel)
        # Pillow leaves the outermost pixels as they are, so these are not compared.
        difference = np.zeros(picture.shape, int)
        difference[1:-1, 1:-1] = (mine.astype(int) - theirs)[1:-1, 1:-1]
        print(f"{name:<14} differs from Pillow by at most {abs(difference).max()} of 255")
        draw(panel, name, kernel, [mine, theirs, difference])
    print(save_figure(panels[0].axes[0], arguments.out / "kernel-bank.png", dpi=100))


if __name__ == "__main__":
    run(main)
