"""The layers, one idea a file."""

from minicnn.layers.base import Layer, keep_for_backward
from minicnn.layers.batch_norm import BatchNorm
from minicnn.layers.composition import Composition
from minicnn.layers.conv import Conv2D
from minicnn.layers.conv_1d_3d import Conv1D, Conv3D
from minicnn.layers.conv_transpose import ConvTranspose2D
from minicnn.layers.dense import Dense
from minicnn.layers.dropout import Dropout
from minicnn.layers.flatten import Flatten
from minicnn.layers.global_pooling import GlobalAveragePool, GlobalMaxPool
from minicnn.layers.layer_norm import LayerNorm
from minicnn.layers.parameter import Parameter
from minicnn.layers.pooling import AveragePool, MaxPool
from minicnn.layers.relu import ReLU
from minicnn.layers.residual import Residual
from minicnn.layers.separable import DepthwiseConv2D, SeparableConv2D, SpatiallySeparableConv2D
from minicnn.layers.softmax import Softmax
from minicnn.layers.upsample import Upsample

__all__ = [
    "AveragePool",
    "BatchNorm",
    "Composition",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "ConvTranspose2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Flatten",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Layer",
    "LayerNorm",
    "MaxPool",
    "Parameter",
    "ReLU",
    "Residual",
    "SeparableConv2D",
    "Softmax",
    "SpatiallySeparableConv2D",
    "Upsample",
    "keep_for_backward",
]
