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
from minicnn.layers import (
    AveragePool,
    AveragePool1D,
    AveragePool3D,
    BatchNorm,
    Conv1D,
    Conv2D,
    Conv3D,
    ConvTranspose1D,
    ConvTranspose2D,
    ConvTranspose3D,
    Layer,
    LayerNorm,
    MaxPool,
    MaxPool1D,
    MaxPool3D,
    Residual,
    Upsample,
    Upsample1D,
    Upsample3D,
)
from minicnn.layers.conv_transpose import TransposedConvolution
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.ops.padding import PADDING_MODES
from minicnn.ops.window import Window
from minicnn.typing import Array, Shape

torch = pytest.importorskip("torch")
torch_oracles = pytest.importorskip("torch_oracles")  # not at the top: it imports torch


def compare(layer: Layer, x: Array, dy: Array) -> None:
    y, dx = layer(x, training=True), layer.backward(dy)
    tx = torch.tensor(x, requires_grad=True)
    weights = [torch.tensor(p.value, requires_grad=p.trainable) for p in layer.parameters]
    ty = torch_oracles.apply(layer, tx, weights)
    ty.backward(torch.tensor(dy))
    pairs = [("y", y, ty.detach()), ("dx", dx, tx.grad)]
    named = zip(layer.named_parameters().items(), weights, strict=True)
    pairs += [(name, p.grad, w.grad) for (name, p), w in named if p.trainable]
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
def transposed(draw: st.DrawFn, kind: Any) -> tuple[Layer, Shape]:
    """A transposed convolution with any options, and the shape of a sample."""
    numbers = st.tuples(*[small] * kind.spatial_axes)
    groups, filters, depth = draw(small), draw(small), draw(small)
    kernel_size, stride, dilation = draw(numbers), draw(numbers), draw(numbers)
    extra = tuple(draw(st.integers(0, step - 1)) for step in stride)
    spans = Window(kernel_size, stride, dilation).span
    padding = tuple(draw(st.integers(0, (span - 1) // 2)) for span in spans)
    layer = kind(
        groups * filters, kernel_size, stride, padding, extra, dilation, groups, draw(either)
    )
    most = 5 if kind.spatial_axes < 3 else 3
    return layer, (groups * depth, *(draw(st.integers(1, most)) for _ in stride))


@st.composite
def pools(draw: st.DrawFn, max_pool: Any, average_pool: Any) -> tuple[Layer, Shape]:
    """A pooling with any options, and the shape of a sample."""
    numbers = st.tuples(*[small] * max_pool.spatial_axes)
    size, stride = draw(numbers), draw(numbers)
    padding = tuple(draw(st.integers(0, side - 1)) for side in size)
    kinds: list[Callable[..., Layer]] = [
        max_pool,
        average_pool,
        partial(average_pool, count_padding=False),
    ]
    layer = draw(st.sampled_from(kinds))(size, stride, draw(st.sampled_from(["same", padding])))
    return layer, (draw(small), *(side + draw(st.integers(0, 4)) for side in size))


@st.composite
def normalizations(draw: st.DrawFn) -> tuple[Layer, Shape]:
    """A normalization with any options, and the shape of a sample."""
    epsilon = draw(st.floats(1e-3, 1.0))
    layers = [BatchNorm(epsilon, draw(st.floats(0.01, 1.0))), LayerNorm(epsilon)]
    return draw(st.sampled_from(layers)), (draw(small), *draw(st.lists(small, max_size=3)), 2)


@st.composite
def residuals(draw: st.DrawFn) -> tuple[Layer, Shape]:
    """A residual block of convolutions, with and without a shortcut, and the shape of a sample."""
    channels, filters, stride = draw(small), draw(small), draw(small)
    kernel = draw(st.sampled_from([1, 3]))
    branch = [
        Conv2D(filters, kernel, stride, kernel // 2, bias=False),  # BatchNorm takes it away
        BatchNorm(0.01),
        Conv2D(filters, 3, padding=1),
    ]
    changes = stride > 1 or channels != filters or draw(either)
    layer = Residual(*branch, shortcut=Conv2D(filters, 1, stride) if changes else None)
    return layer, (channels, draw(st.integers(4, 7)), draw(st.integers(4, 7)))


@st.composite
def upsamplings(draw: st.DrawFn, kind: Any) -> tuple[Layer, Shape]:
    """An upsampling with any options, and the shape of a sample."""
    factor = draw(st.tuples(*[small] * kind.spatial_axes))
    layer = kind(factor, draw(st.sampled_from(["nearest", "linear"])))
    return layer, (draw(small), *(draw(st.integers(1, 4)) for _ in factor))


transpositions = st.one_of(
    *[transposed(kind) for kind in (ConvTranspose2D, ConvTranspose1D, ConvTranspose3D)]
)
every_kind = st.one_of(
    *[convolutions(kind) for kind in (Conv2D, Conv2D, Conv1D, Conv3D)],
    transpositions,
    pools(MaxPool, AveragePool),
    pools(MaxPool1D, AveragePool1D),
    pools(MaxPool3D, AveragePool3D),
    st.one_of(*[upsamplings(kind) for kind in (Upsample, Upsample1D, Upsample3D)]),
    normalizations(),
    residuals(),
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
@given(transpositions, small)
def test_the_size_of_a_transposed_convolution(drawn: tuple[Layer, Shape], batch: int) -> None:
    layer, in_shape = drawn
    assert isinstance(layer, TransposedConvolution)
    margins = layer.margins(in_shape)
    layer.build(in_shape, np.random.default_rng(0))
    x = torch.zeros(batch, *in_shape)
    weights = [torch.tensor(parameter.value) for parameter in layer.parameters]
    padding = [before for before, _ in margins]
    functional = torch.nn.functional
    kinds = (functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d)
    expected = kinds[layer.spatial_axes - 1](
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


@pytest.mark.parametrize("sizes", [(), (7,), (4, 5)])
def test_running_statistics_of_batch_norm(sizes: Shape) -> None:
    rng = np.random.default_rng(0)
    kind = getattr(torch.nn, f"BatchNorm{max(len(sizes), 1)}d")
    ours, theirs = BatchNorm(1e-3, 0.2), kind(3, eps=1e-3, momentum=0.2)
    ours.build((3, *sizes), rng)
    for _ in range(5):
        x = rng.normal(2, 3, size=(6, 3, *sizes)).astype(np.float32)
        ours(x, training=True)
        theirs(torch.tensor(x))
    pairs = ((ours.running_mean, "running_mean"), (ours.running_variance, "running_var"))
    for parameter, name in pairs:
        expected = getattr(theirs, name).numpy()
        np.testing.assert_allclose(parameter.value, expected, rtol=1e-5, err_msg=name)
    used = theirs.eval()(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours(x), used, rtol=1e-4, atol=1e-5)
