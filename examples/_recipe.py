"""The network and the training that turn first-layer kernels into edge detectors.

Shared by the scripts here; `train_mnist.py` explains it, `why_decay_makes_edges.py` measures it.
"""

import numpy as np

from minicnn import (
    SGD,
    Callback,
    Conv2D,
    Dense,
    Flatten,
    MaxPool,
    OneCycle,
    ReLU,
    Sequential,
    Softmax,
)
from minicnn.data import Affine
from minicnn.training.callbacks import Training
from minicnn.typing import Array

EPOCHS, BATCH_SIZE = 5, 128
LEARNING_RATE, WARMUP = 0.15, 0.1
FIRST_DECAY = 0.04  # of the first layer's kernels
WEIGHT_DECAY = 5e-4  # of all other weights
START = 0.1  # of the usual scale of the first layer's kernels
BIAS = 0.02  # of the first layer, not learned
AUGMENTATION = Affine(turn=8, shift=1, scale=0.08)


class MeanZero(Callback):
    """Takes its mean from every kernel of the first layer, after every step.

    Such a kernel does not answer to even ink or even paper, only to where they meet.
    """

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Put kernels (F, C, KH, KW) with a mean of zero into the model."""
        kernels = trainer.model.parameters[0]
        kernels.value = kernels.value - kernels.value.mean(axis=(1, 2, 3), keepdims=True)


def build_model(seed: int, start: float = START) -> Sequential:
    """Return the network, untrained, its first kernels at `start` times the usual scale."""
    model = Sequential(
        [
            Conv2D(8, 5, padding="same"),
            ReLU(),
            MaxPool(2),
            Conv2D(32, 5),
            ReLU(),
            MaxPool(2),
            Flatten(),
            Dense(64),
            ReLU(),
            Dense(10),
            Softmax(),
        ],
        input_shape=(1, 28, 28),
        seed=seed,
    )
    kernels, bias = model.parameters[:2]
    kernels.value -= kernels.value.mean(axis=(1, 2, 3), keepdims=True)
    kernels.value *= np.float32(start)
    bias.value += np.float32(BIAS)
    bias.trainable = False
    return model


def build_optimizer(
    learning_rate: float = LEARNING_RATE,
    first_decay: float = FIRST_DECAY,
    weight_decay: float = WEIGHT_DECAY,
) -> SGD:
    """Return the optimizer; the kernels of the first layer have a decay of their own."""
    return SGD(
        OneCycle(learning_rate, WARMUP),
        momentum=0.9,
        weight_decay=weight_decay,
        decay_of={"0.weight": first_decay},
    )


def first_kernels(model: Sequential) -> Array:
    """Return the kernels of the first layer, (F, C, KH, KW)."""
    return model.parameters[0].value
