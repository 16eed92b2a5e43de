"""The layers, one idea a file."""

from minicnn.layers.base import Layer, keep_for_backward
from minicnn.layers.batch_norm import BatchNorm
from minicnn.layers.composition import Composition
from minicnn.layers.conv import Conv2D
from minicnn.layers.conv_1d_3d import Conv1D, Conv3D
from minicnn.layers.conv_transpose import ConvTranspose2D
from minicnn.layers.conv_transpose_1d_3d import ConvTranspose1D, ConvTranspose3D
from minicnn.layers.dense import Dense
from minicnn.layers.dropout import Dropout
from minicnn.layers.elu import ELU
from minicnn.layers.flatten import Flatten
from minicnn.layers.gelu import GELU
from minicnn.layers.global_pooling import GlobalAveragePool, GlobalMaxPool
from minicnn.layers.layer_norm import LayerNorm
from minicnn.layers.leaky_relu import LeakyReLU
from minicnn.layers.parameter import Parameter
from minicnn.layers.pooling import AveragePool, MaxPool
from minicnn.layers.pooling_1d_3d import AveragePool1D, AveragePool3D, MaxPool1D, MaxPool3D
from minicnn.layers.relu import ReLU
from minicnn.layers.residual import Residual
from minicnn.layers.separable import DepthwiseConv2D, SeparableConv2D, SpatiallySeparableConv2D
from minicnn.layers.sigmoid import Sigmoid
from minicnn.layers.softmax import Softmax
from minicnn.layers.softplus import Softplus
from minicnn.layers.swish import Swish
from minicnn.layers.tanh import Tanh
from minicnn.layers.upsample import Upsample
from minicnn.layers.upsample_1d_3d import Upsample1D, Upsample3D

__all__ = [
    "ELU",
    "GELU",
    "AveragePool",
    "AveragePool1D",
    "AveragePool3D",
    "BatchNorm",
    "Composition",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "ConvTranspose1D",
    "ConvTranspose2D",
    "ConvTranspose3D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Flatten",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "MaxPool",
    "MaxPool1D",
    "MaxPool3D",
    "Parameter",
    "ReLU",
    "Residual",
    "SeparableConv2D",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "SpatiallySeparableConv2D",
    "Swish",
    "Tanh",
    "Upsample",
    "Upsample1D",
    "Upsample3D",
    "keep_for_backward",
]
