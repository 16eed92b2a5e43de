"""Data: reading it, finding it, dividing it."""

from minicnn.data.dataset import Dataset

__all__ = ["Dataset"]
