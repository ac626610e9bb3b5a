"""In: a cell that may hold more than one quantity. Out: its parts, each read. Room: values."""

from __future__ import annotations

import re

from rotgraph.late import regex, replace
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.values.context import ANY_QUANTITY, QuantityContext
from rotgraph.values.quantity import parse_quantity

__all__ = ["parse_change", "parse_several"]

_ARROW = regex(r"\s*(?:→|⇒|->|=>)\s*")
_SEPARATORS = ((";", re.compile(r"\s*;\s*")), (",", re.compile(r",\s+")), ("/", re.compile(r"\s+/\s+")))
_UNIT = regex(r"[^0-9]*$")
_LONGEST = 200


def parse_change(text: str, context: QuantityContext = ANY_QUANTITY) -> tuple[Quantity, Quantity] | None:
    """``a → b``: the value before and the value after (ruling 17); the first may leave its unit to the second.

    Returns:
        Both, or None if the text is no change of a quantity.

    Example:
        >>> [str(part) for part in parse_change("50% → 46%")]
        ['50%', '46%']
    """
    if len(text) > _LONGEST or ("→" not in text and "⇒" not in text and ">" not in text):
        return None
    parts = _ARROW.split(text.strip())
    if len(parts) != 2 or not all(parts):
        return None
    after = parse_quantity(parts[1], context)
    if not isinstance(after, Quantity):
        return None
    before = parse_quantity(parts[0], context)
    if isinstance(before, Quantity) and not before.unit and after.unit:
        before = _borrowing(parts[0], after.text, context)
    if not isinstance(before, Quantity) or not _one_kind((before, after)):
        return None
    return before, after


def _borrowing(text: str, after: str, context: QuantityContext) -> Quantity | None:
    """``1`` of ``1 → 2 years``: read with what stands behind the second number."""
    unit = _UNIT.search(after)
    found = parse_quantity(f"{text}{unit[0] if unit else ''}", context)
    return replace(found, text=text) if isinstance(found, Quantity) else None


def parse_several(text: str, context: QuantityContext = ANY_QUANTITY) -> tuple[Quantity, ...]:
    """All the quantities of a cell whose parts are all quantities of one kind (ruling 17): ``+5%; -3% (May)``.

    Only the strongest separator present parts them: ``;``, then a comma with a space, then a slash between spaces. Line breaks
    count as ``;``: the caller has replaced them.

    Returns:
        Two or more, or nothing if some part is something else.

    Example:
        >>> [str(part) for part in parse_several("+5%, -3%")]
        ['+5%', '-3%']
        >>> parse_several("+12%, crossed 2,600")
        ()
    """
    if len(text) > _LONGEST:
        return ()
    for mark, separator in _SEPARATORS:
        if mark not in text:
            continue
        parts = separator.split(text.strip().rstrip(";,"))
        if len(parts) > 1:
            found = [parse_quantity(part, context) for part in parts]
            quantities = tuple(each for each in found if isinstance(each, Quantity))
            return quantities if len(quantities) == len(parts) and _one_kind(quantities) else ()
    return ()


def _one_kind(quantities: tuple[Quantity, ...]) -> bool:
    return len({unit_of(each.unit).dimension for each in quantities}) == 1
