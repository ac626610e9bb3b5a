"""In: cells of an answer. Out: the text that tables print. Room: render.

Quantities and periods print as written; computed numbers with at most six decimals; several values join with ``; ``.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from rotgraph.model.result import Answer, Cell, Single
from rotgraph.model.value import Quantity

__all__ = ["cell_text", "number_text", "rounded", "single_text", "stand_right"]

_MILLIONTH = Decimal("0.000001")
_LOOKED_AT = 200
_NUMERIC = ("quantity", "integer", "number")


def cell_text(cell: Cell) -> str:
    """What a table prints for a cell; a blank is empty."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return "; ".join(map(single_text, cell))
    return single_text(cell)


def single_text(value: Single) -> str:
    """What a table prints for one value."""
    return number_text(value) if isinstance(value, Decimal) else str(value)


def number_text(number: Decimal) -> str:
    """A computed number: at most six decimals, no trailing zeros, no exponent.

    Example:
        >>> number_text(Decimal("52.8571428571")), number_text(Decimal("55.000")), number_text(Decimal("-0.0000001"))
        ('52.857143', '55', '0')
    """
    text = f"{rounded(number):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def rounded(number: Decimal) -> Decimal:
    """The number with at most six decimals."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -6:
        return number
    with localcontext() as context:  # as many digits as the number has: nothing before the point is lost
        context.prec = max(28, len(number.as_tuple().digits) + 1)
        return number.quantize(_MILLIONTH, ROUND_HALF_EVEN)


def stand_right(answer: Answer) -> list[bool]:
    """Which columns align to the right, as numbers do: by kind, or by what its first rows hold where it may hold anything."""
    rows = [answer.rows.cells(row) for row in range(min(_LOOKED_AT, len(answer)))]
    return [
        column.kind in _NUMERIC if column.kind != "any" and not column.many else _numeric([cells[index] for cells in rows])
        for index, column in enumerate(answer.columns)
    ]


def _numeric(cells: list[Cell]) -> bool:
    filled = [cell for cell in cells if cell is not None and cell != ()]
    singles = [cell[0] if isinstance(cell, tuple) and len(cell) == 1 else cell for cell in filled]
    return bool(filled) and all(isinstance(each, (Quantity, Decimal, int)) for each in singles)
