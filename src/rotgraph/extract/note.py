"""In: one `Document` and the schema. Out: `NoteFacts`, names still as written. Room: extract.

A pure function of one note: cached by content, run in parallel. What only all notes together can tell (which thing a name
means, what a row is about) is left open in the drafts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np

from rotgraph.diagnostics import Checked
from rotgraph.extract.front import read_metadata
from rotgraph.extract.lines import label_of
from rotgraph.extract.prose import ProseReader
from rotgraph.extract.read_columns import read_columns, read_pictures
from rotgraph.extract.read_grid import read_cases, read_metrics, read_observations, read_pairs
from rotgraph.extract.read_rows import read_rows
from rotgraph.extract.read_series import read_series
from rotgraph.extract.read_wide import read_wide
from rotgraph.extract.rest import keep_rest
from rotgraph.extract.scribe import Scribe, is_amount
from rotgraph.extract.sections import folders_of, leading_period, name_from, stated_in
from rotgraph.extract.sheet import Orientation, Recognised, Sheet, recognise
from rotgraph.model.described import pack_matrix
from rotgraph.model.draft import Draft, DraftFact, NoteFacts, NoteLink, SectionFacts
from rotgraph.model.schema import Schema, fold
from rotgraph.model.value import Period, Precision
from rotgraph.notes.document import Block, Document, Paragraph, Table
from rotgraph.source import Source
from rotgraph.values.footnotes import unmarked

__all__ = ["extract", "recognise_tables"]

_LINE_FEED = 10
_MOST_SIGNS = 3
"""Values of one field that may say what one note is about: a firm is listed in a few places."""
_FIRST_OF_MORE = -64
"""0xC0 as a signed byte: what lies below begins no character in UTF-8, ASCII lies above."""


def extract(document: Document, source: Source, schema: Schema) -> Checked[NoteFacts]:
    """Everything one note says.

    Shape: one draft per record and thing described, in the order of the note; the note itself first.
    Diagnostics: RG301 to RG305 (values), RG310 (a link inside an amount), RG410 (a link in a header).
    """
    scribe = Scribe(document, source, schema)
    prose = ProseReader(scribe)
    metadata = read_metadata(scribe)
    for number, (at, table) in enumerate(_tables(document)):
        _read_table(scribe, _sheet(scribe, document.blocks, at, table, number))
    for at, block in enumerate(document.blocks):
        if isinstance(block, Table):
            _relate_cells(prose, block)
        else:
            prose.read(document.blocks, at)
    _headers(scribe, document)
    updated = metadata.updated or prose.updated
    created = metadata.created or prose.created
    links = _links(scribe, document)
    classes = _handed_on(_told(metadata.classes, scribe) or _by_fields(scribe), scribe, metadata.own_name)
    drafts = scribe.drafts
    drafts[0] = msgspec.structs.replace(drafts[0], facts=(*_note_facts(document, links, updated, created), *scribe.missing))
    return Checked(
        NoteFacts(
            path=document.path,
            title=document.title,
            own_name=metadata.own_name,
            aliases=tuple(metadata.aliases),
            alias_places=tuple(metadata.aliases.values()),
            classes=classes,
            drafts=tuple(drafts),
            sources=_written(source, drafts),
            sections=tuple(_dated(scribe.sections, prose.dated)),
            links=tuple(links),
            prose=tuple(scribe.prose),
            headings=tuple(heading.inline.plain for heading in document.headings),
            block_ids=document.block_ids,
            stated=updated or created or _day_of(document.title),
            line_starts=_line_starts(source.data),
            wide=_continuations(source.data),
            rows=scribe.rows,
        ),
        tuple(scribe.diagnostics),
    )


def recognise_tables(document: Document, source: Source, schema: Schema) -> tuple[tuple[Sheet, Recognised], ...]:
    """How each table of a note is read, and why."""
    scribe = Scribe(document, source, schema)
    sheets = [_sheet(scribe, document.blocks, at, table, number) for number, (at, table) in enumerate(_tables(document))]
    return tuple((sheet, recognise(scribe, sheet)) for sheet in sheets)


def _day_of(title: str) -> Period | None:
    """The day that a note of a journal is called by, alone or with words: ``2026-05-12 - Weekly brief``."""
    found = stated_in(title)
    return found if found is not None and found.precision is Precision.DAY else None


def _told(classes: tuple[tuple[str, str], ...], scribe: Scribe) -> tuple[tuple[str, str], ...]:
    """Rows say the class of a note's thing where nothing but its folder does."""
    if any(not reason.startswith("folder") for _, reason in classes):
        return classes
    return (*classes, *scribe.traits.items())


def _handed_on(classes: tuple[tuple[str, str], ...], scribe: Scribe, own_name: str) -> tuple[tuple[str, str], ...]:
    """What says the class of a note says it of the thing of its folder, where the first heading names that: ``# NVDA — Income``."""
    head = scribe.sections[0] if scribe.sections else None
    if not classes or head is None or head.own is None or head.own.target or fold(head.own.text) == fold(own_name):
        return classes
    if fold(head.own.text) not in folders_of(scribe.document.path):
        return classes
    scribe.sections[0] = msgspec.structs.replace(head, cls=classes[0][0])
    return ()


def _tables(document: Document) -> list[tuple[int, Table]]:
    return [(at, block) for at, block in enumerate(document.blocks) if isinstance(block, Table)]


def _headed(table: Table) -> Table:
    """A table whose header is empty over a first row in bold: that is its header, which the editor could not write as one."""
    if not table.rows or any(cell.plain or cell.links for cell in table.header.cells):
        return table
    written = [cell for cell in table.rows[0].cells if cell.plain]
    if len(table.rows) < 2 or len(written) < 2 or any(cell.strong[:1] != ((0, len(cell.plain)),) for cell in written):
        return table
    return msgspec.structs.replace(table, header=table.rows[0], rows=table.rows[1:])


def _sheet(scribe: Scribe, blocks: Sequence[Block], at: int, table: Table, number: int) -> Sheet:
    table = _headed(table)
    headers = tuple([unmarked(" ".join(cell.plain.split())) for cell in table.header.cells])
    heading = scribe.sections[table.section].text if table.section >= 0 else ""
    folded = tuple([fold(header).strip(" :") for header in headers])
    around = tuple(scribe.sections[each].text for each in scribe.heading_chain(table.section)[1:])
    caption = _caption(blocks, at, table.section)
    return Sheet(table, number, headers, folded, caption, heading, (*around, scribe.document.title))


def _caption(blocks: Sequence[Block], at: int, section: int) -> str:
    """The paragraph right above a table, where it introduces it: a bold line, or one that ends with a colon."""
    before = blocks[at - 1] if at else None
    if not isinstance(before, Paragraph) or before.section != section or len(before.inline.plain) > 160:
        return ""
    text = before.inline.plain
    lead = label_of(before.inline)
    if (lead and not text[lead[1] :].strip()) or text.rstrip().endswith(":") or before.inline.strong[:1] == ((0, len(text)),):
        return text.strip().rstrip(":")
    return ""


def _read_table(scribe: Scribe, sheet: Sheet) -> None:
    first = len(scribe.drafts)
    scribe.rows += len(sheet.rows)
    _read_rows_of(scribe, sheet)
    keep_rest(scribe, sheet, first)


def _read_rows_of(scribe: Scribe, sheet: Sheet) -> None:
    found = recognise(scribe, sheet)
    kind = found.orientation
    observation = scribe.lookup.observation
    if kind is Orientation.PICTURES:
        read_pictures(scribe, sheet)
    elif kind is Orientation.COLUMNS:
        read_columns(scribe, sheet, found)
    elif kind is Orientation.CASES and found.cls is not None:
        read_cases(scribe, sheet, found.cls)
    elif kind is Orientation.WIDE:
        read_wide(scribe, sheet, found)
    elif kind is Orientation.METRICS:
        read_metrics(scribe, sheet)
    elif kind is Orientation.PAIRS and found.cls is not None:
        read_pairs(scribe, sheet, found)
    elif kind is Orientation.OBSERVATIONS and observation is not None:
        read_observations(scribe, sheet, observation)
    else:
        read_rows(scribe, sheet, found)
        if found.cls is None:
            read_series(scribe, sheet)


def _relate_cells(prose: ProseReader, table: Table) -> None:
    if not prose.verbs:
        return
    for row in table.rows:
        for cell in row.cells:
            if len(cell.links) > 1:
                prose.relate(cell)


def _headers(scribe: Scribe, document: Document) -> None:
    """A link in a header names a column: it is reported, and makes no edge."""
    for block in document.blocks:
        if isinstance(block, Table):
            for cell in block.header.cells:
                for _, _, link in cell.links:
                    if link.form == "wikilink" and not link.embed:
                        scribe.report(
                            link.start,
                            link.end,
                            "RG410",
                            f"the header `{cell.plain}` is a link; it names the column and no thing",
                            f"write the header without brackets: `{link.shown}`",
                        )


def _links(scribe: Scribe, document: Document) -> list[NoteLink]:
    amounts = scribe.amounts | _amounts_in_text(scribe, document)
    sections = [heading.start for heading in document.headings]
    found, section = [], -1
    for link in document.links:
        while section + 1 < len(sections) and sections[section + 1] <= link.start:
            section += 1
        if link.form == "url":
            continue
        context = link.context or ("amount" if link.start in amounts else "")
        found.append(NoteLink(name_from(link), context, link.embed, section))
    return found


def _amounts_in_text(scribe: Scribe, document: Document) -> set[int]:
    """Links inside amounts outside the tables, reported as those in cells are."""
    found = set()
    for block in document.blocks:
        if not isinstance(block, Table):
            inline = block.inline
            for start, _, link in inline.links:
                if is_amount(inline.plain, start) and link.form == "wikilink" and not link.embed:
                    scribe.amount(inline, link)
                    found.add(link.start)
    return found


def _by_fields(scribe: Scribe) -> tuple[tuple[str, str], ...]:
    """The class of a note that nothing classes, by the fields it gives its own thing: a sector and a ticker are a firm's. A note
    that is called by a day, or gives many values in one field (``tickers: [A, B, C]``), speaks of several."""
    if (led := leading_period(scribe.document.title)) is not None and led[0].precision is Precision.DAY:
        return ()
    given: dict[str, dict[int, str]] = {}
    values: Counter[str] = Counter()
    signs = scribe.lookup.signs
    for draft in scribe.drafts:
        if draft.form != "thing" or draft.name is not None or any(
            section and scribe.sections[section].certain for section in scribe.heading_chain(draft.section)
        ):  # fmt: skip
            continue
        for fact in draft.facts:
            for name in signs.get(fact.property, ()):
                given.setdefault(name, {})[fact.start] = fact.property
                values[fact.property] += 1
    if any(count > _MOST_SIGNS for count in values.values()):
        return ()
    found = next((each for each, places in given.items() if len(places) > 1), "")
    return ((found, f"fields {', '.join(dict.fromkeys(given[found].values()))}"),) if found else ()


def _note_facts(document: Document, links: Sequence[NoteLink], updated: Period | None, created: Period | None) -> list[DraftFact]:
    facts = [DraftFact("path", document.path, 0, 0), DraftFact("title", document.title, 0, 0)]
    tags: dict[str, tuple[int, int]] = {}
    for entry in document.front_matter:
        if fold(entry.key) in ("tags", "tag"):
            for tag in _texts(entry.value):
                tags.setdefault(tag.lstrip("#"), (entry.start, entry.end))
    for inline_tag in document.tags:
        tags.setdefault(inline_tag.name, (inline_tag.start, inline_tag.end))
    facts.extend(DraftFact("tags", tag, *place) for tag, place in tags.items() if tag)
    facts.extend(DraftFact("headings", heading.inline.plain, heading.start, heading.end) for heading in document.headings)
    for name, period in (("created", created), ("updated", updated)):
        if period is not None:
            facts.append(DraftFact(name, period, 0, 0))
    for each in links:
        if each.context in ("", "front matter") and (each.name.target or each.name.fragment):
            if each.embed:
                facts.append(DraftFact("embeds", each.name.target, each.name.start, each.name.end))
            elif each.name.target:
                facts.append(DraftFact("links", each.name, each.name.start, each.name.end))
    return facts


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return value.replace(",", " ").split()
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(each)]
    return []


def _dated(sections: Sequence[SectionFacts], dated: dict[int, Period]) -> list[SectionFacts]:
    """Innermost first: heading, then source line (ruling 22)."""
    return [
        msgspec.structs.replace(section, stated=dated[index]) if section.stated is None and index in dated else section
        for index, section in enumerate(sections)
    ]


def _written(source: Source, drafts: Sequence[Draft]) -> tuple[str, ...]:
    """The rows and sentences as written; several drafts of one row share its text."""
    data = source.data
    places = [(draft.start, draft.end) for draft in drafts]
    places[0] = 0, 0
    made = {place: data[place[0] : place[1]].decode("utf-8", "replace").strip() for place in set(places)}
    return tuple([made[place] for place in places])


def _line_starts(data: bytes) -> bytes:
    """As `Source.line_starts`, which only a note with diagnostics needs."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE_FEED)
    starts = np.zeros(len(ends) + 1, np.int32)
    starts[1:] = ends + 1
    return pack_matrix([starts])


def _continuations(data: bytes) -> bytes:
    octets = np.frombuffer(data, np.int8)
    return pack_matrix([np.flatnonzero(octets < _FIRST_OF_MORE).astype(np.int32)])
