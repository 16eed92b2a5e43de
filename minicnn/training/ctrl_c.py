"""Ctrl-C that waits for the end of a step, so that a training can be left in good order."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from minicnn.terminal import tell


class CtrlC:
    """Whether Ctrl-C was pressed while this listens; the program then does not end at once.

    Pressed again, it does. Where Ctrl-C is not answered by Python itself, or outside of the main
    thread, nothing is noted.

    Attributes
    ----------
    pressed : bool
    """

    def __init__(self) -> None:
        self.pressed = False
        self._listens = False
        self._said = ""

    def listen(self, said: str) -> None:
        """Note Ctrl-C from now on, and say this about it, unless that is empty."""
        self.leave()
        self.pressed, self._said = False, said
        self._listens = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._listens:
            signal.signal(signal.SIGINT, self._note)

    def leave(self) -> None:
        """Restore Python's own answer to Ctrl-C."""
        if self._listens:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._listens = False

    @contextmanager
    def noted(self, said: str) -> Iterator[None]:
        """Listen inside a ``with``."""
        self.listen(said)
        try:
            yield
        finally:
            self.leave()

    def _note(self, *_: object) -> None:
        """Note that Ctrl-C was pressed; the second time, end at once."""
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True
        if self._said:
            tell(self._said)
