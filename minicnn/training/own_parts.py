"""Layers and losses of one's own: where a gradient may be wrong, and what draws at random."""

from typing import Any

import numpy as np

from minicnn.layers import Layer
from minicnn.losses import Loss


def advice_on_gradients(model: Layer, loss: Loss) -> str:
    """Return what to check where a model or its loss is one's own; empty where nothing is.

    Examples
    --------
    >>> from minicnn import CrossEntropy, Dense, Sequential
    >>> Mine = type("Mine", (Dense,), {"__module__": "homework"})
    >>> advice_on_gradients(Sequential([Dense(2)]), CrossEntropy())
    ''
    >>> advice_on_gradients(Sequential([Dense(2), Mine(3)]), CrossEntropy())
    ' Or the gradient of layers[1] Mine(3) is wrong: print(gradcheck(layer, x)).'
    """
    own = [f"{place} {layer}".strip() for place, layer in model.walk() if _is_own(layer)]
    calls = ["gradcheck(layer, x)"] if own else []
    if _is_own(loss):
        own.append(repr(loss))
        calls.append("gradcheck(loss, outputs, targets)")
    if not own:
        return ""
    checks = " and ".join(f"print({call})" for call in calls)
    return f" Or the gradient of {' or '.join(own)} is wrong: {checks}."


def generators_of(model: Layer) -> dict[str, np.random.Generator]:
    """Return the random generators that layers keep, each by the place where it is kept."""
    return {
        f"{place}.{name}": value
        for place, layer in model.walk()
        for name, value in vars(layer).items()
        if isinstance(value, np.random.Generator)
    }


def drawn(model: Layer) -> dict[str, Any]:
    """Return the states of the generators that layers keep: others after every draw."""
    return {name: rng.bit_generator.state for name, rng in generators_of(model).items()}


def _is_own(part: object) -> bool:
    return type(part).__module__.partition(".")[0] != "minicnn"
