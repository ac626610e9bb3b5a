"""In: what modules declare while they are imported. Out: dataclasses and regular expressions, made when first used. Room: ground.

A program that answers one query imports 90 dataclasses and 60 patterns and uses a third of them. `dataclasses` writes and compiles
the text of six methods for each: half a millisecond a class, a third of the time of the whole query. Here they mean the same
(frozen, slots, order, equality, hash, pickles, `dataclasses.fields`); only the constructor is compiled, when the first object is
made.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "ready", "regex", "replace"]

if TYPE_CHECKING:  # to a type checker they are the ones of the standard library
    from dataclasses import dataclass, replace
    from re import compile as regex
else:

    def dataclass(cls: type | None = None, /, **how: bool) -> Any:
        """As `dataclasses.dataclass`: ``frozen slots order eq repr``."""
        return (lambda cls: _Class(cls, **how).made) if cls is None else _Class(cls, **how).made

    def replace(given: Any, /, **changes: Any) -> Any:
        """As `dataclasses.replace`."""
        late = given.__late__
        values = list(late.values(given))
        for name, value in changes.items():
            if name not in late.places:
                raise TypeError(f"{given.__class__.__name__} has no field {name!r}")
            values[late.places[name]] = value
        return given.__class__(*values)

    class regex:  # noqa: N801 - it is called as a function is
        """As `re.compile`, which it calls at the first match."""

        def __init__(self, pattern: str, flags: int = 0) -> None:
            self._asked = (pattern, flags)

        def __getattr__(self, name: str) -> Any:
            import re

            made = re.compile(*self._asked)
            for each in _OF_PATTERNS:
                setattr(self, each, getattr(made, each))
            return getattr(made, name)


_OF_PATTERNS = ("match", "fullmatch", "search", "finditer", "findall", "split", "sub", "subn", "pattern", "flags", "groups")
_MISSING = object()
_Make = Callable[..., Any]


class _Class:
    """A class while it is made: its fields, in their order, with what they are if nothing is given."""

    def __init__(
        self, cls: type, *, frozen: bool = False, slots: bool = False, order: bool = False, eq: bool = True, **shown: bool
    ) -> None:
        self.frozen, self.slots = frozen, slots
        self.fields: dict[str, tuple[str, Any]] = {}
        for base in reversed(cls.__mro__[1:]):
            if (above := base.__dict__.get("__late__")) is not None:
                self.fields.update(above.fields)
        own = {name: text for name, text in cls.__annotations__.items() if not text.startswith("ClassVar")}
        self.fields.update({name: (text, cls.__dict__.get(name, _MISSING)) for name, text in own.items()})
        self.places = {name: place for place, name in enumerate(self.fields)}
        self.values = _getter(tuple(self.fields))
        self.waits = "__init__" not in cls.__dict__
        self.made = self._with(cls, self._methods(cls, order=order, eq=eq, shown=shown.get("repr", True)))
        _WAITING.append(self)

    def _methods(self, cls: type, *, order: bool, eq: bool, shown: bool) -> dict[str, Any]:
        names = tuple(self.fields)
        compared = _getter(tuple(name for name in names if getattr(self.fields[name][1], "compare", True)))
        made: dict[str, Any] = {"__late__": self, "__match_args__": names, "__dataclass_fields__": _FIELDS}
        made["__init__"] = self._init_later()
        if shown:
            made["__repr__"] = _repr_of(tuple(name for name in names if getattr(self.fields[name][1], "repr", True)))
        if eq:
            made["__eq__"] = _equal_by(compared)
            hashed = cls.__dict__.get("__hash__")
            if hashed is None:
                made["__hash__"] = _hash_by(compared) if self.frozen else None
        if order:
            made |= _order_by(compared)
        if self.frozen:
            made |= {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
            if self.slots:
                made |= {"__getstate__": _state, "__setstate__": _restore}
        return {name: each for name, each in made.items() if name not in cls.__dict__ or name in ("__late__", "__hash__")}

    def _with(self, cls: type, methods: dict[str, Any]) -> type:
        if not self.slots:
            for name, (_, default) in self.fields.items():
                if _is_field(default) and name in cls.__dict__:
                    delattr(cls, name)
            for name, method in methods.items():
                setattr(cls, name, method)
            return cls
        inherited = {slot for base in cls.__mro__[1:] for slot in base.__dict__.get("__slots__", ())}
        left_out = {*self.fields, "__dict__", "__weakref__"}
        body = {name: each for name, each in cls.__dict__.items() if name not in left_out}
        body |= methods
        body["__slots__"] = tuple(name for name in self.fields if name not in inherited)
        made = type(cls)(cls.__name__, cls.__bases__, body)
        made.__qualname__ = cls.__qualname__
        return made

    def _init_later(self) -> _Make:
        def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807 - it stands in for one
            cls = late.made
            cls.__init__ = init = late.init()  # type: ignore[misc]  # from now on it is the one
            late.waits = False
            init(self, *given, **named)

        late = self
        return __init__

    def init(self) -> _Make:
        """The constructor: the code that all classes of so many fields share, with the names and the setters of this one."""
        names = tuple(self.fields)
        defaults: list[Any] = []
        factories: dict[int, _Make] = {}
        for number, (_, default) in enumerate(self.fields.values()):
            plain = default.default if _is_field(default) else default
            factory: Any = getattr(default, "default_factory", _MISSING) if _is_field(default) else _MISSING
            if callable(factory):
                factories[number], plain = factory, _GIVEN
            if not _is_missing(plain):
                defaults.append(plain)
        how = self.slots, tuple(factories), hasattr(self.made, "__post_init__")
        code = _code(len(names), *how).replace(co_varnames=("self", *names))
        known: dict[str, Any] = {"given": _GIVEN, "put": object.__setattr__}
        known |= {f"make_{number}": factory for number, factory in factories.items()}
        for number, name in enumerate(names):
            known[f"set_{number}"] = getattr(self.made, name).__set__ if self.slots else name
        init: _Make = FunctionType(code, known, "__init__", tuple(defaults))
        init.__qualname__, init.__module__ = f"{self.made.__qualname__}.__init__", self.made.__module__
        init.__annotations__ = {name: text for name, (text, _) in self.fields.items()} | {"return": "None"}
        return init


_GIVEN = object()
_CODES: dict[tuple[object, ...], CodeType] = {}


def _code(count: int, slots: bool, made: tuple[int, ...], after: bool) -> CodeType:  # noqa: FBT001 - a key
    """A constructor of so many fields, compiled once; those in ``made`` are made where they are not given."""
    key = count, slots, made, after
    code = _CODES.get(key)
    if code is None:
        body = []
        for at in range(count):
            value = f"make_{at}() if f{at} is given else f{at}" if at in made else f"f{at}"
            body.append(f"set_{at}(self, {value})" if slots else f"put(self, set_{at}, {value})")
        body.append("self.__post_init__()" if after else "pass")
        known: dict[str, Any] = {}
        parameters = ", ".join(["self", *(f"f{at}" for at in range(count))])
        exec(f"def __init__({parameters}):\n {'; '.join(body)}", known)  # noqa: S102 - numbers alone
        code = _CODES[key] = known["__init__"].__code__
    return code


_WAITING: list[_Class] = []


def ready() -> None:
    """Makes the constructors of all classes there are: for a program that asks many queries, so that the first do not pay."""
    while _WAITING:
        late = _WAITING.pop()
        if late.waits:
            late.made.__init__ = late.init()  # type: ignore[misc]


class _Fields:
    """What `dataclasses.fields` reads: made by it, when it is asked for."""

    def __get__(self, _: object, owner: type) -> dict[str, Any]:
        from dataclasses import dataclass as original

        late: _Class = owner.__late__  # type: ignore[attr-defined]
        body: dict[str, Any] = {"__annotations__": {name: text for name, (text, _) in late.fields.items()}}
        body |= {name: default for name, (_, default) in late.fields.items() if default is not _MISSING}
        same: Any = original(init=False, repr=False, eq=False)(type(owner.__name__, (), body))
        found: dict[str, Any] = same.__dataclass_fields__
        late.made.__dataclass_fields__ = found  # type: ignore[attr-defined]
        return found


_FIELDS = _Fields()


def _is_field(default: object) -> bool:
    return type(default).__name__ == "Field" and type(default).__module__ == "dataclasses"


def _is_missing(default: object) -> bool:
    return default is _MISSING or type(default).__name__ == "_MISSING_TYPE"


def _getter(names: tuple[str, ...]) -> _Make:
    """The values of these fields, as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    only = attrgetter(names[0])
    return lambda self: (only(self),)


def _equal_by(get: _Make) -> _Make:
    def __eq__(self: Any, other: Any) -> Any:  # noqa: N807
        return get(self) == get(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash_by(get: _Make) -> _Make:
    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(get(self))

    return __hash__


def _order_by(get: _Make) -> dict[str, _Make]:
    def __lt__(self: Any, other: Any) -> Any:  # noqa: N807
        return get(self) < get(other) if other.__class__ is self.__class__ else NotImplemented

    def __le__(self: Any, other: Any) -> Any:  # noqa: N807
        return get(self) <= get(other) if other.__class__ is self.__class__ else NotImplemented

    def __gt__(self: Any, other: Any) -> Any:  # noqa: N807
        return get(self) > get(other) if other.__class__ is self.__class__ else NotImplemented

    def __ge__(self: Any, other: Any) -> Any:  # noqa: N807
        return get(self) >= get(other) if other.__class__ is self.__class__ else NotImplemented

    return {"__lt__": __lt__, "__le__": __le__, "__gt__": __gt__, "__ge__": __ge__}


def _repr_of(names: tuple[str, ...]) -> _Make:
    def __repr__(self: Any) -> str:  # noqa: N807
        return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _refuse_set(_: Any, name: str, __: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__match_args__]


def _restore(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        object.__setattr__(self, name, value)
