"""Pooling of signals and of volumes: as that of pictures, with one axis less or more."""

from minicnn.layers.pooling import AveragePooling, MaxPooling


class MaxPool1D(MaxPooling):
    """The largest value in each window of a signal, channel by channel.

        y[n, c, i] = max over k of x[n, c, i*S + k]

    The parameters and errors are those of `MaxPool`, with one number where that has two: samples
    are (C, L), outputs (C, OL).

    References
    ----------
    Collobert et al., "Natural language processing (almost) from scratch", Journal of Machine
    Learning Research 12, 2011, section 3.2.2, on the maximum over time.

    Examples
    --------
    >>> import numpy as np
    >>> layer = MaxPool1D(2)
    >>> layer.build((1, 6), np.random.default_rng(0))
    (1, 3)
    >>> layer(np.array([[[3.0, 1.0, 4.0, 1.0, 5.0, 9.0]]]))
    array([[[3., 4., 9.]]])
    """

    spatial_axes = 1


class MaxPool3D(MaxPooling):
    """The largest value in each window of a volume, channel by channel.

        y[n, c, h, i, j] = max over kd, kh, kw of x[n, c, h*SD + kd, i*SH + kh, j*SW + kw]

    The parameters and errors are those of `MaxPool`, with three numbers where that has two: samples
    are (C, D, H, W), depth first, outputs (C, OD, OH, OW).

    References
    ----------
    Tran, Bourdev, Fergus, Torresani and Paluri, "Learning spatiotemporal features with 3D
    convolutional networks", ICCV 2015.

    Examples
    --------
    >>> import numpy as np
    >>> layer = MaxPool3D((1, 2, 2))
    >>> layer.build((4, 8, 16, 16), np.random.default_rng(0))
    (4, 8, 8, 8)
    """

    spatial_axes = 3


class AveragePool1D(AveragePooling):
    """The mean of each window of a signal, channel by channel.

        y[n, c, i] = 1/count * sum over k of x[n, c, i*S + k]

    The parameters and errors are those of `AveragePool`, with one number where that has two:
    samples are (C, L), outputs (C, OL).

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 9.3.

    Examples
    --------
    >>> import numpy as np
    >>> layer = AveragePool1D(2)
    >>> layer.build((1, 6), np.random.default_rng(0))
    (1, 3)
    >>> layer(np.array([[[3.0, 1.0, 4.0, 1.0, 5.0, 9.0]]]))
    array([[[2. , 2.5, 7. ]]])
    """

    spatial_axes = 1


class AveragePool3D(AveragePooling):
    """The mean of each window of a volume, channel by channel.

        y[n, c, h, i, j] = 1/count * sum over kd, kh, kw of
                                         x[n, c, h*SD + kd, i*SH + kh, j*SW + kw]

    The parameters and errors are those of `AveragePool`, with three numbers where that has two:
    samples are (C, D, H, W), depth first, outputs (C, OD, OH, OW).

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 9.3.

    Examples
    --------
    >>> import numpy as np
    >>> layer = AveragePool3D((1, 2, 2))
    >>> layer.build((4, 8, 16, 16), np.random.default_rng(0))
    (4, 8, 8, 8)
    """

    spatial_axes = 3
