"""What excites a unit: patches of real images, and an image made for it.

A unit is one filter of a layer (or one entry of a dense layer's output) at one place.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.explain.receptive_field import region_seen
from minicnn.inspection.kinds import DEAD
from minicnn.inspection.layer_kernels import kernels_of, layer_name
from minicnn.layers import keep_for_backward
from minicnn.sequential import Sequential
from minicnn.terminal import progress_bar
from minicnn.typing import Array, Region, Sizes

BATCH = 256
"""Images that pass through the model at once."""


@dataclass(frozen=True, eq=False)  # arrays are not compared as a whole
class TopPatches:
    """The patches that excite a unit most, the strongest first.

    Attributes
    ----------
    unit : int
    layer : str
        Which unit of which layer.
    patches : array (P, C, H, W)
        Each as large as the unit's receptive field; zero where that reaches beyond the image.
    activations : array (P,)
        The answers of the unit there.
    images : array (P,)
        The index of the image that each is from; no image occurs twice.
    places : array (P, 2)
        Row and column of the unit in the output of its layer; (P, 0) for a layer without places.
    kernel : array (C, KH, KW), or None
        The weights of the unit, if its layer has kernels.
    live : bool
        False for a dead kernel, as `minicnn.inspection.KernelTable` has it.
    """

    unit: int
    layer: str
    patches: Array
    activations: Array
    images: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    kernel: Array | None = None
    live: bool = True


@dataclass(frozen=True, eq=False)  # arrays are not compared as a whole
class Maximum:
    """The image that `maximize` made for a unit.

    Attributes
    ----------
    unit : int
    layer : str
        Which unit of which layer.
    patch : array (C, H, W)
        The part of the image that the unit sees in the middle of its map.
    kernel : array (C, KH, KW), or None
        The weights of the unit, if its layer has kernels.
    live : bool
        False for a dead kernel: what it answers to most means nothing.
    """

    unit: int
    layer: str
    patch: Array
    kernel: Array | None = None
    live: bool = True


def top_patches(
    model: Sequential, images: Array, layer: int, unit: int, count: int = 4
) -> TopPatches:
    """Find the patches of images that excite a filter most, at most one per image.

    Parameters
    ----------
    model : Sequential
        Built.
    images : array (N, C, H, W)
    layer : int
        The index of the layer in the model.
    unit : int
        The index of the filter, or of the output of a dense layer.
    count : int, default 4
        How many to find; fewer if there are fewer images.

    Returns
    -------
    TopPatches

    Raises
    ------
    ArgumentError
        If there is no such layer or filter.
    ShapeError, DataError
        If the images do not fit the model, which must take (C, H, W) or the like; or if the images
        or the outputs of the model are not finite.

    References
    ----------
    Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.

    Examples
    --------
    >>> from minicnn import Conv2D, Sequential
    >>> model = Sequential([Conv2D.from_kernels([[[-1.0, 1.0]]])], input_shape=(1, 4, 4))
    >>> image = np.zeros((1, 1, 4, 4))
    >>> image[0, 0, 2, 3] = 1.0
    >>> found = top_patches(model, image, layer=0, unit=0)
    >>> found.patches[0], found.places[0]
    (array([[[0., 1.]]]), array([2, 2]))
    """
    count = checks.whole_number("top_patches", "count", count)
    part = _until(model, layer, unit, "top_patches")
    model.check_input(images)
    checks.finite("top_patches", "images", images)
    answers, places = _strongest(part, images, unit)
    checks.finite("top_patches", "what the model answers", answers)
    order = np.argsort(-answers, kind="stable")[:count]
    regions = [_region(part, places[n]) for n in order]
    sizes = tuple(np.ptp(regions, axis=2).max(axis=0) + 1)
    return TopPatches(
        unit,
        layer_name(part.layers[-1], layer),
        np.stack([_cut(images[n], r, sizes) for n, r in zip(order, regions, strict=True)]),
        answers[order],
        order,
        places[order],
        *_weights(part, unit),
    )


def maximize(
    model: Sequential,
    layer: int,
    unit: int,
    *,
    steps: int = 200,
    rate: float = 0.05,
    decay: float = 0.02,
    limits: tuple[float, float] = (0.0, 1.0),
    seed: int = 0,
) -> Maximum:
    """Make the image patch that excites a filter most, by gradient ascent on the image.

    The image x starts as grey (the middle of the limits) with a little noise. Each step follows the
    gradient of the filter's answer a in the middle of its map, and then goes a little back towards
    grey, so that only what matters stays:

        x = x + rate * (da/dx) / max |da/dx|        x = grey + (1 - decay) * (x - grey)

    Pixels beyond the limits are clipped. For a unit after a dense layer, the whole image is made.

    Parameters
    ----------
    model : Sequential
        Built. The gradients of its parameters are overwritten; their values stay.
    layer, unit : int
        As for `top_patches`. The answer is taken before an activation or Softmax that follows as
        a separate layer.
    steps : int, default 200
    rate : float, default 0.05
        The largest change of a pixel in one step, as a share of the range of the limits.
    decay : float, default 0.02
        The share of the difference from grey that each step removes; 0 for none.
    limits : (float, float), default (0, 1)
        The darkest and the brightest pixel.
    seed : int, default 0
        Decides the noise.

    Returns
    -------
    Maximum
        Its `patch` is the part of the image that the filter sees in the middle of its map.

    Raises
    ------
    ArgumentError
        If there is no such layer or filter, or a number is out of range.
    ShapeError
        If the model does not take pictures or signals, or the filter sees nothing of them.
    DataError
        If a gradient is NaN or infinite, as it is if weights are.

    References
    ----------
    Erhan, Bengio, Courville and Vincent, "Visualizing higher-layer features of a deep network",
    2009; Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2014, for the
    decay.

    Examples
    --------
    >>> from minicnn import Conv2D, Sequential
    >>> model = Sequential([Conv2D.from_kernels([[[-1.0, 0.0, 1.0]]])], input_shape=(1, 5, 5))
    >>> maximize(model, layer=0, unit=0).patch.round(1) + 0.0
    array([[[0. , 0.5, 1. ]]])
    """
    owner = "maximize"
    part = _until(model, layer, unit, owner)
    steps = checks.whole_number(owner, "steps", steps)
    rate = checks.real_number(owner, "rate", rate, above=0)
    decay = checks.real_number(owner, "decay", decay, minimum=0, below=1)
    low, high = checks.interval(owner, "limits", limits)
    if low == high:
        raise ArgumentError(f"{owner}: limits must differ, got {limits}")
    rng = np.random.default_rng(checks.whole_number(owner, "seed", seed, minimum=0))
    grey, span = (low + high) / 2, high - low
    in_shape = part.check_ready()
    x = grey + 0.01 * span * rng.standard_normal((1, *in_shape))
    place, region = _middle(part)
    for _ in progress_bar(range(steps), "gradient ascent"):
        with keep_for_backward():  # and behave as in use, so that nothing is left to chance
            y = part(x)
        dy = np.zeros_like(y)
        dy[(0, unit, *place)] = 1.0
        gradient = part.backward(dy)
        checks.finite(owner, "the gradient of the image", gradient)
        x = x + rate * span * gradient / (float(abs(gradient).max()) or 1.0)
        x = np.clip(grey + (1 - decay) * (x - grey), low, high)
    patch = _cut(x[0], region, tuple(last - first + 1 for first, last in region), fill=grey)
    return Maximum(unit, layer_name(part.layers[-1], layer), patch, *_weights(part, unit))


def _weights(part: Sequential, unit: int) -> tuple[Array | None, bool]:
    """Return the kernel of a unit of the last layer, if it has kernels, and whether it is live."""
    try:
        kernels = kernels_of(part.layers[-1])
    except ShapeError:
        return None, True
    if len(kernels) != (part.out_shape or (0,))[0]:  # of a layer of several, those of another step
        return None, True
    norms = np.linalg.norm(kernels.reshape(len(kernels), -1), axis=1)
    return kernels[unit], bool(norms[unit] > 0 and norms[unit] >= DEAD * norms.max())


def _until(model: Sequential, layer: int, unit: int, owner: str) -> Sequential:
    """Return the model up to a layer, which must have such a filter; the layers are shared."""
    checks.instance(owner, "model", model, Sequential)
    if len(in_shape := model.check_ready()) < 2:
        raise ShapeError(
            f"{owner}: expected a model for pictures (C, H, W), got one for {in_shape}"
        )
    layer = checks.whole_number(owner, "layer", layer, minimum=0)
    if layer >= len(model.layers):
        raise ArgumentError(
            f"{owner}: layer must be the number of a layer, 0 to {len(model.layers) - 1}, got "
            f"{layer}"
        )
    part = model.part(layer + 1)
    units = (part.out_shape or (0,))[0]
    if checks.whole_number(owner, "unit", unit, minimum=0) >= units:
        raise ArgumentError(
            f"{owner}: unit must be the number of an output of {part.layers[-1]}, 0 to "
            f"{units - 1}, got {unit}"
        )
    return part


def _strongest(part: Sequential, images: Array, unit: int) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return a unit's largest answer in each image, (N,), and where it is, (N, spatial axes)."""
    sizes = (part.out_shape or ())[1:]
    answers = np.empty(len(images))
    places = np.empty((len(images), len(sizes)), np.int64)
    for start in progress_bar(range(0, len(images), BATCH), "looking for the strongest answers"):
        batch = slice(start, start + BATCH)
        y = part(images[batch])[:, unit]  # (n, OH, OW)
        flat = y.reshape(len(y), -1)
        best = flat.argmax(axis=1)
        answers[batch] = flat[np.arange(len(flat)), best]
        places[batch] = np.stack(np.unravel_index(best, sizes or (1,)), axis=1)[:, : len(sizes)]
    return answers, places


def _region(part: Sequential, place: Sequence[int]) -> Region:
    """Return the region that the unit at a place sees; it may reach beyond the image.

    A unit without a place sees the whole image.
    """
    if len(place) == 0:
        return tuple((0, size - 1) for size in part.check_ready()[1:])
    return region_seen(part, tuple((int(i), int(i)) for i in place))


def _middle(part: Sequential) -> tuple[Sizes, Region]:
    """Return the place nearest to the middle where the unit sees something, and what it sees.

    It may see nothing near the border, or between the pixels of a transposed convolution.
    """
    sizes = (part.out_shape or ())[1:]
    middle = [size // 2 for size in sizes]
    nearest_first = sorted(np.ndindex(*sizes), key=lambda place: math.dist(place, middle))
    for place in nearest_first:
        region = _region(part, place)
        bounds = zip(region, part.check_ready()[1:], strict=True)
        if all(max(first, 0) <= min(last, size - 1) for (first, last), size in bounds):
            return place, region
    raise ShapeError(f"maximize: expected a layer that sees the image, got {part.layers[-1]}")


def _cut(image: Array, region: Region, sizes: Sizes, fill: float = 0.0) -> Array:
    """Return a region of an image (C, H, W), filled with `fill` beyond the image."""
    patch = np.full((len(image), *sizes), fill, image.dtype)
    there, here = [slice(None)], [slice(None)]
    for (first, last), size in zip(region, image.shape[1:], strict=True):
        begin = min(max(first, 0), size)
        inside = slice(begin, max(min(last + 1, size), begin))  # empty in the border
        there.append(inside)
        here.append(slice(inside.start - first, inside.stop - first))
    seen = image[tuple(there)]
    if seen.size:
        patch[tuple(here)] = seen
    return patch
