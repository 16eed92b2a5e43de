"""Hand-ins of batch normalisation, forward, of features or of images."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("images are brought into rows of features, and back")
def rows_of_features(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    rows = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
    mu = rows.mean(axis=0)
    xmu = rows - mu
    var = (xmu**2).mean(axis=0)
    out = gamma * xmu / np.sqrt(var + epsilon) + beta
    if x.ndim == 2:
        return out
    N, C, H, W = x.shape
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2)


@right("a loop over the features")
def one_channel_at_a_time(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    y = np.empty_like(x)
    for c in range(x.shape[1]):
        values = x[:, c]
        scale = gamma[c] / np.sqrt(np.var(values) + epsilon)
        y[:, c] = scale * (values - np.mean(values)) + beta[c]
    return y


def _axes(x: Any) -> tuple[int, ...]:
    return (0,) if x.ndim == 2 else (0, 2, 3)


def _wide(p: Any, x: Any) -> Any:
    return p.reshape((1, -1) if x.ndim == 2 else (1, -1, 1, 1))


@wrong(
    "epsilon is added to the standard deviation, outside the root", named="epsilon_outside_the_root"
)
def epsilon_outside(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    mean = x.mean(axis=_axes(x), keepdims=True)
    std = x.std(axis=_axes(x), keepdims=True)
    x_hat = (x - mean) / (std + epsilon)
    return _wide(gamma, x) * x_hat + _wide(beta, x)


@wrong(
    "convention: the variance is that of a sample, divided by one less (ddof=1)",
    named="unbiased_variance",
)
def sample_variance(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    axes = _axes(x)
    m = np.prod([x.shape[a] for a in axes])
    mu = x.sum(axis=axes, keepdims=True) / m
    var = ((x - mu) ** 2).sum(axis=axes, keepdims=True) / max(m - 1, 1)
    return _wide(gamma, x) * (x - mu) / np.sqrt(var + epsilon) + _wide(beta, x)


@wrong("it is divided by the variance, the root is forgotten", named="root_forgotten")
def no_root(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    out = np.zeros_like(x)
    for c in range(x.shape[1]):
        mu = np.mean(x[:, c])
        sigma = np.mean((x[:, c] - mu) ** 2)
        out[:, c] = gamma[c] * (x[:, c] - mu) / (sigma + epsilon) + beta[c]
    return out


@wrong(
    "each sample is normalised by itself, as in layer normalisation",
    named="each_sample_over_all_channels",
)
def layer_norm(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    axes = tuple(range(1, x.ndim))
    mean = np.mean(x, axis=axes, keepdims=True)
    var = np.var(x, axis=axes, keepdims=True)
    x_norm = (x - mean) / np.sqrt(var + epsilon)
    return _wide(gamma, x) * x_norm + _wide(beta, x)


@wrong(
    "of images, each pixel is normalised over the batch alone, not over its channel",
    named="each_place_by_itself",
)
def only_axis_zero(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    sample_mean = np.mean(x, axis=0)
    sample_var = np.var(x, axis=0)
    x_norm = (x - sample_mean) / np.sqrt(sample_var + epsilon)
    return _wide(gamma, x) * x_norm + _wide(beta, x)


@wrong(
    "of images, each sample's channel is normalised by itself, as in instance normalisation",
    named="each_sample_by_itself",
)
def spatial_only(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    axes = (0,) if x.ndim == 2 else (2, 3)
    xc = x - x.mean(axes, keepdims=True)
    inv_std = 1.0 / np.sqrt((xc * xc).mean(axes, keepdims=True) + epsilon)
    return xc * inv_std * _wide(gamma, x) + _wide(beta, x)


@wrong(
    "images are reshaped to rows of C numbers without a transpose, which mixes the channels",
    named="channels_mixed_by_reshape",
)
def reshape_mixes(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    flat = x.reshape(-1, x.shape[1])
    x_hat = (flat - flat.mean(0)) / np.sqrt(flat.var(0) + epsilon)
    return (gamma * x_hat + beta).reshape(x.shape)


@wrong("beta is added before the scaling, so gamma multiplies it as well", named="beta_scaled_too")
def brackets(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    y = np.empty_like(x)
    for j in range(x.shape[1]):
        col = x[:, j]
        normed = (col - col.mean()) * (col.var() + epsilon) ** -0.5
        y[:, j] = gamma[j] * (normed + beta[j])
    return y


@wrong(
    "the variance is the mean of the squares, from which the squared mean is not taken",
    named="mean_of_squares_as_variance",
)
def squares_not_centred(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    mean = x.mean(axis=_axes(x), keepdims=True)
    var = np.mean(x**2, axis=_axes(x), keepdims=True)
    return _wide(gamma, x) * (x - mean) / np.sqrt(var + epsilon) + _wide(beta, x)


@wrong("one mean and one variance for all features together", named="all_channels_together")
def mean_of_everything(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    x_hat = (x - np.mean(x)) / np.sqrt(np.var(x) + epsilon)
    return _wide(gamma, x) * x_hat + _wide(beta, x)


@wrong(
    "of images, the sum of squares is divided by N where it should be by N * H * W",
    named="variance_divided_by_the_batch",
)
def variance_over_n(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    N = x.shape[0]
    mean = x.mean(axis=_axes(x), keepdims=True)
    xmu = x - mean
    var = 1.0 / N * np.sum(xmu**2, axis=_axes(x), keepdims=True)
    return _wide(gamma, x) * (xmu / np.sqrt(var + epsilon)) + _wide(beta, x)


@wrong(
    "it normalises with running averages that have seen a single batch", named="running_averages"
)
def running_averages(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    momentum = 0.9
    C = x.shape[1]
    running_mean, running_var = np.zeros(C), np.ones(C)
    running_mean = momentum * running_mean + (1 - momentum) * x.mean(axis=_axes(x))
    running_var = momentum * running_var + (1 - momentum) * x.var(axis=_axes(x))
    x_hat = (x - _wide(running_mean, x)) / np.sqrt(_wide(running_var, x) + epsilon)
    return _wide(gamma, x) * x_hat + _wide(beta, x)


@wrong("epsilon is left out, so a constant feature becomes NaN", named="epsilon_not_used")
def no_epsilon(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    z = (x - x.mean(_axes(x), keepdims=True)) / x.std(_axes(x), keepdims=True)
    return _wide(gamma, x) * z + _wide(beta, x)


@wrong("two: ddof=1 and epsilon outside the root", named="unbiased_and_epsilon_outside")
def pandas_style(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    m = x.size // x.shape[1]
    std = x.std(axis=_axes(x), ddof=min(1, m - 1), keepdims=True)
    z_scores = (x - x.mean(axis=_axes(x), keepdims=True)) / (std + epsilon)
    return z_scores * _wide(gamma, x) + _wide(beta, x)


@wrong("two: no root, and beta is left out", named=("root_forgotten", "beta_missing"))
def no_root_no_beta(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    mu = x.mean(_axes(x), keepdims=True)
    var = ((x - mu) ** 2).mean(_axes(x), keepdims=True)
    return _wide(gamma, x) * (x - mu) / (var + epsilon)


@wrong("x is centred in place: what was given is written into", named="input_written_into")
def centred_in_place(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    x -= x.mean(axis=_axes(x), keepdims=True)
    x /= np.sqrt((x**2).mean(axis=_axes(x), keepdims=True) + epsilon)
    return _wide(gamma, x) * x + _wide(beta, x)
