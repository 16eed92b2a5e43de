"""What hooks into the training loop, one idea a file."""

from minicnn.callbacks.base import Callback
from minicnn.callbacks.checkpoint import Checkpoint
from minicnn.callbacks.doctor import Doctor
from minicnn.callbacks.early_stopping import EarlyStopping

__all__ = ["Callback", "Checkpoint", "Doctor", "EarlyStopping"]
