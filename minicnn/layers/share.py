"""A share of a batch: what a layer may know of the other shares, and where its chance comes from.

Threads, or machines, may divide a batch among themselves: each share goes forward and backward by
itself. Most layers need nothing else, since they work sample by sample. A layer that looks at the
batch as a whole, such as batch normalization, asks the share for sums over all of it, forward and
backward. A layer that draws at random, such as dropout, asks the share for a generator, so that
threads do not race for the numbers of a single one.

    share = current_share()
    count = float(share.sum(np.array(len(x))))
    mean = share.sum(x.sum(axis=0)) / count

Only what the layer needs of the other samples is summed. The `grad` of a parameter is that of the
share by itself, ``self.bias.grad = dy.sum(axis=0)``: the gradients of all shares are added up
afterwards, as for every layer.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from minicnn.typing import Array


class Share:
    """All of a batch: the only share that there is, unless a team divides it.

    Examples
    --------
    >>> share = current_share()
    >>> share.sum(np.array([1.0, 2.0]))
    array([1., 2.])
    """

    def sum(self, array: Array) -> Array:
        """Return the sum of such arrays over all shares of the batch, in one order.

        Every share must ask for the same sums in the same order.
        """
        return array

    def generator(self, own: np.random.Generator) -> np.random.Generator:
        """Return where a layer is to draw from in this pass.

        Parameters
        ----------
        own : numpy.random.Generator
            The layer's own, which is used outside of a training.
        """
        return own


_current: ContextVar[Share] = ContextVar("share", default=Share())  # noqa: B039 - it never changes


def current_share() -> Share:
    """Return the share that the layers of this thread are working on."""
    return _current.get()


def working_on(share: Share) -> AbstractContextManager[None]:
    """Let the layers called in a ``with`` work on this share."""
    return having(_current, share)


@contextmanager
def having(variable: ContextVar[Any], value: object) -> Iterator[None]:
    """Let a variable of this thread have a value inside a ``with``, and then the old one again."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
