"""What every layer makes of a picture."""

import math
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, overload

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.inspection.plots.answers import class_names, is_classifier, one_image, probabilities_of
from minicnn.inspection.plots.bars import draw_probabilities, percent
from minicnn.inspection.plots.fonts import drawable
from minicnn.inspection.plots.picture import show_picture
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import GAP, SIGNED, draw_tiles, largest, symmetric
from minicnn.inspection.plots.words import layer_in_words, shape_in_words
from minicnn.layers import Layer, Softmax
from minicnn.sequential import Sequential
from minicnn.typing import Array, Labels

MOST_COLUMNS = 6
"""Layers on a slide."""

IN_A_ROW = 32
"""Maps in a row where all are drawn."""

WIDTH = 11.0
"""The width in inches of a figure of all maps."""

TITLE = 9.0
"""The size of titles in points."""


class Step(NamedTuple):
    """The output of a layer for one sample: (C, H, W) or (D,).

    `stage` counts the layers before it that mix channels: within a stage, map 3 of one layer is
    made of map 3 of the layer before.
    """

    name: str
    values: Array
    stage: int


@overload
def plot_feature_maps(
    model: Sequential,
    image: Array,
    /,
    *,
    strongest: int | None = ...,
    classes: Sequence[object] | None = ...,
    axes: Sequence[Axes] | None = ...,
) -> list[Axes]: ...


@overload
def plot_feature_maps(
    maps: Sequence[Array],
    /,
    *,
    names: Sequence[str],
    strongest: int | None = ...,
    axes: Sequence[Axes] | None = ...,
) -> list[Axes]: ...


@in_own_style
def plot_feature_maps(
    model: Sequential | Sequence[Array],
    image: Array | None = None,
    /,
    *,
    names: Sequence[str] | None = None,
    strongest: int | None = 4,
    classes: Sequence[object] | None = None,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw a picture, what the layers make of it, and the answer, from left to right.

    A stage is a layer that mixes channels, such as a convolution, and those after it that change
    each map by itself, such as ReLU and pooling. Its strongest maps are shown, the same ones of
    each of its layers, and on one colour scale. Of more layers than a slide has room for, the last
    of each stage is shown.

    Parameters
    ----------
    model, image : Sequential and array (C, H, W)
        Or, instead of both:
    maps : sequence of arrays
        For one sample: the picture, then what layers make of it, (C, H, W) or (D,).
    names : sequence of str
        A name for each of the maps.
    strongest : int or None, default 4
        How many maps of each stage: those that vary most over the picture where the stage ends.
        None draws all maps of all layers, below one another, and vectors as strips of colours.
    classes : sequence of K names, optional
        By default those of the model, else numbers.
    axes : sequence of Axes, optional
        For the picture, for each layer that is shown, and for the answer of a classifier.

    Returns
    -------
    list of Axes

    Raises
    ------
    ShapeError
        If the image does not fit the model, or there is not a name for each of the maps, or one of
        them has another number of axes, or the axes are too few or too many.
    """
    owner = "plot_feature_maps"
    steps, probabilities, known = _steps(owner, model, image, names)
    answer = probabilities is not None
    if strongest is None:
        shown = steps
    else:
        strongest = checks.whole_number(owner, "strongest", strongest)
        shown = [steps[0], *_for_a_slide([step for step in steps[1:] if step.values.ndim == 3])]
    if axes is None:
        axes = _rows(shown, answer) if strongest is None else _columns(shown, strongest, answer)
    if len(axes) != len(shown) + answer:
        raise ShapeError(
            f"{owner}: expected {len(shown) + answer} axes, for the picture, {len(shown) - 1} "
            f"layers{' and the answer' if answer else ''}, got {len(axes)}"
        )
    _draw_input(axes[0], shown[0])
    for ax, step in zip(axes[1:], shown[1:], strict=False):
        _draw_step(ax, step, shown, _chosen(step, steps, strongest), all_maps=strongest is None)
    if probabilities is not None:
        with drawable(class_names(owner, len(probabilities), classes, *known), axes[-1]) as texts:
            draw_probabilities(axes[-1], probabilities, texts)
            likeliest = int(probabilities.argmax())
            says = f"{texts[likeliest]}, {percent(probabilities[likeliest])} sure"
            axes[-1].set_title(f"the answer\n{says}", fontsize=TITLE)
    return list(axes)


def _steps(
    owner: str, model: object, image: object, names: Sequence[str] | None
) -> tuple[list[Step], Array | None, tuple[Sequence[object] | None, ...]]:
    """Return the picture and what layers make of it, the probabilities, and the names of classes.

    Only a classifier has probabilities; they are not among the steps, too.
    """
    if isinstance(model, Sequential):
        picture = one_image(owner, image)
        outputs = [output[0] for output in model.activations(picture[np.newaxis])]
        probabilities = None
        if is_classifier(model):
            probabilities = probabilities_of(owner, model, picture[np.newaxis])[0]  # (K,)
        layers = model.layers
        if probabilities is not None and isinstance(layers[-1], Softmax):
            outputs.pop()
        named = zip(map(layer_in_words, layers), outputs, map(_mixes, layers), strict=False)
        return _staged([("the picture", picture, True), *named]), probabilities, (model.classes,)
    maps = list(model) if isinstance(model, Sequence) else []
    fits = all(isinstance(array, np.ndarray) and array.ndim in (1, 3) for array in maps)
    if not maps or not fits or len(maps) != len(names or ()) or maps[0].ndim != 3:
        raise ShapeError(
            f"{owner}: expected a model and an image, or maps of shape (C, H, W) or (D,) and a "
            f"name for each, the picture first; got {len(names or ())} names and shapes "
            f"{[np.shape(array) for array in maps]}"
        )
    last, probabilities = maps[-1], None
    if last.ndim == 1 and len(last) > 1 and last.min() >= 0 and np.isclose(last.sum(), 1):
        probabilities = maps.pop()
    steps = [(name, array, False) for name, array in zip(names or (), maps, strict=False)]
    return _staged(steps), probabilities, ()


def _mixes(layer: Layer) -> bool:
    """Return whether a map that the layer gives is made of several maps."""
    return any(parameter.value.ndim > 1 for parameter in layer.parameters)


def _staged(steps: Sequence[tuple[str, Array, bool]]) -> list[Step]:
    """Return steps with the number of their stage; where the channels change, another begins."""
    staged: list[Step] = []
    for name, values, mixes in steps:
        stage = staged[-1].stage if staged else 0
        if mixes or (staged and len(values) != len(staged[-1].values)):
            stage += 1
        staged.append(Step(name, values, stage))
    return staged


def _for_a_slide(steps: list[Step]) -> list[Step]:
    """Return the steps that a slide has room for: all, or the last of stages, evenly spread."""
    if len(steps) > MOST_COLUMNS:
        steps = [step for step, after in pairwise([*steps, None]) if step and _ends(step, after)]
    if len(steps) > MOST_COLUMNS:
        steps = [steps[i] for i in np.linspace(0, len(steps) - 1, MOST_COLUMNS).round().astype(int)]
    return steps


def _ends(step: Step, after: Step | None) -> bool:
    return after is None or after.stage != step.stage


def _chosen(step: Step, steps: Sequence[Step], strongest: int | None) -> Labels:
    """Return the numbers of the maps to draw: those that vary most where the stage ends."""
    if strongest is None or step.values.ndim == 1:
        return np.arange(len(step.values))
    end = [other for other in steps if other.stage == step.stage][-1].values  # (C, H, W)
    away = end - np.median(end, axis=(1, 2), keepdims=True) if end[0].size > 1 else end
    return np.argsort(-np.square(away).sum(axis=(1, 2)), kind="stable")[:strongest]


def _draw_input(ax: Axes, step: Step) -> None:
    """Draw the picture as it is."""
    show_picture(ax, step.values)
    ax.set_anchor("N")
    C, H, W = step.values.shape
    ax.set_title(f"{step.name}\n{H} x {W} pixels{' in colour' if C == 3 else ''}", fontsize=TITLE)


def _draw_step(
    ax: Axes, step: Step, shown: Sequence[Step], chosen: Labels, *, all_maps: bool
) -> None:
    """Draw maps as tiles, in rows or below one another, and a vector as a strip of colours."""
    size = shape_in_words(step.values.shape)
    if step.values.ndim == 1:
        low, high = symmetric(step.values)
        ax.imshow(step.values[np.newaxis], cmap=SIGNED, vmin=low, vmax=high, aspect="auto")
        ax.set(xticks=[], yticks=[])
    else:
        stage = [other for other in shown if other.stage == step.stage]
        limit = max(largest(other.values[chosen]) for other in stage)
        columns = min(IN_A_ROW, len(chosen)) if all_maps else 1
        image = draw_tiles(ax, step.values[chosen], columns, (-limit, limit))
        if all_maps or stage[0] is step:
            _bar(ax, image, float(step.values.min()), limit, upright=all_maps)
        if not all_maps and stage[0] is step:
            _number(ax, chosen, step.values.shape[1] / step.values.shape[2])
    if all_maps:
        ax.set_anchor("W")
        ax.set_title(f"{step.name}: {size}", loc="left", fontsize=TITLE)
    else:
        ax.set_anchor("N")
        narrow = size.replace(" of ", " of\n")
        ax.set_title(f"{textwrap.fill(step.name, 13)}\n{narrow}", fontsize=TITLE)


def _number(ax: Axes, chosen: Labels, ratio: float) -> None:
    """Write beside maps that are below one another which ones they are."""
    for row, number in enumerate(chosen):
        middle = row * (ratio + GAP) + ratio / 2
        ax.text(-0.06, middle, f"map {number}", rotation=90, ha="right", va="center", fontsize=8)


def _bar(ax: Axes, image: AxesImage, lowest: float, limit: float, *, upright: bool) -> None:
    """Put a colour bar beside or below maps; where none is negative, it begins at zero."""
    tile = 1 / len(ax.images)  # the height of one of those below one another
    place = (1.008, 0.0, 0.006, 1.0) if upright else (0.0, -0.14 * tile, 1.0, 0.06 * tile)
    direction: Literal["vertical", "horizontal"] = "vertical" if upright else "horizontal"
    bar = ax.figure.colorbar(image, cax=ax.inset_axes(place), orientation=direction)
    ends = (0.0 if lowest >= 0 else -limit, limit)
    if upright:
        bar.ax.set_ylim(ends)
    else:
        bar.ax.set_xlim(ends)
    digits = max(0, 1 - math.floor(math.log10(limit)))
    top = math.floor(limit * 10**digits) / 10**digits
    bar.set_ticks([0, top] if lowest >= 0 else [-top, 0, top])
    bar.minorticks_off()
    bar.ax.tick_params(labelsize=8, pad=1.5, length=2)
    if not upright:
        bar.set_label("answer", fontsize=8, labelpad=1)


def _columns(shown: Sequence[Step], strongest: int, answer: bool) -> list[Axes]:
    """Return axes side by side: a picture, columns of maps, and bars."""
    widths = [1.9, *[1.0] * (len(shown) - 1), *[1.9] * answer]
    ratio = max(step.values.shape[1] / step.values.shape[2] for step in shown)
    most = max([2, *(min(strongest, len(step.values)) for step in shown[1:])])
    size = (0.93 * sum(widths) + 0.8, 0.92 * float(np.clip(ratio, 0.4, 2)) * most + 1.1)
    figure, grid = plt.subplots(
        1, len(widths), figsize=size, width_ratios=widths, layout="constrained", squeeze=False
    )
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(w_pad=0.06)  # type: ignore[call-arg]
    return list(grid[0])


def _rows(shown: Sequence[Step], answer: bool) -> list[Axes]:
    """Return axes below one another: a picture beside bars, then a row for each layer."""
    heights = [2.2]
    for step in shown[1:]:
        if step.values.ndim == 1:
            heights.append(0.5)
        else:
            C, H, W = step.values.shape
            side = min(0.8, 0.93 * WIDTH / min(C, IN_A_ROW))
            heights.append(0.35 + side * H / W * math.ceil(C / IN_A_ROW))
    figure = plt.figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    grid = figure.add_gridspec(len(heights), 2, height_ratios=heights, width_ratios=(1, 2))
    first = figure.add_subplot(grid[0, 0])
    bars = [figure.add_subplot(grid[0, 1])] if answer else []
    return [first, *(figure.add_subplot(grid[row, :]) for row in range(1, len(shown))), *bars]
