"""Look at kernels that learned from photographs, and at what they make of one.

VGG16 became famous on ImageNet, a million photographs of a thousand things. The kernels here are
those of a VGG16 that was trained further, to find the outlines in photographs; they do not say what
its first layer was before that. It has 64 kernels of 3 x 3 pixels in red, green and blue. 41 are
edges with almost no colour: the share of a kernel in which its three channels differ is at most
0.27. Another 21 are flat. 19 of these are colours without an edge, with edge scores of at most
0.28: one colour against another, such as blue against red, so that they find the sky or the skin,
whatever its outline. The other two flat ones answer to brightness. The last two kernels are mixed.

Prints the table of the kernels, and draws:

  colours       each kernel as a dot: how much of an edge it is, and how much of a colour
  kernels       all of them in colour, edges by their direction, colours by their hue
  answers       what some make of a photograph: white for alike, black for the opposite
  orientations  in which directions the edges rise
  spectra       which waves some of them let through
  beside-ours   edge scores: theirs, of the network of train_mnist.py, and of random weights

For the answers, each kernel is divided by its norm, so that one scale of greys does for all. As in
VGG16, the photograph loses the mean of red, green and blue over the photographs that VGG16 learned
from, and zeros surround it; biases and the ReLU are left out. Kernels from a file of your own get
the photograph less its own mean, since the file does not say which mean they learned with.

The network of train_mnist.py sees no colours, and its training takes the mean from every kernel, so
that none of its kernels can be flat. And it is easier to be an edge for a kernel of few weights.
Hence random weights of the same size stand beside each.

By default these are the kernels in datasets/vgg16. With --weights they are those of a file of your
own: .npz, .safetensors, .onnx, or Keras's .h5; --tensor says which of its tensors, and a wrong name
brings a list of all. The kernels of a transposed convolution have kernels and channels the other
way round. What has to do with colour is drawn for kernels of three channels, answers for
those of one, too.
"""

import argparse
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import numpy as np
from _common import KERNEL_TABLE, load_picture, model_file, parser, picture_file, run
from _kernel_answers import draw_answers
from _kernel_groups import Bank, size_in_words
from _kernel_pictures import (
    draw_channels,
    draw_colours,
    draw_kernels,
    draw_orientations,
    draw_spectra,
    finding,
)
from _kernel_scores import BLUE, VERMILION, Scores, draw_scores, scores_of
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicnn import Sequential
from minicnn.errors import ArgumentError
from minicnn.inspection import kernels_of, plots
from minicnn.inspection.kinds import score_as_text
from minicnn.interop import FoundKernels, read_kernels, read_tensors
from minicnn.terminal import shortened
from minicnn.typing import Array

VGG16 = Path(__file__).resolve().parents[1] / "datasets" / "vgg16" / "first-block.npz"
VGG16_MEAN = np.array([122.67892, 116.66877, 104.00699]) / 255  # of red, green and blue, (3,)
NAME, LONGEST = "VGG16, trained further for outlines", 60  # and the letters of other names
ORDERS = {
    "FCHW": "kernels, channels, rows, columns",
    "HWCF": "rows, columns, channels, kernels",
    "HWCM": "rows, columns, channels, kernels for each channel",
    "HWFC": "rows, columns, kernels, channels",
}
THUMBNAIL = 240  # pixels on the longer side of the photograph


def conclusion(bank: Bank) -> str:
    """Return what the table comes to, in sentences."""
    said = f"{bank.name}: {bank.counts}."
    if bank.table.in_colour:
        said += f" {finding(bank)}."
    colours, edges = bank.groups.get("colour", []), bank.edges
    if colours and edges.any() and not (edges & bank.coloured).any():
        edge, colour = bank.table.edge[colours].max(), bank.table.colour[edges].max()
        said += (
            f" Colours have an edge score of at most {score_as_text(edge)}, edges a colour of at "
            f"most {score_as_text(colour)}."
        )
    return textwrap.fill(said, 100)


def options() -> argparse.ArgumentParser:
    """Return the options of the command line."""
    result = parser(__doc__, "pretrained-kernels")
    add, standard = result.add_argument, "default: those of datasets/vgg16"
    add("--weights", type=Path, default=VGG16, metavar="FILE", help=standard)
    add("--tensor", metavar="NAME", help="default: the first by name that has four axes")
    add("--layout", choices=ORDERS, help="the order of its axes, where it is not clear")
    add("--bgr", action="store_true", help="its channels are blue, green, red, as in Caffe")
    add("--image", type=picture_file, metavar="PATH", help="default: a portrait")
    add(
        "--ours",
        type=model_file,
        default=Path("runs/mnist/model.npz"),
        metavar="MODEL",
        help="a model to compare with (default %(default)s, which train_mnist.py writes)",
    )
    return result


def main() -> None:
    """Read the kernels, print their table, and draw."""
    command = options()
    arguments = command.parse_args()
    known = arguments.weights.resolve() == VGG16
    if arguments.bgr and known:
        command.error("--bgr: the kernels of datasets/vgg16 have red first")
    found = read(arguments)
    if arguments.bgr and (C := found.kernels.shape[1]) != 3:
        said = f"expected kernels of three channels, got {C:,}: {printable(found.name)}"
        command.error(f"--bgr: {said}")
    bank, ours = bank_of(found, arguments), bank_of_ours(arguments.ours)
    print_table(found, bank, others=0 if arguments.tensor else tensors(arguments.weights) - 1)
    if ours is None:
        print(
            f"{arguments.ours}: there is no such file, which train_mnist.py makes; so beside-ours "
            f"has only {bank.name} and random weights"
        )
    rows = compared(bank, ours, arguments.seed)
    print(*(f"{row.name} ({row.size}): {row.said}" for row in rows), sep="\n")
    pictures = draw(bank, rows, arguments.image, VGG16_MEAN if known else None)
    for title, drawn in pictures.items():
        print(plots.save_figure(drawn, arguments.out / f"{title}.png", dpi=100), flush=True)


def bank_of_ours(path: Path) -> Bank | None:
    """Return the first kernels of a model of ours, if the file is there."""
    if not path.exists():
        return None
    model = Sequential.load(path)
    return Bank(kernels_of(model), f"ours, {learned_from(model)}")


def compared(bank: Bank, ours: Bank | None, seed: int) -> list[Scores]:
    """Return the edge scores of these kernels and of ours, each followed by those of chance."""
    rows = scores_of(bank, BLUE, seed)
    return rows if ours is None else rows + scores_of(ours, VERMILION, seed)


def read(arguments: argparse.Namespace) -> FoundKernels:
    """Return the kernels of the file, or say which option states what is not clear in it."""
    try:
        return read_kernels(arguments.weights, arguments.tensor, arguments.layout)
    except ArgumentError as error:
        said = re.sub(r"layout='(\w+)'", r"--layout \1", str(error))
        raise ArgumentError(said.replace("name another tensor", "another --tensor")) from error


def tensors(path: Path) -> int:
    """Return how many tensors of a file have four axes, as kernels have."""
    return sum(tensor.ndim == 4 for tensor in read_tensors(path).values())


def bank_of(found: FoundKernels, arguments: argparse.Namespace) -> Bank:
    """Return the kernels that were found, with red first, and with a name for the pictures."""
    known = arguments.weights.resolve() == VGG16
    name = NAME if known else arguments.weights.name
    if arguments.tensor or not known:
        name = shortened(f"{printable(found.name)} of {name}", LONGEST)
    return Bank(found.kernels[:, ::-1] if arguments.bgr else found.kernels, name)


def print_table(found: FoundKernels, bank: Bank, others: int) -> None:
    """Print what was found in the file, which has so many other tensors, and the table."""
    print(f"{printable(found.name)}: {size_in_words(bank.kernels.shape)}")
    if others > 0:
        print(f"the first by name of {others + 1:,} tensors with four axes; --tensor names another")
    print(f"in the file: {ORDERS[found.layout]}\n({printable(found.reason)})\n")
    print(f"{KERNEL_TABLE}\n\n{bank.table}\n\n{conclusion(bank)}", flush=True)


def printable(words: str) -> str:
    """Return words from a file, on one line, without control codes, and not too long."""
    return shortened(words if words.isprintable() else repr(words), 4 * LONGEST)


def learned_from(model: Sequential) -> str:
    """Return what a model of ours learned to tell apart, such as "trained on digits"."""
    if model.classes == tuple("0123456789"):
        return "trained on digits"
    if model.classes:
        return shortened(f"trained on {', '.join(map(printable, model.classes))}", LONGEST)
    return "of another training"


def draw(
    bank: Bank, rows: Sequence[Scores], image: Path | None, mean: Array | None
) -> dict[str, Axes | Figure]:
    """Return every picture that these kernels have, by its name.

    The mean (3,) is that of VGG16's photographs; without it, each photograph has its own.
    """
    pictures: dict[str, Axes | Figure] = {}
    C = bank.kernels.shape[1]
    if C == 3:
        pictures["colours"] = draw_colours(bank)
    pictures["kernels"] = draw_kernels(bank) if C == 3 else draw_channels(bank)
    if not bank.table.live.any():
        print("no answers: all kernels are dead")
    elif C in (1, 3):
        photograph = np.asarray(load_picture(image, THUMBNAIL)) / 255  # (H, W, 3)
        pictures["answers"] = draw_answers(bank, photograph, mean)
    else:
        print(f"no answers: these kernels look at {C:,} channels, a photograph has three")
    return pictures | {
        "orientations": draw_orientations(bank),
        "spectra": draw_spectra(bank),
        "beside-ours": draw_scores(rows),
    }


if __name__ == "__main__":
    run(main)
