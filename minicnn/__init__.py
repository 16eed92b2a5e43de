"""minicnn: convolutional networks from scratch in NumPy."""

from minicnn.digits import Prediction, digit_image, predict_image
from minicnn.explain import (
    conv_input_size,
    conv_matrix,
    conv_output_size,
    explain_pixel,
    receptive_field,
    receptive_region,
    separate,
)
from minicnn.filters import KERNELS, apply_kernel
from minicnn.gradcheck import gradcheck
from minicnn.layers import (
    AveragePool,
    Composition,
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
    Parameter,
    ReLU,
    SeparableConv2D,
    Softmax,
    SpatiallySeparableConv2D,
    Upsample,
)
from minicnn.losses import BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError
from minicnn.optim import SGD, Constant, Cosine, OneCycle, Optimizer, Schedule, StepDecay
from minicnn.sequential import Sequential
from minicnn.training import History, Trainer
from minicnn.training.callbacks import Callback, Checkpoint, Doctor, EarlyStopping

__version__ = "0.1.0"

__all__ = [
    "KERNELS",
    "SGD",
    "AveragePool",
    "BinaryCrossEntropy",
    "Callback",
    "Checkpoint",
    "Composition",
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
    "Optimizer",
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
    "digit_image",
    "explain_pixel",
    "gradcheck",
    "predict_image",
    "receptive_field",
    "receptive_region",
    "separate",
]
