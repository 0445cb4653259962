"""Frozen classes of fields that are quick to define.

`dataclass(frozen=True)` compiles seven methods for each class, which took a seventh of the time of
a command that defines a hundred. Here one method is compiled and three are shared; that fields
stay as they are is held by the type checker alone.
"""

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, kw_only: bool = False, eq: bool = True) -> Any:  # noqa: ARG001, ANN401
        """Make a dataclass that is equal to what has equal fields, and hashed and shown by them."""

        def made(cls: Any) -> Any:  # noqa: ANN401
            cls = dataclass(eq=False, repr=False, kw_only=kw_only)(cls)
            cls.__repr__ = _shown
            names = [entry.name for entry in fields(cls) if entry.compare]
            if eq and names:
                cls.__eq__, cls.__hash__ = _equal, _hash
                cls.compared_fields = attrgetter(*names)
            return cls

        return made


def _equal(this: Any, other: Any) -> Any:  # noqa: ANN401 (any class of fields)
    if other.__class__ is not this.__class__:
        return NotImplemented
    compared = this.__class__.compared_fields
    return compared(this) == compared(other)


def _hash(this: Any) -> int:  # noqa: ANN401
    return hash(this.__class__.compared_fields(this))


def _shown(this: Any) -> str:  # noqa: ANN401
    told = ", ".join(f"{f.name}={getattr(this, f.name)!r}" for f in fields(this) if f.repr)
    return f"{this.__class__.__qualname__}({told})"
