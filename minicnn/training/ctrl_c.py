"""Ctrl-C in one of several processes, which must not leave while the others wait for its sums."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from minicnn.terminal import tell


class CtrlC:
    """Whether Ctrl-C was pressed inside a ``with``, which then does not end at once.

    Pressed again, it does. Where Ctrl-C is not answered by Python itself, or outside of the main
    thread, nothing is noted.

    Attributes
    ----------
    pressed : bool
    """

    def __init__(self) -> None:
        self.pressed = False

    @contextmanager
    def noted(self, said: str) -> Iterator[None]:
        """Note Ctrl-C inside a ``with``, and say this about it, unless that is empty."""
        self.pressed = False

        def note(*_: object) -> None:
            if self.pressed:
                raise KeyboardInterrupt
            self.pressed = True
            if said:
                tell(said)

        may = threading.current_thread() is threading.main_thread()
        if not may or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield
            return
        signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
