"""predict_image: what it asks of a model, and what it gives back."""

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from minicnn import (
    Conv2D,
    Dense,
    Flatten,
    Prediction,
    Sequential,
    Softmax,
    digit_image,
    predict_image,
)
from minicnn.errors import ArgumentError, DataError, NotReadyError, ShapeError
from minicnn.typing import Array


def paper() -> Array:
    picture = np.full((200, 160), 0.8)
    picture[40:160, 70:82] = 0.3
    return picture


def network(*last: Any, classes: int = 10) -> Sequential:
    return Sequential([Flatten(), Dense(classes), *last], input_shape=(1, 28, 28), seed=3)


@pytest.mark.parametrize("classes", [1, 2, 10, 26])
def test_what_comes_back(classes: int) -> None:
    model = network(Softmax(), classes=classes)
    found = predict_image(model, paper())
    assert isinstance(found, Prediction)
    np.testing.assert_array_equal(found.seen, digit_image(paper()))
    assert found.seen.dtype == np.float32
    expected = model.predict(found.seen[np.newaxis])[0]
    np.testing.assert_allclose(found.probabilities, expected, rtol=1e-5)
    assert found.probabilities.shape == (classes,)
    assert type(found.label) is int
    assert found.label == expected.argmax()
    with pytest.raises(FrozenInstanceError):
        found.label = 3  # type: ignore[misc]


def test_scores_become_probabilities() -> None:
    with_softmax, without = network(Softmax()), network()
    expected = predict_image(with_softmax, paper()).probabilities
    np.testing.assert_allclose(predict_image(without, paper()).probabilities, expected, rtol=1e-6)
    nested = Sequential([Flatten(), Sequential([Dense(10), Softmax()])], input_shape=(1, 28, 28))
    nested.parameters[0].value = without.parameters[0].value
    np.testing.assert_allclose(predict_image(nested, paper()).probabilities, expected, rtol=1e-6)
    without.parameters[0].value *= 1e4  # scores beyond what exp can take
    probabilities = predict_image(without, paper()).probabilities
    assert probabilities.sum() == pytest.approx(1)
    assert np.isfinite(probabilities).all()


def test_what_it_says() -> None:
    found = Prediction(2, np.array([0.05, 0.25, 0.6, 0.1]), np.zeros((1, 28, 28), np.float32))
    assert repr(found) == "Prediction(label=2, probability=0.600)"
    assert str(found) == (
        "not sure: is it a digit, and one digit alone?\n2  60.0%\n1  25.0%\n3  10.0%"
    )
    assert not found.sure
    sure = Prediction(0, np.array([0.95, 0.05]), found.seen)
    assert sure.sure
    assert str(sure) == "0  95.0%\n1   5.0%"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Sequential([Flatten(), Dense(10)], (1, 27, 28)), r"takes \(1, 27, 28\) and gives \(10,\)"),
        (Sequential([Flatten(), Dense(10)], (3, 28, 28)), r"takes \(3, 28, 28\)"),
        (Sequential([Dense(10)], (784,)), r"takes \(784,\) and gives \(10,\)"),
        (Sequential([Conv2D(4, 3)], (1, 28, 28)), r"\(1, 28, 28\) and gives \(4, 26, 26\)"),
    ],
)
def test_models_of_other_shapes(model: Sequential, message: str) -> None:
    expected = r"predict_image: expected a model that takes \(1, 28, 28\) and gives \(K,\).*"
    with pytest.raises(ShapeError, match=expected + message):
        predict_image(model, paper())


def test_models_that_cannot_answer() -> None:
    with pytest.raises(NotReadyError, match="build"):
        predict_image(Sequential([Flatten(), Dense(10)]), paper())
    with pytest.raises(ArgumentError, match="model must be a Sequential, got str"):
        predict_image("model.npz", paper())  # type: ignore[arg-type]
    broken = network(Softmax())
    broken.parameters[0].value[:] = np.nan
    with pytest.raises(DataError, match="predict_image: the model's output must be finite"):
        predict_image(broken, paper())


def test_the_model_is_asked_about_before_the_picture_is_read() -> None:
    with pytest.raises(ShapeError, match="expected a model"):
        predict_image(Sequential([Dense(10)], (784,)), "nowhere.png")
    with pytest.raises(DataError, match=r"nowhere\.png: .*no such file"):
        predict_image(network(), "nowhere.png")


def test_the_model_is_left_as_it_was() -> None:
    model = network(Softmax())
    before = [parameter.value.copy() for parameter in model.parameters]
    predict_image(model, paper())
    assert isinstance(model.without_softmax().layers[-1], Dense)
    assert isinstance(model.layers[-1], Softmax)
    for parameter, value in zip(model.parameters, before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)
