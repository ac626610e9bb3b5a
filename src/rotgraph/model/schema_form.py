"""In: nothing. Out: the form of a schema file, as pydantic models. Room: model.

Only `schema_file` imports it, and only when a file is read: pydantic costs 150 ms a start.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = ["ClassForm", "FieldForm", "LinksForm", "SchemaForm"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FieldForm(_Strict):
    """One field of a class."""

    kind: Literal["thing", "text", "quantity", "period", "integer", "any"] = "any"
    ranges: list[str] = []
    unit: Literal["", "percent", "point", "duration", "money", "number"] = ""
    single: bool = False
    required: bool = False
    headers: list[str] = []
    inverse: str = ""
    term: str = ""
    transitive: bool = False
    split: bool = False
    side: bool = False
    own: bool = False
    alias: bool = False
    symbol: bool = False
    names: str = ""
    past: list[str] = []
    arrow: list[str] = []
    arrow_to: str = ""
    ongoing: str = ""
    words: list[str] = []
    labels: list[str] = []
    before: list[str] = []
    verbs: list[str] = []
    from_tags: bool = False
    from_name: bool = False
    bold: bool = False
    rest: bool = False
    said: str = ""


class ClassForm(_Strict):
    """One class."""

    plural: str = ""
    parents: list[str] = ["thing"]
    fields: dict[str, FieldForm] = {}
    key: list[str] = ["name"]
    columns: list[str] = []
    merge: bool = False
    named: bool = True
    value: str = ""
    label: str = ""
    headers: list[str] = []
    loose_headers: list[str] = []
    tables: list[list[str]] = []
    tags: list[str] = []
    signs: list[str] = []
    traits: list[str] = []
    apart: list[str] = []
    folders: list[str] = []
    words: list[str] = []
    wide: list[str] = []
    metrics: list[str] = []
    matrix: list[str] = []
    labels: list[str] = []
    partial: bool = False
    beside: list[str] = []
    subjects: list[str] = []
    leads: list[str] = []
    yields: list[str] = []
    aside: bool = False
    near: bool = False
    suffix: bool = False
    term: str = ""
    said: str = ""


class LinksForm(_Strict):
    """How links resolve."""

    aliases: Literal["follow", "ignore"] = "follow"
    """Whether a hand-typed ``[[Alias]]`` finds the note that has the alias (Obsidian itself leaves it unresolved)."""
    unlinked: bool = True
    """Whether names without brackets are mentions."""
    pipe: Literal["target-first", "label-first"] = "target-first"


def _iri(base: str) -> str:
    if base and not base.startswith(("http://", "https://", "urn:")):
        raise ValueError("a base IRI begins with http://, https:// or urn:")
    if any(each in base for each in ' <>"{}|\\^`') or any(ord(each) < 0x21 for each in base):
        raise ValueError("a base IRI holds no white space, quotes or brackets")
    return base if not base or base.endswith(("/", "#", ":")) else f"{base}/"


class SchemaForm(_Strict):
    """A schema file."""

    name: str = ""
    extends: Literal["markets", ""] = "markets"
    base: Annotated[str, AfterValidator(_iri)] = ""
    classes: dict[str, ClassForm] = Field(default={}, alias="class")
    lexicon: dict[str, dict[str, list[str]] | list[str]] = {}
    broader: dict[str, str] = {}
    groups: dict[str, str] = {}
    aliases: dict[str, list[str]] = {}
    queries: dict[str, str] = {}
    links: LinksForm = LinksForm()
    pair_headers: list[str] = []
    thing_pair_headers: list[str] = []
    measure_words: list[str] = []
    ongoing: list[str] = []
    related_headings: list[str] = []
    source_headings: list[str] = []
    qualifiers: list[str] = []
    comparing: list[str] = []
    nobody: list[str] = []
    trailing: list[str] = []
    legal_forms: list[str] = []
    sums: list[str] = []
    unit_headers: list[str] = []
    citing: list[str] = []
    exchanges: list[str] = []
    listing_words: list[str] = []
    holding_words: list[str] = []
    ignore: list[str] = []
    plain: list[str] = []
    tables: dict[str, str] = {}

    def lexicon_names(self) -> dict[str, dict[str, list[str]]]:
        """Class to names to aliases."""
        return {cls: names for cls, names in self.lexicon.items() if isinstance(names, dict)}

    def plain_words(self) -> list[str]:
        listed = self.lexicon.get("plain", [])
        return [*self.plain, *(listed if isinstance(listed, list) else [])]

    def flat_settings(self) -> list[tuple[str, str]]:
        return [(f"links.{name}", str(getattr(self.links, name)).lower()) for name in sorted(self.links.model_fields_set)]
