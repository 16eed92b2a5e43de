"""Training: the loop, one step of it, who computes it, and what is kept of it."""

from minicnn.training.history import History
from minicnn.training.trainer import Trainer

__all__ = ["History", "Trainer"]
