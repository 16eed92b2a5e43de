"""ConvTranspose2D: the transpose of a convolution, in numbers and as a matrix."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minicnn import Conv2D, ConvTranspose2D, conv_input_size, conv_matrix
from minicnn.errors import ArgumentError, ShapeError

small = st.integers(1, 3)
pairs = st.tuples(small, small)


@settings(max_examples=300, deadline=None)
@given(pairs, pairs, pairs, st.data())
def test_it_is_the_adjoint_of_the_convolution(
    kernel_size: Any, stride: Any, dilation: Any, data: st.DataObject
) -> None:
    """<conv(a), b> = <a, conv_transpose(b)> with the same kernels and options."""
    draw = data.draw
    groups, C, F = draw(small), draw(small), draw(small)
    spans = [gap * (size - 1) + 1 for gap, size in zip(dilation, kernel_size, strict=True)]
    padding = [(draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(2)]
    sizes = [
        max(span - sum(added), 1) + draw(st.integers(0, 5))
        for span, added in zip(spans, padding, strict=True)
    ]
    conv = Conv2D(groups * F, kernel_size, stride, padding, "zeros", dilation, groups, bias=False)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    _, OH, OW = conv.build((groups * C, *sizes), rng)
    extra = [
        (size + sum(added) - span) % step
        for size, added, span, step in zip(sizes, padding, spans, stride, strict=True)
    ]
    options = (kernel_size, stride, padding, dilation, extra)
    assert sizes == [conv_input_size(*args) for args in zip((OH, OW), *options, strict=True)]
    back = ConvTranspose2D(
        groups * C, kernel_size, stride, padding, extra, dilation, groups, bias=False
    )
    assert back.build((groups * F, OH, OW), rng) == (groups * C, *sizes)
    back.weight.value = conv.weight.value = rng.normal(size=conv.weight.value.shape)
    a, b = rng.normal(size=(2, groups * C, *sizes)), rng.normal(size=(2, groups * F, OH, OW))
    assert np.vdot(conv(a), b) == pytest.approx(np.vdot(a, back(b)), rel=1e-10, abs=1e-10)


def test_four_by_four_to_two_by_two_and_back() -> None:
    """The example of Dumoulin and Visin, chapter 4."""
    kernel = np.arange(1.0, 10.0).reshape(3, 3)
    C = conv_matrix(kernel, (4, 4))
    assert C.shape == (4, 16)
    x, b = np.random.default_rng(0).normal(size=(4, 4)), np.array([[1.0, 2.0], [3.0, 4.0]])
    forward = Conv2D.from_kernels(kernel[np.newaxis])
    forward.build((1, 4, 4), np.random.default_rng(0))
    np.testing.assert_allclose(C @ x.ravel(), forward(x[None, None]).ravel(), rtol=1e-12)
    back = ConvTranspose2D(1, 3, bias=False)
    assert back.build((1, 2, 2), np.random.default_rng(0)) == (1, 4, 4)
    back.weight.value = kernel[np.newaxis, np.newaxis]
    np.testing.assert_allclose(C.T @ b.ravel(), back(b[None, None]).ravel(), rtol=1e-12)


def test_one_pixel_stamps_the_kernel() -> None:
    layer = ConvTranspose2D(1, 2, stride=2, bias=False)
    layer.build((1, 1, 2), np.random.default_rng(0))
    layer.weight.value = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    y = layer(np.array([[[[1.0, 10.0]]]]))
    np.testing.assert_array_equal(y[0, 0], [[1, 2, 10, 20], [3, 4, 30, 40]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output_padding": 1}, "smaller than the stride, got output_padding 1 for stride 1"),
        ({"stride": (3, 2), "output_padding": 2}, r"got output_padding 2 for stride \(3, 2\)"),
        ({"stride": 2, "padding": "same", "output_padding": 1}, "settles the output size"),
        ({"groups": 2}, "groups must divide the filters, got 2 groups for 3 filters"),
        ({"output_padding": -1}, "output_padding"),
    ],
)
def test_options_that_make_no_sense(options: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=f"ConvTranspose2D: .*{message}"):
        ConvTranspose2D(3, 3, **options)


def test_shapes_that_do_not_fit() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ShapeError, match=r"leaves nothing of it.* 3 x 4"):
        ConvTranspose2D(3, 3, padding=(1, 2)).build((2, 1, 2), rng)
    with pytest.raises(ShapeError, match="2 groups for 3 input channels"):
        ConvTranspose2D(4, 3, groups=2).build((3, 5, 5), rng)
    with pytest.raises(ShapeError, match=r"\(C, H, W\), got \(5, 5\)"):
        ConvTranspose2D(4, 3).build((5, 5), rng)
