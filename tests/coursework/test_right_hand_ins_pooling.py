"""Right hand-ins in many styles are never refused: pooling, dense layers, numerical gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minicnn.coursework import check
from minicnn.typing import Array

RIGHT: list[tuple[str, Callable[..., Any]]] = []


def right(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        RIGHT.append((name, function))
        return function

    return keep


# -- max pooling -----------------------------------------------------------------------------------


@right("maxpool_forward")
def pure_python(x: Array, size: int, stride: int) -> list[Any]:
    def largest(rows: list[list[float]], top: int, left: int) -> float:
        best = rows[top][left]
        for i in range(top, top + size):
            for j in range(left, left + size):
                best = max(best, rows[i][j])
        return best

    return [
        [
            [
                [
                    largest(picture, top, left)
                    for left in range(0, len(picture[0]) - size + 1, stride)
                ]
                for top in range(0, len(picture) - size + 1, stride)
            ]
            for picture in sample
        ]
        for sample in x.tolist()
    ]


@right("maxpool_forward")
def sliding_windows(x: Array, size: int, stride: int) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(-1, -2))


@right("maxpool_forward")
def tap_by_tap(x: Array, size: int, stride: int) -> Any:
    N, C, H, W = x.shape
    OH, OW = 1 + (H - size) // stride, 1 + (W - size) // stride
    y = np.full((N, C, OH, OW), -np.inf)
    for i in range(size):
        for j in range(size):
            tap = x[:, :, i : i + OH * stride : stride, j : j + OW * stride : stride]
            y = np.maximum(y, tap[:, :, :OH, :OW])
    return y


@right("maxpool_forward")
def in_float32(x: Array, size: int, stride: int) -> Any:
    x = x.astype(np.float32)
    rows = range(0, x.shape[2] - size + 1, stride)
    columns = range(0, x.shape[3] - size + 1, stride)
    pooled = [[x[..., i : i + size, j : j + size].max((-2, -1)) for j in columns] for i in rows]
    return np.array(pooled).transpose(2, 3, 0, 1)


def as_strided(x: Array, size: int, stride: int) -> Any:
    N, C, H, W = x.shape
    sn, sc, sh, sw = x.strides
    shape = N, C, (H - size) // stride + 1, (W - size) // stride + 1, size, size
    strides = sn, sc, sh * stride, sw * stride, sh, sw
    return np.lib.stride_tricks.as_strided(x, shape, strides)


@right("maxpool_forward")
def strides_by_hand(x: Array, size: int, stride: int) -> Any:
    windows = as_strided(x, size, stride)
    return np.sort(windows.reshape(*windows.shape[:4], -1))[..., -1]


@right("maxpool_backward")
def search_and_add(dy: Array, x: Array, size: int, stride: int) -> Any:
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dy.shape):
        best, place = -np.inf, (0, 0)
        for row in range(i * stride, i * stride + size):
            for column in range(j * stride, j * stride + size):
                if x[n, c, row, column] > best:
                    best, place = x[n, c, row, column], (row, column)
        dx[(n, c, *place)] += dy[n, c, i, j]
    return dx


@right("maxpool_backward")
def scattered(dy: Array, x: Array, size: int, stride: int) -> Any:
    N, C, OH, OW = dy.shape
    places = as_strided(x, size, stride).reshape(N, C, OH, OW, -1).argmax(axis=-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * stride + places // size, j * stride + places % size), dy)
    return dx


@right("maxpool_backward")
def window_over_all_samples(dy: Array, x: Array, size: int, stride: int) -> Any:
    N, C, OH, OW = dy.shape
    dx = np.zeros(x.shape, np.float32)
    for i in range(OH):
        for j in range(OW):
            rows = slice(i * stride, i * stride + size)
            columns = slice(j * stride, j * stride + size)
            window = x[:, :, rows, columns].reshape(N, C, -1)
            mask = np.arange(size * size) == window.argmax(axis=2)[..., None]
            dx[:, :, rows, columns] += (mask * dy[:, :, i, j, None]).reshape(N, C, size, size)
    return dx


@right("maxpool_backward")
def ties_shared(dy: Array, x: Array, size: int, stride: int) -> Any:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        window = np.s_[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        mask = x[window] == x[window].max()
        dx[window] += mask / mask.sum() * dy[n, c, i, j]
    return dx


@right("maxpool_backward")
def last_of_equals(dy: Array, x: Array, size: int, stride: int) -> Any:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        best, place = -np.inf, (0, 0)
        for row in range(i * stride, i * stride + size):
            for column in range(j * stride, j * stride + size):
                if x[n, c, row, column] >= best:
                    best, place = x[n, c, row, column], (row, column)
        dx[(n, c, *place)] += dy[n, c, i, j]
    return dx


# -- dense -----------------------------------------------------------------------------------------


@right("dense_forward")
def three_loops(x: Array, w: Array, b: Array) -> Any:
    y = np.zeros((len(x), len(w)))
    for n in range(len(x)):
        for o in range(len(w)):
            y[n, o] = b[o]
            for i in range(x.shape[1]):
                y[n, o] += x[n, i] * w[o, i]
    return y


@right("dense_forward")
def dense_einsum(x: Array, w: Array, b: Array) -> Any:
    return np.einsum("ni,oi->no", x, w) + b[np.newaxis, :]


@right("dense_forward")
def dense_as_columns(x: Array, w: Array, b: Array) -> Any:
    return (w.dot(x.T) + b.reshape(-1, 1)).T


@right("dense_forward")
def dense_lists(x: Array, w: Array, b: Array) -> list[list[float]]:
    return [
        [sum(a * c for a, c in zip(row, weights, strict=True)) + bias for weights, bias in pairs]
        for pairs in [list(zip(w.tolist(), b.tolist(), strict=True))]
        for row in x.tolist()
    ]


@right("dense_forward")
def with_a_column_of_ones(x: Array, w: Array, b: Array) -> Any:
    ones = np.ones((len(x), 1), np.float32)
    return np.hstack([x.astype(np.float32), ones]) @ np.hstack([w, b[:, None]]).T


@right("dense_backward")
def dense_backward_loops(dy: Array, x: Array, w: Array) -> tuple[Array, Array, Array]:
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
    for n in range(len(x)):
        for o in range(len(w)):
            db[o] += dy[n, o]
            for i in range(x.shape[1]):
                dx[n, i] += dy[n, o] * w[o, i]
                dw[o, i] += dy[n, o] * x[n, i]
    return dx, dw, db


@right("dense_backward")
def dense_backward_einsum(dy: Array, x: Array, w: Array) -> list[Array]:
    return [
        np.einsum("no,oi->ni", dy, w),
        np.einsum("no,ni->oi", dy, x),
        np.einsum("no->o", dy),
    ]


@right("dense_backward")
def dense_backward_outer(dy: Array, x: Array, w: Array) -> tuple[Array, Array, Array]:
    dw = sum(np.outer(one, other) for one, other in zip(dy, x, strict=True))
    return np.array([w.T @ one for one in dy]), np.asarray(dw), np.ones(len(dy)) @ dy


@right("dense_backward")
def dense_backward_float32(dy: Array, x: Array, w: Array) -> tuple[Array, Array, Array]:
    dy, x, w = (array.astype(np.float32) for array in (dy, x, w))
    return np.dot(dy, w), np.dot(x.T, dy).T, np.add.reduce(dy)


# -- numerical gradients ---------------------------------------------------------------------------

Number = Callable[[Array], float]


@right("numerical_gradient")
def in_place_and_back(f: Number, x: Array, h: float) -> Any:
    gradient = np.zeros_like(x)
    walk = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not walk.finished:
        at = walk.multi_index
        old = x[at]
        x[at] = old + h
        above = f(x)
        x[at] = old - h
        below = f(x)
        x[at] = old
        gradient[at] = (above - below) / (2 * h)
        walk.iternext()
    return gradient


@right("numerical_gradient")
def up_and_down(f: Number, x: Array, h: float) -> Any:
    x = x.astype(np.float64)
    gradient = np.empty(x.shape)
    for index, _ in np.ndenumerate(x):
        x[index] += h
        gradient[index] = f(x)
        x[index] -= 2 * h
        gradient[index] -= f(x)
        x[index] += h
    return gradient / (2 * h)


@right("numerical_gradient")
def rows_of_the_identity(f: Number, x: Array, h: float) -> Any:
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + e) - f(x - e)) / 2 / h for e in steps]).reshape(x.shape)


@right("numerical_gradient")
def flattened_copies(f: Number, x: Array, h: float) -> Any:
    flat, slopes = x.flatten(), []
    for i in range(flat.size):
        up, down = flat.copy(), flat.copy()
        up[i], down[i] = up[i] + h, down[i] - h
        slopes.append((f(up.reshape(x.shape)) - f(down.reshape(x.shape))) / (2 * h))
    return np.reshape(slopes, x.shape)


@right("numerical_gradient")
def fourth_order(f: Number, x: Array, h: float) -> Any:
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[index] = h
        near, far = f(x + e) - f(x - e), f(x + 2 * e) - f(x - 2 * e)
        gradient[index] = (8 * near - far) / (12 * h)
    return gradient


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_hand_ins_pass(name: str, function: Callable[..., Any]) -> None:
    report = check(name, function)
    assert report.passed, report
    assert report.mistake is None
