"""Every dataclass of the package can be compared, and kept in a set where it may be."""

import dataclasses
import importlib
import importlib.util
import inspect
from typing import Any

import numpy as np
import pytest
from test_imports import MODULES, name

import minicnn
from minicnn.filters import KERNELS

FILLINGS: dict[str, Any] = {"ndarray": np.zeros(2), "dict[": {"name": np.zeros(2)}, "list[": []}
"""What to put into a field, by a part of the text of its type."""


def dataclasses_of_the_package() -> list[type]:
    found = set()
    for path in MODULES:
        if name(path) == "interop.torch_modules" and not importlib.util.find_spec("torch"):
            continue
        module = importlib.import_module(f"minicnn.{name(path)}".rstrip("."))
        found |= {
            member
            for _, member in inspect.getmembers(module, inspect.isclass)
            if dataclasses.is_dataclass(member) and member.__module__.startswith("minicnn.")
        }
    return sorted(found, key=lambda member: f"{member.__module__}.{member.__name__}")


def filling(field: dataclasses.Field[Any]) -> Any:
    """Return a value for a field, of no more of its type than that it is an array, or hashable."""
    return next((value for part, value in FILLINGS.items() if part in str(field.type)), 0)


def filled(kind: Any) -> Any:
    result = object.__new__(kind)
    for field in dataclasses.fields(kind):
        object.__setattr__(result, field.name, filling(field))
    return result


@pytest.mark.parametrize("kind", dataclasses_of_the_package(), ids=lambda kind: kind.__name__)
def test_whatever_it_holds_it_compares(kind: Any) -> None:
    one, other = filled(kind), filled(kind)
    assert one == one  # noqa: PLR0124 - that this raises no error is the question
    holds = {type(filling(field)) for field in dataclasses.fields(kind)}
    if holds != {int}:
        assert one != other, "with arrays in it, each is equal to itself alone"
        assert len({one, other}) == 2


def test_they_were_found() -> None:
    assert len(dataclasses_of_the_package()) > 15
    assert minicnn.Prediction in dataclasses_of_the_package()


def test_kernels_compare() -> None:
    assert KERNELS["sobel_x"] == KERNELS["sobel_x"]
    assert KERNELS["sobel_x"] != KERNELS["sobel_y"]
    assert len(set(KERNELS.values())) == len(KERNELS)
