"""The transposed convolution of pictures with kernels."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array


def conv_transpose2d_forward(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    """Return the transposed convolution of pictures with kernels.

    Every pixel stamps a kernel, times its value, onto a larger picture. The stamps of neighbouring
    pixels are `stride` pixels apart, and where stamps overlap, they are added up:

        uncut[n, f, i * stride + kh, j * stride + kw] += w[c, f, kh, kw] * x[n, c, i, j]

    for all c, i, j, kh, kw. `padding` rows and columns are then cut off each of the four sides, and
    the bias is added to every pixel that is left. It is the way back of a convolution with the same
    kernels, stride and padding: what takes its gradient from the output to the input.

    Parameters
    ----------
    x : array (N, C, H, W)
        N pictures of C channels.
    w : array (C, F, KH, KW)
        A kernel from each channel of x to each of F output channels. The channels of x come first,
        in the order of the convolution whose way back it is.
    b : array (F,)
        A bias for each output channel.
    stride : int
        How many pixels apart the stamps of two neighbours are.
    padding : int
        Rows and columns that are cut off each side.

    Returns
    -------
    array (N, F, OH, OW)
        OH = (H - 1) * stride + KH - 2 * padding, and OW from W and KW in the same way.
    """
    N, _, H, W = x.shape
    _, F, KH, KW = w.shape
    uncut = np.zeros((N, F, (H - 1) * stride + KH, (W - 1) * stride + KW))
    for i in range(H):
        for j in range(W):
            top, left = i * stride, j * stride
            stamp = np.einsum("nc,cfij->nfij", x[:, :, i, j], w)  # (N, F, KH, KW)
            uncut[:, :, top : top + KH, left : left + KW] += stamp
    return _cut(uncut, padding) + b[:, None, None]


def _cut(uncut: Array, padding: int) -> Array:
    """Return pictures without their borders."""
    H, W = uncut.shape[2:]
    return uncut[:, :, padding : H - padding, padding : W - padding]


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
    pictures = rng.integers(1, 10, size=x) * rng.choice([-1.0, 1.0], size=x)
    kernels = rng.integers(-5, 6, size=(x[1], F, KH, KW)).astype(float)
    biases = rng.permutation(np.arange(10.0, 10 * F + 1, 10)) if bias else np.zeros(F)
    return Case(what, (pictures, kernels, biases, stride, padding))


def cases() -> list[Case]:
    """Return the cases; no padding is as large as the kernel."""
    rng = np.random.default_rng(0)
    x = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    w = np.array([[[[1.0, 10.0], [100.0, -5.0]]]])
    other_order = (
        rng.normal(size=(5, 4, 3, 2)).astype(np.float32).transpose(3, 2, 0, 1),
        rng.normal(size=(3, 4, 5, 3)).astype(np.float32).transpose(3, 2, 0, 1),
        rng.normal(size=5).astype(np.float32),
        2,
        1,
    )
    return [
        Case("a picture of 2 x 2, a kernel of 2 x 2", (x, w, np.zeros(1), 1, 0)),
        Case("a bias", (x, w, np.array([7.0]), 1, 0)),
        _case(rng, "a stride of 2", (1, 1, 2, 2), (1, 3, 3), stride=2),
        _case(rng, "a stride above the kernel", (1, 1, 2, 2), (1, 2, 2), stride=3, bias=True),
        _case(rng, "padding of 1", (1, 1, 3, 3), (1, 3, 3), padding=1),
        _case(rng, "two channels", (1, 2, 2, 2), (1, 2, 2)),
        _case(rng, "three output channels", (1, 1, 2, 2), (3, 2, 2), bias=True),
        _case(rng, "three samples", (3, 1, 2, 2), (1, 2, 2)),
        _case(
            rng, "three samples, channels and output channels", (3, 3, 3, 2), (3, 2, 2), bias=True
        ),
        _case(rng, "a wide picture", (1, 1, 2, 4), (1, 2, 2)),
        _case(rng, "a tall picture", (1, 1, 4, 2), (1, 2, 2)),
        _case(rng, "a wide kernel", (1, 1, 3, 3), (1, 2, 3)),
        _case(rng, "a tall kernel", (1, 1, 3, 3), (1, 3, 2)),
        _case(rng, "a stride of 2 with padding of 1", (1, 1, 3, 4), (1, 4, 4), stride=2, padding=1),
        _case(rng, "padding of 2, two channels", (3, 2, 4, 5), (4, 3, 3), padding=2, bias=True),
        Case(
            "everything at once",
            (
                rng.normal(size=(4, 2, 5, 6)),
                rng.normal(size=(2, 7, 3, 5)),
                rng.normal(size=7) * 5,
                3,
                1,
            ),
        ),
        Case("float32 in another memory order", other_order),
    ]


exercise = Exercise(conv_transpose2d_forward, ["y"], cases)
