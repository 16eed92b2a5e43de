"""Three ways to compute one convolution: the same numbers, in very different times.

A colour picture of 32 x 32 pixels and 8 kernels of 5 x 5 give an output of 8 x 28 x 28, by 470,400
multiplications. Three functions compute it:

  loops     seven loops, one for each axis, as the formula has it: in the innermost, one number
            times another. Python needs longer to find the two numbers than to multiply them
  columns   im2col lays out all that a kernel sees in one place as a row of a matrix. The kernels
            are a matrix too, and the convolution is one product of the two. NumPy has that done by
            a library that keeps the multipliers of the processor busy. It costs memory, since
            every pixel stands there up to 25 times
  library   Conv2D, which makes the same product with fewer copies: see minicnn/ops/im2col.py

They add up the same products, in another order. So they differ by rounding and by no more, which is
checked. The time is processor time on one thread, the mean of as many runs as half a second holds.
--seed changes the numbers, which changes nothing in the times.
"""

import sys
import time
from collections.abc import Callable

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import matplotlib.pyplot as plt
import numpy as np
from _common import parser, run
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from minicnn import Conv2D
from minicnn.inspection.plots import save_figure
from minicnn.ops import blas
from minicnn.saving.atomic import check_writable
from minicnn.typing import Array

C, H, W = 3, 32, 32
F, K = 8, 5
OH, OW = H - K + 1, W - K + 1
COLOURS = {"loops": "#D55E00", "columns": "#E69F00", "library": "#0072B2"}  # of Okabe and Ito
NAMES = {
    "loops": "loops\nin Python",
    "columns": "columns\n(im2col)",
    "library": "library\n(Conv2D)",
}
ROUNDING = 1e-5
"""The largest difference that float32 explains, as a share of the largest output."""


def by_loops(x: Array, w: Array, b: Array) -> Array:
    """Compute y[f, i, j] = b[f] + sum over c, kh, kw of w[f, c, kh, kw] * x[c, i + kh, j + kw]."""
    y = np.zeros((1, F, OH, OW), x.dtype)
    for n in range(len(x)):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    total = b[f]
                    for c in range(C):
                        for kh in range(K):
                            for kw in range(K):
                                total += w[f, c, kh, kw] * x[n, c, i + kh, j + kw]
                    y[n, f, i, j] = total
    return y


def by_columns(x: Array, w: Array, b: Array) -> Array:
    """Compute the same as one product of matrices."""
    columns = np.empty((len(x), OH, OW, C, K, K), x.dtype)
    for kh in range(K):
        for kw in range(K):
            seen = x[:, :, kh : kh + OH, kw : kw + OW]  # (N, C, OH, OW), under one tap
            columns[..., kh, kw] = seen.transpose(0, 2, 3, 1)
    rows = columns.reshape(-1, C * K * K)  # (N*OH*OW, C*K*K)
    y = rows @ w.reshape(F, -1).T + b  # (N*OH*OW, F)
    return y.reshape(len(x), OH, OW, F).transpose(0, 3, 1, 2)


def by_the_library(x: Array, w: Array, b: Array) -> Callable[[], Array]:
    """Return a call of a layer that has these weights."""
    layer = Conv2D(F, K)
    layer.build((C, H, W), np.random.default_rng(0))
    layer.weight.value = w
    if layer.bias is not None:
        layer.bias.value = b
    return lambda: layer(x)


def timed(call: Callable[[], Array], enough: float = 0.5) -> tuple[Array, float]:
    """Return the result of a call, and its mean processor time over `enough` seconds."""
    call()  # the first one is slower
    start, runs, took = time.process_time(), 0, 0.0
    while took < enough:
        y = call()
        runs += 1
        took = time.process_time() - start
    return y, took / runs


def draw(seconds: dict[str, float]) -> Figure:
    """Draw a point for each time; a bar has no length on a log axis."""
    figure, ax = plt.subplots(figsize=(9, 3.8), layout="constrained")
    low, high = min(seconds.values()) / 2, max(seconds.values()) * 6
    shown = {name: float(f"{1e3 * took:.2g}") for name, took in seconds.items()}  # ms
    for place, (name, took) in enumerate(seconds.items()):
        ax.axhline(place, color="0.85", linewidth=1)
        ax.plot(took, place, "o", color=COLOURS[name], markersize=17)
        times = float(f"{shown['loops'] / shown[name]:.2g}")  # of the numbers that are shown
        label = f"{shown[name]:g} ms" + (f", {times:,.0f} times faster" if times > 1 else "")
        ax.text(took * 1.25, place - 0.1, label, va="bottom", fontsize=13)
    ax.set(xscale="log", xlim=(low, high), ylim=(len(seconds) - 0.5, -0.6))
    ax.set_yticks(range(len(seconds)), [NAMES[name] for name in seconds], fontsize=13)
    decades = 10.0 ** np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
    ax.set_xticks(decades, [f"{1e3 * decade:g} ms" for decade in decades])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="x", alpha=0.3)
    ax.set_axisbelow(True)
    ax.set_xlabel("processor time; log axis: from line to line ten times as long", fontsize=11)
    figure.suptitle(
        "One convolution, computed in three ways: equal results, different times", fontsize=15
    )
    sizes = f"a picture of {C} x {H} x {W} numbers, {F} kernels of {K} x {K}"
    ax.set_title(f"{sizes}; the outputs differ by rounding only", fontsize=11)
    return figure


def main() -> None:
    """Compute, compare, time and draw."""
    arguments = parser(__doc__, "three-ways").parse_args()
    path = arguments.out / "three-ways.png"
    check_writable("--out", path)
    rng = np.random.default_rng(arguments.seed)
    x = rng.normal(size=(1, C, H, W)).astype(np.float32)
    w = rng.normal(size=(F, C, K, K)).astype(np.float32)
    b = rng.normal(size=F).astype(np.float32)
    ways: dict[str, Callable[[], Array]] = {
        "library": by_the_library(x, w, b),
        "columns": lambda: by_columns(x, w, b),
        "loops": lambda: by_loops(x, w, b),
    }
    outputs, seconds = {}, {}
    with blas.one_thread():
        for name, call in ways.items():
            outputs[name], seconds[name] = timed(call)
    seconds = {name: seconds[name] for name in COLOURS}
    largest = float(np.abs(outputs["library"]).max())
    print(f"{'':<9}{'time':>12}{'times faster':>15}   largest difference from the library")
    for name, took in seconds.items():
        apart = float(np.abs(outputs[name] - outputs["library"]).max()) / largest
        print(f"{name:<9}{1e3 * took:>9.3f} ms{seconds['loops'] / took:>15,.0f}   {apart:.1e}")
        if apart > ROUNDING:
            sys.exit(f"{name} differs by more than rounding, {ROUNDING:g} of the largest output")
    print(save_figure(draw(seconds).axes[0], path, dpi=100))


if __name__ == "__main__":
    run(main)
