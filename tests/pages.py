"""In: the HTML that a suite expects. Out: its links, headings, code, tables and text. Room: tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

from rotgraph.notes.document import Document, Link, Table


@dataclass(frozen=True)
class Seen:
    """What of a note the HTML of a suite speaks of."""

    links: list[str]
    headings: list[tuple[int, str]]
    code: list[str]
    tables: list[list[list[str]]]
    text: str
    """All of it, without white space."""


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.code: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.text: list[str] = []
        self._sinks: list[tuple[str, list[str]]] = []
        self._pre = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and "href" in given:
            self.links.append(given["href"] or "")
        elif tag == "img":
            self.links.append(given.get("src") or "")
        elif tag == "br":
            self.handle_data("\n")
        elif tag == "pre":
            self._pre += 1
        elif re.fullmatch("h[1-6]|td|th", tag) or (tag == "code" and not self._pre):
            self._sinks.append((tag, []))
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._pre -= 1
        if not self._sinks or self._sinks[-1][0] != tag:
            return
        text = _squeezed("".join(self._sinks.pop()[1]))
        if tag == "code":
            self.code.append(text)
        elif tag[0] == "h":
            self.headings.append((int(tag[1]), text))
        elif self.tables and self.tables[-1]:
            self.tables[-1][-1].append(text)

    def handle_data(self, data: str) -> None:
        for _, sink in self._sinks:
            sink.append(data)
        if not self._pre:
            self.text.append(data)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def expected(html: str) -> Seen:
    """What the HTML shows."""
    page = _Page(html)
    return Seen(
        [unquote(link).removesuffix("#") for link in page.links],
        page.headings,
        [code for code in page.code if code],
        page.tables,
        "".join("".join(page.text).split()),
    )


def found(document: Document) -> Seen:
    """What was read."""
    runs = [heading.inline for heading in document.headings]
    tables = []
    for block in document.blocks:
        if isinstance(block, Table):
            rows = (block.header, *block.rows)
            tables.append([[_squeezed(cell.plain) for cell in row.cells] for row in rows])
            runs.extend(cell for row in rows for cell in row.cells)
        else:
            runs.append(block.inline)
    runs.sort(key=lambda run: run.start)
    code = [_squeezed(run.plain[start:end]) for run in runs for start, end in run.code]
    return Seen(
        [_address(link) for link in document.links if link.context in ("", "header")],
        [(heading.level, _squeezed(heading.inline.plain)) for heading in document.headings],
        [text for text in code if text],
        tables,
        "".join("".join(run.plain.split()) for run in runs),
    )


def _address(link: Link) -> str:
    return unquote(link.target + ("#" + link.fragment if link.fragment else "")).removesuffix("#")
