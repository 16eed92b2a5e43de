"""One training step and one forward pass of each net: who takes how long."""

import math
import statistics
from collections.abc import Callable, Mapping
from typing import Any

from nets import HAS_TORCH, NETS, Net, forward_passes, training_steps
from timing import Maker, ratio, time_in_turn

WORK: dict[str, Callable[[Net], Mapping[str, Maker]]] = {
    "one training step": training_steps,
    "one forward pass": forward_passes,
}


def measure(turns: int) -> dict[str, Any]:
    """Measure, print and return, by kind of work, the figures of every net and their means."""
    results: dict[str, Any] = {}
    for work, contenders in WORK.items():
        print(f"\n{work}: milliseconds, median of {turns} turns; in brackets minicnn / other")
        rows: list[dict[str, Any]] = []
        for net in NETS:
            taken = time_in_turn(contenders(net), turns)
            rows.append(
                {
                    "net": str(net),
                    "milliseconds": {
                        name: 1e3 * statistics.median(blocks) for name, blocks in taken.items()
                    },
                    "ratio": {
                        name: ratio(taken["minicnn"], blocks) for name, blocks in taken.items()
                    },
                }
            )
            print(line(rows[-1]), flush=True)
        means = {
            name: geometric_mean(row["ratio"][name] for row in rows) for name in rows[0]["ratio"]
        }
        results[work] = {"nets": rows, "geometric_mean": means}
        if HAS_TORCH:
            print(f"  geometric mean of minicnn / PyTorch: {means['PyTorch']:.2f}")
    return results


def geometric_mean(values: Any) -> float:
    """Return exp of the mean of the logarithms."""
    return math.exp(statistics.mean(math.log(value) for value in values))


def line(row: dict[str, Any]) -> str:
    """Return the figures of a net for printing."""
    figures = [
        f"{name} {milliseconds:.2f}" + (f" ({row['ratio'][name]:.2f})" if name != "minicnn" else "")
        for name, milliseconds in row["milliseconds"].items()
    ]
    return f"  {row['net']:<52} " + "  ".join(figures)
