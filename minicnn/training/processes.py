"""Processes that train one model together, on one machine or on many: what they say to each other.

Each has the model, the data and the order of the samples, takes its part of every batch, and makes
the same step. All that they need for that is one thing, the sum of an array over all of them. A
process that trains alone is the simplest case: its sum is the array itself.
"""

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from minicnn.errors import ArgumentError, ProcessError
from minicnn.typing import Array


class Processes:
    """The processes that train together: here one alone.

    Attributes
    ----------
    rank : int
        The number of this process, from 0.
    size : int
        How many processes there are.

    Examples
    --------
    >>> alone = Processes()
    >>> alone.first, alone.sum(np.array([1.0, 2.0]))
    (True, array([1., 2.]))
    """

    rank = 0
    size = 1

    @property
    def first(self) -> bool:
        """Whether this is the process that prints, draws and saves."""
        return self.rank == 0

    def sum(self, array: Array) -> Array:
        """Return the sum of such arrays over all processes: the same bits in each, in every run.

        Every process must ask for the same sums in the same order, of arrays of one shape and type,
        so it has no place in a callback that `runs_once`.
        """
        return array

    def together(self) -> AbstractContextManager[None]:
        """Let an error inside a ``with`` end all processes, unless it is raised in all of them.

        Otherwise the others would wait for a sum to which this one never comes.
        """
        return nullcontext()

    def sum_all(self, arrays: Sequence[Array]) -> list[Array]:
        """Return the sum of each array over all processes, in one message for all arrays.

        A message costs its bytes and a wait. Ten short ones would wait ten times.
        """
        if self.size == 1 or not arrays:
            return list(arrays)
        total = self.sum(np.concatenate([array.ravel() for array in arrays]))
        ends = np.cumsum([array.size for array in arrays])
        # In each array's own memory order: in another one, products differ in the last digits.
        sums = [np.empty_like(array) for array in arrays]
        for result, part in zip(sums, np.split(total, ends[:-1]), strict=True):
            result[...] = part.reshape(result.shape)
        return sums

    def gather(self, numbers: Array) -> Array:
        """Return the numbers of every process, (size, ...), in the order of their ranks."""
        table = np.zeros((self.size, *numbers.shape), numbers.dtype)
        table[self.rank] = numbers  # zero in all other processes, so that the sum is the number
        return self.sum(table)

    def once(self, job: Callable[[], object]) -> None:
        """Let the first process do something alone, such as write a file, while the others wait.

        All of them must come here, so it has no place in a callback that `runs_once`.

        Raises
        ------
        ProcessError
            In the others, if it fails there.
        """
        failure: BaseException | None = None
        if self.first:
            try:
                job()
            except BaseException as error:  # noqa: BLE001 - raised below
                failure = error
        failed = self.sum(np.array([failure is not None], np.float64))[0] > 0
        if failure is not None:
            raise failure
        if failed:
            raise ProcessError(
                "Processes.once: process 0 has failed, and says why; mend that, and start all again"
            )

    def part_of(self, samples: int) -> slice:
        """Return which of so many samples, or other things, are this process's part."""
        begin, end = (samples * i // self.size for i in (self.rank, self.rank + 1))
        return slice(begin, end)


def check_alike(processes: Processes, facts: Mapping[str, object], advice: str) -> None:
    """Raise ArgumentError, in all processes, unless these facts are the same in all.

    Parameters
    ----------
    processes : Processes
    facts : dict
        Arrays, or what prints the same where it is the same, by name.
    advice : str
        What to do; it ends the message.
    """
    if processes.size == 1:
        return
    marks = np.array([mark(fact) for fact in facts.values()], np.float64)
    table = processes.gather(marks)  # (size, number of facts)
    for rank, others in enumerate(table):
        differ = [name for name, same in zip(facts, others == table[0], strict=True) if not same]
        if differ:
            raise ArgumentError(
                f"Trainer: expected the same in each of {processes.size} processes, but process "
                f"{rank} differs from process 0 in {' and '.join(differ)}; {advice}"
            )


def mark(fact: object) -> int:
    """Return a check sum: 32 bits, which a float64 holds exactly."""
    if not isinstance(fact, list) or not all(isinstance(item, np.ndarray) for item in fact):
        # What has no name of its own prints its address, which is another one in each process.
        return zlib.crc32(re.sub(r" at 0x[0-9a-fA-F]+", "", repr(fact)).encode())
    total = 0
    for array in fact:
        total = zlib.crc32(array.tobytes(), total)
    return total
