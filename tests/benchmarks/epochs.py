"""A whole epoch of MNIST, shuffled, in batches of 64: the default net, ours and PyTorch's."""

import statistics
import time
from typing import Any

import numpy as np
from nets import HAS_TORCH
from timing import REST, Step

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
from minicnn.data import Dataset, load_mnist

BATCH = 64
EPOCHS = 3


def measure(_turns: int) -> dict[str, Any]:
    """Measure, print and return seconds and images per second."""
    train = load_mnist().train
    contenders: dict[str, Step] = {"minicnn": minicnn_epoch(train)}
    if HAS_TORCH:
        contenders["PyTorch"] = torch_epoch(train)
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(EPOCHS):
        for name, epoch in contenders.items():
            time.sleep(REST)
            began = time.perf_counter()
            epoch()
            taken[name].append(time.perf_counter() - began)
    print(f"\nan epoch of MNIST, {len(train):,} images, median of {EPOCHS}")
    results = {}
    for name, seconds in taken.items():
        median = statistics.median(seconds)
        results[name] = {"seconds": median, "images_per_second": len(train) / median}
        print(f"  {name:<10}{median:>7.2f} s{len(train) / median:>12,.0f} images per second")
    return results


def minicnn_epoch(train: Dataset) -> Step:
    """Return an epoch of `Trainer.fit`, with its checks and its history, without bars."""
    layers = [Conv2D(8, 5, padding="same"), ReLU(), MaxPool(2)]
    layers += [Conv2D(16, 5, padding="same"), ReLU(), MaxPool(2)]
    model = Sequential([*layers, Flatten(), Dense(10), Softmax()], input_shape=(1, 28, 28))
    optimizer = SGD(learning_rate=0.05, momentum=0.9, weight_decay=2e-3)
    trainer = Trainer(model, optimizer, CrossEntropy())
    return lambda: trainer.fit(train, epochs=1, batch_size=BATCH, progress=False)


def torch_epoch(train: Dataset) -> Step:
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
    images: Any = torch.from_numpy(np.ascontiguousarray(train.images))
    labels = torch.from_numpy(np.asarray(train.labels, np.int64))

    def epoch() -> None:
        for index in torch.split(torch.randperm(len(images)), BATCH):
            optimizer.zero_grad()
            loss(model(images[index]), labels[index]).backward()
            optimizer.step()

    return epoch
