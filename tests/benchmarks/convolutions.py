"""How long each form of convolution takes, forward and backward, in minicnn and in PyTorch.

Each line is one layer on one batch. The two take turns; the figures are medians over all turns, and
the ratio is taken turn by turn.

    python tests/benchmarks/convolutions.py
"""

import argparse
import importlib.util
import statistics
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from timing import Maker, Step, ratio, time_in_turn

sys.path.append(str(Path(__file__).parents[1]))  # the oracles of the tests stand there

from minicnn.layers import (
    Conv2D,
    ConvTranspose2D,
    DepthwiseConv2D,
    Layer,
    SeparableConv2D,
    SpatiallySeparableConv2D,
)

LAYERS: list[tuple[Layer, tuple[int, ...]]] = [
    (Conv2D(32, 3, padding="same"), (64, 32, 28, 28)),
    (Conv2D(64, 1), (64, 32, 28, 28)),
    (DepthwiseConv2D(3, padding="same"), (64, 32, 28, 28)),
    (SeparableConv2D(64, 3, padding="same"), (64, 32, 28, 28)),
    (SpatiallySeparableConv2D(32, 3, padding="same"), (64, 32, 28, 28)),
    (Conv2D(32, 3, padding="same", groups=4), (64, 32, 28, 28)),
    (Conv2D(32, 3, padding="same", dilation=2), (64, 32, 28, 28)),
    (Conv2D(32, 3, padding="same", padding_mode="reflect"), (64, 32, 28, 28)),
    (ConvTranspose2D(16, 4, 2, padding="same"), (64, 32, 14, 14)),
]


def prepared(index: int) -> tuple[Layer, Any, Any]:
    """Return the layer of a line, built, a batch and the gradient of its output."""
    layer, shape = LAYERS[index]
    rng = np.random.default_rng(0)
    out_shape = layer.build(shape[1:], rng)
    # In the memory order in which layers hand pictures on: the batch innermost.
    x = np.moveaxis(rng.random((*shape[1:], shape[0]), dtype=np.float32), -1, 0)
    dy = np.moveaxis(rng.random((*out_shape, shape[0]), dtype=np.float32), -1, 0)
    return layer, x, dy


def minicnn_step(index: int, backward: bool) -> Step:
    """One forward pass, and one backward pass if asked for."""
    layer, x, dy = prepared(index)

    def step() -> None:
        layer.forward(x, training=backward)
        if backward:
            layer.backward(dy)

    return step


def torch_step(index: int, backward: bool) -> Step:
    """The same in PyTorch's eager mode, on the same weights."""
    import torch
    import torch_oracles

    layer, x, dy = prepared(index)
    weights = [
        torch.tensor(parameter.value, requires_grad=backward) for parameter in layer.parameters
    ]
    tx = torch.tensor(np.ascontiguousarray(x), requires_grad=backward)
    tdy = torch.tensor(np.ascontiguousarray(dy))

    def step() -> None:
        with torch.set_grad_enabled(backward):
            y = torch_oracles.apply(layer, tx, weights)
        if backward:
            y.backward(tdy)

    return step


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--turns", type=int, default=7, help="turns of each (default %(default)s)")
    arguments = parser.parse_args()
    if not importlib.util.find_spec("torch"):
        parser.error("PyTorch is not installed here, and there is nothing else to compare with")

    print(f"{'layer':<52}{'input':<18}{'pass':<20}{'minicnn':>10}{'PyTorch':>10}  ratio")
    for index, (layer, shape) in enumerate(LAYERS):
        for backward, name in ((False, "forward"), (True, "forward, backward")):
            makers: dict[str, Maker] = {
                "ours": partial(minicnn_step, index, backward),
                "theirs": partial(torch_step, index, backward),
            }
            medians = time_in_turn(makers, arguments.turns)
            ours, theirs = (1e3 * statistics.median(medians[who]) for who in ("ours", "theirs"))
            times = ratio(medians["ours"], medians["theirs"])
            print(
                f"{layer!r:<52}{' x '.join(map(str, shape)):<18}{name:<20}"
                f"{ours:>7.2f} ms{theirs:>7.2f} ms  {times:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
