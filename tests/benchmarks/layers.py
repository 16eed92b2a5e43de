"""Where a training step goes: every layer, forward and backward, beside its products alone.

A layer is timed as it works by default: two threads at once, each with half of the batch and one
thread of BLAS. Beside it stands what its matrix products would take by themselves, as plain
products of matrices that lie ready: that much the machine needs whatever the code around it does.
"""

import math
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from nets import NETS, Net, minicnn_model, random_batch
from timing import Step, run_for

from minicnn import Conv2D, CrossEntropy, Dense
from minicnn.layers import Layer
from minicnn.ops.blas import one_thread
from minicnn.ops.memory import keep_freed_blocks

THREADS = 2
PASSES = 40


def measure(_turns: int) -> dict[str, Any]:
    """Measure, print and return a table for each net."""
    keep_freed_blocks()
    results = {}
    for net in NETS:
        print(f"\n{net}: milliseconds a layer, {THREADS} threads with a share each")
        print(f"  {'':<34}{'forward':>9}{'products':>10}{'backward':>10}{'products':>10}")
        with one_thread(), ThreadPoolExecutor(THREADS) as threads:
            tables = list(threads.map(lambda _, net=net: table(net), range(THREADS)))
        rows = [mean(parts) for parts in zip(*tables, strict=True)]
        total = {key: sum(row[key] for row in rows) for key in rows[0] if key != "layer"}
        for row in [*rows, {"layer": "together", **total}]:
            print(
                f"  {row['layer']:<34}{row['forward']:>9.2f}{row['forward_products']:>10.2f}"
                f"{row['backward']:>10.2f}{row['backward_products']:>10.2f}"
            )
        share = (total["forward_products"] + total["backward_products"]) / (
            total["forward"] + total["backward"]
        )
        print(f"  share of the products: {share:.0%}", flush=True)
        results[str(net)] = {"layers": rows, "share_of_products": share}
    return results


def mean(rows: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Return the mean of what the threads measured of the same layer."""
    return {
        key: value if key == "layer" else statistics.mean(row[key] for row in rows)
        for key, value in rows[0].items()
    }


def table(net: Net) -> list[dict[str, Any]]:
    """Return the milliseconds of each layer for a share of the batch."""
    model, loss = minicnn_model(net), CrossEntropy()
    images, labels = random_batch(replace(net, batch=net.batch // THREADS))
    forward: list[list[float]] = [[] for _ in model.layers]
    backward: list[list[float]] = [[] for _ in model.layers]
    for _ in range(PASSES):
        x = images
        for layer, taken in zip(model.layers, forward, strict=True):
            began = time.perf_counter()
            x = layer.forward(x, training=True)
            taken.append(time.perf_counter() - began)
        dy = loss.gradient(x, labels)
        for layer, taken in zip(model.layers[:0:-1], backward[:0:-1], strict=True):
            began = time.perf_counter()
            dy = layer.backward(dy)
            taken.append(time.perf_counter() - began)
        began = time.perf_counter()
        model.layers[0].backward_parameters(dy)
        backward[0].append(time.perf_counter() - began)
    rows = []
    for index, layer in enumerate(model.layers):
        one_way, way_back = products(layer, len(images), input_gradient=index > 0)
        rows.append(
            {
                "layer": repr(layer),
                "forward": 1e3 * statistics.median(forward[index]),
                "forward_products": sum(map(alone, one_way)),
                "backward": 1e3 * statistics.median(backward[index]),
                "backward_products": sum(map(alone, way_back)),
            }
        )
    return rows


def products(layer: Layer, N: int, *, input_gradient: bool) -> tuple[list[Step], list[Step]]:
    """Return the matrix products of a layer forward and backward, on matrices of their sizes."""
    if not isinstance(layer, Conv2D | Dense) or layer.out_shape is None:
        return [], []
    w = layer.weight.value.reshape(len(layer.weight.value), -1)  # (F, C*KH*KW)
    columns = np.ones((w.shape[1], math.prod(layer.out_shape[1:]) * N), np.float32)
    dy = np.ones((len(w), columns.shape[1]), np.float32)
    back: list[Step] = [lambda: columns @ dy.T]
    if input_gradient:
        back.append(lambda: w.T @ dy)
    return [lambda: w @ columns], back


def alone(product: Step) -> float:
    """Return the milliseconds of a product."""
    run_for(product, 0.05)
    return 1e3 * statistics.median(run_for(product, 0.2))
