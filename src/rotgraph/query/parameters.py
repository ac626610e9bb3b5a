"""In: what Python hands a query as a parameter. Out: the same as a plain value, or a list of such. Room: query."""

from __future__ import annotations

__all__ = ["plain"]

_WAYS = ("tolist", "to_list", "to_pylist", "as_py")
"""How numpy and pandas, polars, and pyarrow hand out what is in a cell or a column as Python's own."""


def plain(given: object) -> object:
    """A cell or a column of a table as Python's own value or list; anything else as it is.

    Example:
        >>> import numpy as np
        >>> plain(np.int64(3)), plain(np.array(["a", "b"])), plain("10%")
        (3, ['a', 'b'], '10%')
    """
    way = next((found for each in _WAYS if callable(found := getattr(given, each, None))), None)
    return given if way is None else way()
