"""In: small notes, each with one trap. Out: what a note says of itself, as its author meant it. Room: tests.

The traps are those that tools for Markdown vaults fall into: links, front matter, tables.
"""

from __future__ import annotations

import pytest

from rotgraph.notes.document import Document, Entry, Inline, Link, ListItem, Paragraph, Table
from rotgraph.notes.inline import byte_at, byte_span
from rotgraph.notes.parse import parse_note
from rotgraph.notes.vault import sources_from
from rotgraph.source import Source, natural_key


def read(text: str) -> Document:
    return parse_note(Source("Note.md", text.encode())).value


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in parse_note(Source("Note.md", text.encode())).diagnostics]


def links(text: str) -> list[Link]:
    return [link for link in read(text).links if link.context in ("", "header")]


def targets(text: str) -> list[str]:
    return [link.target for link in links(text)]


def tables(text: str) -> list[list[list[str]]]:
    found = [block for block in read(text).blocks if isinstance(block, Table)]
    return [[[cell.plain for cell in row.cells] for row in (table.header, *table.rows)] for table in found]


def values(text: str) -> dict[str, object]:
    return {entry.key: entry.value for entry in read(text).front_matter}


def only(text: str) -> Inline:
    """The run of the only block of a note."""
    (block,) = read(text).blocks
    assert not isinstance(block, Table)
    return block.inline


# links


def test_an_escaped_pipe_in_a_row() -> None:
    note = "| Firm | Beta |\n|---|---|\n| [[NVDA\\|Nvidia]] | 2 |\n"
    assert [(link.target, link.label) for link in links(note)] == [("NVDA", "Nvidia")]
    assert tables(note) == [[["Firm", "Beta"], ["Nvidia", "2"]]]
    assert codes(note) == []


def test_a_pipe_that_should_have_been_escaped() -> None:
    note = "| Firm | Beta |\n|---|---|\n| [[NVDA|Nvidia]] | 2 |\n"
    assert [(link.target, link.label) for link in links(note)] == [("NVDA", "Nvidia")]
    assert tables(note) == [[["Firm", "Beta"], ["Nvidia", "2"]]]
    assert codes(note) == ["RG401"]


def test_an_unescaped_pipe_in_the_header() -> None:
    note = "| [[NVDA|Nvidia]] | Beta |\n|---|---|\n| a | 2 |\n"
    assert tables(note) == [[["Nvidia", "Beta"], ["a", "2"]]]
    assert [(link.target, link.context) for link in links(note)] == [("NVDA", "header")]
    assert codes(note) == ["RG401"]


def test_an_escaped_pipe_in_prose() -> None:
    assert [(link.target, link.label) for link in links("See [[A\\|b]].")] == [("A", "b")]
    assert codes("See [[A\\|b]].") == ["RG123"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[AMD|Advanced [Micro] Devices]]", ["AMD"]),
        ("[[x [y] z]]", ["x [y] z"]),
        ("[[Sq]uare]]", ["Sq]uare"]),
        ("[[a [[Inner]] c]]", ["Inner"]),
        ("[[AI[[伺服器]] (49)", ["伺服器"]),
        ("\\[[Escaped]]", []),
        ("`[[Code]]` and ``[[C]]``", []),
        ("    [[Indented]]", []),
        ("```\n[[Fence]]\n```", []),
        ("%% [[C]] %% <!-- [[D]] -->", []),
        ("%%\n[[C]]\n\n[[D]]\n%%", []),
        ("$[[x]]$ and $$\n[[y]]\n$$", []),
        ("from $40-$50M to [[Exxon]], up $5", ["Exxon"]),
        ("```mermaid\na[[\"Switch\"]]\n```", []),
        ("[[unclosed\nnext]]", []),
        ("[[ Spaced ]]", ["Spaced"]),
        ("公司為[[中華電信]]代理商", ["中華電信"]),
        ("[NVIDIA]: javascript:alert(1)\n\n[[NVIDIA]]", ["NVIDIA"]),
        ("five [[Palantir]]s, EV/[[EBITDA|EBIT]]DA", ["Palantir", "EBITDA"]),
        ("from $5 for [[Exxon]] to 6$.", ["Exxon"]),
        ("[[ON]], [[LAPSUS$]] and [[Scattered $ Hunters]]", ["ON", "LAPSUS$", "Scattered $ Hunters"]),
    ],
)
def test_which_brackets_are_links(text: str, found: list[str]) -> None:
    assert targets(text) == found


def test_every_pair_of_brackets_is_one_record() -> None:
    note = '`[[a]]` %%[[b]]%% <!-- [[c]] --> $[[d]]$ <a href="[[e]]">x</a> \\[[f]] [[]] [[g]]\n\n```\n[[h]]\n```\n'
    found = sorted((link.target, link.context) for link in read(note).links)
    assert found == [
        ("", "empty"), ("a", "code"), ("b", "comment"), ("c", "comment"), ("d", "math"), ("e", "html"), ("f", "escaped"), ("g", ""),
        ("h", "code"),
    ]  # fmt: skip


def test_embeds_have_sizes_and_pages_and_show_nothing() -> None:
    note = "a ![[Note]] ![[x.png|100]] ![[x.png|chart|100x200]] ![[Doc.pdf#page=3]] ![alt|50](y.png) b"
    assert [(link.target, link.fragment, link.label, link.size) for link in links(note)] == [
        ("Note", "", "", ""), ("x.png", "", "", "100"), ("x.png", "", "chart", "100x200"), ("Doc.pdf", "page=3", "", ""),
        ("y.png", "", "alt", "50"),
    ]  # fmt: skip
    assert all(link.embed for link in links(note))
    assert only(note).plain.split() == ["a", "b"]


def test_fragments() -> None:
    found = [(link.target, link.fragment, link.shown) for link in links("[[#Local]] [[N#A#B]] [[N#^id]] [[N.md#x]] [[N#A|w]]")]
    assert found == [("", "Local", "Local"), ("N", "A#B", "N"), ("N", "^id", "N"), ("N.md", "x", "N.md"), ("N", "A", "w")]


def test_markdown_links_are_split_before_they_are_decoded() -> None:
    found = links(
        "[x](Sub/My%20Note.md#A%20b) [y](a%23b.md) [w](Sub/My Note.md) [u](https://x.y/a%20b#c) <https://z> <a@b.c> [m](#H)"
    )
    assert [(link.form, link.target, link.fragment) for link in found] == [
        ("markdown", "Sub/My Note.md", "A b"), ("markdown", "a#b.md", ""), ("url", "https://x.y/a%20b#c", ""),
        ("url", "https://z", ""), ("url", "mailto:a@b.c", ""), ("markdown", "", "H"),
    ]  # fmt: skip


def test_a_web_address_in_brackets_names_no_note() -> None:
    (link,) = links("[[https://x.com/a]]")
    assert (link.form, link.target) == ("url", "https://x.com/a")
    (drive,) = links("[[C:\\Windows\\win.ini]]")
    assert drive.form == "wikilink"


# text


def test_plain_text_and_where_it_stands() -> None:
    note = "Up **+18%**, *then* [[Exxon|the major]] & `code` é ==high== &amp; ~$5M<br>next ^id"
    run = only(note)
    assert run.plain == "Up +18%, then the major & code é high & ~$5M\nnext"
    cut = [[run.plain[start:end] for start, end in spans] for spans in (run.strong, run.emphasis, run.code)]
    assert cut == [["+18%"], ["then"], ["code"]]
    assert [(run.plain[start:end], link.target) for start, end, link in run.links] == [("the major", "Exxon")]
    data = note.encode()
    for words in ("+18%", "the major", "code", "é", "high", "next"):
        place = run.plain.index(words)
        start, end = byte_span(run, place, place + len(words))
        assert data[start:end].decode() == words
    assert data[byte_at(run, 0) :].startswith(b"Up")
    assert read(note).block_ids == ("id",)


def test_plain_ascii_needs_no_steps() -> None:
    run = only("  Just words.\n")
    assert (run.plain, run.start, run.offsets) == ("Just words.", 2, ())


def test_one_tilde_is_about_two_strike_out() -> None:
    assert only("~$5M to ~$6M, ~~gone~~ **~$2B**").plain == "~$5M to ~$6M, gone ~$2B"


def test_footnotes_show_no_mark() -> None:
    blocks = read("Sales rose[^1] by +5%.\n\n[^1]: *FT*, May\n").blocks
    assert [(block.inline.plain, block.container) for block in blocks if isinstance(block, Paragraph)] == [
        ("Sales rose by +5%.", ""), ("FT, May", "footnote"),
    ]  # fmt: skip


def test_headings_and_sections() -> None:
    document = read("# A\n\na\n\n### B [[X|y]]\n\nb\n\n## C\n\n> # Q\n>\n> q\n\nc\n")
    assert [(heading.level, heading.inline.plain, heading.parent) for heading in document.headings] == [
        (1, "A", -1), (3, "B y", 0), (2, "C", 0), (1, "Q", -1),
    ]  # fmt: skip
    assert [(block.inline.plain, block.section) for block in document.blocks if isinstance(block, Paragraph)] == [
        ("a", 0), ("b", 1), ("q", 3), ("c", 2),
    ]  # fmt: skip


def test_lists() -> None:
    document = read("- a\n  - [[b]]\n\n    more\n- [ ] todo\n- [x] done\n- [/] half\n1. one\n\n> - quoted\n")
    found = [
        (block.inline.plain, block.depth, block.task, block.container) if isinstance(block, ListItem) else block.inline.plain
        for block in document.blocks
        if not isinstance(block, Table)
    ]
    assert found == [
        ("a", 1, "", ""), ("b", 2, "", ""), "more", ("todo", 1, " ", ""), ("done", 1, "x", ""), ("half", 1, "/", ""),
        ("one", 1, "", ""), ("quoted", 1, "", "quote"),
    ]  # fmt: skip


def test_callouts() -> None:
    document = read("> [!quote]- Ed Yardeni\n> Broadening.\n> | a |\n> |---|\n> | 1 |\n")
    assert [getattr(block, "container", "") for block in document.blocks] == ["callout"] * 3
    assert [block.inline.plain for block in document.blocks if isinstance(block, Paragraph)] == ["Ed Yardeni", "Broadening."]


def test_tags() -> None:
    note = "#tag/sub #123 #1984 #日本語 a#b https://x/#frag #c++ \\#esc (#p) `#code` [[N#h]] #a/b/\n"
    assert [tag.name for tag in read(note).tags] == ["tag/sub", "日本語", "c", "p", "a/b"]


def test_inline_fields() -> None:
    document = read("# H\n\n- Lead:: [[Exxon]], **big**\nText [pe:: 29x] and (basis:: $1.5T (est)).\n\n`no:: code`\nstd::vector\n")
    assert [(entry.key, entry.value, entry.section, [link.target for link in entry.links]) for entry in document.fields] == [
        ("Lead", "[[Exxon]], **big**", 0, ["Exxon"]), ("pe", "29x", 0, []), ("basis", "$1.5T (est)", 0, []),
    ]  # fmt: skip


def test_fields_in_a_cell() -> None:
    assert [entry.key for entry in read("| a |\n|---|\n| x (pe:: 29x) |\n").fields] == ["pe"]


# front matter


def test_scalars_are_text() -> None:
    note = "---\na: ON\nb: NO\nc: 000660\nd: 1e3\ne: 12:30\nf: 2026-02-30\ng: 1_000\nh: TRUE\ni:\nj: ''\nk: 0x1F\n---\n"
    assert values(note) == {
        "a": "ON", "b": "NO", "c": "000660", "d": "1e3", "e": "12:30", "f": "2026-02-30", "g": "1_000", "h": "TRUE", "i": None,
        "j": "", "k": "0x1F",
    }  # fmt: skip
    assert codes(note) == []


@pytest.mark.parametrize("bad", ["s: @handle", "k: a: b", "t: *Italic*", "u: [a, b", 'v: "\\q"', "w: 'open", "x: % y", "y: `z`"])
def test_one_bad_key_loses_one_key(bad: str) -> None:
    key, text = bad.split(": ", 1)
    note = f"---\nok: 1\n{bad}\nlast: [a, b]\n---\nBody\n"
    assert values(note) == {"ok": "1", key: text, "last": ("a", "b")}
    assert codes(note) == ["RG101"]


def test_a_word_with_a_hash_is_no_comment() -> None:
    note = "---\nidea: #growth\ntags: [a]\nlist:\n  - #one\n  - two # a comment\n---\n"
    assert values(note) == {"idea": "#growth", "tags": ("a",), "list": ("#one", "two")}
    assert codes(note) == ["RG101", "RG101"]


def test_unquoted_links() -> None:
    lists = "many: [[[B]], [[C|c]]]\ntwo: [[D]], [[E]]\n"
    note = f'---\nparent: [[A]]\n{lists}quoted: "[[F]]"\nnested: {{ticker: X, of: ["[[G]]"]}}\n---\n'
    assert values(note) == {
        "parent": "[[A]]", "many": ("[[B]]", "[[C|c]]"), "two": "[[D]], [[E]]", "quoted": "[[F]]",
        "nested": {"ticker": "X", "of": ("[[G]]",)},
    }  # fmt: skip
    assert [(link.target, link.context) for link in read(note).links] == [(name, "front matter") for name in "ABCDEFG"]
    by_key = [[link.target for link in entry.links] for entry in read(note).front_matter]
    assert by_key == [["A"], ["B", "C"], ["D", "E"], ["F"], ["G"]]


def test_equal_keys_are_both_kept() -> None:
    note = "---\nk: 1\nk: 2\n---\n"
    assert [(entry.key, entry.value) for entry in read(note).front_matter] == [("k", "1"), ("k", "2")]
    assert codes(note) == ["RG102"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_a_byte_order_mark(end: str) -> None:
    note = f"\ufeff---{end}a: é{end}b: [x]{end}---{end}# H{end}{end}| a |{end}|---|{end}| [[b]] |{end}"
    assert values(note) == {"a": "é", "b": ("x",)}
    assert tables(note) == [[["a"], ["b"]]]
    entry: Entry = read(note).front_matter[0]
    assert note.encode()[entry.start : entry.end].decode() == "é"


def test_front_matter_only_at_the_top() -> None:
    assert values("text\n---\nk: v\n---\n") == {}
    assert values("---\nk: v\nno end\n") == {}
    assert codes("---\nk: v\nno end\n") == ["RG105"]
    assert codes("---\n\nA rule, then text.\n\n---\n") == []
    assert targets("---\n\nA rule, then [[text]].\n\n---\n") == ["text"]


def test_a_second_block_is_not_lost() -> None:
    note = "---\na: 1\n---\n---\nb: 2\n---\nBody\n"
    assert values(note) == {"a": "1", "b": "2"}
    assert codes(note) == ["RG106"]


def test_bombs_are_not_lit() -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    assert codes(f"---\n{bomb}---\n[[Exxon]]\n") == ["RG104"]
    assert codes("---\na: " + "[" * 40000 + "\n---\n") == ["RG104"]
    assert codes("---\na: " + "- " * 40000 + "\n---\n") == ["RG104"]
    assert codes("---\na: &a [*a]\n---\n") == ["RG104"]


# tables


def test_short_and_long_rows() -> None:
    note = "| a | b | c |\n|---|---|---|\n| 1 |\n| 1 | 2 | 3 | [[X]] | |\n"
    assert tables(note) == [[["a", "b", "c"], ["1", "", ""], ["1", "2", "3"]]]
    assert codes(note) == ["RG402"]
    table = read(note).blocks[0]
    assert isinstance(table, Table)
    assert [cell.plain for cell in table.rows[1].extra] == ["X", ""]
    assert targets(note) == ["X"]


@pytest.mark.parametrize("delimiter", ["|---|", "|---|---|---|", "|—-—|—-—|", "|:-:|", "-|-|-"])
def test_a_delimiter_row_that_does_not_fit(delimiter: str) -> None:
    note = f"| a | b |\n{delimiter}\n| 1 | 2 |\n"
    assert tables(note) == [[["a", "b"], ["1", "2"]]]
    assert codes(note) == ["RG403"]


def test_full_width_pipes() -> None:
    note = "｜价格｜市值｜\n｜---｜---｜\n｜1｜2｜\n"
    assert tables(note) == [[["价格", "市值"], ["1", "2"]]]
    assert codes(note) == ["RG403"]


def test_what_looks_like_a_table_and_is_none_is_told() -> None:
    note = "Firms:\nFirm | Note\n---|---\nAlpha | cheap\n"
    assert tables(note) == []
    assert only(note).plain == note.strip()
    assert codes(note) == ["RG405"]


def test_lines_glued_under_a_table() -> None:
    note = "| a | b |\n|---|---|\n| 1 | 2 |\nSource: [[FT|the FT]], *May*\n^tbl\n"
    assert tables(note) == [[["a", "b"], ["1", "2"]]]
    document = read(note)
    assert [block.inline.plain for block in document.blocks if isinstance(block, Paragraph)] == ["Source: the FT, May"]
    assert document.block_ids == ("tbl",)
    assert codes(note) == ["RG404", "RG401", "RG404"]


def test_a_pipe_inside_code() -> None:
    assert tables("| a | b |\n|---|---|\n| `p\\|q` | 1 |\n") == [[["a", "b"], ["p|q", "1"]]]
    note = "| a | b |\n|---|---|\n| `p|q` | 1 |\n"
    assert tables(note) == [[["a", "b"], ["p|q", "1"]]]
    assert codes(note) == ["RG401"]


def test_brackets_that_are_no_links_part_no_cells() -> None:
    assert tables("| a | b | c |\n|---|---|---|\n| [1, 5) | x | y |\n") == [[["a", "b", "c"], ["[1, 5)", "x", "y"]]]


def test_tables_in_quotes_lists_and_callouts() -> None:
    row = "| a |\n|---|\n| [[X]] |\n"
    for prefix in ("", "> ", "  ", ">   "):
        quoted = "".join(prefix + line + "\n" for line in row.splitlines())
        note = ("- item\n\n" if prefix.startswith(" ") else "") + quoted
        assert tables(note) == [[["a"], ["X"]]], note
    assert tables("    | a |\n    |---|\n    | 1 |\n") == []


def test_cells_keep_what_they_hold() -> None:
    note = "| a | b |\n|---|---|\n| **+39%** | 1<br>2 |\n| [[A]], [[B]] | `29x` #ai |\n| | [[A]] / *29x* |\n"
    assert tables(note) == [[["a", "b"], ["+39%", "1\n2"], ["A, B", "29x #ai"], ["", "A / 29x"]]]
    assert [tag.name for tag in read(note).tags] == ["ai"]


def test_links_in_the_header() -> None:
    note = "| Stock | [[Target]] |\n|---|---|\n| [[NVIDIA]] | 5 |\n"
    assert [(link.target, link.context) for link in links(note)] == [("Target", "header"), ("NVIDIA", "")]


def test_comments_hide_tables_and_words() -> None:
    assert tables("%%\n| a |\n|---|\n| 1 |\n%%\n") == []
    assert tables("| a |\n|---|\n| 1 %% note %% |\n") == [[["a"], ["1"]]]
    assert only("a %%b%% c").plain.split() == ["a", "c"]
    assert only("b %% of `x%%y` and %% c").plain.split() == ["b", "c"]
    assert only("50%% of [[X]] and 60%% of it").plain == "50%% of X and 60%% of it"
    assert [each.inline.plain for each in read("up 50%%, not\n\n60%%").blocks] == ["up 50%%, not", "60%%"]


# folders


def test_natural_order() -> None:
    paths = [source.path for source in sources_from({"b.md": "", "Note 10.md": "", "note 2.md": "", "a/z.md": ""}).value]
    assert paths == ["a/z.md", "b.md", "note 2.md", "Note 10.md"]
    assert natural_key("x" * 5000 + "9" * 5000 + ".md")
