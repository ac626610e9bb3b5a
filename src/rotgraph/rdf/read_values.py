"""In: what RDF says of a quantity, a period, a text. Out: values, numbered as they come. Room: rdf."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from rotgraph.model.value import Kind, Period, Precision, Quantity
from rotgraph.rdf.iri import NAMESPACES, RG, decode
from rotgraph.rdf.vocabulary import UNIT_TERMS

__all__ = ["About", "Values", "day_of", "decimal_of", "period_of", "quantity_of"]

About: TypeAlias = "dict[str, list[Any]]"
"""Predicate to objects, as pyoxigraph's terms."""

_UNITS = {RG + term: name for name, term in UNIT_TERMS.items()}
_INTEGER = f"{NAMESPACES['xsd']}integer"
_DAY = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)")
_CYCLE_DAYS, _CYCLE_YEARS = 146_097, 400


class Values:
    """Texts, quantities and periods while they are gathered."""

    def __init__(self, about: Mapping[str, About], base: str) -> None:
        self._about, self._base = about, base
        self.texts: dict[str, int] = {}
        self.quantities: dict[Quantity, int] = {}
        self.periods: dict[Period, int] = {}
        self._read: dict[str, tuple[int, int]] = {}

    def text(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))

    def optional(self, terms: Sequence[Any] | None) -> int:
        """The number of a text that may be missing: -1."""
        return self.text(terms[0].value) if terms else -1

    def literal(self, term: Any) -> tuple[int, int]:
        """Kind and number of a literal."""
        if term.datatype.value == _INTEGER:
            return int(Kind.INTEGER), int(term.value)
        return int(Kind.TEXT), self.text(term.value)

    def node(self, iri: str) -> tuple[int, int]:
        """Kind and number of the quantity or period that a node stands for.

        Raises:
            KeyError: it stands for none.
        """
        found = self._read.get(iri)
        if found is None:
            said = self._about[iri]
            if RG + "low" in said:
                quantity = quantity_of(said, self._base)
                found = int(Kind.QUANTITY), self.quantities.setdefault(quantity, len(self.quantities))
            else:
                period = period_of(said)
                found = int(Kind.PERIOD), self.periods.setdefault(period, len(self.periods))
            self._read[iri] = found
        return found


def quantity_of(said: Mapping[str, Sequence[Any]], base: str) -> Quantity:
    """The quantity that a node's predicates say."""

    def one(name: str) -> str:
        found = said.get(RG + name)
        return str(found[0].value) if found else ""

    unit = one("unit")
    return Quantity(
        text=one("text"),
        value=decimal_of(one("value")),
        low=decimal_of(one("low")),
        high=decimal_of(one("high")),
        unit=_UNITS[unit] if unit in _UNITS else decode(unit.removeprefix(f"{base}unit/")),
        low_open=_holds(one("lowOpen")),
        high_open=_holds(one("highOpen")),
        approximate=_holds(one("approximate")),
        estimate=_holds(one("estimate")),
        out_of=decimal_of(one("outOf")),
        remark=one("remark"),
        ordinal=_holds(one("isOrdinal")),
    )


def period_of(said: Mapping[str, Sequence[Any]]) -> Period:
    """The period that a node's predicates say."""

    def one(name: str) -> str:
        found = said.get(RG + name)
        return str(found[0].value) if found else ""

    return Period(
        text=one("text"),
        start=day_of(one("start")),
        end=day_of(one("end")),
        precision=Precision(one("precision")),
        approximate=_holds(one("approximate")),
        open_start=_holds(one("openStart")),
        open_end=_holds(one("openEnd")),
        inferred=_holds(one("inferred")),
        edtf=one("edtf"),
    )


def decimal_of(lexical: str) -> Decimal | None:
    """A bound; None where it is infinite or missing.

    Example:
        >>> decimal_of("1.50"), decimal_of("-INF"), decimal_of("")
        (Decimal('1.50'), None, None)
    """
    return None if not lexical or lexical.upper().endswith("INF") else Decimal(lexical)  # rdflib writes inf


def day_of(lexical: str) -> int:
    """The ordinal of a day of `xsd:date`, far years included.

    Example:
        >>> day_of("2026-01-15") == date(2026, 1, 15).toordinal()
        True
    """
    found = _DAY.fullmatch(lexical)
    if found is None:
        raise ValueError(f"no day: {lexical!r}")
    year, month, day = map(int, found.groups())
    cycles, inside = divmod(year - 1, _CYCLE_YEARS)
    return date(inside + 1, month, day).toordinal() + cycles * _CYCLE_DAYS


def _holds(lexical: str) -> bool:
    return lexical in ("true", "1")
