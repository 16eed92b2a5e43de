"""Modules that PyTorch itself does not have. This file can be imported only where PyTorch is."""

from typing import Any, Self

import torch
from torch import nn


class Residual(nn.Module):
    """The output of a branch, added to the input or to that of a shortcut.

    The names of its parameters begin with "branch." and "shortcut.", as in minicnn.
    """

    def __init__(self, branch: nn.Module, shortcut: nn.Module | None = None) -> None:
        super().__init__()
        self.branch, self.shortcut = branch, shortcut

    def forward(self, x: torch.Tensor) -> Any:
        """Compute branch(x) + shortcut(x); a branch may write into what it is given, a copy."""
        y = self.branch(x.clone())
        return y + (x if self.shortcut is None else self.shortcut(x))


class InsideAverage(nn.Module):
    """The mean of the pixels in each window that belong to the picture, with any border.

    PyTorch's own takes equal borders on opposite sides alone. The `border` module puts zeros
    around, and `pool` averages over all of the window.
    """

    def __init__(self, border: nn.Module, pool: nn.Module) -> None:
        super().__init__()
        self.border, self.pool = border, pool

    def forward(self, x: torch.Tensor) -> Any:
        """Divide the mean over the window by the share of the window that is picture."""
        ones = torch.ones_like(x)
        return self.pool(self.border(x)) / self.pool(self.border(ones))


class _Bordered(nn.Module):
    """Puts a border of any kind around before it works, as a convolution of minicnn does.

    The module `border` is set after it is made. The weights keep their names.
    """

    border: nn.Module

    def forward(self, x: torch.Tensor) -> Any:
        """Work on the picture with its border."""
        return super().forward(self.border(x))


class BorderedConv1d(_Bordered, nn.Conv1d):
    """A convolution of signals with any border."""


class BorderedConv2d(_Bordered, nn.Conv2d):
    """A convolution of pictures with any border."""


class BorderedConv3d(_Bordered, nn.Conv3d):
    """A convolution of volumes with any border."""


class _Cut(nn.Module):
    """Has a border cut off what it gives, as a transposed convolution of minicnn does.

    The module `cutter` is set after it is made. The weights keep their names.
    """

    cutter: nn.Module

    def forward(self, x: torch.Tensor, output_size: list[int] | None = None) -> Any:
        """Cut what comes out."""
        return self.cutter(super().forward(x, output_size))


class CutConvTranspose1d(_Cut, nn.ConvTranspose1d):
    """A transposed convolution of signals with any cut."""


class CutConvTranspose2d(_Cut, nn.ConvTranspose2d):
    """A transposed convolution of pictures with any cut."""


class CutConvTranspose3d(_Cut, nn.ConvTranspose3d):
    """A transposed convolution of volumes with any cut."""


class _Frozen(nn.Module):
    """Works as in use, also in training, as a frozen `BatchNorm` of minicnn does."""

    def train(self, mode: bool = True) -> Self:
        """Stay as in use."""
        return super().train(mode=False)


class FrozenBatchNorm1d(_Frozen, nn.BatchNorm1d):
    """A frozen `BatchNorm` of vectors and signals."""


class FrozenBatchNorm2d(_Frozen, nn.BatchNorm2d):
    """A frozen `BatchNorm` of pictures."""


class FrozenBatchNorm3d(_Frozen, nn.BatchNorm3d):
    """A frozen `BatchNorm` of volumes."""
