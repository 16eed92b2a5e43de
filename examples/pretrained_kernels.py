"""Look at kernels that learned from photographs, and at what they make of one.

VGG16 became famous on ImageNet, a million photographs of a thousand things. Its first layer has 64
kernels of 3 x 3 pixels and three colours, and nothing says what they are to become. 41 became edge
detectors, and all of these are for light and dark: weights that are equal in red, green and blue
hold 73 to 99 % of their energy. Of the others 21 are flat, and 19 of these weigh one colour against
another: they find the sky or the skin, whatever its outline. So the edges are colourless, and the
colours have no edges. Prints the table of the kernels, and draws:

  kernels       all of them in colour, each with its edge score
  orientations  in which directions the edges rise
  spectra       which waves each of them answers to
  answers       what each makes of a photograph: white for alike, black for its opposite
  beside-ours   their edge scores, those of the network of train_mnist.py, and those of chance

The network of train_mnist.py sees no colours, and its training takes the mean from every kernel, so
that none of its kernels can be flat.

By default these are the kernels in datasets/vgg16, trained further for edges. With --weights they
are those of a file of your own: .npz, .safetensors, .onnx, or Keras's .h5; --tensor says which of
its tensors, and a wrong name brings a list of all. Answers are drawn for kernels of one channel, in
grey, or of three.
"""

from pathlib import Path

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import KERNEL_TABLE, load_picture, model_file, parser, picture_file, run
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicnn import Sequential, apply_kernel
from minicnn.inspection import kernels_of, measure_kernels, plots
from minicnn.interop import read_kernels
from minicnn.typing import Array

VGG16 = Path(__file__).parents[1] / "datasets" / "vgg16" / "first-block.npz"
MOST, COLUMNS = 64, 13
THUMBNAIL = 120  # pixels on the longer side of the photograph
CLEAR = 0.5  # the edge score from which on a kernel is called an edge


def answers(kernels: Array, photograph: Array) -> Figure:
    """Draw the photograph (H, W, 3), and what each of the strongest kernels makes of it."""
    picture = photograph if kernels.shape[1] == 3 else photograph.mean(axis=2)
    table = measure_kernels(kernels)
    chosen = np.sort(np.argsort(-table.norm)[:MOST])
    columns = min(COLUMNS, len(chosen) + 1)
    rows = -(-(len(chosen) + 1) // columns)
    height = rows * (picture.shape[0] / picture.shape[1] + 0.2)  # inches, as each is one inch wide
    figure, axes = plt.subplots(rows, columns, figsize=(columns, height), squeeze=False)
    figure.subplots_adjust(0.005, 0.005, 0.995, 1 - 0.17 / height, 0.04, 0.17)
    for ax in axes.flat:
        ax.set_axis_off()
    first, *others = axes.flat
    first.imshow(picture, cmap="gray")
    first.set_title("photograph", fontsize=6, pad=2)
    for ax, f in zip(others, chosen, strict=False):
        answer = apply_kernel(picture, kernels[f])  # (H, W)
        limit = max(float(np.quantile(abs(answer), 0.99)), 1e-12)
        ax.imshow(answer, cmap="gray", vmin=-limit, vmax=limit)
        ax.set_title(f"{f}: {table.kind[f]}", fontsize=6, pad=2)
    return figure


def beside(banks: dict[str, Array]) -> Axes:
    """Draw the edge scores of each bank of kernels as a row of dots, its median as a line."""
    _, ax = plt.subplots(figsize=(9, 0.5 + 0.75 * len(banks)), layout="constrained")
    for row, (name, kernels) in enumerate(banks.items()):
        table = measure_kernels(kernels)
        scores = table.edge[table.live]
        apart = 0.5 * (np.arange(len(scores)) * 0.618 % 1 - 0.5)  # so that no dot hides another
        ax.scatter(scores, row + apart, s=14, alpha=0.6, linewidths=0)
        ax.vlines(table.median_edge, row - 0.35, row + 0.35, color="black")
        share = (scores >= CLEAR).mean()
        print(f"{name:<24} median {table.median_edge:.2f}, {share:4.0%} edges of {len(scores)}")
    ax.axvline(CLEAR, color="0.5", linewidth=0.8, linestyle=":")
    ax.set(xlim=(-0.02, 1.02), ylim=(len(banks) - 0.5, -0.5), yticks=range(len(banks)))
    ax.set_yticklabels(list(banks))
    ax.set_xlabel(f"edge score of each kernel; {CLEAR} or more: an edge; black: the median")
    return ax


def main() -> None:
    """Read the kernels, print their table, and draw."""
    options = parser(__doc__, "pretrained-kernels")
    add = options.add_argument
    add("--weights", type=Path, default=VGG16, metavar="FILE", help="default: those of VGG16")
    add("--tensor", metavar="NAME", help="default: the first that has four axes")
    add("--layout", choices=["FCHW", "HWCF"], help="the order of its axes, where it is not clear")
    add("--bgr", action="store_true", help="its channels are blue, green, red, as in Caffe")
    add("--image", type=picture_file, metavar="PATH", help="default: a portrait")
    add(
        "--ours",
        type=model_file,
        default=Path("runs/mnist/model.npz"),
        metavar="MODEL",
        help="a model to compare with (default %(default)s, which train_mnist.py writes)",
    )
    arguments = options.parse_args()
    found = read_kernels(arguments.weights, arguments.tensor, arguments.layout)
    kernels = found.kernels[:, ::-1] if arguments.bgr else found.kernels
    shape, name = kernels.shape, arguments.weights.stem
    print(measure_kernels(kernels), KERNEL_TABLE, sep="\n\n", end="\n\n")
    print(f"{found.name} {shape}: {found.reason}\n", flush=True)

    banks = {"VGG16" if arguments.weights == VGG16 else name: kernels}
    if arguments.ours.exists():
        banks["ours, trained on digits"] = kernels_of(Sequential.load(arguments.ours))
    else:
        print(f"{arguments.ours}: there is no such file; train_mnist.py makes one")
    banks["chance"] = np.random.default_rng(arguments.seed).normal(size=shape)
    pictures: dict[str, Axes | Figure] = {
        "kernels": plots.plot_kernels(kernels, most=MOST),
        "orientations": plots.plot_orientations(kernels),
        "spectra": plots.plot_kernel_spectrum(kernels, most=MOST),
        "beside-ours": beside(banks),
    }
    if shape[1] in (1, 3):
        photograph = np.asarray(load_picture(arguments.image, THUMBNAIL)) / 255  # (H, W, 3)
        pictures["answers"] = answers(kernels, photograph)
    else:
        print(f"no answers: these kernels look at {shape[1]} channels, a photograph has three")
    for title, drawn in pictures.items():
        print(plots.save_figure(drawn, arguments.out / f"{title}.png", dpi=100), flush=True)


if __name__ == "__main__":
    run(main)
