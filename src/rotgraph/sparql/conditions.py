"""In: a condition and the variable it speaks of. Out: an expression of SPARQL that holds where it does. Room: sparql.

A value that satisfies is sought with ``EXISTS``: one row per subject, two-valued, whatever else stands in the field. What must be
computed first (an aggregate of the row, a scalar) joins the group that the expression filters.
"""

from __future__ import annotations

from rotgraph.errors import InternalError, UnsupportedOperationError
from rotgraph.late import replace
from rotgraph.model.value import Period, Quantity
from rotgraph.query.expression import And, Arithmetic, Compare, Condition, Every, In, Known, Literal, Not, Or, Path, Things, Truth
from rotgraph.sparql.amounts import compare_sides
from rotgraph.sparql.logic import Logic, both, either, negate
from rotgraph.sparql.moments import compare_stretches, stretch_of_literal, stretch_of_node, stretch_of_part
from rotgraph.sparql.numbers import NUMERIC, Numbers, sides_of_value
from rotgraph.sparql.pattern import ENGINE, Group
from rotgraph.sparql.walk import Context, Walked, below, walk
from rotgraph.sparql.wording import compare_texts, compare_words, folded, needs_words

__all__ = ["condition"]

_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_MOST_WAYS = 500
"""How many alternatives an ``or`` may have that are not values of one field."""


def condition(item: Condition, row: str, context: Context, group: Group) -> Logic:
    """The expression of a condition on ``row``; ``group`` is where it will filter, and may get patterns of its own.

    Raises:
        UnsupportedOperationError: SPARQL 1.1 has no form for it.
    """
    if isinstance(item, And):
        return both(*(condition(each, row, context, group) for each in item.items))
    if isinstance(item, Or):
        merged = _merged(item.items)
        if len(merged) > _MOST_WAYS:
            raise UnsupportedOperationError(
                f"{len(merged):,} alternatives", ENGINE, "ask for several values of one field with `in`"
            )
        return either(*(condition(each, row, context, group) for each in merged))
    if isinstance(item, Not):
        return negate(condition(item.item, row, context, group))
    if isinstance(item, Truth):
        return item.holds
    if isinstance(item, Known):
        return _known(item, row, context)
    if isinstance(item, In):
        return _in(item, row, context)
    if isinstance(item, Every):
        return _every(item, row, context, group)
    if isinstance(item, Compare):
        return _Comparison(item, row, context, group).logic()
    raise InternalError(f"no condition: {item!r}")


def _merged(items: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Comparisons of one path with one thing each become one with many: a list of any length is one `VALUES`."""
    found: dict[object, Condition] = {}
    for item in items:
        if not isinstance(item, Compare) or not isinstance(item.right, Things) or item.quantifier != "any" or item.operator == "!=":
            found[id(item)] = item
            continue
        key, right = (item.operator, item.left), item.right
        before = found.get(key)
        if isinstance(before, Compare) and isinstance(before.right, Things):
            one = before.right
            right = Things((*one.keys, *right.keys), (*one.nodes, *right.nodes), (*one.labels, *right.labels))
        found[key] = Compare(item.operator, item.left, right, item.kind, text=item.text)
    return tuple(found.values())


def _known(item: Known, row: str, context: Context) -> Logic:
    group = Group()
    walked = walk(item.path, row, group, context)
    for part in walked.parts:
        if part in ("start", "end"):
            group.add(*stretch_of_part(walked.end, part, context.writer)[0])
        elif part == "unit":  # a bare number has none
            unit = context.writer.fresh("unit")
            group.add(f"{walked.end} {context.writer.rg('unit')} {unit} .")
            group.filter(negate(f"({unit} = {context.writer.unit('')})"))
        else:
            numbers = Numbers(row, group, group, context, marks=False, share=False)
            group.filter(either(*(where for where, _ in sides_of_value(walked, group, numbers))))
    return group.exists() if group.lines else True


def _in(item: In, row: str, context: Context) -> Logic:
    """Among the rows of a select, or among the values of its one column."""

    def among(*, fails: bool) -> Logic:
        group = Group()
        value = _value(item, row, group, context)
        listed = Group()
        listed.filter(context.folds.member(item.source, value, listed, context))  # type: ignore[arg-type]  # lowered: a plan
        if not fails:
            group.lines += listed.lines
            group.filters += listed.filters
            return group.exists()
        group.filter(negate(listed.exists()))
        return group.exists()

    if item.quantifier == "any":
        return among(fails=False)
    if item.quantifier == "no":
        return negate(among(fails=False))
    some = Group()
    _value(item, row, some, context)
    return both(some.exists(), negate(among(fails=True)))


def _value(item: In, row: str, group: Group, context: Context) -> Walked:
    if isinstance(item.left, Path):
        return walk(item.left, row, group, context)
    raise UnsupportedOperationError(f"`{item.text or 'in'}` of something computed", ENGINE)


def _every(item: Every, row: str, context: Context, group: Group) -> Logic:
    """There is a value, and none that fails each comparison."""
    if not isinstance(item.left, Path):
        raise UnsupportedOperationError(f"`{item.text}` of something computed", ENGINE)
    failing = Group()
    walked = walk(item.left, row, failing, context)
    met = either(*(_sure(_Comparison(way, row, context, group).met(walked, failing, fails=True)) for way in item.ways))
    failing.filter(negate(met))
    return both(_known(Known(item.left), row, context), negate(failing.exists()))


class _Comparison:
    """One comparison."""

    def __init__(self, item: Compare, row: str, context: Context, outer: Group) -> None:
        self.item, self.row, self.context, self.outer = item, row, context, outer
        self.writer = context.writer
        self.literal = item.right.value if isinstance(item.right, Literal) else None

    def logic(self) -> Logic:
        item = self.item
        if not isinstance(item.left, Path):
            if item.quantifier == "all" and isinstance(item.left, Arithmetic):
                raise UnsupportedOperationError(f"`all` of arithmetic in `{item.text or item.operator}`", ENGINE)
            if item.quantifier == "all" and isinstance(item.right, Path):  # one number against every value: the other way round
                turned = replace(item, left=item.right, right=item.left, operator=_TURNED.get(item.operator, item.operator))
                return _Comparison(turned, self.row, self.context, self.outer).logic()
            found = self._computed()
            return negate(found) if item.quantifier == "no" else found
        holds = Group()
        holds.filter(self._satisfies(item.left, holds, fails=False))
        if item.quantifier == "any":
            return holds.exists()
        if item.quantifier == "no":
            return negate(holds.exists())
        failing = Group()
        some = both(*(_known(Known(each), self.row, self.context) for each in (item.left, item.right) if isinstance(each, Path)))
        failing.filter(negate(_sure(self._satisfies(item.left, failing, fails=True))))
        if not isinstance(item.right, (Literal, Things, Path)):  # what is computed may be blank: then nothing satisfies
            return both(holds.exists(), negate(failing.exists()))
        return both(some, negate(failing.exists()))

    def _computed(self) -> Logic:
        """Aggregates, arithmetic, scalars on the left: numbers."""
        item = self.item
        if item.kind not in NUMERIC:
            raise UnsupportedOperationError(f"`{item.text or item.operator}`", ENGINE)
        inner = Group()
        found = self._numbers(inner, None)
        if not inner.lines:
            return _sure(found)
        inner.filter(found)
        return inner.exists()

    def _satisfies(self, path: Path, group: Group, *, fails: bool) -> Logic:
        """Whether a value of the path satisfies; with ``fails`` the group keeps values that cannot be compared."""
        item, literal = self.item, self.literal
        dated = self.context.as_of is not None
        if item.kind == "text" and isinstance(literal, str) and needs_words(item.operator, literal) and not fails and not dated:
            end = walk(path, self.row, group, self.context, words=True).end
            return f"CONTAINS({end}, {self.writer.text(compare_words(literal))})"
        return self.met(walk(path, self.row, group, self.context), group, fails=fails)

    def met(self, walked: Walked, group: Group, *, fails: bool) -> Logic:
        """Whether a value satisfies that a path has led to."""
        item = self.item
        if item.kind == "thing":
            return self._things(walked, group)
        if item.kind == "text":
            return self._texts(walked, group)
        if item.kind == "period":
            return self._periods(walked, group, fails=fails)
        if item.kind in NUMERIC:
            return self._numbers(group, walked, fails=fails)
        raise InternalError(f"no kind {item.kind}")

    # things

    def _things(self, walked: Walked, group: Group) -> Logic:
        item, writer, end = self.item, self.writer, walked.end
        climbs = item.operator in ("contains", "within")
        if isinstance(item.right, Things):
            terms = [writer.node(key) for key in dict.fromkeys(item.right.keys)]
            if climbs:
                return below(end, tuple(terms), self.context) if terms else False
            listed: Logic = f"({end} IN ({', '.join(terms)}))" if terms else False
            return both(self._is_thing(walked), negate(listed)) if item.operator == "!=" else listed
        right = walk(self._path(), self.row, group, self.context)
        if climbs:
            return below(end, (right.end,), self.context)
        same: Logic = f"({end} = {right.end})"
        return both(self._is_thing(walked), self._is_thing(right), negate(same)) if item.operator == "!=" else same

    def _path(self) -> Path:
        if isinstance(self.item.right, Path):
            return self.item.right
        raise UnsupportedOperationError(f"`{self.item.text or self.item.operator}`", ENGINE)

    def _is_thing(self, walked: Walked) -> Logic:
        if walked.kinds == ("thing",):
            return True
        return f"EXISTS {{ {walked.end} {self.writer.name('rdfs', 'label')} {self.writer.fresh('label')} }}"

    # texts

    def _texts(self, walked: Walked, group: Group) -> Logic:
        item = self.item
        if walked.parts:
            return self._unit(walked, group)
        if isinstance(self.literal, str):
            return both(self._is_text(walked), compare_texts(item.operator, walked.end, self.literal, self.writer))
        if item.operator not in ("=", "is", "!="):
            raise UnsupportedOperationError(f"`{item.operator}` between two fields", ENGINE)
        other = walk(self._path(), self.row, group, self.context)
        if other.parts:
            raise UnsupportedOperationError("a part of a value on the right", ENGINE)
        same: Logic = f"({folded(walked.end)} = {folded(other.end)})"
        return both(self._is_text(walked), self._is_text(other), negate(same) if item.operator == "!=" else same)

    def _is_text(self, walked: Walked) -> Logic:
        return walked.kinds == ("text",) or f"(DATATYPE({walked.end}) = {self.writer.name('xsd', 'string')})"

    def _unit(self, walked: Walked, group: Group) -> Logic:
        """The unit of a quantity by its name."""
        if walked.parts != ("unit",) or self.item.operator not in ("=", "is", "!=") or not isinstance(self.literal, str):
            raise UnsupportedOperationError(f"`{self.item.text or self.item.operator}`", ENGINE)
        unit = self.writer.fresh("unit")
        group.add(f"{walked.end} {self.writer.rg('unit')} {unit} .")
        group.filter(negate(f"({unit} = {self.writer.unit('')})"))  # a bare number has none that could hold or fail
        same: Logic = f"({unit} = {self.writer.unit(self.literal)})"
        return negate(same) if self.item.operator == "!=" else same

    # periods

    def _periods(self, walked: Walked, group: Group, *, fails: bool) -> Logic:
        item, writer = self.item, self.writer
        marks = item.possibly or item.operator in ("=", "is", "!=")
        if walked.parts:
            lines, left = stretch_of_part(walked.end, walked.parts[-1], writer)
        else:
            lines, left = stretch_of_node(walked.end, writer, marks=marks)
        if fails and not walked.parts:  # a value without such a part is none that could fail
            lines = [f"OPTIONAL {{ {' '.join(lines)} }}"]
        group.add(*lines)
        if isinstance(item.right, Literal):
            if not isinstance(self.literal, Period):
                return False
            return compare_stretches(item.operator, left, stretch_of_literal(self.literal, writer), writer, maybe=item.possibly)
        other = walk(self._path(), self.row, group, self.context)
        if other.parts:
            raise UnsupportedOperationError("a part of a period on the right", ENGINE)
        lines, right = stretch_of_node(other.end, writer, marks=marks)
        group.add(*([f"OPTIONAL {{ {' '.join(lines)} }}"] if fails else lines))
        return compare_stretches(item.operator, left, right, writer, maybe=item.possibly)

    # numbers

    def _numbers(self, group: Group, walked: Walked | None, *, fails: bool = False) -> Logic:
        item = self.item
        marks = item.operator in ("=", "is", "!=") or not isinstance(item.right, Literal)
        numbers = Numbers(self.row, group, self.outer, self.context, marks=marks, share=self._meets_share())
        lefts = numbers.sides(item.left) if walked is None else sides_of_value(walked, group, numbers, optional=fails)
        if fails and walked is not None and walked.parts:  # a value without such a part is none that could fail
            group.filter(either(*(where for where, _ in lefts)))
        if isinstance(item.right, Things):
            raise InternalError("numbers are no things")
        rights = numbers.sides(item.right)
        ways: list[Logic] = []
        for where, left in lefts:
            for when, right in rights:
                if item.upper is None:
                    held = compare_sides(item.operator, left, right, self.writer, maybe=item.possibly)
                else:
                    upper = numbers.sides(item.upper)[0][1]
                    lower_operator, upper_operator, join = ("<", ">", either) if item.operator == "!=" else (">=", "<=", both)
                    held = join(
                        compare_sides(lower_operator, left, right, self.writer, maybe=item.possibly),
                        compare_sides(upper_operator, left, upper, self.writer, maybe=item.possibly),
                    )
                ways.append(both(where, when, held))
        return either(*ways)

    def _meets_share(self) -> bool:
        """Whether ``7 of 11`` may meet a percentage here, or another share."""
        if not isinstance(self.literal, Quantity):
            return self.literal is None
        upper = self.item.upper.value if self.item.upper is not None else None
        return any(isinstance(each, Quantity) and (each.unit == "%" or each.out_of is not None) for each in (self.literal, upper))


def _sure(logic: Logic) -> Logic:
    """What cannot be computed does not hold."""
    return logic if isinstance(logic, bool) else f"COALESCE({logic}, false)"
