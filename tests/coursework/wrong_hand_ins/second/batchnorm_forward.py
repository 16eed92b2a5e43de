"""More hand-ins for `batchnorm_forward`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    axes = (0, 2, 3) if x.ndim == 4 else (0,)
    shape = (1, -1, 1, 1) if x.ndim == 4 else (1, -1)
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return gamma.reshape(shape) * (x - mean) / np.sqrt(var + epsilon) + beta.reshape(shape)


@right("a loop and arrays")
def right_second_style(x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    y = np.empty(x.shape)
    for c in range(x.shape[1]):
        part = x[:, c]
        mu = part.sum() / part.size
        var = ((part - mu) ** 2).sum() / part.size
        y[:, c] = gamma[c] * ((part - mu) * (var + eps) ** -0.5) + beta[c]
    return y


@wrong(
    "epsilon is added to the standard deviation, outside the root", named="epsilon_outside_the_root"
)
def epsilon_added_standard_deviation(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    axes = (0, 2, 3) if x.ndim == 4 else 0
    g, b = gamma, beta
    if x.ndim == 4:
        g, b = gamma[None, :, None, None], beta[None, :, None, None]
    mu = np.mean(x, axis=axes, keepdims=True)
    std = np.std(x, axis=axes, keepdims=True)
    return g * (x - mu) / (std + epsilon) + b


@wrong(
    "the unbiased variance (ddof=1) instead of the population variance", named="unbiased_variance"
)
def unbiased_variance_population(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    def vanilla(x2: Any) -> Any:
        mean = x2.mean(axis=0)
        var = x2.var(axis=0, ddof=1)
        return gamma * (x2 - mean) / np.sqrt(var + epsilon) + beta

    if x.ndim == 2:
        return vanilla(x)
    N, C, H, W = x.shape
    flat = x.transpose(0, 2, 3, 1).reshape(-1, C)
    return vanilla(flat).reshape(N, H, W, C).transpose(0, 3, 1, 2)


@wrong("divided by the variance, the root is missing", named="root_forgotten")
def divided_variance_root_missing(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    ax = tuple(i for i in range(x.ndim) if i != 1)
    sh = [1] * x.ndim
    sh[1] = -1
    mu = x.mean(ax).reshape(sh)
    var = x.var(ax).reshape(sh)
    x_hat = (x - mu) / (var + epsilon)
    return gamma.reshape(sh) * x_hat + beta.reshape(sh)


@wrong(
    "for pictures mean and variance are taken over the batch only (axis 0), not over "
    "the height and width",
    named="each_place_by_itself",
)
def pictures_mean_variance_taken_over(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    mean = x.mean(axis=0)
    var = np.mean((x - mean) ** 2, axis=0)
    norm = (x - mean) / np.sqrt(var + epsilon)
    if x.ndim == 4:
        return gamma.reshape(1, -1, 1, 1) * norm + beta.reshape(1, -1, 1, 1)
    return gamma * norm + beta


@wrong(
    "each sample is normalised by itself (instance norm / layer norm), not over the batch",
    named="each_sample_alone",
)
def each_sample_normalised_itself_not(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    axes: Any
    shape: Any
    if x.ndim == 4:
        axes, shape = (2, 3), (1, x.shape[1], 1, 1)
    else:
        axes, shape = (1,), (1, x.shape[1])
    m = np.mean(x, axis=axes, keepdims=True)
    v = np.var(x, axis=axes, keepdims=True)
    xn = (x - m) / np.sqrt(v + epsilon)
    return xn * gamma.reshape(shape) + beta.reshape(shape)


@wrong(
    "one mean and one variance over everything instead of one per channel",
    named="all_channels_together",
)
def one_mean_one_variance_over(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    xn = (x - np.mean(x)) / np.sqrt(np.var(x) + epsilon)
    if x.ndim == 4:
        gamma, beta = gamma[:, None, None], beta[:, None, None]
    return gamma * xn + beta


@wrong(
    "the mean of the squares is taken for the variance, the mean is not subtracted first",
    named="mean_of_squares_as_variance",
)
def mean_squares_taken_variance_mean(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    out = np.zeros(x.shape)
    for c in range(x.shape[1]):
        xc = x[:, c]
        mu = xc.mean()
        var = (xc**2).mean()
        out[:, c] = gamma[c] * (xc - mu) / np.sqrt(var + epsilon) + beta[c]
    return out


@wrong(
    "two: the unbiased variance (ddof=1, convention); epsilon is outside the root",
    named="unbiased_and_epsilon_outside",
)
def two_unbiased_variance_epsilon(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    axes = (0, 2, 3) if x.ndim == 4 else (0,)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    mu = x.mean(axes, keepdims=True)
    sigma = x.std(axes, keepdims=True, ddof=1)
    return (x - mu) / (sigma + epsilon) * gamma.reshape(shape) + beta.reshape(shape)


@wrong(
    "two: divided by the variance without the root; beta is forgotten",
    named=("root_forgotten", "beta_missing"),
)
def two_divided_variance_without_root(x: Any, gamma: Any, beta: Any, epsilon: Any) -> Any:
    y = np.zeros(x.shape)
    for c in range(x.shape[1]):
        mean = np.mean(x[:, c])
        variance = np.mean((x[:, c] - mean) ** 2)
        y[:, c] = gamma[c] * (x[:, c] - mean) / (variance + epsilon)
    return y
