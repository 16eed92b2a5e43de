"""What describes a layer, a loss, an optimizer or a schedule: the call that makes it.

A class that derives from `Described` keeps each argument of its constructor in the attribute of the
same name. Its objects then print as that call, and a file can keep them: the name of the class and
the options, from which `construct` makes an equal one.
"""

import inspect
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

Thing = TypeVar("Thing")


class _NotKept:
    """What stands in a config for an option that is not kept under its own name."""

    def __repr__(self) -> str:
        return "?"


NOT_KEPT = _NotKept()


class Described:
    """Something that the arguments of its constructor describe.

    Examples
    --------
    >>> class Scale(Described):
    ...     def __init__(self, factor, offset=0.0):
    ...         self.factor, self.offset = factor, offset
    >>> Scale(2)
    Scale(2)
    >>> Scale(2, offset=1.0).config
    {'factor': 2, 'offset': 1.0}
    """

    equal_sizes_as_one: ClassVar[bool] = False
    """Whether (3, 3) is printed as 3, where an option may be one number for all axes."""

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name."""
        given = self.given_options()
        config: dict[str, Any] = {}
        for name, option in options_of(type(self)).items():
            value = given[name] if name in given else getattr(self, name, NOT_KEPT)
            if option.kind is option.VAR_KEYWORD and isinstance(value, dict):
                config |= value
            else:
                config[name] = value
        return config

    def given_options(self) -> dict[str, Any]:
        """Return the options that are not kept in the attribute of their own name."""
        return {}

    @property
    def kept_config(self) -> dict[str, Any]:
        """The part of `config` that a file keeps."""
        return self.config

    def __repr__(self) -> str:
        """Write the constructor call, without the options that are at their defaults."""
        arguments: list[str] = []
        options = options_of(type(self))
        for name, value in self.config.items():
            option = options.get(name)  # one of **options has none
            if self.equal_sizes_as_one:
                value = shortest(value)
            if option is not None and option.kind is option.VAR_POSITIONAL:
                arguments += map(repr, value if value is not NOT_KEPT else ["?"])
            elif option is not None and option.default is option.empty:
                arguments.append(repr(value))
            elif option is None or repr(value) != repr(option.default):
                arguments.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(arguments)})"


def options_of(kind: type) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of a class's constructor by name."""
    known: Any = kind  # a class is hashable, which mypy does not see
    return _signature(known).parameters


@lru_cache(maxsize=256)  # a checkpoint asks for that of every layer many times
def _signature(kind: type) -> inspect.Signature:
    return inspect.signature(kind)


def construct(kind: type[Thing], config: Mapping[str, Any]) -> Thing:
    """Return a new object of a class from its config.

    Examples
    --------
    >>> class Chain(Described):
    ...     def __init__(self, *steps, name=""):
    ...         self.steps, self.name = steps, name
    >>> construct(Chain, Chain(1, 2, name="short").config)
    Chain(1, 2, name='short')
    """
    options, positional = dict(config), []
    for name, option in options_of(kind).items():
        if option.kind is option.VAR_POSITIONAL:
            positional = list(options.pop(name, ()))
    return kind(*positional, **options)


def shortest(value: Any) -> Any:
    """Write ((1, 1), (2, 2)) as (1, 2), and (3, 3) as 3."""
    if isinstance(value, tuple) and value and all(isinstance(v, tuple) for v in value):
        value = tuple(v[0] if v[0] == v[1] else v for v in value)
        if any(isinstance(v, tuple) for v in value):
            return tuple(v if isinstance(v, tuple) else (v, v) for v in value)
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
