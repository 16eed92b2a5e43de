"""Data: reading it, finding it, dividing it, and making digits of one's own like MNIST's."""

from minicnn.data.dataset import Dataset
from minicnn.data.digit_image import digit_image
from minicnn.data.idx import read_idx
from minicnn.data.image_folder import load_image_folder
from minicnn.data.mnist import TrainAndTest, load_fashion_mnist, load_mnist

__all__ = [
    "Dataset",
    "TrainAndTest",
    "digit_image",
    "load_fashion_mnist",
    "load_image_folder",
    "load_mnist",
    "read_idx",
]
