"""The same numbers as PyTorch, for every line of the table and for random options."""

from collections.abc import Callable
from functools import partial
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from layer_cases import CASES, Case

from minicnn import BinaryCrossEntropy, CrossEntropy
from minicnn.layers import AveragePool, Conv1D, Conv2D, Conv3D, ConvTranspose2D, Layer, MaxPool
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.ops.padding import PADDING_MODES
from minicnn.ops.window import Window
from minicnn.typing import Array, Shape

torch = pytest.importorskip("torch")
torch_oracles = pytest.importorskip("torch_oracles")  # not at the top: it imports torch


def compare(layer: Layer, x: Array, dy: Array) -> None:
    y, dx = layer(x, training=True), layer.backward(dy)
    tx = torch.tensor(x, requires_grad=True)
    weights = [torch.tensor(p.value, requires_grad=True) for p in layer.parameters]
    ty = torch_oracles.apply(layer, tx, weights)
    ty.backward(torch.tensor(dy))
    pairs = [("y", y, ty.detach()), ("dx", dx, tx.grad)]
    named = layer.named_parameters().items()
    pairs += [(name, p.grad, w.grad) for (name, p), w in zip(named, weights, strict=True)]
    for name, ours, theirs in pairs:
        # Inputs are of size one: a sum of them that happens to be small is no more exact than that.
        scale = max(float(theirs.abs().max()), 1.0)
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-5 * scale, err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_layers(case: Case) -> None:
    layer = case.layer(np.float32)
    if isinstance(layer, SlidingWindow) and layer.padding_mode == "circular":
        margins = zip(case.in_shape[1:], layer.margins(case.in_shape), strict=True)
        if any(max(added) > size for size, added in margins):
            pytest.skip("PyTorch rolls a picture up no more than once")
    compare(layer, case.x(np.float32), case.dy(np.float32))


small = st.integers(1, 3)
either = st.booleans()


@st.composite
def convolutions(draw: st.DrawFn, kind: Any) -> tuple[Layer, Shape]:
    """A convolution with any options, and the shape of a sample that it can work on."""
    axes = kind.spatial_axes
    numbers = st.tuples(*[small] * axes)
    groups, filters, depth = draw(small), draw(small), draw(small)
    kernel_size = draw(st.tuples(*[st.integers(1, 4)] * axes))
    stride, dilation = draw(numbers), draw(numbers)
    mode = draw(st.sampled_from(list(PADDING_MODES)))
    sides = st.tuples(st.integers(0, 3), st.integers(0, 3))
    padding = draw(st.one_of(st.just("same"), st.tuples(*[sides] * axes)))
    layer = kind(
        groups * filters, kernel_size, stride, padding, mode, dilation, groups, draw(either)
    )
    spans = layer.window.span
    # Large enough for PyTorch's own limits: it rolls a picture up no more than once.
    least = [max(span, 4) if mode != "zeros" or padding == "same" else 1 for span in spans]
    if padding != "same":
        least = [max(n, span - sum(p)) for n, span, p in zip(least, spans, padding, strict=True)]
    return layer, (groups * depth, *(n + draw(st.integers(0, 4)) for n in least))


@st.composite
def transposed(draw: st.DrawFn) -> tuple[Layer, Shape]:
    """A transposed convolution with any options, and the shape of a sample."""
    pairs = st.tuples(small, small)
    groups, filters, depth = draw(small), draw(small), draw(small)
    kernel_size, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    extra = tuple(draw(st.integers(0, step - 1)) for step in stride)
    spans = Window(kernel_size, stride, dilation).span
    padding = tuple(draw(st.integers(0, (span - 1) // 2)) for span in spans)
    layer = ConvTranspose2D(
        groups * filters, kernel_size, stride, padding, extra, dilation, groups, draw(either)
    )
    return layer, (groups * depth, draw(st.integers(1, 5)), draw(st.integers(1, 5)))


@st.composite
def pools(draw: st.DrawFn) -> tuple[Layer, Shape]:
    """A pooling with any options, and the shape of a sample."""
    pairs = st.tuples(small, small)
    size, stride = draw(pairs), draw(pairs)
    padding = tuple(draw(st.integers(0, side - 1)) for side in size)
    kinds: list[Callable[..., Layer]] = [
        MaxPool,
        AveragePool,
        partial(AveragePool, count_padding=False),
    ]
    layer = draw(st.sampled_from(kinds))(size, stride, draw(st.sampled_from(["same", padding])))
    return layer, (draw(small), *(side + draw(st.integers(0, 4)) for side in size))


every_kind = st.one_of(
    *[convolutions(kind) for kind in (Conv2D, Conv2D, Conv1D, Conv3D)], transposed(), pools()
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(every_kind, small, st.integers(0, 2**32 - 1))
def test_random_options(drawn: tuple[Layer, Shape], batch: int, seed: int) -> None:
    layer, in_shape = drawn
    rng = np.random.default_rng(seed)
    out_shape = layer.build(in_shape, rng)
    x = rng.normal(size=(batch, *in_shape)).astype(np.float32)
    compare(layer, x, rng.normal(size=(batch, *out_shape)).astype(np.float32))


@settings(max_examples=100, deadline=None)
@given(transposed(), small)
def test_the_size_of_a_transposed_convolution(drawn: tuple[Layer, Shape], batch: int) -> None:
    layer, in_shape = drawn
    assert isinstance(layer, ConvTranspose2D)
    margins = layer.margins(in_shape)
    layer.build(in_shape, np.random.default_rng(0))
    x = torch.zeros(batch, *in_shape)
    weights = [torch.tensor(parameter.value) for parameter in layer.parameters]
    padding = [before for before, _ in margins]
    expected = torch.nn.functional.conv_transpose2d(
        x,
        *weights,
        stride=layer.stride,
        padding=padding,
        output_padding=layer.output_padding,
        dilation=layer.dilation,
        groups=layer.groups,
    )
    assert (batch, *layer.output_shape(in_shape)) == tuple(expected.shape)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weights", [None, [1.0, 0.5, 2.0, 0.0, 3.0]])
def test_cross_entropy(smoothing: float, weights: list[float] | None) -> None:
    rng = np.random.default_rng(0)
    scores, labels = 10 * rng.normal(size=(7, 5)), rng.integers(0, 5, 7)
    ts = torch.tensor(scores, requires_grad=True)
    # Its mean is over the weights; ours is over the samples, so that a batch may be shared.
    expected = torch.nn.functional.cross_entropy(
        ts,
        torch.tensor(labels),
        weight=None if weights is None else torch.tensor(weights, dtype=torch.float64),
        label_smoothing=smoothing,
        reduction="sum",
    ) / len(labels)
    expected.backward()
    loss = CrossEntropy(smoothing, weights)
    assert loss.value(scores, labels) == pytest.approx(float(expected.detach()), rel=1e-12)
    np.testing.assert_allclose(loss.gradient(scores, labels), ts.grad.numpy(), rtol=1e-10)


def test_binary_cross_entropy() -> None:
    rng = np.random.default_rng(0)
    scores, targets = 10 * rng.normal(size=(7, 3)), rng.random((7, 3))
    ts = torch.tensor(scores, requires_grad=True)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(ts, torch.tensor(targets))
    expected.backward()
    loss = BinaryCrossEntropy()
    assert loss.value(scores, targets) == pytest.approx(float(expected.detach()), rel=1e-12)
    np.testing.assert_allclose(loss.gradient(scores, targets), ts.grad.numpy(), rtol=1e-10)
