"""Counts of links and rows on public vaults, beside the published ones and beside two independent readers.

    python tests/bench/vault_counts.py VAULT [VAULT…]

For each vault: every `[[…]]` by where it stands, tables and rows, what a plain line scan and markdown-it-py (if installed) count,
note by note where they differ, and how many double brackets ended as no record (it must be none). A vault with a `WIKILINKS.md` of
its own is compared with that too.

Known to differ, on `financial-charts/investing` at 23483e5 and `My-TW-Coverage` at 396b8da:

* Links 230,965 against 230,956 published. The plain scan below differs in three notes only: a span of code over two lines (one link
less), a link in the middle of a web address (one less: it is a part of that address), captions of pictures that hold links (three
more). How the published counter treats the last few is not stated.
* Rows 139,129 against 139,155 published and 139,124 of markdown-it-py. It takes four lines of text glued under tables for rows (we:
text, RG404), and drops two whole tables whose header holds a link with an unescaped pipe (we read their nine rows, RG401).
  54 lines between pipes in seven notes are cut off from their table by a blank line or a line of text: no reader counts them, and
  RG405 tells them. How the published counter comes to its 26 rows more is not stated.
* `My-TW-Coverage`: 30,708 links and 48,874 rows, equal to the published counts. 139 more links stand in code.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from rotgraph.notes.document import Document, Table
from rotgraph.notes.parse import parse_note
from rotgraph.notes.vault import read_vault
from rotgraph.source import Source

PUBLISHED = {
    "investing": "published: 7,877 notes, 230,956 links, 28,484 tables, 139,155 rows",
    "tw": "published: 1,760 notes, 30,708 links, 5,103 tables, 48,874 rows",
    "My-TW-Coverage": "published: 1,760 notes, 30,708 links, 5,103 tables, 48,874 rows",
}
BRACKETS = re.compile(rb"\[\[[^\[\]\n]+\]\]")
INDEX_LINE = re.compile(r"^- \[\[([^\]]+)\]\] \((\d+)\)")


def scanned_links(source: Source) -> int:
    """Links as a plain scan sees them: line by line, without fences and code."""
    count, fence = 0, b""
    for line in source.data.split(b"\n"):
        start = line.lstrip()
        if fence:
            fence = b"" if start.startswith(fence) else fence
        elif start.startswith((b"```", b"~~~")):
            fence = start[:3]
        else:
            count += len(BRACKETS.findall(re.sub(rb"`[^`]*`", b"", line)))
    return count


def brackets_without_record(source: Source, document: Document) -> int:
    spans = [(link.start, link.end) for link in document.links]
    ends = {end: start for start, end in spans}
    lost = 0
    for found in BRACKETS.finditer(source.data):
        if ends.get(found.end(), len(source.data)) <= found.start():
            continue
        lost += not any(start <= found.start() and found.end() <= end for start, end in spans)
    return lost


def other_rows(text: str) -> tuple[int, int]:
    """Tables and rows as markdown-it-py reads them."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    kinds = Counter(token.type for token in parser.parse(text))
    return kinds["thead_open"], kinds["tr_open"] - kinds["thead_open"]


def report(folder: Path) -> None:
    sources = read_vault(folder).value
    contexts: Counter[str] = Counter()
    names: Counter[str] = Counter()
    tables = rows = lost = scanned = other_tables = other = 0
    differ = []
    for source in sources:
        document = parse_note(source).value
        own = [link for link in document.links if source.data.startswith((b"[[", b"![["), link.start)]
        contexts.update(("embed" if link.embed else "link") + (f" in {link.context}" if link.context else "") for link in own)
        if "Pilot_Reports/" in source.path:
            names.update(source.slice(link.start + 2, link.end - 2) for link in own if link.context != "code")
        found = [block for block in document.blocks if isinstance(block, Table)]
        count = sum(len(table.rows) for table in found)
        plain = scanned_links(source)
        counted = sum(link.context != "code" for link in own)
        if plain != counted:
            differ.append(f"    {source.path}: links {counted}, plain scan {plain}")
        if find_spec("markdown_it") and b"|" in source.data:
            theirs = other_rows(source.data.decode())
            other_tables, other = other_tables + theirs[0], other + theirs[1]
            if theirs != (len(found), count):
                differ.append(f"    {source.path}: tables and rows {len(found)} {count}, markdown-it-py {theirs[0]} {theirs[1]}")
        tables, rows, scanned = tables + len(found), rows + count, scanned + plain
        lost += brackets_without_record(source, document)
    total = sum(count for name, count in contexts.items() if not name.endswith(" in code"))
    print(f"{folder.name}: {len(sources):,} notes")
    for name, count in sorted(contexts.items()):
        print(f"    {count:9,} {name}")
    print(f"    {total:9,} outside code (plain scan {scanned:,}); {lost} brackets without a record")
    print(f"    {tables:9,} tables, {rows:,} rows (markdown-it-py {other_tables:,}, {other:,})")
    print(f"    {PUBLISHED.get(folder.name, 'nothing is published')}")
    print("\n".join(differ))
    index = folder / "WIKILINKS.md"
    if index.is_file():
        listed = [INDEX_LINE.match(line) for line in index.read_text(encoding="utf-8").splitlines()]
        entries = [(entry[1], int(entry[2])) for entry in listed if entry]
        equal = sum(names[name] == count for name, count in entries)
        print(f"    its own index: {equal} of {len(entries)} counts agree")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        report(Path(argument))
