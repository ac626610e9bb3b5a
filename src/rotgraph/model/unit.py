"""In: nothing. Out: units, their dimension and how they convert. Room: model.

Only units of one dimension compare. Durations have two families, months and days: within a family they compare exactly,
across them by bounds (a month is 28 to 31 days).
"""

from __future__ import annotations

from decimal import Decimal

from rotgraph.late import dataclass

__all__ = ["CURRENCIES", "NUMBER", "UNITS", "Unit", "unit_of"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how it is called, what it measures, how many of its dimension's base unit it is."""

    name: str
    """``%``, ``pp``, ``bp``, ``x``, ``USD``, ``month``, ``day``, or ``""`` for a bare number."""
    dimension: str
    """``percent``, ``point``, ``number`` (bare numbers and multiples), ``duration`` or ``currency:USD``."""
    factor: Decimal
    said: str
    """The unit in words, for messages."""


def _unit(name: str, dimension: str, factor: str, said: str) -> Unit:
    return Unit(name, dimension, Decimal(factor), said)


CURRENCIES: tuple[str, ...] = (
    "USD", "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "KRW", "INR", "BRL", "MXN", "SEK",
    "NOK", "DKK", "PLN", "CZK", "HUF", "TRY", "ZAR", "RUB", "THB", "IDR", "MYR", "PHP", "VND", "ILS", "SAR", "AED", "ARS",
    "CLP", "COP", "NGN", "EGP", "UAH", "BTC", "ETH",
)  # fmt: skip

UNITS: dict[str, Unit] = {
    unit.name: unit
    for unit in (
        _unit("", "number", "1", "a bare number"),
        _unit("x", "number", "1", "a multiple"),
        _unit("%", "percent", "1", "a percentage"),
        _unit("pp", "point", "1", "percentage points"),
        _unit("bp", "point", "0.01", "basis points"),
        _unit("month", "duration", "1", "a length of time"),
        _unit("day", "duration", "1", "a length of time"),
        *(_unit(code, f"currency:{code}", "1", f"an amount in {code}") for code in CURRENCIES),
    )
}

NUMBER = UNITS[""]


def unit_of(name: str) -> Unit:
    """The unit of that name; a name not in the registry (``GW``, ``shares``) is a dimension of its own."""
    return UNITS.get(name) or Unit(name, f"unit:{name}", Decimal(1), name)
