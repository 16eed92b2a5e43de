"""An axis of training steps on which the early ones have more room: most happens there."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from minicnn.typing import Array


def stretch(ax: Axes, final_step: int) -> None:
    """Scale the axis of steps, 0 to `final_step`, by their square root."""
    ax.set_xscale("function", functions=(_root, np.square))
    ax.set_xlim(0, final_step)
    shares = (0.2, 0.4, 0.6, 0.8) if final_step < 100_000 else (0.35, 0.65)  # long numbers: fewer
    steps = {0, final_step} | {_round(final_step * share**2) for share in shares}
    ax.xaxis.set_major_locator(FixedLocator(sorted(steps)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))
    ax.tick_params(labelsize=8)
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)


def _root(steps: Array) -> Array:
    root: Array = np.sqrt(np.maximum(steps, 0))
    return root


def _round(number: float) -> int:
    """Return a number rounded to two significant digits."""
    return int(float(f"{number:.1e}")) if number >= 1 else 1
