"""Callbacks of the training loop, one idea a file."""

from minicnn.training.callbacks.average_weights import AverageWeights
from minicnn.training.callbacks.base import Callback, Training
from minicnn.training.callbacks.checkpoint import Checkpoint
from minicnn.training.callbacks.doctor import Doctor
from minicnn.training.callbacks.early_stopping import EarlyStopping

__all__ = ["AverageWeights", "Callback", "Checkpoint", "Doctor", "EarlyStopping", "Training"]
