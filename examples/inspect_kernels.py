"""Look into any saved model: its kernels, what they answer to, and which pixels decide.

Prints a table of the kernels of one layer: how much of each is an edge, a bar, a blob or flat,
which way it lies, which wave it answers to, and which hand-made kernel is most similar. Draws:

  kernels            all kernels on one colour scale
  spectra            which waves each of them answers to
  orientations       in which directions the edges rise
  sharpest           the kernel with the highest edge score, number by number
  feature-maps       one image on its way through the layers
  top-patches        the parts of 2,000 test images that excite each filter most
  maxima             what gradient ascent makes to excite each filter
  maxima-of-classes  the same for each class
  saliency           which pixels would raise or lower the score of the image
  occlusion          which parts of the image the score cannot do without

The last six need images; they are drawn for models that take MNIST's, 1 x 28 x 28. Patches and
maxima are those of the first 12 filters.
"""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import numpy as np
from _common import KERNEL_TABLE, at_least, model_file, parser, run
from matplotlib.axes import Axes

from minicnn import Sequential
from minicnn.data import Dataset, load_mnist
from minicnn.errors import ArgumentError, ShapeError
from minicnn.inspection import (
    kernels_of,
    maximize,
    measure_kernels,
    plots,
    top_patches,
)
from minicnn.inspection.plots.excitation import MOST_UNITS
from minicnn.typing import Array

SEARCHED = 2_000


def chosen(model: Sequential, layer: int) -> Array:
    """Return the kernels (F, C, KH, KW) of a layer, or say which layers have some."""
    found = {}
    for number, candidate in enumerate(model.layers):
        with suppress(ShapeError):
            found[number] = kernels_of(candidate)
    if not found:
        raise ArgumentError(f"expected a model with convolutions, got {model}")
    if layer not in found:
        raise ArgumentError(f"--layer: must be one with kernels, {sorted(found)}, got {layer}")
    return found[layer]


def of_kernels(kernels: Array) -> Iterator[tuple[str, Axes]]:
    """Draw what the kernels alone show."""
    table = measure_kernels(kernels)
    yield "kernels", plots.plot_kernels(kernels)
    yield "spectra", plots.plot_kernel_spectrum(kernels)
    yield "orientations", plots.plot_orientations(kernels)
    sharpest = int(np.where(table.live, table.edge, -1.0).argmax())
    channel = int((kernels[sharpest] ** 2).sum(axis=(1, 2)).argmax())
    ax = plots.show_kernel(kernels[sharpest, channel])
    title = f"kernel {sharpest}: edge score {table.edge[sharpest]:.2f}"
    if kernels.shape[1] > 1:
        title += f"\nchannel {channel}, the strongest of {kernels.shape[1]}"
    ax.set_title(title, fontsize=9)
    yield "sharpest", ax


def of_images(
    model: Sequential, layer: int, test: Dataset, number: int
) -> Iterator[tuple[str, Axes | Sequence[Axes]]]:
    """Draw what the kernels make of images."""
    image = test.images[number]
    yield "feature-maps", plots.plot_feature_maps(model, image)
    units = range(min(MOST_UNITS, model.activations(image[None])[layer].shape[1]))
    found = [top_patches(model, test.images[:SEARCHED], layer, unit) for unit in units]
    yield "top-patches", plots.plot_top_patches(found)
    yield "maxima", plots.plot_maxima([maximize(model, layer, unit) for unit in units])
    classes = test.classes or ()
    if model.out_shape != (len(classes),):
        return
    last = len(model.without_softmax().layers) - 1
    made = [maximize(model, last, label) for label in range(len(classes))]
    yield "maxima-of-classes", plots.plot_maxima(made, labels=classes)
    yield "saliency", plots.plot_saliency(model, image)
    yield "occlusion", plots.plot_occlusion(model, image)


def main() -> None:
    """Print the table, and draw."""
    options = parser(__doc__, "inspect-kernels", chance=False)
    add = options.add_argument
    add(
        "model",
        nargs="?",
        type=model_file,
        default=Path("runs/mnist/model.npz"),
        help="a saved model, or the folder of a run (default %(default)s, which train_mnist.py "
        "writes)",
    )
    add("--layer", type=at_least(0), default=0, help="the number of the layer (default 0)")
    add("--image", type=at_least(0), default=0, help="the number of the test image (default 0)")
    arguments = options.parse_args()
    if not arguments.model.exists():
        options.error(f"{arguments.model}: there is no such file; train_mnist.py makes one")
    model = Sequential.load(arguments.model)
    try:
        kernels = chosen(model, arguments.layer)
    except ArgumentError as error:
        options.error(str(error))
    pictures: list[Iterator[tuple[str, Axes | Sequence[Axes]]]] = [of_kernels(kernels)]
    if model.in_shape == (1, 28, 28):
        test = load_mnist().test
        if arguments.image >= len(test):
            options.error(f"--image: must be below {len(test):,}, the number of images")
        pictures.append(of_images(model, arguments.layer, test, arguments.image))
    print(KERNEL_TABLE, measure_kernels(kernels), sep="\n\n", end="\n\n", flush=True)
    for name, axes in itertools.chain(*pictures):
        print(plots.save_figure(axes, arguments.out / f"{name}.png"), flush=True)


if __name__ == "__main__":
    run(main)
