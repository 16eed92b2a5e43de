"""A whole epoch of MNIST, shuffled, in batches of 64: the default net, ours and PyTorch's."""

import statistics
from typing import Any

import numpy as np
from nets import HAS_TORCH
from timing import Maker, Step, time_in_turn

from minicnn import (
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import load_mnist

BATCH = 64
EPOCHS = 3


def measure(_turns: int) -> dict[str, Any]:
    """Measure, print and return seconds and images per second."""
    print(f"\nan epoch of MNIST, median of {EPOCHS}")
    makers: dict[str, Maker] = {"minicnn": minicnn_epoch}
    if HAS_TORCH:
        makers["PyTorch"] = torch_epoch
    results, images = {}, len(load_mnist().train)
    for name, taken in time_in_turn(makers, EPOCHS).items():
        median = statistics.median(taken)
        results[name] = {"seconds": median, "images_per_second": images / median}
        print(f"  {name:<10}{median:>7.2f} s{images / median:>12,.0f} images per second")
    return results


def minicnn_epoch() -> Step:
    """Return an epoch of `Trainer.fit`, with its checks and its history, without bars."""
    layers = [Conv2D(8, 5, padding="same"), ReLU(), MaxPool(2)]
    layers += [Conv2D(16, 5, padding="same"), ReLU(), MaxPool(2)]
    model = Sequential([*layers, Flatten(), Dense(10), Softmax()], input_shape=(1, 28, 28))
    optimizer = SGD(learning_rate=0.05, momentum=0.9, weight_decay=2e-3)
    trainer, train = Trainer(model, optimizer, CrossEntropy()), load_mnist().train
    return lambda: trainer.fit(train, epochs=1, batch_size=BATCH, progress=False)


def torch_epoch() -> Step:
    """Return the same in PyTorch, images and labels in two tensors, no loader in between."""
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(784, 10),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=2e-3)
    loss = nn.CrossEntropyLoss()
    train = load_mnist().train
    images: Any = torch.from_numpy(np.ascontiguousarray(train.images))
    labels = torch.from_numpy(np.asarray(train.labels, np.int64))

    def epoch() -> None:
        for index in torch.split(torch.randperm(len(images)), BATCH):
            optimizer.zero_grad()
            loss(model(images[index]), labels[index]).backward()
            optimizer.step()

    return epoch
