"""In: a condition as written. Out: the condition with every name resolved and every kind checked. Room: query."""

from __future__ import annotations

from typing import cast

from rotgraph.errors import QueryError
from rotgraph.late import replace
from rotgraph.query import syntax
from rotgraph.query.bind_path import bind_path
from rotgraph.query.bind_thing import name_of
from rotgraph.query.bind_value import Read, bind_value, parameter_of, several
from rotgraph.query.bind_words import check_words
from rotgraph.query.bound import BoundSelect
from rotgraph.query.expression import And, Compare, Condition, Every, In, Known, Literal, Not, Or, Path, Things
from rotgraph.query.kinds import OPERATORS, dimension_fits, say_dimension, say_kind, say_list
from rotgraph.query.scope import Binding, Scope, Typed, Typing

__all__ = ["bind_condition"]

_VALUES = (syntax.Bare, syntax.Quoted, syntax.Link, syntax.Tag, syntax.Parameter, syntax.Range)
_ORDER = ("quantity", "integer", "period", "thing", "text")
"""In which kinds a literal is tried where a field may hold several."""
_IN_TIME = ("before", "after", "during", "overlaps")
_ON_TEXT = ("like", "matches", "starts with", "ends with")


def bind_condition(binding: Binding, scope: Scope, condition: syntax.Condition) -> Condition:
    """A condition about the thing (or the group) of a scope."""
    if isinstance(condition, syntax.AllOf):
        return And(tuple(bind_condition(binding, scope, each) for each in condition.items))
    if isinstance(condition, syntax.AnyOf):
        return Or(tuple(bind_condition(binding, scope, each) for each in condition.items))
    if isinstance(condition, syntax.Negation):
        return Not(bind_condition(binding, scope, condition.item))
    if isinstance(condition, syntax.IsKnown):
        return _known(binding, scope, condition)
    if isinstance(condition, syntax.InValues):
        return _in_values(binding, scope, condition)
    if isinstance(condition, syntax.InSelect):
        return _in_select(binding, scope, condition)
    return _comparison(binding, scope, condition)


def _known(binding: Binding, scope: Scope, condition: syntax.IsKnown) -> Condition:
    if not isinstance(condition.left, syntax.PathExpression):
        raise binding.error(
            "`is known` asks whether a field has a value", condition.left, help="name the field itself: `value is known`"
        )
    if scope.grouped:
        path = cast(Path, binding.expression(binding, scope, condition.left).expression)
    else:
        path = cast(Path, bind_path(binding, scope, condition.left, value=False).expression)
    known = Known(path, binding.slice(condition))
    return known if condition.known else Not(known)


def _comparison(binding: Binding, scope: Scope, condition: syntax.Comparison) -> Condition:
    left = _left(binding, scope, condition)
    if not isinstance(condition.right, _VALUES):
        bound = _with_expression(binding, scope, condition, left)
    elif isinstance(condition.right, syntax.Parameter) and several(parameter_of(binding, condition.right)) is not None:
        bound = _listed(binding, condition, left)
    else:
        bound = _with_value(binding, condition, left)
    return Not(bound) if condition.operator == "is not" else bound


def _left(binding: Binding, scope: Scope, condition: syntax.Comparison | syntax.InValues | syntax.InSelect) -> Typed:
    if isinstance(condition.left, syntax.Number | syntax.Parameter):
        written = binding.slice(condition.left)
        help_ = ""
        if isinstance(condition, syntax.Comparison) and isinstance(condition.right, syntax.Bare):
            operator = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(condition.operator, condition.operator)
            help_ = f"write `{condition.right.text} {operator} {written}`"
        message = f"`{written}` is a value, and the left side of a comparison is a field"
        raise binding.error(message, condition.left, help=help_, code="RG601")
    return binding.expression(binding, scope, condition.left)


def _with_value(binding: Binding, condition: syntax.Comparison, left: Typed) -> Condition:
    operator = _operator(binding, condition, left.typing)
    value = cast(syntax.Value, condition.right)
    if operator in ("like", "matches") and isinstance(value, syntax.Bare):
        raise binding.error(
            f"`{operator}` takes a text in quotes", value, suggestions=(f'{operator} "{value.text}"',), code="RG601"
        )
    if isinstance(value, syntax.Bare):
        check_words(binding, condition, value, left.typing)
    kinds = _kinds(binding, operator, left.typing, value)
    if isinstance(value, syntax.Tag) and kinds[0] == "text":
        return _tag(condition, left, value, binding)
    reads = _read_twice(binding, left, value, kinds)
    if operator == "matches":
        _check_pattern(binding, value, reads[0])
    compared = tuple(_compare(binding, condition, operator, left, each) for each in reads)
    return compared[0] if len(compared) == 1 else _one_of(compared, condition.quantifier, compared[0].text)


def _one_of(ways: tuple[Compare, ...], quantifier: str, text: str) -> Condition:
    """A value (of ``all``: every, of ``no``: none) satisfies one of several comparisons of one field."""
    ways = tuple(replace(each, quantifier="any") for each in ways)
    if quantifier == "all":
        return Every(ways[0].left, ways, text)
    return Not(Or(ways)) if quantifier == "no" else Or(ways)


def _compare(binding: Binding, condition: syntax.Comparison, operator: str, left: Typed, read: Read) -> Compare:
    if read.upper is not None and operator not in ("=", "!=", "is", "is not"):
        raise binding.error(f"a range goes with `=`, not with `{operator}`", condition.right)
    operator = {"is not": "is", "=": "is" if read.kind == "thing" else "="}.get(operator, operator)
    return Compare(
        operator, left.expression, read.operand, read.kind, condition.quantifier or "any", condition.possibly, read.upper,
        binding.slice(condition),
    )  # fmt: skip


def _tag(condition: syntax.Comparison, left: Typed, value: syntax.Tag, binding: Binding) -> Condition:
    """``contains #macro``: the tag itself or one below it, ``macro/rates``."""
    tag = Compare(
        "is",
        left.expression,
        Literal(value.text[1:], value.text),
        "text",
        condition.quantifier or "any",
        text=binding.slice(condition),
    )
    if condition.operator != "contains":
        return tag
    below = replace(tag, operator="starts with", right=Literal(f"{value.text[1:]}/", value.text))
    return _one_of((tag, below), condition.quantifier, tag.text)


def _check_pattern(binding: Binding, value: syntax.Value, read: Read) -> None:
    from rotgraph.query.pattern import PatternError, compile_pattern

    try:
        compile_pattern(str(cast(Literal, read.operand).value))
    except PatternError as error:
        raise binding.error(f"the pattern cannot be read: {error}", value, code="RG601") from None


# which operator, which kinds


def _operator(binding: Binding, condition: syntax.Comparison, typing: Typing) -> str:
    """The operator, if the kinds on the left have it.

    Raises:
        QueryError: they do not; the error says which they have.
    """
    operator = condition.operator
    if operator == "within" and not typing.may("thing") and typing.may("period"):
        operator = "during"
    place = syntax.Name(operator, condition.operator_start, condition.operator_end)
    kinds = _ORDER if typing.mixed else typing.kinds
    if not any(operator in OPERATORS[kind] for kind in kinds):
        raise _no_operator(binding, operator, place, typing)
    if condition.possibly and not typing.may("quantity", "period", "integer"):
        raise binding.error(
            "`possibly` is about doubtful quantities and periods", place, help=f"`{typing.said}` is {say_kind(typing.kinds[0])}"
        )
    return operator


def _no_operator(binding: Binding, operator: str, place: syntax.Name, typing: Typing) -> QueryError:
    kind = typing.kinds[0]
    listed = [each for each in OPERATORS[kind] if each not in ("is", "is not", "in", "not in", "is known", "is unknown", "!=")]
    if kind == "period":
        words = say_list((*[each for each in listed if each != "="], "="))
        meant = {">": "after", ">=": "after", "<": "before", "<=": "before", "contains": "overlaps"}.get(operator)
        near = (meant,) if meant else ()
        more = f"its year is a number: `{typing.said}.year {operator} …`" if operator in ("<", "<=", ">", ">=") else ""
        return binding.error(f"periods compare with {words}, not `{operator}`", place, suggestions=near, help=more)
    if kind == "thing":
        meant = "contains" if operator in _ON_TEXT else ""
        help_ = f"its name is text: `{typing.said}.name {operator} …`" if operator in _ON_TEXT else ""
        return binding.error(
            f"`{typing.said}` holds things: they compare with is, contains, within or in, not `{operator}`", place, help=help_
        )
    said = say_kind(kind, typing.unit)
    help_ = "a period is compared with before, after, during or overlaps" if operator in _IN_TIME else ""
    if operator == "within" and typing.said == "name":
        help_ = "a name is text; the thing itself is `this`: `this within …`"
    return binding.error(
        f"`{typing.said}` is {said}: it compares with {say_list(tuple(listed))}, not `{operator}`", place, help=help_
    )


def _kinds(binding: Binding, operator: str, typing: Typing, value: syntax.Value) -> tuple[str, ...]:
    """The kinds a literal may be read as, in order."""
    kinds = typing.kinds
    if typing.mixed:
        present = binding.names.kinds(typing.prop, typing.owners) if typing.prop else ()
        kinds = tuple(kind for kind in _ORDER if kind in present) or _ORDER
        if typing.unit and "quantity" not in kinds:
            kinds = ("quantity", *kinds)
        if _year_like(value) and "period" in kinds:
            kinds = ("period", *(kind for kind in kinds if kind != "period"))
    allowed = tuple(kind for kind in kinds if operator in OPERATORS[kind])
    if not allowed:  # a mixed field without a value of such a kind: nothing satisfies
        allowed = tuple(kind for kind in _ORDER if operator in OPERATORS[kind])
    return tuple(sorted(allowed, key=kinds.index)) if set(allowed) <= set(kinds) else allowed


def _year_like(value: syntax.Value) -> bool:
    return isinstance(value, syntax.Bare) and len(value.text) == 4 and value.text.isdigit() and value.text[:2] in ("19", "20")


# a path, an aggregate, arithmetic on the right


def _with_expression(binding: Binding, scope: Scope, condition: syntax.Comparison, left: Typed) -> Condition:
    right = binding.expression(binding, scope, cast(syntax.Expression, condition.right))
    operator = _operator(binding, condition, left.typing)
    operator = "is" if operator == "is not" else operator
    quantifier, text = condition.quantifier or "any", binding.slice(condition)
    kinds = _common_kinds(binding, condition, operator, left.typing, right.typing)
    if len(kinds) > 1 and quantifier != "all":
        parts = tuple(
            Compare(operator, left.expression, right.expression, kind, possibly=condition.possibly, text=text) for kind in kinds
        )
        return Not(Or(parts)) if quantifier == "no" else Or(parts)
    operator = "is" if operator == "=" and kinds[0] == "thing" else operator
    return Compare(operator, left.expression, right.expression, kinds[0], quantifier, condition.possibly, text=text)


def _listed(binding: Binding, condition: syntax.Comparison, left: Typed) -> Condition:
    """``is $names`` where a list was passed."""
    if condition.operator not in ("is", "is not", "=", "contains"):
        raise binding.error("a list was passed here", condition.right, help="a list goes with `in`", code="RG605")
    return _any_of_values(binding, condition, left, (cast(syntax.Value, condition.right),), condition.quantifier)


def _common_kinds(binding: Binding, condition: syntax.Comparison, operator: str, left: Typing, right: Typing) -> tuple[str, ...]:
    """The kind in which both sides are compared; several where both are mixed."""
    if left.mixed and right.mixed:
        legal = [kind for kind in _ORDER if operator in OPERATORS[kind] and kind != "integer"]
        both = [set(binding.names.kinds(side.prop, side.owners) if side.prop else ()) or set(_ORDER) for side in (left, right)]
        return tuple(kind for kind in legal if kind in both[0] and kind in both[1]) or tuple(legal[:1])
    if left.mixed or right.mixed:
        kinds = [kind for kind in (right if left.mixed else left).kinds if operator in OPERATORS[kind]]
        kinds = ["quantity" if kind == "integer" else kind for kind in kinds]
    else:
        kinds = [kind for kind in left.kinds if kind in right.kinds]
        if not kinds and left.may("quantity", "integer") and right.may("quantity", "integer"):
            kinds = ["quantity"]
    if not kinds:
        raise binding.error(
            f"`{left.said}` is {_plain(left)}, and `{right.said}` is {_plain(right)}", condition.right,
            help="only values of one kind compare",
        )  # fmt: skip
    if "quantity" in kinds and not dimension_fits(left.unit, right.unit):
        raise binding.error(
            f"`{left.said}` is {say_dimension(left.unit)}, and `{right.said}` is {say_dimension(right.unit)}", condition.right
        )
    return (kinds[0],)


def _plain(typing: Typing) -> str:
    kind = "quantity" if typing.mixed and typing.unit else typing.kinds[0]
    return say_kind(kind, typing.unit).partition(" (")[0]


# in


def _in_values(binding: Binding, scope: Scope, condition: syntax.InValues) -> Condition:
    only = condition.values[0]
    left = _left(binding, scope, condition)
    if len(condition.values) == 1 and isinstance(only, syntax.Bare | syntax.Quoted) and _is_class(binding, left.typing, only):
        cls = syntax.Select("select", syntax.Name(name_of(only), only.start, only.end), start=only.start, end=only.end)
        whole = syntax.InSelect(condition.left, cls, condition.negated, condition.quantifier, condition.start, condition.end)
        return _in_select(binding, scope, whole)
    comparison = syntax.Comparison(condition.left, "is", only, condition.quantifier, False, condition.start, condition.end)  # noqa: FBT003
    bound = _any_of_values(binding, comparison, left, condition.values, condition.quantifier)
    return Not(bound) if condition.negated else bound


def _is_class(binding: Binding, typing: Typing, value: syntax.Bare | syntax.Quoted) -> bool:
    """``in (stocks)``: a class, where nothing is called so."""
    return typing.may("thing") and not binding.names.find(value.text) and binding.vocabulary.class_named(value.text) is not None


def _any_of_values(
    binding: Binding, condition: syntax.Comparison, left: Typed, values: tuple[syntax.Value, ...], quantifier: str
) -> Condition:
    """``in (…)``: things as one set, other values one by one."""
    reads = [read for value in values for read in _reads(binding, left, value)]
    things = [read.operand for read in reads if isinstance(read.operand, Things)]
    text = binding.slice(condition)
    parts: list[Compare] = []
    if things:
        joined = Things(
            tuple(key for each in things for key in each.keys),
            tuple(node for each in things for node in each.nodes),
            tuple(label for each in things for label in each.labels),
        )
        parts.append(Compare("is", left.expression, joined, "thing", text=text))
    parts += [
        Compare("=", left.expression, read.operand, read.kind, upper=read.upper, text=text)
        for read in reads
        if isinstance(read.operand, Literal)
    ]
    if len(parts) == 1 and quantifier != "no":
        return replace(parts[0], quantifier=quantifier or "any")
    return _one_of(tuple(parts), quantifier, text)


def _reads(binding: Binding, left: Typed, value: syntax.Value) -> list[Read]:
    kinds = _kinds(binding, "is", left.typing, value)
    given = several(parameter_of(binding, value)) if isinstance(value, syntax.Parameter) else None
    if given is None or not isinstance(value, syntax.Parameter):
        return _read_twice(binding, left, value, kinds)
    if not given:
        raise binding.error("an empty list was passed here", value, code="RG605")
    name = value.name
    reads = []
    for each in given:
        one = replace(binding, parameters={**binding.parameters, name: each})
        reads += _read_twice(one, left, value, kinds)
    return reads


def _read_twice(binding: Binding, left: Typed, value: syntax.Value, kinds: tuple[str, ...]) -> list[Read]:
    """A field that holds things and texts has a name both ways: linked in one row, written out in another."""
    read = bind_value(binding, value, left.typing, kinds)
    return [read, bind_value(binding, value, left.typing, ("text",))] if read.kind == "thing" and "text" in kinds else [read]


def _in_select(binding: Binding, scope: Scope, condition: syntax.InSelect) -> Condition:
    source = binding.select(binding, condition.source)
    if len(source.columns) > 1 and source.shown:
        second = condition.source.show[1] if len(condition.source.show) > 1 else condition.source
        raise binding.error(
            "a query in brackets gives one column", second, help="`show` the one that is compared, or none for the rows themselves"
        )
    rows = not source.shown and not source.grouped
    source = replace(source, yields="" if rows else source.columns[0][0].name)
    left = _members(binding, scope, condition, rows=rows)
    _check_members(binding, condition, left.typing, source, rows=rows)
    bound = In(left.expression, source, condition.quantifier or "any", binding.slice(condition))
    return Not(bound) if condition.negated else bound


def _members(binding: Binding, scope: Scope, condition: syntax.InSelect, *, rows: bool) -> Typed:
    """The left side: where rows are the members, a path that ends at observations stays there."""
    if rows and isinstance(condition.left, syntax.PathExpression) and not scope.grouped:
        return bind_path(binding, scope, condition.left, value=False)
    return _left(binding, scope, condition)


def _check_members(binding: Binding, condition: syntax.InSelect, left: Typing, source: BoundSelect, *, rows: bool) -> None:
    if rows:
        if not left.may("thing"):
            raise binding.error(f"`{left.said}` is {_plain(left)}, and the query gives {source.cls} rows", condition.source,
                                help="`show` in the query says which of their fields is meant")  # fmt: skip
        return
    column = source.columns[0][0]
    kind = {"number": "quantity"}.get(column.kind, column.kind)
    if kind != "any" and not left.may(kind) and not (kind == "integer" and left.may("quantity")):
        raise binding.error(f"`{left.said}` is {_plain(left)}, and `{column.name}` is {say_kind(kind)}", condition.source)
