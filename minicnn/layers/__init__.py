"""The layers, one idea a file."""

from minicnn.layers.activations import ReLU
from minicnn.layers.base import Layer
from minicnn.layers.conv import Conv2D
from minicnn.layers.dense import Dense
from minicnn.layers.flatten import Flatten
from minicnn.layers.pooling import MaxPool
from minicnn.layers.softmax import Softmax

__all__ = ["Conv2D", "Dense", "Flatten", "Layer", "MaxPool", "ReLU", "Softmax"]
