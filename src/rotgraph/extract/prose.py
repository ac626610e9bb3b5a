"""In: paragraphs and items of lists. Out: statements, picks, quotes, charts, sources, relations. Room: extract."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from rotgraph.extract.cells import CellReader
from rotgraph.extract.column_plan import plan_column
from rotgraph.extract.headers import property_of
from rotgraph.extract.lines import label_of, led_parts
from rotgraph.extract.quotes import Speaker, quotations
from rotgraph.extract.read_columns import chart_facts
from rotgraph.extract.scribe import Scribe, names_of
from rotgraph.extract.sections import name_of_link, read_period
from rotgraph.extract.sources import cite_item, cite_line, source_line
from rotgraph.model.draft import Draft, DraftFact, Local, Name, Prose, Subject
from rotgraph.model.schema import Field, fold
from rotgraph.model.value import Period, Quantity
from rotgraph.notes.document import Block, Inline, Link, ListItem, Paragraph, Table
from rotgraph.notes.inline import byte_span
from rotgraph.values.quantity import parse_quantity

__all__ = ["ProseReader"]

_ATTRIBUTED = 100
"""Bytes from a quotation to the name of its speaker, where that belongs to it as a sentence."""
_UPDATED = re.compile(r"\s*(?:last\s+)?(updated|created|modified|written)\s*:?\s+(.+?)\s*$", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif|pdf)$", re.IGNORECASE)
_FIELD_LABEL = re.compile(r"[^\W\d_]+(?:[ /-][^\W\d_]+){0,2}")
_LONGEST_FIELD = 120
_DASH = re.compile(r"^\s*(?:—|–|--|-|:)\s*")
_CAPITALS = r"[A-Z][\w.&-]*(?:\s+(?:[A-Z][\w.&-]*|&|of))*?"
_DETERMINERS = ("our", "my", "the", "top", "best", "key", "all", "new")
_WHOLE = re.compile(r"\s*[\"“„«].*[\"”“»]\s*", re.DOTALL)
_BY_LINE = re.compile(r"\s*(?:—|–|--)\s*\S")
_BESIDE = re.compile(r"\s*(?:,|/|\+|&|·|and)\s*", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,|\+|&|and|,\s*and)\s*", re.IGNORECASE)


class ProseReader:
    """Reads what is no table, in the order of the note."""

    def __init__(self, scribe: Scribe) -> None:
        self.scribe = scribe
        self.speakers: list[Name] = []
        self.updated: Period | None = None
        self.created: Period | None = None
        self.dated: dict[int, Period] = {}
        """Sections dated by their source line."""
        self.picks, self.verbs = scribe.lookup.picks, scribe.lookup.verbs
        self._words: dict[int, str] = {-1: ""}
        """Words of the headings met so far, by section."""

    def read(self, blocks: Sequence[Block], at: int) -> None:
        """One block that is no table."""
        block = blocks[at]
        if isinstance(block, Table):
            return
        inline, section = block.inline, block.section
        if isinstance(block, ListItem) and self._listed(inline, section):
            return
        if isinstance(block, Paragraph) and self._special(blocks, at, block):
            return
        for part in led_parts(inline):
            self._text(blocks, at, part, section)

    def _listed(self, inline: Inline, section: int) -> bool:
        """An item of a list of relations or of sources."""
        words = self._section_words(section)
        if words in self.scribe.schema.source_headings:
            cite_item(self.scribe, inline, section)
            return True
        if words in self.scribe.schema.related_headings:
            self._relation(inline, section)
            return True
        return False

    def _section_words(self, section: int) -> str:
        words = self._words.get(section)
        if words is None:
            words = self._words[section] = fold(self.scribe.sections[section].text).strip(" :")
        return words

    def _relation(self, inline: Inline, section: int) -> None:
        links = [(index, each) for index, each in enumerate(inline.links) if each[2].form != "url" and each[2].target]
        if links and links[0][1][0] <= 1:
            # `[[A]], [[B]] — words; [[C]] — other words`: a name right behind a semicolon begins anew
            begins = [at for at, (_, each) in enumerate(links) if at == 0 or inline.plain[: each[0]].rstrip().endswith(";")]
            for first, after in zip(begins, (*begins[1:], len(links)), strict=True):
                stop = links[after][1][0] if after < len(links) else len(inline.plain)
                self._relations(inline, links[first:after], stop, section)
        self.scribe.prose.append(Prose(inline.plain, inline.start, section))

    def _relations(self, inline: Inline, links: Sequence[tuple[int, tuple[int, int, Link]]], stop: int, section: int) -> None:
        """The names that lead a part of an item, and the words on them up to ``stop``."""
        listed = [links[0]]
        for each in links[1:]:
            if not _BESIDE.fullmatch(inline.plain[listed[-1][1][1] : each[1][0]]):
                break
            listed.append(each)
        text = _DASH.sub("", inline.plain[listed[-1][1][1] : stop], count=1).strip()
        text = text.rstrip("; ") if stop < len(inline.plain) else text
        within = {link.start for _, (_, _, link) in links[len(listed) :]} - {link.start for _, (_, _, link) in listed}
        mentioned = self.scribe.mentions(inline)
        others = [fact for fact in mentioned if fact.start in within]
        for index, (_, _, link) in listed:
            facts = [
                DraftFact("about", Subject(-1), inline.start, inline.end),
                DraftFact("to", name_of_link(inline, index), link.start, link.end),
            ]
            if text:
                facts.append(DraftFact("text", text, inline.start, inline.end))
            self.scribe.add(Draft("relation", "record", (*facts, *others), inline.start, inline.end, section))

    def _special(self, blocks: Sequence[Block], at: int, block: Paragraph) -> bool:
        """Pictures, source lines, dates of the note."""
        inline, section = block.inline, block.section
        if inline.links and any(link.embed and _PICTURE.search(link.target) for _, _, link in inline.links):
            self._charts(blocks, at, inline, section)
            return True
        parts = led_parts(inline)
        others = [part for part in parts if not self._cites(part, section) and not self._updated(part)]
        if len(others) == len(parts):
            return False
        for part in others:
            self._text(blocks, at, part, section)
        return True

    def _cites(self, inline: Inline, section: int) -> bool:
        begin = source_line(inline)
        if begin is None:
            return False
        date = cite_line(self.scribe, inline, begin, section)
        if date is not None:
            self.dated.setdefault(section, date)
        return True

    def _updated(self, inline: Inline) -> bool:
        hit = _UPDATED.match(inline.plain) if inline.emphasis and len(inline.plain) < 80 else None
        period = read_period(hit[2].split("(")[0].split("|")[0].strip(" .*")) if hit else None
        if hit is None or period is None:
            return False
        if hit[1].lower() in ("updated", "modified"):
            self.updated = period
        else:
            self.created = period
        return True

    def _charts(self, blocks: Sequence[Block], at: int, inline: Inline, section: int) -> None:
        """A picture under a heading, with its caption, is a chart of what the heading speaks of."""
        caption = inline
        if not inline.plain and at + 1 < len(blocks):
            after = blocks[at + 1]
            if isinstance(after, Paragraph) and after.section == section:
                italic = after.inline.emphasis[:1] == ((0, len(after.inline.plain)),)
                caption = after.inline if italic else caption
        for _, _, link in inline.links:
            if not link.embed or not _PICTURE.search(link.target):
                continue
            facts = chart_facts(self.scribe, link.target, (link.start, link.end), [caption], caption, section)
            facts.append(DraftFact("about", Subject(section), link.start, link.end))
            chart = self.scribe.add(Draft("chart", "record", tuple(facts), inline.start, max(inline.end, caption.end), section))
            if section >= 0:
                of_heading = [DraftFact("chart", Local(chart), link.start, link.end), *self._worded(caption)]
                self.scribe.add(Draft("", "heading", tuple(of_heading), inline.start, inline.end, section))
        if caption.plain:
            self.scribe.prose.append(Prose(caption.plain, caption.start, section))

    def _worded(self, caption: Inline) -> list[DraftFact]:
        """``~70pp divergence``: a quantity before a word that the schema gives to a field."""
        facts = []
        lowered = caption.plain.lower()
        plain = lowered.isascii()
        for name, word, pattern in self.scribe.lookup.worded:
            hit = pattern.search(caption.plain) if word in lowered or not plain else None
            value = parse_quantity(hit[1].strip()) if hit else None
            if isinstance(value, Quantity):
                facts.append(DraftFact(name, value, caption.start, caption.end))
        return facts

    def _text(self, blocks: Sequence[Block], at: int, inline: Inline, section: int) -> None:
        lead = label_of(inline)
        self.scribe.prose.append(Prose(inline.plain, inline.start, section))
        self._quotes(_attributed(blocks, at, inline), section, lead[0] if lead else "")
        self.relate(inline)
        if lead is None:
            return
        label, begin = lead
        text = inline.plain[begin:].strip()
        if fold(label) in self.picks and text:
            self._pick(blocks, at, inline, section, label, begin)
        elif text:
            self._statement(inline, section, label, text)
        else:
            self._led_list(blocks, at, section, label)

    def _statement(self, inline: Inline, section: int, label: str, text: str) -> None:
        at = inline.plain.rfind(text)
        said, text = byte_span(inline, at, at + len(text)), text.replace("\n", " ")
        facts = [
            DraftFact("label", label, *byte_span(inline, 0, len(label))),
            DraftFact("text", text, *said),
            DraftFact("about", Subject(section), inline.start, inline.end),
            *self.scribe.mentions(inline),
        ]
        self.scribe.add(Draft("statement", "record", tuple(facts), inline.start, inline.end, section))
        self._labelled(inline, section, label, text)

    def _labelled(self, inline: Inline, section: int, label: str, text: str) -> None:
        """A label that is a field of things says it of the heading's or the note's thing; one before words only of a heading's."""
        self._of_record(inline, section, label)
        known = self.scribe.lookup.thing_fields.get(fold(label))
        if known is not None and len(text) <= _LONGEST_FIELD:
            cls, field = known
        elif section >= 0 and _FIELD_LABEL.fullmatch(label):
            cls, field = "", None
        else:
            return
        value = _behind(inline, label)
        named = "" if field else self.scribe.lookup.column_class(fold(label))
        plan = plan_column(field.name if field else property_of(label), [value], field, cls=named)
        facts = [fact for fact in CellReader(self.scribe).read(plan, value).facts if fact.property == plan.property]
        if facts:
            subject = DraftFact("", Subject(section), inline.start, inline.end)
            whole = all(not isinstance(fact.value, str) and not getattr(fact.value, "remark", "") for fact in facts)
            form = "thing" if field or whole else "headed"  # a value and nothing else is a field of whatever the section is about
            self.scribe.add(Draft(cls, form, (subject, *facts), inline.start, inline.end, section))

    def _of_record(self, inline: Inline, section: int, label: str) -> None:
        """Under a heading that denotes a record by its period (``### 2022: …``) a label that is one of its fields says it of it."""
        if section < 0 or self.scribe.sections[section].period is None:
            return
        value = _behind(inline, label)
        for cls, fields in self.scribe.lookup.by_period.items():
            field = fields.get(fold(label))
            if field is not None:
                facts = CellReader(self.scribe).read(plan_column(field.name, [value], field), value).facts
                name = f"{cls}.{field.name}"
                kept = [msgspec.structs.replace(fact, property=name) for fact in facts if fact.property == field.name]
                self.scribe.add(Draft("", "heading", tuple(kept), inline.start, inline.end, section))

    def _led_list(self, blocks: Sequence[Block], at: int, section: int, label: str) -> None:
        """A bold lead over a list labels its items."""
        for block in blocks[at + 1 :]:
            if not isinstance(block, ListItem) or block.section != section:
                return
            text = block.inline.plain.replace("\n", " ").strip()
            if text and label_of(block.inline) is None:
                facts = [
                    DraftFact("label", label, block.inline.start, block.inline.end),
                    DraftFact("text", text, block.inline.start, block.inline.end),
                    DraftFact("about", Subject(section), block.inline.start, block.inline.end),
                    *self.scribe.mentions(block.inline),
                ]
                self.scribe.add(Draft("statement", "record", tuple(facts), block.inline.start, block.inline.end, section))

    def _pick(self, blocks: Sequence[Block], at: int, inline: Inline, section: int, label: str, begin: int) -> None:
        """``**Overweight:** a, b`` under a house's heading."""
        cls = self.picks[fold(label)]
        fields = {each.name: each for each in cls.fields}
        place = (inline.start, inline.end)
        facts = [DraftFact(cls.key[1] if len(cls.key) > 1 else "rating", label, *place)]
        for field in fields.values():
            if field.kind == "thing" and field.split:
                text = f"{' ' * begin}{inline.plain[begin:]}"
                names = names_of(inline, text=text)
                facts.append(DraftFact(field.name, names, *place, field.ranges[0] if field.ranges else "", field.side))
            elif field.kind == "thing":
                subject = self._named_before(field, section, place)
                facts.append(DraftFact(field.name, subject, *place, field.ranges[0] if field.ranges else ""))
            elif field.own and field.kind == "period" and section >= 0 and self.scribe.sections[section].period is not None:
                period = self.scribe.sections[section].period
                assert period is not None  # noqa: S101 - checked in the line above; mypy does not see through the index
                facts.append(DraftFact(field.name, period, *place))
            for word in field.labels:
                found = self._sentence_with(blocks, at, section, word)
                if found is not None:
                    facts.append(DraftFact(field.name, found[0], found[1].start, found[1].end))
        self.scribe.add(Draft(cls.name, "record", tuple(facts), *place, section))

    def _named_before(self, field: Field, section: int, place: tuple[int, int]) -> Subject:
        """The house a heading begins with: a known name, else the capitals before the words that follow one."""
        heading = self.scribe.sections[section].text if section >= 0 else ""
        for words in field.before:
            hit = re.match(rf"({_CAPITALS})(?:['’]s?)?\s+{re.escape(words)}\b", heading, re.IGNORECASE)
            name = hit[1] if hit is not None else ""
            alone = " " not in name and not name.isupper()  # `Sector picks`, `Top picks`: a word that may begin any heading
            if re.fullmatch(_CAPITALS, name) and not alone and name.split()[0].lower() not in _DETERMINERS:
                return Subject(section, Name(name, *place), certain=True)
        return Subject(section, Name(heading, *place) if heading else None, prefix=True)

    def _sentence_with(self, blocks: Sequence[Block], at: int, section: int, word: str) -> tuple[str, Inline] | None:
        for block in blocks[at + 1 : at + 3]:
            if isinstance(block, Paragraph) and block.section == section and fold(block.inline.plain).startswith(f"{word}:"):
                return block.inline.plain.partition(":")[2].strip().replace("\n", " "), block.inline
        return None

    def _quotes(self, inline: Inline, section: int, lead: str) -> None:
        for each in quotations(inline, self.speakers, lead):
            self._met(each.speaker, inline, section)
            said, name = byte_span(inline, each.start, each.end), each.speaker.name
            near = 0 <= name.start - said[1] < _ATTRIBUTED or 0 <= said[0] - name.end < _ATTRIBUTED
            place = self._lines(inline, *((min(said[0], name.start), max(said[1], name.end)) if near else said))
            facts = [
                DraftFact("text", each.text.replace("\n", " "), *said),
                DraftFact("speaker", name, name.start, name.end, "person"),
                DraftFact("about", Subject(section), *place),
            ]
            if each.speaker.date is not None:
                facts.append(DraftFact("date", each.speaker.date, *place))
            self.scribe.add(Draft("quote", "record", tuple(facts), *place, section))

    def _lines(self, inline: Inline, start: int, end: int) -> tuple[int, int]:
        """The lines of a paragraph that a stretch of it stands on."""
        data = self.scribe.source.data
        after = data.find(b"\n", end, inline.end)
        return max(data.rfind(b"\n", 0, start) + 1, inline.start), after if after >= 0 else inline.end

    def _met(self, speaker: Speaker, inline: Inline, section: int) -> None:
        if all(speaker.name.text != each.text for each in self.speakers):
            self.speakers.append(speaker.name)
        place, firm = (inline.start, inline.end), speaker.firm
        facts = [DraftFact("firm", firm, firm.start, firm.end, "firm")] if firm is not None else []
        if speaker.role:
            facts.append(DraftFact("role", speaker.role, *place))
        if facts:
            self.scribe.add(Draft("person", "thing", tuple(facts), *place, section, speaker.name))

    def relate(self, inline: Inline) -> None:
        """``[[A]] …, shorts [[B]] + [[C]]``: a verb of the schema between linked names."""
        if len(inline.links) < 2:
            return
        said = [each for each in self.verbs if each[2] in inline.plain]
        if not said:
            return
        wiki = [(s, e, index) for index, (s, e, link) in enumerate(inline.links) if link.form != "url" and link.target]
        links = [each for each in wiki if not inline.links[each[2]][2].embed]
        if len(links) < 2:
            return
        for cls, field, _, pattern in said:
            for hit in pattern.finditer(inline.plain):
                before = [each for each in links if each[1] <= hit.start()]
                after = [each for each in links if each[0] >= hit.end()]
                if not before or not after or after[0][0] - hit.end() > 2 or "." in inline.plain[before[-1][1] : hit.start()]:
                    continue
                objects = [after[0]]
                for each in after[1:]:
                    if not _JOINED.fullmatch(inline.plain[objects[-1][1] : each[0]]):
                        break
                    objects.append(each)
                facts = tuple(
                    DraftFact(field, name_of_link(inline, each[2]), inline.links[each[2]][2].start, inline.links[each[2]][2].end)
                    for each in objects
                )
                name = name_of_link(inline, before[-1][2])
                self.scribe.add(Draft(cls, "thing", facts, inline.start, inline.end, -1, name))
                break


def _behind(inline: Inline, label: str) -> Inline:
    """What stands behind a label."""
    begin = len(inline.plain) - len(inline.plain[len(label) :].lstrip(" :："))
    links = tuple((start - begin, end - begin, link) for start, end, link in inline.links if start >= begin)
    return Inline(inline.start, inline.end, inline.plain[begin:], links)


def _attributed(blocks: Sequence[Block], at: int, inline: Inline) -> Inline:
    """A quotation that is a whole paragraph, with the paragraph after it where that says by a dash whose words they are."""
    after = blocks[at + 1] if at + 1 < len(blocks) else None
    if not isinstance(after, Paragraph) or not _WHOLE.fullmatch(inline.plain) or not _BY_LINE.match(after.inline.plain):
        return inline
    moved = len(inline.plain) + 1
    links = (*inline.links, *((start + moved, end + moved, link) for start, end, link in after.inline.links))
    plain = f"{inline.plain}\n{after.inline.plain}"
    offsets = inline.offsets or ((0, inline.start),)
    offsets += tuple((place + moved, byte) for place, byte in after.inline.offsets or ((0, after.inline.start),))
    return Inline(inline.start, after.inline.end, plain, links, inline.strong, inline.emphasis, offsets=offsets)
