"""What excites a unit, and what a decision hangs on: where the answers are known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minicnn import (
    Conv2D,
    ConvTranspose2D,
    Dense,
    Flatten,
    MaxPool,
    ReLU,
    Sequential,
    Softmax,
)
from minicnn.errors import ArgumentError, DataError, NotReadyError, ShapeError
from minicnn.inspection import maximize, occlusion, saliency, top_patches
from minicnn.typing import Array


def images(count: int = 20, channels: int = 1, size: int = 9) -> Array:
    return np.random.default_rng(0).random((count, channels, size, size))


def network(channels: int = 1) -> Sequential:
    layers = [Conv2D(4, 3, padding=1), ReLU(), MaxPool(2), Conv2D(5, 2), ReLU(), Flatten()]
    return Sequential([*layers, Dense(3), Softmax()], input_shape=(channels, 9, 9), seed=1)


@pytest.mark.parametrize(("layer", "unit"), [(0, 3), (1, 0), (2, 1), (3, 4)])
def test_a_patch_cut_out_excites_the_unit_as_it_did_in_the_image(layer: int, unit: int) -> None:
    model, x = network(channels=2), images(channels=2)
    found = top_patches(model, x, layer, unit, count=6)
    maps = model.activations(x)[layer][:, unit]
    best = maps.max(axis=(1, 2))
    np.testing.assert_array_equal(found.images, np.argsort(-best, kind="stable")[:6])
    np.testing.assert_array_equal(found.activations, np.sort(best)[::-1][:6])
    size = {0: 3, 1: 3, 2: 4, 3: 6}[layer]
    assert found.patches.shape == (6, 2, size, size)
    step = 1 if layer < 2 else 2
    for patch, n, (i, j) in zip(found.patches, found.images, found.places, strict=True):
        padded = np.pad(x[n], ((0, 0), (1, 9), (1, 9)))  # what the first layer adds, and more
        np.testing.assert_array_equal(
            patch, padded[:, step * i : step * i + size, step * j : step * j + size]
        )


def test_the_whole_image_excites_what_sees_all_of_it() -> None:
    model, x = network(), images()
    for layer in (5, 6):
        found = top_patches(model, x, layer, unit=2, count=3)
        np.testing.assert_array_equal(found.patches, x[found.images])
        assert found.places.shape == (3, 0)
    assert len(top_patches(model, x, 0, 0, count=100).patches) == len(x)


def test_patches_beyond_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    model, x = network(), images(20)
    at_once = top_patches(model, x, 3, 1, count=5)
    monkeypatch.setattr("minicnn.inspection.excitation.BATCH", 7)
    np.testing.assert_array_equal(at_once.images, top_patches(model, x, 3, 1, count=5).images)


def test_what_excites_a_single_kernel_most_is_the_sign_of_its_weights() -> None:
    kernels = np.random.default_rng(0).choice([-2.0, -1.0, 1.0, 2.0], size=(3, 2, 3, 4))
    model = Sequential([Conv2D.from_kernels(kernels, padding=1)], input_shape=(2, 9, 8))
    for unit, kernel in enumerate(kernels):
        made = maximize(model, 0, unit, steps=300, decay=0).patch
        np.testing.assert_allclose(made, (kernel > 0).astype(float), atol=1e-6)
        pulled = maximize(model, 0, unit, steps=300, decay=0.2, limits=(-1, 1)).patch
        np.testing.assert_allclose(pulled, kernel * pulled.max() / 2, atol=0.01)


def test_the_made_image_excites_more_than_any_real_one() -> None:
    model, x = network(), images(100)
    before = [parameter.value.copy() for parameter in model.parameters]
    made = maximize(model, 6, unit=1).patch
    assert made.shape == (1, 9, 9)
    assert 0 <= made.min() < made.max() <= 1
    scores = model.part(7)
    assert scores.predict(made[np.newaxis])[0, 1] > scores.predict(x)[:, 1].max()
    np.testing.assert_array_equal(made, maximize(model, 6, unit=1, seed=0).patch)
    for parameter, value in zip(model.parameters, before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)


def test_saliency_is_the_slope_of_the_score() -> None:
    model, x = network(channels=2), images(3, channels=2)
    labels = np.array([2, 0, 1])
    slopes = saliency(model, x, labels)
    scores, step = model.without_softmax(), 1e-6
    rng = np.random.default_rng(1)
    for _ in range(30):
        n, c, i, j = rng.integers([3, 2, 9, 9])
        up, down = x.copy(), x.copy()
        up[n, c, i, j] += step
        down[n, c, i, j] -= step
        change = (scores.forward(up) - scores.forward(down))[n, labels[n]] / (2 * step)
        assert slopes[n, c, i, j] == pytest.approx(change, abs=1e-6)
    chosen = model.predict(x).argmax(axis=1)
    np.testing.assert_array_equal(saliency(model, x), saliency(model, x, chosen))


def test_saliency_beyond_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    model, x = network(), images(20)
    at_once = saliency(model, x)
    monkeypatch.setattr("minicnn.inspection.attribution.BATCH", 7)
    np.testing.assert_allclose(at_once, saliency(model, x), atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 20])
def test_occlusion_is_the_score_lost_with_a_square_covered(size: int) -> None:
    model, image = network(channels=2), images(1, channels=2)[0]
    drop = occlusion(model, image, label=1, size=size, fill=0.5)
    scores = model.part(7)
    for i, j in [(0, 0), (4, 5), (8, 8), (0, 8)]:
        covered = image.copy()
        for row in range(9):
            for column in range(9):
                down, right = row - i + (size - 1) // 2, column - j + (size - 1) // 2
                if 0 <= down < size and 0 <= right < size:
                    covered[:, row, column] = 0.5
        both = scores.predict(np.stack([image, covered]))[:, 1]
        assert drop[i, j] == pytest.approx(both[0] - both[1], abs=1e-12)
    best = int(model.predict(image[np.newaxis]).argmax())
    np.testing.assert_array_equal(occlusion(model, image), occlusion(model, image, best))


def test_the_first_layers_of_a_model_are_a_model() -> None:
    model, x = network(), images()
    np.testing.assert_array_equal(model.part(4).predict(x), model.activations(x)[3])
    assert model.part(4).out_shape == model.layers[3].out_shape
    assert model.part(4).layers[0] is model.layers[0]
    with pytest.raises(ArgumentError, match="count must be at most 8"):
        model.part(9)
    with pytest.raises(ArgumentError, match="count must be a whole number"):
        model.part(0)
    with pytest.raises(NotReadyError):
        Sequential([Dense(2)]).part(1)


def test_what_makes_no_sense_is_refused() -> None:
    model, x = network(), images()
    with pytest.raises(ArgumentError, match=r"top_patches: layer must be .* 0 to 7, got 8"):
        top_patches(model, x, 8, 0)
    with pytest.raises(ArgumentError, match=r"unit must be .* Conv2D\(4, 3.* 0 to 3, got 4"):
        top_patches(model, x, 0, 4)
    with pytest.raises(ArgumentError, match="count"):
        top_patches(model, x, 0, 0, count=0)
    with pytest.raises(ShapeError, match="x must have shape"):
        top_patches(model, x[:, :, 1:], 0, 0)
    with pytest.raises(DataError, match="top_patches: images must be finite"):
        top_patches(model, np.full_like(x, np.nan), 0, 0)
    for options in ({"steps": 0}, {"rate": 0}, {"decay": 1}, {"limits": (1, 0)}, {"limits": 1}):
        with pytest.raises(ArgumentError, match=f"maximize: {next(iter(options))} must"):
            maximize(model, 0, 0, **options)
    with pytest.raises(ArgumentError, match="limits must differ"):
        maximize(model, 0, 0, limits=(1, 1))
    layer: Any = Conv2D(1, 3)
    looks: list[Callable[[], object]] = [
        lambda: top_patches(layer, x, 0, 0),
        lambda: maximize(layer, 0, 0),
        lambda: saliency(layer, x),
        lambda: occlusion(layer, x[0]),
    ]
    for look in looks:
        with pytest.raises(ArgumentError, match="model must be a Sequential, got Conv2D"):
            look()
    flat = Sequential([Dense(3)], input_shape=(4,))
    with pytest.raises(ShapeError, match=r"\(C, H, W\), got one for \(4,\)"):
        top_patches(flat, np.ones((2, 4)), 0, 0)
    with pytest.raises(DataError, match=r"labels must lie in 0\.\.2"):
        saliency(model, x, np.full(len(x), 3))
    with pytest.raises(DataError, match="saliency: images must be finite"):
        saliency(model, np.full_like(x, np.inf))
    with pytest.raises(ShapeError, match=r"an image \(C, H, W\)"):
        occlusion(model, x)
    with pytest.raises(ArgumentError, match=r"label must lie in 0\.\.2, got 3"):
        occlusion(model, x[0], label=3)
    with pytest.raises(ArgumentError, match="size"):
        occlusion(model, x[0], size=0)
    with pytest.raises(ShapeError, match=r"outputs \(K,\)"):
        occlusion(model.part(1), x[0])


def test_weights_that_are_not_finite_are_said() -> None:
    model, x = network(), images()
    model.layers[0].parameters[0].value = np.full((4, 1, 3, 3), np.nan)
    with pytest.raises(DataError, match="top_patches: what the model answers must be finite"):
        top_patches(model, x, 0, 0)
    with pytest.raises(DataError, match="maximize: the gradient of the image must be finite"):
        maximize(model, 0, 0)
    with pytest.raises(DataError, match="saliency: the gradient must be finite"):
        saliency(model, x, np.zeros(len(x), int))
    with pytest.raises(DataError, match=r"occlusion.* must be finite"):
        occlusion(model, x[0])


def test_a_unit_that_answers_most_in_the_border_sees_nothing() -> None:
    layer = Conv2D.from_kernels(np.full((1, 1, 2, 2), -1.0), padding=4)
    found = top_patches(Sequential([layer], input_shape=(1, 4, 4)), images(3, size=4) + 1, 0, 0)
    np.testing.assert_array_equal(found.patches, np.zeros((3, 1, 2, 2)))


def test_between_the_pixels_of_a_transposed_convolution_there_is_nothing_to_see() -> None:
    model = Sequential([ConvTranspose2D(3, 2, stride=4)], input_shape=(1, 4, 4))
    assert maximize(model, 0, 0).patch.shape == (1, 1, 1)


def test_tiny_weights_are_climbed_like_any_other() -> None:
    layer = Conv2D.from_kernels([[[-1.0, 0.0, 1.0]]])
    model = Sequential([layer], input_shape=(1, 5, 5))
    layer.weight.value = np.array([[[[-1e-200, 0.0, 1e-200]]]])
    assert maximize(model, 0, 0).patch[0, 0] == pytest.approx([0, 0.5, 1], abs=0.05)
