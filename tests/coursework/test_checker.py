"""Hand-ins of every kind: what is taken, what is refused, and what is said of a wrong one."""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from small_exercises import (
    add_mistake,
    blur,
    blurring,
    conv,
    conv_backward,
    kernel_turned,
    numbers,
    overwritten,
    report,
    scalar,
)

from minicnn.coursework import check
from minicnn.coursework.exercise import Case, Exercise, Function
from minicnn.errors import ArgumentError
from minicnn.typing import Array

Gradients = tuple[Array, Array, Array]


def double(x: Array) -> Array:
    """Return twice x."""
    return 2 * x


doubling = Exercise(
    double, ["y"], lambda: [Case("a row", (numbers(1, 4),)), Case("more", (numbers(2, 3),))]
)


@doubling.mistake("x was squared.", hint="What is twice one?")
def squared(x: Array) -> Array:
    return x**2


def said_of(function: Function, exercise: Exercise = doubling) -> str:
    """What is said between the verdict and the case, in one line."""
    explanations = report(exercise, function).explanations
    return " ".join(" ".join(explanations).split())


# -- what is called --------------------------------------------------------------------------------


class Doubler:
    def __init__(self, factor: int = 2) -> None:
        self.factor = factor

    def __call__(self, x: Array) -> Array:
        return self.factor * x

    def method(self, x: Array) -> Array:
        return self.factor * x

    def fails(self, x: Array) -> Array:
        product: Array = self.factor * x @ x
        return product


def times(factor: float, x: Array) -> Array:
    return factor * x


@pytest.mark.parametrize(
    "function",
    [
        lambda x: 2 * x,
        Doubler(),
        Doubler().method,
        functools.partial(times, 2),
        functools.lru_cache(lambda *x: 2 * x[0]).__wrapped__,
        lambda *arguments: arguments[0] + arguments[0],
        lambda x, more=3: 2 * x,
    ],
)
def test_whatever_can_be_called(function: Function) -> None:
    assert report(doubling, function).passed


@pytest.mark.parametrize("wrong", [None, 3, "relu_backward", np.ones(3)])
def test_what_cannot_be_called_is_refused(wrong: Any) -> None:
    with pytest.raises(ArgumentError, match="relu_backward: expected a function, got"):
        check("relu_backward", wrong)


def test_a_signature_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"expected a function of \(dy, x\), got double\(x: "):
        check("relu_backward", double)
    with pytest.raises(ArgumentError, match=r"of \(dy, x\), got <lambda>\(\*, dy, x\)"):
        check("relu_backward", lambda *, dy, x: dy)


def test_the_nearest_names_are_given() -> None:
    with pytest.raises(ArgumentError, match=r"got 'relu_backwards'; is relu_backward meant\?"):
        check("relu_backwards", double)
    with pytest.raises(ArgumentError, match=r"; is conv2d_forward or conv2d_backward or "):
        check("conv", double)
    with pytest.raises(ArgumentError, match=r"; the names are output_size, receptive_field, "):
        check("zzz", double)


# -- what is returned ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (2 * x).tolist(),
        lambda x: (2 * x).astype(object),
        lambda x: (2 * x).astype(np.float32),
        lambda x: np.asfortranarray(2 * x),
        lambda x: (2 * x,),
        lambda x: np.ma.masked_array(2 * x),
        lambda x: np.asmatrix(2 * x),
        lambda x: (2 * x).astype(int),  # the numbers are whole in these cases
        lambda x: [np.asarray(row) for row in 2 * x],
        lambda x: np.longdouble(2) * x,
    ],
)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_any_array_of_the_right_numbers_is_right(function: Function) -> None:
    assert report(doubling, function).passed


@pytest.mark.parametrize("one", [float, np.float32, np.float64, np.asarray, lambda x: (x,)])
def test_any_number_is_a_number(one: Function) -> None:
    assert report(scalar, lambda x: one(np.mean(x**2))).passed


def test_several_outputs_in_a_list_or_named_tuple() -> None:
    class Named(NamedTuple):
        dx: Array
        dw: Array
        db: Array

    assert report(conv, lambda *a: list(conv_backward(*a))).passed
    assert report(conv, lambda *a: Named(*conv_backward(*a))).passed


def yields(x: Array) -> Iterator[Array]:
    yield 2 * x


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: None, "it returned None; expected y. So no numbers could be compared."),
        (lambda x: (2 * x, x), "it returned 2 outputs; expected 1 output, y"),
        (lambda x: (2 * x, None), "it returned 2 outputs; expected 1 output, y"),
        (yields, "it is a generator, which gives nothing yet; expected y"),
        (lambda x: [[1.0], [1.0, 2.0]], "y is ragged: its rows have different lengths"),
        (lambda x: 2j * x, "y is an array of complex128; expected an array of numbers"),
        (lambda x: "four", "y is str; expected"),
        (lambda x: {"y": 2 * x}, "y is dict; expected"),
        (lambda x: {1.0, 2.0}, "y is set; expected"),
        (lambda x: [None, 1.0], "y is list; expected"),
        (lambda x: np.array([object()]), "y is ndarray; expected an array of numbers"),
        (lambda x: double, "y is function; expected"),
        (lambda x: [10**400], "y is list; expected"),
        (lambda x: np.ma.masked_array(2 * x, x > 0), "y is a masked array, in which some"),
        (lambda x: np.broadcast_to(2.0, (10**6, 10**6)), "the shape (1000000, 1000000), which is"),
    ],
)
def test_what_is_no_array_is_said(function: Function, said: str) -> None:
    assert said in said_of(function)
    assert not report(doubling, function).passed


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda *a: conv_backward(*a)[0], "it returned one ndarray; expected (dx, dw, db)"),
        (lambda *a: conv_backward(*a)[:2], "it returned 2 outputs; expected 3 outputs, (dx, dw"),
        (lambda *a: (*conv_backward(*a)[:2], None), "db is None; expected an array of numbers"),
        (lambda *a: {"dx": 1}, "it returned one dict"),
    ],
)
def test_what_are_not_three_outputs_is_said(function: Function, said: str) -> None:
    assert said in said_of(function, conv)


def test_an_array_that_every_call_returns_again_is_taken_as_it_was() -> None:
    buffer = np.zeros((4, 4))

    def reuses(x: Array) -> Array:
        part = buffer[: x.shape[0], : x.shape[1]]
        part[:] = 2 * x
        return part

    assert report(doubling, reuses).passed


def test_views_of_the_inputs_are_no_writing() -> None:
    exercise = Exercise(lambda x: x.T, ["y"], lambda: [Case("a row", (numbers(1, 4),))])
    assert report(exercise, lambda x: x.transpose()).passed


def test_truth_values() -> None:
    exercise = Exercise(lambda x: x > 0, ["mask"], lambda: [Case("some", (np.arange(-2.0, 3),))])
    assert report(exercise, lambda x: (x > 0).astype(float)).passed
    assert not report(exercise, lambda x: x >= 0).passed
    assert said_of(lambda x: x <= 0, exercise)  # two arrays of truth values have no difference


# -- what is raised --------------------------------------------------------------------------------


def fails_in_a_helper(x: Array) -> Array:
    def helper(rows: Array) -> Array:
        product: Array = rows @ rows
        return product

    return helper(x)


@pytest.mark.parametrize(
    "function",
    [
        fails_in_a_helper,
        Doubler().fails,
        functools.partial(lambda factor, x: factor * x @ x, 2),
    ],
)
def test_an_exception_is_placed(function: Function) -> None:
    said = said_of(function)
    assert "In the case of a row: ValueError: matmul" in said
    assert "@" in said.partition("line ")[2]
    assert "(1, 4)" in said.partition("shapes there: ")[2]


class Abort(BaseException):
    pass


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Abort("enough"), "Abort: enough"),
        (GeneratorExit(), "GeneratorExit"),
        (SystemExit(0), "it called exit(), which ends the program"),
        (UnprintableError(), "UnprintableError: <exception str() failed>"),
        (MemoryError(), "MemoryError"),
        (ValueError("7" * 10_000), "7" * 100 + " ..."),
    ],
)
def test_every_exception_is_reported(error: BaseException, said: str) -> None:
    def raises(x: Array) -> Array:
        raise error

    text = said_of(raises)
    assert said in text
    assert len(text) < 700


def test_ctrl_c_ends_the_check() -> None:
    def interrupted(x: Array) -> Array:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        report(doubling, interrupted)


def test_endless_recursion() -> None:
    def again(x: Array) -> Array:
        return again(x)

    assert "RecursionError" in said_of(again)


def test_an_exception_in_some_cases_has_its_condition() -> None:
    def fails_with_stride(dy: Array, x: Array, w: Array, stride: int) -> Gradients:
        if stride > 1:
            raise NotImplementedError("stride")
        return conv_backward(dy, x, w, stride)

    said = said_of(fails_with_stride, conv)
    assert "In the case of a stride of 2: NotImplementedError: stride" in said
    assert "It is wrong only with a stride above 1." in said


def test_nothing_is_named_where_one_case_alone_ran() -> None:
    """On the smallest case several mistakes may give the same numbers."""
    exercise = Exercise(
        double,
        ["y"],
        lambda: [Case("one", (np.array([3.0]),)), Case("two", (np.array([5.0, 1.0]),))],
    )
    add_mistake(exercise, "tripled", lambda x: 3 * x)
    add_mistake(exercise, "squared", lambda x: x**2)
    add_mistake(exercise, "fails_on_two", lambda x: x.reshape(1, 1) @ x)

    def fails(x: Array) -> Array:
        if x.size > 1:
            raise ValueError
        return np.array([9.0])

    assert report(exercise, fails).mistake == "fails_on_two", "it fails where the hand-in fails"
    del exercise.mistakes["fails_on_two"]
    assert report(exercise, fails).mistake is None
    assert report(exercise, lambda x: 3 * x).mistake == "tripled"


# -- what else a call does -------------------------------------------------------------------------


def test_an_input_that_was_written_into() -> None:
    def in_place(x: Array) -> Array:
        x *= 2
        return x

    said = report(doubling, in_place)
    assert not said.passed
    assert said.mistake == "input_written_into"
    assert said.is_explained
    assert said.explanations == (
        "It writes into x, which belongs to the caller. Its outputs are right.",
    )
    assert str(said).endswith("Hint: Work on a copy, such as x.copy().")
    allowed = Exercise(double, ["y"], doubling.cases, may_write=["x"])
    assert report(allowed, in_place).passed


def test_an_input_that_was_written_into_and_outputs_that_are_wrong() -> None:
    def with_a_known_mistake(x: Array) -> Array:
        x **= 2
        return x

    said = report(doubling, with_a_known_mistake)
    assert said.mistakes == ("squared", "input_written_into")
    assert said.is_explained
    assert said.explanations[1] == "It writes into x, which belongs to the caller."

    def with_an_unknown_one(x: Array) -> Array:
        np.sin(x, out=x)
        return x

    said = report(doubling, with_an_unknown_one)
    assert said.mistakes == ("input_written_into",)
    assert not said.is_explained
    assert "Its outputs are wrong as well; whether that comes of it" in said.explanations[1]


def test_a_list_that_was_written_into() -> None:
    def add(numbers: list[int]) -> int:
        return sum(numbers)

    exercise = Exercise(add, ["y"], lambda: [Case("three", ([1, 2, 3],))])

    def empties(numbers: list[int]) -> int:
        return sum(numbers.pop() for _ in range(3))

    assert "It writes into numbers" in said_of(empties, exercise)


def test_nan_that_stays_is_no_writing() -> None:
    exercise = Exercise(double, ["y"], lambda: [Case("nothing", (np.array([np.nan, 1.0]),))])
    assert report(exercise, lambda x: x + x).passed


def test_another_result_each_time() -> None:
    calls: list[int] = []

    def remembers(x: Array) -> Array:
        calls.append(1)
        return 2 * x + len(calls)

    said = report(doubling, remembers)
    assert said.mistakes == ("result_changes",)
    assert said.explanations[0].startswith("It gives another result each time it is called")
    assert "a global variable" in str(said).rpartition("Hint: ")[2]


def test_rounding_may_differ_from_call_to_call() -> None:
    rng = np.random.default_rng(0)
    assert report(doubling, lambda x: 2 * x * (1 + 1e-7 * rng.normal())).passed


# -- what is said where no mistake fits ------------------------------------------------------------


def changed(output: int, change: Function, *, where: Function = lambda *inputs: True) -> Function:
    """A hand-in that is right but for one output, where a condition on the inputs holds."""

    def function(dy: Array, x: Array, w: Array, stride: int) -> Gradients:
        outputs = list(conv_backward(dy, x, w, stride))
        if where(dy, x, w, stride):
            outputs[output] = change(outputs[output], dy, x, w, stride)
        return outputs[0], outputs[1], outputs[2]

    return function


@pytest.mark.parametrize(
    ("change", "said", "name"),
    [
        (lambda g, *_: 2 * g, "dw: It is twice as large.", "factor"),
        (lambda g, *_: g / 2, "dw: It is half as large.", "factor"),
        (lambda g, *_: -g, "dw: It is of the wrong sign.", "wrong_sign"),
        (lambda g, *_: 0.3 * g, "dw: It is multiplied by 0.3.", "factor"),
        (lambda g, dy, x, *_: g / len(x), "dw: It is divided by the batch size N.", "factor"),
        (lambda g, dy, x, *_: g * len(x), "dw: It is multiplied by the batch size N.", "factor"),
        (lambda g, dy, *_: g / dy[0, 0].size, "dw: It is divided by OH * OW.", "factor"),
        (lambda g, dy, *_: g / dy[:, 0].size, "dw: It is divided by N * OH * OW.", "factor"),
        (lambda g, dy, x, w, s: g / len(w), "dw: It is divided by F.", "factor"),
        (lambda g, dy, x, w, s: g * s, "dw: It is multiplied by the stride.", "factor"),
        (lambda g, *_: g + 2.5, "dw: The same number, 2.5, is added to every entry.", "shifted"),
        (
            lambda g, *_: g.transpose(0, 1, 3, 2),
            "dw: Its axes are in another order: .transpose(0",
            "axes_in_another_order",
        ),
        (lambda g, *_: g[:, :, ::-1], "dw: It is reversed along axis 2", "reversed"),
        (
            lambda g, *_: g.ravel(),
            "dw: Its numbers are right, its shape is not: (4,), not (1, 1",
            "another_shape",
        ),
        (
            lambda g, *_: g[:, :, 1:],
            "dw: Its shape is (1, 1, 1, 2), not (1, 1, 2, 2), in the case",
            None,
        ),
        (lambda g, *_: g * np.nan, "dw: It has NaN numbers in the case of one picture.", None),
        (lambda g, *_: g / 0.0, "dw: It has infinite numbers", None),
        (lambda g, *_: np.sin(g), "dw: No simple rule explains the difference.", None),
    ],
)
@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_a_plain_difference_is_named(change: Function, said: str, name: str | None) -> None:
    found = report(conv, changed(1, change))
    assert found.mistake == name
    assert found.is_explained is (name is not None)
    assert " ".join(found.explanations).startswith(said)
    assert found.verdict == "conv_backward: not right yet. dw is wrong, dx and db are right."


def test_the_number_of_classes() -> None:
    def mean(scores: Array) -> Any:
        return scores - scores.mean(axis=1, keepdims=True)

    exercise = Exercise(
        mean,
        ["y"],
        lambda: [Case("one", (numbers(1, 4),)), Case("a few", (numbers(3, 5),))],
    )
    divided = said_of(lambda scores: mean(scores) / scores.shape[1], exercise)
    assert divided == "It is divided by the number of classes K."


def add_one(part: tuple[Any, ...]) -> Function:
    def change(gradient: Array, *inputs: Any) -> Array:
        gradient = gradient.copy()
        gradient[part] += np.arange(1.0, 1 + gradient[part].size).reshape(gradient[part].shape)
        return gradient

    return change


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (
            changed(0, add_one(()), where=lambda dy, x, w, stride: stride == 2),
            "dx: It is wrong only with a stride above 1.",
        ),
        (
            changed(0, add_one(()), where=lambda dy, x, w, stride: len(x) > 1),
            "dx: It is wrong only with more than one sample. ",
        ),
        (
            changed(0, add_one((slice(1, None),))),
            "dx: It is wrong only with more than one sample. It is right in the first sample and",
        ),
        (
            changed(1, add_one((slice(1, None),))),
            "dw: It is wrong only with more than one sample. It is right in the first filter and",
        ),
        (
            changed(0, add_one((..., slice(-1, None)))),
            "dx: It is wrong only at the border of the pictures.",
        ),
    ],
)
def test_where_it_is_wrong_is_said(function: Function, said: str) -> None:
    assert said_of(function, conv).startswith(said.strip())


def test_only_with_padding() -> None:
    def padded(x: Array, padding: int) -> Any:
        return np.pad(x, padding) + np.pad(x, padding, mode="wrap")

    exercise = Exercise(
        padded,
        ["y"],
        lambda: [Case("none", (numbers(2, 3), 0)), Case("a border of one", (numbers(3, 4), 1))],
    )
    said = said_of(lambda x, padding: 2 * np.pad(x, padding), exercise)
    assert said.startswith("It is wrong only with padding.")


def test_whole_numbers() -> None:
    cases = [Case("halves", (np.array([0.25, 1.75, -2.3]),))]
    exercise = Exercise(double, ["y"], lambda: cases)

    def into_integers(x: Array) -> Any:
        y = np.zeros(x.shape, int)
        y[:] = 2 * x
        return y

    said = report(exercise, into_integers)
    assert said.mistakes == ("whole_numbers",)
    assert said.explanations == ("Its array holds whole numbers, so fractions are cut off.",)


def test_whole_numbers_that_are_wrong_in_other_cases_too() -> None:
    cases = [Case("halves", (np.array([0.25, 1.75]),)), Case("more", (np.array([7.3, 9.2, 1.4]),))]
    exercise = Exercise(double, ["y"], lambda: cases)
    said = said_of(lambda x: (2 * x).astype(int) + (len(x) > 2), exercise)
    assert said.endswith("Whether its numbers are right beside that is seen when it is of floats.")
    assert not report(exercise, lambda x: (3 * x).astype(int)).mistakes


@pytest.mark.parametrize(("digits", "said"), [(2, "to 2 digits behind"), (0, "to whole numbers")])
def test_rounded_numbers(digits: int, said: str) -> None:
    cases = [Case("one", (np.array([1.2345]),)), Case("more", (np.array([7.3111, 9.2789, 1.8]),))]
    exercise = Exercise(double, ["y"], lambda: cases)
    found = report(exercise, lambda x: np.round(2 * x, digits))
    assert found.mistakes == ("rounded",)
    assert said in found.explanations[0]
    assert not report(exercise, lambda x: np.round(2 * x + 0.6, digits)).mistakes
    assert not report(exercise, lambda x: np.round(2 * x, digits) - 1).mistakes


def test_zeros_are_no_small_numbers_that_were_rounded() -> None:
    cases = [Case("small", (np.array([0.1, -0.2, 0.05]),))]
    assert not report(Exercise(double, ["y"], lambda: cases), np.zeros_like).mistakes


def test_not_a_number_in_places() -> None:
    cases = [Case("a zero", (np.array([0.0, 1.75, -2.3]),)), Case("none", (np.array([1.0]),))]
    exercise = Exercise(double, ["y"], lambda: cases)
    found = report(exercise, lambda x: 2 * x * x / x)
    assert found.mistakes == ("not_finite",)
    assert found.explanations[0].endswith("All other numbers are right.")
    assert not report(exercise, lambda x: np.where(x == 0, np.nan, np.sin(x))).mistakes


def test_inputs_that_are_single_numbers() -> None:
    """Looking for what is special about a case must not stumble over an x that is no array."""
    cases = [Case("one", (1.0,)), Case("three", (3.0,))]
    said = said_of(lambda x: 2.0 if x == 1 else 7.0, Exercise(double, ["y"], lambda: cases))
    assert said == "It is wrong only with three."


# -- a mistake and something beside it -------------------------------------------------------------


def test_a_mistake_and_a_factor() -> None:
    def function(dy: Array, x: Array, w: Array, stride: int) -> Gradients:
        dx, dw, db = kernel_turned(dy, x, w, stride)
        return dx, dw / len(x), db

    said = report(conv, function)
    assert said.mistakes == ("kernel_turned", "factor")
    assert said.explanations[0].endswith("Beside that, it is divided by the batch size N.")


def test_a_factor_is_no_mistake_with_another_factor() -> None:
    """Six times the right one is not "three times the right one", twice."""
    exercise = Exercise(double, ["y"], doubling.cases)
    add_mistake(exercise, "three_times_too_large", lambda x: 6 * x)
    assert report(exercise, lambda x: 6 * x).mistake == "three_times_too_large"
    said = report(exercise, lambda x: 12 * x)
    assert said.mistakes == ("factor",)
    assert said.explanations == ("It is multiplied by 6.",)


def test_two_mistakes_in_one_output() -> None:
    def without_bias(x: Array, b: Array) -> Array:
        return blur(x, np.zeros_like(b))

    pair = Exercise(blur, ["y"], blurring.cases)
    add_mistake(pair, "without_bias", without_bias)
    add_mistake(pair, "twice_as_bright", lambda x, b: blur(2 * x, b))
    add_mistake(pair, "turned", lambda x, b: blur(x[:, :, ::-1], b))
    said = report(pair, lambda x, b: without_bias(x[:, :, ::-1], b))
    assert said.mistakes == ("without_bias", "turned")
    assert said.explanations == ("Two mistakes at once. This is without_bias. This is turned.",)


def test_infinite_and_huge_numbers_warn_of_nothing() -> None:
    for large in (1e200, 1e308, np.inf, -np.inf, np.nan):
        assert not report(conv, changed(0, lambda g, *_, large=large: g + large)).passed
        assert not report(conv, lambda *a, large=large: (overwritten(*a)[0] * large, 0, 0)).passed
