"""Settings of matplotlib under which pictures are drawn, whatever style the user has chosen.

A style sheet may blur images, draw grids over numbers, or set letters so large that they overlap.
Colours of texts, axes and figures remain the user's, as do the fonts and how files are written; all
else that decides how a picture is laid out is as matplotlib has it by default.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import matplotlib.pyplot as plt

P = ParamSpec("P")
Drawn = TypeVar("Drawn")

OURS = (
    *("axes", "figure", "font", "grid", "hatch", "image", "legend", "lines", "markers"),
    *("patch", "pcolor", "pcolormesh", "polaraxes", "xaxis", "xtick", "yaxis", "ytick"),
)
"""Groups of settings that decide the layout."""

KEPT = (
    *("font.family", "font.serif", "font.sans-serif", "font.monospace", "font.cursive"),
    *("font.fantasy", "figure.dpi", "figure.max_open_warning", "figure.raise_window"),
    *("axes.unicode_minus", "axes.prop_cycle"),
)
"""Settings of these groups that remain the user's, with all whose name ends in "color"."""


def settings(*, colours: bool = False) -> dict[Any, Any]:
    """Return the settings of our own, with colours too if asked.

    Examples
    --------
    >>> settings()["axes.grid"], "axes.facecolor" in settings()
    (False, False)
    """
    groups = (*OURS, "text") if colours else OURS
    return {
        name: value
        for name, value in mpl.rcParamsDefault.items()
        if name.split(".")[0] in groups
        and name not in KEPT
        and (colours or not name.endswith("color"))
        and name != "text.usetex"
    }


def in_own_style(plot: Callable[P, Drawn]) -> Callable[P, Drawn]:
    """Decorate a function so that what it draws does not depend on the user's style sheet."""

    @functools.wraps(plot)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Drawn:
        with own_style():
            return plot(*args, **kwargs)

    return drawn


@contextmanager
def own_style(*, colours: bool = False) -> Iterator[None]:
    """Draw with our own settings, with colours too if asked, and then restore the user's."""
    # Loading the backend of a notebook switches settings on, which must outlast the context.
    load_backend: Callable[[], None] = plt.draw_if_interactive
    load_backend()
    with mpl.rc_context(settings(colours=colours)):
        yield
