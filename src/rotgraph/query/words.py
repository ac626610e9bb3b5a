"""In: nothing. Out: the words of the language, as data. Room: query.

Which words are reserved, which clauses there are and in which order, what people type instead: errors, completion, the formatter
and ``rotgraph fields`` read it here.
"""

from __future__ import annotations

__all__ = [
    "AGGREGATES", "CLAUSES", "EXPECTED", "NO_VALUE", "OPERATOR_WORDS", "OTHER_FUNCTIONS", "OTHER_OPERATORS", "OTHER_WORDS",
    "RESERVED", "SPOKEN_OPERATORS", "SYMBOLS", "WORD_OF", "reserved_words",
]  # fmt: skip

RESERVED: tuple[str, ...] = ("and", "or", "not", "where", "per", "show", "pivot", "sort", "limit", "offset", "as of")
"""Words that are never a name without quotes."""

CLAUSES: tuple[str, ...] = ("where", "per", "show", "pivot", "sort", "limit", "offset", "as of")
"""In the order in which they stand; ``where`` may follow ``per`` again."""

AGGREGATES: tuple[str, ...] = ("count", "sum", "avg", "min", "max", "median", "stddev", "list", "first", "last")

SYMBOLS: tuple[str, ...] = ("=", "!=", "<", "<=", ">", ">=")
OPERATOR_WORDS: tuple[str, ...] = (
    "contains", "before", "after", "during", "overlaps", "within", "like", "matches", "starts with", "ends with",
)  # fmt: skip

OTHER_OPERATORS: dict[str, str] = {
    "==": "=", "===": "=", "=>": ">=", "=<": "<=", "≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "!==": "!=", "~=": "possibly =",
    "≈": "possibly =", "!": "!=", ":": "=", ":=": "=", "contain": "contains", "includes": "contains", "include": "contains",
    "including": "contains",
    "containing": "contains", "has": "contains", "have": "contains", "with": "contains", "equals": "=", "equal": "=", "eq": "=",
    "ne": "!=", "gt": ">", "ge": ">=", "gte": ">=", "lt": "<", "le": "<=", "lte": "<=", "above": ">", "over": ">",
    "exceeds": ">", "greater": ">", "more": ">", "below": "<", "under": "<", "less": "<", "are": "is", "was": "is", "were": "is",
    "be": "is", "isn't": "is not", "isnt": "is not", "aren't": "is not", "exists": "is known", "known": "is known",
    "missing": "is unknown", "unknown": "is unknown", "empty": "is unknown", "blank": "is unknown",
    "=!": "!=", "since": "after", "until": "before", "till": "before", "on": "during", "at": "during", "startswith": "starts with",
    "begins": "starts with", "endswith": "ends with", "regex": "matches", "match": "matches", "ilike": "like",
    "overlap": "overlaps", "inside": "within",
}  # fmt: skip
"""What people write for an operator in other languages, and how it is written here."""

SPOKEN_OPERATORS: dict[str, str] = {
    "greater than or equal to": ">=", "more than or equal to": ">=", "less than or equal to": "<=", "greater than": ">",
    "more than": ">", "larger than": ">", "bigger than": ">", "higher than": ">", "no more than": "<=", "not more than": "<=",
    "no less than": ">=", "not less than": ">=", "less than": "<", "lower than": "<", "smaller than": "<", "fewer than": "<",
    "at least": ">=", "at most": "<=", "up to": "<=", "equal to": "=", "above": ">", "over": ">", "below": "<", "under": "<",
    "later than": "after", "earlier than": "before", "before": "before", "after": "after", "since": "after", "until": "before",
    "during": "during", "within": "during", "overlapping": "overlaps", "in": "during", "on": "during",
}  # fmt: skip
"""How operators are spoken, alone or after ``is``; the longer ones first."""

OTHER_WORDS: dict[str, str] = {
    "order": "sort by", "orderby": "sort by", "sorted": "sort by", "group": "per", "grouped": "per", "having": "where",
    "by": "per", "select": "show", "return": "show", "returning": "show", "display": "show", "columns": "show",
    "filter": "where", "when": "where", "whose": "where", "that": "where", "which": "where", "if": "where", "skip": "offset",
    "take": "limit", "first": "limit", "asof": "as of", "until": "as of", "descending": "desc",
    "ascending": "asc", "&&": "and", "||": "or", "&": "and", "|": "or",
}  # fmt: skip
"""What people write for a clause in other languages."""

OTHER_FUNCTIONS: dict[str, str] = {
    "mean": "avg", "average": "avg", "total": "sum", "minimum": "min", "least": "min", "lowest": "min", "maximum": "max",
    "most": "max", "highest": "max", "largest": "max", "std": "stddev", "stdev": "stddev", "sd": "stddev", "number": "count",
    "len": "count", "length": "count", "size": "count", "cardinality": "count", "collect": "list", "array_agg": "list",
    "group_concat": "list", "string_agg": "list", "values": "list", "unique": "list", "distinct": "list", "any_value": "first",
}  # fmt: skip
"""What people write for an aggregate in other languages."""

NO_VALUE = frozenset({"null", "none", "nil", "nan", "empty", "blank", "missing", "nothing", "undefined", "absent", "n/a"})
"""What people write for a value that is not there."""

WORD_OF: dict[str, str] = {
    "_WHERE": "where", "_PER": "per", "_SHOW": "show", "_PIVOT": "pivot", "_SORT": "sort by", "_LIMIT": "limit",
    "_OFFSET": "offset", "_AS_OF": "as of", "_AND": "and", "_OR": "or", "NOT": "not", "_BY": "by", "_AS": "as", "_TO": "to",
    "_WITHIN": "within", "_VIA": "via", "_NULLS": "nulls", "IS": "is", "_IN_LIST": "in", "_IN_CLASS": "in", "EXPLAIN": "explain",
    "_COUNT": "count", "COUNT": "count", "_TOP": "top", "_PATH_FROM": "path from", "POSSIBLY": "possibly", "THIS": "this",
    "_LPAR": "(", "_RPAR": ")", "_LSQB": "[", "_RSQB": "]", "_COMMA": ",", "_DOT": ".", "_RANGE": "..", "STAR": "*",
    "_INNER_TOP": "top", "_INNER_COUNT": "count", "THIS_VALUE": "this",
}  # fmt: skip
"""The tokens that are always written one way."""

EXPECTED: tuple[tuple[str, frozenset[str]], ...] = (
    ("a whole number", frozenset({"INT"})),
    ("a value", frozenset({"BARE"})),
    ("a thing", frozenset({"END_BARE"})),
    ("an operator such as =, <, `contains` or `is`", frozenset({"SYMBOL"})),
    ("`first` or `last`", frozenset({"NULLS_PLACE"})),
    ("`asc` or `desc`", frozenset({"DIRECTION"})),
)
"""How kinds of tokens are called in errors; names are called by their place."""


def reserved_words() -> tuple[str, ...]:
    """The words that need quotes or ``[[ ]]`` as a name, everywhere.

    Example:
        >>> reserved_words()[:3]
        ('and', 'or', 'not')
    """
    return RESERVED
