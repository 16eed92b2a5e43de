"""The page in a real browser: it opens, answers as the model does, and goes back in time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn import (
    SGD,
    BatchNorm,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool,
    ReLU,
    Residual,
    Sequential,
    Softmax,
    Trainer,
    Upsample,
)
from minicnn.data import Dataset
from minicnn.explorer import write_page
from minicnn.inspection import Film
from minicnn.typing import Shape

Open = Callable[..., Any]
STATE = """({
  pixels: Array.from(explorer.state.pixels),
  answer: Array.from(explorer.state.probabilities),
})"""


def images(shape: Shape, classes: int = 3, count: int = 9) -> Dataset:
    pixels = np.random.default_rng(0).integers(0, 256, (count, *shape)).astype(np.float32) / 255
    return Dataset(pixels, np.arange(count) % classes, tuple("123"[:classes]))


def network(shape: Shape) -> Sequential:
    layers = [
        *(Conv2D(4, 3, padding="same"), BatchNorm(), ReLU(), MaxPool(2)),
        *(Residual(Conv2D(4, 3, padding=1), ReLU()), Flatten(), Dense(3), Softmax()),
    ]
    return Sequential(layers, input_shape=shape, seed=1)


def opened(open_page: Open, path: Path, **options: Any) -> Any:
    page = open_page(path.as_uri(), **options)
    page.evaluate("explorer.ready")
    return page


@pytest.mark.parametrize("shape", [(1, 12, 10), (3, 9, 8)])
def test_it_answers_as_the_model_does_at_every_moment(
    open_page: Open, tmp_path: Path, shape: Shape
) -> None:
    model, data, film = network(shape), images(shape), Film(frames=6, models=4)
    trainer = Trainer(model, SGD(0.1), CrossEntropy(), seed=0)
    trainer.fit(data, 6, batch_size=3, callbacks=[film], progress=False)
    page = opened(open_page, write_page(model, tmp_path / "page.html", images=data, film=film))
    found = page.evaluate(STATE)
    image = np.array(found["pixels"], np.float32).reshape(1, *shape)
    assert (abs(data.images - image).max(axis=(1, 2, 3)) < 1e-6).any()
    np.testing.assert_allclose(found["answer"], model.predict(image)[0], atol=1e-4)
    parameters = model.named_parameters()
    for moment in (0, 1, 3):
        for name, kept in film.recording.models.items():
            parameters[name].value = kept[moment]
        page.evaluate(
            """moment => {
              const time = document.getElementById("time");
              time.value = moment;
              time.dispatchEvent(new Event("input", { bubbles: true }));
              return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            }""",
            moment,
        )
        answer = page.evaluate(STATE)["answer"]
        np.testing.assert_allclose(answer, model.predict(image)[0], atol=1e-4)


def test_models_of_many_kinds_open(open_page: Open, tmp_path: Path) -> None:
    models = [
        Sequential([Conv2D(2, 3)], (1, 64, 64)),  # no answer, only maps
        Sequential([Conv2D(2, 3, 2, 1), Upsample(2), Conv2D(1, 3, padding=1)], (1, 8, 8)),
        Sequential([Flatten(), Dense(1)], (3, 4, 6)),
        Sequential([ReLU()], (1, 1, 1)),
    ]
    page = open_page()
    for number, model in enumerate(models):
        page.goto(write_page(model, tmp_path / f"{number}.html").as_uri())
        page.evaluate("explorer.ready")
        assert page.evaluate("explorer.network.layers.length") == len(model.layers)
