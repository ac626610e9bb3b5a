"""In: generated texts and quantities. Out: the laws of reading, printing, comparing and adding values. Room: tests."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rotgraph.model.unit import UNITS
from rotgraph.model.value import Period, Precision, Quantity, iso_day
from rotgraph.values.calendar import day_number, days_in_month, month_of
from rotgraph.values.columns import column_context, header_context
from rotgraph.values.compare import add, comparable, mean, possibly, scale, sort_key, surely, total
from rotgraph.values.context import PeriodContext, QuantityContext, period_column_context
from rotgraph.values.datewords import MONTH_NAMES
from rotgraph.values.doubt import Doubt
from rotgraph.values.edtf import parse_edtf
from rotgraph.values.literal import parse_literal
from rotgraph.values.period import parse_period
from rotgraph.values.printing import format_amount, format_number, format_quantity
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import MISSING, Missing, ValueContext, classify, leading_period, read_value
from rotgraph.values.years import complete_years

FULL_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
QUANTITY_CONTEXTS = st.builds(
    QuantityContext,
    unit=st.sampled_from(["", "money", "duration", "percent"]),
    decimal=st.sampled_from(["", "comma", "point", "mixed"]),
    accounting=st.booleans(),
    percentages=st.booleans(),
    currency=st.sampled_from(["", "USD", "INR", "CNY"]),
    bare_unit=st.sampled_from(["", "%", "USD"]),
)
PERIOD_CONTEXTS = st.builds(
    PeriodContext,
    year=st.none() | st.integers(1900, 2100),
    column_is_year_ranges=st.none() | st.booleans(),
    day_first=st.none() | st.booleans(),
    month_years=st.none() | st.booleans(),
    fiscal_year_end=st.none() | st.integers(1, 12),
)
PIECES = st.sampled_from(
    [
        *("$", "€", "£", "US$", "USD", "5", "12", "1,234", "1.5", "2026", "0", "00", "½", "26-02", "2000-02", "%", "pp", "bp", "x"),
        *("K", "M", "B", "T", "bn", "Mrd", "million", "MW", "/bbl", "E", "+", "-", "–", "—", "~", ">", "<", "≥", "("),
        *(
            ")",
            "/",
            ".",
            ",",
            ";",
            ":",
            "of",
            "to",
            "and",
            "per",
            "Q3",
            "H1",
            "FY",
            "Jan",
            "Oct",
            "14",
            "29",
            "Late",
            "early",
            "since",
        ),
        *(
            "until",
            "present",
            "1990s",
            "'24",
            "month",
            "months",
            "weeks",
            "years",
            "Full year",
            "Flat",
            "day",
            "straight",
            "Mon",
            "week of",
        ),
    ]
)
ASSEMBLED = st.lists(st.tuples(PIECES, st.sampled_from(["", " "])), max_size=8).map(lambda parts: "".join(map("".join, parts)))
TEXTS = ASSEMBLED | st.text(max_size=40)

NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=4).map(
    lambda number: number.normalize() + 0 if number else Decimal(0)
)
SIZES = NUMBERS.map(abs)
PRINTED_UNITS = st.sampled_from([*UNITS, "MW", "USD/bbl"])


@st.composite
def quantities(draw: st.DrawFn, units: st.SearchStrategy[str] = PRINTED_UNITS) -> Quantity:
    """Points, ranges and one-sided values of one unit."""
    one, two = sorted((draw(NUMBERS), draw(NUMBERS)))
    unit, approximate = draw(units), draw(st.booleans())
    shape = draw(st.sampled_from(["point", "range", "low", "high"]))
    if shape == "point":
        made = Quantity("", one, one, one, unit, approximate=approximate)
    elif shape == "range":
        made = Quantity("", None, one, two, unit, approximate=approximate)
    elif shape == "low":
        made = Quantity("", None, one, None, unit, draw(st.booleans()), True, approximate)
    else:
        made = Quantity("", None, None, two, unit, True, draw(st.booleans()), approximate)
    return made


@given(TEXTS, QUANTITY_CONTEXTS)
@example("9" * 5000, QuantityContext())
@example("$" + "9" * 5000 + "B", QuantityContext())
@example("1e999999999999", QuantityContext())
@example("0." + "0" * 5000 + "1%", QuantityContext())
def test_reading_a_quantity(text: str, context: QuantityContext) -> None:
    """Never an exception; bounds in order; what is printed and what is beside it stand in the text."""
    found = parse_quantity(text, context)
    if not isinstance(found, Quantity):
        assert found is None or isinstance(found, Doubt)
        return
    assert text.strip().startswith(found.text)
    assert found.text
    assert found.remark in text
    if found.low is not None and found.high is not None:
        assert found.low <= found.high
    assert found.value is None or found.low == found.value == found.high
    assert found.low is not None or found.low_open
    assert found.high is not None or found.high_open


@given(TEXTS, PERIOD_CONTEXTS)
def test_reading_a_period(text: str, context: PeriodContext) -> None:
    """Never an exception; at least a day long; its EDTF is EDTF and means the same days."""
    found = parse_period(text, context)
    if not isinstance(found, Period):
        assert found is None or isinstance(found, Doubt)
        return
    assert found.start < found.end
    assert found.inferred or found.text == text.strip()
    assert found.inferred == (found.text != text.strip())
    again = parse_edtf(found.edtf)
    assert again is not None, found.edtf
    assert (again.open_start, again.open_end) == (found.open_start, found.open_end)
    assert again.approximate == found.approximate
    if not found.open_end:
        assert again.end == found.end
    if not found.open_start:
        assert again.start == found.start


@given(TEXTS, PERIOD_CONTEXTS)
def test_a_completed_period_needs_no_context(text: str, context: PeriodContext) -> None:
    """``Oct 29, 2025`` is what ``Oct 29`` was in 2025."""
    found = parse_period(text, context)
    if isinstance(found, Period) and found.inferred:
        without = msgspec.structs.replace(context, year=None)
        again = parse_period(found.text, without)
        assert isinstance(again, Period)
        assert (again.start, again.end, again.edtf) == (found.start, found.end, found.edtf)


@given(TEXTS, st.sampled_from(["any", "quantity", "duration", "period", "integer", "text"]), QUANTITY_CONTEXTS, PERIOD_CONTEXTS)
def test_every_cell_is_read(text: str, kind: str, quantity: QuantityContext, period: PeriodContext) -> None:
    """Whatever a cell holds is some value; the missing marks are exactly the listed ones."""
    found = read_value(text, ValueContext(kind, quantity, period))
    assert isinstance(found, Missing) == (text.strip() in MISSING)
    if isinstance(found, str):
        assert found == text.strip()
    assert classify(text) in ("missing", "period", "duration", "quantity", "text")
    leading_period(text, period)
    parse_literal(text, kind)


@given(st.lists(TEXTS, max_size=6))
def test_every_column_is_read(texts: list[str]) -> None:
    context = column_context(texts, texts[0] if texts else "")
    for text in texts:
        parse_quantity(text, context)
        header_context(text)
    assert len(complete_years(texts, period_column_context(texts))) == len(texts)


@given(TEXTS)
def test_readings_of_a_doubt_are_certain(text: str) -> None:
    for found in (parse_quantity(text), parse_period(text)):
        for reading in found.readings if isinstance(found, Doubt) and found.code != "RG305" else ():
            year = PeriodContext(year=2025)  # `26 Jan` is certain but for its year
            again = (parse_quantity(reading), parse_period(reading, year))
            assert any(isinstance(each, Quantity | Period) for each in again), reading


@given(
    SIZES, st.sampled_from(["", "%", "x", "K", "B"]), st.sampled_from(["", "+", "-", "−", "~", "~-"]), st.sampled_from(["", "$"])
)
def test_the_short_way_is_the_long_way(number: Decimal, unit: str, sign: str, currency: str) -> None:
    """What most cells hold takes a shortcut; any context but the empty one goes the long way."""
    for text in (f"{sign}{currency}{number:f}{unit}", f"{sign}{currency}{number:.2f}{unit}", f"{sign}{currency}0{number:f}{unit}"):
        assert parse_quantity(text) == parse_quantity(text, QuantityContext(currency="USD"))


@given(quantities())
def test_printed_quantities_read_back(quantity: Quantity) -> None:
    """Up to the six decimals that are printed of the scaled number."""
    text = format_quantity(quantity)
    again = parse_quantity(text)
    assert isinstance(again, Quantity), text
    assert not again.remark
    assert (again.unit, again.approximate) == (quantity.unit, quantity.approximate)
    assert again.low_open == quantity.low_open
    assert again.high_open == quantity.high_open
    for read, made in ((again.low, quantity.low), (again.high, quantity.high)):
        assert (read is None) == (made is None)
        if read is not None and made is not None:
            assert abs(read - made) <= max(abs(made), 1) * Decimal("0.000001")
    assert format_quantity(again) == text


@given(SIZES, st.sampled_from(["%", "pp", "bp", "x", " months", "B", " USD", ""]), st.sampled_from(["", "$"]))
def test_signs(number: Decimal, unit: str, sign: str) -> None:
    """A minus negates, a plus says nothing, a tilde only marks, whichever minus is written and wherever it stands."""
    assume(not (sign and unit not in ("B", "")) and not (unit == "B" and not sign))
    size = f"{number:f}{unit}"
    plain, plus = parse_quantity(f"{sign}{size}"), parse_quantity(f"+{sign}{size}")
    assert isinstance(plain, Quantity)
    assert isinstance(plus, Quantity)
    assert plain.value == plus.value
    for text in (f"-{sign}{size}", f"−{sign}{size}", f"{sign}-{size}", f"–{sign}{size}"):
        minus = parse_quantity(text)
        assert isinstance(minus, Quantity)
        assert plain.value is not None
        assert minus.value == -plain.value
    about = parse_quantity(f"~-{sign}{size}")
    assert isinstance(about, Quantity)
    assert about.approximate
    assert about.value == minus.value


@given(SIZES, st.sampled_from([("K", 3), ("M", 6), ("B", 9), ("T", 12), ("bn", 9), (" million", 6)]))
def test_scales_are_exact(number: Decimal, scale_: tuple[str, int]) -> None:
    found = parse_quantity(f"${number:f}{scale_[0]}")
    assert isinstance(found, Quantity)
    assert found.value == number * 10 ** scale_[1]


@given(st.integers(0, 10**18), st.integers(0, 999))
def test_thousands(number: int, part: int) -> None:
    """However thousands are parted, the number is the same."""
    for text in (
        f"{number:,}.{part:03d}0",
        f"{number:,}".replace(",", ".") + f",{part:03d}0",
        f"{number:,}".replace(",", "'") + f".{part:03d}0",
        f"{number:,}".replace(",", "\u202f") + f",{part:03d}0",
    ):
        found = parse_quantity(text)
        assert isinstance(found, Quantity), text
        assert found.value == Decimal(f"{number}.{part:03d}")


@given(quantities(), quantities())
def test_comparison_is_three_valued(one: Quantity, two: Quantity) -> None:
    """Sure is possible; less and not-less never both; the mirror image agrees."""
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!="}
    mirror = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
    for operator, negated in opposite.items():
        assert not (surely(operator, one, two) and not possibly(operator, one, two))
        if comparable(one, two):
            assert surely(operator, one, two) == (not possibly(negated, one, two)) or operator == "="
        else:
            assert not possibly(operator, one, two)
        assert surely(operator, one, two) == surely(mirror[operator], two, one)
        assert possibly(operator, one, two) == possibly(mirror[operator], two, one)


@given(quantities(), quantities())
def test_order_agrees_with_comparison(one: Quantity, two: Quantity) -> None:
    """What is surely less never sorts after."""
    same_family = one.unit == two.unit or {one.unit, two.unit} != {"month", "day"}
    if comparable(one, two) and same_family and surely("<", one, two):
        assert sort_key(one) <= sort_key(two)


@given(quantities(st.just("USD")), quantities(st.just("USD")), quantities(st.just("USD")))
def test_sums(one: Quantity, two: Quantity, three: Quantity) -> None:
    """Sums do not depend on order, keep doubt, and contain the sum of any two values inside."""
    assert add(one, two) == add(two, one)
    assert total((one, two, three)) == add(add(one, two), three)
    made = add(one, two)
    assert made.approximate == (one.approximate or two.approximate)
    if made.low is not None:
        assert made.low == (one.low or 0) + (two.low or 0)
    assert scale(scale(one, -1), -1).low == one.low
    assert mean((one,)).low == one.low
    assert mean((one, one)).high == one.high


@given(NUMBERS)
def test_numbers_print_plainly(number: Decimal) -> None:
    text = format_number(number)
    assert Decimal(text) == round(number, 6)
    assert "E" not in text
    assert text != "-0"


@given(SIZES)
def test_amounts_have_one_before_the_point(number: Decimal) -> None:
    """The largest scale that leaves at least 1 before the point, and never 1000 of a smaller one."""
    text = format_amount(number, number, "USD").removeprefix("$")
    size = Decimal(text.rstrip("KMBT"))
    assert size >= 1 or number < 1
    assert size < 1000 or text.endswith("T")


@pytest.mark.parametrize(
    "text",
    [
        "1" * 200_000, "1," * 100_000, "1 " * 100_000, "1.000" * 40_000, "$" * 100_000, "~" * 100_000, "1-" * 100_000,
        "(" * 100_000,
        "5%" + " " * 200_000 + "x", "5 " + "a" * 200_000, "5 " + "a-" * 100_000, "5/" + "a/" * 100_000, "-" * 200_000,
        "1'" * 100_000,
        "Jan " * 50_000, "5% (" * 50_000, "5% " + "2026E " * 40_000, "seven of " * 30_000, "1e" + "9" * 100_000, "½" * 100_000,
        "5 per " * 40_000, "more than " * 30_000, " " * 200_000, "5," + "\u00a0" * 100_000,
    ],
    ids=lambda text: repr(text[:10]),
)  # fmt: skip
def test_long_texts_are_read(text: str) -> None:
    """A quadratic step would take minutes on these."""
    parse_quantity(text)
    parse_quantity(text, QuantityContext(unit="money", decimal="mixed", accounting=True, percentages=True))
    parse_period(text, PeriodContext(year=2025))
    leading_period(text)
    read_value(text)
    parse_edtf(text)
    column_context([text, text], text)
    period_column_context([text, text])


DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 30))


@given(DAYS)
def test_every_way_to_write_a_day(day: date) -> None:
    """All of them mean the same day."""
    name, full = MONTH_NAMES[day.month - 1], FULL_NAMES[day.month - 1]
    for text in (
        f"{name} {day.day}, {day.year}", f"{full} {day.day}, {day.year}", f"{day.day} {name} {day.year}",
        f"{day.day}. {name}. {day.year}", f"{name} {day.day} {day.year}", f"{day.day}-{name}-{day.year}",
        f"{day.year}/{day.month:02d}/{day.day:02d}", day.isoformat(), f"{day.day:02d}.{day.month:02d}.{day.year}",
        f"{day.isoformat()}T12:30:00Z",
    ):  # fmt: skip
        found = parse_period(text)
        assert isinstance(found, Period), text
        assert (found.start, found.end, found.precision, found.edtf) == (
            day.toordinal(), day.toordinal() + 1, Precision.DAY, day.isoformat(),
        )  # fmt: skip
    yearless = parse_period(f"{name} {day.day}", PeriodContext(year=day.year))
    assert isinstance(yearless, Period)
    assert yearless.start == day.toordinal()


@given(DAYS, DAYS)
def test_ranges_of_days(one: date, two: date) -> None:
    """From the first through the last, however sparingly the years are written."""
    first, last = sorted((one, two))
    begin, end = MONTH_NAMES[first.month - 1], MONTH_NAMES[last.month - 1]
    texts = [f"{begin} {first.day}, {first.year} – {end} {last.day}, {last.year}", f"{first} – {last}"]
    if first.year == last.year:
        texts.append(f"{begin} {first.day} – {end} {last.day}, {last.year}")
        if first.month == last.month:
            texts += [f"{begin} {first.day}-{last.day}, {last.year}", f"{first.day}–{last.day} {end} {last.year}"]
    for text in texts:
        found = parse_period(text)
        assert isinstance(found, Period), text
        assert (found.start, found.end) == (first.toordinal(), last.toordinal() + 1)


@given(st.integers(1000, 2999), st.integers(1, 4))
def test_quarters_halves_and_seasons_fill_the_year(year: int, number: int) -> None:
    quarters = [parse_period(f"Q{each} {year}") for each in (1, 2, 3, 4)]
    assert all(isinstance(each, Period) for each in quarters)
    for form in ("Q{0} {1}", "{1} Q{0}", "{1}-Q{0}", "{0}Q {1}", "{1}Q{0}"):
        assert str(parse_period(form.format(number, year))) == form.format(number, year)
        found = parse_period(form.format(number, year))
        assert isinstance(found, Period)
        assert found.edtf == f"{year}-{32 + number}"
    whole = parse_period(str(year))
    assert isinstance(whole, Period)
    ends = [(each.start, each.end) for each in quarters if isinstance(each, Period)]
    assert ends[0][0] == whole.start
    assert ends[3][1] == whole.end
    assert all(before[1] == after[0] for before, after in pairwise(ends))


@given(st.integers(1900, 2099), st.integers(0, 99))
def test_a_year_and_two_digits(year: int, number: int) -> None:
    """Ambiguous only if a month comes after the year's own digits (ruling 20); the column decides it, and nothing else."""
    text = f"{year}-{number:02d}"
    found = parse_period(text)
    ambiguous = 1 <= number <= 12 and number > year % 100
    assert isinstance(found, Doubt) == ambiguous
    if 1 <= number <= 12 and not ambiguous:
        assert isinstance(found, Period)
        assert found.precision is Precision.MONTH
    decided = [parse_period(text, PeriodContext(column_is_year_ranges=each)) for each in (True, False)]
    assert not any(isinstance(each, Doubt) for each in decided)
    if not ambiguous:
        assert decided == [found, found]


@given(st.integers(-(10**7), 10**7))
def test_days_of_the_calendar(day: int) -> None:
    """Months count days as dates do, beyond them too."""
    year, month, number = month_of(day)
    assert day_number(year, month, number) == day
    assert 1 <= number <= days_in_month(year, month)
    if 1 <= day <= date.max.toordinal():
        assert date.fromordinal(day) == date(year, month, number)
    assert iso_day(day).endswith(f"-{month:02d}-{number:02d}")


@given(st.dates(date(2020, 1, 1), date(2029, 1, 1)), st.sets(st.integers(0, 300), min_size=3, max_size=8), st.booleans())
def test_years_come_back_from_the_neighbours(first: date, steps: set[int], backward: bool) -> None:
    """In a dated column that runs one way within a year, with its ends dated, left-out years come back."""
    days = [first + timedelta(step) for step in sorted(steps, reverse=backward)]
    texts = [f"{MONTH_NAMES[day.month - 1]} {day.day}" for day in days]
    texts[0], texts[-1] = f"{texts[0]}, {days[0].year}", f"{texts[-1]}, {days[-1].year}"
    found = complete_years(texts)
    assert [each.start for each in found if isinstance(each, Period)] == [day.toordinal() for day in days]
