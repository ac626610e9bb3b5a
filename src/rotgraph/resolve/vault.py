"""In: all `NoteFacts`, the schema, the attachments. Out: `Facts`, and what is wrong between the notes. Room: resolve.

The one waiting room of the walk: names become things, classes are settled, descriptions of one thing become one, evidence gets
lines and columns. Notes are taken in natural order of their paths, so the order of the files changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from rotgraph.diagnostics import Checked
from rotgraph.extract.headers import plural_of
from rotgraph.late import replace
from rotgraph.model.draft import NoteFacts
from rotgraph.model.facts import Facts
from rotgraph.model.schema import ClassDef, Field, Schema, fold
from rotgraph.model.value import Kind, Period
from rotgraph.resolve.columns import NodeRow, Table
from rotgraph.resolve.describe import Describer
from rotgraph.resolve.diagnose import diagnose
from rotgraph.resolve.hierarchy import hierarchy
from rotgraph.resolve.links import LinkIndex
from rotgraph.resolve.mentions import Mentions
from rotgraph.resolve.naming import Naming
from rotgraph.resolve.records import Place, Record, Statement, Value
from rotgraph.resolve.subjects import Subjects
from rotgraph.resolve.symbols import symbols
from rotgraph.resolve.typed import rows_apart, typed_classes, with_types
from rotgraph.source import natural_key

__all__ = ["resolve"]

_KINDS = {Kind.THING: "thing", Kind.TEXT: "text", Kind.QUANTITY: "quantity", Kind.PERIOD: "period", Kind.INTEGER: "integer"}


def resolve(found: Iterable[NoteFacts], schema: Schema, attachments: Sequence[str] = ()) -> Checked[Facts]:
    """Turn what the notes say into facts about things.

    Drafts are let go as soon as they are described: if nobody else holds ``found``, the two never lie in memory together.

    Diagnostics: RG201 to RG208 (links), RG411 (records nothing describes), RG501 to RG503 (contradictions, cycles).
    """
    notes = sorted(found, key=lambda note: natural_key(note.path))
    settings = dict(schema.settings)
    typed = typed_classes(schema, notes)
    schema, notes = with_types(schema, typed), rows_apart(notes, typed)
    index = LinkIndex(notes, attachments, aliases=settings.get("links.aliases", "follow") == "follow")
    naming = Naming(schema, notes, index)
    _in_full(naming, notes)
    subjects = Subjects(schema, notes, naming)
    mentions = _mentions(naming, unlinked=settings.get("links.unlinked", "true") == "true")
    describer = Describer(schema, notes, naming, subjects, mentions)
    for number, note in enumerate(notes):
        describer.note(number, note)
        notes[number] = msgspec.structs.replace(note, drafts=(), sources=())
    describer.finish()
    describer.things.extend(symbols(schema, naming.registry, describer.things))
    gone = describer.records.fold_partial()
    prose = _prose(describer, notes)
    broader, cycles = hierarchy(schema, naming.registry, _above(schema, describer))
    full = _discovered(schema, describer, gone)
    facts = _facts(full, notes, naming, describer, gone, prose, broader)
    return Checked(facts, diagnose(notes, index, naming, describer, gone, cycles))


def _in_full(naming: Naming, notes: Sequence[NoteFacts]) -> None:
    """A thing that cells call by an alias keeps the lexicon's name where some text writes that."""
    registry = naming.registry
    short = [
        (thing.entry.name, number)
        for number, thing in enumerate(registry.things)
        if thing.entry is not None and fold(thing.entry.name) not in registry.plain and registry.label(number) != thing.entry.name
    ]
    if not short:
        return
    mentions = Mentions(short)
    for note in notes:
        for run in note.prose:
            for number, start, end in mentions.find(run.text):
                registry.spelled(number, run.text[start:end])


def _mentions(naming: Naming, *, unlinked: bool) -> Mentions:
    if not unlinked:
        return Mentions(())
    registry = naming.registry
    for name in list(registry.lexicon_spellings()):
        registry.known(name)
    return Mentions(registry.spellings())


def _above(schema: Schema, describer: Describer) -> list[tuple[int, int]]:
    """What the notes say stands below what."""
    upward = {each.name for definition in schema.classes for each in definition.fields if each.transitive}
    return [
        (thing, each.value)
        for thing, each in describer.things
        if each.property in upward and isinstance(each.value, int) and each.kind is Kind.THING
    ]


def _prose(describer: Describer, notes: Sequence[NoteFacts]) -> list[tuple[int, Statement]]:
    """Things that each note names in its text, linked or not."""
    found: list[tuple[int, Statement]] = []
    for number, note in enumerate(notes):
        seen: set[int] = set()
        record = describer.note_records[number]
        for each in record.statements:
            if each.property == "links" and isinstance(each.value, int):
                found.append((record.node, Statement("mentions", Kind.THING, each.value, each.place)))
                seen.add(each.value)
        for run in note.prose:
            place = Place(number, run.start, run.start + len(run.text.encode()), run.section)
            for thing, _, _ in describer.find(run.text, place):
                if thing not in seen and thing != describer.registry.of_note[number]:
                    seen.add(thing)
                    found.append((record.node, Statement("mentions", Kind.THING, thing, place)))
    for record in describer.records.all:
        if record.cls == "note":
            continue
        home = describer.note_records[record.place.note]
        named = [each for each in record.statements if each.property == "mentions"]
        found.extend((home.node, Statement("mentions", Kind.THING, each.value, each.place)) for each in named)
    return found


def _discovered(schema: Schema, describer: Describer, gone: dict[int, Record]) -> Schema:
    """The schema with the classes and fields that only the tables showed."""
    kinds: dict[str, dict[str, dict[str, int]]] = {}
    names = {definition.name for definition in schema.classes}
    for record in describer.records.all:
        if record.number not in gone:
            _count(kinds.setdefault(record.cls, {}), record.statements)
    for thing, statement in describer.things:
        for cls in describer.registry.direct(thing):
            _count(kinds.setdefault(cls, {}), (statement,))
    classes: list[ClassDef] = []
    for definition in schema.classes:
        known = schema.fields(definition.name)
        fresh = tuple(_field(name, counts) for name, counts in sorted(kinds.get(definition.name, {}).items()) if name not in known)
        columns = definition.columns if definition.declared else ("name", *(each.name for each in fresh))[:6]
        classes.append(replace(definition, fields=(*definition.fields, *fresh), columns=columns) if fresh else definition)
    inherited = schema.fields("record")
    for cls in sorted(kinds.keys() - names):
        fields = tuple(_field(name, counts) for name, counts in kinds[cls].items() if name not in inherited)
        columns = ("name", *(field.name for field in fields if field.name != cls and field.name != "missing"))[:6]
        term = "".join(part[:1].upper() + part[1:] for part in cls.split("_"))
        rows = ClassDef(cls, plural_of(cls), ("record",), fields, columns=columns, named=False, term=term, declared=False)
        classes.append(replace(rows, said="rows of tables"))
    return replace(schema, classes=tuple(classes))


def _count(fields: dict[str, dict[str, int]], statements: Sequence[Statement]) -> None:
    for each in statements:
        if each.property != "missing":
            counts = fields.setdefault(each.property, {})
            kind = _KINDS[each.kind]
            counts[kind] = counts.get(kind, 0) + 1


def _field(name: str, counts: dict[str, int]) -> Field:
    kind = next(iter(counts)) if len(counts) == 1 else "any"
    words = name.split("_")
    return Field(
        name, kind, term=words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:]), declared=False,
        display=name.replace("_", " "),
    )  # fmt: skip


def _facts(
    schema: Schema, notes: Sequence[NoteFacts], naming: Naming, describer: Describer, gone: dict[int, Record],
    prose: list[tuple[int, Statement]], broader: list[tuple[int, int]],
) -> Facts:  # fmt: skip
    table = Table(schema, notes)
    registry = naming.registry
    used = _used(describer, gone, prose, broader)
    node_of: dict[Value, int] = {}
    own = {record.thing: record for record in describer.records.all if record.thing >= 0 and record.number not in gone}
    for number, thing in enumerate(registry.things):
        if number not in used and thing.note < 0 and not thing.spellings:
            continue
        node_of[number] = len(table.nodes)
        record = own.get(number)
        place = Place(*thing.first) if thing.first is not None else None
        if record is not None and thing.note < 0:
            place = record.place
        aliases = registry.aliases(number)
        classes = registry.direct(number)
        for extra in _record_classes(describer, number, gone):
            classes = tuple(each for each in (*classes, extra) if each != "thing") if extra not in classes else classes
        table.nodes.append(NodeRow(thing.key, describer.label(number), classes, aliases, place, record.source if record else ""))
    labels = _labels(schema, describer, gone)
    for record in describer.records.all:
        if record.number in gone or record.thing >= 0:
            continue
        node_of[~record.number] = len(table.nodes)
        table.nodes.append(NodeRow(record.key, labels[record.number], (record.cls,), (), record.place, record.source))
    for old, record in gone.items():
        node_of[~old] = node_of[record.node]
    _write(table, describer, gone, prose, broader, node_of)
    note_nodes = [node_of[describer.note_records[number].node] for number in range(len(notes))]
    stated = {
        (number, section): describer.stated(number, section)
        for number, note in enumerate(notes)
        for section in range(-1, len(note.sections))
    }
    return table.facts(note_nodes, stated)


def _used(
    describer: Describer, gone: dict[int, Record], prose: list[tuple[int, Statement]], broader: list[tuple[int, int]]
) -> set[int]:
    """Things that some fact speaks of; the lexicon's others stay out of the graph."""
    used = {thing for thing, _ in describer.things} | {record.thing for record in describer.records.all if record.thing >= 0}
    for record in describer.records.all:
        if record.number not in gone:
            used.update(s.value for s in record.statements if s.kind is Kind.THING and isinstance(s.value, int) and s.value >= 0)
    used.update(s.value for _, s in prose if isinstance(s.value, int))
    used.update(s.value for _, s in describer.things if s.kind is Kind.THING and isinstance(s.value, int))
    above = dict(broader)
    for thing in list(used):
        while thing in above and above[thing] not in used:
            thing = above[thing]
            used.add(thing)
    return used


def _record_classes(describer: Describer, thing: int, gone: dict[int, Record]) -> list[str]:
    return [record.cls for record in describer.thing_records.get(thing, ()) if record.number not in gone]


def _write(
    table: Table, describer: Describer, gone: dict[int, Record], prose: list[tuple[int, Statement]],
    broader: list[tuple[int, int]], node_of: Mapping[Value, int],
) -> None:  # fmt: skip
    for record in describer.records.all:
        if record.number not in gone:
            table.take(node_of[record.node], record.statements, node_of)
    for thing, each in describer.things:
        table.take(node_of[thing], (each,), node_of)
    for source, each in prose:
        table.take(node_of[source], (each,), node_of)
    registry = describer.registry
    for below, above in broader:
        if below in node_of and above in node_of:
            first = registry.things[below].first
            place = Place(*first) if first is not None else Place(0, 0, 0, -1)
            table.take(node_of[below], (Statement("broader", Kind.THING, above, place),), node_of)


def _labels(schema: Schema, describer: Describer, gone: dict[int, Record]) -> dict[int, str]:
    """The label of every record: its class's template, its name, or what its key fields hold."""
    labels: dict[int, str] = {}
    for record in describer.records.all:
        if record.number not in gone:
            definition = schema.by_name.get(record.cls)
            labels[record.number] = _label(definition, record, describer)
    return labels


def _label(definition: ClassDef | None, record: Record, describer: Describer) -> str:
    first = {each.property: each.value for each in reversed(record.statements)}

    def shown(name: str) -> str:
        value = first.get(name) if name != "name" else record.name
        if isinstance(value, int) and any(s.property == name and s.kind is Kind.THING for s in record.statements):
            if value >= 0:
                return describer.label(value)
            return _label(describer.schema.by_name.get(describer.records.all[~value].cls), describer.records.all[~value], describer)
        if isinstance(value, Period):
            return value.text
        return "" if value is None else str(value)

    if definition is not None and definition.label:
        fields = {name: shown(name) for name in (*definition.key, "name")}
        if all(fields[name] for name in definition.key if f"{{{name}}}" in definition.label):
            return definition.label.format(**fields)
    if record.name:
        return record.name
    parts = [text for name in (definition.key if definition else ()) if (text := shown(name))]
    joined = " · ".join(parts) or record.cls.replace("_", " ")
    return joined if len(joined) <= 120 else f"{joined[:117]}…"
