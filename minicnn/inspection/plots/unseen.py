"""Axes that a notebook does not write out: the picture above says enough.

A cell of a notebook shows the value of its last line, and for axes that is ``<Axes: title=...>``
above the picture. What a plot returns here shows nothing, and is the axes all the same.
"""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from matplotlib.axes import Axes

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def show_nothing() -> None:
    """Show nothing; a notebook asks an object for `_ipython_display_` before anything else."""


class UnseenList(list[Axes]):
    """Axes in a list."""

    def _ipython_display_(self) -> None:
        show_nothing()


class UnseenTuple(tuple[Axes, ...]):
    """Axes in a tuple."""

    def _ipython_display_(self) -> None:
        show_nothing()


def unseen(axes: Any) -> Any:
    """Return the axes such that a notebook does not write them out.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots(1, 2)
    >>> unseen(axes[0]) is axes[0], unseen([*axes]) == [*axes]
    (True, True)
    >>> plt.close(figure)
    """
    if isinstance(axes, Axes):
        axes._ipython_display_ = show_nothing  # type: ignore[attr-defined]
    if type(axes) is list:
        return UnseenList(axes)
    if type(axes) is tuple:
        return UnseenTuple(axes)
    return axes


def returning_unseen(plot: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Return a plot function whose axes a notebook does not write out."""

    @functools.wraps(plot)
    def quiet_plot(*args: Given.args, **kwargs: Given.kwargs) -> Returned:
        axes: Returned = unseen(plot(*args, **kwargs))
        return axes

    return quiet_plot
