"""How weights are moved: the optimizers, and learning rates over time."""

from minicnn.optim.adam import Adam
from minicnn.optim.base import Optimizer
from minicnn.optim.rmsprop import RMSprop
from minicnn.optim.schedules import Constant, Cosine, OneCycle, Schedule, StepDecay, Warmup
from minicnn.optim.sgd import SGD

__all__ = [
    "SGD",
    "Adam",
    "Constant",
    "Cosine",
    "OneCycle",
    "Optimizer",
    "RMSprop",
    "Schedule",
    "StepDecay",
    "Warmup",
]
