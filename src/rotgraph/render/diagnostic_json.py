"""In: diagnostics. Out: JSON and SARIF for machines. Room: render.

Source: SARIF 2.1.0 (OASIS), columns in code points.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.rules import RULES, Severity

__all__ = ["diagnostics_json", "diagnostics_sarif"]

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def diagnostics_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of objects with the fields of `Diagnostic`; lines and columns from 1, ends exclusive."""
    return _dump([_object(each) for each in diagnostics])


def _object(each: Diagnostic) -> dict[str, Any]:
    return {
        "path": each.path,
        "line": each.line,
        "column": each.column,
        "end_line": each.end_line,
        "end_column": each.end_column,
        "code": each.code,
        "name": each.rule.name,
        "severity": each.severity.value,
        "message": each.message,
        "hint": each.hint,
        "labels": [{"path": label.path, "line": label.line, "column": label.column, "text": label.text} for label in each.labels],
    }


def diagnostics_sarif(diagnostics: Iterable[Diagnostic], version: str) -> str:
    """A SARIF log of one run; ``version`` is that of rotgraph."""
    found = tuple(diagnostics)
    codes = sorted({each.code for each in found})
    driver = {"name": "rotgraph", "version": version, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes.index(each.code)) for each in found],
    }
    return _dump({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(each: Diagnostic, index: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": each.code,
        "ruleIndex": index,
        "level": _LEVELS[each.severity],
        "message": {"text": f"{each.message} ({each.hint})" if each.hint else each.message},
        "locations": [
            _location(
                each.path,
                {
                    "startLine": max(1, each.line),
                    "startColumn": max(1, each.column),
                    "endLine": max(1, each.end_line),
                    "endColumn": max(1, each.end_column),
                },
            )
        ],
    }
    if each.labels:
        made["relatedLocations"] = [_related(label) for label in each.labels]
    return made


def _related(label: Label) -> dict[str, Any]:
    place = _location(label.path, {"startLine": max(1, label.line), "startColumn": max(1, label.column)})
    return {**place, "message": {"text": label.text}}


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    uri = quote(path.encode("utf-8", "surrogateescape"))
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace").decode() + "\n"
