"""In: what an engine answered. Out: `Result` and `Row`: what people hold, and the forms they take it away in. Room: api."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, overload

from rotgraph.api.rows import kept_rows
from rotgraph.api.things import Thing, Value, identifier
from rotgraph.model.graph import Evidence, Graph
from rotgraph.model.result import Answer, Cell, ResultColumn, Single, ThingCell
from rotgraph.render.cell import single_text
from rotgraph.render.formats import Look, render, write
from rotgraph.render.harmless import harmless

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from rotgraph.pictures.figure import Picture

__all__ = ["Result", "Row"]

_SHOWN = 60
"""Rows that a terminal or a notebook shows unasked."""


class Row:
    """One row of a result: its cells as attributes and items, and where they stand.

    ``row.rotation``, ``row["avg(value)"]``, ``row[0]``; a column that Python reserves is ``row.return_``. A cell is a `Thing`,
    `Quantity`, `Period`, ``str``, ``int`` or ``Decimal``, None where it is blank, a list where the column may hold several values.

    Example:
        >>> row = graph.query("episodes where period = 2022 show period, divergence, buy_side")[0]
        >>> row.period.start_date.year, row.divergence.value, row["buy_side"]
        (2022, Decimal('85'), [<Thing Energy: sector>, <Thing Utilities: sector>])
        >>> print(row.evidence[0])
        Sector rotation.md:56:1
    """

    __slots__ = ("_cells", "_columns", "_graph", "evidence", "subject")

    _columns: tuple[ResultColumn, ...]
    _cells: tuple[Cell, ...]
    _graph: Graph | None
    evidence: tuple[Evidence, ...]
    """Where the row stands, the principal place first."""
    subject: Thing | None
    """The thing or record that the row is; None for a group."""

    def __init__(
        self,
        columns: tuple[ResultColumn, ...],
        cells: tuple[Cell, ...],
        evidence: tuple[Evidence, ...],
        subject: ThingCell | None,
        graph: Graph | None,
    ) -> None:
        put = object.__setattr__
        put(self, "_columns", columns)
        put(self, "_cells", cells)
        put(self, "_graph", graph)
        put(self, "evidence", evidence)
        put(self, "subject", Thing(subject, graph) if subject is not None else None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a row cannot be changed")

    def keys(self) -> tuple[str, ...]:
        """The names of its columns; with it ``dict(row)`` works.

        Example:
            >>> graph.query("count episodes")[0].keys()
            ('count',)
        """
        return tuple(column.name for column in self._columns)

    def __getitem__(self, key: str | int) -> Any:
        if isinstance(key, int):
            return self._read(self._cells[key], self._columns[key])
        for column, cell in zip(self._columns, self._cells, strict=True):
            if column.name == key:
                return self._read(cell, column)
        raise KeyError(key)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name.removesuffix("_") if iskeyword(name.removesuffix("_")) else name]
        except KeyError:
            raise AttributeError(f"no column {name!r}", name=name, obj=self) from None

    def __dir__(self) -> Iterable[str]:
        return sorted({"evidence", "keys", "subject", *(identifier(name) for name in self.keys() if name.isidentifier())})

    def __iter__(self) -> Iterator[Any]:
        return (self._read(cell, column) for cell, column in zip(self._cells, self._columns, strict=True))

    def __len__(self) -> int:
        return len(self._cells)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return self._columns == other._columns and self._cells == other._cells and self.evidence == other.evidence

    def __hash__(self) -> int:
        return hash((self._columns, self._cells))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_brief(value)}" for name, value in zip(self.keys(), self, strict=True))
        return harmless(f"<Row {shown}>")

    def __reduce__(self) -> tuple[object, ...]:
        subject = self.subject._cell if self.subject is not None else None  # noqa: SLF001 - rows make things
        return (Row, (self._columns, self._cells, self.evidence, subject, self._graph))

    def _repr_html_(self) -> str:
        from rotgraph.render.html_table import html_text

        left = ' style="text-align: left"'
        rows = "".join(
            f"<tr><th{left}>{html_text(name)}</th><td{left}>{html_text(_brief(value))}</td></tr>"
            for name, value in zip(self.keys(), self, strict=True)
        )
        return f'<table class="rotgraph"><tbody>{rows}</tbody></table>'

    def _read(self, cell: Cell, column: ResultColumn) -> Any:
        if isinstance(cell, tuple):
            return [self._single(each) for each in cell]
        if cell is None:
            return [] if column.many else None
        return [self._single(cell)] if column.many else self._single(cell)

    def _single(self, value: Single) -> Value:
        return Thing(value, self._graph) if isinstance(value, ThingCell) else value


class Result:
    """The answer to a query: columns, rows with evidence, notes about it. It cannot be changed.

    It is a sequence of `Row`: iterate, index, slice, ``len``. It prints as a table, in a terminal and in a notebook.

    Example:
        >>> result = graph.query("top 2 targets by value show name, value")
        >>> [str(row.value[0]) for row in result]
        ['+39%', '+33%']
    """

    __slots__ = ("__dict__", "_answer", "_graph", "query")

    _answer: Answer
    _graph: Graph | None
    query: str
    """The text of the query."""

    def __init__(self, answer: Answer, query: str, graph: Graph | None = None) -> None:
        put = object.__setattr__
        put(self, "_answer", answer)
        put(self, "query", query)
        put(self, "_graph", graph)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a result cannot be changed")

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """Name, kind, unit and plurality of each column."""
        return self._answer.columns

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to say about the answer: why it is empty, what was left out."""
        return self._answer.notes

    def __len__(self) -> int:
        return len(self._answer)

    def __bool__(self) -> bool:
        return len(self) > 0

    def __iter__(self) -> Iterator[Row]:
        return (self._row(index) for index in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row(each) for each in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"no row {index}: there are {len(self):,}")
        return self._row(index % len(self))

    def to_csv(self, path: str | os.PathLike[str] | None = None, *, raw: bool = False) -> str:
        """CSV (RFC 4180), also written to ``path``; cells that a spreadsheet would run are escaped unless ``raw``.

        Example:
            >>> graph.query("count episodes").to_csv()
            'count\\n9\\n'
        """
        return self._text("csv", path, Look(raw=raw))

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """JSON with the evidence of each row, also written to ``path``.

        Shape:
            ``{"query", "columns", "rows": [{column: value, …, "evidence": […]}], "row_count", "notes"}``; a field that may hold
            several values is always a list, a quantity an object with its text, number, bounds and unit.

        Example:
            >>> json.loads(graph.query("count episodes").to_json())["rows"][0]["count"]
            9
        """
        return self._text("json", path, Look(query=self.query))

    def to_markdown(self, path: str | os.PathLike[str] | None = None) -> str:
        """A Markdown table, to be put into a note; also written to ``path``.

        Example:
            >>> print(graph.query("count episodes").to_markdown(), end="")
            | count |
            | ----: |
            |     9 |
        """
        return self._text("md", path, Look())

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dictionary a row: column to what `Row` holds.

        Example:
            >>> graph.query("count episodes").to_dicts()
            [{'count': 9}]
        """
        return [dict(zip(row.keys(), row, strict=True)) for row in self]

    def to_pandas(self) -> pd.DataFrame:
        """A pandas DataFrame with real types. Needs the extra ``pandas``.

        Shape:
            a quantity ``value`` becomes ``value value_text value_low value_high`` (and ``value_unit`` where units differ), a period
            ``period period_end period_text``, several values lists; a thing its name.
        Units:
            as printed: percent 18 for ``18%``, money unscaled, durations in months or days.

        Raises:
            UnsupportedOperationError: pandas is not installed.

        Example:
            >>> graph.query("episodes where divergence is known show period, divergence").to_pandas().dtypes.astype(str).to_dict()
            ... # doctest: +NORMALIZE_WHITESPACE
            {'period': 'datetime64[s]', 'period_end': 'datetime64[s]', 'period_text': 'string', 'divergence': 'Float64',
             'divergence_text': 'string', 'divergence_low': 'Float64', 'divergence_high': 'Float64'}
        """
        from rotgraph.api.frames import pandas_frame

        return pandas_frame(self._answer)

    def to_polars(self) -> pl.DataFrame:
        """A polars DataFrame with real types, shaped as `to_pandas` says; lists are ``List``. Needs the extra ``polars``.

        Raises:
            UnsupportedOperationError: polars is not installed.

        Example:
            >>> graph.query("stocks where name is NVIDIA show return").to_polars()["return"].to_list()
            [[125.0, -50.0, 239.0, 171.0, 39.0]]
        """
        from rotgraph.api.frames import polars_frame

        return polars_frame(self._answer)

    def to_arrow(self) -> pa.Table:
        """An arrow table with real types, shaped as `to_pandas` says; dates are ``date32``. Needs the extra ``arrow``.

        Raises:
            UnsupportedOperationError: pyarrow is not installed.

        Example:
            >>> str(graph.query("episodes show period").to_arrow().schema.field("period").type)
            'date32[day]'
        """
        from rotgraph.api.frames import arrow_table

        return arrow_table(self._answer)

    def plot(self, *, kind: str = "", theme: str = "light", title: str | None = None) -> Picture:
        """The chart that the kinds of its columns ask for, or the ``kind`` of ``bars lines heat timeline``.

        Needs the extra ``plot``. Bars show ranges by their ends and one-sided values by an arrow; approximate values are paler.

        Raises:
            UnsupportedOperationError: there is neither a quantity nor a period in it, or no row.

        Example:
            >>> graph.query("targets show about, value").plot().kind
            'bars'
        """
        from rotgraph.api.pictures import plot_result

        return plot_result(self, kind=kind, theme=theme, title=title)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return self.columns == other.columns and self._rows == other._rows

    def __hash__(self) -> int:
        return hash((self.columns, self._rows))

    def __repr__(self) -> str:
        import shutil

        width = shutil.get_terminal_size((100, 24)).columns
        return render(self._answer, "table", Look(width=width, most=_SHOWN)).rstrip("\n")

    def __reduce__(self) -> tuple[object, ...]:
        return (Result, (kept_rows(self._answer), self.query, self._graph))

    def _repr_html_(self) -> str:
        from rotgraph.render.html_table import write_html

        return "".join(write_html(self._answer, _SHOWN))

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        return tuple(self)

    def _row(self, index: int) -> Row:
        rows = self._answer.rows
        return Row(self._answer.columns, rows.cells(index), rows.evidence(index), rows.subject(index), self._graph)

    def write(self, form: str, look: Look | None = None) -> Iterator[str]:
        """The text of a format (``table json jsonl csv tsv md html ids``) in parts, rows made as they are asked for.

        Example:
            >>> list(graph.query("count episodes").write("tsv"))
            ['count\\n', '9\\n']
        """
        return write(self._answer, form, look)

    def _text(self, form: str, path: str | os.PathLike[str] | None, look: Look) -> str:
        text = render(self._answer, form, look)
        if path is not None:
            from pathlib import Path

            from rotgraph.rdf.write import write_file

            write_file(Path(path), [text])
        return text


def _brief(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_brief, value))
    if isinstance(value, Thing):
        return value.name
    return "" if value is None else single_text(value)
