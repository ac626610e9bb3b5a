"""In: nothing. Out: the exceptions rotgraph raises. Room: ground.

    RotgraphError
    ├── QueryError            the query is wrong: message, span, suggestions; str() shows the caret
    ├── SchemaError           rotgraph.toml is wrong: file and line in the message
    ├── VaultError            the folder cannot be read as a vault
    │   └── UnusableError     what was compiled there cannot be used: damaged, of another version, or not there
    ├── StoreError            a triple store refused or broke
    ├── UnsupportedOperationError   this engine has no form for that operation
    └── InternalError         our own fault

Wrong data in a note is never an exception: it is a `Diagnostic`. ``OSError`` passes untouched.
"""

from __future__ import annotations

__all__ = [
    "InternalError",
    "QueryError",
    "RotgraphError",
    "SchemaError",
    "StoreError",
    "UnsupportedOperationError",
    "UnusableError",
    "VaultError",
    "limit_passed",
    "not_installed",
]


_SHOWN = 160
"""Characters of a line of a query that an error prints."""


class RotgraphError(Exception):
    """What every error of rotgraph is."""


class QueryError(RotgraphError):
    """A query that is wrong.

    ``start`` and ``end`` are code-point offsets into ``query``; -1 where it is right and asks too much. ``str()`` is the whole
    message with the caret, the help and the suggestions; ``message`` the one sentence.
    """

    def __init__(
        self,
        message: str,
        query: str,
        start: int,
        end: int,
        *,
        suggestions: tuple[str, ...] = (),
        help: str = "",  # noqa: A002 - the word that is printed
        code: str = "RG601",
    ) -> None:
        super().__init__(message)
        self.message, self.query, self.start, self.end = message, query, start, end
        self.suggestions, self.help, self.code = suggestions, help, code

    @property
    def span(self) -> tuple[int, int]:
        """``(start, end)``: where in ``query`` it went wrong, the end exclusive."""
        return self.start, self.end

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in the place of frames inside rotgraph: the message has the query and the place."""
        return str(self).split("\n")

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_query_error, (self.message, self.query, self.start, self.end, self.suggestions, self.help, self.code))

    def __str__(self) -> str:
        parts = [f"error: {self.message}", *(_shown(self.query, self.start, self.end) if self.start >= 0 else ())]
        if self.suggestions:
            quoted = [f"`{s}`" for s in self.suggestions]
            listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
            parts.append(f"  help: did you mean {listed}?")
        if self.help:
            parts.extend(f"  help: {line}" for line in self.help.split("\n"))
        return "\n".join(parts)


def _shown(query: str, start: int, end: int) -> tuple[str, str]:
    """The line of a query, and the caret under it."""
    before = query[:start]
    row = before.count("\n")
    column = len(before) - (before.rfind("\n") + 1)
    lines = query.split("\n")
    shown = "".join(c if c.isprintable() else " " if c in "\t\r" else "\ufffd" for c in lines[row]) if row < len(lines) else ""
    width = max(1, min(end, len(before) - column + len(shown)) - start)
    if len(shown) > _SHOWN:  # a window around the caret
        first = max(0, column - _SHOWN // 2)
        shown, column = (
            f"{'…' if first else ''}{shown[first : first + _SHOWN]}{'…' if first + _SHOWN < len(shown) else ''}",
            column - first + bool(first),
        )
        width = min(width, max(1, _SHOWN - column))
    return f"  | {shown}", f"  | {' ' * column}{'^' * width}"


def limit_passed(message: str, hint: str) -> QueryError:
    """The error for a query that is right and asks too much."""
    return QueryError(message, "", -1, -1, help=hint)


def _rebuild_query_error(
    message: str, query: str, start: int, end: int, suggestions: tuple[str, ...], help_: str, code: str
) -> QueryError:
    return QueryError(message, query, start, end, suggestions=suggestions, help=help_, code=code)


class SchemaError(RotgraphError):
    """``rotgraph.toml`` (or the schema it extends) is wrong."""


class VaultError(RotgraphError):
    """A path that is no vault."""


class UnusableError(VaultError):
    """A compiled graph that cannot be used: damaged, of another version, or not there. Compiling the notes makes a new one."""


class StoreError(RotgraphError):
    """A triple store that could not be reached, refused, or answered nonsense."""


class UnsupportedOperationError(RotgraphError):
    """An operation that an engine has no form for (``median`` in SPARQL 1.1).

    ``start`` and ``end`` are code-point offsets into ``query``, where it is a query's; else -1. ``message`` is the one sentence.
    """

    def __init__(self, operation: str, engine: str, hint: str = "", package: str = "") -> None:
        said = f"{operation} needs {package}, which is not installed" if package else f"{operation} has no form in {engine}"
        self.message = said + (f": {hint}" if hint else "")
        super().__init__(self.message)
        self.operation, self.engine, self.hint, self.package = operation, engine, hint, package
        self.query, self.start, self.end = "", -1, -1

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.operation, self.engine, self.hint, self.package), self.__dict__)

    def at(self, query: str, start: int, end: int) -> UnsupportedOperationError:
        """The same error, standing there.

        Example:
            >>> print(UnsupportedOperationError("`median`", "SPARQL 1.1").at("median(value) in returns", 0, 6))
            `median` has no form in SPARQL 1.1
              | median(value) in returns
              | ^^^^^^
        """
        self.query, self.start, self.end = query, start, end
        return self

    def __str__(self) -> str:
        return "\n".join((self.message, *(_shown(self.query, self.start, self.end) if self.start >= 0 else ())))


def not_installed(operation: str, package: str, extra: str) -> UnsupportedOperationError:
    """The error for what only an extra of rotgraph can do."""
    return UnsupportedOperationError(operation, "this installation", f"pip install 'rotgraph[{extra}]'", package)


class InternalError(RotgraphError):
    """A fault of rotgraph itself; please report it."""
