"""In: a quantity or a period. Out: its row in the columns of a graph. Room: model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import numpy as np

from rotgraph.model.graph import PRECISIONS, PeriodFlag, QuantityFlag
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity

__all__ = ["PERIOD_COLUMNS", "QUANTITY_COLUMNS", "decimals", "period_row", "quantity_row"]

QUANTITY_COLUMNS = (
    "quantity_text", "quantity_remark", "quantity_unit", "quantity_flags", "quantity_value", "quantity_low", "quantity_high",
    "quantity_exponent", "quantity_out_of", "quantity_wide", "low_key", "high_key", "middle_key",
)  # fmt: skip
PERIOD_COLUMNS = ("period_text", "period_edtf", "period_start", "period_end", "period_precision", "period_flags")
_INT64 = 2**63 - 1


def quantity_row(each: Quantity, unit: int, texts: Callable[[str], int]) -> tuple[Any, ...]:
    """What stands in `QUANTITY_COLUMNS`.

    Args:
        unit: its number.
        texts: the number of a text.
    """
    flags = (
        each.low_open * QuantityFlag.LOW_OPEN
        | each.high_open * QuantityFlag.HIGH_OPEN
        | each.approximate * QuantityFlag.APPROXIMATE
        | each.estimate * QuantityFlag.ESTIMATE
        | (each.low is None) * QuantityFlag.NO_LOW
        | (each.high is None) * QuantityFlag.NO_HIGH
        | (each.value is not None) * QuantityFlag.POINT
        | each.ordinal * QuantityFlag.ORDINAL
    )
    exponent, mantissas = _mantissas((each.value, each.low, each.high))
    wide = -1
    if mantissas is None:
        flags |= QuantityFlag.WIDE
        wide = texts(decimals(each))
        exponent, mantissas = 0, (0, 0, 0)
    factor = unit_of(each.unit).factor
    return (
        texts(each.text),
        texts(each.remark) if each.remark else -1,
        unit,
        flags,
        *mantissas,
        exponent,
        texts(str(each.out_of)) if each.out_of is not None else -1,
        wide,
        _key(each.low, factor, -np.inf),
        _key(each.high, factor, np.inf),
        _key(each.middle, factor, np.nan),
    )


def decimals(quantity: Quantity) -> str:
    """A quantity whose numbers are too wide for 64 bits."""
    return "|".join("" if part is None else str(part) for part in (quantity.value, quantity.low, quantity.high))


def _mantissas(parts: Iterable[Decimal | None]) -> tuple[int, tuple[int, ...] | None]:
    """A shared exponent and the integers over it, or no integers where one is too wide for 64 bits."""
    tuples = [part.as_tuple() if part is not None else None for part in parts]
    exponents = [int(each.exponent) for each in tuples if each is not None]
    exponent = min([*exponents, 0])
    if exponent < -60 or any(each > 60 for each in exponents):
        return 0, None
    whole = []
    for each in tuples:
        if each is None:
            whole.append(0)
            continue
        digits = int("".join(map(str, each.digits)) or "0") * 10 ** (int(each.exponent) - exponent)
        whole.append(-digits if each.sign else digits)
    return (exponent, tuple(whole)) if all(abs(number) <= _INT64 for number in whole) else (0, None)


def _key(number: Decimal | None, factor: Decimal, missing: float) -> float:
    return missing if number is None else float(number * factor)


def period_row(each: Period, texts: Callable[[str], int]) -> tuple[Any, ...]:
    """What stands in `PERIOD_COLUMNS`; ``texts`` gives the number of a text."""
    flags = (
        each.approximate * PeriodFlag.APPROXIMATE
        | each.open_start * PeriodFlag.OPEN_START
        | each.open_end * PeriodFlag.OPEN_END
        | each.inferred * PeriodFlag.INFERRED
    )
    return texts(each.text), texts(each.edtf), each.start, each.end, PRECISIONS.index(each.precision), flags
