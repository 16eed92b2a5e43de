"""Every hand-made kernel on one picture, and that Pillow makes the same of it.

A convolution is a small recipe: each pixel of the result is a weighted sum of a pixel and its
neighbours, and the kernel is the table of the weights. Eighteen well-known tables follow, two of
them under two names. Where the weights sum to one, flat parts of the picture stay as they are, and
the rest is blurred, sharpened or turned into a relief. Where they sum to zero, flat parts give
zero, and the result shows where something changes; those are drawn with mid-grey for zero, and each
with its own contrast: the strongest 3 % of its answers are black or white.

Pillow, a library for pictures, computes the same, but leaves the outermost pixels as they are; so
these are not compared. Then see what kernels a network finds by itself: train_mnist.py draws them.
"""

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
ROWS, COLUMNS = 3, 6
MID_GREY = 128


def scale_and_offset(picture: Bytes, kernel: Kernel) -> tuple[float, float]:
    """Return what to divide answers by and then add, so that they show as greys from 0 to 255."""
    if np.isclose(kernel.values.sum(), 1.0):
        return 1.0, 0.0
    answers = abs(apply_kernel(picture.astype(np.float64), kernel))
    return max(float(np.quantile(answers, 0.97)), 1.0) / MID_GREY, MID_GREY


def ours(picture: Bytes, kernel: Kernel, scale: float, offset: float) -> Bytes:
    """Return our answer as greys."""
    answer = apply_kernel(picture.astype(np.float64), kernel) / scale + offset
    return np.floor(answer + 0.5).clip(0, 255).astype(np.uint8)


def pillows(picture: Bytes, kernel: Kernel, scale: float, offset: float) -> Bytes:
    """Return Pillow's answer; it reads kernels from the bottom up, so it gets them upside down."""
    weights = kernel.values[::-1].ravel().tolist()
    pillow = ImageFilter.Kernel(kernel.values.shape, weights, scale, offset)
    return np.asarray(Image.fromarray(picture).filter(pillow))


def draw(panel: SubFigure, name: str, kernel: Kernel, answer: Bytes) -> None:
    """Draw a kernel below what it makes of the picture."""
    above, below = panel.subplots(2, 1, height_ratios=[answer.shape[0] / answer.shape[1], 0.5])
    above.imshow(answer, cmap="gray", vmin=0, vmax=255)
    above.set(xticks=[], yticks=[])
    said = also_called(name)
    above.set_title(said, fontsize=13 if said == name else 11)
    # The smallest whole number that makes the weights whole, so that they are not rounded.
    whole = next(n for n in range(1, 100) if np.allclose(n * kernel.values % 1, 0))
    show_kernel(whole * kernel.values, ax=below)
    if whole > 1:
        factor = f"1/{whole} \N{MULTIPLICATION SIGN} "
        # Left out of the layout, so that all answers have the same size.
        below.text(-0.6, 1, factor, ha="right", va="center", fontsize=11).set_in_layout(False)


def also_called(name: str) -> str:
    """Return the name of a kernel, and the one that the bank has the same kernel under before."""
    for other, kernel in KERNELS.items():
        if other == name:
            break
        if np.array_equal(kernel.values, KERNELS[name].values):
            return f"{name} = {other}"
    return name


def main() -> None:
    """Apply the bank twice, compare, and draw it."""
    options = parser(__doc__, "kernel-bank", chance=False)
    options.add_argument(
        "--image",
        type=picture_file,
        metavar="PATH",
        help="a picture of your own (default: the portrait of Grace Hopper that matplotlib ships)",
    )
    arguments = options.parse_args()
    picture = np.asarray(load_picture(arguments.image).convert("L"))  # grey, (H, W)

    ratio = float(np.clip(picture.shape[0] / picture.shape[1], 0.3, 1.5))
    figure = plt.figure(figsize=(13, ROWS * (2.1 * ratio + 1.5) + 0.8), layout="constrained")
    panels = figure.subfigures(ROWS, COLUMNS, wspace=0.02, hspace=0.02, squeeze=False).ravel()
    largest = 0
    for panel, (name, kernel) in zip(panels, KERNELS.items(), strict=True):
        contrast = scale_and_offset(picture, kernel)
        mine, theirs = ours(picture, kernel, *contrast), pillows(picture, kernel, *contrast)
        # Pillow leaves the outermost pixels as they are, so these are not compared.
        difference = abs(mine.astype(int) - theirs)[1:-1, 1:-1].max(initial=0)
        print(
            f"{name:<14} {kernel.description}; differs from Pillow by at most {difference} of 255"
        )
        largest = max(largest, int(difference))
        draw(panel, name, kernel, mine)
    same = f"to {largest} of 255" if largest else "exactly"
    figure.suptitle(
        f"{len(KERNELS)} hand-made kernels, and what each makes of one picture\n"
        "Where the weights add up to 0, mid-grey is an answer of 0. "
        f"Pillow, another library, computes the same greys {same}.",
        fontsize=14,
    )
    print(save_figure(figure, arguments.out / "kernel-bank.png", dpi=100))


if __name__ == "__main__":
    run(main)
