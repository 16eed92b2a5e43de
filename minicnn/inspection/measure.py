"""What the kernels of a layer are, in numbers: edges, bars, blobs, or none of these.

The **edge score** of a kernel is the share of its energy (the sum of its squared weights) that an
ideal edge detector explains: the projection onto the plane of g_x and g_y, the first derivatives of
a Gaussian (`minicnn.inspection.templates`), at the width that explains most. It does not depend on
the scale of the kernel or on its sign. A random kernel of 5 x 5 has about 0.1, a Sobel kernel 1.
The bar and blob scores are the same for the second derivatives and the Laplacian of a Gaussian.

The **colour** of a kernel with weights w in red, green and blue is the share of its energy that is
left when each pixel loses the mean of its three weights:

    colour = sum (w_cp - m_p)^2 / sum w_cp^2    m_p = (w_1p + w_2p + w_3p) / 3

summed over the channels c and the pixels p. It is 0 where the three weigh the same, so that the
kernel answers to light and dark alone, and 1 where they add up to zero at each pixel, so that it is
blind to grey. A kernel of one channel alone has 2/3, and so have random weights in the mean.
"""

import textwrap
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minicnn import terminal
from minicnn.inspection.kernel_table_shown import table_as_html, table_lines
from minicnn.inspection.kinds import CLEAR, DEAD, is_clear, kinds_of, score_as_text
from minicnn.inspection.layer_kernels import bank_of
from minicnn.inspection.nearest import nearest_kernels, sign_of_strongest
from minicnn.inspection.templates import ANGLES, templates, unit
from minicnn.layers import Layer
from minicnn.typing import Array


@dataclass(frozen=True, eq=False, repr=False)  # arrays are not compared as a whole
class KernelTable:
    """What `measure_kernels` found; prints as a table.

    Attributes
    ----------
    edge, bar, blob : array (F,)
        Scores from 0 to 1: the share of the kernel's energy that the best ideal edge, bar or blob
        explains.
    flat : array (F,)
        The share that a constant explains, 0 to 1.
    colour : array (F,)
        The share in which red, green and blue differ, 0 to 1; NaN unless there are three channels.
    orientation : array (F,)
        Degrees, clockwise from the right as seen on the screen: 0 is to the right, 90 is down. The
        direction in which the weights rise, above -180 up to 180, also in a mixed or dead kernel;
        for a bar, the direction across it, 0 up to 180. NaN where there is none: flat, blob, all
        zero.
    frequency : array (F,)
        Cycles per pixel of the wave that the kernel answers to most, 0 to 0.71; of several, the
        longest. NaN if all zero.
    norm : array (F,)
        The square root of the energy.
    live : array (F,) of bool
        False for a dead kernel, whose norm is under 5 % of the largest.
    kind : tuple of F str
        "edge", "bar", "blob" or "flat", whichever explains most and at least half; "mixed" where
        none does; "dead".
    nearest : tuple of F str
        The most similar hand-made kernel, resized to the same size, by its name in
        `minicnn.filters.KERNELS`; "none" for a kernel that is orthogonal to all.
    similarity : array (F,)
        The cosine of the angle between the two, -1 to 1; negative if the kernel is like the
        negative of the hand-made one.

    Examples
    --------
    >>> from minicnn.filters import KERNELS
    >>> names = "sobel_y", "laplacian", "box_blur"
    >>> table = measure_kernels(np.stack([KERNELS[name].values for name in names]))
    >>> table.kind, table.nearest == names, table.orientation
    (('edge', 'blob', 'flat'), True, array([90., nan, nan]))
    >>> print(table)
    kernel  kind  edge   bar  blob  flat  degrees  cycles/pixel  norm  nearest
         0  edge  1.00  0.00  0.00  0.00       90          0.25  3.46  sobel_y    1.00
         1  blob  0.00  0.37  0.96  0.00        -          0.71  4.47  laplacian  1.00
         2  flat  0.00  0.00  0.00  1.00        -          0.00  0.33  box_blur   1.00
    3 kernels, 0 dead; median edge score of the live ones 0.00, 1 of 3 at 0.5 or above
    """

    edge: Array
    bar: Array
    blob: Array
    flat: Array
    colour: Array
    orientation: Array
    frequency: Array
    norm: Array
    live: npt.NDArray[np.bool_]
    kind: tuple[str, ...]
    nearest: tuple[str, ...]
    similarity: Array

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def median_edge(self) -> float:
        """The median edge score of the live kernels; 0 if all are dead."""
        return float(np.median(self.edge[self.live])) if self.live.any() else 0.0

    @property
    def edge_share(self) -> float:
        """The share of the live kernels with an edge score of at least 0.5; 0 if all are dead."""
        return float(is_clear(self.edge[self.live]).mean()) if self.live.any() else 0.0

    @property
    def dead(self) -> int:
        """How many kernels are dead."""
        return int((~self.live).sum())

    @property
    def in_colour(self) -> bool:
        """Whether the kernels have three channels, which are taken for red, green and blue."""
        return not np.isnan(self.colour).any()

    def degrees(self, f: int) -> str:
        """Return the angle of a kernel as text, rounded within the range of its kind."""
        angle, half = self.orientation[f], 0 if self.kind[f] == "bar" else 180
        if not np.isnan(angle) and abs(round(angle)) == 180:
            angle = half
        return _or_dash(angle, 0)

    def cycles(self, f: int) -> str:
        """Return the frequency of a kernel as text."""
        return _or_dash(self.frequency[f], 2)

    @property
    def conclusion(self) -> str:
        """What the table comes to, in a sentence."""
        counted = f"{len(self)} kernel{'' if len(self) == 1 else 's'}, {self.dead} dead"
        if not self.live.any():
            return counted
        return (
            f"{counted}; median edge score of the live ones {score_as_text(self.median_edge)}, "
            f"{is_clear(self.edge[self.live]).sum()} of {self.live.sum()} at {CLEAR} or above"
        )

    def __repr__(self) -> str:
        """Return the whole text: a table is often the last line of a cell."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return table_as_html(self)

    def __str__(self) -> str:
        width = terminal.width()
        lines = table_lines(self, width)
        return "\n".join([*lines, *textwrap.wrap(self.conclusion, width)])


def measure_kernels(kernels: Layer | npt.ArrayLike, layer: int | None = None) -> KernelTable:
    """Measure what each kernel is: an edge, a bar, a blob, flat or mixed.

    A kernel with several channels is one detector: a single edge, bar or blob of a single width,
    with a weight of either sign for each channel.

    Parameters
    ----------
    kernels : Sequential, Layer, array (F, C, KH, KW), or (F, KH, KW) with one channel
    layer : int, optional
        The index of the layer in a model; by default the first that has kernels.

    Returns
    -------
    KernelTable

    Raises
    ------
    ShapeError
        If there are no kernels, or they are not (F, C, KH, KW) with at least one number.
    DataError
        If a weight is NaN or infinite.
    ArgumentError
        If a layer is asked for that is not in the model.

    References
    ----------
    Freeman and Adelson, "The design and use of steerable filters", 1991.

    Examples
    --------
    >>> random = np.random.default_rng(0).normal(size=(1000, 1, 5, 5))
    >>> round(measure_kernels(random).median_edge, 1)
    0.1
    """
    bank = bank_of("measure_kernels", kernels, layer).kernels
    F, C, KH, KW = bank.shape
    normed, norm = _at_norm_1(bank.reshape(F, C, KH * KW))
    edge, direction = _edges(normed, KH, KW)
    bar, across = _bars(normed, KH, KW)
    blob = _explained(normed, templates(KH, KW).blobs).max(axis=1)
    flat = _explained(normed, unit(np.ones((1, KH * KW))))[:, 0]
    live = (norm > 0) & (norm >= DEAD * norm.max())
    kind = kinds_of(np.stack([edge, bar, blob, flat]), live)
    nearest, similarity = nearest_kernels(normed.reshape(bank.shape))
    return KernelTable(
        edge,
        bar,
        blob,
        flat,
        _colours(normed),
        _orientations(kind, norm, direction, across),
        _frequencies(normed.reshape(bank.shape)),
        norm,
        live,
        tuple(kind.tolist()),
        nearest,
        similarity,
    )


def edge_scores(kernels: npt.ArrayLike) -> Array:
    """Return the edge score of each kernel alone, (F,), without measuring all the rest.

    Parameters
    ----------
    kernels : array (F, C, KH, KW), or (F, KH, KW) with one channel

    Returns
    -------
    array (F,)
        From 0 to 1, as `KernelTable.edge`.

    Raises
    ------
    ShapeError, DataError
        As `measure_kernels`.

    Examples
    --------
    >>> from minicnn.filters import KERNELS
    >>> edge_scores([KERNELS["sobel_y"], KERNELS["laplacian"]]).round(2)
    array([1., 0.])
    """
    bank = bank_of("edge_scores", kernels).kernels
    F, C, KH, KW = bank.shape
    normed, _ = _at_norm_1(bank.reshape(F, C, KH * KW))
    return _edges(normed, KH, KW)[0]


def _at_norm_1(kernels: Array) -> tuple[Array, Array]:
    """Return kernels (F, C, P), each divided by its norm, and the norms (F,).

    Each is divided by its largest weight first, so that no square overflows or vanishes.
    """
    flat = kernels.reshape(len(kernels), -1)  # (F, C*P)
    largest = abs(flat).max(axis=1, keepdims=True)
    scaled = flat / np.where(largest > 0, largest, 1.0)
    return unit(scaled).reshape(kernels.shape), largest[:, 0] * np.linalg.norm(scaled, axis=1)


def _explained(kernels: Array, directions: Array) -> Array:
    """Return which share of each kernel (F, C, P) lies along each unit direction (M, P): (F, M).

    Each channel has its own weight for the direction, so their shares add up.
    """
    shares: Array = ((kernels @ directions.T) ** 2).sum(axis=1)
    return shares


def _edges(kernels: Array, KH: int, KW: int) -> tuple[Array, Array]:
    """Return the edge score and the direction in degrees, (F,) each.

    The projections of the C channels on the plane are a matrix (C, 2). Its largest singular value
    is the most that one edge, with a weight for each channel, can explain; with one channel that is
    the length of the projection.
    """
    ideal = templates(KH, KW)
    projections = np.einsum("fcp,sdp->fscd", kernels, ideal.edges)  # (F, S, C, 2)
    weighing, lengths, directions = np.linalg.svd(projections, full_matrices=False)
    strengths = lengths[..., 0] ** 2  # (F, S)
    best = strengths.argmax(axis=1)
    f = np.arange(len(kernels))
    channels, direction = weighing[f, best, :, 0], directions[f, best, 0]  # (F, C), (F, 2)
    # The sign of a singular vector is arbitrary: the strongest channel is to rise along it.
    # Back from unit vectors to multiples of g_x and g_y themselves, whose lengths may differ.
    norms = ideal.edge_norms[best]  # (F, 2)
    x, y = np.moveaxis(
        sign_of_strongest(channels)[:, np.newaxis] * direction / np.where(norms > 0, norms, 1.0),
        1,
        0,
    )
    angles = np.degrees(np.arctan2(y, x))
    angles = np.where(angles < 1e-6 - 180, 180.0, angles)  # rounding must not make it -180
    none = strengths[f, best] < 1e-12
    return strengths[f, best], np.where(none, np.nan, angles)


def _bars(kernels: Array, KH: int, KW: int) -> tuple[Array, Array]:
    """Return the bar score and the direction across the bar in degrees, (F,) each."""
    ideal = templates(KH, KW)
    strengths = _explained(kernels, ideal.bars.reshape(-1, KH * KW))  # (F, (S - 2) * 180)
    strengths = strengths.reshape(len(kernels), -1, len(ANGLES))
    f, best = np.arange(len(kernels)), strengths.max(axis=2).argmax(axis=1)
    strengths, score = strengths[f, best], strengths.max(axis=(1, 2))  # (F, 180), (F,)
    # Kernels of one row, or of 2 x 2, cannot tell angles apart. Of angles that explain equally
    # much, the one with the longest template is taken; rounding must not choose.
    equal = strengths > score[:, np.newaxis] - 1e-9
    angles = np.where(equal, ideal.bar_norms[best].round(9), -1.0).argmax(axis=1)
    return score, ANGLES[angles].astype(float)


def _colours(kernels: Array) -> Array:
    """Return the share of each kernel (F, C, P) in which its channels differ, (F,)."""
    if kernels.shape[1] != 3:
        return np.full(len(kernels), np.nan)
    grey = kernels.mean(axis=1, keepdims=True)  # (F, 1, P)
    colours: Array = ((kernels - grey) ** 2).sum(axis=(1, 2))
    return colours


def _orientations(
    kind: npt.NDArray[np.str_], norm: Array, direction: Array, across: Array
) -> Array:
    """Return the angle that belongs to each kind; flat kernels and blobs have none."""
    none = np.isin(kind, ["flat", "blob"]) | (norm == 0)
    return np.where(none, np.nan, np.where(kind == "bar", across, direction))


def _frequencies(kernels: Array) -> Array:
    """Return the length of the wave vector at which each kernel's power spectrum is largest, (F,).

    Zeros around the kernel make the spectrum finer, and change nothing else in it.
    """
    size = 1 << int(max(64, 4 * max(kernels.shape[2:])) - 1).bit_length()
    fy, fx = np.fft.fftfreq(size)[:, np.newaxis], np.fft.rfftfreq(size)
    radius = np.hypot(fy, fx).ravel()
    # The power summed over channels is the transform of the summed autocorrelation: of the products
    # of all pairs of weights, each added to the place of the pair's distance.
    y, x = np.mgrid[: kernels.shape[2], : kernels.shape[3]].reshape(2, -1)
    down, right = (y[:, np.newaxis] - y) % size, (x[:, np.newaxis] - x) % size
    places = (down * size + right).ravel()  # (KH*KW * KH*KW,)
    peaks = np.full(len(kernels), np.nan)
    for f, kernel in enumerate(kernels.reshape(*kernels.shape[:2], -1)):  # (C, KH*KW)
        if kernel.any():
            products = (kernel.T @ kernel).ravel()
            correlation = np.bincount(places, products, size * size).reshape(size, size)
            power = np.fft.rfft2(correlation).real.ravel()
            # Of equally strong waves, the longest; rounding must not choose.
            peaks[f] = radius[power >= (1 - 1e-9) * power.max()].min()
    return peaks


def _or_dash(value: float, digits: int) -> str:
    return "-" if np.isnan(value) else f"{round(value, digits) + 0.0:.{digits}f}"
