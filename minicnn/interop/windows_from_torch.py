"""Convolutions, poolings and the enlarging of pictures from PyTorch.

Some layers here are two modules there: a border and the convolution or pooling behind it, a
transposed convolution and what cuts its output, a pooling to one pixel and the Flatten that leaves
the pixel out. So each function gets what it needs besides the module: the border before it, or the
row behind it.
"""

from collections.abc import Callable
from typing import Any

from minicnn import layers
from minicnn.interop.borders import CUTTERS, Border, around, border_of, both, each, take_cut
from minicnn.interop.row import Row, axes, check_options, described, kind, refused
from minicnn.interop.torch_names import LINEAR, same_pixels
from minicnn.layers import Layer
from minicnn.layers.pooling import AveragePooling
from minicnn.typing import Margins

CONV = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}
CONV_TRANSPOSE = {1: layers.ConvTranspose1D, 2: layers.ConvTranspose2D, 3: layers.ConvTranspose3D}
MAX_POOL = {1: layers.MaxPool1D, 2: layers.MaxPool, 3: layers.MaxPool3D}
AVERAGE_POOL = {1: layers.AveragePool1D, 2: layers.AveragePool, 3: layers.AveragePool3D}
UPSAMPLE = {1: layers.Upsample1D, 2: layers.Upsample, 3: layers.Upsample3D}


def _inner(module: Any) -> Margins:
    """Return the border that a convolution of PyTorch puts around by itself."""
    if module.padding == "same":
        totals = [d * (k - 1) for k, d in zip(module.kernel_size, module.dilation, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
    return both(0 if module.padding == "valid" else module.padding, len(module.kernel_size))


def _one(module: Any, outer: Border | None) -> Border:
    """Return the border before a convolution and its own as one, which two of zeros are."""
    inner = Border(_inner(module), module.padding_mode)
    there = [border for border in (outer, inner) if border is not None and border.is_there]
    if len(there) == 2 and {border.mode for border in there} != {"zeros"}:
        raise refused(
            module,
            f"its border and the one before it, {there[0].margins}, cannot be added up, since they "
            "are not both of zeros",
        )
    if len(there) == 2:
        return Border(around(there[0].margins, there[1].margins))
    return there[0] if there else Border(inner.margins)


def _conv(module: Any, outer: Border | None) -> Layer:
    border = _one(module, outer)
    return CONV[len(module.kernel_size)](
        module.out_channels,
        module.kernel_size,
        module.stride,
        border.margins,
        border.mode,
        module.dilation,
        module.groups,
        module.bias is not None,
    )


def _max_pool(module: Any, border: Border | None) -> Layer:
    number = axes(module) or 0
    check_options(module, return_indices=False, ceil_mode=False)
    if any(step != 1 for step in each(module.dilation, number)):
        raise refused(module, "a pooling here has no dilation")
    if border is not None and border.mode != "zeros":
        raise refused(module, f"a pooling here has no border of the mode {border.mode}")
    margins = both(module.padding, number)
    if border is not None:
        margins = around(border.margins, margins)
    size, stride = each(module.kernel_size, number), each(module.stride, number)
    return MAX_POOL[number](size, stride, margins)


def _average_pool(module: Any, border: Border | None) -> AveragePooling:
    """Count the border before it, so that its own must count as well."""
    number = axes(module) or 0
    check_options(module, ceil_mode=False)
    if getattr(module, "divisor_override", None) is not None:
        raise refused(module, "a mean here has no other divisor")
    margins = both(module.padding, number)
    counts = module.count_include_pad or not any(map(any, margins))
    if border is not None:
        if border.mode != "zeros" or not counts:
            raise refused(module, f"the border before it, {border.margins}, is not one of a mean")
        margins = around(border.margins, margins)
    size, stride = each(module.kernel_size, number), each(module.stride, number)
    return AVERAGE_POOL[number](size, stride, margins, count_padding=counts)


def inside_average(_: Row, module: Any) -> Layer:
    """Return the mean of what belongs to the picture, around which zeros are put."""
    pool, number = module.pool, axes(module) or 0
    if not kind(pool).startswith("AvgPool"):
        raise refused(module, f"expected an average pooling in it, got {described(pool)}")
    border = border_of(module.border, number)
    if (border.mode, border.value) != ("zeros", 0.0) or any(each(pool.padding, number)):
        raise refused(module, "expected a border of zeros, and a pooling without one of its own")
    layer = _average_pool(pool, border)
    size, stride = layer.size, layer.stride
    return AVERAGE_POOL[number](size, stride, border.margins, count_padding=False)


def bordered_conv(_: Row, module: Any) -> Layer:
    """Return the convolution with the border that the module has in it."""
    border = border_of(module.border, len(module.kernel_size))
    if border.value != 0 or min(map(min, border.margins)) < 0:
        raise refused(module.border, "expected a border of zeros or of pixels that cuts nothing")
    return _conv(module, border)


def conv_transpose(row: Row, module: Any) -> Layer:
    """Take the border behind it as well, if that cuts; or have it in the module."""
    number = axes(module) or 0
    if any(more >= step for more, step in zip(module.output_padding, module.stride, strict=True)):
        raise refused(
            module,
            "expected an output_padding smaller than the stride; a larger one, which PyTorch "
            "allows below the dilation, is not known here",
        )
    cutter = getattr(module, "cutter", None)
    cut = take_cut(row, number) if cutter is None else _cut_of(cutter, number)
    return CONV_TRANSPOSE[number](
        module.out_channels,
        module.kernel_size,
        module.stride,
        around(both(module.padding, number), cut),
        module.output_padding,
        module.dilation,
        module.groups,
        module.bias is not None,
    )


def _cut_of(cutter: Any, number: int) -> Margins:
    margins = border_of(cutter, number).margins
    if kind(cutter) not in CUTTERS or max(map(max, margins)) > 0:
        raise refused(cutter, "expected a border of negative widths, which cuts")
    return tuple((-before, -after) for before, after in margins)


def global_pool(row: Row, module: Any) -> Layer:
    """Take the Flatten behind it, which leaves the one pixel out."""
    check_options(module, **({"return_indices": False} if "Max" in kind(module) else {}))
    ones = set(each(module.output_size, axes(module) or 0))
    if ones != {1} or not row.next_is("Flatten"):
        raise refused(module, "expected one output pixel, and a Flatten behind it")
    _check_flatten(row, row.take()[1])
    return layers.GlobalMaxPool() if "Max" in kind(module) else layers.GlobalAveragePool()


def flatten(row: Row, module: Any) -> Layer:
    """Take with it a global pooling that sees all pixels as one row."""
    if (module.start_dim, module.end_dim) == (2, -1) and row.next_is(
        "AdaptiveAvgPool1d", "AdaptiveMaxPool1d"
    ):
        return global_pool(row, row.take()[1])
    _check_flatten(row, module)
    return layers.Flatten()


def _check_flatten(row: Row, module: Any) -> None:
    """Raise ArgumentError unless a Flatten makes one axis of all but the batch's."""
    if module.start_dim != 1 or module.end_dim not in (-1, len(row.shape)):
        raise refused(module, "expected all axes but the batch's in one, start_dim=1, end_dim=-1")


def upsample(row: Row, module: Any) -> Layer:
    """Return what enlarges a picture by whole factors."""
    number = len(row.shape) - 1
    if number not in UPSAMPLE:
        raise refused(
            module, f"expected samples with one to three axes besides the channels, got {row.shape}"
        )
    if module.mode not in ("nearest", *LINEAR.values()):
        raise refused(module, "expected the mode nearest, linear, bilinear or trilinear")
    if module.align_corners:
        raise refused(module, "expected align_corners=False")
    factors = _factors(module, row.shape)
    if any(factor != int(factor) for factor in factors):
        raise refused(module, f"expected whole factors, got {factors} for {row.shape[1:]}")
    whole = tuple(map(int, factors))
    if module.mode != "nearest":
        return UPSAMPLE[number](whole, "linear")
    if not same_pixels(whole, row.shape[1:]):
        raise refused(
            module,
            f"PyTorch rounds where it enlarges {row.shape[1:]}, and copies other pixels than an "
            "Upsample here; every factor up to 40 gives the same",
        )
    return UPSAMPLE[number](whole, "nearest")


def _factors(module: Any, shape: tuple[int, ...]) -> list[float]:
    """Return by how much each axis is enlarged."""
    given = module.size if module.size is not None else module.scale_factor
    values = each(given, len(shape) - 1)
    if given is None or len(values) != len(shape) - 1:
        raise refused(module, f"expected a size or a factor for each axis of {shape}, got {given}")
    if module.size is None:
        return list(values)
    return [new / old for new, old in zip(values, shape[1:], strict=True)]


WINDOWS: dict[str, Callable[[Any, Border | None], Layer]] = {
    **{f"Conv{n}d": _conv for n in (1, 2, 3)},
    **{f"MaxPool{n}d": _max_pool for n in (1, 2, 3)},
    **{f"AvgPool{n}d": _average_pool for n in (1, 2, 3)},
}
"""What makes the layer from a module that may have a border before it, by the module's class."""
