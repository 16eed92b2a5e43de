"""A network of PyTorch as a row of modules, and how one of them is refused."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError, shorten, within
from minicnn.interop.libraries import library
from minicnn.interop.torch_names import LINEAR
from minicnn.typing import Shape


class Row:
    """The modules that are still to be translated, one after the other.

    Attributes
    ----------
    modules : list of (str, torch.nn.Module)
        Each with its name in the network; those of a ``torch.nn.Sequential`` one by one, and
        without those that do nothing.
    shape : tuple of int
        The shape of the samples that the first of them gets.
    """

    def __init__(self, module: Any, shape: Shape) -> None:
        self.modules = list(_flat(module, ""))
        self.shape = shape

    def take(self) -> tuple[str, Any]:
        """Remove the first module, and return its name and the module."""
        return self.modules.pop(0)

    def next_is(self, *kinds: str) -> bool:
        """Return whether the module that comes next is of one of these classes."""
        return bool(self.modules) and kind(self.modules[0][1]) in kinds


def _flat(module: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the modules in a Sequential, and in those in it; a module may stand there twice."""
    if _calls_in_order(module):
        for inner, child in module._modules.items():
            yield from _flat(child, f"{name}.{inner}" if name else inner)
    elif kind(module) != "Identity":
        yield name, module


def _calls_in_order(module: Any) -> bool:
    """Return whether a module calls its parts as a Sequential does, and does nothing else."""
    sequential = library("torch", "from_torch").nn.Sequential
    return isinstance(module, sequential) and all(
        getattr(type(module), name) is getattr(sequential, name)
        for name in ("forward", "__call__", "__iter__")
    )


def kind(module: Any) -> str:
    """Return the name of a module's class if that is PyTorch's or minicnn's own, "" otherwise.

    A class that derives from one of PyTorch's may compute anything. A parametrized module has a
    class made for it alone, which differs in where the weights come from.
    """
    from minicnn.interop import torch_modules  # noqa: PLC0415 - it imports torch

    nn = library("torch", "from_torch").nn
    own = type(module)
    if nn.utils.parametrize.is_parametrized(module):
        own = own.__bases__[0]
    known = any(getattr(home, own.__name__, None) is own for home in (nn, torch_modules))
    return own.__name__ if known else ""


def axes(module: Any) -> int | None:
    """Return the number of spatial axes that a module works on, or None if any will do."""
    name = kind(module)
    if name == "InsideAverage":
        return axes(module.pool)
    if name == "Upsample":
        return next((number for number, mode in LINEAR.items() if mode == module.mode), None)
    return int(name[-2]) if name[-2:] in ("1d", "2d", "3d") else None


def check_samples(module: Any, shape: Shape) -> None:
    """Raise ShapeError unless a module takes samples of this shape as such.

    Many modules of PyTorch also take a batch with one axis less, as a single sample. How many
    channels or features a module takes, it says itself.
    """
    number = axes(module)
    vectors = kind(module).endswith("BatchNorm1d") and len(shape) == 1
    if number is not None and not vectors:
        checks.spatial_axes(f"from_torch: {described(module)}", shape, number)
    named = (getattr(module, name, None) for name in ("in_channels", "in_features", "num_features"))
    wanted = next((count for count in named if count is not None), shape[0])
    if shape[0] != wanted and (number is not None or len(shape) == 1):
        raise ShapeError(
            f"from_torch: {described(module)}: expected samples with {wanted} channels or "
            f"features, got {shape}, as they are here with that input_shape; channels come first"
        )


def check_plain(module: Any) -> None:
    """Raise ArgumentError if a network does something that its modules do not show.

    These are hooks, a ``forward`` of one object, and weights that stand in two places.
    """
    modules = library("torch", "from_torch").nn.modules
    lazy = modules.lazy.LazyModuleMixin
    if modules.module._global_forward_hooks or modules.module._global_forward_pre_hooks:
        raise ArgumentError(
            "from_torch: expected no hook on all modules of PyTorch; remove it by the method "
            "remove() of what register_module_forward_hook returned"
        )
    places: dict[int, str] = {}
    for name, part in module.named_modules(remove_duplicate=False):
        with place(name):
            if isinstance(part, lazy):
                raise refused(part, "its weights are not made yet; call the network on a batch")
            if part._forward_hooks or part._forward_pre_hooks or "forward" in vars(part):
                raise refused(
                    part,
                    "expected a module without hooks and without a forward put in; remove them, "
                    "such as by torch.nn.utils.remove_weight_norm or prune.remove",
                )
            for tensor in (*part._parameters.values(), *part._buffers.values()):
                if tensor is not None and places.setdefault(id(tensor), name) != name:
                    raise refused(
                        part,
                        f"shares weights with module {places[id(tensor)]!r}, but a parameter here "
                        "has one place in a model; give it its own, such as by copy.deepcopy",
                    )


def place(name: str) -> AbstractContextManager[None]:
    """Say of every error inside a ``with`` which module it was; a single one has no name."""
    return within(f"module {name!r}") if name else nullcontext()


def has_inner(module: Any) -> bool:
    """Return whether a module has others inside."""
    return bool(getattr(module, "_modules", None))


def described(module: Any) -> str:
    """Return a module as messages show it, in one line."""
    return type(module).__name__ if has_inner(module) else shorten(" ".join(str(module).split()))


def refused(module: Any, why: str) -> ArgumentError:
    """Return the error for a module that has no layer with the same outputs."""
    return ArgumentError(f"from_torch: {described(module)}: {why}")


def check_options(module: Any, **wanted: Any) -> None:
    """Raise ArgumentError unless options have the only values that a layer can have."""
    for name, value in wanted.items():
        if getattr(module, name) != value:
            raise refused(module, f"expected {name}={value}, got {getattr(module, name)}")
