"""The same numbers as PyTorch, for every line of the table and for random convolutions."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from layer_cases import CASES, Case

from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, MaxPool, Parameter, ReLU
from minicnn.layers import Layer
from minicnn.layers.windows import SlidingWindow
from minicnn.typing import Array

torch = pytest.importorskip("torch")
F = torch.nn.functional


def padded(layer: SlidingWindow, x: Any, value: float) -> Any:
    (above, below), (left, right) = layer.margins(tuple(x.shape[1:]))
    return F.pad(x, (left, right, above, below), value=value)


def apply(layer: Layer, x: Any, weights: list[Any]) -> Any:
    """What PyTorch makes of x with the same weights."""
    if isinstance(layer, Conv2D):
        return F.conv2d(padded(layer, x, 0.0), *weights, stride=layer.stride)
    if isinstance(layer, MaxPool):
        return F.max_pool2d(padded(layer, x, -torch.inf), layer.size, layer.stride)
    if isinstance(layer, Dense):
        return F.linear(x, *weights)
    if isinstance(layer, ReLU):
        return F.relu(x)
    if isinstance(layer, Flatten):
        return torch.flatten(x, 1)
    return torch.softmax(x, dim=1)


def compare(layer: Layer, x: Array, dy: Array) -> None:
    y, dx = layer(x, training=True), layer.backward(dy)
    tx = torch.tensor(x, requires_grad=True)
    weights = [torch.tensor(p.value, requires_grad=True) for p in layer.parameters]
    ty = apply(layer, tx, weights)
    ty.backward(torch.tensor(dy))
    pairs = [("y", y, ty.detach()), ("dx", dx, tx.grad)]
    pairs += [(p.name, p.grad, w.grad) for p, w in zip(layer.parameters, weights, strict=True)]
    for name, ours, theirs in pairs:
        # Inputs are of size one: a sum of them that happens to be small is no more exact than that.
        scale = max(float(theirs.abs().max()), 1.0)
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-5 * scale, err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_layers(case: Case) -> None:
    compare(case.layer(np.float32), case.x(np.float32), case.dy(np.float32))


sizes = st.integers(1, 9)
small = st.integers(1, 4)


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(small, st.integers(1, 3), sizes, sizes),
    st.integers(1, 4),
    st.tuples(small, small),
    st.tuples(small, small),
    st.one_of(st.just("same"), st.tuples(st.integers(0, 3), st.integers(0, 3))),
    st.booleans(),
)
def test_random_convolutions(
    shape: tuple[int, int, int, int],
    filters: int,
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    padding: Any,
    bias: bool,
) -> None:
    N, C, H, W = shape
    KH, KW = kernel_size
    if padding != "same" and (H + 2 * padding[0] < KH or W + 2 * padding[1] < KW):
        padding = (KH, KW)
    layer = Conv2D(filters, kernel_size, stride, padding, bias=bias)
    rng = np.random.default_rng(0)
    out_shape = layer.build((C, H, W), rng)
    x = rng.normal(size=shape).astype(np.float32)
    compare(layer, x, rng.normal(size=(N, *out_shape)).astype(np.float32))


def test_cross_entropy() -> None:
    rng = np.random.default_rng(0)
    scores, labels = 10 * rng.normal(size=(7, 5)), rng.integers(0, 5, 7)
    ts = torch.tensor(scores, requires_grad=True)
    expected = F.cross_entropy(ts, torch.tensor(labels))
    expected.backward()
    loss = CrossEntropy()
    assert loss.value(scores, labels) == pytest.approx(float(expected.detach()), rel=1e-12)
    np.testing.assert_allclose(loss.gradient(scores, labels), ts.grad.numpy(), rtol=1e-10)


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_sgd(momentum: float, nesterov: bool) -> None:
    rng = np.random.default_rng(0)
    ours = Parameter("weight", rng.normal(size=(3, 4)))
    theirs = torch.tensor(ours.value, requires_grad=True)
    sgd = SGD(0.1, momentum, nesterov=nesterov, weight_decay=0.01)
    other = torch.optim.SGD([theirs], 0.1, momentum, nesterov=nesterov, weight_decay=0.01)
    for _ in range(5):
        ours.grad = rng.normal(size=(3, 4))
        theirs.grad = torch.tensor(ours.grad)
        sgd.step([ours])
        other.step()
        np.testing.assert_allclose(ours.value, theirs.detach().numpy(), rtol=1e-12)
