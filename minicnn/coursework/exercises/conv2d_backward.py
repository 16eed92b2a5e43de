"""The gradients of a convolution."""

from typing import TypeAlias

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises.output_size import output_size
from minicnn.typing import Array

Gradients: TypeAlias = tuple[Array, Array, Array]
"""dx, dw and db."""


def conv2d_backward(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    """Return the gradients of a convolution by its input, its kernels and its biases.

    The convolution is that of conv2d_forward:

        y[n, f, i, j] = b[f] + sum over c, kh, kw of
                        w[f, c, kh, kw] * padded[n, c, i * stride + kh, j * stride + kw]

    By the chain rule the gradient by a number is a sum over all outputs that the number went into:
    dy of the output, times what the number was multiplied with there. The loss is one number for
    the whole batch, so dw and db are sums over all samples and places. If the loss is a mean over
    the batch, then its 1/N is in dy already.

    Parameters
    ----------
    dy : array (N, F, OH, OW)
        dL/dy.
    x : array (N, C, H, W)
        What went into the convolution, without padding.
    w : array (F, C, KH, KW)
        The kernels, which need not be square.
    stride : int
        The step of the kernel, down and to the right.
    padding : int
        Rows and columns of zeros that were put on each of the four sides of x.

    Returns
    -------
    dx : array (N, C, H, W)
        dL/dx. A pixel that no window covered has a gradient of zero.
    dw : array (F, C, KH, KW)
        dL/dw.
    db : array (F,)
        dL/db.
    """
    (H, W), (KH, KW), (OH, OW) = x.shape[2:], w.shape[2:], dy.shape[2:]
    padded = _padded(x, padding, padding)
    dpadded = np.zeros(padded.shape)
    dw = np.zeros(w.shape)
    for i in range(OH):
        for j in range(OW):
            rows = slice(i * stride, i * stride + KH)
            columns = slice(j * stride, j * stride + KW)
            here = dy[:, :, i, j]  # (N, F)
            dpadded[:, :, rows, columns] += np.einsum("nf,fcij->ncij", here, w)
            dw += np.einsum("nf,ncij->fcij", here, padded[:, :, rows, columns])
    dx = dpadded[:, :, padding : padding + H, padding : padding + W]
    db = dy.sum(axis=(0, 2, 3))
    return dx, dw, db


def _padded(x: Array, before: int, after: int) -> Array:
    """Return pictures with zeros above and to the left, and below and to the right."""
    N, C, H, W = x.shape
    padded = np.zeros((N, C, before + H + after, before + W + after), x.dtype)
    padded[:, :, before : before + H, before : before + W] = x
    return padded


def _case(
    rng: np.random.Generator,
    what: str,
    x: tuple[int, int, int, int],
    w: tuple[int, int, int],
    stride: int = 1,
    padding: int = 0,
) -> Case:
    """Return a case of whole numbers; x is (N, C, H, W), and w is (F, KH, KW)."""
    (N, C, H, W), (F, KH, KW) = x, w
    OH = output_size(H, KH, stride, padding, dilation=1)
    OW = output_size(W, KW, stride, padding, dilation=1)
    shapes = (N, F, OH, OW), x, (F, C, KH, KW)
    arrays = [rng.integers(1, 10, size=s) * rng.choice([-1.0, 1.0], size=s) for s in shapes]
    return Case(what, (*arrays, stride, padding))


def cases() -> list[Case]:
    """Return the cases; no padding is as large as the kernel."""
    rng = np.random.default_rng(0)
    dy = np.array([[[[1.0, -2.0], [3.0, 5.0]]]])
    x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    w = np.array([[[[1.0, 2.0], [4.0, 10.0]]]])
    other_order = [
        rng.normal(size=(s[2], s[3], s[1], s[0])).astype(np.float32).transpose(3, 2, 0, 1)
        for s in [(2, 5, 4, 3), (2, 3, 8, 7), (5, 3, 3, 4)]
    ]
    return [
        Case("a picture of 3 x 3, a kernel of 2 x 2", (dy, x, w, 1, 0)),
        _case(rng, "a kernel of 3 x 3", (1, 1, 4, 4), (1, 3, 3)),
        _case(rng, "a stride of 2", (1, 1, 5, 5), (1, 3, 3), stride=2),
        _case(rng, "padding of 1", (1, 1, 3, 3), (1, 3, 3), padding=1),
        _case(rng, "two channels", (1, 2, 3, 3), (1, 2, 2)),
        _case(rng, "two kernels", (1, 1, 3, 3), (2, 2, 2)),
        _case(rng, "three samples", (3, 1, 3, 3), (1, 2, 2)),
        _case(rng, "three samples, channels and kernels", (3, 3, 4, 3), (3, 2, 2)),
        _case(rng, "a wide picture", (1, 1, 3, 5), (1, 2, 2)),
        _case(rng, "a tall picture", (1, 1, 5, 3), (1, 2, 2)),
        _case(rng, "a wide kernel", (1, 1, 4, 4), (1, 2, 3)),
        _case(rng, "a tall kernel", (1, 1, 4, 4), (1, 3, 2)),
        _case(rng, "a stride that leaves rows and columns over", (1, 1, 6, 7), (1, 2, 2), stride=3),
        _case(rng, "a stride of 2 with padding of 1", (1, 1, 5, 7), (1, 3, 3), stride=2, padding=1),
        _case(rng, "padding of 2, three channels", (2, 3, 3, 4), (4, 3, 3), padding=2),
        Case(
            "everything at once",
            (
                rng.normal(size=(4, 7, 3, 5)),
                rng.normal(size=(4, 2, 6, 12)),
                rng.normal(size=(7, 2, 3, 5)),
                2,
                1,
            ),
        ),
        Case("float32 in another memory order", (*other_order, 2, 1)),
    ]


exercise = Exercise(conv2d_backward, ["dx", "dw", "db"], cases)
