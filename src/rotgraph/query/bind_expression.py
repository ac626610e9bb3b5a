"""In: an expression as written. Out: the expression, names resolved, aggregates and arithmetic checked, and its type. Room: query.

In a group a path must be one of its keys, and aggregates run over the group; elsewhere they run over what a row has (ruling 26).
"""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from rotgraph.errors import QueryError
from rotgraph.late import replace
from rotgraph.model.value import Quantity
from rotgraph.query import syntax
from rotgraph.query.bind_path import bind_path, bind_steps, with_value
from rotgraph.query.bind_value import bind_value
from rotgraph.query.bound import BoundSelect
from rotgraph.query.expression import Aggregate, Arithmetic, Expression, Literal, Path, Scalar
from rotgraph.query.kinds import dimension_fits, dimension_of, say_dimension, say_kind
from rotgraph.query.scope import Binding, Scope, Typed, Typing
from rotgraph.values.doubt import Doubt

__all__ = ["bind_expression", "is_aggregate", "same_expression"]

_NUMERIC = frozenset({"sum", "avg", "median", "stddev"})


def bind_expression(binding: Binding, scope: Scope, expression: syntax.Expression) -> Typed:
    """An expression in the scope of a row, a group or a step."""
    if isinstance(expression, syntax.PathExpression):
        return _path(binding, scope, expression)
    if isinstance(expression, syntax.AggregateCall):
        return _aggregate(binding, scope, expression)
    if isinstance(expression, syntax.ScalarCall):
        return _scalar(binding, scope, expression)
    if isinstance(expression, syntax.Number):
        return _number(binding, expression)
    if isinstance(expression, syntax.Parameter):
        return _parameter(binding, expression)
    return _arithmetic(binding, scope, expression)


def _path(binding: Binding, scope: Scope, path: syntax.PathExpression) -> Typed:
    if not scope.grouped:
        return bind_path(binding, scope, path)
    bound = bind_path(binding, replace(scope, grouped=False), path)
    if isinstance(bound.expression, Path) and bound.expression.start is not None:
        return bound
    for _, key in scope.keys:
        if same_expression(key, bound.expression):
            return Typed(key, bound.typing)
    written = binding.slice(path)
    where = "by which the rows are grouped" if scope.keys else "and the query gives one row over all"
    function = "avg" if bound.typing.kinds == ("quantity",) else "list"
    others = f"; `{function}({written})` combines them" if function != "list" else ""
    raise binding.error(f"`{written}` has a value per row{', and is no key ' + where if scope.keys else ', ' + where}", path,
                        help=f"write `list({written})` to list the values of a group{others}", code="RG606")  # fmt: skip


def same_expression(one: Expression, other: Expression) -> bool:
    """Whether two expressions mean the same, however they were written."""
    return one is other or _meaning(one) == _meaning(other)


def _meaning(expression: Expression) -> Expression:
    if isinstance(expression, Arithmetic):
        return replace(expression, left=_meaning(expression.left), right=_meaning(expression.right), text="")
    if isinstance(expression, Aggregate):
        path = cast(Path, _meaning(expression.path)) if expression.path else None
        return replace(expression, path=path, text="")
    return replace(expression, text="")


def is_aggregate(expression: syntax.Expression) -> bool:
    """Whether an expression is made of aggregates alone: then it can stand for all rows at once."""
    if isinstance(expression, syntax.AggregateCall):
        return True
    if isinstance(expression, syntax.Arithmetic):
        return (
            _may_stand(expression.left)
            and _may_stand(expression.right)
            and (is_aggregate(expression.left) or is_aggregate(expression.right))
        )
    return False


def _may_stand(expression: syntax.Expression) -> bool:
    return is_aggregate(expression) or isinstance(expression, syntax.Number | syntax.Parameter | syntax.ScalarCall)


# aggregates


def _aggregate(binding: Binding, scope: Scope, call: syntax.AggregateCall) -> Typed:
    text = binding.slice(call)
    if call.path is None:
        if not scope.grouped:
            raise binding.error("`count` alone counts the rows of a group", call,
                                help="group with `per`, or count what a row has: `count(buy_side)`", code="RG606")  # fmt: skip
        return Typed(Aggregate("count", None, text, place=binding.place(call)), Typing(("integer",), said=text))
    inside = replace(scope, grouped=False)
    bound = bind_path(binding, inside, call.path, value=call.function != "count")
    return _over(binding, call, bound, text)


def _over(binding: Binding, call: syntax.AggregateCall, bound: Typed, text: str) -> Typed:
    """The type of an aggregate over a path."""
    function, typing = call.function, bound.typing
    path = cast(Path, bound.expression)
    made = Aggregate(function, path, text, place=binding.place(call))
    if function == "count":
        return Typed(made, Typing(("integer",), said=text))
    allowed = ("quantity", "integer") if function in _NUMERIC else ("quantity", "integer", "period")
    if function in _NUMERIC or function in ("min", "max"):
        if not typing.may(*allowed):
            raise _no_number(binding, call, typing, function)
        kinds = tuple(kind for kind in typing.kinds if kind in (*allowed, "any"))
        if function in _NUMERIC:
            kinds = ("quantity",)
        return Typed(made, replace(typing, kinds=kinds, single=True, prop="", said=text))
    return Typed(made, replace(typing, single=function != "list", prop="", said=text))


def _no_number(binding: Binding, call: syntax.AggregateCall, typing: Typing, function: str) -> QueryError:
    path = binding.slice(call.path)
    wanted = "quantities" if function in _NUMERIC else "quantities or periods"
    held = "holds things" if typing.kinds == ("thing",) else f"is {say_kind(typing.kinds[0])}".partition(" (")[0]
    return binding.error(
        f"`{function}` takes {wanted}, and `{path}` {held}", call, help=f"`count({path})` counts, `list({path})` lists them"
    )


# one value over a class or a query


def _scalar(binding: Binding, scope: Scope, call: syntax.ScalarCall) -> Typed:
    aggregate, text = call.aggregate, binding.slice(call)
    if aggregate.path is None:
        raise binding.error("say what is counted: `(count(targets))`", call, code="RG601")
    if call.source is not None:
        source = binding.select(binding, call.source)
        if source.grouped or source.keys:
            raise binding.error("a value over a query needs rows, not groups", call.source, code="RG606")
        inside = Scope((source.cls,))
        path = _of_its_class(binding, aggregate, source.cls)
        bound = bind_path(binding, inside, path, value=aggregate.function != "count")
    else:
        found = _over_class(binding, aggregate)
        if found is None:  # no class: what the row itself has
            return bind_expression(binding, scope, aggregate.replace(start=call.start, end=call.end))
        source, bound = found
    if aggregate.function == "count" and not cast(Path, bound.expression).steps:
        made = Typed(Aggregate("count", None, text, place=binding.place(call)), Typing(("integer",), said=text))
    else:
        made = _over(binding, aggregate, bound, text)
    source = replace(source, columns=(), shown=False)
    return Typed(Scalar(cast(Aggregate, made.expression), source, text), replace(made.typing, said=text))


def _of_its_class(binding: Binding, aggregate: syntax.AggregateCall, cls: str) -> syntax.PathExpression:
    """The path of a value over a query, without the class it asks of: ``(max(targets.value) in targets where …)``, too."""
    path = cast(syntax.PathExpression, aggregate.path)
    if path.origin is not None or not path.steps or path.steps[0].mark or path.steps[0].where is not None:
        return path
    if len(path.steps) == 1 and aggregate.function != "count":
        return path
    definition = binding.vocabulary.class_named(path.steps[0].name.text)
    return path.replace(steps=path.steps[1:]) if definition is not None and definition.name == cls else path


def _over_class(binding: Binding, aggregate: syntax.AggregateCall) -> tuple[BoundSelect, Typed] | None:
    """``targets.value``: the first step is a class (ruling 29)."""
    path = cast(syntax.PathExpression, aggregate.path)
    if path.origin is not None or not path.steps:
        return None
    first = path.steps[0]
    definition = binding.vocabulary.class_named(first.name.text)
    if definition is None:
        return None
    if first.mark:
        raise binding.error(f"`{first.name.text}` is a class here, and no step", first, code="RG601")
    binding.resolve(first.name.text, "class", definition.name)
    scope = Scope((definition.name,))
    source = BoundSelect(definition.name, text=binding.slice(first), place=binding.place(first.name))
    if first.where is not None:
        source = replace(source, condition=binding.condition(binding, scope, first.where))
    steps, typing = bind_steps(binding, Typing(("thing",), (definition.name,), said=first.name.text), path.steps[1:], row=True)
    if aggregate.function != "count":
        steps, typing = with_value(binding, steps, typing)
    text = binding.slice(path)
    return source, Typed(Path(steps, None, text), replace(typing, said=text))


# arithmetic


def _number(binding: Binding, number: syntax.Number) -> Typed:
    from rotgraph.values.literal import parse_literal

    found = parse_literal(number.text, "quantity")
    if isinstance(found, Doubt):
        raise binding.error(found.reason, number)
    if not isinstance(found, Quantity):
        raise binding.error(f"`{number.text}` is no quantity", number, code="RG601")
    unit = dimension_of(found)
    value: Quantity | int | Decimal = found
    if unit == "number" and not found.unit and found.value is not None:
        value = int(found.value) if found.value == int(found.value) else found.value
    return Typed(Literal(value, number.text), Typing(("quantity",), unit=unit, said=number.text))


def _parameter(binding: Binding, parameter: syntax.Parameter) -> Typed:
    read = bind_value(binding, parameter, Typing(("quantity",), said=f"${parameter.name}"), ("quantity",))
    literal = cast(Literal, read.operand)
    unit = dimension_of(literal.value) if isinstance(literal.value, Quantity) else "number"
    return Typed(literal, Typing(("quantity",), unit=unit, said=f"${parameter.name}"))


def _arithmetic(binding: Binding, scope: Scope, expression: syntax.Arithmetic) -> Typed:
    left, right = bind_expression(binding, scope, expression.left), bind_expression(binding, scope, expression.right)
    for side, written in ((left, expression.left), (right, expression.right)):
        if not side.typing.may("quantity", "integer"):
            said = "holds things" if side.typing.kinds == ("thing",) else f"is {say_kind(side.typing.kinds[0])}".partition(" (")[0]
            raise binding.error(f"arithmetic is for quantities, and `{side.typing.said}` {said}", written)
    if expression.operator == "/" and isinstance(right.expression, Literal) and _is_nothing(right.expression.value):
        raise binding.error("nothing can be divided by 0", expression.right, code="RG601")
    unit = _unit(binding, expression, left.typing, right.typing)
    text = binding.slice(expression)
    made = Arithmetic(expression.operator, left.expression, right.expression, text, binding.place(expression))
    sides = (left.typing, right.typing)
    deciding = [side.said for side, other in (sides, sides[::-1]) if _dimension(side) == unit and not _dimension(other)]
    because = deciding[0] if unit and expression.operator in "+-" and deciding else ""
    single = left.typing.single and right.typing.single
    return Typed(made, Typing(("quantity",), unit=unit, single=single, said=text, because=because))


def _is_nothing(value: object) -> bool:
    return value == 0 or (isinstance(value, Quantity) and value.low == 0 and value.high == 0)


def _unit(binding: Binding, expression: syntax.Arithmetic, left: Typing, right: Typing) -> str:
    """What the result measures; a sum of unlike things, a product of two of a unit, are errors."""
    one, other = _dimension(left), _dimension(right)
    if expression.operator in "+-":
        if not dimension_fits(one, other):
            raise binding.error(
                f"`{left.said}` is {_plain(one)} and `{right.said}` is {_plain(other)}: they do not add up", expression
            )
        return one if one and one != "money" else other or one
    if expression.operator == "*":
        for dimension in ("number", "percent"):  # a percentage is that part of the other side
            if dimension in (one, other):
                return other if one == dimension else one
        if one and other:
            raise binding.error(
                f"`{left.said}` is {_plain(one)} and `{right.said}` is {_plain(other)}: one side of `*` is a bare number",
                expression,
            )
        return ""
    if other == "number":
        return one
    if one and other:
        if not dimension_fits(one, other):
            raise binding.error(
                f"`{left.said}` is {_plain(one)} and `{right.said}` is {_plain(other)}: they do not divide", expression
            )
        return "number"
    return ""


def _dimension(typing: Typing) -> str:
    return "number" if typing.kinds == ("integer",) else typing.unit


def _plain(dimension: str) -> str:
    return say_dimension(dimension).partition(" (")[0]
