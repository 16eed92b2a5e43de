"""The convolution of pictures with kernels."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises.output_size import output_size
from minicnn.typing import Array


def conv2d_forward(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    """Return the convolution of pictures with kernels.

    Each picture first gets a border of zeros. A kernel then moves over it, by `stride` pixels at a
    time. At each place its numbers are multiplied with the pixels below them, over all channels,
    and added up; the bias of the kernel comes on top:

        y[n, f, i, j] = b[f] + sum over c, kh, kw of
                        w[f, c, kh, kw] * padded[n, c, i * stride + kh, j * stride + kw]

    The kernel is not turned, as in all frameworks.

    Parameters
    ----------
    x : array (N, C, H, W)
        N pictures of C channels.
    w : array (F, C, KH, KW)
        F kernels, which need not be square.
    b : array (F,)
        A bias for each kernel.
    stride : int
        The step of the kernel, down and to the right.
    padding : int
        Rows and columns of zeros on each of the four sides.

    Returns
    -------
    array (N, F, OH, OW)
        OH = (H + 2 * padding - KH) // stride + 1, and OW from W and KW in the same way.
    """
    N, _, H, W = x.shape
    F, _, KH, KW = w.shape
    OH = output_size(H, KH, stride, padding, dilation=1)
    OW = output_size(W, KW, stride, padding, dilation=1)
    padded = _padded(x, padding, padding)
    y = np.zeros((N, F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            window = padded[:, :, top : top + KH, left : left + KW]  # (N, C, KH, KW)
            y[:, :, i, j] = np.einsum("ncij,fcij->nf", window, w) + b
    return y


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
    *,
    bias: bool = False,
) -> Case:
    """Return a case of whole numbers; x is (N, C, H, W), and w is (F, KH, KW)."""
    F, KH, KW = w
    pictures = rng.integers(-9, 10, size=x).astype(float)
    kernels = rng.integers(-5, 6, size=(F, x[1], KH, KW)).astype(float)
    biases = rng.permutation(np.arange(10.0, 10 * F + 1, 10)) if bias else np.zeros(F)
    return Case(what, (pictures, kernels, biases, stride, padding))


def cases() -> list[Case]:
    """Return the cases; no padding is as large as the kernel."""
    rng = np.random.default_rng(0)
    x = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    w = np.array([[[[1.0, 2.0], [3.0, -5.0]]]])
    other_order = (
        rng.normal(size=(8, 7, 3, 2)).astype(np.float32).transpose(3, 2, 0, 1),
        rng.normal(size=(3, 4, 3, 5)).astype(np.float32).transpose(3, 2, 0, 1),
        rng.normal(size=5).astype(np.float32),
        2,
        1,
    )
    return [
        Case("a picture of 3 x 3, a kernel of 2 x 2", (x, w, np.zeros(1), 1, 0)),
        Case("a bias", (x, w, np.array([10.0]), 1, 0)),
        _case(rng, "a stride of 2", (1, 1, 5, 5), (1, 3, 3), stride=2),
        _case(rng, "padding of 1", (1, 1, 3, 3), (1, 3, 3), padding=1),
        _case(rng, "two channels", (1, 2, 3, 3), (1, 2, 2)),
        _case(rng, "two kernels", (1, 1, 3, 3), (2, 2, 2), bias=True),
        _case(rng, "three samples", (3, 1, 3, 3), (1, 2, 2)),
        _case(rng, "two samples, two channels, two kernels", (2, 2, 4, 3), (2, 2, 2), bias=True),
        _case(rng, "a wide picture", (1, 1, 3, 6), (1, 2, 2)),
        _case(rng, "a tall picture", (1, 1, 6, 3), (1, 2, 2)),
        _case(rng, "a wide kernel", (1, 1, 4, 4), (1, 2, 3)),
        _case(rng, "a tall kernel", (1, 1, 4, 4), (1, 3, 2)),
        _case(rng, "a stride that leaves rows and columns over", (1, 1, 6, 7), (1, 2, 2), stride=3),
        _case(rng, "padding of 2, three channels", (2, 3, 3, 4), (4, 3, 3), padding=2, bias=True),
        Case(
            "everything at once",
            (
                rng.normal(size=(4, 2, 10, 14)),
                rng.normal(size=(7, 2, 3, 5)),
                rng.normal(size=7) * 5,
                2,
                1,
            ),
        ),
        Case("float32 in another memory order", other_order),
    ]


exercise = Exercise(conv2d_forward, ["y"], cases)
