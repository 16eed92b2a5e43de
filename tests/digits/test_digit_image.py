"""Photos of digits become pictures as MNIST's are: in place, in size, in darkness."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from minicnn import (
    SGD,
    CrossEntropy,
    Dense,
    Flatten,
    OneCycle,
    ReLU,
    Sequential,
    Trainer,
    digit_image,
)
from minicnn.data import Dataset, load_mnist
from minicnn.errors import DataError
from minicnn.typing import Array

COUNT = 100


@cache
def digits() -> Dataset:
    return load_mnist().test[:COUNT]


@pytest.fixture(scope="module")
def model() -> Sequential:
    """A small network that knows digits: 98 % of these."""
    layers = [Flatten(), Dense(64), ReLU(), Dense(10)]
    model = Sequential(layers, input_shape=(1, 28, 28), seed=0)
    trainer = Trainer(model, SGD(OneCycle(0.2), momentum=0.9), CrossEntropy(), workers=1)
    trainer.fit(load_mnist().train[:20_000], epochs=2, batch_size=50)
    return model


def accuracy(model: Sequential, images: Array) -> float:
    return float((model.predict(images).argmax(axis=1) == digits().labels).mean())


def photo(
    digit: Array,
    rng: np.random.Generator,
    *,
    scale: int = 7,
    canvas: tuple[int, int] = (240, 200),
    contrast: float = 0.65,
    noise: float = 0.04,
) -> npt.NDArray[np.uint8]:
    """A digit of MNIST in dark ink somewhere on light paper, lit from a corner, with noise."""
    large = Image.fromarray((digit * 255).astype(np.uint8)).resize(
        (28 * scale, 28 * scale), Image.Resampling.BICUBIC
    )
    ink = np.zeros(canvas)
    top, left = (rng.integers(0, side - 28 * scale + 1) for side in canvas)
    ink[top : top + 28 * scale, left : left + 28 * scale] = np.asarray(large) / 255
    slopes = (np.linspace(0, 1, side)[:: rng.choice([-1, 1])] for side in canvas)
    light = 0.92 - 0.2 * np.add.outer(*slopes)
    taken = light * (1 - contrast * ink) + rng.normal(0, noise, canvas)
    return (taken.clip(0, 1) * 255).astype(np.uint8)


def paper_with_a_one(height: int = 300, width: int = 200) -> Array:
    paper = np.full((height, width), 0.8)
    paper[height // 4 : height // 4 * 3, width // 2 - 5 : width // 2 + 5] = 0.2
    return paper


def is_a_one(image: Array) -> bool:
    """Whether the ink is one upright bar in the middle, 20 high."""
    rows, columns = np.flatnonzero(image[0].any(axis=1)), np.flatnonzero(image[0].any(axis=0))
    upright = len(rows) == 20 and len(columns) <= 4 and 12 <= columns.mean() <= 16
    return bool(upright and image.max() == 1)


@pytest.mark.parametrize("white", [False, True], ids=["as it is", "inverted"])
def test_mnist_comes_out_as_it_goes_in(model: Sequential, white: bool) -> None:
    originals = digits().images
    images = np.stack([digit_image(1 - x[0] if white else x[0]) for x in originals])
    assert images.shape == (COUNT, 1, 28, 28)
    assert images.dtype == np.float32
    largest = np.abs(images - originals).max(axis=(1, 2, 3))
    assert np.abs(images - originals).mean() < 0.002
    assert (largest < 0.05).mean() > 0.97
    assert accuracy(model, images) >= accuracy(model, originals) - 0.01


@pytest.mark.parametrize(
    "circumstances",
    [
        {},
        {"scale": 4},
        {"scale": 7, "canvas": (300, 280)},
        {"scale": 2, "canvas": (90, 100)},
        {"contrast": 0.35},
        {"noise": 0.1},
        {"canvas": (600, 500)},
    ],
    ids=str,
)
def test_photos_are_read_as_well_as_mnist(model: Sequential, circumstances: Any) -> None:
    rng = np.random.default_rng(0)
    images = [digit_image(photo(x[0], rng, **circumstances)) for x in digits().images[:20]]
    labels = digits().labels[:20]
    right = model.predict(np.stack(images)).argmax(axis=1) == labels
    assert right.mean() >= 0.93
    assert 0.09 < np.mean(images) < 0.15  # MNIST's is 0.13: strokes are as wide and as dark


def test_chalk_on_a_blackboard_is_ink_too() -> None:
    rng = np.random.default_rng(0)
    for x in digits().images[:10]:
        taken = photo(x[0], rng)
        # Both are divided by the light of their paper, which is not the same for them.
        np.testing.assert_allclose(digit_image(255 - taken), digit_image(taken), atol=0.5)
        assert np.abs(digit_image(255 - taken) - digit_image(taken)).mean() < 0.03


@pytest.mark.parametrize(("height", "width"), [(300, 30), (30, 300), (90, 90)])
def test_size_aspect_and_centre_of_mass(height: int, width: int) -> None:
    paper = np.ones((400, 400))
    paper[20 : 20 + height, 60 : 60 + width] = 0  # a filled box: its mass is in its middle
    (image,) = digit_image(paper)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert max(len(rows), len(columns)) == 20
    expected = 20 * min(height, width) / max(height, width)
    assert abs(min(len(rows), len(columns)) - expected) <= 1
    total = image.sum()
    assert abs((image.sum(axis=1) @ np.arange(28)) / total - 14) <= 0.5001
    assert abs((image.sum(axis=0) @ np.arange(28)) / total - 14) <= 0.5001


def test_ink_of_any_paleness_fills_the_range() -> None:
    for ink in (0.0, 0.4, 0.72):
        paper = np.where(paper_with_a_one() < 0.5, ink, 0.8)
        image = digit_image(paper)
        assert is_a_one(image)
        assert np.median(image[image > 0.5]) > 0.9


def test_a_fine_pen_is_as_wide_as_one_of_mnist() -> None:
    for height in (60, 150, 380):
        paper = np.ones((400, 300))
        paper[10 : 10 + height, 150] = 0
        image = digit_image(paper)
        assert is_a_one(image)
        assert 1.5 <= image.sum() / 20 <= 3.2  # pixels of ink in a row


OTHER_INK: dict[str, list[Any]] = {
    "a frame": [np.s_[:8], np.s_[-8:], np.s_[:, :8], np.s_[:, -8:]],
    "a shadow": [np.s_[120:180, -12:]],
    "a line of the paper": [np.s_[20:23]],
    "specks": [np.s_[30:38, 30:38], np.s_[200:206, 150:156]],
}


@pytest.mark.parametrize("what", OTHER_INK)
def test_what_is_no_digit_is_left_out(what: str) -> None:
    paper = paper_with_a_one()
    alone = digit_image(paper)
    for where in OTHER_INK[what]:
        paper[where] = 0.15
    found = digit_image(paper)
    assert is_a_one(found)
    np.testing.assert_allclose(found, alone, atol=0.2)


def test_a_light_frame_around_a_blackboard() -> None:
    board = 1 - paper_with_a_one()
    for where in OTHER_INK["a frame"]:
        board[where] = 0.9
    assert is_a_one(digit_image(board))


def test_the_same_ink_in_a_shadow_is_as_dark() -> None:
    lit = paper_with_a_one()
    shadowed = lit.copy()
    shadowed[150:] *= 0.25  # the lower half of the one, and the paper there
    np.testing.assert_allclose(digit_image(shadowed), digit_image(lit), atol=0.3)


def test_the_faintest_ink() -> None:
    for ink, enough in [(0.95, True), (0.98, False)]:
        paper = np.where(paper_with_a_one() < 0.5, ink, 1.0)
        if enough:
            assert is_a_one(digit_image(paper))
        else:
            with pytest.raises(DataError, match=r"at least 3% of the paper's light.*got at most 2"):
                digit_image(paper)


def test_squares_on_the_paper_are_left_out() -> None:
    paper = np.full((300, 200), 0.9)
    paper[::20], paper[:, ::20] = 0.7, 0.7
    paper[80:220, 95:105] = 0.2
    assert is_a_one(digit_image(paper))


def test_a_digit_at_the_rim_is_the_digit() -> None:
    for shift in (0, 75):
        paper = np.roll(paper_with_a_one(), -shift, axis=0)
        assert is_a_one(digit_image(paper)), "also with nothing between it and the upper rim"
    whole = np.full((200, 100), 0.8)
    whole[:, 45:55] = 0.2  # from rim to rim
    assert is_a_one(digit_image(whole))


def test_a_digit_in_two_pieces_is_one() -> None:
    paper = np.ones((300, 300))
    paper[50:62, 120:200] = 0  # the bar of a five, apart from the rest
    paper[75:250, 120:132] = 0
    (image,) = digit_image(paper)
    assert image[:3].sum() == 0
    rows = image.any(axis=1)
    assert rows[np.flatnonzero(rows)[0] + 1]
    assert image[np.flatnonzero(rows)[0]].sum() > 4  # the bar is the uppermost row of ink


def test_a_file_is_as_good_as_an_array(tmp_path: Path) -> None:
    taken = photo(digits().images[3, 0], np.random.default_rng(0))
    Image.fromarray(taken).save(tmp_path / "digit.png")
    np.testing.assert_array_equal(digit_image(tmp_path / "digit.png"), digit_image(taken))


def flat_noise(*shape: int) -> Array:
    return 0.8 + 0.02 * np.random.default_rng(0).normal(size=shape).clip(-5, 5)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((28, 28)),
        np.ones((28, 28)),
        np.full((300, 200), 0.5),
        np.zeros((1, 1)),
        np.zeros((1, 1, 1)),
        np.ones((1, 500)),
        flat_noise(28, 28),
        flat_noise(500, 300),
        np.random.default_rng(0).random((300, 300)),
    ],
    ids=lambda picture: f"{picture.shape} {picture.ravel()[0]:.2f}",
)
def test_paper_without_a_digit(picture: Array) -> None:
    with pytest.raises(DataError, match=r"digit_image: no digit found.*got at most"):
        digit_image(picture)


def test_the_file_without_a_digit_is_named(tmp_path: Path) -> None:
    Image.new("L", (90, 90), 200).save(tmp_path / "blank.png")
    with pytest.raises(DataError, match=r"blank\.png: no digit found"):
        digit_image(tmp_path / "blank.png")


def test_random_pictures_give_an_image_or_a_data_error() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        shape = rng.integers(1, 40, 2)
        picture: npt.NDArray[Any] = rng.random(shape) ** rng.integers(1, 20)
        if rng.random() < 0.5:
            picture = picture > rng.random()
        try:
            image = digit_image(picture)
        except DataError as error:
            said = str(error)
            assert "no digit found" in said or "expected one digit" in said
        else:
            assert image.shape == (1, 28, 28)
            assert 0 == image.min() < image.max() == 1


def page(digit: Array, millimetres: int, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """A digit of that height somewhere on a sheet of A4, 1200 x 1600 pixels, lit from a corner."""
    scale = millimetres * 1200 / 297 / 20 / 28  # of a digit, 20 of 28 pixels high
    side = round(28 * 28 * scale)
    large = Image.fromarray((digit * 255).astype(np.uint8)).resize(
        (side, side), Image.Resampling.BICUBIC
    )
    ink = np.zeros((1200, 1600), np.float32)
    top, left = rng.integers(60, 1140 - side), rng.integers(60, 1540 - side)
    ink[top : top + side, left : left + side] = np.asarray(large) / 255
    light = 0.92 - 0.25 * np.add.outer(np.linspace(0, 1, 1200), np.linspace(1, 0, 1600))
    taken = light * (1 - 0.65 * ink) + rng.normal(0, 0.03, ink.shape).astype(np.float32)
    return (taken.clip(0, 1) * 255).astype(np.uint8)


@pytest.mark.parametrize("millimetres", [36, 7, 5])
def test_ordinary_handwriting_on_a_page(model: Sequential, millimetres: int) -> None:
    rng = np.random.default_rng(millimetres)
    images = [digit_image(page(x[0], millimetres, rng)) for x in digits().images[:6]]
    right = model.predict(np.stack(images)).argmax(axis=1) == digits().labels[:6]
    assert right.sum() >= 5


def stroke(*pieces: tuple[slice, slice]) -> Array:
    paper = np.full((200, 240), 0.8)
    for piece in pieces:
        paper[piece] = 0.2
    return paper


def test_two_digits_are_not_one() -> None:
    one, seven, bar = np.s_[60:140, 60:70], np.s_[60:140, 150:160], np.s_[60:70, 120:160]
    assert digit_image(stroke(one)).shape == digit_image(stroke(seven, bar)).shape
    with pytest.raises(DataError, match="expected one digit, found 2 pieces of ink"):
        digit_image(stroke(one, seven, bar))
    three = stroke(np.s_[60:140, 40:50], np.s_[70:140, 90:100], np.s_[60:130, 150:160])
    with pytest.raises(DataError, match=r"found 3 pieces .* crop to one of them"):
        digit_image(three)
    digit_image(stroke(one, np.s_[120:140, 150:160]))  # a blot is no digit


def ramp(low: float, high: float, shape: tuple[int, int]) -> Array:
    return np.broadcast_to(np.linspace(low, high, shape[1]), shape)


@pytest.mark.parametrize(
    "picture",
    [
        ramp(0.3, 0.9, (200, 200)),
        ramp(0.9, 0.05, (300, 200)),
        ramp(0.2, 0.8, (200, 200)) * ramp(0.4, 1, (200, 200)).T,
        0.5 + 0.3 * np.sin(ramp(0, 20, (200, 200))),
    ],
    ids=["to the right", "to the left", "to a corner", "waves"],
)
def test_light_that_changes_slowly_is_no_ink(picture: Array) -> None:
    with pytest.raises(DataError, match="no digit found"):
        digit_image(picture)


def test_white_ink_on_transparency(tmp_path: Path) -> None:
    pixels = np.full((200, 200, 4), 255, np.uint8)
    pixels[..., 3] = 0
    pixels[40:160, 95:105, 3] = 255
    assert is_a_one(digit_image(pixels))
    Image.fromarray(pixels).save(tmp_path / "white.png")
    assert is_a_one(digit_image(tmp_path / "white.png"))
    pixels[..., :3] = 0
    assert is_a_one(digit_image(pixels))


def test_an_array_with_one_channel_last() -> None:
    paper = paper_with_a_one()
    np.testing.assert_array_equal(digit_image(paper[:, :, np.newaxis]), digit_image(paper))
