"""The same weights as PyTorch's optimizers, step by step."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minicnn import SGD, Adam, Cosine, OneCycle, Optimizer, Parameter, RMSprop, StepDecay, Warmup

torch = pytest.importorskip("torch")

STEPS, THAWED = 100, 40
DECAY, OWN_DECAY = 0.02, 0.3

PAIRS: dict[str, tuple[Callable[..., Optimizer], Callable[..., Any]]] = {
    "SGD": (SGD, torch.optim.SGD),
    "SGD with momentum": (
        lambda rate, **options: SGD(rate, 0.9, **options),
        lambda groups, rate: torch.optim.SGD(groups, rate, 0.9),
    ),
    "Nesterov": (
        lambda rate, **options: SGD(rate, 0.9, nesterov=True, **options),
        lambda groups, rate: torch.optim.SGD(groups, rate, 0.9, nesterov=True),
    ),
    "Adam": (Adam, torch.optim.Adam),
    "Adam with other options": (
        lambda rate, **options: Adam(rate, 0.5, 0.9, 1e-3, **options),
        lambda groups, rate: torch.optim.Adam(groups, rate, (0.5, 0.9), 1e-3),
    ),
    "AdamW": (
        lambda rate, **options: Adam(rate, decoupled=True, **options),
        torch.optim.AdamW,
    ),
    "RMSprop": (RMSprop, torch.optim.RMSprop),
    "RMSprop with momentum": (
        lambda rate, **options: RMSprop(rate, 0.9, 0.8, 1e-3, **options),
        lambda groups, rate: torch.optim.RMSprop(groups, rate, 0.9, 1e-3, momentum=0.8),
    ),
}
SCHEDULES = {
    "constant": 0.01,
    "one cycle": OneCycle(0.02),
    "steps": StepDecay(0.01),
    "warmup": Warmup(Cosine(0.02), share=0.2),
}


def parameters(kind: Any, rng: np.random.Generator) -> dict[str, Parameter]:
    """Two weights and a bias, and a weight that is frozen at first."""
    shapes = {"0.weight": (3, 4), "0.bias": (3,), "1.weight": (2, 3), "2.weight": (5,)}
    named = {
        name: Parameter(name[2:], rng.normal(size=shape).astype(kind), decay="weight" in name)
        for name, shape in shapes.items()
    }
    named["2.weight"].trainable = False
    return named


def run(name: str, rate: Any, kind: Any, clip_norm: float | None) -> tuple[list[Any], list[Any]]:
    """Take the steps with both; return our values and theirs."""
    make, make_other = PAIRS[name]
    rng = np.random.default_rng(0)
    named = parameters(kind, rng)
    tensors = [torch.tensor(p.value, requires_grad=True) for p in named.values()]
    decays = [DECAY, 0.0, OWN_DECAY, DECAY]
    groups = [{"params": [t], "weight_decay": d} for t, d in zip(tensors, decays, strict=True)]
    ours = make(rate, weight_decay=DECAY, decay_of={"1.weight": OWN_DECAY}, clip_norm=clip_norm)
    other = make_other(groups, 1.0)
    for step in range(STEPS):
        named["2.weight"].trainable = step >= THAWED
        ours.progress = step / STEPS
        for group in other.param_groups:
            group["lr"] = ours.learning_rate
        length = rng.lognormal(3.0)  # so long that the 1e-6 that PyTorch adds does not count
        for parameter, tensor in zip(named.values(), tensors, strict=True):
            parameter.grad = (length * rng.normal(size=parameter.value.shape)).astype(kind)
            tensor.grad = torch.tensor(parameter.grad) if parameter.trainable else None
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(tensors, clip_norm)
        ours.step(named)
        other.step()
    return [p.value for p in named.values()], [tensor.detach().numpy() for tensor in tensors]


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", PAIRS)
def test_in_float64(name: str, schedule: str) -> None:
    for one, other in zip(*run(name, SCHEDULES[schedule], np.float64, None), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)


@pytest.mark.parametrize("name", PAIRS)
def test_with_gradients_that_are_shortened(name: str) -> None:
    found, expected = run(name, SCHEDULES["constant"], np.float64, 5.0)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)
    free, _ = run(name, SCHEDULES["constant"], np.float64, None)
    assert not np.allclose(found[0], free[0], rtol=1e-3), "a case that shows nothing"


@pytest.mark.parametrize("name", PAIRS)
def test_in_float32(name: str) -> None:
    for one, other in zip(*run(name, SCHEDULES["warmup"], np.float32, None), strict=True):
        assert one.dtype == np.float32
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-5 * np.abs(other).max())
