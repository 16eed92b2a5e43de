"""minicnn: convolutional networks from scratch in NumPy."""

from minicnn.callbacks import Callback
from minicnn.gradcheck import gradcheck
from minicnn.history import History
from minicnn.layers import Conv2D, Dense, Flatten, Layer, MaxPool, ReLU, Softmax
from minicnn.losses import CrossEntropy, Loss, MeanSquaredError
from minicnn.optim import SGD
from minicnn.parameter import Parameter
from minicnn.schedules import Constant, Cosine, OneCycle, Schedule, StepDecay
from minicnn.sequential import Sequential
from minicnn.trainer import Trainer

__all__ = [
    "SGD",
    "Callback",
    "Constant",
    "Conv2D",
    "Cosine",
    "CrossEntropy",
    "Dense",
    "Flatten",
    "History",
    "Layer",
    "Loss",
    "MaxPool",
    "MeanSquaredError",
    "OneCycle",
    "Parameter",
    "ReLU",
    "Schedule",
    "Sequential",
    "Softmax",
    "StepDecay",
    "Trainer",
    "gradcheck",
]
