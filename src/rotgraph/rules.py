"""In: nothing. Out: the registry of diagnostic rules. Room: ground.

One code, one rule, one page (``rules/<code>.md`` in the package) whose example a test runs. A code is never reused.
RG1xx syntax, RG2xx links, RG3xx values, RG4xx tables, RG5xx schema and contradictions, RG6xx queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["RULES", "Rule", "Severity"]


class Severity(Enum):
    """How bad it is: an error fails ``rotgraph check``, a warning only under ``--strict``, a note never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one diagnostic code stands for."""

    code: str
    name: str
    severity: Severity
    summary: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        # RG1xx: the text of a note
        # RG2xx: links and names
        # RG3xx: values
        # RG4xx: tables
        # RG5xx: schema and contradictions
        # RG6xx: queries
        Rule("RG601", "query-syntax", _E, "the query cannot be read"),
        Rule("RG602", "unknown-name", _E, "a class, field, thing or operator of the query does not exist"),
        Rule("RG603", "kind-clash", _E, "two kinds of value that cannot be compared meet in a query"),
    )
}
