"""Hand-ins of the gradients of batch normalisation, of features or of images."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


def _axes(x: Any) -> tuple[int, ...]:
    return (0, *range(2, x.ndim))


def _wide(p: Any, x: Any) -> Any:
    return p.reshape((1, -1) + (1,) * (x.ndim - 2))


@right("back through the graph, node by node")
def node_by_node(dout: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    axes, m = _axes(x), x.size // x.shape[1]
    xmu = x - np.mean(x, axis=axes, keepdims=True)
    sqrtvar = np.sqrt(np.mean(xmu**2, axis=axes, keepdims=True) + epsilon)
    ivar = 1 / sqrtvar
    dbeta = np.sum(dout, axis=axes)
    dgamma = np.sum(dout * xmu * ivar, axis=axes)
    dxhat = dout * _wide(gamma, x)
    divar = np.sum(dxhat * xmu, axis=axes, keepdims=True)
    dvar = -0.5 * divar / sqrtvar**3
    dxmu = dxhat * ivar + 2 * xmu * dvar / m
    dmu = -np.sum(dxmu, axis=axes, keepdims=True)
    return dxmu + dmu / m, dgamma, dbeta


@right("a loop over the features, with the formula of one line")
def one_feature_at_a_time(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    dx = np.empty_like(x)
    dgamma, dbeta = np.empty_like(gamma), np.empty_like(gamma)
    for c in range(len(gamma)):
        g, v = dy[:, c], x[:, c]
        std = (v.var() + epsilon) ** 0.5
        h = (v - v.mean()) / std
        dgamma[c], dbeta[c] = (g * h).sum(), g.sum()
        dx[:, c] = gamma[c] / std * (g - dbeta[c] / g.size - h * dgamma[c] / g.size)
    return dx, dgamma, dbeta


@wrong("mean and variance are taken for constants", named="mean_and_variance_constant")
def constants(dout: Any, x: Any, gamma: Any, eps: Any) -> Any:
    axes = _axes(x)
    std = np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=axes, keepdims=True)) / std
    dx = dout * _wide(gamma, x) / std
    return dx, (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)


@wrong("the variance is taken for a constant", named="variance_constant")
def variance_constant(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    inv = (x.var(ax, keepdims=True) + epsilon) ** -0.5
    x_hat = (x - x.mean(ax, keepdims=True)) * inv
    dx_hat = dy * _wide(gamma, x)
    dx = inv * dx_hat - (inv * dx_hat).mean(ax, keepdims=True)
    return dx, np.sum(dy * x_hat, ax), np.sum(dy, ax)


@wrong("the way through the mean is forgotten", named="mean_constant")
def mean_constant(dZ: Any, Z: Any, gamma: Any, epsilon: Any) -> Any:
    axes, m = _axes(Z), Z.size / Z.shape[1]
    mu = Z.mean(axis=axes, keepdims=True)
    var = Z.var(axis=axes, keepdims=True)
    Z_norm = (Z - mu) / np.sqrt(var + epsilon)
    dZ_norm = dZ * _wide(gamma, Z)
    dvar = np.sum(dZ_norm * (Z - mu) * -0.5 * (var + epsilon) ** -1.5, axis=axes, keepdims=True)
    dx = dZ_norm / np.sqrt(var + epsilon) + dvar * 2 * (Z - mu) / m
    return dx, np.sum(dZ * Z_norm, axis=axes), np.sum(dZ, axis=axes)


@wrong("dgamma is summed with x where the normalised x belongs", named="dgamma_with_x")
def dgamma_with_x(dout: Any, x: Any, gamma: Any, eps: Any) -> Any:
    axes = _axes(x)
    m = x.size // x.shape[1]
    std = np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    xh = (x - x.mean(axis=axes, keepdims=True)) / std
    dxh = dout * _wide(gamma, x)
    s1 = dxh.sum(axis=axes, keepdims=True)
    s2 = (dxh * xh).sum(axis=axes, keepdims=True)
    dx = (m * dxh - s1 - xh * s2) / (m * std)
    dgamma = np.sum(dout * x, axis=axes)
    return dx, dgamma, dout.sum(axis=axes)


@wrong("gamma is forgotten in dx", named="gamma_missing")
def without_gamma(dout: Any, x: Any, gamma: Any, eps: Any) -> Any:
    dx = np.zeros_like(x)
    dgamma = np.zeros_like(gamma)
    dbeta = np.zeros_like(gamma)
    for c in range(x.shape[1]):
        g = dout[:, c]
        std = np.sqrt(x[:, c].var() + eps)
        xh = (x[:, c] - x[:, c].mean()) / std
        dbeta[c] = g.sum()
        dgamma[c] = (g * xh).sum()
        dx[:, c] = (g - g.mean() - xh * (g * xh).mean()) / std
    return dx, dgamma, dbeta


@wrong(
    "of images, the means in dx divide by N where they should by N * H * W",
    named="divided_by_the_batch_alone",
)
def n_is_the_batch(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    N, axes = x.shape[0], _axes(x)
    inv = 1 / np.sqrt(np.var(x, axis=axes, keepdims=True) + epsilon)
    x_hat = (x - np.mean(x, axis=axes, keepdims=True)) * inv
    dgamma = np.sum(dy * x_hat, axis=axes)
    dbeta = np.sum(dy, axis=axes)
    scale = _wide(gamma, x) * inv / N
    dx = scale * (N * dy - _wide(dbeta, x) - x_hat * _wide(dgamma, x))
    return dx, dgamma, dbeta


@wrong("the half of the root's derivative is lost in dvar", named="half_forgotten")
def no_half(dout: Any, x: Any, gamma: Any, eps: Any) -> Any:
    axes, m = _axes(x), x.size // x.shape[1]
    xmu = x - x.mean(axis=axes, keepdims=True)
    var = (xmu**2).mean(axis=axes, keepdims=True)
    dxhat = dout * _wide(gamma, x)
    dvar = np.sum(-dxhat * xmu * (var + eps) ** (-3 / 2), axis=axes, keepdims=True)
    dmu = np.sum(-dxhat / np.sqrt(var + eps), axis=axes, keepdims=True)
    dx = dxhat / np.sqrt(var + eps) + dvar * 2 * xmu / m + dmu / m
    return dx, np.sum(dout * xmu / np.sqrt(var + eps), axis=axes), np.sum(dout, axis=axes)


@wrong(
    "the gradient of the mean is added to dx without the division by m", named="mean_not_divided"
)
def mean_without_m(dout: Any, x: Any, gamma: Any, eps: Any) -> Any:
    axes, m = _axes(x), x.size // x.shape[1]
    mu, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    ivar = 1.0 / np.sqrt(var + eps)
    dxhat = dout * _wide(gamma, x)
    dvar = -0.5 * np.sum(dxhat * (x - mu), axis=axes, keepdims=True) * ivar**3
    dmu = -np.sum(dxhat * ivar, axis=axes, keepdims=True)
    dx = dxhat * ivar + dvar * 2.0 * (x - mu) / m + dmu
    return dx, np.sum(dout * (x - mu) * ivar, axis=axes), np.sum(dout, axis=axes)


@wrong("dgamma and dbeta are means, not sums", named="dgamma_and_dbeta_means")
def means_for_sums(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    inv = 1 / np.sqrt(x.var(ax, keepdims=True) + epsilon)
    x_hat = (x - x.mean(ax, keepdims=True)) * inv
    dgamma = (dy * x_hat).mean(ax)
    dbeta = dy.mean(ax)
    dx = _wide(gamma, x) * inv * (dy - _wide(dbeta, x) - x_hat * _wide(dgamma, x))
    return dx, dgamma, dbeta


@wrong(
    "of images, dgamma and dbeta are summed over the batch alone and keep H and W",
    named="dgamma_and_dbeta_over_the_batch_alone",
)
def sums_over_batch_alone(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    inv = 1 / np.sqrt(x.var(ax, keepdims=True) + epsilon)
    x_hat = (x - x.mean(ax, keepdims=True)) * inv
    proj = np.mean(dy * x_hat, ax, keepdims=True)
    dx = _wide(gamma, x) * inv * (dy - np.mean(dy, ax, keepdims=True) - x_hat * proj)
    return dx, (dy * x_hat).sum(0), dy.sum(0)


@wrong("the plus before the term of the variance should be a minus", named="variance_added")
def plus_for_minus(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    inv = 1 / np.sqrt(x.var(ax, keepdims=True) + epsilon)
    x_hat = (x - x.mean(ax, keepdims=True)) * inv
    g = dy * _wide(gamma, x)
    along = np.mean(g * x_hat, ax, keepdims=True)
    dx = inv * (g - g.mean(ax, keepdims=True) + x_hat * along)
    return dx, np.sum(dy * x_hat, ax), np.sum(dy, ax)


@wrong(
    "two: gamma is forgotten in dx; dgamma is summed with the centred, not normalised, x",
    named=("gamma_missing", "dgamma_with_x_centred"),
)
def gamma_twice_wrong(dout: Any, x: Any, gamma: Any, eps: Any) -> Any:
    axes = _axes(x)
    xc = x - x.mean(axis=axes, keepdims=True)
    std = np.sqrt((xc**2).mean(axis=axes, keepdims=True) + eps)
    xh = xc / std
    dx = dout - dout.mean(axis=axes, keepdims=True)
    dx -= xh * (dout * xh).mean(axis=axes, keepdims=True)
    return dx / std, (dout * xc).sum(axis=axes), dout.sum(axis=axes)


@wrong(
    "two: mean and variance are taken for constants in dx; dbeta is a mean",
    named=("mean_and_variance_constant", "dbeta_a_mean"),
)
def constants_and_mean(dA: Any, Z: Any, gamma: Any, epsilon: Any) -> Any:
    axes = _axes(Z)
    std = np.sqrt(Z.var(axis=axes, keepdims=True) + epsilon)
    Z_norm = (Z - Z.mean(axis=axes, keepdims=True)) / std
    return _wide(gamma, Z) * dA / std, np.sum(dA * Z_norm, axis=axes), np.mean(dA, axis=axes)


@wrong(
    "two, both in dx: the variance is taken for a constant and gamma is forgotten",
    named="gamma_missing_and_variance_constant",
)
def centred_and_divided(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    std = np.sqrt(x.var(ax, keepdims=True) + epsilon)
    x_hat = (x - x.mean(ax, keepdims=True)) / std
    dx = (dy - dy.mean(ax, keepdims=True)) / std
    return dx, np.sum(dy * x_hat, ax), np.sum(dy, ax)


@wrong("dgamma and dbeta are returned in the other's place", named="dgamma_and_dbeta_exchanged")
def beta_first(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax, m = _axes(x), x.size // x.shape[1]
    std = np.sqrt(x.var(ax, keepdims=True) + epsilon)
    x_hat = (x - x.mean(ax, keepdims=True)) / std
    dbeta, dgamma = dy.sum(ax, keepdims=True), (dy * x_hat).sum(ax, keepdims=True)
    dx = _wide(gamma, x) / std * (dy - dbeta / m - x_hat * dgamma / m)
    return dx, dbeta.ravel(), dgamma.ravel()
