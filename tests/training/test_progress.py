"""What a person sees while a model is trained."""

import io

import pytest
from trainings import data, trainer


class Terminal(io.StringIO):
    """Standard error as tqdm wants it for its bars."""

    def isatty(self) -> bool:
        return True


def test_bars_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    trainer().fit(data(500), epochs=2, batch_size=1)  # long enough for the bars to move
    for shown in ("epochs", "epoch 1/2", "epoch 2/2", "/500", "left, loss ", ", accuracy "):
        assert shown in screen.getvalue()


def test_progress_is_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    trainer().fit(data(8), epochs=2, batch_size=4, validation=data(6, 1))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "epoch 1/2  loss" in captured.err
    assert "epoch 2/2  loss" in captured.err
    assert "  validation " in captured.err
    assert max(map(len, captured.err.splitlines())) < 80
    trainer().fit(data(8), progress=False)
    assert capsys.readouterr().err == ""
