"""In: nothing. Out: which operators each kind of value has, and how kinds are called. Room: query.

One table for the binder, the errors, completion and ``rotgraph fields``.
"""

from __future__ import annotations

from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity

__all__ = [
    "OPERATORS", "PARTS", "dimension_fits", "dimension_of", "operators_for", "say_dimension", "say_kind", "say_list", "say_value",
]  # fmt: skip

_ALL = ("is", "is not", "in", "not in", "is known", "is unknown")

OPERATORS: dict[str, tuple[str, ...]] = {
    "thing": ("contains", "within", "=", "!=", *_ALL),
    "text": ("=", "!=", "contains", "like", "matches", "starts with", "ends with", *_ALL),
    "quantity": ("=", "!=", "<", "<=", ">", ">=", *_ALL),
    "integer": ("=", "!=", "<", "<=", ">", ">=", *_ALL),
    "period": ("=", "!=", "before", "after", "during", "overlaps", *_ALL),
}
"""Per kind, the operators that ``rotgraph fields`` lists. A field of kind ``any`` has those of the kind it meets."""

PARTS: dict[str, dict[str, tuple[str, str]]] = {
    "period": {
        "year": ("integer", ""), "quarter": ("integer", ""), "month": ("integer", ""),
        "start": ("period", ""), "end": ("period", ""),
    },
    "quantity": {"low": ("quantity", "same"), "high": ("quantity", "same"), "number": ("quantity", "number"), "unit": ("text", "")},
}  # fmt: skip
"""Parts of values (ruling 30): kind and dimension, ``same`` for that of the whole."""


def operators_for(kind: str) -> tuple[str, ...]:
    """The operators of a kind.

    Example:
        >>> operators_for("period")[:6]
        ('=', '!=', 'before', 'after', 'during', 'overlaps')
    """
    if kind in OPERATORS:
        return OPERATORS[kind]
    return tuple(dict.fromkeys(each for operators in OPERATORS.values() for each in operators))


_KINDS = {
    "thing": "a thing",
    "text": "text",
    "quantity": "a quantity (try 25%, $400B, 29x)",
    "integer": "a whole number (try 3)",
    "period": "a period (try 2026, Jan 2026, 2018 Q4)",
}
_DIMENSIONS = {
    "percent": "a percentage (try 25%)",
    "point": "a number of percentage points (try 43pp)",
    "duration": "a length of time (try 1 year, 18 months)",
    "money": "an amount of money (try $400B)",
    "number": "a number (try 29x)",
}


def say_kind(kind: str, unit: str = "") -> str:
    """A kind in words, with an example of how it is written."""
    if kind == "quantity" and unit:
        return say_dimension(unit)
    return _KINDS.get(kind, "a value")


def say_dimension(dimension: str) -> str:
    """A dimension in words, with an example."""
    if dimension.startswith("currency:"):
        return f"an amount in {dimension.partition(':')[2]}"
    if dimension.startswith("unit:"):
        return f"a number of {dimension.partition(':')[2]}"
    return _DIMENSIONS.get(dimension, "a quantity (try 25%, $400B, 29x)")


def say_value(value: object) -> str:
    """What a value is, in words: the other half of a kind clash."""
    if isinstance(value, Quantity):
        dimension = unit_of(value.unit).dimension
        return "a share" if value.out_of is not None else _plain(dimension)
    if isinstance(value, Period):
        return "a period"
    return "text" if isinstance(value, str) else "a bare number"


def _plain(dimension: str) -> str:
    said = say_dimension(dimension).partition(" (")[0]
    return "a bare number or a multiple" if dimension == "number" else said


def say_list(words: tuple[str, ...], last: str = "or") -> str:
    """Words as a list: ``a, b or c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def dimension_of(quantity: Quantity) -> str:
    """What a quantity measures: ``percent point duration number currency:USD unit:GW``."""
    return unit_of(quantity.unit).dimension


def dimension_fits(declared: str, dimension: str, *, share: bool = False) -> bool:
    """Whether a quantity of that dimension may be compared with a field declared so. ``7 of 11`` is a number and a percentage."""
    if not declared or not dimension or declared == dimension:
        return True
    if share and {declared, dimension} <= {"percent", "number"}:
        return True
    currencies = (
        declared.startswith("currency:") or declared == "money",
        dimension.startswith("currency:") or dimension == "money",
    )
    return all(currencies) and "money" in (declared, dimension)
