"""In: a quantity that was computed. Out: its text, which reads back as the same. Room: values."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.values.words import SIGN_OF

__all__ = ["format_amount", "format_number", "format_quantity"]

_PLACES = Decimal("0.000001")
_SCALES = (("T", Decimal(10) ** 12), ("B", Decimal(10) ** 9), ("M", Decimal(10) ** 6), ("K", Decimal(1000)))
_WIDE = Context(prec=10_000, rounding=ROUND_HALF_EVEN, Emax=999_999, Emin=-999_999)
_LARGEST = 60
"""Numbers of more digits before the point are printed with an exponent."""
_GLUED = frozenset(("%", "pp", "bp", "x", ""))


def format_quantity(quantity: Quantity) -> str:
    """The text of a computed quantity: ``~$45M``, ``$40–50M``, ``$45M+``, ``52.857143%`` (rulings 16, 19).

    Numbers are rounded to six decimals at most, without trailing zeros; amounts of money in the largest of K M B T with at least 1
    before the point. A quantity without any bound is ``?``.
    """
    return format_amount(
        quantity.low if quantity.value is None else quantity.value,
        quantity.high if quantity.value is None else quantity.value,
        quantity.unit,
        approximate=quantity.approximate,
        low_open=quantity.low_open,
        high_open=quantity.high_open,
    )


def format_amount(
    low: Decimal | None,
    high: Decimal | None,
    unit: str = "",
    *,
    approximate: bool = False,
    low_open: bool = False,
    high_open: bool = False,
) -> str:
    """As `format_quantity`, from the bounds; equal ones are a point, a missing one leaves that side open.

    Example:
        >>> format_amount(Decimal(40_000_000), Decimal(50_000_000), "USD")
        '$40–50M'
        >>> format_amount(Decimal(-5), Decimal(3), "%", approximate=True)
        '~-5 to +3%'
    """
    mark = "~" if approximate else ""
    writer = _Writer(unit)
    if low is None and high is None:
        return "?"
    if low is None:
        assert high is not None  # noqa: S101 - one of them is
        return f"{mark}{'<' if high_open else '≤'}{writer.single(high)}"
    if high is None:
        if low_open or low < 0:
            return f"{mark}{'>' if low_open else '≥'}{writer.single(low)}"
        return f"{mark}{writer.single(low, plus=True)}"
    if low == high:
        return f"{mark}{writer.single(low)}"
    return f"{mark}{writer.range(low, high)}"


def format_number(number: Decimal) -> str:
    """At most six decimals, no trailing zeros, no exponent unless it is huge."""
    if number and number.adjusted() > _LARGEST:
        return str(number.normalize(_WIDE))
    rounded = number.quantize(_PLACES, context=_WIDE)
    text = f"{rounded:f}".rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"


class _Writer:
    """Writes numbers with one unit."""

    def __init__(self, unit: str) -> None:
        name, slash, per = unit.partition("/")
        self.per = slash + per if _is_currency(name) else ""
        self.money = _is_currency(name)
        name = name if self.money or not slash else unit
        self.before = (SIGN_OF.get(name) or f"{name} ") if self.money else ""
        self.name = "" if self.money else name

    def single(self, number: Decimal, *, plus: bool = False) -> str:
        sign = "-" if number < 0 else ""
        size, scale = self.scaled(number.copy_abs())
        return f"{sign}{self.before}{size}{scale}{self.after(size, plus=plus)}"

    def range(self, low: Decimal, high: Decimal) -> str:
        small, small_scale = self.scaled(low.copy_abs())
        large, large_scale = self.scaled(high.copy_abs())
        if not low or not high:
            scale = small_scale or large_scale
            small_scale = large_scale = scale
        if small_scale != large_scale and (not small_scale or not large_scale):
            small, small_scale = format_number(low.copy_abs()), ""
            large, large_scale = format_number(high.copy_abs()), ""
        shown = "" if small_scale == large_scale else small_scale
        end = self.after(large if large != "1" else "2")
        if low >= 0:
            return f"{self.before}{small}{shown}–{large}{large_scale}{end}"
        sign = "-" if high < 0 else "+"
        return f"-{self.before}{small}{small_scale} to {sign}{self.before}{large}{large_scale}{end}"

    def scaled(self, size: Decimal) -> tuple[str, str]:
        """The number in the largest scale that leaves at least 1 before the point, after rounding."""
        if not self.money or size.adjusted() > _LARGEST:
            return format_number(size), ""
        above, larger = "", Decimal(0)
        for letter, factor in (*_SCALES, ("", Decimal(1))):
            shown = _WIDE.divide(size, factor)
            text = format_number(shown)
            if shown >= 1 or text == "1" or not letter:
                break
            above, larger = letter, factor
        # what is printed is read again, and must be printed the same: 999.9995B is 1T
        if larger and format_number(_WIDE.divide(_WIDE.multiply(Decimal(text), factor), larger)) == "1":
            return "1", above
        return text, letter

    def after(self, size: str, *, plus: bool = False) -> str:
        """The unit behind a number: ``60%+``, ``2+ months``, ``450 MW``."""
        mark = "+" if plus else ""
        if self.money or self.name in _GLUED:
            return f"{self.name}{self.per}{mark}"
        plural = "s" if self.name in ("month", "day") and (size != "1" or plus) else ""
        return f"{mark} {self.name}{plural}"


def _is_currency(name: str) -> bool:
    return unit_of(name).dimension.startswith("currency:")
