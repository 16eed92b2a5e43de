"""To PyTorch and back: the same weights, the same outputs, the same gradients."""

import functools
import re
from typing import Any

import numpy as np
import pytest
from layer_cases import CASES, Case
from random_networks import in_double, random_network, samples

from minicnn import (
    AveragePool,
    BatchNorm,
    Conv2D,
    CrossEntropy,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    ReLU,
    Residual,
    Sequential,
    Softmax,
)
from minicnn.errors import ArgumentError, NotReadyError, ShapeError
from minicnn.interop import from_torch, to_torch
from minicnn.typing import Array, Shape

torch = pytest.importorskip("torch")
nn = torch.nn


def answer(module: Any, x: Array) -> Any:
    with torch.no_grad():
        return module(torch.tensor(x)).numpy()


def agree(ours: Array, theirs: Array) -> None:
    scale = max(float(abs(theirs).max()), 1e-3)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * scale)


def rolled_up_twice(case: Case) -> bool:
    return "rolled" in str(case) or ("circular" in str(case) and case.in_shape == (1, 2, 3))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_layer_both_ways(case: Case) -> None:
    layer, x = case.layer(np.float32), case.x(np.float32)
    model = Sequential([layer], input_shape=case.in_shape)
    if rolled_up_twice(case):
        with pytest.raises(ArgumentError, match=r"to_torch: PyTorch rolls up .* no more than once"):
            to_torch(model)
        return
    module = to_torch(model)
    assert not module.training
    agree(model(x), answer(module, x))
    back = from_torch(module, case.in_shape)
    agree(back(x), model(x))
    assert back.out_shape == model.out_shape
    trained = [parameter.role for parameter in model.parameters]
    assert [parameter.role for parameter in back.parameters] == trained
    again = to_torch(back)
    agree(answer(again, x), model(x))


@pytest.mark.parametrize("seed", range(100))
def test_random_networks(seed: int) -> None:
    """In float64, where rounding hides no difference, and in float32 as close as that is to it.

    PyTorch's own float32 is 1.8e-5 away from float64 in the worst of the networks, ours 0.8e-5.
    """
    model = random_network(seed)
    x = samples(model, seed)
    ours, theirs = model.predict(x), answer(to_torch(model), x)
    in_double(model)
    x = x.astype(np.float64)
    exact, module = model.predict(x), to_torch(model)
    np.testing.assert_allclose(answer(module, x), exact, rtol=0, atol=1e-11 * exact.max())
    back = from_torch(module, model.check_ready())
    np.testing.assert_allclose(back.predict(x), exact, rtol=0, atol=1e-11 * exact.max())
    np.testing.assert_allclose(ours, exact, rtol=0, atol=1e-5 * exact.max())
    atol = max(1e-5 * exact.max(), 3 * abs(ours - exact).max())
    np.testing.assert_allclose(theirs, exact, rtol=0, atol=atol)


@pytest.mark.parametrize("seed", range(0, 100, 7))
def test_gradients_in_training(seed: int) -> None:
    """Without units dropped by chance; batch normalization takes the statistics of the batch."""
    model = random_network(seed, dropout=False)
    in_double(model)
    x = samples(model, seed, 4).astype(np.float64)
    labels = np.random.default_rng(seed).integers(0, 5, 4)
    network = model.without_softmax()
    module = to_torch(network).train()
    loss = nn.CrossEntropyLoss()(module(torch.tensor(x)), torch.tensor(labels))
    loss.backward()
    scores = network(x, training=True)
    network.backward_parameters(CrossEntropy().gradient(scores, labels))
    assert CrossEntropy().value(scores, labels) == pytest.approx(loss.item(), rel=1e-9)
    learned = [parameter for parameter in network.parameters if parameter.role != "statistic"]
    grads = [weight.grad for weight in module.parameters()]
    assert len(grads) == len(learned)
    for parameter, grad in zip(learned, grads, strict=True):
        atol = 1e-9 * max(float(grad.abs().max()), 1e-3)
        np.testing.assert_allclose(parameter.grad, grad.numpy(), rtol=0, atol=atol)
    statistics = [parameter.value for parameter in network.parameters if parameter not in learned]
    running = [b for name, b in module.named_buffers() if "running" in name]
    for value, theirs in zip(statistics, running, strict=True):
        np.testing.assert_allclose(value, theirs.numpy(), rtol=1e-9)


def test_names_are_those_of_the_model() -> None:
    block = Residual(DepthwiseConv2D(3, padding="same"), shortcut=Conv2D(4, 1))
    layers: list[Layer] = [Conv2D(4, 3), block, Flatten(), Dense(2)]
    model = Sequential(layers, input_shape=(1, 6, 6))
    weights = to_torch(model).state_dict()
    named = model.named_parameters()
    assert sorted(weights) == sorted(named)
    for name, parameter in named.items():
        np.testing.assert_array_equal(weights[name].numpy(), parameter.value)


def test_weights_are_copies_and_what_is_frozen_stays_frozen() -> None:
    frozen = Conv2D(2, 3, trainable=False)
    model = Sequential([frozen, BatchNorm(trainable=False), Flatten(), Dense(2)], (1, 5, 5))
    module = to_torch(model)
    assert [weight.requires_grad for weight in module.parameters()] == [False] * 4 + [True] * 2
    module.train()
    x = np.random.default_rng(0).normal(size=(4, 1, 5, 5)).astype(np.float32)
    agree(model(x, training=True), module(torch.tensor(x)).detach().numpy())
    before = model.predict(x)
    with torch.no_grad():
        for weight in module.parameters():
            weight += 1
    np.testing.assert_array_equal(model.predict(x), before)
    back = from_torch(module, (1, 5, 5))
    assert not back.layers[0].trainable
    assert not back.layers[1].trainable
    assert back.layers[3].trainable


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_networks_that_pytorch_users_write() -> None:
    torch.manual_seed(0)
    features = nn.Sequential(
        nn.ReflectionPad2d(1),
        nn.Conv2d(3, 8, 3, bias=False),
        nn.BatchNorm2d(8, momentum=0.3),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 8, 4, padding="same", groups=4),
        nn.SiLU(),
        nn.Identity(),
        nn.UpsamplingNearest2d(scale_factor=2),
        nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False),
        nn.ConvTranspose2d(8, 6, 3, 2, padding=1, output_padding=1),
        nn.Upsample((20, 28), mode="bilinear"),
    )
    head = nn.Sequential(nn.AdaptiveMaxPool2d((1, 1)), nn.Flatten(), nn.Dropout(0.3))
    module = nn.Sequential(features, head, nn.Linear(6, 4), nn.LayerNorm(4, bias=False)).eval()
    model = from_torch(module, (3, 10, 15))
    x = np.random.default_rng(0).normal(size=(3, 3, 10, 15)).astype(np.float32)
    agree(model.predict(x), answer(module, x))
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds[0] == "Conv2D"
    assert kinds[-4:] == ["GlobalMaxPool", "Dropout", "Dense", "LayerNorm"]
    assert [p.role for p in model.layers[-1].parameters] == ["learned", "frozen"]
    halves = from_torch(nn.Linear(3, 2).bfloat16(), (3,))
    assert halves.parameters[0].value.dtype == np.float32


def convolution(*before: Any, **options: Any) -> Any:
    return nn.Sequential(*before, nn.Conv2d(1, 1, 3, **options))


Own: Any = type("Own", (nn.Conv2d,), {})  # a class of the user, which may do anything
zero, reflection = functools.partial(nn.ZeroPad2d, 1), functools.partial(nn.ReflectionPad2d, 1)
REFUSED: list[tuple[Any, Shape, str]] = [
    (nn.Sequential(), (3,), "expected modules that do something"),
    (nn.LSTM(3, 3), (3, 4), "LSTM(3, 3): no layer is known to do the same"),
    (Own(1, 1, 3), (1, 5, 5), "no layer is known"),
    (nn.Sequential(zero(), nn.ReLU(), nn.Conv2d(1, 1, 3)), (1, 5, 5), "behind a border"),
    (nn.Sequential(zero()), (1, 5, 5), "behind a border"),
    (convolution(zero(), zero()), (1, 5, 5), "behind a border"),
    (convolution(nn.ConstantPad2d(1, 2.0)), (1, 5, 5), "another kind of border"),
    (convolution(nn.ZeroPad1d(1)), (1, 5, 5), "another kind of border"),
    (convolution(nn.ZeroPad2d(-1)), (1, 5, 5), "a border that cuts"),
    (convolution(reflection(), padding=1), (1, 5, 5), "are not one"),
    (nn.Sequential(zero(), nn.MaxPool2d(2)), (1, 5, 5), "another kind of border"),
    (nn.Sequential(reflection(), nn.MaxPool2d(2)), (1, 5, 5), "no border of the mode reflect"),
    (nn.Sequential(reflection(), nn.AvgPool2d(2)), (1, 5, 5), "is not one of a mean"),
    (nn.MaxPool2d(2, ceil_mode=True), (1, 5, 5), "expected ceil_mode=False, got True"),
    (nn.MaxPool2d(2, dilation=2), (1, 5, 5), "a pooling here has no dilation"),
    (nn.AvgPool2d(2, ceil_mode=True), (1, 5, 5), "expected ceil_mode=False"),
    (nn.AvgPool2d(2, divisor_override=3), (1, 5, 5), "no other divisor"),
    (nn.AdaptiveAvgPool2d(2), (1, 4, 4), "one output pixel, and a Flatten behind it"),
    (nn.AdaptiveAvgPool2d(1), (1, 4, 4), "one output pixel, and a Flatten behind it"),
    (nn.Flatten(2), (1, 4, 4), "expected all axes but the batch's in one"),
    (nn.Flatten(1, 2), (1, 4, 4), "expected all axes but the batch's in one"),
    (nn.Softmax(dim=2), (1, 4, 4), "expected dim=1"),
    (nn.Softmax(), (4,), "expected dim=1"),
    (nn.Softplus(beta=2), (4,), "expected beta=1, got 2"),
    (nn.GELU(approximate="tanh"), (4,), "expected approximate=none, got tanh"),
    (nn.BatchNorm2d(1, affine=False), (1, 4, 4), "expected affine=True"),
    (nn.BatchNorm2d(1, momentum=None), (1, 4, 4), "the mean of all batches"),
    (nn.LayerNorm(4), (2, 4), "expected the normalized shape (2, 4)"),
    (nn.Upsample(scale_factor=1.5), (1, 4, 4), "expected whole factors"),
    (nn.Upsample(scale_factor=2, mode="bicubic"), (1, 4, 4), "expected the mode nearest"),
    (nn.UpsamplingBilinear2d(scale_factor=2), (1, 4, 4), "expected align_corners=False"),
    (nn.LeakyReLU(2.0), (4,), "slope must be a number"),
    (nn.ConvTranspose2d(1, 1, 3, 1, output_padding=1, dilation=2), (1, 4, 4), "output_padding"),
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("module", "shape", "message"), REFUSED)
def test_what_no_layer_does_is_refused_by_name(module: Any, shape: Shape, message: str) -> None:
    with pytest.raises(ArgumentError, match=re.escape(message)) as caught:
        from_torch(module, shape)
    assert "\n" not in str(caught.value) or isinstance(module, nn.Sequential)


def test_samples_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match="module '0'"):
        from_torch(nn.Sequential(nn.Linear(3, 2)), (4,))
    with pytest.raises(ShapeError, match="Flatten"):
        from_torch(nn.Linear(3, 2), (2, 3))
    with pytest.raises(ArgumentError, match="module must be a Module, got int"):
        from_torch(3, (2, 3))


class Square(Layer):
    """A layer of one's own."""

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        return x**2

    def backward(self, dy: Array) -> Array:
        return dy


class Louder(ReLU):
    """One that derives from a layer of the library."""

    def forward(self, x: Array, training: bool = False) -> Array:
        return 2 * x


@pytest.mark.parametrize("own", [Square(), Louder()])
def test_layers_of_ones_own_are_refused_by_name(own: Layer) -> None:
    model = Sequential([Dense(3), Residual(own)], input_shape=(2,))
    name = type(own).__name__
    message = rf"layers\[1\]\.branch\.layers\[0\] to_torch: expected layers of minicnn, got {name}"
    with pytest.raises(ArgumentError, match=message):
        to_torch(model)


def test_what_pytorch_does_not_have() -> None:
    with pytest.raises(NotReadyError, match="input shape"):
        to_torch(Sequential([Dense(3)]))
    with pytest.raises(ArgumentError, match="model must be a Composition, got Dense"):
        to_torch(Dense(3))  # type: ignore[arg-type]
    shape = (2, 2, 2, 2, 2)
    with pytest.raises(ArgumentError, match=r"batch normalization for 4 axes"):
        to_torch(Sequential([BatchNorm()], input_shape=shape))
    with pytest.raises(ArgumentError, match=r"of at most 3 axes"):
        to_torch(Sequential([Dropout(channels=True)], input_shape=shape))
    model = Sequential([GlobalAveragePool()], input_shape=shape)
    x = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
    agree(model(x), answer(to_torch(model), x))
    agree(from_torch(to_torch(model), shape)(x), model(x))


def test_float64_stays_float64() -> None:
    layers: list[Layer] = [Conv2D(2, 3, padding=(0, 1, 2, 0)), MaxPool(2, padding="same")]
    layers += [AveragePool(3, 2, (0, 1, 1, 2), count_padding=False), Flatten(), Dense(3), Softmax()]
    model = Sequential(layers, input_shape=(1, 7, 8))
    in_double(model)
    x = np.random.default_rng(0).normal(size=(2, 1, 7, 8))
    module = to_torch(model)
    np.testing.assert_allclose(model(x), answer(module, x), rtol=1e-12)
    assert from_torch(module, (1, 7, 8)).parameters[0].value.dtype == np.float64
