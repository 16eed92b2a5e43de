"""Networks computed by the page's own modules, and what Python says of the same."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minicnn import Sequential
from minicnn.explorer import page as page_module
from minicnn.explorer.moments import encoded
from minicnn.explorer.network import describe_layers, row_of
from minicnn.saving.weights import values_of
from minicnn.typing import Array, Shape

LIBRARY = ("weights", "arithmetic", "explain")

COMPUTE = """networks => networks.map(({ description, pictures, places }) => {
  const weights = decodeWeights(description.weights, description.dtype);
  const network = buildNetwork(description, weights);
  const activations = pictures.map(picture =>
    network.forward(Float32Array.from(picture)).map(({ values }) => Array.from(values)));
  const last = network.forward(Float32Array.from(pictures.at(-1)));
  const explained = places.map(([index, place]) => explainValue(network, last, index, place));
  return { activations, explained };
})"""


@dataclass
class Asked:
    """A network, samples for it, and values of the last one to explain."""

    model: Sequential
    x: Array
    places: list[tuple[int, Shape]] = field(default_factory=list)

    def written(self) -> dict[str, Any]:
        row = row_of(values_of(self.model.named_parameters()))
        return {
            "description": {
                "input": list(self.model.in_shape or ()),
                "classes": None,
                "layers": describe_layers(self.model),
                "dtype": "float32",
                "weights": encoded(row, half=False),
            },
            "pictures": self.x.reshape(len(self.x), -1).tolist(),
            "places": [[index, list(place)] for index, place in self.places],
        }


def library() -> str:
    """The modules of the page that compute, as one script."""
    names = (page_module._part(f"{name}.js") for name in LIBRARY)
    return "\n".join(map(page_module._as_part, names))


def computed(page: Any, asked: list[Asked]) -> list[dict[str, Any]]:
    """What the page makes of networks: activations of each sample, and explanations."""
    given = json.dumps([it.written() for it in asked])
    # As one text: playwright carries arrays number by number, which takes longer than all the rest.
    code = f"(() => {{ {library()}\nreturn JSON.stringify(({COMPUTE})({given})); }})()"
    answer: list[dict[str, Any]] = json.loads(page.evaluate(code))
    assert len(answer) == len(asked)
    return answer


def randomize(model: Sequential, rng: np.random.Generator, scale: float = 1.0) -> None:
    """Give every parameter random numbers, biases and statistics among them."""
    for name, parameter in model.named_parameters().items():
        drawn = rng.normal(size=parameter.value.shape) * scale
        if name.endswith("running_variance"):
            drawn = abs(drawn) + 0.1
        parameter.value = drawn.astype(np.float32)
