"""Classes and patterns made when first used are those of the standard library, one by one."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import re
from typing import Any, ClassVar

import pytest

from rotgraph import late


@late.dataclass(frozen=True, slots=True, order=True)
class Point:
    """As a fact is: frozen, slotted, ordered."""

    x: int
    y: int = 2
    tags: tuple[str, ...] = ()
    seen: str = dataclasses.field(default="", compare=False, repr=False)
    kind: ClassVar[str] = "point"

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("below 0")


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Other:
    x: int
    y: int = 2
    tags: tuple[str, ...] = ()
    seen: str = dataclasses.field(default="", compare=False, repr=False)
    kind: ClassVar[str] = "point"


@late.dataclass(slots=True)
class Run:
    name: str
    found: list[int] = dataclasses.field(default_factory=list)


@late.dataclass(frozen=True)
class Base:
    a: int
    b: int = 1


@late.dataclass(frozen=True)
class Derived(Base):
    c: int = 3

    def __repr__(self) -> str:
        return "derived"


def test_values_are_as_those_of_dataclasses() -> None:
    for given in ((1,), (1, 3), (1, 3, ("a",)), (1, 2, (), "x")):
        assert repr(Point(*given)) == repr(Other(*given)).replace("Other", "Point")
    assert Point(1) == Point(1, seen="elsewhere") != Point(2)
    assert hash(Point(1)) == hash(Point(1, seen="elsewhere")) == hash(Other(1))
    assert Point(1) != Other(1)
    assert Point(1) < Point(1, 3) <= Point(1, 3) < Point(2)
    with pytest.raises(TypeError):
        Point(1) < 1  # type: ignore[operator]  # noqa: B015 - it must refuse
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        Point(1, z=2)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="below 0"):
        Point(-1)


def test_a_frozen_one_cannot_be_changed() -> None:
    point: Any = Point(1)
    for change in (lambda: setattr(point, "x", 2), lambda: delattr(point, "x"), lambda: setattr(point, "z", 2)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert not hasattr(point, "__dict__")


def test_what_the_library_does_with_its_own_it_does_with_these() -> None:
    point = Point(1, 5, ("a",), "x")
    assert [each.name for each in dataclasses.fields(Point)] == [each.name for each in dataclasses.fields(Other)]
    assert [each.default for each in dataclasses.fields(Point)] == [each.default for each in dataclasses.fields(Other)]
    assert dataclasses.asdict(point) == {"x": 1, "y": 5, "tags": ("a",), "seen": "x"}
    assert dataclasses.replace(point, y=6) == late.replace(point, y=6) == Point(1, 6, ("a",))
    assert dataclasses.is_dataclass(Point)
    assert pickle.loads(pickle.dumps(point)) == point
    assert Point.__match_args__ == ("x", "y", "tags", "seen")
    assert list(inspect.signature(Point).parameters) == ["x", "y", "tags", "seen"]
    with pytest.raises(TypeError):
        late.replace(point, z=1)


def test_fields_of_an_instance_are_its_own() -> None:
    one, other = Run("a"), Run("b")
    one.found.append(1)
    assert other.found == []
    assert Run.__hash__ is None
    assert one == Run("a", [1])


def test_fields_are_inherited() -> None:
    assert Derived(1, 2) == Derived(1, 2, 3)
    assert repr(Derived(1)) == "derived"
    assert Base(1, 2) != Derived(1, 2)
    assert [each.name for each in dataclasses.fields(Derived)] == ["a", "b", "c"]


def test_a_pattern_is_compiled_when_it_is_asked() -> None:
    late_one, plain = late.regex(r"(\d+)-(?P<b>\w)", re.ASCII), re.compile(r"(\d+)-(?P<b>\w)", re.ASCII)
    for text in ("12-a", "x 3-b y", "none"):
        assert str(late_one.match(text)) == str(plain.match(text))
        assert late_one.sub("_", text) == plain.sub("_", text)
        assert [found.span() for found in late_one.finditer(text)] == [found.span() for found in plain.finditer(text)]
    assert (late_one.pattern, late_one.groups, late_one.groupindex["b"]) == (plain.pattern, 2, 2)
    with pytest.raises(re.error):
        late.regex("(").match("")


def test_constructors_made_ahead_are_those_made_at_the_first_object() -> None:
    @late.dataclass(frozen=True, slots=True)
    class Ahead:
        name: str
        found: list[int] = dataclasses.field(default_factory=list)
        last: int = 7

    @late.dataclass
    class Own:
        size: int

        def __init__(self) -> None:
            self.size = 3

    waits = Ahead.__init__
    late.ready()
    assert Ahead.__init__ is not waits
    assert str(inspect.signature(Ahead)).startswith("(name: 'str', found: ")
    one, other = Ahead("x"), Ahead("y", last=1)
    assert (one.found, one.last, other.last) == ([], 7, 1)
    assert one.found is not other.found
    assert Own().size == 3
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        Ahead()  # type: ignore[call-arg]
