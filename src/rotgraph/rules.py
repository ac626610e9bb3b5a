"""In: nothing. Out: the registry of diagnostic rules. Room: ground.

One code, one rule, one page (``rules/<code>.md`` in the package) whose example a test runs. A code is never reused.
RG1xx syntax, RG2xx links, RG3xx values, RG4xx tables, RG5xx schema and contradictions, RG6xx queries.
"""

from __future__ import annotations

from enum import Enum

from rotgraph.late import dataclass

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
        Rule("RG101", "front-matter-syntax", _W, "front matter is not YAML where it stands; the other keys are read"),
        Rule("RG102", "duplicate-key", _W, "a key of the front matter stands twice"),
        Rule("RG103", "template", _W, "front matter holds a template that was never filled in"),
        Rule("RG104", "front-matter-limit", _W, "front matter is too deep, too large, or its aliases expand beyond all measure"),
        Rule("RG105", "front-matter-unclosed", _W, "front matter is opened and never closed"),
        Rule("RG106", "second-front-matter", _W, "a second block of front matter follows the first"),
        Rule("RG107", "front-matter-without-keys", _W, "front matter is no list of keys"),
        Rule("RG110", "not-utf8", _W, "a note is not encoded in UTF-8"),
        Rule("RG111", "binary", _W, "a file named .md is no text"),
        Rule("RG112", "too-large", _W, "a note is larger than the limit"),
        Rule("RG113", "unreadable", _W, "a file or folder cannot be read"),
        Rule("RG114", "not-a-file", _W, "a name ending in .md is a pipe, a device or a folder"),
        Rule("RG115", "symlink-outside", _W, "a symbolic link leads out of the vault, nowhere, or in a circle"),
        Rule("RG116", "merge-conflict", _W, "a merge conflict was never settled"),
        Rule("RG117", "lfs-pointer", _W, "a file is a pointer to content that was not fetched"),
        Rule("RG118", "sync-duplicate", _W, "a copy that a synchronisation left behind"),
        Rule("RG119", "control-character", _W, "a control character in the text"),
        Rule("RG120", "invisible-character", _W, "an invisible character in a link"),
        Rule("RG121", "nested-link", _W, "brackets open around another link"),
        Rule("RG122", "empty-link", _W, "a link that names nothing"),
        Rule("RG123", "escaped-pipe", _N, "a pipe is escaped in a link outside a table"),
        Rule("RG124", "unclosed-code", _W, "a block of code is never closed"),
        Rule("RG125", "broken-link", _W, "double brackets are not closed on their line"),
        Rule("RG126", "duplicate-block-id", _W, "a block id stands twice in a note"),
        Rule("RG127", "unclosed-comment", _W, "a comment is never closed"),
        Rule("RG128", "half-character", _W, "half of a character: a surrogate without the other of its pair"),
        # RG2xx: links and names
        Rule("RG201", "unresolved-link", _W, "a link to a note that does not exist"),
        Rule("RG202", "ambiguous-link", _W, "a link that several notes answer to"),
        Rule("RG203", "ambiguous-alias", _W, "an alias that several notes claim"),
        Rule("RG204", "missing-heading", _W, "a link to a heading or block that its note does not have"),
        Rule("RG205", "alias-is-title", _N, "an alias that is another note's title"),
        Rule("RG206", "name-collision", _W, "two notes whose paths differ only by case or by the form of their accents"),
        Rule("RG207", "missing-attachment", _W, "an embed of a file that is not in the vault"),
        Rule("RG208", "alias-link", _N, "a link that only an alias answers"),
        Rule("RG209", "embed-cycle", _W, "a note that embeds itself, or notes that embed each other"),
        # RG3xx: values
        Rule("RG301", "ambiguous-quantity", _W, "a quantity can be read in several ways"),
        Rule("RG302", "ambiguous-separator", _W, "the separators of a number may part thousands or decimals"),
        Rule("RG303", "ambiguous-date", _W, "a date or period can be read in several ways"),
        Rule("RG304", "impossible-date", _W, "a date that no calendar has"),
        Rule("RG305", "missing-year", _N, "a date names no year, and nothing near it does"),
        Rule("RG310", "link-in-amount", _W, "a link inside an amount, made by an automatic linker"),
        # RG4xx: tables
        Rule("RG401", "pipe-in-cell", _W, "an unescaped pipe inside a link, code or a formula of a table"),
        Rule("RG402", "long-row", _W, "a row with more cells than its header"),
        Rule("RG403", "misfit-delimiter", _W, "a delimiter row that does not fit its header"),
        Rule("RG404", "glued-line", _W, "a line glued under a table"),
        Rule("RG405", "no-table", _W, "lines that look like a table and are none"),
        Rule("RG410", "link-in-header", _N, "a link in the header of a table names a column, not a thing"),
        Rule("RG411", "unknown-record", _W, "a cell or a header names a record that no table describes"),
        # RG5xx: schema and contradictions
        Rule("RG501", "contradiction", _W, "two places say different things of one field"),
        Rule("RG502", "class-contradiction", _N, "a thing stands in a column of another class than its own note says"),
        Rule("RG503", "hierarchy-cycle", _W, "a hierarchy leads back to where it began"),
        Rule("RG504", "missing-field", _W, "a record lacks a field that its class requires"),
        Rule("RG505", "wrong-kind", _W, "a value is of another kind than its field declares"),
        # RG6xx: queries
        Rule("RG601", "query-syntax", _E, "the query cannot be read"),
        Rule("RG602", "unknown-name", _E, "a class, field, thing or operator of the query does not exist"),
        Rule("RG603", "kind-clash", _E, "two kinds of value that cannot be compared meet in a query"),
        Rule("RG604", "ambiguous-name", _E, "a name in a query means several things"),
        Rule("RG605", "query-parameter", _E, "a parameter of a query is missing, superfluous or of the wrong kind"),
        Rule("RG606", "misplaced-column", _E, "a column, a count or a condition has no place where it stands in a query"),
    )
}
