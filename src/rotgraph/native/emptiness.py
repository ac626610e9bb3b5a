"""In: a plan without an answer. Out: what emptied it. Room: native."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rotgraph.errors import QueryError
from rotgraph.late import replace
from rotgraph.model.value import Period, Quantity
from rotgraph.native.conditions import restrict
from rotgraph.native.frame import Frame
from rotgraph.native.nearly import nearly
from rotgraph.native.run import Run
from rotgraph.query.expression import And, Compare, Condition, Every, In, Known, Literal, Not, Or
from rotgraph.query.plan import LONGEST_PATH, Bgp, Filter, Group, Path, Plan, Restrict
from rotgraph.query.scalars import may_refuse, refusing_last

__all__ = ["explain_empty", "said"]


def explain_empty(plan: Plan, run: Run, evaluate: Callable[[Plan, Run], Frame]) -> tuple[str, ...]:
    """Notes that say which condition left no row, and whether ``possibly`` would not have."""
    if not len(run.index.graph.members("note")):
        return ("there are no notes: no Markdown file (.md) lies in the vault",)
    for each in _operators(plan):
        if isinstance(each, Bgp) and not len(run.index.graph.members(each.cls)):
            return (f"the notes have no {each.cls}",)
        if isinstance(each, Restrict) and isinstance(each.source, Bgp):
            cls = each.source.cls
            if not len(run.index.as_of(each.stated).members(cls)):
                return (f"of no {cls} anything was stated by {each.stated}",)
        if isinstance(each, Path):
            if set(each.start.nodes) & set(each.end.nodes):
                return (f"{_names(each.start.labels)} is where the path begins and where it ends",)
            return (f"no path{_bounds(each)} leads from {_names(each.start.labels)} to {_names(each.end.labels)}",)
    quiet = Run(run.index, run.pool, run.limits, run.started, None, [], run.subselect)
    chain = [each for each in _operators(plan) if isinstance(each, Filter)]
    for each in reversed(chain):
        if _grouped(each.source):
            if not len(evaluate(each, quiet)) and len(evaluate(each.source, quiet)):
                return (f"no group is left by {said(each.condition)}", *_possible(each, quiet, evaluate))
            continue
        before = evaluate(each.source, quiet)
        if len(before) and not len(evaluate(each, quiet)):
            return (*_blame(each, before), *_possible(each, quiet, evaluate))
    return ()


def _operators(plan: Plan) -> Iterator[Plan]:
    """The plan and what is below it."""
    below: Plan | None = plan
    while below is not None:
        yield below
        below = getattr(below, "source", None)


def _grouped(plan: Plan) -> bool:
    return any(isinstance(each, Group) for each in _operators(plan))


def _bounds(path: Path) -> str:
    """What a path that was looked for had to keep to, where it was told to."""
    over = f" over {' and '.join(f'`{each}`' for each in path.via)}" if path.via else ""
    return over + (f" of at most {path.within} {'step' if path.within == 1 else 'steps'}" if path.within < LONGEST_PATH else "")


def _names(labels: tuple[str, ...]) -> str:
    return " or ".join(labels)


def _blame(plan: Filter, before: Frame) -> tuple[str, ...]:
    """The condition that no row satisfies by itself; else the one that empties what the others leave."""
    items = _parts(plan.condition)
    run, nodes = before.run, before.rows.nodes
    count = f"{len(nodes):,} {'row' if len(nodes) == 1 else 'rows'}"
    for item in items:
        if may_refuse(item) and len(items) > 1:
            continue  # it was asked of fewer rows
        if not len(restrict(nodes, item, run)):
            return (f"{said(item)} holds of none of {count}", *nearly(item, nodes, _class_of(plan), run))
    left = nodes
    for number, item in enumerate(items):
        kept = restrict(left, item, run)
        if not len(kept):
            others = " and ".join(said(each) for each in items[:number])
            return (f"{said(item)} holds of none of the {len(left):,} left by {others}",)
        left = kept
    return ()


def _possible(plan: Filter, run: Run, evaluate: Callable[[Plan, Run], Frame]) -> tuple[str, ...]:
    condition = _loosened(plan.condition)
    if condition == plan.condition:
        return ()
    try:
        count = len(evaluate(replace(plan, condition=condition), run))
    except QueryError:  # it lets rows through that another part refuses
        return ()
    if not count:
        return ()
    changed = [item for item in _parts(condition) if item not in _parts(plan.condition)]
    asked = " and ".join(dict.fromkeys(said(item) for item in changed))
    return (f"{asked} would leave {count:,} {'row' if count == 1 else 'rows'}",)


def _class_of(plan: Plan) -> str:
    return next((each.cls for each in _operators(plan) if isinstance(each, Bgp)), "")


def _parts(condition: Condition) -> tuple[Condition, ...]:
    condition = refusing_last(condition)
    return condition.items if isinstance(condition, And) else (condition,)


def _loosened(condition: Condition) -> Condition:
    """The same, asking of quantities and periods only that it may hold."""
    if isinstance(condition, And):
        return And(tuple(_loosened(item) for item in condition.items))
    if isinstance(condition, Or):
        return Or(tuple(_loosened(item) for item in condition.items))
    if isinstance(condition, Compare) and not condition.possibly and condition.kind in ("quantity", "period"):
        literal = condition.right.value if isinstance(condition.right, Literal) else None
        if literal is None or isinstance(literal, (Quantity, Period)):
            return replace(condition, possibly=True, text=_with_possibly(condition))
    return condition


def _with_possibly(condition: Compare) -> str:
    before, operator, after = condition.text.partition(f" {condition.operator} ")
    return f"{before} possibly{operator}{after}" if operator else f"possibly: {condition.text}"


def said(condition: Condition) -> str:
    """A condition as it was written, as far as that is known."""
    if isinstance(condition, (And, Or)):
        word = " and " if isinstance(condition, And) else " or "
        parts = tuple(dict.fromkeys(said(item) for item in condition.items))
        return parts[0] if len(parts) == 1 else f"({word.join(parts)})"
    if isinstance(condition, Not):
        if isinstance(condition.item, Known) and condition.item.text.endswith("known"):
            return f"`{condition.item.path.text} is unknown`"
        return f"not {said(condition.item)}"
    if isinstance(condition, (Compare, Every, In, Known)):
        return f"`{condition.text or condition.__class__.__name__.lower()}`"
    return "a condition that never holds"
