"""Depth: why twenty layers learn worse than eight, and what makes them learn better.

More layers can compute more, but gradient descent has to find it. This script trains a network of
8 and one of 20 weighted layers in each of four ways:

  plain             convolution - ReLU, one after the other
  shortcuts         the same in residual blocks: every two convolutions are added to their input
  normalization     batch normalization after each convolution
  both              residual blocks with batch normalization, the ResNet as it was published

Images, their order, width, optimizer and learning rate are the same for all. The networks are those
of He et al. for small pictures, but narrower: a convolution with stride 2, three stages of 8, 16
and 32 channels with one or three pairs of 3 x 3 convolutions each, the mean of each channel and a
dense layer: 1 + 6 + 1 or 1 + 18 + 1 layers. (The 1 x 1 convolutions on two of the shortcuts, where
the size changes, are not counted, as in the paper.)

The figure shows the loss over the steps, a curve for each seed, every point of it the mean of
twenty steps; a cross is where a run diverges. Below it is the norm of the gradient of each layer's
weights in the first step, before anything is learned: a point for each seed, and a line through the
medians. With seeds 0 to 2, the mean loss of the last twenty steps, and the median norms:

                 loss, 8 layers   20 layers   dL/dw of 20 layers, smallest to largest
  plain               0.45           2.30       0.007 to 0.03
  shortcuts           0.38           none       9 to 37
  normalization       0.20           0.26       0.35 to 2.8
  both                0.20           0.14       0.6 to 3.0, and at most 1.7 in convolutions

  plain: every layer multiplies, so the scores are a product over all layers. He's start keeps its
      size in the mean over wide layers; in narrow ones, with zeros around the picture, it shrinks.
      The scores of different images differ by 0.035 after 8 layers and by 0.006 after 20. The
      gradients shrink in all layers alike: the sum of w * dL/dw is the same number in each while
      the biases are zero, since stretching any layer stretches the scores. Twenty layers end with
      one answer to all images.
  shortcuts: each of nine blocks adds its branch to its input and about doubles the variance. The
      first loss is 6 to 12 instead of 2.3, and the first steps throw the weights away: two of three
      runs diverge, and the third stays at 2.30, with no gradient left in the first layer.
  normalization: each convolution gives variance 1, whatever its weights, and twenty layers learn.
      But on the way back the gradient grows, about eightfold from the last convolution to the
      second, as theory says (Yang et al.), and eight layers are still better.
  both: each branch adds a variance of 1, which no longer multiplies, and the shortcuts carry the
      gradient back as it is. It is nearly even but for the last layer, the dense one, and twenty
      layers are the best of all.

Which depth is better came out the same with each of the three seeds. A smaller rate hardly helps:
at 0.03 the three plain networks of 20 layers came to 0.73, 1.71 and 2.30 (with 8 layers to 0.56,
0.76 and 0.69), and with shortcuts alone none learned at 0.03, 0.01, 0.003 and 0.001 (one run each).
It takes about two minutes.

Sources: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016, section
4.2; Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing
internal covariate shift", ICML 2015; Yang, Pennington, Rao, Sohl-Dickstein and Schoenholz, "A mean
field theory of batch normalization", ICLR 2019.
"""

import itertools
from argparse import Namespace
from dataclasses import dataclass, field
from typing import TypeAlias

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import above_zero, at_least, parser, run
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from tqdm import tqdm

from minicnn import (
    SGD,
    Callback,
    Composition,
    Conv2D,
    Cosine,
    CrossEntropy,
    Dense,
    GlobalAveragePool,
    Layer,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset, load_mnist
from minicnn.errors import DivergenceError
from minicnn.inspection.plots import save_figure
from minicnn.layers import BatchNorm, Residual
from minicnn.saving.atomic import check_writable
from minicnn.training.callbacks.base import Training

KINDS = {  # whether there are shortcuts, and whether there is batch normalization
    "plain": (False, False),
    "shortcuts": (True, False),
    "normalization": (False, True),
    "both": (True, True),
}
TITLES = ["plain", "shortcuts", "batch normalization", "both: a ResNet"]
NOTES = ["too small", "too large", "larger near the image", "nearly even, but for the last layer"]
DEPTHS = {8: "#0072B2", 20: "#D55E00"}  # blue and vermilion, of the palette of Okabe and Ito
WIDTH, BATCH_SIZE = 8, 64
LAST = 20  # steps that a loss or an accuracy is the mean of
LOWEST, HIGHEST = 0.07, 6.0  # losses that the figure shows
FEW = "most images to train on (default 4,800)"
HEAD = "network        layers  seed    loss  accuracy  dL/dw of the first, middle and last layer"


def convolution(filters: int, size: int, stride: int, normalized: bool) -> list[Layer]:
    """Return a convolution, and its batch normalization if there is one."""
    layer = Conv2D(filters, size, stride, padding=size // 2, bias=not normalized)
    return [layer, BatchNorm()] if normalized else [layer]


def pair(filters: int, stride: int, shortcuts: bool, normalized: bool) -> list[Layer]:
    """Return two convolutions, each with a ReLU after it: in a residual block, or as they are."""
    first = convolution(filters, 3, stride, normalized)
    second = convolution(filters, 3, 1, normalized)
    layers = [*first, ReLU(), *second]
    if shortcuts:
        way = Composition(convolution(filters, 1, stride, normalized)) if stride > 1 else None
        layers = [Residual(*layers, shortcut=way)]
    return [*layers, ReLU()]


def build_model(kind: str, depth: int, seed: int) -> Sequential:
    """Return a network of `depth` weighted layers, 6 n + 2, untrained."""
    shortcuts, normalized = KINDS[kind]
    layers = [*convolution(WIDTH, 3, 2, normalized), ReLU()]  # from 28 x 28 to 14 x 14
    for stage in range(3):  # 14 x 14, 7 x 7, 4 x 4
        for place in range((depth - 2) // 6):
            stride = 2 if stage > 0 and place == 0 else 1
            layers += pair(WIDTH * 2**stage, stride, shortcuts, normalized)
    layers += [GlobalAveragePool(), Dense(10), Softmax()]
    return Sequential(layers, input_shape=(1, 28, 28), seed=seed)


@dataclass
class Course(Callback):
    """How a training went: loss and accuracy of each step, and the gradients of the first one."""

    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    gradients: list[float] = field(default_factory=list)
    diverged: bool = False

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Keep how the step went, and of the first one the norm of each layer's dL/dw."""
        self.losses.append(loss)
        self.accuracies.append(accuracy)
        if trainer.steps == 1:
            self.gradients = [
                float(np.linalg.norm(layer.weight.grad))
                for place, layer in trainer.model.walk()
                if isinstance(layer, Conv2D | Dense) and "shortcut" not in place
            ]

    @property
    def loss(self) -> float:
        """The mean loss of the last steps, infinite after a training that diverged."""
        return np.inf if self.diverged else float(np.mean(self.losses[-LAST:]))


Runs: TypeAlias = dict[tuple[str, int], list[Course]]
"""The courses of all seeds, by kind and depth."""


def train(kind: str, depth: int, seed: int, images: Dataset, options: Namespace) -> Course:
    """Train a new network, and return what was measured."""
    course, optimizer = Course(), SGD(Cosine(options.learning_rate), momentum=0.9)
    # Networks this narrow keep one thread busy; a second would cost about what it saves.
    trainer = Trainer(build_model(kind, depth, seed), optimizer, CrossEntropy(), seed, workers=1)
    try:
        trainer.fit(images, options.epochs, BATCH_SIZE, callbacks=[course], progress=False)
    except DivergenceError:
        course.diverged = True
    return course


def row(course: Course) -> str:
    """Return the figures of a training as a part of the table."""
    first, middle, last = (course.gradients[place] for place in (0, len(course.gradients) // 2, -1))
    end = f"{course.loss:>6.3f}  {np.mean(course.accuracies[-LAST:]):>8.1%}"
    if course.diverged:
        end = f"diverged, step {len(course.losses)}".ljust(16)
    return f"{end}  {first:>15.3f} {middle:>9.3f} {last:>9.3f}"


def summary(courses: list[Course]) -> str:
    """Return the mean loss at the end, over the runs that did not diverge."""
    losses = [course.loss for course in courses if not course.diverged]
    if not losses:
        return "none is left"
    return f"{np.mean(losses):.2f}{' (the rest)' if len(losses) < len(courses) else ''}"


def draw_losses(ax: Axes, depth: int, courses: list[Course], height: float) -> None:
    """Draw the loss of every run, each point the mean of the last steps, and say where it ends."""
    colour = DEPTHS[depth]
    for course in courses:
        losses = np.minimum(course.losses, 2 * HIGHEST)  # one that diverges leaves the axes
        means = [losses[max(end - LAST, 0) : end].mean() for end in range(1, len(losses) + 1)]
        ax.plot(np.arange(1, len(means) + 1), means, color=colour, linewidth=1.5, alpha=0.8)
    ends = [len(course.losses) for course in courses if course.diverged]
    if ends:
        crosses = np.full(len(ends), HIGHEST)
        ax.plot(ends, crosses, "x", color=colour, markersize=9, markeredgewidth=2.5, clip_on=False)
        text = f"{len(ends)} of {len(courses)} runs diverge"
        ax.text(0.16, 0.9, text, color=colour, weight="bold", transform=ax.transAxes)
    text = f"{depth} layers: {summary(courses)}"
    ax.text(0.04, height, text, color=colour, weight="bold", transform=ax.transAxes)


def draw_gradients(ax: Axes, depth: int, courses: list[Course]) -> None:
    """Draw the norm of each layer's gradient: a point for every run, a line through the medians."""
    norms = np.array([course.gradients for course in courses])  # (runs, layers)
    layers, colour = np.arange(1, depth + 1), DEPTHS[depth]
    ax.plot(layers, norms.T, ".", color=colour, alpha=0.35)
    ax.plot(layers, np.median(norms, axis=0), "-", color=colour, linewidth=2)


def title(runs: Runs) -> str:
    """Return in which networks twenty layers ended with a lower loss than eight."""
    few, many = DEPTHS
    means = {run: np.mean([course.loss for course in courses]) for run, courses in runs.items()}
    better = [kind for kind in KINDS if means[kind, many] < means[kind, few]]
    if better == ["both"]:
        return f"{many} layers beat {few} only with shortcuts and batch normalization"
    return f"{many} layers end with a lower loss than {few}: {', '.join(better) or 'in no network'}"


def draw(runs: Runs) -> Figure:
    """Draw a column for each kind of network: the losses, and the gradients below them."""
    figure, axes = plt.subplots(
        2, len(KINDS), figsize=(12, 6.6), sharey="row", layout="constrained"
    )
    figure.suptitle(title(runs), fontsize=15)
    for (above, below), kind, name, note in zip(axes.T, KINDS, TITLES, NOTES, strict=True):
        for depth, height in zip(DEPTHS, (0.05, 0.14), strict=True):
            draw_losses(above, depth, runs[kind, depth], height)
            draw_gradients(below, depth, runs[kind, depth])
        above.set_title(name, fontsize=12)
        above.set(xlabel="step", yscale="log", ylim=(LOWEST, HIGHEST))
        above.set_yticks([0.1, 0.2, 0.5, 1, 2, 5])
        above.yaxis.set_major_formatter("{x:g}")
        above.yaxis.set_minor_formatter(NullFormatter())
        below.set_title(f"gradients of 20 layers:\n{note}", fontsize=11, color=DEPTHS[20])
        below.set(xlabel="layer, from the image to the scores", yscale="log")
        below.set_xticks([1, *DEPTHS])
        below.yaxis.set_major_formatter("{x:g}")
        for ax in (above, below):
            ax.grid(alpha=0.3)
    axes[0, 0].set_ylabel(f"training loss, mean of {LAST} steps")
    axes[1, 0].set_ylabel("norm of dL/dw, first step")
    key = "points: seeds\nline: their median"
    axes[1, 0].text(0.04, 0.95, key, va="top", transform=axes[1, 0].transAxes)
    return figure


def main() -> None:
    """Train every kind of network at both depths, print the results, and draw them."""
    options = parser(__doc__, "depth")
    add = options.add_argument
    add("--epochs", type=at_least(1), default=2, help="passes over the images (default 2)")
    add("--repeats", type=at_least(1), default=3, help="seeds for each network (default 3)")
    add("--limit", type=at_least(1), default=4_800, metavar="N", help=FEW)
    add("--learning-rate", type=above_zero, default=0.1, help="at the start (default 0.1)")
    arguments = options.parse_args()
    path = arguments.out / "depth.png"
    check_writable("--out", path)
    images = load_mnist().train[: arguments.limit]
    runs: Runs = {(kind, depth): [] for kind in KINDS for depth in DEPTHS}
    seeds = range(arguments.seed, arguments.seed + arguments.repeats)
    print(HEAD, flush=True)
    todo = list(itertools.product(runs, seeds))
    for (kind, depth), seed in tqdm(todo, "trainings", leave=False, disable=None):
        course = train(kind, depth, seed, images, arguments)
        runs[kind, depth].append(course)
        tqdm.write(f"{kind:<13}  {depth:>6}  {seed:>4}  {row(course)}")
    print(save_figure(draw(runs), path, dpi=100))


if __name__ == "__main__":
    run(main)
