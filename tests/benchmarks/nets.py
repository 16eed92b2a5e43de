"""The nets that are measured, each in minicnn, in PyTorch and the textbook's way.

All of them are conv - ReLU - pool - conv - ReLU - pool - dense - ReLU - dense, on 28 x 28 pixels,
with "same" padding, cross-entropy, and SGD with momentum.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import textbook
from timing import Maker, Step

from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, MaxPool, ReLU, Sequential, Trainer
from minicnn.typing import Array, Labels

HAS_TORCH = importlib.util.find_spec("torch") is not None


@dataclass(frozen=True)
class Net:
    """Filters of both convolutions, the size of their kernels, hidden units; images a step."""

    first: int
    second: int
    kernel: int
    hidden: int
    batch: int
    size: int = 28  # height and width of the images

    def __str__(self) -> str:
        return (
            f"{self.first} and {self.second} filters, {self.kernel}x{self.kernel}, "
            f"{self.hidden} hidden, batch {self.batch}"
        )


NETS = (
    Net(8, 16, 5, 64, 64),
    Net(6, 16, 5, 120, 64),
    Net(32, 64, 3, 128, 128),
    Net(32, 64, 5, 128, 64),
)


def random_batch(net: Net) -> tuple[Array, Labels]:
    """Return images (N, 1, size, size) of noise, and labels."""
    rng = np.random.default_rng(0)
    images = rng.random((net.batch, 1, net.size, net.size), dtype=np.float32)
    return images, rng.integers(0, 10, net.batch)


def minicnn_model(net: Net) -> Sequential:
    """Return the net as a model of ours."""
    return Sequential(
        [
            Conv2D(net.first, net.kernel, padding="same"),
            ReLU(),
            MaxPool(2),
            Conv2D(net.second, net.kernel, padding="same"),
            ReLU(),
            MaxPool(2),
            Flatten(),
            Dense(net.hidden),
            ReLU(),
            Dense(10),
        ],
        input_shape=(1, net.size, net.size),
    )


def minicnn_trainer(net: Net) -> Trainer:
    """Return a trainer of the model."""
    return Trainer(minicnn_model(net), SGD(0.01, momentum=0.9), CrossEntropy())


def torch_model(net: Net, *, channels_last: bool = False) -> Any:
    """Return the net in PyTorch."""
    import torch
    from torch import nn

    same = net.kernel // 2
    model: Any = nn.Sequential(
        nn.Conv2d(1, net.first, net.kernel, padding=same),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(net.first, net.second, net.kernel, padding=same),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(net.second * (net.size // 4) ** 2, net.hidden),
        nn.ReLU(),
        nn.Linear(net.hidden, 10),
    )
    return model.to(memory_format=torch.channels_last) if channels_last else model


def torch_images(images: Array, *, channels_last: bool = False) -> Any:
    """Return the images as a tensor in the memory order that is asked for."""
    import torch

    x = torch.from_numpy(images)
    return x.to(memory_format=torch.channels_last) if channels_last else x


def minicnn_step(net: Net) -> Step:
    """Return one `Trainer.train_step`, checks and accuracy included."""
    images, labels = random_batch(net)
    trainer = minicnn_trainer(net)
    return lambda: trainer.train_step(images, labels)


def minicnn_forward(net: Net) -> Step:
    """Return one `Sequential.predict`."""
    images, _ = random_batch(net)
    model = minicnn_model(net)
    return lambda: model.predict(images)


def torch_step(net: Net, channels_last: bool) -> Step:
    """Return one step in PyTorch's eager mode, with the threads it chooses itself."""
    import torch

    images, labels = random_batch(net)
    model = torch_model(net, channels_last=channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    loss = torch.nn.CrossEntropyLoss()
    x, y = torch_images(images, channels_last=channels_last), torch.from_numpy(labels)

    def step() -> None:
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

    return step


def torch_forward(net: Net, channels_last: bool) -> Step:
    """Return one forward pass in PyTorch, without a graph."""
    import torch

    images, _ = random_batch(net)
    model = torch_model(net, channels_last=channels_last).eval()
    x = torch_images(images, channels_last=channels_last)

    def forward() -> None:
        with torch.inference_mode():
            model(x)

    return forward


def textbook_net(net: Net) -> textbook.Textbook:
    """Return the net in the textbook's way."""
    return textbook.Textbook(net.first, net.second, net.kernel, net.hidden)


def textbook_step(net: Net) -> Step:
    """Return one training step of the textbook."""
    images, labels = random_batch(net)
    book = textbook_net(net)
    return lambda: book.train_step(images, labels)


def textbook_forward(net: Net) -> Step:
    """Return one forward pass of the textbook."""
    images, _ = random_batch(net)
    book = textbook_net(net)
    return lambda: book.forward(images)


def training_steps(net: Net) -> dict[str, Maker]:
    """Return who takes one training step, all on the same batch."""
    return _contenders(net, minicnn_step, torch_step, textbook_step)


def forward_passes(net: Net) -> dict[str, Maker]:
    """Return who takes one forward pass, all on the same batch."""
    return _contenders(net, minicnn_forward, torch_forward, textbook_forward)


def _contenders(
    net: Net,
    ours: Callable[[Net], Step],
    pytorch: Callable[[Net, bool], Step],
    book: Callable[[Net], Step],
) -> dict[str, Maker]:
    makers: dict[str, Maker] = {"minicnn": partial(ours, net)}
    if HAS_TORCH:
        makers["PyTorch"] = partial(pytorch, net, False)
        makers["PyTorch, channels_last"] = partial(pytorch, net, True)
    makers["textbook"] = partial(book, net)
    return makers
