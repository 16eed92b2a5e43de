"""What both libraries have under different names, for the way to PyTorch and the way back."""

from minicnn import layers

BORDERS = {
    "zeros": "Zero",
    "replicate": "Replication",
    "reflect": "Reflection",
    "circular": "Circular",
}
"""What the name of PyTorch's module for a border begins with, by what we call the border; behind it
come "Pad" and the number of axes. "Constant" is one more kind."""

ACTIVATIONS: dict[str, type[layers.Layer]] = {
    "ReLU": layers.ReLU,
    "Sigmoid": layers.Sigmoid,
    "Tanh": layers.Tanh,
    "SiLU": layers.Swish,
}
"""The activations without an option, by the name of PyTorch's module."""

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
"""What PyTorch calls linear interpolation, by the number of axes."""
