"""The page in a browser: what one draws, points at, types and drags, and what it says then."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from minicnn import (
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.digits import digit_image
from minicnn.explorer import write_page
from minicnn.filters import KERNELS
from minicnn.inspection import Film
from minicnn.layers import (
    BatchNorm,
    ConvTranspose2D,
    GlobalAveragePool,
    Residual,
    Sigmoid,
    Upsample,
)
from minicnn.typing import Array

Open = Callable[..., Any]
TOLERANCE = 1e-4  # of a probability
DRAWN = 1e-6  # the most that a pixel of a drawing may differ from what digit_image makes of it

THREE = [(60, 55), (110, 40), (150, 65), (105, 105), (155, 130), (140, 175), (60, 180)]


@pytest.fixture(scope="module")
def model() -> Sequential:
    layers = [Conv2D(4, 5, padding="same"), ReLU(), MaxPool(2), Flatten(), Dense(10), Softmax()]
    return Sequential(layers, input_shape=(1, 28, 28), seed=0)


@pytest.fixture(scope="module")
def images() -> Dataset:
    rng = np.random.default_rng(0)
    pictures = np.zeros((12, 1, 28, 28), np.float32)
    pictures[:, :, 6:22, 6:22] = rng.integers(0, 256, (12, 1, 16, 16)) / 255
    return Dataset(pictures, np.arange(12) % 10)


@pytest.fixture(scope="module")
def film(model: Sequential, images: Dataset) -> Film:
    film = Film(frames=4, models=3)
    trainer = Trainer(model, SGD(0.1), CrossEntropy())
    trainer.fit(images, epochs=6, batch_size=6, callbacks=[film], progress=False)
    return film


@pytest.fixture(scope="module")
def url(
    model: Sequential, images: Dataset, film: Film, tmp_path_factory: pytest.TempPathFactory
) -> str:
    path = tmp_path_factory.mktemp("page") / "explorer.html"
    return write_page(model, path, images=images, film=film).as_uri()


@pytest.fixture
def page(open_page: Open, url: str) -> Any:
    page = open_page(url, viewport={"width": 1440, "height": 1000})
    settle(page)
    return page


def settle(page: Any) -> None:
    """Wait until what was asked for is drawn."""
    page.evaluate("() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))")


def state(page: Any, name: str) -> Any:
    """Something of the page's state; arrays as lists."""
    return page.evaluate(f"() => {{ const it = explorer.state.{name}; return it && [...it]; }}")


def probabilities(page: Any) -> Array:
    settle(page)
    return np.array(state(page, "probabilities"))


def pixels(page: Any) -> Array:
    return np.array(state(page, "pixels"), np.float32).reshape(1, 1, 28, 28)


def draw(page: Any, points: Sequence[tuple[float, float]] = THREE) -> None:
    """Draw a line with the mouse; points are in pixels of the pad's ink, 196 on a side."""
    box = page.locator("#pad").bounding_box()
    places = [
        (box["x"] + x * box["width"] / 196, box["y"] + y * box["width"] / 196) for x, y in points
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    settle(page)


def click_value(page: Any, layer: int, place: list[int]) -> None:
    """Click at a value in the maps of a layer; layer 0 is the picture."""
    canvas = page.locator(".layer canvas").nth(layer)
    canvas.scroll_into_view_if_needed()
    x, y = page.evaluate(
        """([layer, place]) => {
          const view = explorer.page.views[layer];
          const k = view.isVector ? 0 : view.maps.indexOf(place[0]);
          const { x, y, w, h } = view.boxOfRegion(k, view.regionOf(place));
          return [x + w / 2, y + h / 2];
        }""",
        [layer, place],
    )
    canvas.click(position={"x": x, "y": y})
    page.mouse.move(2, 2)
    settle(page)


def text(page: Any, selector: str) -> str:
    return str(page.locator(selector).inner_text())


def total(page: Any) -> float:
    """The sum that the panel shows; its minus sign is not the one of Python."""
    return float(text(page, ".sum dd.total").replace("\N{MINUS SIGN}", "-"))


def test_a_picture_and_its_answer_are_there_at_once(page: Any, model: Sequential) -> None:
    expected = model.predict(pixels(page))[0]
    np.testing.assert_allclose(probabilities(page), expected, atol=TOLERANCE)
    assert text(page, "#verdict") == str(expected.argmax())
    assert text(page, ".sentence").startswith("It is ")
    assert page.locator(".bar").count() == 10
    assert "Draw" in text(page, "#lead")


def test_a_drawing_is_what_digit_image_makes_of_it(page: Any, model: Sequential) -> None:
    rng = np.random.default_rng(1)
    lines = [
        THREE,
        [(98, 30), (101, 171)],
        [(30, 90), (66, 91), (83, 104)],  # a straight one is so even that its centre is a tie
        rng.uniform(40, 150, (6, 2)).tolist(),
    ]
    for line in lines:
        page.click("#clear")
        draw(page, line)
        ink = np.array(page.evaluate("() => [...explorer.page.pad.ink.values]")).reshape(196, 196)
        np.testing.assert_allclose(pixels(page)[0], digit_image(ink), atol=DRAWN)
        expected = model.predict(pixels(page))[0]
        np.testing.assert_allclose(probabilities(page), expected, atol=TOLERANCE)


def test_a_tie_of_the_centre_may_go_the_other_way(page: Any) -> None:
    page.click("#clear")
    draw(page, [(98, 30), (98, 170)])  # its centre of mass lies just between two pixels
    ink = np.array(page.evaluate("() => [...explorer.page.pad.ink.values]")).reshape(196, 196)
    expected, got = digit_image(ink)[0], pixels(page)[0, 0]
    differences = [abs(np.roll(expected, (down, 0), (0, 1)) - got).max() for down in (-1, 0, 1)]
    assert min(differences) <= DRAWN


def test_without_centring_the_drawing_is_only_made_smaller(page: Any) -> None:
    draw(page, [(20, 20), (60, 20)])
    page.uncheck("#centre")
    settle(page)
    rows, columns = np.nonzero(pixels(page)[0, 0])
    assert rows.max() <= 4
    assert columns.max() <= 10


def test_undo_clear_and_an_empty_pad(page: Any) -> None:
    first = pixels(page)
    assert page.is_disabled("#undo")
    draw(page)
    drawn = pixels(page)
    page.click("#clear")
    settle(page)
    assert text(page, "#verdict") == "Draw a digit"
    assert page.is_visible("#pad-hint")
    assert state(page, "probabilities") is None
    for expected in (drawn, first):
        page.click("#undo")
        settle(page)
        np.testing.assert_array_equal(pixels(page), expected)
    assert page.is_disabled("#undo")
    draw(page)
    page.keyboard.press("Control+z")
    settle(page)
    np.testing.assert_array_equal(pixels(page), first)


def test_test_images_are_chosen_by_mouse_and_arrows(page: Any, images: Dataset) -> None:
    page.locator("#strip button").nth(4).click()
    settle(page)
    np.testing.assert_allclose(pixels(page)[0], images.images[4], atol=1e-6)
    page.keyboard.press("ArrowRight")
    settle(page)
    np.testing.assert_allclose(pixels(page)[0], images.images[5], atol=1e-6)
    assert page.locator('#strip [aria-selected="true"]').count() == 1
    assert "5" in text(page, "#sureness") or "right" in text(page, "#sureness")


def test_the_pad_is_drawn_on_by_the_keyboard(page: Any) -> None:
    page.click("#clear")
    page.focus("#pad")
    page.keyboard.press("Space")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    settle(page)
    ink = np.array(page.evaluate("() => [...explorer.page.pad.ink.values]")).reshape(196, 196)
    rows, columns = np.nonzero(ink)
    assert np.ptp(rows) > np.ptp(columns)
    assert text(page, "#verdict") != "Draw a digit"


def test_own_picture_files(page: Any, model: Sequential, tmp_path: Path) -> None:
    paper = np.full((240, 200), 215, np.uint8)
    paper[50:190, 90:104] = 40
    paper[180:190, 80:120] = 40
    Image.fromarray(paper).save(tmp_path / "one.png")
    page.set_input_files("#file", str(tmp_path / "one.png"))
    page.wait_for_function("() => explorer.page.pad.picture?.grey")
    settle(page)
    np.testing.assert_allclose(pixels(page)[0], digit_image(tmp_path / "one.png"), atol=1e-5)
    assert page.is_hidden("#trouble")


@pytest.mark.parametrize(
    ("name", "said"),
    [("notes.txt", "notes.txt is not a picture"), ("blank.png", "No digit found")],
)
def test_files_that_show_no_digit(page: Any, tmp_path: Path, name: str, said: str) -> None:
    if name.endswith("txt"):
        (tmp_path / name).write_text("no picture")
    else:
        Image.fromarray(np.full((60, 60), 200, np.uint8)).save(tmp_path / name)
    page.set_input_files("#file", str(tmp_path / name))
    page.wait_for_selector("#trouble:not([hidden])")
    assert said in text(page, "#trouble")
    draw(page)
    assert page.is_hidden("#trouble")
    assert state(page, "probabilities") is not None


def test_a_value_is_explained(page: Any, model: Sequential) -> None:
    click_value(page, 1, [2, 9, 13])
    value = float(model.activations(pixels(page))[0][0, 2, 9, 13])
    assert total(page) == pytest.approx(value, rel=6e-3, abs=1e-3)
    assert page.locator(".cells").count() == 3
    assert [page.locator("#place input").nth(axis).input_value() for axis in range(3)] == [
        "2",
        "9",
        "13",
    ]
    colour = "orange" if value > 0 else "blue"
    assert colour in text(page, ".sentence") or "blank" in text(page, ".sentence")
    assert "5 \N{MULTIPLICATION SIGN} 5 pixels" in text(page, "#explanation")
    page.locator("#place input").nth(2).fill("14")
    page.keyboard.press("Enter")
    settle(page)
    value = float(model.activations(pixels(page))[0][0, 2, 9, 14])
    assert total(page) == pytest.approx(value, rel=6e-3, abs=1e-3)


def test_equal_values_and_cells_outside_are_named(page: Any) -> None:
    draw(page, [(98, 60), (110, 130)])
    click_value(page, 1, [0, 0, 0])
    assert "Hatched: outside the picture, padded with 0." in text(page, "#explanation")
    click_value(page, 3, [0, 0, 7])  # nothing is drawn there
    assert text(page, ".sentence").startswith("All values in its window are equal")
    assert page.locator(".cells .won").count() == 0
    assert "Hatched" not in text(page, "#explanation")


def test_pointing_explains_and_leaving_returns(page: Any) -> None:
    click_value(page, 1, [0, 3, 3])
    before = text(page, "#place b"), text(page, "#explanation")
    box = page.locator(".layer canvas").nth(3).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    settle(page)
    assert text(page, "#place b") == "MaxPool"
    page.mouse.move(2, 2)
    settle(page)
    assert (text(page, "#place b"), text(page, "#explanation")) == before


def test_every_layer_answers(page: Any, model: Sequential) -> None:
    for layer, it in enumerate(model.layers, start=1):
        place = [size // 2 for size in it.out_shape or ()]
        click_value(page, layer, place)
        assert text(page, "#place b") == type(it).__name__
        assert len(text(page, ".sentence")) > 20


def test_the_keyboard_moves_over_values(page: Any) -> None:
    click_value(page, 1, [1, 5, 5])
    page.locator(".layer canvas").nth(1).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "PageDown"):
        page.keyboard.press(key)
    settle(page)
    assert page.evaluate("() => explorer.state.pinned.place") == [2, 6, 7]
    assert "map 2, row 6, column 7" in page.locator("#live").inner_text()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "panel"
    page.keyboard.press("Escape")
    settle(page)
    assert page.evaluate("() => explorer.state.pinned") is None
    assert "Point at a square" in text(page, "#explanation")


def predicted(model: Sequential, x: Array, kernels: Array, bias: Array) -> Array:
    """What the model says with other parameters in its first layer, for this once."""
    first = model.parameters[:2]
    before = [parameter.value for parameter in first]
    first[0].value, first[1].value = kernels, bias
    try:
        return np.asarray(model.predict(x)[0])
    finally:
        first[0].value, first[1].value = before


def test_what_if(page: Any, model: Sequential) -> None:
    draw(page)
    x, learned = pixels(page), probabilities(page)
    kernels, bias = (parameter.value.copy() for parameter in model.parameters[:2])
    click_value(page, 1, [1, 10, 10])

    page.click("#silence")
    silent, mute = kernels.copy(), bias.copy()
    silent[1], mute[1] = 0, 0
    np.testing.assert_allclose(
        probabilities(page), predicted(model, x, silent, mute), atol=TOLERANCE
    )
    np.testing.assert_allclose(state(page, "before"), learned, atol=1e-7)
    assert "Hatched" in text(page, "#change")
    assert "silenced" in text(page, "#edits-list")
    page.click("#silence")
    np.testing.assert_allclose(probabilities(page), learned, atol=1e-7)
    assert page.is_hidden("#edits")

    page.select_option("#replace", "sobel_x")
    replaced, sobel = kernels.copy(), np.zeros((5, 5))
    sobel[1:4, 1:4] = KERNELS["sobel_x"].values
    replaced[1, 0] = sobel * np.linalg.norm(kernels[1]) / np.linalg.norm(sobel)
    np.testing.assert_allclose(
        probabilities(page), predicted(model, x, replaced, bias), atol=TOLERANCE
    )

    page.locator(".cells input").nth(7).fill("1.5")
    page.keyboard.press("Enter")
    replaced[1, 0, 1, 2] = 1.5
    np.testing.assert_allclose(
        probabilities(page), predicted(model, x, replaced, bias), atol=TOLERANCE
    )

    page.locator(".sum input").fill("0.25")
    page.keyboard.press("Enter")
    other = bias.copy()
    other[1] = 0.25
    np.testing.assert_allclose(
        probabilities(page), predicted(model, x, replaced, other), atol=TOLERANCE
    )

    page.click("#reset")
    np.testing.assert_allclose(probabilities(page), learned, atol=1e-7)
    page.click("#silence")
    page.click("#reset-all")
    np.testing.assert_allclose(probabilities(page), learned, atol=1e-7)
    assert page.is_hidden("#edits")
    assert page.is_hidden("#change")


def test_what_is_typed_is_a_number_or_nothing(page: Any) -> None:
    click_value(page, 1, [1, 10, 10])
    before = probabilities(page)
    cell = page.locator(".cells input").nth(3)
    for typed in ("", "much", "1e999"):
        cell.fill(typed)
        page.keyboard.press("Enter")
        np.testing.assert_array_equal(probabilities(page), before)
    assert page.is_hidden("#edits")


def test_the_slider_goes_through_the_training(page: Any, model: Sequential, film: Film) -> None:
    moments = film.recording.models
    names = list(model.named_parameters())
    draw(page)
    x = pixels(page)
    page.focus("#time")
    for moment in (0, 1, 2):
        page.keyboard.press("Home" if moment == 0 else "ArrowRight")
        with_weights = {name: moments[name][moment] for name in names}
        expected = with_parameters(model, with_weights, x)
        np.testing.assert_allclose(probabilities(page), expected, atol=TOLERANCE)
        assert f"step {film.recording.model_steps[moment]}" in text(page, "#moment")
    page.wait_for_function("() => explorer.page.timeline.waiting.length === 0")
    answers = page.locator("#answers > span > span").all_inner_texts()
    best = [
        str(with_parameters(model, {n: moments[n][m] for n in names}, x).argmax()) for m in range(3)
    ]
    assert answers == best


def with_parameters(model: Sequential, values: dict[str, Array], x: Array) -> Array:
    parameters = model.named_parameters()
    before = {name: parameter.value for name, parameter in parameters.items()}
    for name, parameter in parameters.items():
        parameter.value = values[name]
    try:
        return np.asarray(model.predict(x)[0])
    finally:
        for name, parameter in parameters.items():
            parameter.value = before[name]


def test_the_training_is_played_and_paused(page: Any) -> None:
    page.evaluate("""() => {
        const { timeline } = explorer.page, show = timeline.chosen;
        window.shown = [];
        timeline.chosen = moment => {
            shown.push([moment, timeline.timer !== null]);
            show(moment);
        };
    }""")
    page.click("#play")
    page.wait_for_function("() => shown.length === 3 && explorer.page.timeline.timer === null")
    assert page.evaluate("() => shown") == [[0, False], [1, True], [2, True]]
    assert page.get_attribute("#play", "aria-label") == "Play the training"
    page.evaluate("() => { explorer.page.timeline.play(); explorer.page.timeline.pause(); }")
    assert page.evaluate("() => explorer.state.moment") == 0
    assert page.evaluate("() => explorer.page.timeline.timer") is None
    assert "step 0" in text(page, "#moment")


def test_an_edit_holds_at_every_moment(page: Any) -> None:
    click_value(page, 1, [1, 10, 10])
    page.click("#silence")
    page.focus("#time")
    page.keyboard.press("Home")
    settle(page)
    values = page.evaluate("() => [...explorer.network.layers[0].y.slice(28 * 28, 2 * 28 * 28)]")
    assert not any(values)
    assert "silenced" in text(page, "#edits-list")


def test_an_empty_picture_has_no_answers(page: Any) -> None:
    page.wait_for_function("() => explorer.page.timeline.waiting.length === 0")
    answers = page.locator("#answers > span > span")
    assert all(answers.all_inner_texts())
    page.click("#clear")
    settle(page)
    page.wait_for_timeout(400)  # by then the answers at all moments would be there again
    assert not any(answers.all_inner_texts())
    assert page.locator("#answers .same").count() == 0
    assert page.evaluate(
        "() => [...document.querySelectorAll('#answers i')].every(it => it.style.height === '0px')"
    )
    colours = page.evaluate(
        "() => explorer.page.views.slice(1).map(({ map }) => new Set(map.pixels).size)"
    )
    assert colours == [1] * 6  # all of every map is blank
    assert "empty" in text(page, "#scale-words")
    assert "empty" in text(page, ".sentence")
    draw(page)
    assert "empty" not in text(page, "#scale-words")
    assert page.evaluate("() => new Set(explorer.page.views[1].map.pixels).size") > 2


def test_the_bias_is_named_where_it_does_the_work(page: Any) -> None:
    click_value(page, 1, [1, 10, 10])
    products = float(text(page, ".sum dd:first-of-type").replace("\N{MINUS SIGN}", "-"))
    bias = page.locator(".sum input")
    for value in (50, -50):
        bias.fill(str(value))
        page.keyboard.press("Enter")
        settle(page)
        colour = "orange" if value > 0 else "blue"
        said = text(page, ".sentence")
        assert said.startswith(f"It is {colour}")
        same_side = (value > 0) == (products >= 0)
        assert ("because of its bias" if same_side else "and the bias of") in said


def test_nearly_zero_is_asked_of_the_map_itself(page: Any) -> None:
    click_value(page, 1, [1, 10, 10])
    page.locator(".sum input").fill("1000")
    page.keyboard.press("Enter")
    place = page.evaluate("""() => {
        const { y } = explorer.network.layers[0], map = [...y.slice(0, 28 * 28)];
        const k = map.indexOf(Math.max(...map));
        return [0, Math.floor(k / 28), k % 28];
    }""")
    click_value(page, 1, place)
    assert text(page, ".sentence").startswith(
        "It looks blank beside the largest value of the layer"
    )
    assert "nearly zero" not in text(page, ".sentence")


def test_an_edited_weight_follows_the_training_alone(
    page: Any, model: Sequential, film: Film
) -> None:
    click_value(page, 1, [1, 10, 10])
    page.locator(".cells input").nth(7).fill("1.5")
    page.keyboard.press("Enter")
    settle(page)
    assert "1 weight edited" in text(page, "#edits-list")
    (name, *_), kernel = (
        model.named_parameters(),
        "() => [...explorer.network.layers[0].parameters.weight.values]",
    )
    page.focus("#time")
    page.keyboard.press("Home")
    settle(page)
    expected = film.recording.models[name][0].copy()
    expected[1, 0, 1, 2] = 1.5
    np.testing.assert_allclose(page.evaluate(kernel), expected.ravel(), atol=1e-6)

    page.select_option("#replace", "sobel_x")
    settle(page)
    replaced = np.array(page.evaluate(kernel)).reshape(4, 25)[1]
    assert page.locator("#replace").input_value() == "sobel_x"
    assert "scaled to the size" in text(page, "#what-if")
    page.focus("#time")
    page.keyboard.press("End")
    settle(page)
    np.testing.assert_array_equal(np.array(page.evaluate(kernel)).reshape(4, 25)[1], replaced)
    page.select_option("#replace", "")
    settle(page)
    learned = model.parameters[0].value
    np.testing.assert_allclose(page.evaluate(kernel), learned.ravel(), atol=1e-6)
    assert page.is_hidden("#edits")


def test_what_is_no_number_is_refused_with_a_word(page: Any) -> None:
    click_value(page, 1, [1, 10, 10])
    cell = page.locator(".cells input").nth(3)
    before = cell.input_value()
    cell.fill("abc")
    page.keyboard.press("Enter")
    settle(page)
    assert (
        "\N{LEFT DOUBLE QUOTATION MARK}abc\N{RIGHT DOUBLE QUOTATION MARK} is not a number"
        in text(page, "#what-if")
    )
    assert cell.input_value() == before
    cell.fill("0.5")
    page.keyboard.press("Enter")
    settle(page)
    assert "not a number" not in text(page, "#what-if")
    assert cell.input_value() == ".50"


def test_the_weights_are_one_stop_of_the_tab_key(page: Any) -> None:
    click_value(page, 1, [1, 10, 10])
    page.locator(".cells input").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.evaluate("() => document.activeElement.ariaLabel") == "weight in row 2, column 0"
    assert page.locator('.cells input[tabindex="0"]').count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.ariaLabel") == "bias"
    assert page.is_hidden("#edits")


def test_the_explanation_stays_beside_the_layers(open_page: Open, url: str) -> None:
    page = open_page(url, viewport={"width": 1440, "height": 700})
    settle(page)
    assert page.locator("#panel.docked").count() == 0
    page.evaluate("scrollTo(0, 400)")
    page.wait_for_selector("#panel.docked")
    click_value(page, 1, [0, 2, 3])
    panel = page.locator("#panel").bounding_box()
    assert panel["y"] + panel["height"] == pytest.approx(700, abs=1)
    value = page.evaluate(
        """() => {
          const view = explorer.page.views[1], { top } = view.canvas.getBoundingClientRect();
          return top + view.boxOfRegion(0, view.regionOf([0, 2, 3])).y;
        }"""
    )
    assert 0 < value < panel["y"]
    page.click("#close")
    assert page.locator("#panel.docked").count() == 0
    page.evaluate("scrollTo(0, 0)")
    click_value(page, 1, [0, 2, 3])
    page.evaluate("scrollTo(0, 0)")
    settle(page)
    assert page.locator("#panel.docked").count() == 0


def test_dark_and_light(open_page: Open, url: str) -> None:
    page = open_page(url, color_scheme="dark")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    theme = "() => document.documentElement.dataset.theme"
    dark = page.evaluate(paper)
    assert page.evaluate(theme) == "dark"
    page.click("#theme")
    assert page.evaluate(theme) == "light"
    assert page.evaluate(paper) != dark


@pytest.mark.parametrize("width", [390, 820, 1440, 1920])
def test_the_page_is_never_wider_than_the_window(open_page: Open, url: str, width: int) -> None:
    page = open_page(url, viewport={"width": width, "height": 900})
    settle(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_a_finger_draws_and_a_tap_explains(open_page: Open, url: str) -> None:
    page = open_page(url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    settle(page)
    before = pixels(page)
    touches = page.context.new_cdp_session(page)
    box = page.locator("#pad").bounding_box()
    places = [(box["x"] + x, box["y"] + y) for x, y in itertools.pairwise(range(40, 200, 20))]
    for kind, at in [
        ("touchStart", places[:1]),
        *(("touchMove", [it]) for it in places[1:]),
        ("touchEnd", []),
    ]:
        points = [{"x": x, "y": y} for x, y in at]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    settle(page)
    assert (pixels(page) != before).any()
    assert page.evaluate("() => explorer.page.pad.strokes.length") == 1
    canvas = page.locator(".layer canvas").nth(1)
    tap_until(page, canvas, lambda: page.locator("#panel.open").is_visible())
    assert "map" in text(page, "#place")
    close = page.locator("#close")
    tap_until(page, close, lambda: page.locator("#panel.open").count() == 0)


def tap_until(page: Any, element: Any, came: Callable[[], bool]) -> None:
    """Tap near the upper right corner of an element, again where the browser took it for a press.

    On a busy machine more than half a second may pass between the two halves of a tap.
    """
    for _ in range(10):
        element.scroll_into_view_if_needed()
        settle(page)
        box = element.bounding_box()
        page.touchscreen.tap(
            box["x"] + box["width"] - min(20, box["width"] / 2),
            box["y"] + min(20, box["height"] / 2),
        )
        for _ in range(20):
            if came():
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"no tap on {element} was answered")


OTHERS: dict[str, Callable[[], Sequential]] = {
    "dense": lambda: Sequential([Flatten(), Dense(12), ReLU(), Dense(3)], input_shape=(1, 28, 28)),
    "many maps": lambda: Sequential(
        [Conv2D(130, 3), ReLU(), GlobalAveragePool(), Dense(20), Softmax()], input_shape=(1, 12, 9)
    ),
    "residual, in colour": lambda: Sequential(
        [
            Conv2D(4, 3, padding="same"),
            Residual(Conv2D(4, 3, padding="same"), BatchNorm(), ReLU()),
            Flatten(),
            Dense(2),
        ],
        input_shape=(3, 10, 10),
    ),
    "a picture as the answer": lambda: Sequential(
        [Conv2D(2, 3), MaxPool(2), Upsample(2), ConvTranspose2D(1, 3), Sigmoid()],
        input_shape=(1, 14, 10),
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_any_network(open_page: Open, tmp_path: Path, name: str) -> None:
    model = OTHERS[name]()
    page = open_page(
        write_page(model, tmp_path / "page.html").as_uri(), viewport={"width": 1200, "height": 900}
    )
    settle(page)
    columns = page.locator(".layer").count()
    assert columns == len(model.layers) + 1
    for layer, it in enumerate(model.layers, start=1):
        shown = page.evaluate(f"() => explorer.page.views[{layer}].maps")
        size = (it.out_shape or ())[0]
        assert len(shown) == (1 if len(it.out_shape or ()) == 1 else min(size, 64))
        place = [shown[0], 0, 0] if len(it.out_shape or ()) == 3 else [0]
        click_value(page, layer, place)
        assert len(text(page, ".sentence")) > 20
    if name.startswith("residual"):
        page.click(".layer-head button")
        settle(page)
        assert page.locator(".layer").count() == columns + 3
        click_value(page, 2, [0, 4, 4])
        assert text(page, ".sentence").startswith("It is ")
        page.click(".layer-head button")
        settle(page)
        assert page.locator(".layer").count() == columns
    draw(page)
    page.click("#clear")
    settle(page)
    assert state(page, "pixels") is None


def test_a_browser_without_javascript_says_what_is_missing(open_page: Open, url: str) -> None:
    page = open_page(url, java_script_enabled=False)
    assert "JavaScript" in text(page, "noscript")


def test_everything_that_can_be_used_has_a_name(page: Any) -> None:
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, canvas")].filter(it => {
          const named = it.ariaLabel || it.labels?.length || it.textContent.trim()
            || it.getAttribute("aria-labelledby");
          return !named && !it.closest("[aria-hidden]") && !it.closest("[role=option]");
        }).map(it => it.outerHTML)"""
    )
    assert unnamed == []
