"""Learning-rate schedules: the rate as a function of how much of the training is done.

Progress runs from 0 at the first step to 1 at the end, so a schedule does not depend on the number
of steps: the same one fits a run of one epoch and a run of fifty.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from minicnn import checks
from minicnn.describe import Described


class Schedule(Described, ABC):
    """A learning rate for every moment of the training."""

    @abstractmethod
    def __call__(self, progress: float) -> float:
        """Return the learning rate when the share `progress` (0 to 1) of all steps is done."""


class Constant(Schedule):
    """The same rate throughout.

    Examples
    --------
    >>> Constant(0.1)(0.7)
    0.1
    """

    def __init__(self, rate: float) -> None:
        self.rate = checks.real_number("Constant", "rate", rate, above=0)

    def __call__(self, progress: float) -> float:
        """Return the rate."""
        return self.rate


class StepDecay(Schedule):
    """A rate that drops by a factor at given moments.

    Parameters
    ----------
    rate : float
        The rate to start with.
    factor : float, default 0.1
        What the rate is multiplied by at each moment.
    at : sequence of float, default (0.5, 0.75)
        The moments, as shares of the training between 0 and 1.

    Examples
    --------
    >>> schedule = StepDecay(0.1, factor=0.5, at=(0.5, 0.75))
    >>> [schedule(progress) for progress in (0, 0.5, 0.9)]
    [0.1, 0.05, 0.025]
    """

    def __init__(self, rate: float, factor: float = 0.1, at: Sequence[float] = (0.5, 0.75)) -> None:
        self.rate = checks.real_number("StepDecay", "rate", rate, above=0)
        self.factor = checks.real_number("StepDecay", "factor", factor, above=0)
        checks.instance("StepDecay", "at", at, Sequence)
        self.at = tuple(
            checks.real_number("StepDecay", "at", share, above=0, below=1) for share in at
        )

    def __call__(self, progress: float) -> float:
        """Return the rate after the drops so far."""
        return self.rate * self.factor ** sum(progress >= moment for moment in self.at)


class Cosine(Schedule):
    """A rate that falls along half a cosine: slowly, then fast, then slowly again.

        final + (rate - final) (1 + cos(pi progress)) / 2

    Parameters
    ----------
    rate : float
        The rate to start with.
    final : float, default 0
        The rate to end with.

    References
    ----------
    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017,
    equation 5, for a single period.

    Examples
    --------
    >>> schedule = Cosine(0.1)
    >>> [round(schedule(progress), 3) for progress in (0, 0.5, 1)]
    [0.1, 0.05, 0.0]
    """

    def __init__(self, rate: float, final: float = 0.0) -> None:
        self.rate = checks.real_number("Cosine", "rate", rate, above=0)
        self.final = checks.real_number("Cosine", "final", final, minimum=0)

    def __call__(self, progress: float) -> float:
        """Return the rate on the way from `rate` to `final`."""
        return _anneal(self.rate, self.final, progress)


class OneCycle(Schedule):
    """A rate that climbs to a peak and falls to almost nothing, both along half a cosine.

    During the climb, large early gradients do little harm; the peak is higher than a constant rate
    could be; the long fall settles the weights.

    Parameters
    ----------
    peak : float
        The highest rate.
    warmup : float, default 0.3
        The share of the training that the climb takes, between 0 and 1.
    start : float, default 0.04
        The first rate, as a share of the peak.
    final : float, default 0.0001
        The last rate, as a share of the peak.

    References
    ----------
    Smith and Topin, "Super-convergence: very fast training of neural networks using large learning
    rates", 2018.

    Examples
    --------
    >>> schedule = OneCycle(0.1)
    >>> [round(schedule(progress), 5) for progress in (0, 0.3, 1)]
    [0.004, 0.1, 1e-05]
    """

    def __init__(
        self, peak: float, warmup: float = 0.3, start: float = 0.04, final: float = 1e-4
    ) -> None:
        self.peak = checks.real_number("OneCycle", "peak", peak, above=0)
        self.warmup = checks.real_number("OneCycle", "warmup", warmup, minimum=0, below=1)
        self.start = checks.real_number("OneCycle", "start", start, above=0)
        self.final = checks.real_number("OneCycle", "final", final, minimum=0)

    def __call__(self, progress: float) -> float:
        """Return the rate on the climb or on the fall."""
        if progress < self.warmup:
            return _anneal(self.peak * self.start, self.peak, progress / self.warmup)
        fall = (progress - self.warmup) / (1 - self.warmup)
        return _anneal(self.peak, self.peak * self.final, fall)


class Warmup(Schedule):
    """A climb in a straight line, and then another schedule.

        rate = first * (start + (1 - start) * progress / share)      while progress < share
        rate = schedule((progress - share) / (1 - share))            from there on

    where first = schedule(0), so that the climb ends where the schedule begins. Large steps do harm
    as long as the weights are far from anything that was learned, the more so with large batches.

    Parameters
    ----------
    schedule : float or Schedule
        What follows the climb: over the rest of the training it runs from its beginning to its end.
        Its first rate is above 0.
    share : float, default 0.1
        The share of the training that the climb takes, from 0 up to but not including 1.
    start : float, default 0.1
        The first rate, as a share of that at the end of the climb, from 0 up to but not including
        1. From 0, the first step moves nothing.

    References
    ----------
    Goyal, Dollar, Girshick, Noordhuis, Wesolowski, Kyrola, Tulloch, Jia and He, "Accurate, large
    minibatch SGD: training ImageNet in 1 hour", 2017, section 2.2, the gradual warmup.

    Examples
    --------
    >>> schedule = Warmup(Cosine(0.1), share=0.2)
    >>> [round(schedule(progress), 3) for progress in (0, 0.1, 0.2, 0.6, 1)]
    [0.01, 0.055, 0.1, 0.05, 0.0]
    """

    def __init__(self, schedule: float | Schedule, share: float = 0.1, start: float = 0.1) -> None:
        self.schedule = to_schedule("Warmup", "schedule", schedule)
        checks.real_number("Warmup", "the first rate of schedule", self.schedule(0.0), above=0)
        self.share = checks.real_number("Warmup", "share", share, minimum=0, below=1)
        self.start = checks.real_number("Warmup", "start", start, minimum=0, below=1)

    def __call__(self, progress: float) -> float:
        """Return the rate on the climb, or of the schedule after it."""
        if progress < self.share:
            climbed = progress / self.share
            return self.schedule(0.0) * (self.start + (1 - self.start) * climbed)
        return self.schedule((progress - self.share) / (1 - self.share))

    def given_options(self) -> dict[str, Any]:
        """Return the schedule as it was given."""
        return {"schedule": as_given(self.schedule)}


def to_schedule(owner: str, name: str, rate: float | Schedule) -> Schedule:
    """Return a schedule as it is, and a number as a rate that is the same throughout."""
    if isinstance(rate, Schedule):
        return rate
    return Constant(checks.real_number(owner, name, rate, above=0))


def as_given(schedule: Schedule) -> float | Schedule:
    """Undo `to_schedule`: return a constant rate as a number."""
    return schedule.rate if type(schedule) is Constant else schedule


def _anneal(first: float, last: float, share: float) -> float:
    """Return the value at `share` of the way from `first` to `last`, along half a cosine."""
    return last + (first - last) * (1 + math.cos(math.pi * min(share, 1.0))) / 2
