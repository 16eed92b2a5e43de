"""The checker names what is wrong with wrong hand-ins, and passes the right ones."""

import numpy as np
import pytest
from kept_answers import answers_of_the_banks_are_kept  # noqa: F401
from wrong_hand_ins import RIGHT, WRONG, HandIn

from minicnn.coursework import check

NAMED_AT_LEAST = 0.95


@pytest.mark.parametrize("hand_in", WRONG, ids=lambda one: one.name)
def test_a_wrong_hand_in_is_named(hand_in: HandIn) -> None:
    np.random.seed(0)  # noqa: NPY002 - some hand-ins draw from NumPy's own generator
    report = check(hand_in.exercise, hand_in.function)
    names = {*report.mistakes, *filter(None, [report.convention])}
    assert names == set(hand_in.named), f"{hand_in.sentence}\n{report}"
    assert report.is_explained


@pytest.mark.parametrize("hand_in", RIGHT, ids=lambda one: one.name)
def test_a_right_hand_in_passes(hand_in: HandIn) -> None:
    report = check(hand_in.exercise, hand_in.function)
    assert str(report) == f"{hand_in.exercise}: right."


def test_nearly_all_are_named() -> None:
    named = [hand_in for hand_in in WRONG if hand_in.named]
    assert len(named) >= NAMED_AT_LEAST * len(WRONG)
