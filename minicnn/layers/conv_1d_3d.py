"""The convolution of signals and of volumes: as that of pictures, with one axis less or more."""

from minicnn.layers.conv import Convolution


class Conv1D(Convolution):
    """A bank of F kernels, each sliding along the channels of a signal.

        y[n, f, i] = b[f] + sum over c, k of w[f, c, k] * x[n, c, i*S + k*D]

    The parameters, attributes and errors are those of `Conv2D`, with one number where that has two:
    samples are (C, L), weights (F, C/groups, K), outputs (F, OL).

    References
    ----------
    Waibel, Hanazawa, Hinton, Shikano and Lang, "Phoneme recognition using time-delay neural
    networks", IEEE Transactions on Acoustics, Speech, and Signal Processing 37(3), 1989.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Conv1D(4, 9, stride=2, padding="same")
    >>> layer.build((2, 100), np.random.default_rng(0))
    (4, 50)
    """

    spatial_axes = 1


class Conv3D(Convolution):
    """A bank of F kernels, each sliding through the channels of a volume.

        y[n, f, h, i, j] = b[f] + sum over c, kd, kh, kw of
                  w[f, c, kd, kh, kw] * x[n, c, h*SD + kd*DD, i*SH + kh*DH, j*SW + kw*DW]

    The parameters, attributes and errors are those of `Conv2D`, with three numbers where that has
    two: samples are (C, D, H, W), depth first, weights (F, C/groups, KD, KH, KW).

    References
    ----------
    Ji, Xu, Yang and Yu, "3D convolutional neural networks for human action recognition", IEEE
    Transactions on Pattern Analysis and Machine Intelligence 35(1), 2013.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Conv3D(4, 3, padding=1)
    >>> layer.build((1, 8, 16, 16), np.random.default_rng(0))
    (4, 8, 16, 16)
    """

    spatial_axes = 3
