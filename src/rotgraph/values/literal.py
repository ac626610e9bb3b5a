"""In: a value written in a query, and the field it meets. Out: the value, as a note would mean it. Room: values."""

from __future__ import annotations

from rotgraph.late import regex
from rotgraph.model.value import Period, Quantity
from rotgraph.values.context import PeriodContext, QuantityContext
from rotgraph.values.doubt import Doubt
from rotgraph.values.period import parse_period
from rotgraph.values.quantity import parse_quantity

__all__ = ["parse_literal"]

_INTEGER = regex(r"[+\-−]?[0-9]{1,18}")
_BARE_YEAR = regex(r"(?:19|20)[0-9]{2}")


def parse_literal(
    text: str, kind: str = "any", unit_hint: str = "", period: PeriodContext | None = None
) -> Quantity | Period | int | str | Doubt | None:
    """The value a literal means to a field of this kind (``quantity period integer text any``) and declared dimension.

    The whole literal must be the value: what would be a remark in a note is an error in a query.

    Returns:
        The value; `Doubt` with both readings where several fit; None where the text is no value of that kind.

    Example:
        >>> parse_literal("18 months", "quantity").unit
        'month'
        >>> parse_literal("lots", "quantity") is None
        True
    """
    text = text.strip()
    if kind == "text":
        return text
    if kind == "integer":
        return int(text.replace("−", "-")) if _INTEGER.fullmatch(text) else _whole_quantity(text, unit_hint)
    if kind == "period":
        return parse_period(text, period or PeriodContext())
    if kind == "quantity":
        return _whole_quantity(text, unit_hint)
    found = parse_period(text, period or PeriodContext())
    if isinstance(found, Period) and (not text.isdigit() or _BARE_YEAR.fullmatch(text)):
        return found
    return _whole_quantity(text, unit_hint) or (found if isinstance(found, Doubt) else text)


def _whole_quantity(text: str, unit_hint: str) -> Quantity | Doubt | None:
    found = parse_quantity(text, QuantityContext(unit=unit_hint))
    return None if isinstance(found, Quantity) and found.remark else found
