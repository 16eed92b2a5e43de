"""The page computes what the library computes: every layer, every option, and whole networks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from in_browser import Asked, computed, library, randomize
from layer_cases import CASES
from networks_for_pages import random_network

from minicnn import Conv2D, Dense, Flatten, ReLU, Sequential, explain_pixel
from minicnn.explain import receptive_region
from minicnn.explorer import page as page_module
from minicnn.explorer.moments import Moment, encoded, written
from minicnn.explorer.network import KNOWN
from minicnn.inspection.kinds import score_as_text
from minicnn.layers.conv import Convolution
from minicnn.layers.conv_transpose import TransposedConvolution
from minicnn.typing import Array, Shape

PICTURES = [
    case for case in CASES if type(case.make()).__name__ in KNOWN and len(case.in_shape) in (1, 3)
]
Open = Callable[..., Any]


def same(got: Any, expected: Any, where: str) -> None:
    expected = np.asarray(expected)
    scale = max(1.0, abs(expected).max())
    np.testing.assert_allclose(
        np.asarray(got).reshape(expected.shape),
        expected,
        rtol=1e-4,
        atol=1e-4 * scale,
        err_msg=where,
    )


def check_activations(asked: list[Asked], answers: list[dict[str, Any]]) -> None:
    for it, answer in zip(asked, answers, strict=True):
        expected, model = [it.x, *it.model.activations(it.x)], repr(it.model)
        for sample, activations in enumerate(answer["activations"]):
            assert len(activations) == len(expected)
            for index, (values, batch) in enumerate(zip(activations, expected, strict=True)):
                same(values, batch[sample], f"{model}, activation {index}")
        outputs = [activations[-1] for activations in answer["activations"]]
        same(outputs, it.model.predict(it.x), model)


def ends(shape: Shape) -> list[Shape]:
    """The first, the last and a middle place of an output."""
    return [
        tuple(0 for _ in shape),
        tuple(size - 1 for size in shape),
        tuple(size // 2 for size in shape),
    ]


def test_every_layer_with_every_option(open_page: Open) -> None:
    asked = []
    for case in PICTURES:
        model = Sequential([case.layer(np.float32)], case.in_shape)
        places = ends(model.out_shape or ()) if len(case.in_shape) == 3 else []
        asked.append(Asked(model, case.x(np.float32), [(0, place) for place in places]))
    names = {type(it.model.layers[0]).__name__ for it in asked}
    assert names == KNOWN - {"Composition", "Sequential"}
    answers = computed(open_page(), asked)
    check_activations(asked, answers)
    for it, answer in zip(asked, answers, strict=True):
        check_explanations(it, answer["explained"])


@pytest.fixture(scope="module")
def networks() -> list[Asked]:
    rng = np.random.default_rng(20)
    asked = []
    for seed in range(20):
        model = random_network(seed)
        x = rng.random((2, *(model.in_shape or ()))).astype(np.float32)
        shapes = [layer.out_shape or () for layer in model.layers]
        places = [
            (index, tuple(int(rng.integers(size)) for size in shape))
            for index, shape in enumerate(shapes)
            for _ in range(3)
        ]
        asked.append(Asked(model, x, places))
    return asked


def test_twenty_random_networks(open_page: Open, networks: list[Asked]) -> None:
    used = {type(layer).__name__ for it in networks for _, layer in it.model.walk()}
    assert used == KNOWN
    answers = computed(open_page(), networks)
    check_activations(networks, answers)
    for it, answer in zip(networks, answers, strict=True):
        check_explanations(it, answer["explained"])


def check_explanations(it: Asked, explained: list[dict[str, Any]]) -> None:
    batches, model = [it.x, *it.model.activations(it.x)], repr(it.model)
    for (index, place), found in zip(it.places, explained, strict=True):
        where = f"layer {index} of {model} at {place}"
        check_explanation(it.model, index, place, batches, found, where)


def check_explanation(
    model: Sequential,
    index: int,
    place: Shape,
    batches: list[Array],
    found: dict[str, Any],
    where: str,
) -> None:
    layer = model.layers[index]
    x, y = batches[index][-1], batches[index + 1][-1]
    same(found["value"], y[place], where)
    region = receptive_region(model, place[1:], index)
    y0, x0, h, w = (found["field"][name] for name in ("y0", "x0", "h", "w"))
    assert ((y0, y0 + h - 1), (x0, x0 + w - 1)) == region, where
    if isinstance(layer, Convolution) and not isinstance(layer, TransposedConvolution):
        f, i, j = place
        parts = explain_pixel(layer, x[np.newaxis], 0, f, i, j)
        assert tuple(found["channels"]) == parts.channels
        assert tuple(found["rows"]) == parts.rows
        assert tuple(found["columns"]) == parts.columns
        assert np.array_equal(found["inside"], parts.inside)
        named = {"window": "pixels", "kernel": "weights", "products": "products"}
        for name, ours in named.items():
            same(found[name], getattr(parts, ours), f"{name}, {where}")
        same(found["bias"], parts.bias, where)
        same(found["sum"], parts.products.sum(), where)
    check_kind(found, x, where)


def check_kind(found: dict[str, Any], x: Any, where: str) -> None:
    """What an explanation says must come to the value."""
    value = found["value"]
    if found["kind"] == "convolution":
        same(sum(found["sums"]) + found["bias"], value, where)
        products = np.multiply(found["window"], found["kernel"])
        same(found["products"], products, where)
        same(found["flat"]["products"], products.ravel(), where)
    elif found["kind"] == "pooling":
        window, inside = np.array(found["window"]), np.array(found["inside"])
        if found["largest"]:
            assert window[tuple(found["winner"])] == window[inside].max() == value, where
        else:
            same(window[inside].sum() / found["count"], value, where)
    elif found["kind"] == "dense":
        products = [part["value"] * part["weight"] for part in found["largest"]]
        same([part["product"] for part in found["largest"]], products, where)
        same(sum(products) + found["others"] + found["bias"], value, where)
        same(found["up"] - found["down"] + found["bias"], value, where)
        assert found["count"] == x.size
    elif found["kind"] == "softmax":
        scores = np.array(found["scores"])
        same(
            found["shares"],
            np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum(),
            where,
        )
        assert value in found["shares"]
    else:
        assert found["kind"] == "elementwise", where
        if "parts" in found and isinstance(found["parts"][0], dict):
            same(sum(part["share"] * part["value"] for part in found["parts"]), value, where)
        elif "parts" in found:
            same(sum(found["parts"]), value, where)


def test_weights_are_set_read_and_silenced(open_page: Open) -> None:
    layers = [Conv2D(3, 3, padding="same"), ReLU(), Flatten(), Dense(4)]
    model = Sequential(layers, input_shape=(1, 6, 5))
    randomize(model, np.random.default_rng(0))
    x = np.random.default_rng(1).random((1, 1, 6, 5)).astype(np.float32)
    asked = Asked(model, x)
    code = f"""(({{ description, pictures }}) => {{
      {library()}
      const weights = decodeWeights(description.weights, "float32");
      const network = buildNetwork(description, weights);
      const picture = Float32Array.from(pictures[0]);
      const answer = () => Array.from(network.forward(picture).at(-1).values);
      const before = answer(), kept = network.copyWeights();
      network.silence(0, 1, true);
      const silenced = answer();
      network.silence(0, 1, false);
      network.setWeights(kept.map(weight => 2 * weight));
      const doubled = answer();
      network.setWeights(kept);
      network.layers[3].parameters.bias.values[2] += 1;
      return {{ before, silenced, doubled, edited: answer(), untouched: weights.at(-2) }};
    }})"""
    found = open_page().evaluate(code, asked.written())
    same(found["before"], model.predict(x)[0], "before")
    bias = model.layers[3].parameters[1]
    same(np.subtract(found["edited"], found["before"]), [0, 0, 1, 0], "edited")
    assert found["untouched"] == pytest.approx(float(bias.value[2]))
    old = [parameter.value for parameter in model.parameters]
    for parameter in model.layers[0].parameters:
        parameter.value = parameter.value.copy()
        parameter.value[1] = 0  # a filter that gives nothing
    same(found["silenced"], model.predict(x)[0], "silenced")
    for parameter, value in zip(model.parameters, old, strict=True):
        parameter.value = 2 * value
    same(found["doubled"], model.predict(x)[0], "doubled")


def test_weights_of_16_bits(open_page: Open) -> None:
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)].astype(np.float32)
    code = f'text => {{ {library()}\nreturn decodeWeights(text, "float16").join(); }}'
    found = open_page().evaluate(code, encoded(finite, half=True)).split(",")
    np.testing.assert_array_equal(np.array(found, np.float32), finite)


def test_weights_of_12_bits(open_page: Open) -> None:
    rng = np.random.default_rng(0)
    values = {
        "first": rng.normal(size=(3, 5)),  # an odd number, so that three bytes are shared by two
        "zero": np.zeros(4),
        "tiny": rng.normal(size=(2, 3, 3)).astype(np.float32) * 1e-6,
        "huge": np.array([-3e38, 1e38, 3e38], np.float32),
    }
    moment = written(Moment(3, None, None, values), short=True, is_model=False)
    code = f"""moment => {{ {library()}
      return decodeMoments({{ moments: [moment] }})[0].weights().join();
    }}"""
    found = np.array(open_page().evaluate(code, moment).split(","), float)
    largest = np.concatenate([np.full(it.size, abs(it).max()) for it in values.values()])
    expected = np.concatenate([it.ravel() for it in values.values()])
    assert (abs(found - expected) <= largest * (0.5 / 2047 + 1e-7)).all()
    assert abs(found[:15]).max() == pytest.approx(largest[0])


def test_the_table_of_layers_is_that_of_python(open_page: Open) -> None:
    names = open_page().evaluate(f"(() => {{ {library()}\nreturn Object.keys(LAYERS); }})()")
    assert set(names) == KNOWN


def test_edge_scores_are_written_as_in_pictures(open_page: Open) -> None:
    scores = [0.0, 0.123, 0.494, 0.4951, 0.4999999, 0.5, 0.506, 0.987, 1.0]
    words = page_module._as_part(page_module._part("words.js"))
    code = f"scores => {{ {words}\nreturn scores.map(asScore); }}"
    assert open_page().evaluate(code, scores) == [score_as_text(score) for score in scores]
