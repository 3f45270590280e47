"""Frozen dataclasses that are quick to make and to change.

The ``__init__`` of a frozen dataclass calls ``object.__setattr__`` for each of its fields, which for acts and actors took a
tenth of all the time that reading takes. Here an instance is filled as one of an unfrozen twin class with the same slots,
and is made one of its own class when all is there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, TypeVar

Value = TypeVar("Value")

_set_class: Callable[[object, type], None] = object.__dict__["__class__"].__set__
_copiers: dict[type, Callable[[Any], Any]] = {}


def quick(cls: type[Value]) -> type[Value]:
    """The class, with an ``__init__`` that does the same in less time; for the line above ``@dataclass(frozen=True, slots=True)``.

    Raises:
        TypeError: the class has no slots, has a base or a ``__post_init__``, or a field that is no plain parameter.
    """
    told: tuple[Field[Any], ...] = fields(cls)  # type: ignore[arg-type]
    names = [field.name for field in told]
    plain = all(field.init and not field.kw_only and field.default_factory is MISSING for field in told)
    if not plain or cls.__bases__ != (object,) or cls.__dict__.get("__slots__") != tuple(names):
        raise TypeError(f"{cls.__name__}: not a dataclass of slots and plain fields alone")
    if hasattr(cls, "__post_init__"):
        raise TypeError(f"{cls.__name__}: has a __post_init__, which would not be called")
    twin = type(f"_Unfrozen{cls.__name__}", (), {"__slots__": tuple(names)})
    known: dict[str, Any] = {"set_class": _set_class, "new": object.__new__, "twin": twin, "frozen": cls}
    known |= {f"default_{field.name}": field.default for field in told}
    parameters = ", ".join(
        field.name if field.default is MISSING else f"{field.name}=default_{field.name}" for field in told
    )
    init = _made(
        f"def __init__(self, {parameters}):",
        ["set_class(self, twin)", *(f"self.{name} = {name}" for name in names), "self.__class__ = frozen"],
        known,
    )
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__annotations__ = dict(cls.__init__.__annotations__)
    cls.__init__ = init  # type: ignore[method-assign]
    _copiers[cls] = _made(
        "def copy(value):",
        ["copied = new(twin)", *(f"copied.{name} = value.{name}" for name in names), "return copied"],
        known,
    )
    return cls


def _made(head: str, lines: list[str], known: dict[str, Any]) -> Any:
    """The function with this head and these lines."""
    space = dict(known)
    exec("\n    ".join([head, *lines]), space)
    return space[head.split("(")[0].removeprefix("def ")]


if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(value: Value, /, **changes: Any) -> Value:
        """As ``dataclasses.replace``. Raises TypeError for a field that there is not."""
        cls = value.__class__
        copier = _copiers.get(cls)
        if copier is None:
            return dataclasses.replace(value, **changes)
        copied = copier(value)
        try:
            for name, new in changes.items():
                setattr(copied, name, new)
        except AttributeError:
            raise TypeError(f"{cls.__name__} has no field {name!r}") from None
        copied.__class__ = cls
        return copied
