"""Copies of a network that share its weights, so that threads can use it at the same time."""

import operator
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar, cast

import numpy as np

from minicnn.layers.base import Layer, is_plain
from minicnn.layers.parameter import Parameter
from minicnn.ops import blas
from minicnn.typing import Array

L = TypeVar("L", bound=Layer)


def forward_in_threads(network: Layer, batches: Sequence[Array]) -> list[Array]:
    """Return the output for each batch, in order, as the network behaves in use.

    Each core takes every second batch, or third, and so on, with a replica of the network. BLAS's
    own threads rest meanwhile, since on a busy machine they wait for each other at every product.
    A network with a layer of your own that does not say `per_sample` stays with one thread.
    """
    own = [layer for _, layer in network.walk() if layer.is_own]
    alone = not all(layer.per_sample for layer in own)
    count = 1 if alone or not blas.is_held() else min(blas.cores(), len(batches))
    # The network itself may be in use elsewhere, such as in a training that another thread runs.
    networks = [network] if alone else [replica(network, {}) for _ in range(count)]

    @np.errstate(under="ignore")
    def outputs_of(worker: int) -> list[Array]:
        outputs = (networks[worker](batch) for batch in batches[worker::count])
        # A layer of your own may give the same array each time.
        return [output.copy() if own else output for output in outputs]

    with blas.one_thread():
        if count == 1:
            return outputs_of(0)
        with ThreadPoolExecutor(count - 1, "minicnn") as others:
            # Each in a copy of this context, so that what NumPy warns of here, it warns of there.
            futures = [
                others.submit(copy_context().run, outputs_of, worker) for worker in range(1, count)
            ]
            results = [outputs_of(0), *(future.result() for future in futures)]
    return [results[i % count][i // count] for i in range(len(batches))]


def replica(layer: L, copies: dict[int, Any]) -> L:
    """Return a copy of a layer that shares the weights, and has gradients and a memory of its own.

    Several threads can then use the layer at the same time, each for its share of a batch. `copies`
    collects the copies of layers and parameters by the `id` of each: what the layer holds in two
    places stays one.
    """

    def copied(value: Any) -> Any:
        if is_plain(value):
            return value
        if isinstance(value, Parameter | Layer):
            if id(value) not in copies:
                kind = type(value)
                other: Any = object.__new__(kind)  # a third of the time of copy.copy
                copies[id(value)] = other
                if isinstance(value, Parameter):
                    copy_parameter(value, other)
                else:
                    attributes = {n: v for n, v in vars(value).items() if n != "saved"}
                    vars(other).update({n: copied(v) for n, v in attributes.items()})
                    if value.is_own:  # its forward may work in arrays that it keeps
                        arrays = {n: v for n, v in attributes.items() if isinstance(v, np.ndarray)}
                        vars(other).update({n: array.copy() for n, array in arrays.items()})
            return copies[id(value)]
        if isinstance(value, dict | list | tuple):
            entries = list(value.values() if isinstance(value, dict) else value)
            others = list(map(copied, entries))
            if all(map(operator.is_, others, entries)):
                return value
            if isinstance(value, dict):
                return dict(zip(value, others, strict=True))
            return type(value)(*others) if hasattr(value, "_fields") else type(value)(others)
        return value

    return cast(L, copied(layer))


def copy_parameter(parameter: Parameter, other: Parameter) -> None:
    """Let another parameter have the value of one, and a gradient of its own, zero so far."""
    other.name = parameter.name
    object.__setattr__(other, "_value", parameter.value)
    other.decay, other.role = parameter.decay, parameter.role
    other.grad = np.zeros(parameter.value.shape, parameter.value.dtype)  # of its own
    if parameter.role == "statistic":  # a layer that changes it in place changes its own
        other.value = parameter.value.copy()
