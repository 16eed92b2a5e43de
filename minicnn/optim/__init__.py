"""How weights are moved: the optimizer, and learning rates over time."""

from minicnn.optim.base import Optimizer
from minicnn.optim.schedules import Constant, Cosine, OneCycle, Schedule, StepDecay
from minicnn.optim.sgd import SGD

__all__ = ["SGD", "Constant", "Cosine", "OneCycle", "Optimizer", "Schedule", "StepDecay"]
