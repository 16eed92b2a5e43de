"""A small training to film, and a recording of random kernels."""

import math

import numpy as np

from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, ReLU, Sequential, Trainer
from minicnn.data import Dataset
from minicnn.inspection import Recording, measure_kernels
from minicnn.training.callbacks import Callback


def trainer(seed: int = 0, rate: float = 0.05, channels: int = 1) -> Trainer:
    layers = [Conv2D(4, 5), ReLU(), Flatten(), Dense(2)]
    model = Sequential(layers, input_shape=(channels, 8, 8), seed=seed)
    return Trainer(model, SGD(rate, momentum=0.9), CrossEntropy(), seed=seed)


def data(samples: int = 40, channels: int = 1) -> Dataset:
    images = np.random.default_rng(0).random((samples, channels, 8, 8))
    return Dataset(images, (images.mean(axis=(1, 2, 3)) > 0.5).astype(int), ("dark", "light"))


def fit(who: Trainer, *callbacks: Callback, epochs: int = 5) -> None:
    who.fit(data(), epochs, batch_size=4, callbacks=callbacks, progress=False)


def recording(shape: tuple[int, ...] = (4, 1, 5, 5), moments: int = 6, seed: int = 0) -> Recording:
    rng = np.random.default_rng(seed)
    kernels = rng.normal(size=(moments, *shape))
    tables = [measure_kernels(bank) for bank in kernels]
    return Recording(
        "layers[0] Conv2D(4, 5)",
        final_step=100,
        steps=np.linspace(0, 100, moments).astype(int),
        kernels=kernels,
        loss=np.array([math.nan, *rng.random(moments - 1)]),
        accuracy=np.array([math.nan, *rng.random(moments - 1)]),
        edge=np.array([table.edge for table in tables]),
        orientation=np.array([table.orientation for table in tables]),
        live=np.array([table.live for table in tables]),
        model_steps=np.array([0, 100]),
        models={"0.weight": kernels[[0, -1]], "0.bias": rng.normal(size=(2, shape[0]))},
    )
