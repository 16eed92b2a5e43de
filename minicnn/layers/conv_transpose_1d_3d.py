"""The transposed convolution of signals and of volumes: as that of pictures, in other axes."""

from minicnn.layers.conv_transpose import TransposedConvolution


class ConvTranspose1D(TransposedConvolution):
    """The input gradient of `Conv1D`, as a layer of its own: every sample stamps a kernel.

        y[n, f, i*S + k*D] += w[c, f, k] * x[n, c, i]

    The parameters, attributes and errors are those of `ConvTranspose2D`, with one number where that
    has two: samples are (C, L), weights (C, F/groups, K), outputs (F, OL).

    References
    ----------
    Pascual, Bonafonte and Serrà, "SEGAN: speech enhancement generative adversarial network",
    Interspeech 2017.

    Examples
    --------
    >>> import numpy as np
    >>> layer = ConvTranspose1D(2, 4, stride=2, padding=1)
    >>> layer.build((8, 50), np.random.default_rng(0)), layer.weight.value.shape
    ((2, 100), (8, 2, 4))
    """

    spatial_axes = 1


class ConvTranspose3D(TransposedConvolution):
    """The input gradient of `Conv3D`, as a layer of its own: every voxel stamps a kernel.

        y[n, f, h*SD + kd*DD, i*SH + kh*DH, j*SW + kw*DW] += w[c, f, kd, kh, kw] * x[n, c, h, i, j]

    The parameters, attributes and errors are those of `ConvTranspose2D`, with three numbers where
    that has two: samples are (C, D, H, W), depth first, weights (C, F/groups, KD, KH, KW).

    References
    ----------
    Wu, Zhang, Xue, Freeman and Tenenbaum, "Learning a probabilistic latent space of object shapes
    via 3D generative-adversarial modeling", NIPS 2016.

    Examples
    --------
    >>> import numpy as np
    >>> layer = ConvTranspose3D(1, 2, stride=2)
    >>> layer.build((8, 4, 7, 7), np.random.default_rng(0)), layer.weight.value.shape
    ((1, 8, 14, 14), (8, 1, 2, 2, 2))
    """

    spatial_axes = 3
