"""Kernels in colour, learned from photographs that nobody has labelled.

Patches of 12 x 12 pixels are cut out of photographs, noise is added to them, and a network has to
return the clean patch, as in autoencoder.py. All patches are from the portrait that comes with
matplotlib, unless the command names photographs of your own: a single picture is enough for a first
layer (Asano, Rupprecht and Vedaldi, "A critical analysis of self-supervision, or what we can learn
from a single image", ICLR 2020). Three things make edges of the kernels, and not even colours:

  the patch   each channel loses its mean, and all is divided by the standard deviation, so that a
              dark patch counts as much as a bright one
  the kernel  its mean is zero in each channel, so that it is as blind to even red as to even grey;
              it starts at a tenth of the usual scale, and has a weight decay of its own
  the noise   it is as strong as the patch. What gets through depends on the length of a kernel, so
              the patterns with the most energy pay, and after the even colours these are edges

Without the first two, even colours win: where patches kept the means of their channels, and kernels
had a mean of zero only over all channels together, those that did not die were constants to 99 %.

A kernel has three channels, and is drawn as what it answers to: grey where its weights are zero,
red where it wants more red. Dark on one side and light on the other is an edge of brightness,
orange on one side and blue on the other an edge of colour. The edge score is that of one edge with
a weight for each of the three channels.

Measured with seed 0: four of eight kernels are edges, with scores of 0.72, 0.74, 0.85 and 0.86;
before training all eight have 0.02 to 0.21. The other four are an edge of colour, blue to orange,
with a light or a dark spot in its middle: half spot, a fifth edge. The noise has a mean square of
1; what is left in the returned patches has 0.08 in the last epoch.

What else was tried, with the same seed:

  a noise of 0.7, and a decay of 0.005         one edge of eight
  the same, and a decay of 0.02                seven of eight dead, no edge
  six photographs instead of one               two edges of eight, two dead
  six, and the task: which one is it from?     53 % right, a median score of 0.24, most dead
  six, and the task: how is the patch turned?  25 % right after four epochs: chance, nothing learned
"""

from collections.abc import Sequence

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import KERNEL_TABLE, above_zero, at_least, from_zero, load_picture, parser, run
from _common import picture_file as photograph
from matplotlib.figure import Figure

from minicnn import (
    SGD,
    Conv2D,
    MaxPool,
    MeanSquaredError,
    OneCycle,
    ReLU,
    Sequential,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.inspection import measure_kernels
from minicnn.inspection.plots import plot_kernels_before_and_after, save_figure
from minicnn.inspection.plots.tiles import draw_pictures
from minicnn.layers import ConvTranspose2D
from minicnn.saving.atomic import check_writable
from minicnn.training.callbacks import Callback, Training
from minicnn.typing import Array, Labels

SIZE = 12  # pixels, of a patch
LARGEST = 600  # pixels, of a photograph
SHOWN, LOOKED_AT = 8, 500  # patches that are drawn, and those that they are chosen from
LEAST = 0.05  # added to the standard deviation: what is nearly even is not made loud
START = 0.1  # of the usual scale of the first kernels


class MeanZero(Callback):
    """Takes its mean from every channel of every kernel of the first layer, after every step."""

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Put kernels (F, C, KH, KW) without means into the model."""
        remove_means(trainer.model)


def remove_means(model: Sequential) -> None:
    """Take its mean from every channel of the first kernels."""
    kernels = model.parameters[0]
    kernels.value = kernels.value - kernels.value.mean(axis=(2, 3), keepdims=True)


def build_model(seed: int) -> Sequential:
    """Return the network, untrained, its first kernels small and without means."""
    model = Sequential(
        [
            Conv2D(8, 5, padding="same"),
            ReLU(),
            MaxPool(2),
            Conv2D(32, 5, padding="same"),
            ReLU(),
            ConvTranspose2D(3, 6, stride=2, padding=2),
        ],
        input_shape=(3, SIZE, SIZE),
        seed=seed,
    )
    model.parameters[0].value *= np.float32(START)
    remove_means(model)
    return model


def cut(photographs: Sequence[Array], count: int, rng: np.random.Generator) -> Array:
    """Return patches (count, 3, SIZE, SIZE) from anywhere in photographs (3, H, W)."""
    patches = np.empty((count, 3, SIZE, SIZE), np.float32)
    for n in range(count):
        picture = photographs[int(rng.integers(len(photographs)))]
        i, j = (rng.integers(length - SIZE + 1) for length in picture.shape[1:])
        patches[n] = picture[:, i : i + SIZE, j : j + SIZE]
    return patches


def standardized(patches: Array) -> Array:
    """Return patches (N, 3, H, W) without the means of their channels, equally strong."""
    patches = patches - patches.mean(axis=(2, 3), keepdims=True)
    result: Array = patches / (patches.std(axis=(1, 2, 3), keepdims=True) + LEAST)
    return result


def with_structure(clean: Array) -> Labels:
    """Return the numbers of the first patches (N, 3, H, W) that are far from even.

    Of an even patch, the standard deviation is small beside LEAST, and remains so.
    """
    strengths = clean[:LOOKED_AT].std(axis=(1, 2, 3))
    numbers: Labels = np.flatnonzero(strengths >= np.median(strengths))[:SHOWN]
    return numbers


def draw(patches: dict[str, Array], before: Sequential, after: Sequential, many: int) -> Figure:
    """Draw rows of patches, and the kernels before and after."""
    figure = plt.figure(figsize=(9, 8.3), layout="constrained")
    photographs = f"{many} photographs" if many > 1 else "one photograph"
    title = (
        f"Learned from {photographs} without labels: kernels for edges, in brightness and colour"
    )
    figure.suptitle(title, fontsize=12)
    axes = figure.subplots(5, 1, height_ratios=[1, 1, 1, 1.22, 1.22])
    for ax, (what, pictures) in zip(axes, patches.items(), strict=False):
        draw_pictures(ax, pictures.clip(-2, 2), SHOWN)
        ax.set_title(what, loc="left", fontsize=10)
    plot_kernels_before_and_after(before, after, axes=axes[3:])
    figure.supxlabel(
        "light beside dark: an edge of brightness; orange beside blue: an edge of colour;\n"
        "with a spot in its middle, a kernel is a mixture of edge and spot, and scores low",
        fontsize=9,
    )
    for ax in axes:
        ax.set_anchor("W")
    return figure


def main() -> None:
    """Cut the patches, train, and show what the kernels have become."""
    options = parser(__doc__, "photograph-kernels")
    add = options.add_argument
    add(
        "photographs",
        nargs="*",
        type=photograph,
        metavar="PICTURE",
        help="photographs of your own (default: the portrait that matplotlib ships)",
    )
    add("--epochs", type=at_least(1), default=6, help="passes over the patches (default 6)")
    add("--patches", type=at_least(64), default=20_000, metavar="N", help="(default 20,000)")
    add("--noise", type=from_zero, default=1.0, help="of each number (default 1)")
    add("--learning-rate", type=above_zero, default=1.0, help="at its peak (default 1)")
    add("--first-decay", type=from_zero, default=0.01, help="of the first kernels (default 0.01)")
    arguments = options.parse_args()
    path = arguments.out / "photograph-kernels.png"
    check_writable("--out", path)
    pictures = [
        np.asarray(load_picture(one, LARGEST), np.float32).transpose(2, 0, 1) / 255  # (3, H, W)
        for one in arguments.photographs or [None]
    ]
    if any(min(picture.shape[1:]) < SIZE for picture in pictures):
        options.error(f"photographs must be at least {SIZE} x {SIZE} pixels")
    rng = np.random.default_rng(arguments.seed)
    clean = standardized(cut(pictures, arguments.patches, rng))
    noise = rng.standard_normal(clean.shape, dtype=np.float32)
    given = clean + np.float32(arguments.noise) * noise

    before, model = build_model(arguments.seed), build_model(arguments.seed)
    optimizer = SGD(
        OneCycle(arguments.learning_rate, warmup=0.1),
        momentum=0.9,
        weight_decay=5e-4,
        decay_of={"0.weight": arguments.first_decay},
    )
    trainer = Trainer(model, optimizer, MeanSquaredError(), seed=arguments.seed)
    trainer.fit(Dataset(given, clean), arguments.epochs, callbacks=[MeanZero()])
    print(KERNEL_TABLE, measure_kernels(model), sep="\n\n", end="\n\n")
    chosen = with_structure(clean)
    patches = {
        "clean patches, each channel without its mean": clean[chosen],
        "given to the network: the same with noise": given[chosen],
        "returned by the network": model.predict(given[chosen]),
    }
    print(save_figure(draw(patches, before, model, len(pictures)), path, dpi=100))


if __name__ == "__main__":
    run(main)
