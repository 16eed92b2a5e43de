"""A network of one's own functions, or the same of the library's layers, and its training."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minicnn.coursework.network.own_layers import (
    BATCH_NORM,
    OwnAdam,
    OwnBatchNorm,
    OwnConv2D,
    OwnCrossEntropy,
    OwnDense,
    OwnDropout,
    OwnMaxPool,
    OwnReLU,
    OwnSGD,
    OwnSoftmax,
)
from minicnn.coursework.network.parts import Parts
from minicnn.data.dataset import Dataset
from minicnn.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    ReLU,
    Softmax,
)
from minicnn.losses import CrossEntropy
from minicnn.optim import SGD, Adam, OneCycle, Optimizer
from minicnn.sequential import Sequential
from minicnn.terminal import progress_bar
from minicnn.training.callbacks.base import Callback
from minicnn.training.trainer import Trainer

MOMENTUM, DROPOUT = 0.9, 0.2
TEST_BATCH = 100
TRIALS = 5
"""Steps of a whole batch that the speed is measured on."""
CONVOLUTION = ("conv2d_forward", "conv2d_backward")


@dataclass(frozen=True)
class Plan:
    """A network, and how it is trained.

    Attributes
    ----------
    small : bool
        Whether pictures are made half as high and wide, and there is one convolution, not two.
    batch_size : int
    sgd, adam : float
        The highest learning rate, by optimizer.
    """

    small: bool
    batch_size: int
    sgd: float
    adam: float

    def sized(self, data: Dataset) -> Dataset:
        """Return pictures of the size that the network takes: the small one, means of 2 x 2."""
        if not self.small:
            return data
        N, C, H, W = data.images.shape
        blocks = data.images[:, :, : H // 2 * 2, : W // 2 * 2].reshape(N, C, H // 2, 2, W // 2, 2)
        return Dataset(blocks.mean(axis=(3, 5)), data.labels, data.classes)


LARGE = Plan(small=False, batch_size=32, sgd=0.06, adam=0.01)
SMALL = Plan(small=True, batch_size=4, sgd=0.04, adam=0.01)


class Contender:
    """A network and its trainer.

    Parameters
    ----------
    parts : Parts
        Also says what the network has: batch normalization and dropout only where they were handed
        in, Adam where that was and no other optimizer.
    plan : Plan
    data : Dataset
        Such as it is trained on.
    seed : int
    own : bool
        Whether one's own functions do the work, or the library.
    """

    def __init__(
        self, parts: Parts, plan: Plan, data: Dataset, seed: int, *, own: bool = True
    ) -> None:
        self.plan = plan
        mine = parts if own else None
        layers = _layers(parts, mine, plan.small)
        self.model = Sequential(layers, input_shape=data.images.shape[1:], seed=seed)
        if mine and mine.own("he_normal"):
            _draw(self.model, mine, seed)
        loss = OwnCrossEntropy(mine) if mine else CrossEntropy()
        optimizer = _optimizer(parts, mine, plan)
        self.trainer = Trainer(self.model, optimizer, loss, seed, workers=1)
        self.seconds = 0.0

    def start_as(self, other: "Contender") -> None:
        """Take over the weights of the same network."""
        for name, parameter in other.model.named_parameters().items():
            self.model.named_parameters()[name].value = parameter.value.copy()

    def step_seconds(self, data: Dataset) -> float:
        """Return how long a step takes for each image: the fastest of some, if they are quick."""
        quickest, spent = math.inf, 0.0
        for size in (2, *[self.plan.batch_size] * TRIALS):
            batch = data[:size]
            start = time.perf_counter()
            self.trainer.train_step(batch.images, batch.labels)
            took = time.perf_counter() - start
            quickest, spent = min(quickest, took / len(batch)), spent + took
            if spent > 1:
                break
        return quickest

    def fit(self, data: Dataset, callbacks: Sequence[Callback]) -> None:
        """Train on all images once."""
        self.trainer.fit(data, 1, self.plan.batch_size, callbacks=callbacks)
        self.seconds = self.trainer.history.rows[-1]["seconds"] or 0.0

    def accuracy(self, data: Dataset) -> float:
        """Return the share of test images that are read rightly."""
        starts = range(0, len(data), TEST_BATCH)
        right = 0
        for start in progress_bar(starts, "testing"):
            batch = data[start : start + TEST_BATCH]
            answers = self.model.predict(batch.images).argmax(axis=1)
            right += int(np.count_nonzero(answers == batch.labels))
        return right / len(data)


def _layers(parts: Parts, mine: Parts | None, small: bool) -> list[Layer]:
    """Return the layers, one's own where some of their functions are."""

    def convolution(filters: int, kernel_size: int, padding: int = 0) -> list[Layer]:
        layers: list[Layer] = [
            OwnConv2D(mine, filters, kernel_size, padding)
            if mine and mine.own(*CONVOLUTION)
            else Conv2D(filters, kernel_size, padding=padding)
        ]
        if parts.own(*BATCH_NORM):
            layers.append(OwnBatchNorm(mine) if mine else BatchNorm())
        layers.append(OwnReLU(mine) if mine and mine.own("relu_backward") else ReLU())
        pool = mine and mine.own("maxpool_forward", "maxpool_backward")
        layers.append(OwnMaxPool(mine, 2) if mine and pool else MaxPool(2))
        return layers

    layers = convolution(8, 3) if small else convolution(8, 5, padding=2) + convolution(16, 5)
    layers.append(Flatten())
    if parts.own("dropout_forward"):
        layers.append(OwnDropout(mine, DROPOUT) if mine else Dropout(DROPOUT))
    dense = mine and mine.own("dense_forward", "dense_backward")
    layers.append(OwnDense(mine, 10) if mine and dense else Dense(10))
    layers.append(OwnSoftmax(mine) if mine and mine.own("softmax") else Softmax())
    return layers


def _draw(model: Sequential, parts: Parts, seed: int) -> None:
    """Draw the weights again by he_normal; biases stay zero."""
    rng = np.random.default_rng(seed)
    for parameter in model.parameters:
        shape = parameter.value.shape
        if len(shape) > 1:
            (value,) = parts.call("he_normal", [shape], shape, rng)
            parameter.value = value.astype(np.float32)


def _optimizer(parts: Parts, mine: Parts | None, plan: Plan) -> Optimizer:
    """Return gradient descent with momentum, or Adam where that is all that was handed in."""
    if parts.own("adam_step") and not parts.own("sgd_step"):
        rate = OneCycle(plan.adam)
        return OwnAdam(mine, rate) if mine else Adam(rate)
    rate = OneCycle(plan.sgd)
    return OwnSGD(mine, rate, MOMENTUM) if mine and mine.own("sgd_step") else SGD(rate, MOMENTUM)
