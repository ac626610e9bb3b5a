"""In: a select as written. Out: `BoundSelect`: class, conditions, groups, columns and order, with all defaults. Room: query."""

from __future__ import annotations

from rotgraph.errors import QueryError
from rotgraph.late import replace
from rotgraph.model.schema import INTRINSIC, ClassDef
from rotgraph.query import syntax
from rotgraph.query.bind_expression import bind_expression, is_aggregate, same_expression
from rotgraph.query.bind_path import bind_path
from rotgraph.query.bind_value import bind_moment
from rotgraph.query.bound import BoundSelect
from rotgraph.query.expression import Aggregate, Expression, Truth
from rotgraph.query.format import format_name
from rotgraph.query.plan import Column, SortKey
from rotgraph.query.scope import Binding, Scope, Typed
from rotgraph.query.suggest import closest
from rotgraph.query.vocabulary import loose

__all__ = ["bind_class", "bind_select"]

Shown = tuple[tuple[Column, Expression], ...]


def bind_select(binding: Binding, select: syntax.Select) -> BoundSelect:
    """A select, or a subquery of one."""
    definition = bind_class(binding, select.cls)
    rows = Scope((definition.name,))
    as_of = bind_moment(binding, select.as_of) if select.as_of is not None else None
    condition = binding.condition(binding, rows, select.where) if select.where is not None else Truth()
    keys = tuple(_column(binding, rows, syntax.ColumnItem(each, None, each.start, each.end)) for each in select.per)
    grouped = _grouped(binding, select)
    scope = Scope(rows.classes, grouped=True, keys=keys) if grouped else rows
    columns = _columns(binding, select, definition, scope, keys)
    having = binding.condition(binding, scope, select.having) if select.having is not None else None
    by = _top_key(binding, rows, select.by, columns) if select.by is not None else None
    return BoundSelect(
        cls=definition.name,
        head=select.head,
        as_of=as_of,
        condition=condition,
        grouped=grouped,
        keys=keys,
        having=having,
        columns=columns,
        top=select.top,
        by=by,
        order=tuple(_sort_key(binding, scope, each, columns, select) for each in select.sort),
        offset=select.offset or 0,
        limit=select.limit,
        pivot=_pivot(binding, select.pivot, columns) if select.pivot is not None else "",
        star=select.star,
        shown=bool(select.show) or select.star,
        text=binding.slice(select),
        place=binding.place(select.cls),
    )


def bind_class(binding: Binding, name: syntax.Name) -> ClassDef:
    """The class of that name, singular or plural."""
    found = binding.vocabulary.class_named(name.text)
    if found is None:
        raise _no_class(binding, name)
    binding.resolve(name.text, "class", found.name)
    return found


def _no_class(binding: Binding, name: syntax.Name) -> QueryError:
    """The error for a name that no class has; where a thing is called so, how it is asked for."""
    words = binding.vocabulary.class_words()
    near = closest(name.text, words)
    nodes = binding.names.find(name.text)
    if nodes:
        label, classes = binding.names.label(nodes[0]), binding.names.classes(nodes[0])
        plural = next((each.plural for each in binding.names.schema.classes if each.name in classes[:1]), "things")
        cls = format_name(syntax.Name(plural))
        help_ = f"write `{cls} where this is [[{label}]]`; `rotgraph show` tells all that is said of it"
        message = f"`{name.text}` is a thing, and a query begins with a class"
        return binding.error(message, name, suggestions=near, help=help_, code="RG602")
    more = "" if near else f"classes: {', '.join(words[:12])} …"
    return binding.error(f"there is no class `{name.text}`", name, suggestions=near, help=more, code="RG602")


def _grouped(binding: Binding, select: syntax.Select) -> bool:
    """Whether rows become groups: `per`, `count`, or nothing but aggregates shown (ruling 26)."""
    if select.head == "top":
        if select.having is not None:
            raise binding.error("`top … per` cuts within groups; a condition on whole groups has no place there", select.having,
                                help="put it before `per`", code="RG606")  # fmt: skip
        return False
    if select.head == "count" or select.per:
        if select.star:
            raise binding.error("`show *` lists rows, and the query gives groups", select, help="name the columns", code="RG606")
        return True
    return bool(select.show) and all(is_aggregate(each.expression) for each in select.show)


# columns


def _columns(binding: Binding, select: syntax.Select, definition: ClassDef, scope: Scope, keys: Shown) -> Shown:
    if select.show:
        columns = tuple(_column(binding, scope, item) for item in select.show)
        _check_names(binding, select, columns)
        return columns
    if scope.grouped:
        counted = (Column("count", "integer"), Aggregate("count", None, "count"))
        return (*keys, counted)
    shown = _all_columns(binding, definition, scope) if select.star else _default_columns(binding, definition, scope)
    taken = {column.name for column, _ in keys}
    return (*keys, *(each for each in shown if each[0].name not in taken))


def _column(binding: Binding, scope: Scope, item: syntax.ColumnItem) -> tuple[Column, Expression]:
    typed = bind_expression(binding, scope, item.expression)
    name = item.name.text if item.name is not None else typed.typing.said
    if item.name is None and isinstance(item.expression, syntax.PathExpression | syntax.AggregateCall):
        name = _written(binding, item.expression)
    return _as_column(name, typed), typed.expression


def _written(binding: Binding, expression: syntax.PathExpression | syntax.AggregateCall) -> str:
    """The name of a column: as written, a single quoted name without its quotes."""
    if isinstance(expression, syntax.PathExpression) and expression.origin is None and len(expression.steps) == 1:
        only = expression.steps[0]
        if not only.mark and only.where is None:
            return only.name.text
    return binding.slice(expression)


def _as_column(name: str, typed: Typed) -> Column:
    typing = typed.typing
    kind = typing.kinds[0] if len(typing.kinds) == 1 else "any"
    return Column(name, kind, typing.unit, many=not typing.single)


def _check_names(binding: Binding, select: syntax.Select, columns: Shown) -> None:
    seen: set[str] = set()
    for (column, _), item in zip(columns, select.show, strict=True):
        if column.name in seen:
            raise binding.error(
                f"two columns are called `{column.name}`",
                item,
                help=f"name one of them: `{binding.slice(item)} as …`",
                code="RG606",
            )
        seen.add(column.name)


def _default_columns(binding: Binding, definition: ClassDef, scope: Scope) -> Shown:
    """What a class shows without ``show``: its columns, else its key, else its name."""
    for names in (_inherited(binding, definition, "columns"), _inherited(binding, definition, "key"), ("name",)):
        shown = _named(binding, scope, names)
        if shown:
            return shown
    return ()


def _inherited(binding: Binding, definition: ClassDef, part: str) -> tuple[str, ...]:
    if getattr(definition, part) and not (part == "key" and definition.key == ("name",)):
        return tuple(getattr(definition, part))
    for above in binding.names.schema.ancestors(definition.name)[1:]:
        parent = binding.names.schema.by_name.get(above)
        if parent is not None and parent.columns and part == "columns":
            return parent.columns
    return ()


def _all_columns(binding: Binding, definition: ClassDef, scope: Scope) -> Shown:
    """``show *``: the name, every field of the class, and where it stands."""
    intrinsic = {each.name for each in INTRINSIC}
    fields = [name for name in binding.names.schema.fields(definition.name) if name not in intrinsic]
    return _named(binding, scope, ("name", *fields, "note", "line"))


def _named(binding: Binding, scope: Scope, names: tuple[str, ...]) -> Shown:
    shown: list[tuple[Column, Expression]] = []
    for name in dict.fromkeys(names):
        path = syntax.PathExpression((syntax.StepItem(syntax.Name(name)),))
        if any(binding.vocabulary.exact_field(cls, name) for cls in scope.classes):
            typed = bind_path(_unnoted(binding), scope, path)
            shown.append((_as_column(name, typed), typed.expression))
    return tuple(shown)


def _unnoted(binding: Binding) -> Binding:
    """The same binding, noting no names: what was not written is not explained."""
    return replace(binding, resolved={})


# order


def _top_key(binding: Binding, rows: Scope, expression: syntax.Expression, columns: Shown) -> SortKey:
    typed = bind_expression(binding, rows, expression)
    return SortKey(typed.expression, descending=True, column=_shown_as(typed.expression, columns))


def _sort_key(binding: Binding, scope: Scope, item: syntax.SortItem, columns: Shown, select: syntax.Select) -> SortKey:
    found = _sorted_column(item, columns, select)
    if found is not None:
        column, expression = found
        return SortKey(expression, item.descending, item.nulls == "first", column.name)
    typed = bind_expression(binding, scope, item.expression)
    return SortKey(typed.expression, item.descending, item.nulls == "first", _shown_as(typed.expression, columns))


def _sorted_column(item: syntax.SortItem, columns: Shown, select: syntax.Select) -> tuple[Column, Expression] | None:
    """A name given with ``as``: it wins over a field."""
    path = item.expression
    if not isinstance(path, syntax.PathExpression) or path.origin is not None or len(path.steps) != 1:
        return None
    only = path.steps[0]
    if only.mark or only.where is not None:
        return None
    wanted = loose(only.name.text)
    for shown, column in zip(select.show, columns, strict=False):
        if shown.name is not None and loose(shown.name.text) == wanted:
            return column
    return None


def _shown_as(expression: Expression, columns: Shown) -> str:
    return next((column.name for column, shown in columns if same_expression(shown, expression)), "")


def _pivot(binding: Binding, name: syntax.Name, columns: Shown) -> str:
    for column, _ in columns:
        if loose(column.name) == loose(name.text):
            return column.name
    names = tuple(column.name for column, _ in columns)
    raise _no_column(binding, name, names)


def _no_column(binding: Binding, name: syntax.Name, names: tuple[str, ...]) -> QueryError:
    near = closest(name.text, names)
    more = "" if near else f"columns: {', '.join(names)}; `pivot` takes one that is shown"
    return binding.error(f"no column is called `{name.text}`", name, suggestions=near, help=more, code="RG606")
