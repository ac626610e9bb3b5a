"""In: written values. Out: how they compare, add up, print and are meant in queries. Room: tests.

How each form is read stands in ``golden/values.md``, the laws in ``property/test_values.py``.
"""

from __future__ import annotations

import doctest
import importlib
import pickle
import pkgutil
from decimal import Decimal

import pytest

from rotgraph.errors import InternalError
from rotgraph.model.value import Period, Quantity, iso_day
from rotgraph.values.amounts import addable
from rotgraph.values.columns import column_context, header_context
from rotgraph.values.compare import add, comparable, format_quantity, mean, possibly, scale, sort_key, surely, total
from rotgraph.values.context import QuantityContext, period_column_context
from rotgraph.values.doubt import Doubt
from rotgraph.values.edtf import parse_edtf
from rotgraph.values.literal import parse_literal
from rotgraph.values.numerals import MAX_DIGITS
from rotgraph.values.period import parse_period
from rotgraph.values.printing import format_amount
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import leading_period, read_value
from rotgraph.values.status import is_open_status, opened


def quantity(text: str) -> Quantity:
    found = parse_quantity(text)
    assert isinstance(found, Quantity), text
    return found


def period(text: str) -> Period:
    found = parse_period(text)
    assert isinstance(found, Period), text
    return found


@pytest.mark.parametrize(
    ("left", "operator", "right", "sure", "possible"),
    [
        ("18%", ">", "17.9%", True, True),
        ("18%", ">", "18%", False, False),
        ("18%", ">=", "18%", True, True),
        ("~18%", ">=", "18%", True, True),  # the tilde widens nothing (ruling 16)
        ("~18%", "=", "18%", False, True),  # equal marks are needed
        ("~18%", "=", "~18%", True, True),
        ("~18%", "!=", "18%", False, True),
        ("18%", "!=", "19%", True, True),
        (">75%", ">", "75%", True, True),  # the bound is excluded
        (">75%", ">=", "75%", True, True),
        (">75%", "=", "75%", False, False),
        (">75%", ">", "76%", False, True),
        ("60%+", ">", "60%", False, True),  # the bound is included
        ("60%+", ">=", "60%", True, True),
        ("60%+", "<", "60%", False, False),
        ("60%+", "=", "60%", False, True),
        ("<5%", "<=", "5%", True, True),
        ("<5%", "=", "5%", False, False),
        ("+6-8%", ">", "5%", True, True),
        ("+6-8%", ">", "7%", False, True),
        ("+6-8%", "<", "9%", True, True),
        ("+6-8%", "=", "+6-8%", False, True),  # exact point against exact point only
        ("+6-8%", "=", "8-9%", False, True),
        ("+6-8%", "!=", "9%", True, True),
        ("18 months", ">=", "1 year", True, True),
        ("Full year", ">=", "1 year", True, True),
        ("Full year", "=", "12 months", True, True),
        ("2+ years", ">=", "1 year", True, True),
        ("1-2 quarters", "<", "1 year", True, True),
        ("4 weeks", "<", "1 month", False, True),  # a month is 28 to 31 days
        ("4 weeks", "<=", "1 month", True, True),
        ("1 month", "=", "30 days", False, True),
        ("1 month", ">", "27 days", True, True),
        ("1 month", "<", "32 days", True, True),
        ("2-4 weeks", "<", "1 quarter", True, True),
        ("$0.5T", "=", "$500B", True, True),
        ("$1B", ">", "$999.999999M", True, True),
        ("1.5pp", "=", "150bp", True, True),
        ("9bp", "<", "0.1pp", True, True),
        ("29x", "=", "29", True, True),
        ("7 of 11", "=", "7", True, True),
        ("7 of 11", ">", "63.63%", True, True),
        ("7 of 11", "<", "63.64%", True, True),
        ("7 of 11", "=", "14 of 22", True, True),
        ("1 of 4", "=", "25%", True, True),
        ("0.1", "=", "0.10", True, True),
    ],
)
def test_comparison(left: str, operator: str, right: str, sure: bool, possible: bool) -> None:
    one, two = quantity(left), quantity(right)
    assert (surely(operator, one, two), possibly(operator, one, two)) == (sure, possible)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        *(("5%", "5pp"), ("5%", "5"), ("$5", "€5"), ("$5", "5"), ("5 MW", "5 GW"), ("3 months", "3")),
        *(("$5/bbl", "$5"), ("7 of 11", "7pp")),
    ],
)
def test_what_cannot_be_compared_satisfies_nothing(left: str, right: str) -> None:
    one, two = quantity(left), quantity(right)
    assert not comparable(one, two)
    assert not any(compare(operator, one, two) for compare in (surely, possibly) for operator in ("=", "!=", "<", "<=", ">", ">="))


@pytest.mark.parametrize(
    ("left", "operator", "right", "sure", "possible"),
    [
        ("2026", "after", "2025", True, True),
        ("2026", "before", "2025", False, False),
        ("Jan 14, 2026", "during", "2026", True, True),
        ("2026", "during", "Jan 2026", False, False),
        ("2020-21", "overlaps", "2021–2022", True, True),
        ("2020-21", "overlaps", "2022", False, False),
        ("2025", "before", "2026", True, True),  # it ends where the other begins
        ("2026–present", "overlaps", "2028", False, True),
        ("2026–present", "during", "2026", True, True),
        ("2026–present", "after", "2025", True, True),
        ("2026–present", "=", "2026–2027", False, True),
        ("until 2027", "overlaps", "2020", False, True),
        ("2026", "overlaps", "2026–present", True, True),
        ("2028", "overlaps", "2026–present", False, True),
        ("Q1 2026", "=", "Jan-Mar 2026", True, True),
        ("~2015", "=", "2015", False, True),
        ("2026", "!=", "2025", True, True),
    ],
)
def test_periods(left: str, operator: str, right: str, sure: bool, possible: bool) -> None:
    one, two = period(left), period(right)
    assert (surely(operator, one, two), possibly(operator, one, two)) == (sure, possible)


def test_unknown_operators_are_our_fault() -> None:
    for compare in (surely, possibly):
        with pytest.raises(InternalError):
            compare("like", quantity("5%"), quantity("5%"))
        with pytest.raises(InternalError):
            compare("<", period("2025"), period("2026"))
        assert not compare("=", quantity("5%"), period("2026"))


@pytest.mark.parametrize(
    ("parts", "sum_", "average"),
    [
        (("~$40M", "$5M"), "~$45M", "~$22.5M"),
        (("$40–50M", "$5M"), "$45–55M", "$22.5–27.5M"),
        (("$40M+", "$5M"), "$45M+", "$22.5M+"),
        ((">$40M", "$5M"), ">$45M", ">$22.5M"),
        (("5%", "6%", "8%"), "19%", "6.333333%"),
        (("+25%", "-20%"), "5%", "2.5%"),
        (("1.5pp", "50bp"), "2pp", "1pp"),
        (("29x", "22"), "51", "25.5"),
        (("18 months", "6 months"), "24 months", "12 months"),
        (("2 weeks", "1 month"), "42–45 days", "21–22.5 days"),
        (("1e3", "1e-3"), "1000.001", "500.0005"),
        (("~-$1M", "$1M"), "~$0", "~$0"),
        (("$999", "$2"), "$1.001K", "$500.5"),
        (("under 5", "over 3"), "?", "?"),
    ],
)
def test_sums_and_averages(parts: tuple[str, ...], sum_: str, average: str) -> None:
    quantities = [quantity(part) for part in parts]
    assert total(quantities).text == sum_
    assert mean(quantities).text == average


def test_sums_are_exact() -> None:
    assert sum((quantity("0.1%").value or 0 for _ in range(10)), Decimal(0)) == total([quantity("0.1%")] * 10).value == 1
    long = "0.12345678901234567890123456789012345678"
    assert add(quantity(long), quantity("1")).value == Decimal("1" + long[1:])
    assert quantity("0.57%").value == Decimal("0.57")
    assert quantity("1e400").value == Decimal(10) ** 400


def test_signs_do_not_round() -> None:
    digits = "1234567890123456789012345678901234567890.5"
    for text in (f"-{digits}", f"-${digits}", f"−{digits}%"):
        assert quantity(text).value == Decimal(f"-{digits}")
    accounting = parse_quantity(f"({digits})", QuantityContext(accounting=True))
    assert isinstance(accounting, Quantity)
    assert accounting.value == Decimal(f"-{digits}")
    assert format_quantity(quantity(f"-{digits}")) == f"-{digits}"


def test_examples_in_the_docstrings() -> None:
    package = importlib.import_module("rotgraph.values")
    names = [each.name for each in pkgutil.iter_modules(package.__path__)]
    results = [doctest.testmod(importlib.import_module(f"rotgraph.values.{name}")) for name in names]
    assert sum(each.failed for each in results) == 0
    assert sum(each.attempted for each in results) > 20


def test_the_middle_of_a_long_range_is_exact() -> None:
    low = "0.12345678901234567890123456789012345678"
    assert quantity(f"{low}–0.2").middle == Decimal("0.16172839450617283945061728394506172839")


def test_a_sum_of_two_dimensions_is_our_fault() -> None:
    assert not addable(quantity("5%"), quantity("5pp"))
    with pytest.raises(InternalError):
        add(quantity("5%"), quantity("5pp"))
    with pytest.raises(InternalError):
        total(())


def test_multiples() -> None:
    assert scale(quantity("$40–50M"), -2).text == "-$100M to -$80M"
    assert scale(quantity(">5%"), -1).text == "<-5%"
    assert scale(quantity("~10%"), Decimal("0.1")).text == "~1%"


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        ("45000000", "45000000", "USD", "$45M"),
        ("999999", "999999", "USD", "$999.999K"),
        ("999999999.9999", "999999999.9999", "USD", "$1B"),
        ("0.5", "0.5", "USD", "$0.5"),
        ("-1000000", "-1000000", "USD", "-$1M"),
        ("1500000000000000", "1500000000000000", "USD", "$1500T"),
        ("5000000", "5000000", "CHF", "CHF 5M"),
        ("1000", "1000", "TWD", "NT$1K"),
        ("40000000", "50000000", "USD", "$40–50M"),
        ("900000000", "1200000000", "EUR", "€900M–1.2B"),
        ("0", "50000000", "USD", "$0–50M"),
        ("500", "2000000", "USD", "$500–2000000"),
        ("-5", "3", "%", "-5 to +3%"),
        ("45000000", None, "USD", "$45M+"),
        ("-5", None, "%", "≥-5%"),
        (None, "5", "%", "≤5%"),
        ("1", "1", "month", "1 month"),
        ("1", "2", "month", "1–2 months"),
        ("24", None, "month", "24+ months"),
        ("450", "450", "MW", "450 MW"),
        ("80", "80", "USD/bbl", "$80/bbl"),
        ("52.8571428571", "52.8571428571", "%", "52.857143%"),
        ("1E+70", "1E+70", "", "1E+70"),
        (None, None, "%", "?"),
    ],
)
def test_printing(low: str | None, high: str | None, unit: str, text: str) -> None:
    assert format_amount(Decimal(low) if low else None, Decimal(high) if high else None, unit) == text


def test_a_written_quantity_prints_as_computed() -> None:
    assert format_quantity(quantity("$45,000,000 (about)")) == "$45M"
    assert format_quantity(quantity("2+ years")) == "24+ months"


def test_sorting() -> None:
    texts = ["$1T", "~$530B", "$500B+", "$40–50M", "-$1M"]
    assert [each.text for each in sorted(map(quantity, reversed(texts)), key=sort_key, reverse=True)] == texts
    durations = ["2-4 weeks", "1 month", "1-2 quarters", "Full year", "2+ years"]
    assert [each.text for each in sorted(map(quantity, reversed(durations)), key=sort_key)] == durations
    periods = ["Jan 2026", "Q1 2026", "2026", "Jan 14, 2026", "Feb 2026"]
    assert [str(each) for each in sorted(map(period, reversed(periods)), key=sort_key)] == periods


@pytest.mark.parametrize(
    ("text", "kind", "unit", "shown"),
    [
        ("25%", "quantity", "", "25 %"),
        ("-5 to -3%", "quantity", "", "-5..-3 %"),
        ("3M", "quantity", "duration", "3 month"),
        ("3M", "quantity", "money", "3000000 "),
        ("46% (2026E)", "quantity", "", "None"),
        ("lots", "quantity", "", "None"),
        ("Jan 2026", "period", "", "2026-01-01"),
        ("2000-02", "period", "", "RG303"),
        ("2022", "integer", "", "2022"),
        ("2022", "period", "", "2022-01-01"),
        ("2022", "any", "", "2022-01-01"),
        ("1234", "any", "", "1234 "),
        ("2022", "quantity", "", "2022 "),
        ("Ongoing", "any", "", "Ongoing"),
        ("$530B", "any", "", "530000000000 USD"),
        ("25", "text", "", "25"),
        ("-6-8%", "quantity", "percent", "RG301"),
    ],
)
def test_literals(text: str, kind: str, unit: str, shown: str) -> None:
    found = parse_literal(text, kind, unit)
    if isinstance(found, Quantity):
        number = f"{found.value}" if found.value is not None else f"{found.low}..{found.high}"
        assert f"{number} {found.unit}" == shown
    elif isinstance(found, Period):
        assert iso_day(found.start) == shown
    else:
        assert (found.code if isinstance(found, Doubt) else str(found)) == shown


def test_literals_and_cells_are_read_alike() -> None:
    """One parser serves both."""
    for text in ("25%", "$530B", "43pp", "29x", "18 months", "Jan 2026", "2018 Q4", "60%+", "2+ years", "€1,25 Mrd", "1.5–2x"):
        assert parse_literal(text) == read_value(text)


def test_statuses_open_periods() -> None:
    assert is_open_status("Ongoing")
    assert is_open_status(" ongoing. ")
    assert not is_open_status("Ongoing litigation")
    assert not is_open_status("Closed")
    open_period = opened(period("2026"))
    assert (open_period.text, open_period.open_end, open_period.edtf) == ("2026", True, "2026/..")
    assert opened(open_period) is open_period
    for text in ("2018 Q4", "Late Oct 2025", "2020-21", "FY25", "1990s"):
        edtf = opened(period(text)).edtf
        again = parse_edtf(edtf)
        assert again is not None, edtf
        assert (again.start, again.open_end) == (period(text).start, True)


def test_numbers_too_long_are_text() -> None:
    """5,000 digits are no number that anybody wrote (and int() refuses them)."""
    assert read_value("9" * 5000) == "9" * 5000
    assert isinstance(read_value("9" * MAX_DIGITS), Quantity)
    assert parse_quantity("9" * (MAX_DIGITS + 1)) is None
    assert parse_quantity("1e1000") is None
    assert parse_literal("9" * 5000, "integer") is None


def test_a_period_and_what_stands_beside_it() -> None:
    found, remark = leading_period("Jan 2026 (planned)")
    assert (str(found), remark) == ("Jan 2026", "planned")
    assert leading_period("Jan 2026, restated")[1] == "restated"
    assert leading_period("Jan 14, 2026")[1] == ""
    assert leading_period("soon (2026)") == (None, "")


@pytest.mark.parametrize(
    ("header", "unit", "bare", "factor"),
    [
        ("Revenue ($M)", "money", "USD", 1_000_000),
        ("Market cap (USD bn)", "money", "USD", 10**9),
        ("Target [€]", "money", "EUR", 1),
        ("Revenue in $bn", "money", "USD", 10**9),
        ("Weight (%)", "percent", "%", 1),
        ("Change %", "percent", "%", 1),
        ("Spread (bps)", "point", "bp", 1),
        ("P/E (x)", "number", "x", 1),
        ("Length (years)", "duration", "month", 12),
        ("Capacity (MW)", "", "MW", 1),
        ("Volume (million tonnes)", "", "t", 1_000_000),
        ("Users (in millions)", "", "", 1_000_000),
        ("Revenue (2024)", "", "", 1),
        ("Return (1Y)", "", "", 1),
        ("Class (B)", "", "", 1),
        ("Quarter (Mar)", "", "", 1),
        ("Name", "", "", 1),
        ("", "", "", 1),
        ("(" * 200, "", "", 1),
    ],
)
def test_headers(header: str, unit: str, bare: str, factor: int) -> None:
    context = header_context(header)
    assert (context.unit, context.bare_unit, context.bare_factor) == (unit, bare, factor)


def test_a_header_gives_its_unit_to_bare_numbers_only() -> None:
    context = column_context(["1,234", "(56)", "$2B", "5%"], "Revenue ($M)")
    assert context.accounting
    read = [parse_quantity(text, context) for text in ("1,234", "(56)", "$2B", "5%", "10-12")]
    assert [(each.middle, each.unit) for each in read if isinstance(each, Quantity)] == [
        (1_234_000_000, "USD"), (-56_000_000, "USD"), (2_000_000_000, "USD"), (5, "%"), (11_000_000, "USD"),
    ]  # fmt: skip


def test_columns() -> None:
    assert column_context(["$5M", "$2B", "~$3M", "text"]).unit == "money"
    assert column_context(["$5M", "$2B", "€3M"]).currency == ""
    assert column_context(["RMB 5M", "¥2B"]).currency == ""
    assert column_context(["18 months", "Full year+", "3 months"]).unit == "duration"
    assert column_context(["+5%", "-3%", "~Flat", "5"]).percentages
    assert not column_context(["+5%", "3", "5"]).percentages
    assert column_context(["$(202)M", "$5M"]).accounting
    assert column_context([]) == QuantityContext()
    assert column_context(["1,234"], unit="money", currency="EUR").currency == "EUR"


def test_columns_of_periods() -> None:
    assert period_column_context(["2020-21", "2026-05"]).column_is_year_ranges is None
    assert period_column_context(["2020-21", "2000-00"]).column_is_year_ranges is True
    assert period_column_context(["2012-12"]).column_is_year_ranges is False
    assert period_column_context(["2011-12"]).column_is_year_ranges is None
    assert period_column_context(["12/11/2026", "11/12/2026"]).day_first is None
    assert period_column_context(["13/12/2026"]).day_first is True
    assert period_column_context(["12/13/2026"]).day_first is False
    assert period_column_context(["13/12/2026", "12/13/2026"]).day_first is None
    assert period_column_context(["Jan-26", "Feb-26"]).month_years is None
    assert period_column_context(["Jan-99"]).month_years is True


def test_negative_durations_are_bounded_too() -> None:
    assert total([quantity("-1 month"), quantity("2 weeks")]).text == "-17 to -14 days"
    assert surely("<", quantity("-1 month"), quantity("-27 days"))
    assert not surely("<", quantity("-1 month"), quantity("-28 days"))


def test_values_pickle() -> None:
    for value in (quantity("~$40–50M (est.)"), period("Late Oct 2025"), parse_quantity("-6-8%")):
        assert pickle.loads(pickle.dumps(value)) == value
        assert hash(value) == hash(pickle.loads(pickle.dumps(value)))


def test_a_doubt_says_what_to_write() -> None:
    doubt = parse_quantity("-6-8%")
    assert isinstance(doubt, Doubt)
    assert doubt.hint == "write `-6 to +8%` or `-8 to -6%`"
    yearless = parse_period("Oct 29")
    assert isinstance(yearless, Doubt)
    assert yearless.hint == ""
