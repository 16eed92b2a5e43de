"""Data: reading it, finding it, and dividing it."""

from minicnn.data.affine import Affine
from minicnn.data.augmentation import Augmentation, Crop, Erase, Flip
from minicnn.data.cifar10 import load_cifar10
from minicnn.data.dataset import Dataset
from minicnn.data.idx import read_idx
from minicnn.data.image_folder import load_image_folder
from minicnn.data.mnist import TrainAndTest, load_fashion_mnist, load_mnist

__all__ = [
    "Affine",
    "Augmentation",
    "Crop",
    "Dataset",
    "Erase",
    "Flip",
    "TrainAndTest",
    "load_cifar10",
    "load_fashion_mnist",
    "load_image_folder",
    "load_mnist",
    "read_idx",
]
