"""In: a condition that none of some rows satisfies. Out: what they have instead. Room: native."""

from __future__ import annotations

import numpy as np

from rotgraph.late import replace
from rotgraph.model.ordering import unique
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array
from rotgraph.native.conditions import restrict
from rotgraph.native.express import Rows, express
from rotgraph.native.run import Run
from rotgraph.query.expression import Aggregate, Compare, Condition, In, Known, Literal, Path

__all__ = ["nearly"]

_MOST = 20_000
"""Distinct texts that are looked through."""


def nearly(condition: Condition, nodes: Array, cls: str, run: Run) -> tuple[str, ...]:
    """Notes: the field is blank everywhere, the nearest text that occurs, an aggregate of the row that was meant of all rows."""
    if not isinstance(condition, (Compare, In)) or not isinstance(condition.left, Path):
        return ()
    path = condition.left
    if path.start is None and path.steps and not len(restrict(nodes, Known(path), run)):
        return (f"`{path.text}` is blank in {'the row' if len(nodes) == 1 else f'all {len(nodes):,} rows'}",)
    if isinstance(condition, In):
        return ()
    right = condition.right
    if isinstance(right, Path) and right.start is not None and not len(express(right, Rows(nodes), run).ids):
        return (f"`{right.text}` is blank",)
    if condition.kind == "period" and condition.operator in ("=", "is") and isinstance(condition.right, Literal):
        count = len(restrict(nodes, replace(condition, operator="during"), run))
        within = f"`{path.text} during {condition.right.text}`"
        return (f"{within} holds of {count:,} {'row' if count == 1 else 'rows'}",) if count else ()
    if isinstance(condition.right, Aggregate) and condition.right.path is not None and condition.right.path.steps == path.steps:
        definition = run.index.graph.schema.by_name.get(cls)
        written = condition.right.text
        inner = written[1:-1] if written.startswith("(") else written
        whole = inner.replace("(", f"({definition.plural}.", 1) if definition is not None else ""
        return (f"`{condition.right.text}` is that of each row; of all rows it is `({whole})`",) if whole else ()
    if condition.kind != "text" or not isinstance(condition.right, Literal) or condition.operator in ("like", "matches", "!="):
        return ()
    near = _nearest(str(condition.right.value), condition.operator, path, nodes, run)
    return (f"the nearest in `{path.text}`: {', '.join(f'`{each}`' for each in near)}",) if near else ()


def _nearest(wanted: str, operator: str, path: Path, nodes: Array, run: Run) -> tuple[str, ...]:
    """Texts near the one asked for; of `contains` and its like, words or beginnings of texts."""
    from rotgraph.query.suggest import closest

    cells = express(path, Rows(nodes), run)
    numbers = unique(np.asarray(cells.ids)[cells.kind_of_each == Kind.TEXT])
    if not 0 < len(numbers) <= _MOST:
        return ()
    texts = [run.pool.text(number) for number in numbers.tolist()]
    if operator == "contains":
        count = len(wanted.split())
        runs = (text.split() for text in texts)
        texts = [" ".join(words[at : at + count]).strip(".,;:()[]\"'") for words in runs for at in range(len(words) - count + 1)]
    elif operator in ("starts with", "ends with"):
        texts = [text[: len(wanted)] if operator == "starts with" else text[-len(wanted) :] for text in texts]
    by_fold = {fold(text): text for text in texts}
    near = closest(wanted, [text for folded, text in by_fold.items() if folded != fold(wanted)])
    return tuple(each for each in near if each)
