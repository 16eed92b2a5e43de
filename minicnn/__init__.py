"""minicnn: convolutional networks from scratch in NumPy."""

from minicnn.callbacks import Callback, Checkpoint, Doctor, EarlyStopping
from minicnn.filters import KERNELS, apply_kernel
from minicnn.gradcheck import gradcheck
from minicnn.history import History
from minicnn.insight import (
    conv_input_size,
    conv_matrix,
    conv_output_size,
    explain_pixel,
    receptive_field,
    receptive_region,
    separate,
)
from minicnn.layers import (
    AveragePool,
    Conv1D,
    Conv2D,
    Conv3D,
    ConvTranspose2D,
    Dense,
    DepthwiseConv2D,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Layer,
    MaxPool,
    ReLU,
    SeparableConv2D,
    Softmax,
    SpatiallySeparableConv2D,
    Upsample,
)
from minicnn.losses import CrossEntropy, Loss, MeanSquaredError
from minicnn.optim import SGD
from minicnn.parameter import Parameter
from minicnn.prediction import Prediction, predict_image
from minicnn.schedules import Constant, Cosine, OneCycle, Schedule, StepDecay
from minicnn.sequential import Sequential
from minicnn.trainer import Trainer

__all__ = [
    "KERNELS",
    "SGD",
    "AveragePool",
    "Callback",
    "Checkpoint",
    "Constant",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "ConvTranspose2D",
    "Cosine",
    "CrossEntropy",
    "Dense",
    "DepthwiseConv2D",
    "Doctor",
    "EarlyStopping",
    "Flatten",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "History",
    "Layer",
    "Loss",
    "MaxPool",
    "MeanSquaredError",
    "OneCycle",
    "Parameter",
    "Prediction",
    "ReLU",
    "Schedule",
    "SeparableConv2D",
    "Sequential",
    "Softmax",
    "SpatiallySeparableConv2D",
    "StepDecay",
    "Trainer",
    "Upsample",
    "apply_kernel",
    "conv_input_size",
    "conv_matrix",
    "conv_output_size",
    "explain_pixel",
    "gradcheck",
    "predict_image",
    "receptive_field",
    "receptive_region",
    "separate",
]
