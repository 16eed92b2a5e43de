"""Augmentations: what they make of pictures, what they refuse, and how a data set carries them."""

from typing import Any

import numpy as np
import pytest

from minicnn.data import Affine, Augmentation, Crop, Dataset, Erase, Flip
from minicnn.describe import construct
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.typing import Array

EVERY = [Affine(turn=40, shift=2, scale=0.3, shear=20), Flip(), Crop(2), Erase((2, 5))]
every = pytest.mark.parametrize("augmentation", EVERY, ids=repr)


def normal(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# -- what all of them have in common --------------------------------------------------------


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(8, 1, 9, 9), (1, 3, 6, 11), (5, 2, 7, 5)])
def test_new_pictures_of_the_same_kind_whatever_the_order_in_memory(
    augmentation: Augmentation, dtype: Any, shape: tuple[int, ...]
) -> None:
    images = normal(*shape).astype(dtype)
    before, expected = images.copy(), augmentation(images, rng())
    assert (expected.shape, expected.dtype) == (shape, dtype)
    assert not np.shares_memory(expected, images)
    for ordered in (np.asfortranarray(images), np.flip(np.flip(images, 3).copy(), 3)):
        assert not ordered.flags.c_contiguous or 1 in shape
        np.testing.assert_array_equal(augmentation(ordered, rng()), expected)
    np.testing.assert_array_equal(images, before)


@every
def test_the_same_seed_gives_the_same_bits_and_another_one_others(
    augmentation: Augmentation,
) -> None:
    images = normal(20, 1, 9, 8)
    np.testing.assert_array_equal(augmentation(images, rng(1)), augmentation(images, rng(1)))
    assert not np.array_equal(augmentation(images, rng(1)), augmentation(images, rng(2)))
    generator = rng(1)
    first = augmentation(images, generator)
    assert not np.array_equal(augmentation(images, generator), first)


@every
def test_each_picture_has_a_draw_of_its_own_and_all_channels_the_same(
    augmentation: Augmentation,
) -> None:
    one = normal(1, 1, 9, 9)
    changed = augmentation(np.tile(one, (40, 3, 1, 1)), rng())
    different = len({picture.tobytes() for picture in changed})
    assert different == 2 if isinstance(augmentation, Flip) else different > 10
    for channel in range(3):
        np.testing.assert_array_equal(changed[:, channel], changed[:, 0])


@every
def test_it_prints_as_the_call_that_makes_it(augmentation: Augmentation) -> None:
    assert eval(repr(augmentation), globals()).config == augmentation.config  # noqa: S307
    again = construct(type(augmentation), augmentation.config)
    assert repr(again) == repr(augmentation)


@every
@pytest.mark.parametrize(
    ("images", "message"),
    [
        (normal(4, 9), r"expected pictures, an array of shape \(N, C, H, W\), got \(4, 9\)"),
        (normal(1, 9, 9), r"\(N, C, H, W\), got \(1, 9, 9\)"),
        ([[[[0.0]]]], r"images must be a NumPy array of shape \(N, 1, 1, 1\), got list"),
        (normal(0, 1, 9, 9), r"images must have shape"),
        (np.zeros((1, 1, 9, 9), np.uint8), r"floating-point numbers, got uint8; bytes"),
    ],
)
def test_what_is_no_picture_is_refused(
    augmentation: Augmentation, images: Any, message: str
) -> None:
    with pytest.raises(ShapeError, match=message) as caught:
        augmentation(images, rng())
    assert str(caught.value).startswith(f"{augmentation}: ")
    with pytest.raises(ArgumentError, match="rng must be a Generator, got int"):
        augmentation(normal(1, 1, 9, 9), 0)  # type: ignore[arg-type] # the point of the test


# -- each by itself ---------------------------------------------------------------------------


def test_a_picture_that_is_flipped_twice_is_as_before() -> None:
    images = normal(200, 2, 4, 5)
    flipped = Flip()(images, rng(3))
    np.testing.assert_array_equal(Flip()(flipped, rng(3)), images)
    mirrored = (flipped == images[..., ::-1]).all(axis=(1, 2, 3))
    np.testing.assert_array_equal(flipped[~mirrored], images[~mirrored])
    assert 80 < mirrored.sum() < 120


@pytest.mark.parametrize("fill", [0.0, 9.0])
def test_a_crop_is_a_window_of_the_picture_with_its_border(fill: float) -> None:
    image = normal(2, 5, 6)
    wide = np.pad(image, ((0, 0), (2, 2), (2, 2)), constant_values=fill)
    windows = {
        wide[:, top : top + 5, left : left + 6].tobytes(): (top, left)
        for top in range(5)
        for left in range(5)
    }
    cropped = Crop(2, fill)(np.tile(image, (1_000, 1, 1, 1)), rng())
    found = [windows[np.ascontiguousarray(picture).tobytes()] for picture in cropped]
    assert set(found) == set(windows.values()), "every window, and no other picture"
    assert min(map(found.count, set(found))) > 20


@pytest.mark.parametrize("size", [1, 3, (2, 4)])
def test_erase_covers_one_rectangle(size: Any) -> None:
    smallest, largest = (size, size) if isinstance(size, int) else size
    images, fill = normal(800, 2, 6, 7), 5.0
    changed = Erase(size, probability=1, fill=fill)(images, rng())
    middles, sizes = set(), set()
    for picture, before in zip(changed, images, strict=True):
        covered = (picture == fill).all(axis=0)
        rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
        assert covered[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all(), "no holes"
        assert covered.sum() == len(rows) * len(columns)
        np.testing.assert_array_equal(picture[:, ~covered], before[:, ~covered])
        middles.add((int(rows[0]), int(columns[0])))
        if min(rows[0], columns[0]) > 0 and rows[-1] < 5 and columns[-1] < 6:  # not cut off
            sizes.add((len(rows), len(columns)))
        assert len(rows) <= largest
        assert len(columns) <= largest
    between = range(smallest, largest + 1)
    assert sizes == {(height, width) for height in between for width in between}
    assert {row for row, _ in middles} >= set(range(5)), "it lies anywhere"
    assert {column for _, column in middles} >= set(range(6))


def test_some_pictures_lose_nothing() -> None:
    images = np.ones((1_000, 1, 6, 6))
    for probability, low, high in ((0.0, 0, 0), (0.3, 250, 350), (1.0, 1_000, 1_000)):
        erased = Erase(2, probability)(images, rng())
        assert low <= (erased.min(axis=(1, 2, 3)) == 0).sum() <= high
    assert 450 < (Erase(2)(images, rng()).min(axis=(1, 2, 3)) == 0).sum() < 550


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Crop(0), "Crop: padding must be a whole number of at least 1, got 0"),
        (lambda: Crop(1.5), "Crop: padding must be a whole number"),  # type: ignore[arg-type]
        (lambda: Crop(1, fill=np.inf), "Crop: fill must be a number"),
        (lambda: Erase(0), "Erase: size must be a whole number of at least 1, got 0"),
        (lambda: Erase((4, 2)), r"Erase: size must have the smaller number first, got \(4, 2\)"),
        (lambda: Erase((1, 2, 3)), "Erase: size must be one whole number or 2"),  # type: ignore[arg-type]
        (lambda: Erase(2, 1.5), "Erase: probability must be at most 1, got 1.5"),
        (lambda: Erase(2, -0.5), "Erase: probability must be a number of at least 0"),
        (lambda: Erase(2, fill=np.nan), "Erase: fill must be a number"),
    ],
)
def test_options_out_of_range(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{message}"):
        make()


def test_pictures_too_small_for_an_option() -> None:
    with pytest.raises(ShapeError, match=r"^Crop\(5\): the padding must fit .* needs 6 x 6"):
        Crop(5)(normal(2, 1, 5, 9), rng())
    with pytest.raises(ShapeError, match=r"^Erase\(\(2, 6\)\): the size .* got 9 x 5"):
        Erase((2, 6))(normal(2, 1, 9, 5), rng())
    Crop(4)(normal(2, 1, 5, 9), rng())
    Erase(5)(normal(2, 1, 9, 5), rng())


# -- of one's own -----------------------------------------------------------------------------


class Darken(Augmentation):
    moves_pixels = False

    def __init__(self, most: float = 0.5) -> None:
        self.most = most

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        shares = rng.uniform(0, self.most, (len(images), 1, 1, 1))
        return images * (1 - shares).astype(images.dtype)


class Forgetful(Augmentation):
    def __init__(self, most: float = 0.5) -> None:
        pass

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        return images.copy()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda images: images.astype(np.float64), r"float32 of \(2, 1, 3, 4\).*got float64 of"),
        (lambda images: images[..., :-1], r"got float32 of \(2, 1, 3, 3\)"),
        (lambda images: None, r"got NoneType of \(\)"),
    ],
)
def test_what_one_of_ones_own_returns_wrongly_is_named(wrong: Any, message: str) -> None:
    augmentation = Darken()
    augmentation.change = lambda images, rng: wrong(images)  # type: ignore[method-assign]
    with pytest.raises(ShapeError, match=rf"^Darken\(\): change must return .*{message}"):
        augmentation(np.zeros((2, 1, 3, 4), np.float32), rng())


# -- a data set and its augmentations -----------------------------------------------------------

CLASSES = tuple("0123456789")
DATA = Dataset(normal(30, 1, 8, 8).astype(np.float32), np.arange(30) % 10, CLASSES)


def drawn(data: Dataset, seed: int = 0) -> tuple[Array, Array]:
    """All images of an epoch, and their labels."""
    batches = list(data.batches(7, rng(seed)))
    return np.concatenate([x for x, _ in batches]), np.concatenate([y for _, y in batches])


def test_a_training_sees_other_pictures_in_every_epoch_and_an_evaluation_those_there_are() -> None:
    train, before = DATA.augmented(Affine(turn=20, shift=1), Erase(3)), DATA.images.copy()
    generator = rng()
    epochs = [np.concatenate([x for x, _ in train.batches(7, generator)]) for _ in range(2)]
    assert epochs[0].shape == epochs[1].shape == DATA.images.shape
    assert not set(map(bytes, epochs[0])) & set(map(bytes, epochs[1])) - {b""}
    for images, as_they_are in zip(train.batches(7), DATA.batches(7), strict=True):
        np.testing.assert_array_equal(images[0], as_they_are[0])
    np.testing.assert_array_equal(DATA.images, before)
    assert train.images is DATA.images
    np.testing.assert_array_equal(train[3][0], DATA.images[3])


def test_each_batch_is_changed_by_all_of_them_in_their_order() -> None:
    steps = [Affine(turn=20), Crop(2), Erase(3)]
    images, labels = drawn(DATA.augmented(*steps))
    again = rng()
    order, key = again.permutation(30), int(again.integers(2**63))
    np.testing.assert_array_equal(labels, DATA.labels[order])
    for number, start in enumerate(range(0, 30, 7)):
        batch, own = DATA.images[order[start : start + 7]], rng_of(key, number)
        for step in steps:
            batch = step(batch, own)
        np.testing.assert_array_equal(images[start : start + 7], batch)


def rng_of(key: int, number: int) -> np.random.Generator:
    return np.random.default_rng((key, number))


def test_a_training_without_augmentation_draws_what_it_drew_before() -> None:
    one, other, plain = rng(), rng(), DATA.augmented()
    assert plain.augmentations == ()
    for images, _ in plain.batches(7, one):
        assert len(images)
    other.permutation(30)
    assert one.bit_generator.state == other.bit_generator.state


def test_the_order_of_the_samples_does_not_depend_on_how_much_is_drawn() -> None:
    generators, lists = (rng(), rng()), ([EVERY[1]], EVERY)
    for _ in range(2):
        few, many = (
            [list(y) for _, y in DATA.augmented(*steps).batches(7, generator)]
            for steps, generator in zip(lists, generators, strict=True)
        )
        assert few == many


@pytest.mark.parametrize(
    "part",
    [
        lambda data: data[:20],
        lambda data: data[np.arange(20)],
        lambda data: data[data.labels < 5],
        lambda data: data.split(20)[0],
        lambda data: data.split(20)[1],
    ],
)
def test_every_part_of_augmented_data_is_augmented(part: Any) -> None:
    data = DATA.augmented(Affine(turn=20), Erase(3))
    assert part(data).augmentations == data.augmentations
    assert repr(part(data)).endswith("10 classes, Affine(turn=20.0), Erase(3))")
    images, _ = drawn(part(data))
    assert not np.isin(images.max(axis=(1, 2, 3)), part(data).images).all()
    in_order = np.concatenate([x for x, _ in part(data).batches(7)])
    np.testing.assert_array_equal(in_order, part(data).images)


def test_other_augmentations_replace_those_there_were() -> None:
    once = DATA.augmented(Flip())
    assert repr(once.augmented(Crop(2)).augmentations) == "(Crop(2),)"
    assert once.augmented().augmentations == ()
    assert repr(once.augmentations) == "(Flip(),)"


def test_data_of_ones_own_stays_of_its_kind() -> None:
    class Own(Dataset):
        """Another kind of data."""

    assert type(Own(DATA.images, DATA.labels).augmented(Flip())) is Own


def augmented(shape: tuple[int, ...], targets: Any, *steps: Any) -> Dataset:
    return Dataset(np.zeros(shape), targets).augmented(*steps)


@pytest.mark.parametrize(
    ("shape", "targets", "message"),
    [
        ((3, 4), np.arange(3), r"Flip\(\): expected pictures, .* \(N, C, H, W\), got \(3, 4\)"),
        ((3, 1, 9), np.arange(3), r"got \(3, 1, 9\)"),
        ((3, 1, 4, 5), np.zeros((3, 1, 4, 5)), r"Flip\(\) moves pixels, but the targets of shape"),
        ((3, 1, 4, 5), np.zeros((3, 4, 5), int), r"targets of shape \(3, 4, 5\) are pictures"),
        ((3, 1, 4, 5), np.zeros((3, 20)), r"targets of shape \(3, 20\) are pictures"),
    ],
)
def test_data_that_cannot_be_augmented(shape: tuple[int, ...], targets: Any, message: str) -> None:
    with pytest.raises(DataError, match=f"^Dataset: .*{message}"):
        augmented(shape, targets, Flip())


def test_targets_that_are_pictures_stay_as_they_are_where_no_pixel_moves() -> None:
    images = normal(6, 1, 8, 8)
    data = Dataset(images, images).augmented(Erase(3, probability=1, fill=9.0), Darken())
    for changed, targets in data.batches(4, rng(5)):
        assert (changed != targets).any(axis=(1, 2, 3)).all()
    order = rng(5).permutation(6)
    np.testing.assert_array_equal(drawn(data, 5)[1], images[order])
    with pytest.raises(DataError, match=r"Affine\(turn=5.0\) moves pixels"):
        data.augmented(Darken(), Affine(turn=5))


def test_numbers_and_rows_of_numbers_are_targets_as_ever() -> None:
    for targets in (np.zeros(3), np.zeros((3, 2)), np.arange(3)):
        assert len(augmented((3, 1, 4, 5), targets, Flip(), Affine(turn=3)).augmentations) == 2


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([Flip], "augmentations must be an Augmentation, got the class Flip: call it"),
        ([lambda images, rng: images], "augmentations must be an Augmentation, got function"),
        ([[Flip(), Crop(2)]], "augmentations must be an Augmentation, got list"),
        ([Forgetful()], r"got no attribute 'most'; write self\.most = most in __init__"),
    ],
)
def test_what_is_no_augmentation(steps: list[Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        DATA.augmented(*steps)
    single: Any = Flip()
    with pytest.raises(ArgumentError, match=r"augmentations must be a sequence.*\(Flip\(\),\)"):
        Dataset(DATA.images, DATA.labels, CLASSES, single)


class Halved(Augmentation):
    """One of one's own that works in the pictures that it is given."""

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        images *= 0.5
        return images


class Same(Augmentation):
    """One that hands back what it was given."""

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        return images


class Logarithm(Augmentation):
    """One that makes NaN."""

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            changed: Array = np.log(images - 0.5)
        return changed


def test_an_augmentation_of_ones_own_does_no_harm() -> None:
    images, rng = DATA.images[:4].copy(), np.random.default_rng(0)
    with pytest.raises(ArgumentError, match=r"^Halved\(\): change must not write into images"):
        Halved()(images, rng)
    np.testing.assert_array_equal(images, DATA.images[:4])
    same = Same()(images, rng)
    assert not np.may_share_memory(same, images)
    with pytest.raises(DataError, match=r"Logarithm\(\): what change returned must be finite"):
        Logarithm()(images, rng)
