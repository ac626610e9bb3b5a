"""In: nothing. Out: how our terms meet the world's, from ``alignments.toml``. Room: rdf."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from rotgraph.late import dataclass

__all__ = ["Alignments", "alignments"]


@dataclass(frozen=True)
class Alignments:
    """Ours to the world's: by class, property and unit; and the terms of the model itself with kind and meaning."""

    classes: Mapping[str, tuple[str, ...]]
    properties: Mapping[str, tuple[str, ...]]
    units: Mapping[str, tuple[str, ...]]
    structure: Mapping[str, tuple[str, str]]


@lru_cache(maxsize=1)
def alignments() -> Alignments:
    """The alignments that come with rotgraph."""
    table = tomllib.loads(Path(__file__).with_name("alignments.toml").read_text(encoding="utf-8"))
    classes, properties, units = (
        {name: tuple(terms) for name, terms in table[part].items()} for part in ("class", "property", "unit")
    )
    return Alignments(classes, properties, units, {name: (kind, said) for name, (kind, said) in table["structure"].items()})
