"""Why weight decay makes edges: a training for each of several decays, and its results.

The network of train_mnist.py is trained repeatedly, for one epoch, on the images as they are, and
with kernels that start at the usual scale; only the decay of the first layer differs. It takes
about three minutes. For each decay the figure shows the median edge score, the accuracy on the test
images and the kernels. At the bottom are the patterns that decay acts on: those that patches of 5 x
5 pixels with ink are made of (principal components, Pearson 1901, without subtracting the mean),
and the share of the energy in each.

Only decay removes a pattern from a kernel that the images do not ask for. In every step it removes
the share rate * decay / (1 - momentum), so the share of the initial noise that remains is

    exp(-sum over the steps of rate * decay / (1 - momentum))

The script prints it beside what is really left, the projection of the kernels on their start: 45 %
against 49 % in theory at a decay of 0.002, 11 % against nothing at 0.02. More is left than in
theory where decay is strong because some of the start was useful by chance, and was learned again:
a kernel that begins nearest to one edge becomes that edge.

A pattern that the images ask for is learned again in every step, and the more energy it has in
them, the stronger the decay that it survives. A constant has the most, but says little about the
digit; here it is taken from the kernels after every step (MeanZero). Then come two edges, then
three bars. So as the decay grows, first the noise goes, then the bars, and edges are left: the
median edge score climbs from 0.3 to 0.8. It costs a quarter of a percent of accuracy.
"""

import math

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import at_least, from_zero, parser, run
from _recipe import BATCH_SIZE, MeanZero, build_model, build_optimizer, first_kernels
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from tqdm import tqdm

from minicnn import CrossEntropy, Sequential, Trainer
from minicnn.data import Dataset, load_mnist
from minicnn.inspection import measure_kernels
from minicnn.inspection.plots import save_figure
from minicnn.inspection.plots.shown import EDGE_NOTE
from minicnn.inspection.plots.tiles import draw_tiles, symmetric
from minicnn.saving.atomic import check_writable
from minicnn.typing import Array

DECAYS = [0.0, 5e-4, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 1e-1]
SCORE, ACCURACY = "#0072B2", "#D55E00"  # blue and vermilion, of the palette of Okabe and Ito
LOWEST = 95.0  # percent, where the axis of accuracies begins: differences look as small as they are
PATTERNS = ["constant", "edge", "edge", "bar", "bar", "bar", "", "", "", ""]
"""The strongest patterns, by their looks."""
FEW = "most images to train on (default: all); with few, decay has no time to act"


def train(decay: float, seed: int, epochs: int, data: Dataset) -> tuple[Sequential, float, float]:
    """Return the trained model, and the share of its start that is left: in theory, and really."""
    model = build_model(seed, start=1.0)
    before = first_kernels(model)
    optimizer = build_optimizer(first_decay=decay)
    trainer = Trainer(model, optimizer, CrossEntropy(), seed=seed)
    trainer.fit(data, epochs, BATCH_SIZE, callbacks=[MeanZero()], progress=False)
    progress = np.arange(trainer.steps) / trainer.steps
    rates = sum(optimizer.schedule(share) for share in progress)
    theory = float(np.exp(-rates * decay / (1 - optimizer.momentum)))
    return model, theory, float((first_kernels(model) * before).sum() / (before**2).sum())


def patterns(images: Array) -> tuple[Array, Array]:
    """Return the principal components of all patches with ink, (25, 5, 5), and their shares."""
    windows = np.lib.stride_tricks.sliding_window_view(images[:, 0], (5, 5), axis=(1, 2))
    patches = windows.reshape(-1, 25)
    patches = patches[patches.any(axis=1)]
    energies, components = np.linalg.eigh(patches.T @ patches)  # rising
    return components.T[::-1].reshape(25, 5, 5), energies[::-1] / energies.sum()


def places_of(decays: list[float]) -> tuple[Array, float]:
    """Return where each decay stands on a log axis, and where the axis is cut before a zero.

    Zero has no place on such an axis, so it stands a step before the smallest other decay.
    """
    above = [decay for decay in decays if decay > 0] or [1.0]
    zero = math.log10(min(above)) - 0.6
    places = [math.log10(decay) if decay > 0 else zero for decay in decays]
    return np.array(places), zero + 0.3


def draw_curves(axes: list[Axes], decays: list[float], scores: Array, accuracies: Array) -> None:
    """Draw score and accuracy of every training, (decays, repeats), and their means."""
    places, cut = places_of(decays)
    order = np.argsort(places)
    for ax, values, colour in zip(axes, (scores, 100 * accuracies), (SCORE, ACCURACY), strict=True):
        ax.plot(places, values, "o", color=colour, alpha=0.4)
        for part in (order[places[order] < cut], order[places[order] > cut]):
            means = values[part].mean(axis=1)
            ax.plot(places[part], means, "-", color=colour, linewidth=2.5)
            if part.size == 1:  # no line
                ax.plot(places[part], means, "_", color=colour, markersize=18, mew=2.5)
        ax.set_xticks(places, map("{:g}".format, decays))
        if (places < cut).any():
            ax.axvline(cut, color="0.6", linestyle=":")
        ax.grid(alpha=0.3)
        ax.set_xlabel("decay of the first layer's kernels, log axis", fontsize=11)
        ax.tick_params(axis="x", labelsize=9)
    axes[0].set_title("median edge score of the kernels", fontsize=13, loc="left", color=SCORE)
    axes[0].set_ylim(0, 1)
    note = EDGE_NOTE.replace("; ", ";\n")
    axes[0].text(
        0.985, 0.04, note, transform=axes[0].transAxes, ha="right", fontsize=9, color="0.3"
    )
    axes[1].set_title("test accuracy in %", fontsize=13, loc="left", color=ACCURACY)
    axes[1].set_ylim(min(LOWEST, 100 * float(accuracies.min()) - 1), 100)
    axes[1].ticklabel_format(axis="y", useOffset=False)


def draw(
    decays: list[float],
    scores: Array,
    accuracies: Array,
    kernels: list[Array],
    images: Array,
    seed: int,
) -> Figure:
    """Draw curves, kernels and patterns below one another."""
    figure = plt.figure(figsize=(13, 10.4), layout="constrained")
    title = "More weight decay, more edges: noise is forgotten, and a little accuracy is lost"
    figure.suptitle(title, fontsize=17)
    parts = figure.subfigures(3, 1, height_ratios=[3.3, 4.3, 2.3], hspace=0.03, squeeze=False)
    above, middle, below = parts.ravel()
    draw_curves(list(above.subplots(1, 2)), decays, scores, accuracies)
    points = f"points: seeds {seed} to {seed + scores.shape[1] - 1}; lines: their means"
    above.suptitle(points if scores.shape[1] > 1 else f"seed {seed}", fontsize=11)

    middle.suptitle(
        f"What stays: the eight kernels of seed {seed} after training, a column for each decay.\n"
        "Decay makes them small, so each column has colours of its own, "
        "for weights up to the \N{PLUS-MINUS SIGN} above it",
        fontsize=13,
    )
    columns = middle.subplots(1, len(decays), squeeze=False)[0]
    for ax, decay, bank in zip(columns, decays, kernels, strict=True):
        draw_tiles(ax, bank[:, 0], 2, symmetric(bank))
        largest = f"\N{PLUS-MINUS SIGN}{abs(bank).max():.2g}"
        ax.set_title(f"decay {decay:g}\n{largest}", fontsize=11)

    components, shares = patterns(images)
    labels = [f"{name} {share:.1%}" for name, share in zip(PATTERNS, shares, strict=False)]
    ax, count = below.subplots(), len(PATTERNS)
    draw_tiles(ax, components[:count], count, symmetric(components[:count]), labels, label=0.2)
    for text in ax.texts:
        text.set_fontsize(11)
    ax.set_title(
        f"Why edges: the {count} strongest patterns in patches of digits, "
        "each with its share of the energy (the sum of squares).\n"
        "The stronger a pattern, the more decay it survives; "
        "the constant is taken out of the kernels, and edges come next",
        fontsize=13,
    )
    return figure


def main() -> None:
    """Train once for each decay and seed, print the results, and draw them."""
    options = parser(__doc__, "why-decay-makes-edges")
    add = options.add_argument
    add("--epochs", type=at_least(1), default=1, help="passes over the data (default 1)")
    add("--repeats", type=at_least(1), default=3, help="seeds for each decay (default 3)")
    add(
        "--decays", type=from_zero, nargs="+", default=DECAYS, metavar="D", help="the decays to try"
    )
    add("--limit", type=at_least(1), metavar="N", help=FEW)
    arguments = options.parse_args()
    path = arguments.out / "why-decay-makes-edges.png"
    check_writable("--out", path)
    mnist = load_mnist()
    training = mnist.train[: arguments.limit]
    runs = list(np.ndindex(len(arguments.decays), arguments.repeats))
    scores, accuracies = np.zeros((2, len(arguments.decays), arguments.repeats))
    kernels = []
    print("decay   seed  edge score  test accuracy  start left  by theory", flush=True)
    for row, column in tqdm(runs, "trainings", leave=False, disable=None):
        decay, seed = arguments.decays[row], arguments.seed + column
        model, theory, left = train(decay, seed, arguments.epochs, training)
        scores[row, column] = measure_kernels(first_kernels(model)).median_edge
        accuracies[row, column] = model.evaluate(mnist.test)[1]
        line = f"{decay:<7g} {seed:>4}  {scores[row, column]:>10.2f}"
        line += f"  {accuracies[row, column]:>13.2%}  {left:>10.1%}  {theory:>9.1%}"
        tqdm.write(line)
        if column == 0:
            kernels.append(first_kernels(model))
    images = mnist.train.images[:4000]
    figure = draw(arguments.decays, scores, accuracies, kernels, images, arguments.seed)
    print(save_figure(figure, path, dpi=100))


if __name__ == "__main__":
    run(main)
