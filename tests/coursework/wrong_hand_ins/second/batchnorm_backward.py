"""More hand-ins for `batchnorm_backward`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    axes = (0, 2, 3) if x.ndim == 4 else (0,)
    g = gamma.reshape((1, -1, 1, 1) if x.ndim == 4 else (1, -1))
    inv = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + epsilon)
    xhat = (x - x.mean(axis=axes, keepdims=True)) * inv
    dgamma, dbeta = (dy * xhat).sum(axis=axes), dy.sum(axis=axes)
    dxh = dy * g
    dx = inv * (
        dxh
        - dxh.mean(axis=axes, keepdims=True)
        - xhat * (dxh * xhat).mean(axis=axes, keepdims=True)
    )
    return dx, dgamma, dbeta


@right("a loop and arrays")
def right_second_style(dy: Any, x: Any, gamma: Any, eps: Any) -> Any:
    dx = np.zeros(x.shape)
    dgamma, dbeta = np.zeros(len(gamma)), np.zeros(len(gamma))
    for c in range(len(gamma)):
        a, g = x[:, c].ravel(), dy[:, c].ravel()
        m = a.size
        mu, var = a.mean(), a.var()
        xm = a - mu
        dxh = g * gamma[c]
        dvar = np.sum(dxh * xm) * -0.5 * (var + eps) ** -1.5
        dmu = -np.sum(dxh) / np.sqrt(var + eps) - 2 * dvar * xm.sum() / m
        d = dxh / np.sqrt(var + eps) + dvar * 2 * xm / m + dmu / m
        dx[:, c] = d.reshape(x[:, c].shape)
        dgamma[c] = np.sum(g * xm) / np.sqrt(var + eps)
        dbeta[c] = g.sum()
    return dx, dgamma, dbeta


def _axes(x: Any) -> Any:
    return (0, 2, 3) if x.ndim == 4 else (0,)


def _col(v: Any, x: Any) -> Any:
    return v.reshape((1, -1, 1, 1)) if x.ndim == 4 else v.reshape(1, -1)


@wrong("dx: mean and variance are taken for constants", named="mean_and_variance_constant")
def dx_mean_variance_taken_constants(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    mu = x.mean(axis=ax, keepdims=True)
    std = np.sqrt(x.var(axis=ax, keepdims=True) + epsilon)
    xhat = (x - mu) / std
    dgamma = np.sum(dy * xhat, axis=ax)
    dbeta = np.sum(dy, axis=ax)
    dx = dy * _col(gamma, x) / std
    return dx, dgamma, dbeta


@wrong("dx: the path through the mean is forgotten", named="mean_constant")
def dx_path_through_mean_forgotten(dout: Any, x: Any, gamma: Any, eps: Any) -> Any:
    # staged backprop
    if x.ndim == 4:
        N, C, H, W = x.shape
        x2 = x.transpose(0, 2, 3, 1).reshape(-1, C)
        d2 = dout.transpose(0, 2, 3, 1).reshape(-1, C)
        dx, dg, db = dx_path_through_mean_forgotten(d2, x2, gamma, eps)
        return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dg, db
    N, D = x.shape
    mu = 1.0 / N * np.sum(x, axis=0)
    xmu = x - mu
    var = 1.0 / N * np.sum(xmu**2, axis=0)
    sqrtvar = np.sqrt(var + eps)
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    dsqrtvar = -1.0 / (sqrtvar**2) * divar
    dvar = 0.5 * 1.0 / np.sqrt(var + eps) * dsqrtvar
    dsq = 1.0 / N * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    dx = dxmu1 + dxmu2
    return dx, dgamma, dbeta


@wrong("dx: the path through the variance is forgotten", named="variance_constant")
def dx_path_through_variance_forgotten(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    m = x.size / x.shape[1]
    mu = x.sum(axis=ax, keepdims=True) / m
    ivar = (x.var(axis=ax, keepdims=True) + epsilon) ** -0.5
    dxhat = dy * _col(gamma, x)
    dx = ivar * (dxhat - dxhat.sum(axis=ax, keepdims=True) / m)
    return dx, (dy * (x - mu) * ivar).sum(axis=ax), dy.sum(axis=ax)


@wrong("dx: gamma is forgotten", named="gamma_missing")
def dx_gamma_forgotten(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    mu, var = x.mean(ax, keepdims=True), x.var(ax, keepdims=True)
    xhat = (x - mu) / np.sqrt(var + epsilon)
    m = np.prod([x.shape[a] for a in ax])
    dbeta = dy.sum(ax, keepdims=True)
    dgamma = (dy * xhat).sum(ax, keepdims=True)
    dx = (m * dy - dbeta - xhat * dgamma) / (m * np.sqrt(var + epsilon))
    return dx, dgamma.ravel(), dbeta.ravel()


@wrong("dgamma: multiplied with x instead of with the normalised x", named="dgamma_with_x")
def dgamma_multiplied_x_normalised_x(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    dx, dgamma, dbeta = np.zeros(x.shape), np.zeros(gamma.shape), np.zeros(gamma.shape)
    for c in range(x.shape[1]):
        xc, gc = x[:, c], dy[:, c]
        inv = 1.0 / np.sqrt(np.var(xc) + epsilon)
        xh = (xc - np.mean(xc)) * inv
        dgamma[c] = np.sum(gc * xc)
        dbeta[c] = np.sum(gc)
        dx[:, c] = gamma[c] * inv * (gc - np.mean(gc) - xh * np.mean(gc * xh))
    return dx, dgamma, dbeta


@wrong("dgamma and dbeta are means instead of sums (dx is right)", named="dgamma_and_dbeta_means")
def dgamma_dbeta_means_sums(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    inv = 1 / np.sqrt(x.var(ax, keepdims=True) + epsilon)
    xhat = (x - x.mean(ax, keepdims=True)) * inv
    dgamma = np.mean(dy * xhat, axis=ax)
    dbeta = np.mean(dy, axis=ax)
    dx = _col(gamma, x) * inv * (dy - _col(dbeta, x) - xhat * _col(dgamma, x))
    return dx, dgamma, dbeta


@wrong(
    "dx: for pictures divided by N instead of by N * H * W in the two mean terms",
    named="divided_by_the_batch_alone",
)
def dx_pictures_divided_n_n_h_w_two(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    N = x.shape[0]
    mu = x.mean(ax, keepdims=True)
    var = x.var(ax, keepdims=True)
    std_inv = 1.0 / np.sqrt(var + epsilon)
    x_norm = (x - mu) * std_inv
    dx_norm = dy * _col(gamma, x)
    dx = (
        (1.0 / N)
        * std_inv
        * (
            N * dx_norm
            - np.sum(dx_norm, axis=ax, keepdims=True)
            - x_norm * np.sum(dx_norm * x_norm, axis=ax, keepdims=True)
        )
    )
    return dx, np.sum(dy * x_norm, axis=ax), np.sum(dy, axis=ax)


@wrong(
    "dx: the wrong power in the gradient of the variance, (var + epsilon) ** -0.5 "
    "instead of ** -1.5",
    named="power_of_the_variance",
)
def dx_wrong_power_gradient_variance_0(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    m = x.size // x.shape[1]
    xmu = x - x.mean(ax, keepdims=True)
    var = (xmu**2).mean(ax, keepdims=True)
    dxhat = dy * _col(gamma, x)
    dvar = np.sum(dxhat * xmu, axis=ax, keepdims=True) * -0.5 * (var + epsilon) ** (-0.5)
    dmu = np.sum(dxhat * -1 / np.sqrt(var + epsilon), axis=ax, keepdims=True)
    dx = dxhat / np.sqrt(var + epsilon) + dvar * 2 * xmu / m + dmu / m
    dgamma = np.sum(dy * xmu / np.sqrt(var + epsilon), axis=ax)
    return dx, dgamma, dy.sum(axis=ax)


@wrong(
    "two: dx takes mean and variance for constants; dgamma is made with x instead of "
    "the normalised x",
    named=("mean_and_variance_constant", "dgamma_with_x"),
)
def two_dx_takes_mean_variance(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    sd = np.sqrt(x.var(ax, keepdims=True) + epsilon)
    dgamma = np.sum(dy * x, axis=ax)
    dbeta = np.sum(dy, axis=ax)
    dx = _col(gamma, x) * dy / sd
    return dx, dgamma, dbeta


@wrong(
    "two: in dx gamma is forgotten; in dx the path through the mean is forgotten",
    named="gamma_missing_and_mean_constant",
)
def two_dx_gamma_forgotten_dx_path(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    ax = _axes(x)
    inv = 1 / np.sqrt(np.var(x, axis=ax, keepdims=True) + epsilon)
    xhat = (x - np.mean(x, axis=ax, keepdims=True)) * inv
    dx = inv * (dy - xhat * np.mean(dy * xhat, axis=ax, keepdims=True))
    return dx, np.sum(dy * xhat, axis=ax), np.sum(dy, axis=ax)


@wrong(
    "two: dx forgets the path through the variance; dgamma is a mean instead of a sum",
    named=("variance_constant", "dgamma_a_mean"),
)
def two_dx_forgets_path_through(dy: Any, x: Any, gamma: Any, epsilon: Any) -> Any:
    dx = np.zeros(x.shape)
    dgamma = np.zeros(x.shape[1])
    dbeta = np.zeros(x.shape[1])
    for c in range(x.shape[1]):
        mu, var = x[:, c].mean(), x[:, c].var()
        xhat = (x[:, c] - mu) / np.sqrt(var + epsilon)
        dgamma[c] = np.mean(dy[:, c] * xhat)
        dbeta[c] = np.sum(dy[:, c])
        dx[:, c] = gamma[c] * (dy[:, c] - dy[:, c].mean()) / np.sqrt(var + epsilon)
    return dx, dgamma, dbeta
