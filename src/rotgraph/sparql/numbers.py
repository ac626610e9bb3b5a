"""In: an expression that comes to numbers. Out: the patterns that bind it, and its sides. Room: sparql.

A field of any kind holds quantities (nodes) and whole numbers (literals): an expression has one side for each, with the condition
under which it is meant. Aggregates are subselects that join on the row.
"""

from __future__ import annotations

from decimal import Decimal

from rotgraph.errors import InternalError, UnsupportedOperationError
from rotgraph.late import dataclass, replace
from rotgraph.model.value import Quantity
from rotgraph.query.expression import Aggregate, Arithmetic, Expression, Literal, Path, Scalar
from rotgraph.query.place import unsupported
from rotgraph.query.plan import Plan
from rotgraph.query.scalars import may_be_unlike
from rotgraph.sparql.amounts import Side, side_of_literal, side_of_node, side_of_number
from rotgraph.sparql.apart import by_client
from rotgraph.sparql.logic import Logic, both, either, spell
from rotgraph.sparql.moments import stretch_of_part
from rotgraph.sparql.pattern import ENGINE, Group
from rotgraph.sparql.walk import Context, Walked, walk
from rotgraph.sparql.writer import Writer

__all__ = ["NUMERIC", "Numbers", "middle", "sides_of_value"]

NUMERIC = ("quantity", "integer", "number")
_YEAR = '"^(-?[0-9]+)-.*$"'
_MONTH = '"^-?[0-9]+-([0-9]+)-.*$"'

_Sides = list[tuple[Logic, Side]]


@dataclass(frozen=True)
class Numbers:
    """Binds expressions for one comparison."""

    row: str
    inner: Group
    """Where values are matched."""
    outer: Group
    """Where aggregates join."""
    context: Context
    marks: bool
    share: bool

    def sides(self, expression: Expression) -> _Sides:
        """The sides of an expression.

        Raises:
            UnsupportedOperationError: SPARQL 1.1 has no form for it.
        """
        if isinstance(expression, Literal):
            if not isinstance(expression.value, (Quantity, Decimal, int)):
                return []
            return [(True, side_of_literal(expression.value, self.context.writer))]
        if isinstance(expression, Path):
            return sides_of_value(walk(expression, self.row, self.inner, self.context), self.inner, self)
        if isinstance(expression, Aggregate):
            return self._aggregate(expression, None)
        if isinstance(expression, Scalar):
            source: Plan = expression.source  # type: ignore[assignment]  # lowered: a plan
            return replace(self, context=self.context.folds.within(source, self.context)).scalar(expression.aggregate, source)
        if isinstance(expression, Arithmetic):
            return self._arithmetic(expression)
        raise InternalError(f"no expression: {expression!r}")

    # aggregates

    def scalar(self, aggregate: Aggregate, source: Plan) -> _Sides:
        """The sides of an aggregate over the rows of a plan, of which the context is that plan's own."""
        return self._aggregate(aggregate, source)

    def _aggregate(self, aggregate: Aggregate, source: Plan | None) -> _Sides:
        function = aggregate.function
        if function not in ("count", "sum", "avg", "min", "max"):
            raise unsupported(function, ENGINE, aggregate.place)
        if source is None and by_client(aggregate):
            raise unsupported(f"`{aggregate.text or function}` of a row inside another condition", ENGINE, aggregate.place)
        writer = self.context.writer
        row = self.row if source is None else writer.fresh("row")
        inner = Group()
        if source is not None:
            rows = self.context.folds.rows(source, row, self.context)
            inner.lines += rows.lines
            inner.filters += rows.filters
        if aggregate.path is None:
            if source is None:
                return [(True, side_of_number("1", writer))]
            count = writer.fresh("count")
            self.outer.add(f"{{ SELECT (COUNT({row}) AS {count}) WHERE {{ {inner.text()} }} }}")
            return [(True, side_of_number(count, writer))]
        walked = walk(aggregate.path, row, inner, self.context)
        if function == "count" and walked.parts and walked.parts[-1] not in ("start", "end", "number"):
            raise unsupported("parts of values inside count", ENGINE, aggregate.place)  # not every value has each of them
        if function == "count" and walked.parts and walked.parts[-1] in ("start", "end"):  # an open period lacks one
            inner.add(*stretch_of_part(walked.end, walked.parts[-1], writer)[0])
        keyed = source is None and aggregate.path.start is None
        apart = [row] if keyed else _row_of(row, walked, inner, self.context) if source is not None else []
        kept = [*apart, *_fact_of(walked, inner, self.context), walked.end]
        distinct = f"{{ SELECT DISTINCT {' '.join(dict.fromkeys(kept))} WHERE {{ {inner.text()} }} }}"
        return self._select(function, distinct, walked, row if keyed else "")

    def _select(self, function: str, distinct: str, walked: Walked, row: str) -> _Sides:
        """The subselect of an aggregate over distinct values."""
        writer, rows = self.context.writer, Group()
        rows.add(distinct)
        tail = f" GROUP BY {row}" if row else ""
        if function == "count":
            count = writer.fresh("count")
            self._join(f"SELECT {row} (COUNT({walked.end}) AS {count}) WHERE {{ {rows.text()} }}{tail}", row)
            return [(True, side_of_number(f"COALESCE({count}, 0)", writer))]
        number = replace(self, inner=rows, marks=True, share=False)
        side = _united(sides_of_value(walked, rows, number), rows)
        if function in ("min", "max"):
            return self._extreme(function, rows, side, row)
        return self._sum(function, rows, side, row)

    def _join(self, select: str, row: str) -> None:
        self.outer.add(f"OPTIONAL {{ {select} }}" if row else f"{{ {select} }}")

    def _sum(self, function: str, rows: Group, side: Side, row: str) -> _Sides:
        writer = self.context.writer
        names = ("low", "high", "lowOpen", "highOpen", "approximate", "exact", "unit")
        made = {name: writer.fresh(f"{function}{name.capitalize()}") for name in names}
        over = f"SUM({{}}) / COUNT({side.low})" if function == "avg" else "SUM({})"
        shown = [f"({over.format(bound)} AS {made[name]})" for name, bound in (("low", side.low), ("high", side.high))]
        flags = {"lowOpen": side.low_open, "highOpen": side.high_open, "approximate": side.approximate}
        shown += [f"(MAX({_one(flag)}) AS {made[name]})" for name, flag in flags.items()]
        shown.append(f"(MIN({_one(side.point)}) AS {made['exact']})")
        unit = f"SAMPLE({side.unit})"
        shown.append(f"({unit} AS {made['unit']})")
        select = f"SELECT {row} {' '.join(shown)} WHERE {{ {rows.text()} }}"
        self._join(f"{select} GROUP BY {row}" if row else select, row)
        flag = {name: f"({made[name]} = 1)" for name in (*flags, "exact")}
        found = Side(made["low"], made["high"], made["unit"], flag["lowOpen"], flag["highOpen"], flag["approximate"], flag["exact"])
        return [(f"BOUND({made['low']})", found)]

    def _extreme(self, function: str, rows: Group, side: Side, row: str) -> _Sides:
        """The least or greatest by its middle; its bounds are taken to be there."""
        made = self.context.writer.fresh(function)
        unit = self.context.writer.fresh("unit")
        shown = f"({function.upper()}({middle(side, self.context.writer)}) AS {made}) (SAMPLE({side.unit}) AS {unit})"
        select = f"SELECT {row} {shown} WHERE {{ {rows.text()} }}"
        self._join(f"{select} GROUP BY {row}" if row else select, row)
        return [(f"BOUND({made})", Side(made, made, unit))]

    # arithmetic

    def _arithmetic(self, expression: Arithmetic) -> _Sides:
        if may_be_unlike(expression):
            raise unsupported(f"`{expression.text}` of values that may have several units", ENGINE, expression.place)
        found: _Sides = []
        for when, left in self.sides(expression.left):
            for where, right in self.sides(expression.right):
                found.append((both(when, where), self._calculate(expression, left, right)))
        return found

    def _calculate(self, expression: Arithmetic, left: Side, right: Side) -> Side:
        if None in (left.low, left.high, right.low, right.high):
            raise unsupported(f"`{expression.text}` with an open bound", ENGINE, expression.place)
        operator = expression.operator
        made = replace(
            left, known=None, approximate=either(left.approximate, right.approximate), point=both(left.point, right.point)
        )
        if operator == "+":
            return replace(made, low=f"({left.low} + {right.low})", high=f"({left.high} + {right.high})")
        if operator == "-":
            return replace(made, low=f"({left.low} - {right.high})", high=f"({left.high} - {right.low})")
        bare = self.context.writer.unit("")
        if operator == "*" and left.unit == bare and right.unit != bare:
            left, right = right, left
        if right.unit != bare and not (operator == "/" and right.unit == left.unit):
            raise unsupported(f"`{expression.text}`", ENGINE, expression.place)
        by = right.low
        ends = [f"(xsd:decimal({end}) / {by})" if operator == "/" else f"({end} * {by})" for end in (left.low, left.high)]
        self.context.writer.used.add("xsd")
        low, high = ends if ends[0] == ends[1] else (f"IF({by} >= 0, {ends[0]}, {ends[1]})", f"IF({by} >= 0, {ends[1]}, {ends[0]})")
        unit = bare if right.unit == left.unit and operator == "/" else left.unit
        return replace(made, low=low, high=high, unit=unit)


def _fact_of(walked: Walked, group: Group, context: Context) -> list[str]:
    """What tells the facts of one value apart: the owner of a literal; a thing counts once, a quantity's node is its own."""
    if set(walked.kinds) <= {"thing", "quantity", "period"}:
        return []
    if "any" not in walked.kinds:
        return [walked.owner]
    owner = context.writer.fresh("owner")
    group.add(f'BIND(IF(isLiteral({walked.end}), STR({walked.owner}), "") AS {owner})')
    return [owner]


def _row_of(row: str, walked: Walked, group: Group, context: Context) -> list[str]:
    """What tells the rows apart that bring values to one aggregate: a value counts in each of them, a thing once."""
    kinds = set(walked.kinds)
    if kinds == {"thing"} and not walked.parts:
        return []
    if not kinds & {"thing", "any"}:
        return [row]
    label, brought = context.writer.fresh("label"), context.writer.fresh("row")
    group.add(f"OPTIONAL {{ {walked.end} {context.writer.name('rdfs', 'label')} {label} }}")
    group.add(f'BIND(IF(BOUND({label}), "", STR({row})) AS {brought})')
    return [brought]


def _united(found: _Sides, group: Group) -> Side:
    """One side of a value that may be a quantity or a whole number; what is neither is left out."""
    if len(found) == 1:
        group.filter(found[0][0])
        return found[0][1]
    (where, quantity), (when, whole) = found
    group.filter(either(where, when))

    def first(ours: Logic | None, *theirs: Logic | None) -> str:
        return f"COALESCE({', '.join(spell(each or False) for each in (ours, *(theirs or (None,))))})"

    return Side(
        first(quantity.low, whole.low), first(quantity.high, whole.high), first(quantity.unit, whole.unit),
        first(quantity.low_open), first(quantity.high_open), first(quantity.approximate),
        f"({spell(quantity.point)} || {when})",
    )  # fmt: skip


def _one(flag: Logic) -> str:
    return str(int(flag)) if isinstance(flag, bool) else f"IF({flag}, 1, 0)"


def middle(side: Side, writer: Writer) -> str:
    """What a quantity sorts by: the midpoint of its bounds, or the finite one."""
    if side.low == side.high:
        return str(side.low)
    least, most = (f'{writer.name("xsd", "double")}("{sign}INF")' for sign in ("-", ""))
    one_sided = f"IF({side.high} = {most}, {side.low}, ({side.low} + {side.high}) / 2.0)"
    return f"IF({side.low} = {least}, {side.high}, {one_sided})"


def sides_of_value(walked: Walked, group: Group, numbers: Numbers, *, optional: bool = False) -> _Sides:
    """The sides of a value that a path ended at; with ``optional`` a value that is no number stays, unbound."""
    writer, end = numbers.context.writer, walked.end
    if walked.parts:
        return _part(walked.parts[-1], walked, group, numbers)
    kinds = set(walked.kinds) & {"quantity", "integer", "any"}
    if kinds == {"integer"} and len(walked.kinds) == 1:
        return [(True, side_of_number(end, writer))]
    lines, side = side_of_node(end, writer, marks=numbers.marks, share=numbers.share)
    if walked.kinds == ("quantity",) and not optional:
        group.add(*lines)
        return [(True, side)]
    group.add(f"OPTIONAL {{ {' '.join(lines)} }}")
    found: _Sides = [(f"BOUND({side.low})", side)]
    if kinds & {"integer", "any"}:
        found.append((f"isNumeric({end})", side_of_number(end, writer)))
    return found


def _part(part: str, walked: Walked, group: Group, numbers: Numbers) -> _Sides:
    """A part of a period or of a quantity as a number."""
    writer, end = numbers.context.writer, walked.end
    if part in ("year", "quarter", "month"):
        writer.used.add("xsd")
        start, until = writer.fresh("start"), writer.fresh("end")
        group.add(f"{end} {writer.rg('start')} {start} ; {writer.rg('end')} {until} .")
        year = f'xsd:integer(REPLACE(STR({start}), {_YEAR}, "$1"))'
        if part == "year":
            return [(True, side_of_number(year, writer))]
        month = f'xsd:integer(REPLACE(STR({start}), {_MONTH}, "$1"))'
        wide = 3 if part == "quarter" else 1
        number = f"FLOOR(({month} - 1) / {wide}.0) + 1" if part == "quarter" else month
        ending = f'(xsd:integer(REPLACE(STR({until}), {_YEAR}, "$1")) * 12 + xsd:integer(REPLACE(STR({until}), {_MONTH}, "$1")))'
        beyond = f"({year} * 12 + FLOOR(({month} - 1) / {wide}.0) * {wide} + {wide + 1})"
        first = f'(REPLACE(STR({until}), "^.*-", "") = "01")'
        within = f"({ending} < {beyond} || ({ending} = {beyond} && {first}))"
        return [(within, side_of_number(number, writer))]
    lines, side = side_of_node(end, writer, marks=True, share=False)
    group.add(*lines)
    if part in ("low", "high"):
        bound = side.low if part == "low" else side.high
        finite = f'({bound} != xsd:double("{"-" if part == "low" else ""}INF"))'
        writer.used.add("xsd")
        return [(finite, Side(bound, bound, side.unit))]
    if part == "number":
        writer.used.add("xsd")
        return [(True, side_of_number(middle(side, writer), writer))]
    raise UnsupportedOperationError(f"`.{part}` as a number", ENGINE)
