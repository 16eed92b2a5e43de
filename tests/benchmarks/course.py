"""The networks of a course, and two parts of them by themselves, against PyTorch."""

import statistics
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from nets import HAS_TORCH
from timing import Maker, Step, ratio, time_in_turn

from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, MaxPool, ReLU, Sequential, Trainer
from minicnn.layers import (
    AveragePool,
    BatchNorm,
    Dropout,
    GlobalAveragePool,
    Layer,
    Residual,
    Tanh,
)
from minicnn.optim import Adam, Optimizer
from minicnn.typing import Array

BATCH = 128


def lenet() -> list[Layer]:
    """LeNet-5 of 1998, on 28 x 28 pixels with a border of two."""
    return [
        *[Conv2D(6, 5, padding=2), Tanh(), AveragePool(2)],
        *[Conv2D(16, 5), Tanh(), AveragePool(2)],
        *[Conv2D(120, 5), Tanh(), Flatten(), Dense(84), Tanh(), Dense(10)],
    ]


def accurate() -> list[Layer]:
    """The net of examples/train_accurate.py."""

    def block(filters: int, padding: int = 0) -> list[Layer]:
        return [Conv2D(filters, 3, padding=padding, bias=False), BatchNorm(), ReLU()]

    return [
        *[*block(32), *block(32), MaxPool(2)],
        *[*block(64, 1), *block(64, 1), MaxPool(2)],
        *[*block(128), *block(128), Flatten(), Dropout(0.3), Dense(10)],
    ]


def resnet() -> list[Layer]:
    """A residual net of 8 layers with weights: one convolution, three blocks of two, one dense."""

    def block(filters: int, stride: int) -> list[Layer]:
        first = Conv2D(filters, 3, stride, 1, bias=False)
        second = Conv2D(filters, 3, padding=1, bias=False)
        shortcut = Conv2D(filters, 1, stride, bias=False) if stride > 1 else None
        branch = [first, BatchNorm(), ReLU(), second, BatchNorm()]
        return [Residual(*branch, shortcut=shortcut), ReLU()]

    start = [Conv2D(16, 3, padding=1, bias=False), BatchNorm(), ReLU()]
    blocks = [*block(16, 1), *block(32, 2), *block(64, 2)]
    return [*start, *blocks, GlobalAveragePool(), Dense(10)]


def sgd() -> Optimizer:
    return SGD(0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)


def our_step(net: Callable[[], Sequence[Layer]]) -> Step:
    """Return one `Trainer.train_step`, checks and accuracy included."""
    images, labels = batch()
    trainer = Trainer(Sequential(net(), images.shape[1:]), sgd(), CrossEntropy())
    return lambda: trainer.train_step(images, labels)


def torch_step(net: Callable[[], Sequence[Layer]]) -> Step:
    """Return one step in PyTorch's eager mode, with the threads it chooses itself."""
    import torch

    images, labels = map(torch.from_numpy, batch())
    model = in_torch(Sequential(net(), images.shape[1:]))
    optimizer = torch.optim.SGD(model.parameters(), 0.01, 0.9, nesterov=True, weight_decay=5e-4)
    loss = torch.nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        loss(model(images), labels).backward()
        optimizer.step()

    return step


def our_adam() -> Step:
    """Return a step of Adam for the parameters of the accurate net, with random gradients."""
    model, rng = Sequential(accurate(), (1, 28, 28)), np.random.default_rng(0)
    for parameter in model.parameters:
        parameter.grad = rng.normal(size=parameter.value.shape).astype(np.float32)
    adam, parameters = Adam(1e-3), model.named_parameters()
    return lambda: adam.step(parameters)


def torch_adam() -> Step:
    """Return the same in PyTorch."""
    import torch

    parameters = list(in_torch(Sequential(accurate(), (1, 28, 28))).parameters())
    for parameter in parameters:
        parameter.grad = torch.randn_like(parameter)
    return torch.optim.Adam(parameters, 1e-3).step


def our_batch_norm() -> Step:
    """Return forward and backward of one BatchNorm, in one thread."""
    rng = np.random.default_rng(0)
    x, dy = (innermost(rng.normal(size=(BATCH, 32, 28, 28))) for _ in range(2))
    layer = BatchNorm()
    layer.build(x.shape[1:], rng)

    def step() -> None:
        layer(x, training=True)
        layer.backward(dy)

    return step


def torch_batch_norm() -> Step:
    """Return the same in PyTorch, in one thread."""
    import torch

    torch.set_num_threads(1)
    x, dy = (torch.randn(BATCH, 32, 28, 28) for _ in range(2))
    layer = torch.nn.BatchNorm2d(32)
    x.requires_grad = True
    return lambda: layer(x).backward(dy)


CONTENDERS: dict[str, tuple[Maker, Maker]] = {
    "step of LeNet-5": (partial(our_step, lenet), partial(torch_step, lenet)),
    "step of the accurate net": (partial(our_step, accurate), partial(torch_step, accurate)),
    "step of a ResNet of 8 layers": (partial(our_step, resnet), partial(torch_step, resnet)),
    "Adam's part of a step": (our_adam, torch_adam),
    "BatchNorm, forward and backward": (our_batch_norm, torch_batch_norm),
}


def measure(turns: int) -> dict[str, Any]:
    """Measure, print and return the figures of each."""
    results: dict[str, Any] = {}
    print(
        f"\nmilliseconds, batches of {BATCH}, median of {turns} turns; in brackets minicnn / other"
    )
    for name, (ours, theirs) in CONTENDERS.items():
        makers = {"minicnn": ours} | ({"PyTorch": theirs} if HAS_TORCH else {})
        taken = time_in_turn(makers, turns)
        figures = {who: 1e3 * statistics.median(blocks) for who, blocks in taken.items()}
        line = f"  {name:<34} minicnn {figures['minicnn']:.2f}"
        if HAS_TORCH:
            figures["ratio"] = ratio(taken["minicnn"], taken["PyTorch"])
            line += f"  PyTorch {figures['PyTorch']:.2f} ({figures['ratio']:.2f})"
        print(line, flush=True)
        results[name] = figures
    return results


def batch() -> tuple[Array, Any]:
    """Return images of noise, and labels."""
    rng = np.random.default_rng(0)
    images = rng.random((BATCH, 1, 28, 28), dtype=np.float32)
    return images, rng.integers(0, 10, BATCH)


def innermost(x: Array) -> Array:
    """Return float32 in the memory order in which layers hand it on."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1), np.float32), -1, 0)


def in_torch(layer: Layer) -> Any:
    """Return a layer that is built, or a model, with the same options in PyTorch."""
    from torch import nn

    C = (layer.in_shape or ())[0]
    if isinstance(layer, Sequential):
        return nn.Sequential(*map(in_torch, layer.layers))
    if isinstance(layer, Residual):
        return torch_residual(layer)
    modules: dict[type[Layer], Callable[[Any], Any]] = {
        Conv2D: lambda conv: nn.Conv2d(
            C,
            conv.filters,
            conv.kernel_size,
            conv.stride,
            tuple(before for before, _ in conv.margins(conv.in_shape)),
            bias=conv.use_bias,
        ),
        BatchNorm: lambda norm: nn.BatchNorm2d(C, norm.epsilon, norm.momentum),
        MaxPool: lambda pool: nn.MaxPool2d(pool.size),
        AveragePool: lambda pool: nn.AvgPool2d(pool.size),
        GlobalAveragePool: lambda _: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        Dense: lambda dense: nn.Linear(C, dense.units),
        Dropout: lambda dropout: nn.Dropout(dropout.rate),
        ReLU: lambda _: nn.ReLU(),
        Tanh: lambda _: nn.Tanh(),
        Flatten: lambda _: nn.Flatten(),
    }
    return modules[type(layer)](layer)


def torch_residual(layer: Residual) -> Any:
    """Return a residual block in PyTorch."""
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.branch = nn.Sequential(*map(in_torch, layer.branch.layers))
            self.shortcut = nn.Identity() if layer.shortcut is None else in_torch(layer.shortcut)

        def forward(self, x: Any) -> Any:
            return self.branch(x) + self.shortcut(x)

    return Block()
