"""One moment of a film: the kernels, and the progress of the training."""

import math
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patheffects
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, NullLocator, PercentFormatter

from minicnn.inspection.film.recording import Recording
from minicnn.inspection.kinds import CLEAR, is_clear, score_as_text
from minicnn.inspection.plots.shown import EDGE_SCORE, kernel_label
from minicnn.inspection.plots.steps import stretch
from minicnn.inspection.plots.style import own_style
from minicnn.inspection.plots.tiles import SIGNED, largest
from minicnn.inspection.plots.training import TRAINING

COLOURS = mpl.colormaps[SIGNED].resampled(33)
"""Few enough for a GIF, which has 256 colours for a whole frame."""

MOST_KERNELS, MOST_CHANNELS = 32, 3
SIZE = 10, 5.4  # inches
BOARD = (0.02, 0.2, 0.52, 0.685)  # left, bottom, width, height: where the kernels are
HEADING, CURVES = 0.925, 0.56  # the heading is above, the curves are to the right of these
LETTERS = 78  # characters that fit in the line below the heading
GAP = 0.12  # between kernels, in channels
LABEL = 0.25  # inches, for the score above each
SMALLEST = 8.0  # points: where the whole label would be smaller, the score stands alone

LEGEND = f"""\
{EDGE_SCORE.capitalize()}.
Bold: {CLEAR} or more, an edge. The line in a kernel lies along its edge."""


class FilmFigure:
    """A figure that shows a recording at any of its moments.

    On the left are the kernels (at most 32, and of each at most three channels), at all moments on
    one symmetric colour scale, which covers 99 of 100 weights. Above each kernel is its edge score,
    bold from 0.5 on, and a line in it lies along the edge; the higher the score, the longer the
    line. It looks the same whatever matplotlib's style is. On the right
    are the edge scores, with their median in bold, and accuracy and loss on the training batches,
    against the steps, on an axis that gives the early ones more room.

    Parameters
    ----------
    recording : Recording

    Attributes
    ----------
    figure : Figure
        10 x 5.4 inches.
    board : Axes
        The kernels.
    curves : tuple of three Axes
        Edge score, accuracy, loss.

    Examples
    --------
    >>> import numpy as np
    >>> recording = Recording(
    ...     "Conv2D(2, 3)",
    ...     final_step=10,
    ...     steps=np.array([0, 10]),
    ...     kernels=np.ones((2, 2, 1, 3, 3)),
    ...     loss=np.array([np.nan, 0.5]),
    ...     accuracy=np.array([np.nan, 0.9]),
    ...     edge=np.array([[0.1, 0.2], [0.5, 0.9]]),
    ...     orientation=np.zeros((2, 2)),
    ...     live=np.ones((2, 2), bool),
    ... )
    >>> view = FilmFigure(recording)
    >>> view.draw(recording, 1)
    >>> [text.get_text() for text in view.board.texts]
    ['0: edge 0.50', '1: edge 0.90']
    >>> plt.close(view.figure)
    """

    def __init__(self, recording: Recording) -> None:
        with own_style(colours=True):
            self._make(recording)

    def _make(self, recording: Recording) -> None:
        """Make everything that is on the figure."""
        self.figure = plt.figure(figsize=SIZE)
        self.heading = self.figure.text(0.02, 0.975, "", fontsize=14, weight="bold", va="top")
        F, C = recording.kernels.shape[1:3]
        self.filters, self.channels = min(F, MOST_KERNELS), min(C, MOST_CHANNELS)
        what = _what(recording, self.filters, self.channels)
        self.figure.text(0.02, 0.915, what, fontsize=9, va="top", parse_math=False)
        self.shown: Recording | None = None
        self._make_board(recording)
        self._make_curves(recording)

    def draw(self, recording: Recording, index: int) -> None:
        """Show moment `index` of a recording of the kernels that the figure was made for."""
        if recording is not self.shown:
            self._take(recording)
        for f in range(self.filters):
            kernel = recording.kernels[index, f, : self.channels]  # (C, KH, KW)
            self.images[f].set_data(np.hstack(list(kernel)))  # (KH, C*KW)
            self._label(f, recording, index)
        step, score = int(recording.steps[index]), recording.median_edge
        self.heading.set_text(
            f"step {step:,} of {recording.final_step:,}: median edge score "
            f"{score_as_text(score[index])}"
        )
        curves = (score, recording.accuracy, recording.loss)
        for ax, values in zip(self.curves, curves, strict=True):
            dot, rule = ax.lines[-2:]
            dot.set_data([step], [values[index]])
            rule.set_xdata([step, step])

    def _take(self, recording: Recording) -> None:
        """Set what is the same at all moments of a recording: scales and curves."""
        self.shown = recording
        # A few extreme weights must not make all others pale.
        limit = float(np.quantile(abs(recording.kernels), 0.99)) or largest(recording.kernels)
        for image in self.images:
            image.set_clim(-limit, limit)
        self.scale.set_norm(Normalize(-limit, limit))
        self.bar.set_ticks([-limit, 0, limit], labels=[f"{w:.2g}" for w in (-limit, 0, limit)])
        curves = [*recording.edge.T, recording.median_edge, recording.accuracy, recording.loss]
        for line, values in zip(self.lines, curves, strict=True):
            line.set_data(recording.steps, values)
        measured = recording.loss[recording.loss > 0]  # false for NaN
        low, high = (measured.min(), measured.max()) if measured.size else (0.1, 1.0)
        loss = self.curves[2]
        loss.set_ylim(0.8 * low, 1.25 * high)
        loss.set_yticks(_ticks(0.8 * low, 1.25 * high))

    def _label(self, f: int, recording: Recording, index: int) -> None:
        """Write the score of kernel `f` above it, and lay the line along its edge."""
        score, live = recording.edge[index, f], recording.live[index, f]
        label = kernel_label(f, score, live=bool(live))
        self.labels[f].set(
            text=label if self.whole_labels else label.split()[-1],
            color="black" if live else "0.5",
            weight="bold" if live and is_clear(score) else "normal",
        )
        angle = math.radians(recording.orientation[index, f])  # NaN, if none, draws nothing
        left, _, bottom, top = self.images[f].get_extent()
        # Within the kernel, which may be flat.
        half = 0.45 * score * min(1.0, bottom - top) if live else 0.0
        # The edge lies across the direction in which the weights rise; y points downwards.
        across, down = -half * math.sin(angle), half * math.cos(angle)
        x, y = left + 0.5, (bottom + top) / 2
        for c, tick in enumerate(self.ticks[f]):
            tick.set_data([x + c - across, x + c + across], [y - down, y + down])

    def _make_board(self, recording: Recording) -> None:
        """Place the kernels in rows, as large as there is room for."""
        ratio = recording.kernels.shape[3] / recording.kernels.shape[4]  # height of a channel
        room = BOARD[2] * SIZE[0], BOARD[3] * SIZE[1]
        wide = self.channels + GAP

        def size(columns: int) -> float:  # of a channel, in inches
            rows = math.ceil(self.filters / columns)
            return float(min(room[0] / (columns * wide), (room[1] / rows - LABEL) / ratio))

        columns = max(range(1, self.filters + 1), key=size)
        rows, unit = math.ceil(self.filters / columns), size(columns)
        label = LABEL / unit  # in channels
        high = ratio + label
        self.board = self.figure.add_axes(BOARD)
        self.board.set_axis_off()
        self.images: list[AxesImage] = []
        self.labels: list[Text] = []
        self.ticks: list[list[Line2D]] = []
        letter = 72 * unit * self.channels / 0.64  # points: of a label of one letter
        self.whole_labels = letter / len("12: edge 0.89") >= SMALLEST
        letters = len("12: edge 0.89" if self.whole_labels else "0.89")
        for f in range(self.filters):
            self._add_kernel(f % columns * wide, f // columns * high + label, ratio)
            self.labels[f].set_fontsize(min(11.0, letter / letters))
        self.board.set(xlim=(-0.02, columns * wide - GAP + 0.02), ylim=(rows * high + 0.02, 0))
        self.board.set_anchor("N")
        below = BOARD[1] + BOARD[3] - unit * rows * high / SIZE[1]  # where the kernels end
        self.scale = ScalarMappable(cmap=COLOURS)
        self.bar = self.figure.colorbar(
            self.scale,
            extend="both",
            cax=self.figure.add_axes((0.13, below - 0.045, 0.3, 0.02)),
            orientation="horizontal",
        )
        self.bar.ax.tick_params(labelsize=8)
        self.figure.text(0.11, below - 0.045, "weight", fontsize=9, ha="right")
        self.figure.text(BOARD[0], below - 0.115, LEGEND, fontsize=9, va="top", linespacing=1.4)

    def _add_kernel(self, left: float, top: float, ratio: float) -> None:
        """Make a blank kernel, its label and its lines; a channel is 1 wide and `ratio` high."""
        right, bottom = left + self.channels, top + ratio
        image = self.board.imshow(np.zeros((1, 1)), cmap=COLOURS, extent=(left, right, bottom, top))
        label = self.board.text((left + right) / 2, top - 0.05, "", ha="center", va="bottom")
        lines, halo = [], patheffects.withStroke(linewidth=2.6, foreground="white")
        for c in range(self.channels):
            frame = Rectangle((left + c, top), 1, ratio, fill=False, edgecolor="0.6", linewidth=0.6)
            self.board.add_patch(frame)
            lines += self.board.plot([], [], color="black", linewidth=1.4, path_effects=[halo])
        self.images.append(image)
        self.labels.append(label)
        self.ticks.append(lines)

    def _make_curves(self, recording: Recording) -> None:
        """Make the three axes on the right, with empty lines."""
        places = [(0.63, 0.5, 0.35, 0.38), (0.63, 0.3, 0.35, 0.15), (0.63, 0.1, 0.35, 0.15)]
        edge, accuracy, loss = axes = [self.figure.add_axes(place) for place in places]
        self.curves = (edge, accuracy, loss)
        every = [edge.plot([], [], color="0.75", linewidth=0.8)[0] for _ in recording.edge[0]]
        (median,) = edge.plot([], [], color="black", linewidth=2)
        self.lines = [*every, median]
        for ax in (accuracy, loss):
            self.lines += ax.plot([], [], color=TRAINING, linewidth=1.5)
        for ax in axes:
            ax.plot([], [], "o", color="#D55E00", markersize=7, clip_on=False, zorder=5)
            ax.axvline(0, color="#D55E00", linewidth=0.8)
            stretch(ax, recording.final_step)
        # A title with a fixed position saves matplotlib from looking for one in every frame.
        small: dict[str, Any] = {"fontsize": 9, "loc": "left", "y": 1.0}
        edge.set(ylim=(0, 1))
        edge.set_title("edge score of each kernel; bold: the median", **small)
        accuracy.set(ylim=(0, 1))
        accuracy.yaxis.set_major_formatter(PercentFormatter(1.0))
        accuracy.set_title("accuracy on the training batches", **small)
        loss.set_yscale("log")
        loss.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        loss.yaxis.set_minor_locator(NullLocator())
        loss.set_title("loss on the training batches", **small)
        loss.set_xlabel("steps of training, the early ones wider apart", fontsize=9)
        for ax in (edge, accuracy):
            ax.tick_params(labelbottom=False)
        loss.get_xticklabels()[-1].set_horizontalalignment("right")


def _what(recording: Recording, filters: int, channels: int) -> str:
    """Return which kernels of which layer are shown, in words."""
    F, C, KH, KW = recording.kernels.shape[1:]
    kernels = f"kernels of {KH} x {KW}" if F > 1 else f"kernel of {KH} x {KW}"
    rest = f", the first {filters} of {F} {kernels}" if filters < F else f", {F} {kernels}"
    rest += f", {channels} of {C} channels" if channels < C else ""
    title, room = recording.title, LETTERS - len(rest)
    return (title if len(title) <= room else title[: room - 3] + "...") + rest


def _ticks(low: float, high: float) -> list[float]:
    """Return up to five round numbers between two, for a logarithmic axis."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks: list[float] = []
    for digits in ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), np.arange(1, 10, 0.25)):
        ticks = [d * 10.0**e for e in decades for d in digits if low <= d * 10.0**e <= high]
        if len(ticks) >= 3:
            break
    return ticks[:: math.ceil(len(ticks) / 5)]
