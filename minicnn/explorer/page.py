"""Write the page: one HTML file that holds the network, its weights and all that it computes with.

Everything is checked before anything is written. The JavaScript modules beside this file are joined
into one script, so that the page opens by a double click and asks nobody for anything.
"""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from minicnn import checks
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError
from minicnn.explorer.moments import (
    Moment,
    add_edges,
    encoded,
    moments_of,
    written,
)
from minicnn.explorer.network import check_known, describe_layers, row_of
from minicnn.explorer.pictures import check_picture_shape, pictures_of
from minicnn.filters import KERNELS
from minicnn.inspection.film import Film, Recording
from minicnn.saving.atomic import atomic_write, check_writable
from minicnn.saving.weights import values_of
from minicnn.sequential import Sequential
from minicnn.typing import Array

MODULES = (
    *("weights", "arithmetic", "explain", "digit", "words", "drawing", "pad", "picture", "whatif"),
    *("answer", "timeline", "panel", "page"),
)
"""The parts of the script, in order: each imports from those before it alone."""

MOST_IMAGES = 100
HANDY = 3 * 10**6
"""The bytes of a page that a mail or a course page takes; beyond, the moments are rounded."""
LARGEST = 64 * 10**6
"""The most bytes of a page, which a browser has to read before it can begin."""

LARGEST_HALF = 65_504.0
"""The largest number of 16 bits."""

MOMENTS_ROUNDED = (
    "The weights of the moments before the last are rounded to 12 bits, at most a 4,000th of the "
    "largest weight in their layer, so that the page stays small."
)
ALL_ROUNDED = (
    "The weights of the model are rounded to 16 bits, so that the page stays small: its answers "
    "may differ from the model's in the third digit."
)


def write_page(
    model: Sequential,
    path: str | Path,
    *,
    images: Dataset | Array | None = None,
    film: Film | Recording | str | Path | None = None,
    classes: Sequence[str] | None = None,
    half: bool | None = None,
    moments: int | None = None,
    title: str = "Look into a network",
) -> Path:
    """Write a page in which one draws, and sees what each layer of a model makes of the drawing.

    It is one HTML file that asks nobody for anything, and opens by a double click.

    Parameters
    ----------
    model : Sequential
        Built, for grey or colour pictures of up to 64 x 64 pixels, of layers of minicnn.
    path : str or Path
        Missing folders are created.
    images : Dataset, or array (N, C, H, W) of floats, optional
        Test images to choose from, as the model takes them; of more than 100, the first 100.
    film : Film, Recording, or the path of a film.npz, optional
        One that kept the whole model at some moments, ``Film(..., models=20)``: the page goes back
        to them.
    classes : sequence of str, optional
        What the outputs are called; by default as the model or the images have it.
    half : bool, optional
        False writes all weights with 32 bits. True writes the model's own with 16, and those of
        earlier moments with 12. By default the model's own have 32, and earlier ones have 12 where
        the page would be larger than 3 MB. The page says what was rounded.
    moments : int, optional
        The most moments of the film to take, at least 2.
    title : str
        The heading of the page.

    Returns
    -------
    Path

    Raises
    ------
    NotReadyError
        If the model is not built.
    ShapeError
        If its samples, or the images, are not such pictures.
    ArgumentError
        If it has a layer of your own or one that is not for pictures, if the page would be larger
        than 64 MB, or for an option that makes no sense.
    DataError
        If a weight is NaN or infinite, or the film is one of another model.

    Examples
    --------
    >>> import tempfile
    >>> from minicnn import Conv2D, Dense, Flatten, ReLU, Softmax
    >>> layers = [Conv2D(4, 5), ReLU(), Flatten(), Dense(10), Softmax()]
    >>> model = Sequential(layers, input_shape=(1, 28, 28))
    >>> page = write_page(model, Path(tempfile.mkdtemp()) / "explorer.html")
    >>> page.read_text("utf-8")[:15]
    '<!doctype html>'
    """
    _check(model, half, moments, title)
    names = _names(model, images, classes)
    pictures, scaling = pictures_of(images, model.check_ready(), names, MOST_IMAGES)
    kept = moments_of(model, film, moments)
    parts = _Parts(
        {
            "format": 1,
            "title": title,
            "input": list(model.check_ready()),
            "classes": None if names is None else list(names),
            "layers": _layers(model, kept),
            "images": pictures,
            "scaling": {"low": scaling.low, "high": scaling.high},
            "filters": {name: kernel.values.tolist() for name, kernel in KERNELS.items()},
        },
        row_of(values_of(model.named_parameters())),
        kept,
    )
    page = assemble(title, parts.network(half))
    check_writable("write_page", path)
    with atomic_write(path) as file:
        file.write(page)
    return Path(path)


@dataclass(frozen=True, eq=False)  # arrays are not compared as a whole
class _Parts:
    """What the page holds: some that is always the same, and weights of 32 bits or of 16."""

    plain: dict[str, Any]
    weights: Array
    moments: list[Moment]

    def network(self, half: bool | None) -> dict[str, Any]:
        """Return the data of a page that is not too large, or raise ArgumentError."""
        short = self.size(half=False, short=False) > HANDY if half is None else half
        half = bool(half)
        size = self.size(half=half, short=short)
        if size > LARGEST:
            raise ArgumentError(self._too_large(size, half=half))
        notes = [ALL_ROUNDED] if half else []
        notes += [MOMENTS_ROUNDED] if short and self.earlier else []
        return self.plain | {
            "notes": notes,
            "dtype": "float16" if half else "float32",
            "weights": encoded(self.weights, half=half),
            "moments": [
                written(moment, short=short, is_model=index == self.earlier)
                for index, moment in enumerate(self.moments)
            ],
        }

    @property
    def earlier(self) -> int:
        """How many moments there are before the model itself."""
        return max(0, len(self.moments) - 1)

    def size(self, *, half: bool, short: bool) -> int:
        """Return the bytes of a page, near enough."""
        of_a_weight = (2 if half else 4) + self.earlier * (1.5 if short else 4)
        base64 = round(self.weights.size * of_a_weight * 4 / 3)  # it makes 4 bytes of 3
        return len(assemble("", self.plain)) + base64

    def _too_large(self, size: int, *, half: bool) -> str:
        """Return what makes a page so large, and what would help."""
        images, moments = len(self.plain["images"]), len(self.moments)
        holds = f"{self.weights.size:,} weights"
        holds += f" at {moments} moments" if moments > 1 else ""
        ways = [] if half else ["half=True halves the weights"]
        ways += [f"moments=2 takes fewer of the {moments} moments"] if moments > 2 else []
        ways += ["film=None takes the model alone"] if moments > 1 else []
        ways += ["fewer images"] if images > 1 else []
        return (
            f"write_page: expected a page of at most {LARGEST // 10**6} MB, got one of "
            f"{size // 10**6:,} MB with {holds} and {images} images; what helps: "
            f"{', '.join(ways) or 'a smaller model'}"
        )


def assemble(title: str, network: dict[str, Any]) -> bytes:
    """Return the page."""
    text = Template(_part("page.html")).substitute(
        title=html.escape(title),
        style=_part("page.css"),
        network=json.dumps(network).replace("<", "\\u003c"),
        script="\n".join(_as_part(_part(f"{name}.js")) for name in MODULES),
    )
    return text.encode()


def _check(model: Sequential, half: bool | None, moments: int | None, title: str) -> None:
    """Raise unless the page can show the model, and the options make sense."""
    checks.instance("write_page", "model", model, Sequential)
    checks.instance("write_page", "title", title, str)
    if half is not None:
        checks.flag("write_page", "half", half)
    if moments is not None:
        checks.whole_number("write_page", "moments", moments, minimum=2)
    check_picture_shape(model.check_ready())
    check_known(model)
    parameters = model.named_parameters()
    for name, parameter in parameters.items():
        checks.finite("write_page", name, parameter.value)
    if half and max(abs(it.value).max() for it in parameters.values()) > LARGEST_HALF:
        raise DataError(
            "write_page: half=True needs weights of at most 65,504, the largest number of 16 bits; "
            "leave it out"
        )


def _names(
    model: Sequential, images: Dataset | Array | None, classes: Sequence[str] | None
) -> tuple[str, ...] | None:
    """Return the names of the outputs, one for each, or None where they have none."""
    if classes is None:
        classes = model.classes
    if classes is None and isinstance(images, Dataset):
        classes = images.classes
    if classes is None:
        return None
    names = tuple(map(str, classes))
    if model.out_shape != (len(names),):
        raise ArgumentError(
            f"write_page: expected a class for each output, of which the shape is "
            f"{model.out_shape}, got {len(names)} classes"
        )
    return names


def _layers(model: Sequential, moments: list[Moment]) -> list[dict[str, Any]]:
    """Return the described layers, with the edge scores of their kernels."""
    layers = describe_layers(model)
    now = values_of(model.named_parameters())
    add_edges(model, layers, [moment.values for moment in moments] or [now])
    return layers


def _as_part(module: str) -> str:
    """Return a module as a part of one script, in which all names are at hand."""
    module = re.sub(r"^import [^;]*;\n", "", module, flags=re.MULTILINE)
    return re.sub(r"^export ", "", module, flags=re.MULTILINE)


def _part(name: str) -> str:
    """Return the text of a file in this folder."""
    return resources.files("minicnn.explorer").joinpath(name).read_text(encoding="utf-8")
