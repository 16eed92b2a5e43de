"""The reward: a network of one's own functions, trained on MNIST beside the library's.

    python -m minicnn.coursework train conv.py pool.py

What the files do not have is taken from the library. Each function is checked first. Then the speed
of a step is measured, and as many images are taken as the time allows. Both networks start with the
same weights and see the same images in the same order, so that with right functions they learn the
same. The functions run in this process.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from minicnn import checks
from minicnn.coursework.diagnosis.checker import check
from minicnn.coursework.diagnosis.report_text import report_in_short
from minicnn.coursework.exercise import Function
from minicnn.coursework.exercises import EXERCISES
from minicnn.coursework.network.contender import LARGE, SMALL, Contender, Plan
from minicnn.coursework.network.parts import Parts
from minicnn.data.mnist import TrainAndTest, load_mnist
from minicnn.errors import ArgumentError
from minicnn.saving.atomic import check_writable

OUT = Path("runs") / "coursework"
OPTIONAL = ("im2col", "col2im", "batchnorm_forward", "batchnorm_backward", "dropout_forward")
"""Functions without which a network does as well."""
USED = (
    *("conv2d_forward", "conv2d_backward", "maxpool_forward", "maxpool_backward"),
    *("relu_backward", "dense_forward", "dense_backward", "softmax"),
    *("cross_entropy", "cross_entropy_gradient", "sgd_step", "adam_step", "he_normal"),
    *OPTIONAL,
)
"""All functions that a network can be made of."""
FEWEST, MOST = 300, 60_000
"""Images to train on, whatever the speed."""
ENOUGH = 2_000
"""Images from which on the large network learns more than the small one."""
TIMES_LONGER = 2
"""How many times the small network's time for an image the large one takes, at least."""
LEAST_TESTED, MOST_TESTED = 200, 2_000
"""Test images."""
FRAMES = 24
"""Of the film."""
SLOW = 30
"""How many times the library's time a network takes that goes through its numbers one by one."""


@dataclass(frozen=True)
class Trained:
    """What came of a training.

    Attributes
    ----------
    accuracy, library_accuracy : float
        On the same test images.
    seconds, library_seconds : float
        How long each was trained.
    images, tested : int
        How many were trained on, and tested on.
    paths : tuple of Path
        The files that were written.
    """

    accuracy: float
    library_accuracy: float
    seconds: float
    library_seconds: float
    images: int
    tested: int
    paths: tuple[Path, ...]


def train(
    functions: Mapping[str, Function],
    *,
    seconds: float = 60.0,
    seed: int = 0,
    out: str | Path = OUT,
    anyway: bool = False,
    data: TrainAndTest | None = None,
) -> Trained:
    """Train a network of one's own functions, and the library's beside it.

    What is whose, how fast it is and what came of it is written to standard output.

    Parameters
    ----------
    functions : dict of str to callable
        By the names of exercises. Those of which no network is made are left out.
    seconds : float, default 60
        How long one's own network is trained, about.
    seed : int, default 0
        Of all random numbers.
    out : str or Path, default "runs/coursework"
        The folder for the film of the first kernels, and for the trained network.
    anyway : bool, default False
        Whether functions are taken that the check finds wrong.
    data : TrainAndTest, optional
        By default MNIST.

    Returns
    -------
    Trained

    Raises
    ------
    ArgumentError
        If none of the functions can be used, if one is wrong, or if it fails in training.
    """
    seconds = checks.real_number("train", "seconds", seconds, above=0)
    seed = checks.whole_number("train", "seed", seed, minimum=0)
    film, model = Path(out) / "kernels.gif", Path(out) / "model.npz"
    for path in (film, model):
        check_writable("train", path)
    parts = _checked(functions, anyway=anyway)
    _say(_table(parts))
    _say("\nYour functions run in this process. First, how fast they are:")
    data = load_mnist() if data is None else data
    speed = _measure(parts, data, seconds, seed)
    _say(speed.text(parts, seconds))
    result = _compete(parts, data, speed, seed, (film, model))
    _say(_summary(result))
    return result


def _say(text: str) -> None:
    """Write to standard output: the one place here that does."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# -- what is whose ---------------------------------------------------------------------------------


def _checked(functions: Mapping[str, Function], *, anyway: bool) -> Parts:
    """Check the functions, and return those that a network can use."""
    used = {name: functions[name] for name in USED if name in functions}
    if not used:
        raise ArgumentError(
            f"train: expected functions for a network, such as {', '.join(USED[:5])}; got "
            f"{', '.join(functions) or 'none'}"
        )
    reports = {name: check(name, used[name]) for name in used if name in EXERCISES}
    wrong = {name: report for name, report in reports.items() if not report.passed}
    if wrong and not anyway:
        raise ArgumentError(
            "train: a network is made of right functions, unless you say --anyway.\n\n"
            + "\n\n".join(report_in_short(report) for report in wrong.values())
        )
    parts = Parts(used)
    for name in wrong:
        parts.of[name].whose = "yours, wrong"
    if "sgd_step" in used and "adam_step" in used:
        parts.of["adam_step"].whose = "yours, not used beside sgd_step"
    return parts


def _table(parts: Parts) -> str:
    """Say of each function whose it is; optional ones are named only where they are there."""
    rows = []
    for name in USED:
        part = parts.of.get(name)
        if name == "adam_step" and part is None:
            continue
        if name == "sgd_step" and part is None and parts.own("adam_step"):
            continue
        if part is None or not part.own:
            whose = None if name in OPTIONAL else "the library's"
        else:
            whose = part.whose
        if whose:
            rows.append(f"  {name:<24}{whose}")
    return "\n".join(["The network is made of", *rows])


# -- how fast it is, and how much can be done ------------------------------------------------------


@dataclass(frozen=True)
class _Speed:
    """How fast one's own functions are, and what follows from it.

    Attributes
    ----------
    plan : Plan
    own, library : float
        Seconds of a step, for each image.
    images, tested : int
    """

    plan: Plan
    own: float
    library: float
    images: int
    tested: int

    def text(self, parts: Parts, seconds: float) -> str:
        """Say how many images are taken, and why."""
        times = self.own / self.library
        lines = [f"{1e3 * self.own:.3g} ms for each image, {times:.3g} times the library's time."]
        if self.plan.small:
            lines += [
                "That is slow for pictures of full size. So they are made half as high and wide,",
                "and there is one convolution, of 8 kernels of 3 x 3.",
            ]
        fit = f"so many fit into {seconds:g} s"
        if self.images * self.own > 1.1 * seconds:
            fit = f"it takes about {self.images * self.own:.0f} s, but fewer would teach nothing"
        lines += [
            f"{self.images:,} images are trained on, each once: {fit}.",
            f"After that come {self.tested:,} test images, the library's network and the film.",
        ]
        if times > SLOW:
            slowest, share = parts.slowest()
            lines += [
                f"{share:.0%} of the time goes to {slowest}. Where a loop of Python goes from",
                "number to number, each takes about a microsecond. A product of matrices does a",
                "thousand in that time, and im2col and col2im make one of a convolution.",
            ]
        return "\n".join(f"  {line}" for line in lines)


def _measure(parts: Parts, data: TrainAndTest, seconds: float, seed: int) -> _Speed:
    """Take a few steps with each network, and choose the larger if it gets enough images."""
    enough = min(ENOUGH, len(data.train))

    def step_seconds(plan: Plan, *, own: bool = True) -> float:
        few = plan.sized(data.train[: LARGE.batch_size])
        if own:
            parts.reset()
        return Contender(parts, plan, few, seed, own=own).step_seconds(few)

    plan, own = SMALL, step_seconds(SMALL)
    if TIMES_LONGER * own * enough <= seconds:  # a step of loops takes long, so it is not tried
        large = step_seconds(LARGE)
        if large * enough <= seconds:
            plan, own = LARGE, large
    library = step_seconds(plan, own=False)
    images = min(max(int(seconds / own), FEWEST), MOST, len(data.train))
    tested = min(max(images // 2, LEAST_TESTED), MOST_TESTED, len(data.test))
    return _Speed(plan, own, library, images, tested)


# -- the training ----------------------------------------------------------------------------------


def _compete(
    parts: Parts, data: TrainAndTest, speed: _Speed, seed: int, paths: tuple[Path, Path]
) -> Trained:
    """Train both networks, and write the film and the trained one."""
    from minicnn.inspection.film import Film  # noqa: PLC0415 - it takes long to import

    some = data.train
    if speed.images < len(some):
        some, _ = some.split(speed.images, seed)
    some, test = speed.plan.sized(some), speed.plan.sized(data.test[: speed.tested])
    own = Contender(parts, speed.plan, some, seed)
    library = Contender(parts, speed.plan, some, seed, own=False)
    library.start_as(own)
    film, model = paths
    _say("\nThe network of your functions:")
    own.fit(some, [Film(film, frames=FRAMES, seconds=6.0)])
    accuracy = own.accuracy(test)
    _say("The library's, from the same weights with the same images:")
    library.fit(some, [])
    library_accuracy = library.accuracy(test)
    library.start_as(own)  # a file of layers that the library knows, with the weights of one's own
    library.model.save(model)
    return Trained(
        accuracy,
        library_accuracy,
        own.seconds,
        library.seconds,
        len(some),
        len(test),
        paths,
    )


def _summary(result: Trained) -> str:
    """Return both accuracies and times, and where the files are."""
    return "\n".join(
        [
            f"\n{'':<16}test accuracy   training",
            f"{'your functions':<16}{result.accuracy:>13.1%}{result.seconds:>9.1f} s",
            f"{'the library':<16}{result.library_accuracy:>13.1%}{result.library_seconds:>9.1f} s",
            f"({result.images:,} images to train on, {result.tested:,} to test)",
            *map(str, result.paths),
        ]
    )
