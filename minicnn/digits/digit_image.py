"""Turn a photo or a drawing of a digit into a picture like those of MNIST.

A photo has what MNIST does not have: uneven light, shadows, the texture of paper, noise, a pale
pen. Five steps remove them:

1. Light and dark are measured relative to the surrounding paper. A morphological closing estimates
   the paper: it fills every dark thing that is too small to hold a square of half the picture's
   smaller side. The result follows light and shadow, and dividing by it removes them.
2. Ink is what stands out from the noise, by at least half as much as the darker of the two groups
   into which Otsu's threshold divides everything that stands out.
3. Of the connected pieces of ink, specks are dropped, and what fades out like a shadow. So are
   pieces that touch the rim, such as the edge of a table or a line of the paper, unless the digit
   itself touches it.
4. A digit that is small in the picture is cropped out of it, and found again in all its pixels.
5. What remains is cropped, scaled and centred, the way MNIST was made.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.data.pictures import read_picture
from minicnn.data.scaling import scale_picture
from minicnn.digits.components import connected_components
from minicnn.digits.otsu import otsu_threshold
from minicnn.digits.window_filters import maximum_filter, mean_filter
from minicnn.errors import DataError
from minicnn.typing import Array, Mask

SIDE = 28  # of an MNIST picture
BOX = 20  # of the digit in it
CENTRE = 14  # the row and the column where its centre of mass lies

WORKING_SIDE = 400  # a photo is first reduced to this size, 20 times the box
SMALL = 160  # of these: a digit that is smaller there is cropped out of the whole picture
MARGIN = 1.0  # of paper around it then, in its longer sides
BLUR = 200  # one pixel to each side is averaged for each of these of the longer side
NOISE = 6.0  # standard deviations of the paper that ink must stand out by
FAINTEST = 0.03  # the least share of the paper's light that ink must swallow
FULL = 90.0  # the percentile of the ink that counts as full
RING = 60  # one pixel of paper around a piece is looked at for each of these of the longer side
SOFT = 0.5  # of the ink of a piece: with more than that around it, it has no clear edge
STROKE = 2.0  # pixels in the box: a finer pen is widened to it; MNIST's have 2 to 5
SPECK = 0.2  # of the longest piece: a shorter one is a speck
TALL = 0.35  # of the tallest piece: two such beside each other are two digits
INNER = 0.25  # of the longest piece: a piece this long inside the rim is the digit


def digit_image(picture: str | Path | npt.NDArray[Any]) -> Array:
    """Return a photo or a drawing of one digit as MNIST would have it.

    The digit is found on its paper, in uneven light too, turned into white ink on black, scaled
    with its aspect kept so that its longer side has 20 pixels, and shifted by whole pixels so that
    its centre of mass lies at pixel (14, 14) of 28 x 28. MNIST was made in this way, and its own
    pictures come out nearly unchanged. A pale pen across the edge of a hard shadow, a bold digit
    without any margin, or a frame drawn around it can mislead it.

    Parameters
    ----------
    picture : path of a file, or array
        See `minicnn.data.pictures.read_picture` for the formats. Dark ink on light paper or light
        on dark; one digit, and not much else.

    Returns
    -------
    array (1, 28, 28)
        float32 from 0 (paper) to 1 (ink), as the images of `load_mnist`.

    Raises
    ------
    DataError
        If the file or array cannot be read, nothing on the paper stands out like ink, or there is
        more than one digit.
    ShapeError
        If the array is no picture.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86(11), 1998, section III.A, and the page of the MNIST database: the
    size, and the centre of mass. Otsu, "A threshold selection method from gray-level histograms",
    IEEE Transactions on Systems, Man, and Cybernetics 9(1), 1979. Serra, "Image analysis and
    mathematical morphology", Academic Press 1982: the closing.

    Examples
    --------
    >>> import numpy as np
    >>> paper = np.full((200, 160), 0.8)
    >>> paper[40:160, 70:82] = 0.3  # a one
    >>> image = digit_image(paper)
    >>> image.shape, int(image[0].any(axis=1).sum()), int(image[0].any(axis=0).sum())
    ((1, 28, 28), 20, 3)
    """
    grey = read_picture(picture)
    owner = "digit_image" if isinstance(picture, np.ndarray) else picture
    ink = _digit_ink(grey, owner)
    if ink.shape != grey.shape and max(_box(ink)[1]) < SMALL:
        ink = _digit_ink(_cropped(grey, ink), owner)  # which has more of its pixels
    return _normalize(ink)


def _digit_ink(grey: Array, owner: object) -> Array:
    """Return the ink of the digit in a picture that is made no larger than `WORKING_SIDE`."""
    shrink = min(1.0, WORKING_SIDE / max(grey.shape))
    H, W = (max(1, round(side * shrink)) for side in grey.shape)
    ink, noise = _ink(scale_picture(grey, (H, W)))
    digit: Array = np.where(_digit(ink, noise, owner), ink, 0)
    return digit


def _box(ink: Array) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the first row and column that have ink, and how many of each it reaches over."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    first = int(rows[0]), int(columns[0])
    return first, (int(rows[-1]) + 1 - first[0], int(columns[-1]) + 1 - first[1])


def _cropped(grey: Array, ink: Array) -> Array:
    """Return the part of the whole picture around the digit that was found in the reduced one."""
    first, sizes = _box(ink)
    margin = MARGIN * max(sizes)
    ends = []
    for begin, size, small, large in zip(first, sizes, ink.shape, grey.shape, strict=True):
        scale = large / small
        ends.append(
            slice(max(0, int((begin - margin) * scale)), int((begin + size + margin) * scale) + 1)
        )
    return grey[tuple(ends)]


def _ink(grey: Array) -> tuple[Array, float]:
    """Return how much of the paper's light each pixel swallows, and the deviation of the noise."""
    grey = mean_filter(grey, max(grey.shape) // BLUR)
    light = grey if _is_light(grey) else 1 - grey
    reach = max(1, min(light.shape) // 4)  # half of a square of half the side
    # Beyond the rim nothing is known. A slope of light then stays what it is, up to the rim.
    beyond = np.pad(light, reach, constant_values=-np.inf)
    paper = -maximum_filter(-maximum_filter(beyond, reach), reach)[reach:-reach, reach:-reach]
    ink = 1 - light / np.maximum(paper, np.float32(1e-6))
    # The closing of noise lies above its mean, so paper is not 0 yet. Most of a picture is paper.
    level = np.median(ink)
    noise = 1.4826 * float(np.median(np.abs(ink - level)))  # as if normal; ignores the ink
    return np.maximum(ink - level, 0), noise


def _is_light(grey: Array) -> bool:
    """Return whether the background is light, by a majority of three signs.

    All are taken relative to the mean of a wide window, which evens out the light. The rim is
    nearer to the lightest pixel than to the darkest; so is the median; and the dark pixels deviate
    further, so there are fewer of them (the skewness is negative). A single sign can be wrong: with
    frames or dark corners, with digits that fill the picture, or with shadows.
    """
    relative = grey - mean_filter(grey, max(1, min(grey.shape) // 4))
    rim = _rim(grey.shape, max(1, min(grey.shape) // 20))
    middle = (relative.min() + relative.max()) / 2
    signs = (
        np.median(relative[rim]) > middle,
        np.median(relative) > middle,
        (relative**3).sum() < 0,
    )
    return sum(map(bool, signs)) >= 2


def _digit(ink: Array, noise: float, owner: object) -> Mask:
    """Return the mask of the digit, a pixel wider than its ink: the rim of a stroke is soft."""
    least = max(FAINTEST, NOISE * noise)
    standing_out = ink[ink > least]
    if standing_out.size == 0:
        raise DataError(
            f"{owner}: no digit found: expected ink that swallows at least {min(least, 1):.0%} of "
            f"the paper's light, which is clear of the noise here, got at most {ink.max():.1%}; "
            "write darker, light it better, or crop to the digit"
        )
    # Faint things beside the digit, such as squares on the paper, stand out too, but less.
    dark = standing_out[standing_out >= otsu_threshold(standing_out)]
    found = ink > max(least, float(dark.mean()) / 2)
    pieces = connected_components(maximum_filter(found, 1))  # bridges breaks of a pixel or two
    pieces = connected_components(_with_clear_edges(pieces, ink))
    count = int(pieces.max())
    if count == 0:
        raise DataError(
            f"{owner}: no digit found: expected ink with a clear edge, but what is darker here "
            "fades out like a shadow; light it evenly, or crop to the digit"
        )
    rows, columns = np.nonzero(pieces)
    numbers = pieces[rows, columns] - 1
    top, bottom = _ends(rows, numbers, count)
    left, right = _ends(columns, numbers, count)
    height = bottom - top
    length = np.maximum(height, right - left)
    inner = np.ones(count, bool)
    at_rim = pieces[_rim(ink.shape, 1)]
    inner[at_rim[at_rim > 0] - 1] = False
    longest = length.max()
    if (length[inner] >= INNER * longest).any():
        longest = length[inner].max()
    else:
        inner[:] = True
    kept = inner & (length >= SPECK * longest)
    tall = np.flatnonzero(kept & (height >= TALL * height[kept].max()))
    tall = tall[np.argsort(left[tall])]
    beside = int((left[tall[1:]] > np.maximum.accumulate(right[tall])[:-1]).sum())
    if beside > 0:
        raise DataError(
            f"{owner}: expected one digit, found {beside + 1} pieces of ink of about its height "
            "beside each other; crop to one of them"
        )
    mask: Mask = np.concatenate([[False], kept])[pieces]
    return mask


def _with_clear_edges(pieces: npt.NDArray[np.intp], ink: Array) -> Mask:
    """Return the mask of the pieces around which there is much less ink than in them."""
    around = maximum_filter(pieces, max(2, max(ink.shape) // RING))
    around[pieces > 0] = 0
    noise = ink[(pieces == 0) & (around == 0)]
    ink = ink - (noise.mean() if noise.size else 0)  # of paper it is above zero
    inside, outside = (
        np.bincount(which.ravel(), ink.ravel(), pieces.max() + 1)
        / np.maximum(np.bincount(which.ravel(), minlength=pieces.max() + 1), 1)
        for which in (pieces, around)
    )
    clear: Mask = (outside < SOFT * inside)[pieces] & (pieces > 0)
    return clear


def _normalize(ink: Array) -> Array:
    """Scale ink (H, W) to the box, its full strength to 1, and its centre of mass to the centre."""
    (top, left), (height, width) = _box(ink)
    ink = _widened(ink[top : top + height, left : left + width])
    scale = BOX / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    small = scale_picture(ink, (height, width))
    full = np.percentile(small[small > small.max() / 2], FULL)
    small = np.minimum(small / full, 1)
    down, right = (
        round(CENTRE - float((small.sum(axis=1 - axis) @ np.arange(length)) / small.sum()))
        for axis, length in enumerate(small.shape)
    )
    down, right = np.clip((down, right), 0, (SIDE - height, SIDE - width))
    image = np.zeros((1, SIDE, SIDE), np.float32)
    image[0, down : down + height, right : right + width] = small
    return image


def _widened(ink: Array) -> Array:
    """Return ink cropped to the digit, with fine strokes widened to those of MNIST.

    The width of a stroke is about twice its area divided by the length of its two sides.
    """
    mask = ink > ink.max() / 2
    sides = mask & maximum_filter(np.pad(~mask, 1, constant_values=True), 1)[1:-1, 1:-1]
    width = 2 * mask.sum() / sides.sum()
    reach = round((STROKE * max(ink.shape) / BOX - width) / 2)
    return maximum_filter(np.pad(ink, reach), reach) if reach > 0 else ink


def _rim(shape: tuple[int, ...], depth: int) -> Mask:
    """Return the mask of the pixels that are at most `depth` from the outside."""
    rim = np.ones(shape, bool)
    rim[depth:-depth, depth:-depth] = False
    return rim


def _ends(
    places: npt.NDArray[np.intp], numbers: npt.NDArray[np.intp], count: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the first place of each piece along an axis, and the one after its last."""
    first, end = np.full(count, np.iinfo(np.intp).max), np.zeros(count, np.intp)
    np.minimum.at(first, numbers, places)
    np.maximum.at(end, numbers, places + 1)
    return first, end
