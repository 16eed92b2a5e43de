"""What is wrong with a training, in plain words: numbers in, sentences out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from minicnn.typing import Mask

GROWS = 3.0
"""How many times the loss at first, and that of guessing, a loss is that explodes."""
JUMP = 0.5
"""The relative change of a layer's weights that is too large for a single step."""
LARGE, SMALL = 0.1, 1e-5
"""The same for the median over an epoch: too large, too small; 0.001 is usual."""
MANY_DEAD = 0.2
"""A smaller share of dead filters is nothing to worry about."""
GUESSING = 0.97
"""A model has learned nothing if its loss is not below this share of that of guessing."""
FEWEST_SAMPLES, FEWEST_STEPS = 5, 30
"""The fewest samples and steps from which anything can be concluded."""


class Finding(NamedTuple):
    """Something that is wrong.

    Attributes
    ----------
    key : str
        A finding with the same key is not reported again.
    text : str
        What it is, the number that shows it, and what to try.
    """

    key: str
    text: str


@dataclass(eq=False)  # arrays are not compared as a whole
class LayerNotes:
    """Observations of the weights of one layer.

    Attributes
    ----------
    name : str
    units : str
        What the weights are made of: filters or units.
    gradients : list of array (F,)
        Which of them had a gradient, at the observed steps of this epoch; of a layer that does not
        say where its filters lie, whether any weight had one, (1,).
    ratios : list of float
        At these steps, |change of the weights| / |weights|.
    largest : float
        The largest of these ratios since training began.
    zero, began_at_zero : bool
        Whether all weights are zero, or were so before: a layer that starts at zero, as a last
        layer may, has large ratios at first.
    """

    name: str
    units: str
    gradients: list[Mask] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    largest: float = 0.0
    zero: bool = False
    began_at_zero: bool = False

    @property
    def dead(self) -> Mask:
        """Which filters had no gradient in the second half of the observations, (F,)."""
        dead: Mask = ~np.any(self.gradients[len(self.gradients) // 2 :], axis=0)
        return dead

    @property
    def enough(self) -> bool:
        """Whether there are enough observations to judge an epoch."""
        return len(self.ratios) >= FEWEST_SAMPLES

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return float(np.median(self.ratios))


@dataclass
class LossNotes:
    """Observations of the loss: its means over the first and over the latest steps.

    Attributes
    ----------
    guess : float or None
        The loss of guessing among the classes, log K, if the loss is cross-entropy.
    accuracy : float
        Over the epoch.
    classes : int
        K.
    steps : int
        How many steps were taken.
    or_gradients : str
        What else may be the reason, where a layer or the loss is the user's own.
    """

    first: float
    latest: float
    guess: float | None
    accuracy: float
    classes: int
    steps: int
    or_gradients: str = ""

    @property
    def explodes(self) -> bool:
        """Whether the loss is far above what it was, and above that of guessing."""
        return not self.latest <= GROWS * max(self.first, self.guess or 0.0)

    @property
    def stuck(self) -> bool:
        """Whether nothing was learned, judging by the loss."""
        if self.steps < FEWEST_STEPS:
            return False
        if self.guess is not None:
            return self.latest >= GUESSING * self.guess
        return self.latest >= GUESSING * self.first and self.accuracy < 1.5 / self.classes

    @property
    def learned(self) -> bool:
        """Whether hardly anything is left to learn, so that small steps are right."""
        return self.guess is not None and self.latest < 0.1 * self.guess


@dataclass
class DataNotes:
    """Observations of some samples of the training data, and of the answers to them.

    Attributes
    ----------
    samples : int
        How many.
    alike : bool
        Whether all images are the same.
    blank : bool
        Whether every image has one value in all its pixels.
    answer : str or None
        The class that the model gives to every one of them, if it is a single one.
    share : float
        The share of the samples that are of this class.
    classes : int
        How many classes there are among the samples.
    """

    samples: int
    alike: bool = False
    blank: bool = False
    answer: str | None = None
    share: float = 0.0
    classes: int = 0


def diagnose(
    layers: Sequence[LayerNotes], loss: LossNotes, data: DataNotes | None = None
) -> Iterator[Finding]:
    """Yield everything that is wrong."""
    of_data = list(_of_data(data)) if data is not None else []
    yield from of_data
    if loss.explodes or (loss.stuck and not of_data):
        yield _of_loss(layers, loss)
    zero = [layer for layer in layers if layer.zero]
    if zero:
        yield Finding(
            "zero",
            f"{_names(zero)}: all weights are zero, so that all filters learn the same, or "
            "nothing. Let an initializer draw them.",
        )
    yield from _of_updates(layers, loss)
    yield from _of_filters([layer for layer in layers if layer.enough and not layer.zero], loss)


def _of_loss(layers: Sequence[LayerNotes], loss: LossNotes) -> Finding:
    """Report that the loss explodes or does not move, and the reason that the updates suggest."""
    what = "explodes" if loss.explodes else "does not move"
    text = f"the loss {what}: {loss.first:.4g} at first, {loss.latest:.4g} now"
    if loss.guess is not None:
        text += f", and guessing among {loss.classes} classes gives {loss.guess:.4g}"
    seen = [layer for layer in layers if layer.enough and not layer.zero]
    if loss.explodes or any(layer.largest > JUMP or layer.dead.all() for layer in seen):
        advice = "The steps were too large: start again with a tenth of the learning rate."
    elif seen and max(layer.ratio for layer in seen) < 10 * SMALL:
        advice = "The steps are too small: try ten times the learning rate."
    else:
        advice = (
            "Do the labels belong to the images, and do the images differ? Then try a learning "
            "rate three times as large, and one three times as small."
        )
    return Finding("loss", f"{text}. {advice}{loss.or_gradients}")


def _of_data(data: DataNotes) -> Iterator[Finding]:
    """Report images that have nothing in them, and answers that are always the same."""
    if data.alike or data.blank:
        what = "are all the same" if data.alike else "have one value in all their pixels"
        yield Finding(
            "images",
            f"the {data.samples} images that were looked at {what}, so there is nothing to learn "
            "from them. Look at one, and at how they were read and scaled.",
        )
    elif data.answer is not None and data.share > 1.5 / data.classes:
        yield Finding(
            "one answer",
            f"the model gives the answer {data.answer!r} to every image. {data.share:.0%} of them "
            "are of this class, so that accuracy comes from the counts alone. Look at the accuracy "
            "of each class, class_accuracies in minicnn.metrics; weigh the classes, "
            "CrossEntropy(class_weights=...), or take as many samples of each.",
        )


def _relative(ratio: float) -> str:
    """Write a relative change as people read it: 70% of, or 3.1e+04 times."""
    return f"{ratio:.0%} of" if ratio < 10 else f"{ratio:.2g} times"


def _of_updates(layers: Sequence[LayerNotes], loss: LossNotes) -> Iterator[Finding]:
    """Report whether the steps are too large or too small, and for which layers."""
    exploding = [layer for layer in layers if layer.largest > JUMP]
    large = [layer for layer in layers if layer.enough and layer.ratio > LARGE]
    small = [layer for layer in layers if layer.enough and layer.ratio < SMALL]
    small = [layer for layer in small if not (layer.zero or layer.dead.all())]
    if exploding:
        yield Finding(
            "exploding",
            f"{_names(exploding)}: the updates explode. A single step changed weights by "
            f"{_relative(max(layer.largest for layer in exploding))} their size, where 0.1 % is "
            "usual. Try a tenth of the learning rate, or a longer warmup; are the images scaled to "
            f"[0, 1]?{loss.or_gradients}",
        )
    elif large:
        yield Finding(
            "large",
            f"{_names(large)}: the updates are too large. A step changes weights by "
            f"{max(layer.ratio for layer in large):.0%} of their size, where 0.1 % is usual. Try a "
            "third of the learning rate.",
        )
    elif small and not loss.learned:
        yield Finding(
            "vanishing",
            f"{_names(small)}: the updates vanish. A step changes weights by "
            f"{min(layer.ratio for layer in small):.0e} of their size, where 1e-3 is usual. Try "
            "ten times the learning rate; if only some layers are named, look at how the weights "
            f"of those after them start.{loss.or_gradients}",
        )


def _of_filters(layers: Sequence[LayerNotes], loss: LossNotes) -> Iterator[Finding]:
    """Report which filters, or units, are dead."""
    gone = [layer for layer in layers if layer.dead.all()]
    if gone and not loss.learned:
        yield Finding(
            "no gradient",
            f"{_names(gone)}: no gradient arrives, so nothing is learned here. All filters of the "
            "last of these, or of a layer after it, are dead, which too large a step does. Start "
            f"again with a tenth of the learning rate.{loss.or_gradients}",
        )
    for layer in layers:
        dead, total = np.flatnonzero(layer.dead), len(layer.dead)
        if MANY_DEAD * total <= len(dead) < total:
            which = ", ".join(map(str, dead[:8])) + (", ..." if len(dead) > 8 else "")
            yield Finding(
                # A new key when there are about twice as many, so that it is reported again.
                f"{len(dead).bit_length()} of {layer.name}",
                f"{layer.name}: {len(dead)} of {total} {layer.units} {_are(len(dead))} dead "
                f"({which}): no image gave them a gradient lately, and they rarely recover. If "
                "that is too many, start again with a smaller learning rate, a longer warmup, less "
                "weight decay, biases a little above zero, or LeakyReLU() instead of ReLU(): it is "
                "flat nowhere.",
            )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _names(layers: Sequence[LayerNotes]) -> str:
    """Return the names of several layers as text."""
    *others, last = [layer.name for layer in layers]
    return f"{', '.join(others)} and {last}" if others else last
