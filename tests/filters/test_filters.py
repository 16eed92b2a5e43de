"""The hand-made kernels and their application, against SciPy, Pillow and results by hand."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
from PIL import Image, ImageFilter

from minicnn import Conv2D
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.filters import KERNELS, apply_kernel, box_blur, gaussian_blur, rescale_intensity

every_kernel = pytest.mark.parametrize("name", KERNELS)
MODES = {"replicate": "nearest", "zeros": "constant", "reflect": "mirror", "circular": "wrap"}


def grey(dtype: Any = np.float64) -> Any:
    picture = np.random.default_rng(0).random((17, 23))
    return (255 * picture).astype(np.uint8) if dtype == np.uint8 else picture.astype(dtype)


@every_kernel
@pytest.mark.parametrize("padding", MODES)
def test_it_is_the_correlation_of_scipy(name: str, padding: str) -> None:
    expected = scipy.ndimage.correlate(grey(), KERNELS[name].values, mode=MODES[padding])
    np.testing.assert_allclose(apply_kernel(grey(), name, padding), expected, atol=1e-12)


@pytest.mark.parametrize("size", [1, 3, 5, 7, 11])
def test_blurs_of_every_size(size: int) -> None:
    for kernel in (box_blur(size), gaussian_blur(size), gaussian_blur(size, sigma=1.5)):
        assert kernel.shape == (size, size)
        assert kernel.sum() == pytest.approx(1.0)
        expected = scipy.ndimage.correlate(grey(), kernel, mode="nearest")
        np.testing.assert_allclose(apply_kernel(grey(), kernel), expected, atol=1e-12)
    np.testing.assert_allclose(apply_kernel(np.ones((9, 9)), box_blur(size)), 1.0)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 3.0])
def test_the_bell_is_that_of_scipy(sigma: float) -> None:
    point = np.zeros((9, 9))
    point[4, 4] = 1.0
    expected = scipy.ndimage.gaussian_filter(point, sigma, mode="constant", radius=4)
    np.testing.assert_allclose(gaussian_blur(9, sigma), expected, atol=1e-12)


def test_edge_enhance_is_that_of_pillow() -> None:
    picture = grey(np.uint8)
    expected = np.asarray(Image.fromarray(picture).filter(ImageFilter.EDGE_ENHANCE))
    ours = apply_kernel(picture, "edge_enhance")
    # Pillow leaves the outermost pixels as they are.
    np.testing.assert_array_equal(ours[1:-1, 1:-1], expected[1:-1, 1:-1])


@pytest.mark.parametrize(
    "name", ["box_blur", "sharpen", "laplacian", "outline", "sobel_x", "emboss"]
)
def test_bytes_are_rounded_and_cut_off_as_by_pillow(name: str) -> None:
    values = KERNELS[name].values[::-1]  # Pillow turns kernels upside down
    weights = (9 * values if name == "box_blur" else values).round().ravel().tolist()
    theirs = ImageFilter.Kernel((3, 3), weights, scale=9 if name == "box_blur" else 1)
    colours = np.dstack([grey(np.uint8), grey(np.uint8)[::-1], grey(np.uint8)[:, ::-1]])
    expected = np.asarray(Image.fromarray(colours).filter(theirs))
    ours = apply_kernel(colours, name)
    np.testing.assert_array_equal(ours[1:-1, 1:-1], expected[1:-1, 1:-1])


def test_the_four_sobels_point_where_they_say() -> None:
    sides: dict[str, Any] = {
        "top": np.s_[:2],
        "bottom": np.s_[-2:],
        "left": np.s_[:, :2],
        "right": np.s_[:, -2:],
    }
    for side, lit in sides.items():
        picture = np.zeros((4, 4))
        picture[lit] = 1.0
        answers = {other: apply_kernel(picture, f"{other}_sobel").sum() for other in sides}
        assert answers[side] > 0
        assert max(answers, key=lambda other: answers[other]) == side
    np.testing.assert_array_equal(KERNELS["top_sobel"].values, [[1, 2, 1], [0, 0, 0], [-1, -2, -1]])


def test_the_bank_says_what_it_is() -> None:
    assert len(KERNELS) == 18
    for kernel in KERNELS.values():
        assert kernel.description
        assert "\n" not in kernel.description
        with pytest.raises(ValueError, match="read-only"):
            kernel.values[0, 0] = 1.0
    blurs = ("identity", "box_blur", "gaussian_blur", "sharpen", "edge_enhance", "emboss")
    for name, kernel in KERNELS.items():
        assert kernel.values.sum() == pytest.approx(1.0 if name in blurs else 0.0)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_every_colour_by_itself(dtype: Any) -> None:
    planes = [grey(dtype), grey(dtype)[::-1], grey(dtype)[:, ::-1]]
    expected = np.dstack([apply_kernel(plane, "sharpen") for plane in planes])
    found = apply_kernel(np.dstack(planes), "sharpen")
    assert found.dtype == dtype
    np.testing.assert_allclose(found, expected, atol=1e-6)
    alpha = grey(dtype)[::-1, ::-1]
    with_alpha = apply_kernel(np.dstack([*planes, alpha]), "sharpen")
    np.testing.assert_array_equal(with_alpha, np.dstack([found, alpha]))
    inside = apply_kernel(np.dstack([*planes, alpha]), np.ones((3, 4)), padding="valid")
    np.testing.assert_array_equal(inside[:, :, 3], alpha[1:-1, 1:-2])


def test_a_kernel_with_depth_adds_the_colours_up() -> None:
    colours = np.random.default_rng(0).random((6, 7, 3))
    weights = np.array([0.2, 0.5, 0.3]).reshape(3, 1, 1)
    np.testing.assert_allclose(apply_kernel(colours, weights), colours @ weights.ravel())
    with pytest.raises(ShapeError, match=r"got 2 channels in a kernel \(2, 3, 3\) for 3"):
        apply_kernel(colours, np.ones((2, 3, 3)))


def test_valid_is_the_inside() -> None:
    whole = apply_kernel(grey(), box_blur(5))
    np.testing.assert_allclose(apply_kernel(grey(), box_blur(5), "valid"), whole[2:-2, 2:-2])


def test_the_picture_is_left_as_it_is() -> None:
    picture = grey()
    picture.setflags(write=False)
    apply_kernel(picture, "identity")[0, 0] = 7.0
    np.testing.assert_array_equal(picture, grey())


@pytest.mark.parametrize(("dtype", "top"), [(np.float64, 1.0), (np.uint8, 255)])
def test_rescaled_answers_fill_the_range(dtype: Any, top: float) -> None:
    answer = apply_kernel(grey(dtype), "laplacian", rescale=True)
    assert (answer.min(), answer.max()) == (0, top)
    flat = apply_kernel(np.full((4, 4), 9, dtype), "laplacian", rescale=True)
    np.testing.assert_array_equal(flat, 0)


def test_rescale_intensity() -> None:
    np.testing.assert_allclose(rescale_intensity(np.array([2.0, 3.0, 6.0])), [0, 0.25, 1])
    np.testing.assert_allclose(rescale_intensity(np.array([0, 100, 300]), (0, 200)), [0, 0.5, 1])
    np.testing.assert_allclose(rescale_intensity(np.array([1.0, 1.0]), out_range=(-1, 1)), -1)
    assert rescale_intensity(np.zeros(2, np.float32)).dtype == np.float32
    for bad in ((1,), (2, 1), (0, np.nan), "01"):
        with pytest.raises(ArgumentError, match="in_range"):
            rescale_intensity(np.zeros(2), bad)  # type: ignore[arg-type] # the point of the test
    for broken in (np.array([]), np.array([np.inf]), np.array(["a"]), [1.0]):
        with pytest.raises(DataError):
            rescale_intensity(broken)  # type: ignore[arg-type] # likewise


@pytest.mark.parametrize(
    ("image", "kernel", "padding", "error", "message"),
    [
        (np.zeros((4, 4)), "sobel", "zeros", ArgumentError, "kernel must be one of identity, "),
        (np.zeros((4, 4)), "sobel_x", "mirror", ArgumentError, "padding must be one of zeros, "),
        (np.zeros((4, 4)), np.ones(3), "zeros", ShapeError, r"got shape \(3,\)"),
        (
            np.zeros((4, 4)),
            [[1, 2], [3]],
            "zeros",
            ShapeError,
            "kernel must be an array of numbers, got",
        ),
        (np.zeros((4, 4)), [[1j]], "zeros", ShapeError, "kernel must be an array of numbers, got"),
        (np.zeros((4, 4)), [[np.nan]], "zeros", DataError, "kernel must be finite"),
        (np.zeros((4, 4, 2)), "sobel_x", "zeros", ShapeError, r"got shape \(4, 4, 2\)"),
        (np.zeros((0, 4)), "sobel_x", "zeros", ShapeError, r"got shape \(0, 4\)"),
        (
            np.zeros((4, 4), int),
            "sobel_x",
            "zeros",
            DataError,
            "float32, float64 or uint8, got int64",
        ),
        ([[1.0]], "sobel_x", "zeros", DataError, "as an array, got list"),
        (np.full((4, 4), np.inf), "sobel_x", "zeros", DataError, "image must be finite"),
        (np.zeros((2, 4)), "sobel_x", "valid", ShapeError, "3 x 3 does not fit .* 2 x 4"),
        (np.zeros((2, 9)), np.ones((5, 5)), "reflect", ShapeError, "must be smaller than the axis"),
    ],
)
def test_bad_input(image: Any, kernel: Any, padding: str, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        apply_kernel(image, kernel, padding)


def test_sizes_without_a_middle() -> None:
    for blur in (box_blur, gaussian_blur):
        with pytest.raises(ArgumentError, match="size must be odd"):
            blur(4)
    with pytest.raises(ArgumentError, match="sigma"):
        gaussian_blur(3, sigma=0.0)


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_a_large_kernel_on_a_large_picture_stays_in_bounded_memory(dtype: Any) -> None:
    picture = np.ones((1500, 2000), dtype)
    tracemalloc.start()
    answer = apply_kernel(picture, box_blur(21))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_allclose(answer, 1, rtol=1e-12)
    assert peak < 500e6, "all columns at once would take 5 or 10 GB"


def test_extremes_stay_finite() -> None:
    huge = np.array([-1.5e308, 0.0, 1.5e308])
    np.testing.assert_allclose(rescale_intensity(huge), [0, 0.5, 1])
    np.testing.assert_allclose(rescale_intensity((huge / 1e270).astype(np.float32)), [0, 0.5, 1])
    with pytest.raises(ArgumentError, match="out_range must fit into float32"):
        rescale_intensity(np.zeros(2, np.float32), out_range=(0, 1e300))
    np.testing.assert_array_equal(gaussian_blur(3, 1e-200), [[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    np.testing.assert_allclose(gaussian_blur(3, 1e200), box_blur(3))
    assert gaussian_blur(1101).sum() == pytest.approx(1.0)


def test_a_frozen_bank_as_a_layer() -> None:
    bank = [kernel.values for kernel in KERNELS.values()]
    layer = Conv2D.from_kernels(bank, padding="same", padding_mode="replicate")
    assert layer.build((1, 17, 23), np.random.default_rng(0)) == (18, 17, 23)
    answers = layer(grey()[np.newaxis, np.newaxis])[0]
    for name, answer in zip(KERNELS, answers, strict=True):
        np.testing.assert_allclose(answer, apply_kernel(grey(), name), atol=1e-5)
    with pytest.raises(ShapeError, match=r"3 channels in 1 groups; got kernels of 1 channels"):
        Conv2D.from_kernels(bank).build((3, 17, 23), np.random.default_rng(0))
