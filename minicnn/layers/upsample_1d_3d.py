"""Upsampling of signals and of volumes: as that of pictures, with one axis less or more."""

from minicnn.layers.upsample import Upsampling


class Upsample1D(Upsampling):
    """A signal (C, L) made (C, factor*L).

    The parameters and errors are those of `Upsample`, with one number where that has two.

    References
    ----------
    Stoller, Ewert and Dixon, "Wave-U-Net: a multi-scale neural network for end-to-end audio source
    separation", ISMIR 2018, on linear interpolation instead of a transposed convolution.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Upsample1D(2, "linear")
    >>> layer.build((1, 3), np.random.default_rng(0))
    (1, 6)
    >>> layer(np.array([[[0.0, 4.0, 8.0]]]))
    array([[[0., 1., 3., 5., 7., 8.]]])
    """

    spatial_axes = 1


class Upsample3D(Upsampling):
    """A volume (C, D, H, W) made (C, factor*D, factor*H, factor*W).

    The parameters and errors are those of `Upsample`, with three numbers where that has two. The
    mode "linear" is for volumes also called trilinear.

    References
    ----------
    Odena, Dumoulin and Olah, "Deconvolution and checkerboard artifacts", Distill 2016, on why to
    upsample and then convolve.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Upsample3D((1, 2, 2))
    >>> layer.build((4, 8, 7, 7), np.random.default_rng(0))
    (4, 8, 14, 14)
    """

    spatial_axes = 3
