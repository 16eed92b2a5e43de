"""Optimizers: five ways down the same slope, each at five learning rates.

Every optimizer takes the same gradients and makes other steps of them. With the rate r, for each
weight w with the gradient g:

  SGD         w moves by -r g
  momentum    by -r v, where v = 0.9 v + g is a sum of the gradients so far, the older the less
  Nesterov    by -r (g + 0.9 v): the same, looking one step ahead
  RMSprop     by -r g / s, where s^2 is the mean of g^2 so far, so that weights with small
              gradients move as fast as those with large ones
  Adam        by -r m / s, where m is the mean of g so far: momentum and RMSprop together

A comparison is fair only if each has the learning rate that suits it. So a small network learns the
digits with every optimizer at five rates, each about three times the one before, from the same
three starts and with the same batches in the same order: 75 trainings of 240 steps, in about a
minute. Each image is seen once, so the loss of a batch, taken before the step, is the loss of
images that were never seen before. The best rate is the one with the lowest mean of that loss over
the last 30 steps. The test images are used only afterwards. The figure shows that loss at all
rates, and beside it the way to it at the best ones. Measured with seeds 0 to 2:

              best rate   loss, of each seed       mean    test accuracy
  SGD           0.3       0.224   0.219   0.240    0.228      93.9 %
  momentum      0.03      0.223   0.211   0.246    0.227      93.7 %
  Nesterov      0.03      0.211   0.196   0.208    0.205      94.6 %
  RMSprop       0.003     0.176   0.158   0.170    0.168      95.6 %
  Adam          0.01      0.175   0.161   0.200    0.179      95.3 %

Three things are in it:

  The rate matters more than the optimizer. The best and the worst optimizer are 1.4 times apart.
      But a rate ten times too large leaves SGD, momentum, Nesterov and Adam at 2.3 = ln 10 in most
      runs: the steps threw the weights so far that in some layer no unit answers any more, and the
      network says the same of every image. A rate ten times too small makes the loss two to three
      times as large. And no rate is good for all: the best ones are up to 100 times apart.
  Momentum is as good as SGD with ten times the rate, and no better: v adds up 1 / (1 - 0.9) = 10
      gradients. Gradients of small batches are noisy, and v averages the noise no better than ten
      steps of SGD do. With batches of 512 images (100 steps, one run for each of a few rates) SGD
      came to 0.22 at best, momentum to 0.16. Shallue et al. found the same in many networks: what
      momentum gains shows with large batches, where SGD would need a rate that it cannot bear.
  RMSprop and Adam were ahead of the others with each of the three seeds, and farthest in the first
      fifty steps. Which of the two is better depends on the seed.

240 steps are a beginning. In a long training the rate falls in the end, and the differences shrink
further; train_mnist.py reaches 99 % with momentum.

Sources: Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in
deep learning", ICML 2013; Hinton, "Neural networks for machine learning", a course on Coursera,
2012, lecture 6e, for RMSprop; Kingma and Ba, "Adam: a method for stochastic optimization", ICLR
2015; Shallue, Lee, Antognini, Sohl-Dickstein, Frostig and Dahl, "Measuring the effects of data
parallelism on neural network training", Journal of Machine Learning Research 20, 2019.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import at_least, parser, run
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from tqdm import tqdm

from minicnn import (
    SGD,
    Adam,
    Callback,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    Optimizer,
    ReLU,
    RMSprop,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset, load_mnist
from minicnn.errors import DivergenceError
from minicnn.inspection.plots import save_figure
from minicnn.saving.atomic import check_writable
from minicnn.training.callbacks.base import Training
from minicnn.typing import Array


@dataclass
class Kind:
    """An optimizer, the learning rates to try, and how it is drawn.

    Its name stands `beside` an end of its curve over the rates, so many points away: at the first
    rate, 0, or at the last, -1.
    """

    make: Callable[[float], Optimizer]
    rates: list[float]
    colour: str  # of the palette of Okabe and Ito; its orange is darker here, to be read as text
    marker: str
    named_at: int
    beside: tuple[float, float]
    line: str = "-"


PLAIN = [0.03, 0.1, 0.3, 1, 3]
WITH_MOMENTUM = [0.003, 0.01, 0.03, 0.1, 0.3]
NESTEROV = partial(SGD, momentum=0.9, nesterov=True)
KINDS = {
    "SGD": Kind(SGD, PLAIN, "0.25", "o", -1, (0, 10)),
    "momentum": Kind(
        partial(SGD, momentum=0.9), WITH_MOMENTUM, "#946000", "s", 0, (0, 18), line="--"
    ),
    "Nesterov": Kind(NESTEROV, WITH_MOMENTUM, "#D55E00", "^", -1, (33, 3)),
    "RMSprop": Kind(RMSprop, [0.0003, 0.001, 0.003, 0.01, 0.03], "#009E73", "D", 0, (0, 19)),
    "Adam": Kind(Adam, [0.001, 0.003, 0.01, 0.03, 0.1], "#0072B2", "v", -1, (-26, -2)),
}
LAST = 30  # steps that a loss is the mean of
ASIDE = 1.08 ** np.arange(-2, 3)  # of each optimizer, so that what has one rate is side by side
GUESS = math.log(10)  # the loss of a network that gives every digit a tenth
LOWEST, HIGHEST = 0.13, 3.0  # losses that the figure shows
FEW = "most images to train on, each once (default 15,360: 240 steps of 64)"


@dataclass
class Course(Callback):
    """How a training went: the loss of each step, and the network that came of it."""

    model: Sequential
    losses: list[float] = field(default_factory=list)
    diverged: bool = False

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Keep the loss of the batch before the step, which are images never seen before."""
        self.losses.append(loss)

    @property
    def loss(self) -> float:
        """The mean loss of the last steps, infinite after a training that diverged."""
        return np.inf if self.diverged else float(np.mean(self.losses[-LAST:]))


Runs: TypeAlias = dict[str, dict[float, list[Course]]]
"""The courses of all seeds, by the names of optimizers and by learning rate."""


def build_model(seed: int) -> Sequential:
    """Return the network, untrained; strides instead of pooling make it quick."""
    layers = [Conv2D(8, 5, stride=2), ReLU(), Conv2D(16, 5, stride=2), ReLU()]
    layers += [Flatten(), Dense(32), ReLU(), Dense(10), Softmax()]
    return Sequential(layers, input_shape=(1, 28, 28), seed=seed)


def train(optimizer: Optimizer, seed: int, data: Dataset, batch_size: int) -> Course:
    """Train a new network; the seed alone decides its start and the order of the images."""
    course = Course(build_model(seed))
    # The network is so small that threads would wait for each other most of the time.
    trainer = Trainer(course.model, optimizer, CrossEntropy(), seed, workers=1)
    try:
        trainer.fit(data, 1, batch_size, callbacks=[course], progress=False)
    except DivergenceError:
        course.diverged = True
    return course


def mean_loss(courses: list[Course]) -> float:
    """Return the mean of the final losses over the seeds."""
    return float(np.mean([course.loss for course in courses]))


def best_rate(by_rate: dict[float, list[Course]]) -> float:
    """Return the learning rate with the lowest mean loss at the end."""
    return min(by_rate, key=lambda rate: mean_loss(by_rate[rate]))


def smoothed(courses: list[Course]) -> Array:
    """Return for each step the mean over all seeds and the last steps, at first over fewer."""
    losses = np.mean([course.losses for course in courses], axis=0)
    ends = range(1, len(losses) + 1)
    return np.array([losses[max(end - LAST, end // 2) : end].mean() for end in ends])


def apart(losses: list[float], factor: float = 1.13) -> Array:
    """Return heights for the labels of losses: the losses, moved to be a `factor` apart."""
    order = np.argsort(losses)
    heights: Array = np.sort(np.log(losses))
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + math.log(factor))
    heights += np.log(losses).mean() - heights.mean()
    heights = heights[np.argsort(order)]
    return np.exp(heights)


def draw_courses(ax: Axes, runs: Runs, batch_size: int) -> None:
    """Draw the loss over the steps of each optimizer at its best rate, with a label at its end."""
    best = {name: best_rate(by_rate) for name, by_rate in runs.items()}
    curves = {name: smoothed(runs[name][rate]) for name, rate in best.items()}
    end = max(map(len, curves.values()))
    heights = apart([curve[-1] for curve in curves.values()])
    for (name, curve), height in zip(curves.items(), heights, strict=True):
        kind, loss = KINDS[name], curve[-1]
        ax.plot(np.arange(1, end + 1), curve, kind.line, color=kind.colour, linewidth=2)
        ax.plot([end, 1.03 * end], [loss, height], color=kind.colour, linewidth=0.8, clip_on=False)
        label = f"{name} {best[name]:g}: {loss:.2f}"
        ax.text(1.04 * end, height, label, color=kind.colour, va="center", fontsize=11)
    ax.set(xlim=(0, end), xlabel=f"step, of {batch_size} images")
    ax.set_ylabel(f"cross-entropy (nats) of unseen images, mean of {LAST} steps")
    ax.set_title("each at its best rate: rate, and loss at the end", fontsize=12)


def draw_rates(ax: Axes, runs: Runs) -> None:
    """Draw the loss at the end against the learning rate, and mark the best rates.

    What has the same rate is drawn side by side, so that no optimizer hides another.
    """
    for (name, by_rate), aside in zip(runs.items(), ASIDE, strict=True):
        kind, rates = KINDS[name], aside * np.array(list(by_rate))
        losses = np.array([[course.loss for course in courses] for courses in by_rate.values()])
        means = np.minimum(losses.mean(axis=1), HIGHEST)  # infinite where a run diverged
        shown = np.minimum(losses, HIGHEST)  # (rates, seeds)
        ax.plot(rates, shown, kind.marker, color=kind.colour, alpha=0.45, markersize=4)
        ax.plot(rates, means, kind.line, color=kind.colour, linewidth=2)
        best = aside * best_rate(by_rate), means.min()
        ax.plot(*best, kind.marker, color=kind.colour, markersize=10)
        place = rates[kind.named_at], means[kind.named_at]
        label = ax.annotate(name, place, kind.beside, textcoords="offset points", ha="center")
        label.set(color=kind.colour, fontsize=11)
    ax.axhline(GUESS, color="0.5", linewidth=1, linestyle=":")
    note = "one answer to all images: ln 10"
    ax.text(0.02, GUESS * 1.03, note, transform=ax.get_yaxis_transform(), color="0.4", va="bottom")
    ax.set(xscale="log", xlabel="learning rate; optimizers of the same rate stand side by side")
    ax.text(0.02, 0.04, "large: the best rate", transform=ax.transAxes, color="0.4")
    ax.set_ylabel(f"loss of unseen images, last {LAST} steps")
    ax.margins(x=0.09)
    ax.set_title("at every rate: a mark for each seed, a line through the means", fontsize=12)


def title(runs: Runs) -> str:
    """Say whether the rate matters more than the optimizer, and how far both are apart."""
    means = [[mean_loss(courses) for courses in by_rate.values()] for by_rate in runs.values()]
    best = [min(losses) for losses in means]
    rates = [best_rate(by_rate) for by_rate in runs.values()]
    ratio = max(best) / min(best)
    found = (
        f"each at its own best rate: losses {ratio:.1f} times apart, "
        f"rates {max(rates) / min(rates):.0f} times apart"
    )
    if all(max(losses) > ratio * min(losses) for losses in means):
        return f"The learning rate matters more than the optimizer:\n{found}"
    return f"Five optimizers, {found}"


def draw(runs: Runs, batch_size: int) -> Figure:
    """Draw both pictures side by side."""
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(13, 5.8), sharey=True, layout="constrained", width_ratios=[1, 1.25]
    )
    figure.suptitle(title(runs), fontsize=15)
    draw_courses(left, runs, batch_size)
    draw_rates(right, runs)
    for ax in (left, right):
        ax.set(yscale="log", ylim=(LOWEST, HIGHEST))
        ax.set_yticks([0.2, 0.5, 1, 2])
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.grid(alpha=0.3)
    right.xaxis.set_major_formatter("{x:g}")
    right.yaxis.set_tick_params(labelleft=True)
    return figure


def report(runs: Runs, test: Dataset) -> None:
    """Print the results of each optimizer at its best rate; the test images are used only now."""
    print(f"{'at its best':<11} {'rate':>7}  {'loss':>6}  test accuracy")
    for name, by_rate in runs.items():
        rate = best_rate(by_rate)
        accuracies = [course.model.evaluate(test)[1] for course in by_rate[rate]]
        loss = mean_loss(by_rate[rate])
        print(f"{name:<11} {rate:>7g}  {loss:>6.3f}  {np.mean(accuracies):>13.2%}", flush=True)


def main() -> None:
    """Train with every optimizer, rate and seed, print the results, and draw them."""
    options = parser(__doc__, "optimizers")
    add = options.add_argument
    add("--repeats", type=at_least(1), default=3, help="seeds for each rate (default 3)")
    add("--limit", type=at_least(1), default=15_360, metavar="N", help=FEW)
    add("--batch-size", type=at_least(1), default=64, help="images a step (default 64)")
    arguments = options.parse_args()
    path = arguments.out / "optimizers.png"
    check_writable("--out", path)
    mnist = load_mnist()
    training = mnist.train[: arguments.limit]
    runs: Runs = {name: {rate: [] for rate in kind.rates} for name, kind in KINDS.items()}
    seeds = range(arguments.seed, arguments.seed + arguments.repeats)
    todo = [(name, rate, seed) for name in runs for rate in runs[name] for seed in seeds]
    print("optimizer      rate  seed    loss", flush=True)
    for name, rate, seed in tqdm(todo, "trainings", leave=False, disable=None):
        course = train(KINDS[name].make(rate), seed, training, arguments.batch_size)
        runs[name][rate].append(course)
        tqdm.write(f"{name:<11} {rate:>7g}  {seed:>4}  {course.loss:>6.3f}")
    report(runs, mnist.test)
    print(save_figure(draw(runs, arguments.batch_size), path, dpi=100))


if __name__ == "__main__":
    run(main)
