"""To PyTorch and back: the same weights, the same outputs, the same gradients."""

import functools
import importlib
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layer_cases import CASES, Case
from random_networks import in_double, random_network, samples

from minicnn import (
    AveragePool,
    BatchNorm,
    Composition,
    Conv2D,
    ConvTranspose2D,
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
    Upsample1D,
)
from minicnn.errors import ArgumentError, DataError, NotReadyError, ShapeError
from minicnn.interop import from_torch, load_tensors, to_torch
from minicnn.interop.safetensors_file import write_safetensors
from minicnn.typing import Array, Margins, Shape

torch = pytest.importorskip("torch")
nn = torch.nn
prune = importlib.import_module("torch.nn.utils.prune")
torch_modules = importlib.import_module("minicnn.interop.torch_modules")


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
    if not isinstance(layer, (Composition, Residual)) and not hasattr(layer, "padding"):
        assert [repr(found) for found in back.layers] == [repr(layer)]
    if hasattr(layer, "padding") and not isinstance(layer, (Composition, DepthwiseConv2D)):
        (found,) = back.layers
        assert type(found) is type(layer)
        assert (getattr(found, "bias", None) is None) == (getattr(layer, "bias", None) is None)
    again = to_torch(back)
    agree(answer(again, x), model(x))
    assert [repr(layer) for layer in from_torch(again, case.in_shape).layers] == [
        repr(layer) for layer in back.layers
    ]


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


def with_all_names() -> Sequential:
    """Return a model with borders and cuts that PyTorch's own modules do not have."""
    block = Residual(DepthwiseConv2D(3, padding="same"), shortcut=Conv2D(4, 1))
    layers: list[Layer] = [Conv2D(4, 4, padding="same"), BatchNorm(), block]
    layers += [ConvTranspose2D(2, 3, padding=(0, 1, 1, 0)), Flatten(), BatchNorm(), Dense(2)]
    return Sequential(layers, input_shape=(1, 6, 6), seed=3)


def test_names_are_those_of_the_model() -> None:
    model = with_all_names()
    weights = to_torch(model).state_dict()
    named = model.named_parameters()
    ours = {name.replace("running_variance", "running_var"): p for name, p in named.items()}
    assert sorted(ours) == sorted(n for n in weights if "num_batches_tracked" not in n)
    for name, parameter in ours.items():
        np.testing.assert_array_equal(weights[name].numpy(), parameter.value)


@pytest.mark.parametrize("halves", [False, True])
def test_a_state_dict_goes_into_the_model(tmp_path: Path, halves: bool) -> None:
    pytest.importorskip("safetensors")
    model, other = with_all_names(), with_all_names()
    rng = np.random.default_rng(0)
    for parameter in model.parameters:
        value = rng.uniform(0.5, 1, parameter.value.shape)
        parameter.value = value.astype(np.float16).astype(np.float32)
    module = to_torch(model)
    found = (module.half() if halves else module).state_dict()
    write_safetensors(tmp_path / "w.safetensors", {n: w.numpy() for n, w in found.items()})
    load_tensors(other, tmp_path / "w.safetensors")
    for ours, theirs in zip(model.parameters, other.parameters, strict=True):
        np.testing.assert_array_equal(theirs.value, ours.value)
        assert theirs.value.dtype == np.float32
    named = model.named_parameters()
    big_endian: dict[str, Any] = {n: p.value.astype(">f2") for n, p in named.items()}
    np.savez(tmp_path / "w.npz", **big_endian)
    load_tensors(other, tmp_path / "w.npz")
    assert {parameter.value.dtype for parameter in other.parameters} == {np.dtype(np.float32)}
    numbers = np.zeros(model.parameters[0].value.shape, complex)
    np.savez(tmp_path / "w.npz", **big_endian | {"0.weight": numbers})
    with pytest.raises(DataError, match=r"floating-point numbers, got '0\.weight' of complex128$"):
        load_tensors(other, tmp_path / "w.npz")
    both = {"1.running_variance": np.ones(4, np.float32)}
    write_safetensors(tmp_path / "w.safetensors", {n: w.numpy() for n, w in found.items()} | both)
    with pytest.raises(DataError, match=r"left over: 1.running_var of shape"):
        load_tensors(other, tmp_path / "w.safetensors")


def test_weights_are_copies_and_what_is_frozen_stays_frozen() -> None:
    frozen = Conv2D(2, 3, trainable=False)
    model = Sequential([frozen, BatchNorm(trainable=False), Flatten(), Dense(2)], (1, 5, 5))
    module = to_torch(model)
    assert [weight.requires_grad for weight in module.parameters()] == [False] * 4 + [True] * 2
    module.train()
    x = np.random.default_rng(0).normal(size=(4, 1, 5, 5)).astype(np.float32)
    agree(model(x, training=True), module(torch.tensor(x)).detach().numpy())
    agree(from_torch(module, (1, 5, 5))(x, training=True), model(x, training=True))
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


@pytest.mark.parametrize(
    ("border", "behind", "margins"),
    [
        (nn.ZeroPad2d((1, 2, 3, 4)), nn.Conv2d(2, 2, 3, padding=(1, 2)), ((4, 5), (3, 4))),
        (nn.ConstantPad2d((1, 0, 0, 1), 0.0), nn.Conv2d(2, 2, 3, padding=1), ((1, 2), (2, 1))),
        (nn.ConstantPad2d((1, 0, 0, 1), -math.inf), nn.MaxPool2d(3, 2, 1), ((1, 2), (2, 1))),
        (nn.ZeroPad2d((1, 0, 0, 1)), nn.AvgPool2d(3, 2, 1), ((1, 2), (2, 1))),
    ],
)
def test_two_borders_in_a_row_are_one(border: Any, behind: Any, margins: Margins) -> None:
    module = nn.Sequential(border, behind)
    model = from_torch(module, (2, 6, 7))
    x = np.random.default_rng(0).normal(size=(3, 2, 6, 7)).astype(np.float32) - 2
    agree(model.predict(x), answer(module, x))
    (layer,) = model.layers
    assert layer.padding == margins  # type: ignore[attr-defined]


def convolution(*before: Any, **options: Any) -> Any:
    return nn.Sequential(*before, nn.Conv2d(1, 1, 3, **options))


Flat: Any = type("Flatten", (nn.Module,), {})  # a class of the user, called as one of PyTorch's
QCONFIG = torch.ao.quantization.get_default_qat_qconfig("fbgemm")
Own: Any = type("Own", (nn.Conv2d,), {})  # a class of the user, which may do anything


class Doubling(nn.Sequential):  # type: ignore[misc, name-defined]
    """Does more than its parts, but not in its forward."""

    def __call__(self, x: Any) -> Any:
        return 2 * super().__call__(x)


class Wordy(nn.Module):  # type: ignore[misc, name-defined]
    """Describes itself in two lines."""

    def extra_repr(self) -> str:
        return "two\nlines"


class Backwards(nn.Sequential):  # type: ignore[misc, name-defined]
    """Calls its parts from the last to the first."""

    def __iter__(self) -> Any:
        return reversed(list(super().__iter__()))


zero, reflection = functools.partial(nn.ZeroPad2d, 1), functools.partial(nn.ReflectionPad2d, 1)
TWO = "expected a border of zeros or of pixels that cuts nothing"


def having(module: Any, **parts: Any) -> Any:
    """Return a module with other parts."""
    for name, part in parts.items():
        setattr(module, name, part)
    return module


REFUSED: list[tuple[Any, Shape, str]] = [
    (nn.Sequential(), (3,), "expected modules that do something"),
    (nn.LSTM(3, 3), (3, 4), "LSTM(3, 3): no layer of minicnn does the same"),
    (Own(1, 1, 3), (1, 5, 5), "no layer of minicnn"),
    (nn.Sequential(zero(), nn.ReLU(), nn.Conv2d(1, 1, 3)), (1, 5, 5), "behind a border"),
    (nn.Sequential(zero()), (1, 5, 5), "behind a border"),
    (convolution(zero(), zero()), (1, 5, 5), "behind a border"),
    (convolution(nn.ConstantPad2d(1, 2.0)), (1, 5, 5), "can have a border of 0, this one is of 2"),
    (convolution(nn.ZeroPad1d(1)), (1, 5, 5), "works on another number of axes"),
    (convolution(nn.ZeroPad2d(-1)), (1, 5, 5), "a border that cuts"),
    (convolution(reflection(), padding=1), (1, 5, 5), "since they are not both of zeros"),
    (nn.Sequential(zero(), nn.MaxPool2d(2)), (1, 5, 5), "ConstantPad2d makes one of -inf"),
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
    (nn.Softplus(threshold=1), (4,), "expected threshold=20, got 1"),
    (nn.BatchNorm1d(4, track_running_stats=False), (4,), "expected track_running_stats=True"),
    (nn.MaxPool2d(2, return_indices=True), (1, 4, 4), "expected return_indices=False, got True"),
    (
        nn.Sequential(nn.AdaptiveMaxPool2d(1, return_indices=True), nn.Flatten()),
        (1, 4, 4),
        "expected return_indices=False, got True",
    ),
    (
        nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten(1, 2)),
        (1, 4, 4),
        "expected all axes but the batch's in one",
    ),
    (
        torch.ao.nn.intrinsic.qat.ConvBn2d(1, 1, 3, qconfig=QCONFIG),
        (1, 5, 5),
        "ConvBn2d: no layer of minicnn does the same",
    ),
    (
        having(torch_modules.BorderedConv2d(1, 1, 3), border=nn.ConstantPad2d(1, 2.0)),
        (1, 5, 5),
        TWO,
    ),
    (having(torch_modules.BorderedConv2d(1, 1, 3), border=nn.ZeroPad2d(-1)), (1, 5, 5), TWO),
    (
        having(torch_modules.CutConvTranspose2d(1, 1, 3, padding=1), cutter=nn.ZeroPad2d(1)),
        (1, 5, 5),
        "expected a border of negative widths",
    ),
    (torch_modules.FrozenBatchNorm2d(1), (1, 5, 5), "expected weights that ask for no gradient"),
    (nn.Sequential(nn.AdaptiveAvgPool2d(1), Flat()), (1, 4, 4), "and a Flatten behind it"),
    (nn.LazyConv2d(1, 3), (1, 5, 5), "its weights are not made yet"),
    (nn.Conv2d(1, 1, 3, device="meta"), (1, 5, 5), "the device meta, which has no numbers"),
    (nn.Upsample(size=(12, 12)), (1, 6), "a size or a factor for each axis of (1, 6)"),
    (nn.Upsample(), (1, 6), "a size or a factor for each axis of (1, 6), got None"),
    (
        nn.Sequential(nn.ConvTranspose2d(1, 1, 3), nn.ZeroPad1d(-1)),
        (1, 5, 5),
        "module '1' from_torch: ZeroPad1d((-1, -1)): a border that cuts",
    ),
    (torch_modules.InsideAverage(zero(), nn.ReLU()), (1, 5, 5), "expected an average pooling"),
    (
        torch_modules.InsideAverage(nn.ZeroPad1d(1), nn.AvgPool2d(2)),
        (1, 5, 5),
        "puts a border around, of 2 axes",
    ),
    (nn.Sequential(nn.Identity(), nn.Identity()), (3,), "do something, got Sequential"),
    (
        torch_modules.InsideAverage(nn.ReLU(), nn.AvgPool2d(2)),
        (1, 5, 5),
        "expected a module that puts a border",
    ),
    (
        torch_modules.InsideAverage(nn.ZeroPad2d(1), nn.AvgPool2d(2, padding=1)),
        (1, 5, 5),
        "a border of zeros",
    ),
    (
        torch_modules.InsideAverage(nn.ReflectionPad2d(1), nn.AvgPool2d(2)),
        (1, 5, 5),
        "a border of zeros",
    ),
    (
        nn.Sequential(nn.AvgPool2d(2, padding=1, count_include_pad=False), nn.Identity(), zero()),
        (1, 5, 5),
        "module '2' from_torch: ZeroPad2d((1, 1, 1, 1)): expected a convolution or a pooling",
    ),
    (
        nn.Sequential(zero(), nn.AvgPool2d(2, padding=1, count_include_pad=False)),
        (1, 5, 5),
        "is not one of a mean",
    ),
    (nn.GELU(approximate="tanh"), (4,), "expected approximate=none, got tanh"),
    (nn.BatchNorm2d(1, affine=False), (1, 4, 4), "expected affine=True"),
    (nn.BatchNorm2d(1, momentum=None), (1, 4, 4), "the mean of all batches"),
    (nn.LayerNorm(4), (2, 4), "expected the normalized shape (2, 4)"),
    (nn.Upsample(scale_factor=1.5), (1, 4, 4), "expected whole factors"),
    (nn.Upsample(scale_factor=2), (1, 2, 2, 2, 2), "one to three axes besides the channels"),
    (nn.Upsample(scale_factor=2, mode="bicubic"), (1, 4, 4), "expected the mode nearest"),
    (nn.UpsamplingBilinear2d(scale_factor=2), (1, 4, 4), "expected align_corners=False"),
    (
        nn.Upsample(scale_factor=2, mode="trilinear", align_corners=True),
        (1, 2, 2, 2),
        "expected align_corners=False",
    ),
    (nn.Softmax(dim=-1), (2, 4, 4), "expected dim=1"),
    (nn.LeakyReLU(2.0), (4,), "slope must be a number"),
    (
        nn.ConvTranspose2d(1, 1, 3, 1, output_padding=1, dilation=2),
        (1, 4, 4),
        "expected an output_padding smaller than the stride; a larger one, which PyTorch allows",
    ),
    (nn.LogSoftmax(dim=1), (3,), "leave it out, since CrossEntropy takes scores"),
    (Wordy(), (3,), "Wordy( two lines ): no layer of minicnn does the same"),
    (
        having(nn.Linear(3, 2), weight=nn.Parameter(torch.ones(2, 3).to_sparse())),
        (3,),
        "its weight is sparse",
    ),
    (
        having(nn.BatchNorm2d(1), running_mean=None, running_var=None),
        (1, 4, 4),
        "expected a running_mean and a running_var, got None",
    ),
    (nn.Sequential(Doubling(nn.ReLU())), (3,), "Doubling has a forward of its own"),
    (nn.Sequential(Backwards(nn.ReLU(), nn.Tanh())), (3,), "Backwards has a forward of its own"),
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("module", "shape", "message"), REFUSED)
def test_what_no_layer_does_is_refused_by_name(module: Any, shape: Shape, message: str) -> None:
    with pytest.raises(ArgumentError, match=re.escape(message)) as caught:
        from_torch(module, shape)
    assert "\n" not in str(caught.value)
    assert "''" not in str(caught.value)


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.Conv2d(3, 4, 3), (1, 8, 8)),
        (nn.ConvTranspose2d(3, 4, 3), (1, 8, 8)),
        (nn.BatchNorm2d(3), (1, 8, 8)),
        (nn.BatchNorm1d(3), (1,)),
        (nn.Linear(3, 4), (1,)),
    ],
)
def test_a_wrong_input_shape_is_not_blamed_on_the_weights(module: Any, shape: Shape) -> None:
    message = (
        rf"module '1' from_torch: {type(module).__name__}\(.*: expected samples with 3 .*, got "
    )
    with pytest.raises(ShapeError, match=rf"{message}{re.escape(str(shape))}.* input_shape"):
        from_torch(nn.Sequential(nn.ReLU(), module), shape)


def test_weights_of_two_types_are_refused() -> None:
    model = Sequential([Conv2D(2, 3), Flatten(), Dense(2)], input_shape=(1, 4, 4))
    model.parameters[0].value = model.parameters[0].value.astype(np.float64)
    with pytest.raises(ArgumentError, match=r"but 0\.bias is of float32 and 0\.weight of float64"):
        to_torch(model)
    for parameter in model.parameters:
        parameter.value = parameter.value.astype(np.float32)
    to_torch(model)


def test_samples_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match="module '0'"):
        from_torch(nn.Sequential(nn.Linear(3, 2)), (4,))
    with pytest.raises(ShapeError, match="Flatten"):
        from_torch(nn.Linear(3, 2), (2, 3))
    with pytest.raises(ArgumentError, match="module must be a Module, got int"):
        from_torch(3, (2, 3))


@pytest.mark.parametrize(
    "module",
    [
        nn.AdaptiveAvgPool2d(1),
        nn.BatchNorm2d(2),
        nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.UpsamplingNearest2d(scale_factor=2),
        nn.MaxPool2d(2),
        nn.AvgPool2d(2),
        nn.Dropout2d(),
        nn.Sequential(nn.ZeroPad2d(1), nn.Conv2d(2, 2, 1)),
    ],
)
def test_samples_without_enough_axes(module: Any) -> None:
    """PyTorch takes many a batch with an axis less as one sample."""
    with pytest.raises(ShapeError, match=r"(2d|Upsample).*: expected samples of shape \(C, H, W\)"):
        from_torch(nn.Sequential(module, nn.Flatten()), (2, 6))


def test_a_module_may_stand_twice_unless_it_has_weights() -> None:
    relu = nn.ReLU()
    inner = nn.Sequential(nn.Linear(4, 4), relu)
    module = nn.Sequential(nn.Linear(3, 4), relu, inner, relu)
    model = from_torch(module, (3,))
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["Dense", "ReLU", "Dense", "ReLU", "ReLU"]
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    agree(model(x), answer(module, x))
    shared, tied = nn.Linear(3, 3), nn.Linear(3, 3)
    tied.weight = shared.weight
    for module in (
        nn.Sequential(shared, nn.ReLU(), shared),
        nn.Sequential(shared, nn.Sequential(nn.ReLU(), shared)),
        nn.Sequential(shared, torch_modules.Residual(nn.Sequential(shared))),
        nn.Sequential(shared, tied),
    ):
        with pytest.raises(ArgumentError, match=r"module '[12].*shares weights with module '0'"):
            from_torch(module, (3,))
    with pytest.raises(ArgumentError, match=r"'2' .*shares weights with module '0'"):
        from_torch(nn.Sequential(norm := nn.BatchNorm1d(3), nn.ReLU(), norm), (3,))


def test_norms_that_share_their_statistics_are_refused() -> None:
    first, second = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    second.running_mean = first.running_mean
    with pytest.raises(ArgumentError, match=r"module '1' .*shares weights with module '0'"):
        from_torch(nn.Sequential(first, second), (3,))


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.Flatten(1, 3), (1, 4, 5)),
        (nn.Softmax(dim=-3), (2, 4, 5)),
        (nn.Softmax(dim=1), (2, 4, 5)),
        (nn.Softmax(dim=-1), (6,)),
    ],
)
def test_other_words_for_the_same_axes(module: Any, shape: Shape) -> None:
    x = np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32)
    agree(from_torch(module, shape)(x), answer(module, x))


def spoilt(spoil: Any) -> Any:
    """Return a network of which a part was changed from outside."""
    module = nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.ReLU()))
    spoil(module)
    return module


SPOILERS: dict[str, Any] = {
    "hook": lambda m: m[0].register_forward_hook(lambda *given: 2 * given[2]),
    "hook on a Sequential": lambda m: m[1].register_forward_hook(lambda *given: 2 * given[2]),
    "hook before": lambda m: m.register_forward_pre_hook(lambda _, x: (2 * x[0],)),
    "forward of a layer": lambda m: setattr(m[0], "forward", lambda x: x),
    "forward of a Sequential": lambda m: setattr(m[1], "forward", lambda x: x),
    "weight_norm": lambda m: nn.utils.weight_norm(m[0]),
    "spectral_norm": lambda m: nn.utils.spectral_norm(m[0]),
    "prune": lambda m: prune.l1_unstructured(m[0], "weight", 0.5),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.*deprecated", "ignore:.*spectral_norm")
@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_what_changes_a_module_from_outside_is_refused(spoil: Any) -> None:
    with pytest.raises(ArgumentError, match="without hooks and without a forward put in"):
        from_torch(spoilt(spoil), (3,))


@pytest.mark.parametrize(
    "register", ["register_module_forward_hook", "register_module_forward_pre_hook"]
)
def test_a_hook_on_all_modules_is_refused(register: str) -> None:
    hook = getattr(nn.modules.module, register)(lambda *_: None)
    try:
        with pytest.raises(ArgumentError, match="no hook on all modules of PyTorch"):
            from_torch(nn.ReLU(), (3,))
    finally:
        hook.remove()
    from_torch(nn.ReLU(), (3,))


def nearest(factor: int, size: int) -> tuple[Sequential, Any]:
    """Return what enlarges signals of that size, here and in PyTorch."""
    model = Sequential([Upsample1D(factor, "nearest")], input_shape=(1, size))
    return model, nn.Upsample(scale_factor=float(factor))


@pytest.mark.parametrize("factor", [41, 47, 55, 61, 82, 83, 94, 97])
def test_factors_of_which_pytorch_rounds_the_share(factor: int) -> None:
    model, module = nearest(factor, 7)
    x = np.arange(7, dtype=np.float32).reshape(1, 1, 7)
    assert (model(x) != answer(module, x)).any(), "else there is nothing to refuse"
    with pytest.raises(ArgumentError, match=r"to_torch: .*Upsample1D\(.*other pixels of 7"):
        to_torch(model)
    with pytest.raises(ArgumentError, match=r"from_torch: Upsample\(.*other pixels than"):
        from_torch(module, (1, 7))
    linear = Sequential([Upsample1D(factor, "linear")], input_shape=(1, 7))
    agree(linear(x), answer(to_torch(linear), x))
    from_torch(to_torch(linear), (1, 7))


@pytest.mark.parametrize("factor", [*range(1, 41), 42, 64])
def test_factors_that_give_the_same_pixels(factor: int) -> None:
    model, _ = nearest(factor, 13)
    x = np.arange(13, dtype=np.float32).reshape(1, 1, 13)
    module = to_torch(model)
    np.testing.assert_array_equal(model(x), answer(module, x))
    np.testing.assert_array_equal(from_torch(module, (1, 13))(x), model(x))


def test_parametrized_weights_are_taken_as_they_are() -> None:
    parametrize = nn.utils.parametrizations
    module = nn.Sequential(parametrize.weight_norm(nn.Linear(3, 4)), nn.Tanh())
    with torch.no_grad():
        module[0].parametrizations.weight.original0 *= 2
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    agree(from_torch(module, (3,))(x), answer(module, x))
    with torch.no_grad():
        assert all(parameter.trainable for parameter in from_torch(module, (3,)).parameters)


def test_a_spectral_norm_is_as_in_use_and_does_not_change_by_being_read() -> None:
    module = nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(3, 4))).train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    back = from_torch(module, (3,))
    assert module.training
    assert module[0].training
    for name, value in module.state_dict().items():
        assert torch.equal(value, before[name])
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    agree(back(x), answer(module.eval(), x))


def test_a_mean_inside_of_a_single_picture() -> None:
    """PyTorch's own poolings take a picture without a batch, so this one must as well."""
    model = Sequential([AveragePool(2, 2, "same", count_padding=False)], (1, 5, 5))
    x = np.random.default_rng(0).normal(size=(1, 5, 5)).astype(np.float32)
    agree(model(x[np.newaxis])[0], answer(to_torch(model)[0], x))


class Net(nn.Module):  # type: ignore[misc, name-defined]
    """A network with a forward of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x: Any) -> Any:
        return self.linear(x) + x


def test_a_forward_of_its_own_is_refused_in_one_line() -> None:
    message = (
        "Net has a forward of its own; if that calls its parts one after the other and does "
        "nothing else, give them as a torch.nn.Sequential"
    )
    with pytest.raises(ArgumentError, match=f"^from_torch: {message}$"):
        from_torch(Net(), (3,))
    with pytest.raises(ArgumentError, match=f"^module '1' from_torch: {message}$"):
        from_torch(nn.Sequential(nn.ReLU(), Net()), (3,))


def test_a_branch_that_writes_into_its_input() -> None:
    branch, shortcut = nn.Sequential(nn.ReLU(inplace=True)), nn.Sequential(nn.ReLU(inplace=True))
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    for module in (
        torch_modules.Residual(branch),
        torch_modules.Residual(nn.Sequential(nn.Tanh()), shortcut),
    ):
        agree(from_torch(module, (3,))(x), answer(module, x.copy()))


def test_borders_of_nothing_and_what_stands_between_halves() -> None:
    convolve = nn.ConvTranspose2d(1, 2, 3, stride=2)
    module = nn.Sequential(
        nn.ZeroPad2d(0),
        nn.MaxPool2d(2, 1),
        nn.Sequential(nn.ReflectionPad2d((0, 1, 2, 0)), nn.Identity()),
        nn.Conv2d(1, 1, 3),
        convolve,
        nn.ConstantPad2d((-1, 0, 0, -2), 7.0),
        nn.AdaptiveAvgPool2d(1),
        nn.Identity(),
        nn.Flatten(),
        nn.ZeroPad1d(0),
    )
    model = from_torch(module, (1, 7, 8))
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["MaxPool", "Conv2D", "ConvTranspose2D", "GlobalAveragePool"]
    x = np.random.default_rng(0).normal(size=(3, 1, 7, 8)).astype(np.float32)
    agree(model(x), answer(module[:-1], x))


def test_options_that_change_nothing_in_use_come_back() -> None:
    """The momentum of batch normalization, and what is dropped."""
    layers: list[Layer] = [BatchNorm(1e-3, 0.3), Dropout(0.2, channels=True), Flatten()]
    layers += [BatchNorm(1e-4, 0.7), Dropout(0.4), Dense(2)]
    model = Sequential(layers, input_shape=(2, 3, 4))
    module = to_torch(model)
    assert (module[0].momentum, module[1].p, module[3].momentum, module[4].p) == (
        0.3,
        0.2,
        0.7,
        0.4,
    )
    assert (type(module[1]), type(module[4])) == (nn.Dropout2d, nn.Dropout)
    back = from_torch(module, (2, 3, 4))
    assert [repr(layer) for layer in back.layers] == [repr(layer) for layer in model.layers]
    units = from_torch(nn.Dropout1d(0.6), (2, 4)).layers[0]
    assert repr(units) == repr(Dropout(0.6, channels=True))


def test_pytorchs_own_generator_is_left_alone() -> None:
    layers: list[Layer] = [Conv2D(2, 3), DepthwiseConv2D(2, padding="same"), ConvTranspose2D(2, 3)]
    model = Sequential([*layers, BatchNorm(), Flatten(), Dense(3)], input_shape=(1, 5, 5))
    before = torch.get_rng_state()
    from_torch(to_torch(model), (1, 5, 5))
    assert torch.equal(torch.get_rng_state(), before)


def test_weights_in_the_other_byte_order() -> None:
    model = Sequential([Dense(3)], input_shape=(2,))
    for parameter in model.parameters:
        parameter.value = parameter.value.astype(">f4")
    x = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    agree(answer(to_torch(model), x), model(x))


def test_a_frozen_norm_keeps_to_its_statistics_in_training() -> None:
    """PyTorch's own does so in use alone."""
    module = nn.BatchNorm1d(3).requires_grad_(False).eval()
    x = np.random.default_rng(0).normal(3, 2, size=(5, 3)).astype(np.float32)
    agree(from_torch(module, (3,))(x, training=True), answer(module, x))


@pytest.mark.parametrize("name", ["forward", "a.b", "", "train"])
def test_names_that_pytorch_cannot_give(name: str) -> None:
    model = Sequential([Composition([Dense(2)], names=[name])], input_shape=(2,))
    with pytest.raises(ArgumentError, match=r"layers\[0\] to_torch: PyTorch cannot give"):
        to_torch(model)


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
