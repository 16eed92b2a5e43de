"""Kernels as small pictures."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.inspection.plots.shown import EDGE_NOTE, Shown, how_many_edges, strongest
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import (
    SCREEN,
    colour_bar,
    coloured,
    draw_tiles,
    fitting_columns,
    fitting_count,
    label_height,
    largest,
    scale_in_words,
    tile_axes,
    write_around,
)
from minicnn.layers import Layer
from minicnn.typing import Array

MOST_CHANNELS = 32
"""Channels of a kernel that are drawn side by side."""


@in_own_style
def plot_kernels(
    kernels: Layer | npt.ArrayLike,
    layer: int | None = None,
    *,
    limit: float | None = None,
    most: int | None = None,
    numbers: Sequence[int] | None = None,
    colour: bool | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a bank of kernels, all on one colour scale with zero in its middle.

    Above each stands its number and its edge score (`minicnn.inspection.measure_kernels`), which a
    note below explains; dead ones are crossed out.

    Parameters
    ----------
    kernels : Sequential, Layer, array (F, C, KH, KW), or (F, KH, KW) with one channel
        The channels of a kernel are side by side; of more than 32, the 32 with the largest weights.
    layer : int, optional
        The index of the layer in a model; by default the first that has kernels.
    limit : float, optional
        The weight at the ends of the colour scale; by default the largest absolute weight. Use the
        same limit for banks that are compared.
    most : int, optional
        How many kernels to draw at most, those with the largest norms. By default as many as fit on
        a screen; more make the figure higher.
    numbers : sequence of int, optional
        Which kernels to draw, in this order, instead of the strongest.
    colour : bool, optional
        Whether to draw three channels as red, green and blue, with grey for zero. By default if
        there are three.
    title : str, optional
        By default it says how many are edges.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If there are no kernels, they are not (F, C, KH, KW), or they cannot be drawn in colour.
    DataError
        If a weight is NaN or infinite.
    ArgumentError
        If the limit is not above 0, or there is no such layer or kernel.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> from minicnn.filters import KERNELS
    >>> ax = plot_kernels(np.stack([KERNELS["sobel_x"], KERNELS["box_blur"]]))
    >>> ax.get_title(loc="left"), [text.get_text() for text in ax.texts[:2]]
    ('1 of 2 kernels is an edge', ['0: edge 1.00', '1: edge 0.00'])
    """
    owner = "plot_kernels"
    shown = Shown.of(owner, kernels, layer)
    if limit is not None:
        limit = checks.real_number(owner, "limit", limit, above=0)
    colour = _in_colour(owner, shown.kernels, colour)
    shown = shown.choose(owner, numbers, _most(owner, most, shown.kernels, colour))
    drawn, kept = _channels(shown.kernels, colour)
    title = how_many_edges(shown.table, shown.name) if title is None else title
    limit = largest(shown.kernels) if limit is None else limit
    title = _with_notes(title, shown.chosen, kept, scale_in_words(3, limit) if colour else "")
    group = drawn.shape[1]
    if ax is None:
        count, ratio = len(drawn) * group, drawn.shape[2] / drawn.shape[3]
        lines = title.count("\n") + 2  # with the note
        ax, _ = tile_axes(count, ratio, group=group, lines=lines, bar=not colour)
    _draw(ax, shown, drawn, limit)
    if not colour:
        colour_bar(ax, ax.images[0], "weight")
    write_around(ax, title, EDGE_NOTE)
    return ax


@in_own_style
def plot_kernels_before_and_after(
    before: Layer | npt.ArrayLike,
    after: Layer | npt.ArrayLike,
    layer: int | None = None,
    *,
    most: int | None = None,
    colour: bool | None = None,
    axes: Sequence[Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw a bank of kernels before and after training, on one colour scale.

    Parameters
    ----------
    before, after : Sequential, Layer, or array (F, C, KH, KW)
    layer : int, optional
        The index of the layer in models; by default the first that has kernels.
    most : int, optional
        How many kernels to draw at most, those with the largest norms after training. By default as
        many as fit on a screen.
    colour : bool, optional
        As for `plot_kernels`.
    axes : two Axes, optional

    Returns
    -------
    (Axes, Axes)

    Raises
    ------
    ShapeError
        If there are no kernels (F, C, KH, KW), or the two banks differ in shape.
    DataError
        If a weight is NaN or infinite.
    """
    owner, half = "plot_kernels_before_and_after", (SCREEN[0], SCREEN[1] / 2)
    pair = [
        Shown.of(owner, bank, layer if isinstance(bank, Layer) else None)
        for bank in (before, after)
    ]
    shapes = [shown.kernels.shape for shown in pair]
    if shapes[0] != shapes[1]:
        raise ShapeError(
            f"{owner}: expected two banks of one shape, got {shapes[0]} and {shapes[1]}"
        )
    colour = _in_colour(owner, pair[0].kernels, colour)
    few = strongest(pair[1].table.norm, _most(owner, most, pair[0].kernels, colour, half))
    pair = [shown.only(few) for shown in pair]
    drawn, kept = _channels(np.concatenate([shown.kernels for shown in pair]), colour)
    if axes is None:
        axes = _two_axes(drawn[len(few) :])
    limit = largest(drawn) if not colour else max(largest(shown.kernels) for shown in pair)
    halves = (drawn[: len(few)], drawn[len(few) :])
    for ax, when, shown, tiles in zip(axes, ("before", "after"), pair, halves, strict=True):
        said = f"{when} training: {how_many_edges(shown.table, shown.name or pair[1].name)}"
        if when == "after":
            scale = scale_in_words(3, limit) if colour else ""
            said = _with_notes(said, shown.chosen, kept, scale)
        _draw(ax, shown, tiles, limit)
        if not colour:
            colour_bar(ax, ax.images[0], "weight")
        write_around(ax, said, *([EDGE_NOTE] if when == "after" else []))
    upper, lower = axes
    return upper, lower


def _with_notes(title: str, *notes: str) -> str:
    """Return a title with a second line of notes, if there are any."""
    return "\n".join(filter(None, [title, "; ".join(filter(None, notes))]))


def _in_colour(owner: str, kernels: Array, colour: bool | None) -> bool:
    C: int = kernels.shape[1]
    if colour is None:
        return C == 3
    if checks.flag(owner, "colour", colour) and C != 3:
        raise ShapeError(f"{owner}: colour needs kernels of three channels, got {C}")
    return colour


def _most(
    owner: str,
    most: int | None,
    kernels: Array,
    colour: bool,
    room: tuple[float, float] = SCREEN,
) -> int:
    """Return how many kernels to draw at most."""
    if most is not None:
        return checks.whole_number(owner, "most", most)
    _, C, KH, KW = kernels.shape
    return fitting_count(KH / KW, 1 if colour else min(C, MOST_CHANNELS), room)


def _channels(kernels: Array, colour: bool) -> tuple[Array, str]:
    """Return the channels that are drawn of each kernel, and what they are if not all.

    In colour, they are one picture: (S, 1, KH, KW, 3) instead of (S, C, KH, KW).
    """
    C = kernels.shape[1]
    if colour:
        return kernels.transpose(0, 2, 3, 1)[:, np.newaxis], ""
    few = strongest((kernels**2).sum(axis=(0, 2, 3)), MOST_CHANNELS)
    kept = f"of each the {len(few)} strongest of {C:,} channels" if len(few) < C else ""
    beside = f"each with its {C} channels side by side" if C > 1 else ""
    return kernels[:, list(few)], kept or beside


def _draw(ax: Axes, shown: Shown, drawn: Array, limit: float) -> None:
    """Draw (S, C, KH, KW), or (S, 1, KH, KW, 3) in colour."""
    S, C, KH, KW = drawn.shape[:4]
    if drawn.ndim == 5:
        drawn = coloured(drawn, limit)
    count, ratio = S * C, KH / KW
    columns = fitting_columns(ax, count, ratio, group=C)
    draw_tiles(
        ax,
        drawn.reshape(count, *drawn.shape[2:]),
        columns,
        (-limit, limit),
        shown.labels,
        group=C,
        label=label_height(ax, count, columns, ratio, C),
        dead=np.flatnonzero(~shown.live),
    )


def _two_axes(drawn: Array) -> Sequence[Axes]:
    """Return two axes of a new figure, one above the other, each with room for all tiles."""
    S, C, KH, KW = drawn.shape[:4]
    low = (SCREEN[0], 0.44 * SCREEN[1])  # so that eight kernels stand in one row
    ax, _ = tile_axes(S * C, KH / KW, group=C, bar=drawn.ndim == 4, room=low)
    figure = plt.gcf()
    width, height = figure.get_size_inches()
    plt.close(figure)
    _, axes = plt.subplots(2, 1, figsize=(width, 2 * height), layout="constrained")
    for ax in axes:
        ax.set_anchor("W")
    return list(axes)
