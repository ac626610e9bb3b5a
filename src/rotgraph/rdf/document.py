"""In: subjects with their predicates and objects. Out: a Turtle document in the habits of the house. Room: rdf.

For the small files beside the data (ontology, shapes, description); the data itself has its own writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rotgraph.rdf.iri import NAMESPACES, natural
from rotgraph.rdf.terms import quote
from rotgraph.rdf.turtle import header

__all__ = ["Document", "text_term"]

_NAME = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(?!/)")


def text_term(text: str) -> str:
    """A text as an object."""
    return quote(text)


class Document:
    """Sections of subjects; terms are given as Turtle writes them (``rg:Episode``, ``<…>``, a quoted literal, a number)."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._sections: dict[str, dict[str, dict[str, list[str]]]] = {}

    def say(self, section: str, subject: str, predicate: str, *objects: str) -> None:
        """Add statements; nothing is said without an object."""
        if objects:
            said = self._sections.setdefault(section, {}).setdefault(subject, {}).setdefault(predicate, [])
            said.extend(each for each in objects if each not in said)

    def text(self, about: Iterable[str] = ()) -> str:
        """The document, under comment lines."""
        used: set[str] = set()
        parts: list[str] = []
        for section, subjects in self._sections.items():
            parts.append(f"\n### {section}\n")
            for subject in sorted(subjects, key=natural):
                parts.append(f"\n{subject}\n")
                for predicate, objects in subjects[subject].items():
                    listed = objects[0] if len(objects) == 1 else "\n        " + " ,\n        ".join(objects)
                    parts.append(f"    {predicate} {listed} ;\n".replace(" \n", "\n"))
                    for term in (subject, predicate, *objects):
                        used.update(_prefixes(term))
                parts.append("    .\n")
        comment = "".join(f"# {line}\n" for line in about)
        return f"{comment}{header(used, self._base)}{''.join(parts)}"


def _prefixes(term: str) -> Iterable[str]:
    if term.startswith("<"):
        return ()
    if term.startswith('"'):
        term = term.rpartition("^^")[2] if "^^" in term and not term.endswith('"') else ""
    found = _NAME.match(term)
    return (found[1],) if found and (found[1] in NAMESPACES or found[1] == "value") else ()
