"""A denoising autoencoder: kernels become edge detectors without a single label.

The network gets a picture that was spoiled and has to return the clean one (Vincent, Larochelle,
Bengio and Manzagol, "Extracting and composing robust features with denoising autoencoders", ICML
2008). So the picture is its own target, and nobody has to say which digit it is. Three networks,
which differ only in what spoils their pictures, start from the same weights:

  nothing added                  the picture is returned as it came: a plain autoencoder
  noise on each pixel            normal numbers of standard deviation 0.5 are added (the paper sets
                                 pixels to zero instead)
  noise, and unknown brightness  besides, one normal number of standard deviation 1 is added to all
                                 pixels of a picture, as if nobody knew how bright the light was

The encoder is a convolution with eight kernels of 5 x 5, ReLU, pooling and a second convolution;
the decoder is one transposed convolution back to 28 x 28. It returns a score for each pixel, and
the loss is the binary cross-entropy with the clean picture. Each picture is seen once, with noise
of its own, so there is nothing to learn by heart.

The spoiling decides what the kernels become. Measured with seeds 0, 1 and 2, on the test images:

  pictures with             squared error     median edge score   of 8 at 0.5 or above
  nothing added             0      -> 0.002   0.42, 0.19, 0.35    3, 2, 0
  noise on each pixel       0.25   -> 0.013   0.21, 0.22, 0.28    0, 1, 1
  noise, unknown brightness 1.25   -> 0.015   0.64, 0.65, 0.70    6, 5, 5

Before training the medians are 0.12, 0.09 and 0.14. Of the error of 1.25, the brightness is 1 and
the noise 0.25.

A kernel that keeps out what was added must answer to it as little as possible. How much noise gets
through depends on the length of the kernel alone, not on its pattern. So noise on each pixel leaves
the strongest pattern of digits where it is: the constant, with 55 % of the energy
(why_decay_makes_edges.py measures it). It says how much ink there is, and most kernels become
mixtures that hold a good deal of it: in the median it is 0.23, 0.37 and 0.35 of their energy.
Unknown brightness spoils that very pattern and no other: what is left of it is 0.00 with each seed.
Of all patterns with a mean of zero, edges have the most energy in digits, and edges they become.

What else was tried, with unknown brightness and the same seeds:

  no weight decay on the first kernels    0.62, 0.60, 0.57: the spoiling makes the edges, where
                                          the networks that learn labels need the decay
  first kernels at their usual scale      0.64, 0.63 (seeds 0 and 1): no need to start small, either
  no second convolution                   0.28, 0.32, 0.28, and nearly twice the error: most kernels
                                          are mixtures, since every pixel is then no more than a
                                          weighted sum of answers near it
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import above_zero, at_least, from_zero, parser, run
from matplotlib.figure import Figure, SubFigure

from minicnn import (
    SGD,
    BinaryCrossEntropy,
    Conv2D,
    MaxPool,
    OneCycle,
    ReLU,
    Sequential,
    Trainer,
)
from minicnn.data import Dataset, load_mnist
from minicnn.inspection import KernelTable, measure_kernels
from minicnn.inspection.kinds import is_clear, score_as_text
from minicnn.inspection.plots import save_figure
from minicnn.inspection.plots.shown import EDGE_NOTE
from minicnn.inspection.plots.tiles import draw_tiles, symmetric
from minicnn.layers import ConvTranspose2D, Sigmoid
from minicnn.saving.atomic import check_writable
from minicnn.typing import Array

FILTERS, KERNEL_SIZE = 8, 5
START = 0.1  # of the usual scale of the first kernels, as in train_mnist.py
FIRST_DECAY, WEIGHT_DECAY = 2e-3, 1e-4  # of the first layer, and of the others
HEADING = (
    "                                squared error  median edge score    score 0.5  constant,\n"
    "pictures with                   given  returned   before     after    or more    median"
)
SHOWN = 2
"""As many digits are drawn for each network: the darkest and the brightest of the first ten."""


class Task(NamedTuple):
    """What the pictures of one network are spoiled by."""

    name: str
    noise: float  # the standard deviation of what each pixel gets
    brightness: float  # and of what all pixels of a picture get


@dataclass(frozen=True)
class Result:
    """What one network made of the test pictures, and what became of its kernels."""

    name: str
    given: Array  # (N, 1, 28, 28)
    returned: Array  # the same
    errors: tuple[float, float]  # mean squared, of the given and of the returned pictures
    kernels: Array  # (F, 1, KH, KW)
    before: KernelTable
    after: KernelTable


def build_model(seed: int) -> Sequential:
    """Return the network, untrained, its first kernels small and with a mean of zero."""
    model = Sequential(
        [
            Conv2D(FILTERS, KERNEL_SIZE, padding="same"),
            ReLU(),
            MaxPool(2),
            Conv2D(32, 5, padding="same"),
            ReLU(),
            ConvTranspose2D(1, 6, stride=2, padding=2),
        ],
        input_shape=(1, 28, 28),
        seed=seed,
    )
    kernels = model.parameters[0]
    kernels.value -= kernels.value.mean(axis=(1, 2, 3), keepdims=True)
    kernels.value *= np.float32(START)
    return model


def spoil(images: Array, task: Task, rng: np.random.Generator) -> Array:
    """Return pictures with noise on every pixel, and each brighter or darker as a whole."""
    pixels = rng.standard_normal(images.shape, dtype=np.float32)
    pictures = rng.standard_normal((len(images), 1, 1, 1), dtype=np.float32)
    result: Array = images + task.noise * pixels + task.brightness * pictures
    return result


def squared_error(pictures: Array, clean: Array) -> float:
    """Return the mean over all pixels."""
    return float(np.square(pictures - clean).mean())


def train(task: Task, images: Array, test: Array, options: argparse.Namespace) -> Result:
    """Train one network and try it on test pictures that are spoiled in the same way."""
    rng = np.random.default_rng(options.seed)
    model = build_model(options.seed)
    before = measure_kernels(model.parameters[0].value)
    optimizer = SGD(
        OneCycle(options.learning_rate, warmup=0.1),
        momentum=0.9,
        weight_decay=WEIGHT_DECAY,
        decay_of={"0.weight": options.first_decay},
    )
    trainer = Trainer(model, optimizer, BinaryCrossEntropy(), seed=options.seed)
    trainer.fit(Dataset(spoil(images, task, rng), images), options.epochs)
    given = spoil(test, task, rng)
    # The loss takes scores; a picture is made of probabilities.
    returned = Sequential([*model.layers, Sigmoid()], input_shape=(1, 28, 28)).predict(given)
    errors = squared_error(given, test), squared_error(returned, test)
    kernels = model.parameters[0].value
    return Result(task.name, given, returned, errors, kernels, before, measure_kernels(kernels))


def edges(table: KernelTable) -> str:
    """Say how many of the kernels are edge detectors."""
    return f"{is_clear(table.edge[table.live]).sum()} of {len(table)}"


def line(result: Result) -> str:
    """Return a line of the table."""
    given, returned = result.errors
    before, after = result.before, result.after
    constant = np.median(after.flat[after.live]) if after.live.any() else np.nan
    return (
        f"{result.name:<29}  {given:>6.4f}  {returned:>8.4f}  {before.median_edge:>7.2f}  "
        f"{after.median_edge:>8.2f}  {edges(after):>9}  {constant:>8.2f}"
    )


def draw_row(part: SubFigure, result: Result, shown: Sequence[int]) -> None:
    """Draw what one network was given, what it returned, and its kernels."""
    given, returned, kernels = part.subplots(1, 3, width_ratios=[SHOWN, SHOWN, FILTERS])
    spoiled, clean = result.given[shown, 0], result.returned[shown, 0]
    draw_tiles(given, spoiled, SHOWN, (float(spoiled.min()), float(spoiled.max())), cmap="gray_r")
    draw_tiles(returned, clean, SHOWN, (0.0, 1.0), cmap="gray_r")
    bank, after = result.kernels[:, 0], result.after
    scores = [
        score_as_text(s) if live else "dead" for s, live in zip(after.edge, after.live, strict=True)
    ]
    dead = np.flatnonzero(~after.live)
    draw_tiles(kernels, bank, FILTERS, symmetric(bank), scores, dead=dead)
    for label, score, live in zip(kernels.texts, after.edge, after.live, strict=True):
        label.set(fontsize=12, fontweight="bold" if live and is_clear(score) else "normal")
    part.suptitle(result.name.capitalize(), x=0.005, ha="left", fontsize=14, fontweight="bold")
    said = f"first layer, edge scores: median {after.median_edge:.2f}, {edges(after)} edges"
    errors = [f"{error:.2g}" if error >= 0.1 else f"{error:.3f}" for error in result.errors]
    titles = [f"given, error {errors[0]}", f"returned, error {errors[1]}", said]
    for ax, title in zip((given, returned, kernels), titles, strict=True):
        ax.set_title(title, loc="left", fontsize=12)
        ax.set_anchor("SW")  # so that all tiles stand on one line


def draw(results: Sequence[Result]) -> Figure:
    """Draw a row for each network."""
    figure = plt.figure(figsize=(14, 7.1), layout="constrained")
    many = edges(results[-1].after)
    title = (
        "Edges without labels: an autoencoder that removes noise and a change of brightness learns"
    )
    figure.suptitle(f"{title} {many}\n", fontsize=17)
    figure.supxlabel(
        f"{EDGE_NOTE} (bold)\n"
        "red: weights above zero, blue: below, each row on one scale of its own; "
        "error: mean squared, of a pixel",
        fontsize=11,
    )
    parts = figure.subfigures(len(results), 1, squeeze=False, hspace=0.06)[:, 0]
    brightness = results[-1].given[:10].mean(axis=(1, 2, 3))
    shown = [int(brightness.argmax()), int(brightness.argmin())]
    for part, result in zip(parts, results, strict=True):
        draw_row(part, result, shown)
    return figure


def main() -> None:
    """Train the three networks, print what became of them, and draw it."""
    options = parser(__doc__, "autoencoder")
    add = options.add_argument
    add("--epochs", type=at_least(1), default=1, help="passes over the data (default 1)")
    add("--noise", type=from_zero, default=0.5, help="of each pixel (default 0.5)")
    add("--brightness", type=from_zero, default=1.0, help="of a whole picture (default 1)")
    add("--learning-rate", type=above_zero, default=0.3, help="at its peak (default 0.3)")
    add(
        "--first-decay",
        type=from_zero,
        default=FIRST_DECAY,
        help="weight decay of the first kernels (default %(default)s)",
    )
    add(
        "--limit",
        type=at_least(1),
        metavar="N",
        help="most images to train on (default: all)",
    )
    arguments = options.parse_args()
    path = arguments.out / "autoencoder.png"
    check_writable("--out", path)
    mnist = load_mnist()
    images, test = mnist.train.images[: arguments.limit], mnist.test.images
    tasks = [
        Task("nothing added", 0, 0),
        Task("noise on each pixel", arguments.noise, 0),
        Task("noise, and unknown brightness", arguments.noise, arguments.brightness),
    ]
    results = []
    for task in tasks:
        print(f"pictures with: {task.name}", flush=True)
        results.append(train(task, images, test, arguments))
    print(HEADING, *map(line, results), sep="\n")
    print(save_figure(draw(results), path, dpi=100))


if __name__ == "__main__":
    run(main)
