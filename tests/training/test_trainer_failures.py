"""Training that breaks, and training that is refused before it begins."""

from typing import Any

import numpy as np
import pytest
from trainings import Diary, data, model, trainer, weights

from minicnn import SGD, Callback, Conv2D, CrossEntropy, Dense, Sequential, Trainer
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError, DivergenceError, NotReadyError, ShapeError
from minicnn.training.callbacks import Training


def test_a_loss_that_breaks_stops_the_training_at_once() -> None:
    fitted, diary = trainer(), Diary()
    fitted.fit(data(8), batch_size=4, progress=False)
    fitted.optimizer = SGD(1e30)
    with pytest.raises(DivergenceError, match=r"epoch 2.*after \d+ steps.*1e\+30.*a tenth"):
        fitted.fit(data(8), epochs=50, batch_size=4, callbacks=[diary], progress=False)
    assert len(fitted.history) == 1
    assert diary.calls[-1] == ("fit ends",)


def test_an_error_at_the_end_does_not_hide_the_one_that_ended_it() -> None:
    class Fails(Callback):
        def on_fit_end(self, trainer: Training) -> None:
            raise OSError("the film cannot be written")

    fitted, diary = trainer(1e39), Diary()
    with pytest.raises(DivergenceError) as caught:
        fitted.fit(data(8), 50, 4, callbacks=[Fails(), diary], progress=False)
    assert "the film cannot be written" in caught.value.__notes__[0]
    assert diary.calls[-1] == ("fit ends",)
    with pytest.raises(OSError, match="the film"):
        trainer().fit(data(8), callbacks=[Fails()], progress=False)


def test_a_step_that_breaks_leaves_the_weights_as_they_are() -> None:
    fitted = trainer()
    dense = fitted.model.layers[4]
    assert isinstance(dense, Dense)
    dense.weight.value = np.full_like(dense.weight.value, 3e38)
    before = weights(fitted)
    with pytest.raises(DivergenceError):
        fitted.train_step(data().images, data().labels)
    for one, other in zip(before, weights(fitted), strict=True):
        assert one is other


def test_weights_that_break_in_the_last_step_are_noticed() -> None:
    fitted = Trainer(model(), SGD(1e39), CrossEntropy())
    with pytest.raises(DivergenceError, match="a weight became nan in epoch 1, after 1 steps"):
        fitted.fit(data(8), batch_size=8, progress=False)
    assert len(fitted.history) == 0


def test_a_validation_loss_that_breaks_is_noticed() -> None:
    class Enlarge(Callback):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            for parameter in trainer.model.parameters:
                parameter.value = np.full_like(parameter.value, 3e38)

    fitted = trainer()
    with pytest.raises(DivergenceError, match="the validation loss became"):
        fitted.fit(data(8), 1, 8, data(6, 1), [Enlarge()], progress=False)
    assert len(fitted.history) == 0


def test_what_the_trainer_is_made_of() -> None:
    for arguments in ((model(), SGD(), "loss"), (model(), 0.1, CrossEntropy())):
        with pytest.raises(ArgumentError, match=r"Trainer: (loss|optimizer) must be"):
            Trainer(*arguments)
    with pytest.raises(NotReadyError, match="input shape"):
        Trainer(Sequential([Dense(3)]), SGD(), CrossEntropy())


@pytest.mark.parametrize("option", ["epochs", "batch_size"])
@pytest.mark.parametrize("value", [0, -1, 1.5, "3"])
def test_options_out_of_range(option: str, value: Any) -> None:
    with pytest.raises(ArgumentError, match=option):
        trainer().fit(data(), progress=False, **{option: value})


def test_data_that_does_not_fit_is_refused_before_any_work() -> None:
    fitted = trainer()
    other = Dataset(np.zeros((3, 3, 8, 8)), np.zeros(3, int), ("a",))
    many = Dataset(np.zeros((3, 1, 8, 8)), np.array([0, 1, 10]), tuple("abcdefghijk"))
    with pytest.raises(ShapeError, match=r"\(N, 1, 8, 8\), got \(3, 3, 8, 8\)"):
        fitted.fit(other)
    with pytest.raises(ShapeError, match=r"got \(3, 3, 8, 8\)"):
        fitted.fit(data(), validation=other)
    with pytest.raises(DataError, match=r"0\.\.9.*0 to 10"):
        fitted.fit(many)
    with pytest.raises(ArgumentError, match="train must be a Dataset"):
        fitted.fit(data().images)  # type: ignore[arg-type] # the point of the test
    with pytest.raises(ArgumentError, match="each of the callbacks must be a Callback"):
        fitted.fit(data(), callbacks=[print])  # type: ignore[list-item] # the point of the test
    maps = Trainer(Sequential([Conv2D(2, 3)], (1, 8, 8)), SGD(), CrossEntropy())
    with pytest.raises(ShapeError, match=r"\(N, K\).*got \(40, 2, 6, 6\)"):
        maps.fit(data())
    assert fitted.steps == 0


def test_batches_that_do_not_fit() -> None:
    fitted, good = trainer(), data(4)
    broken = good.images.copy()
    broken[1, 0, 2, 3] = np.nan
    with pytest.raises(DataError, match=r"images must be finite.*\(1, 0, 2, 3\)"):
        fitted.train_step(broken, good.labels)
    with pytest.raises(DataError, match=r"\(4,\).*got \(3,\)"):
        fitted.train_step(good.images, good.labels[:3])
    with pytest.raises(DataError, match="float64"):
        fitted.train_step(good.images, good.labels.astype(float))
    with pytest.raises(ShapeError, match=r"got \(1, 8, 8\)"):
        fitted.train_step(good.images[0], good.labels[:1])
    assert fitted.steps == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (Sequential, SGD(), CrossEntropy()),
            r"model must be a Sequential, got the class",
        ),
        ((None, SGD, CrossEntropy()), r"optimizer .*got the class SGD: call it, SGD\(\.\.\.\)"),
        ((None, SGD(), CrossEntropy), r"loss must be a Loss, got the class CrossEntropy: call it"),
        ((None, "adam", CrossEntropy()), r"optimizer must be an Optimizer, got str"),
    ],
)
def test_classes_in_place_of_objects(arguments: Any, message: str) -> None:
    model, optimizer, loss = arguments
    with pytest.raises(ArgumentError, match=message):
        Trainer(trainer().model if model is None else model, optimizer, loss)


def test_a_second_fit_says_how_many_epochs_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    fitted = trainer()
    fitted.fit(data(), epochs=3)
    assert "trained before" not in capsys.readouterr().err
    fitted.fit(data(), epochs=5)
    assert "3 epochs were trained before, and 5 more make 8" in capsys.readouterr().err
    fitted.fit(data(), progress=False)
    assert capsys.readouterr().err == ""
