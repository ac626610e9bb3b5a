"""Names are settled anew only where a changed note tells something new; either way the graph is what a clean compile makes."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_notes import LEXICON, NAMES, edited, made_note
from rotgraph.api.walk import compile_folder
from rotgraph.disk.gather import Work
from rotgraph.extract.note import extract
from rotgraph.model.named import NoteNames, asks_of, requests_of
from rotgraph.model.schema import Schema
from rotgraph.model.schema_file import builtin_schema, read_schema
from rotgraph.notes.parse import parse_note
from rotgraph.resolve.collect import collect
from rotgraph.resolve.heard import Changed
from rotgraph.resolve.names import learn
from rotgraph.resolve.settled import Places, Settled, kept, places_of, taken_up
from rotgraph.source import Source, natural_key
from small_vault import identity, write_vault

VAULT = {
    "Alpha.md": "# Alpha\n\nSee [[Nowhere]], [[Nowhere|the void]] and [[Calm Foods|Calm]].\n\nMore of [[Elsewhere]] here.\n",
    "Calm Foods.md": (
        "---\ntype: firm\naliases: [CALM, Calm Eggs]\n---\n# Calm Foods\n\n| Metric | 2030 |\n|---|---|\n| Revenue | $3B |\n"
    ),
    "Day 1.md": "Stay CALM they said. [[Nowhere]] was shut.\n\n## News\n\nQuiet.\n",
    "Day 2.md": (
        "CALM seas.\n\n"
        "| Company | Ticker | CEO |\n|---|---|---|\n| Oar Works | NYSE: OARW | Ada Tide |\n| Calm Foods | | Bo Reef |\n"
    ),
    "Day 3.md": (
        "Again CALM.\n\n## Oar Works\n\n"
        "| Metric | 2030 | 2031 |\n|---|---|---|\n| Sales | $1B | $2B |\n| Oar Works margin | 5% | 6% |\n"
    ),
    "Day 4.md": (
        "And CALM once more.\n\n"
        "| Sector | Share |\n|---|---|\n| Staples | 3% |\n| Chips | 4% |\n\n**Overweight:** Staples, Oar Works\n"
    ),
    "Day 5.md": "Nothing at all.\n\nSee [[Elsewhere]].\n\n| Company | CEO |\n|---|---|\n| Oar Works | Ada Tide |\n",
    "Day 7.md": "**Overweight:** Keel Works\n\n**Underweight:** Keel Works, Oar Works\n",
    "Sub/Day 6.md": "See [[Day 1]] and [[Elsewhere|the far side]].\n",
}
"""Names of one note and of several, capitals in four texts, a thing of the lexicon that is only called by an alias."""

LINKED = ("Day 4.md", "And CALM", "And CALM, [[Calm Foods]],")
SAME = {
    "a sentence": [("Day 5.md", "at all", "at all, and then some")],
    "a line above all": [("Day 2.md", "CALM seas", "Windy.\n\nCALM seas")],
    "a line above first places": [("Alpha.md", "# Alpha", "# Alpha\n\nWords.")],
    "a number in a cell": [("Day 3.md", "$2B", "$9B")],
    "a paragraph moved": [("Day 5.md", "Nothing at all.\n\n", ""), ("Day 5.md", "Tide |\n", "Tide |\n\nNothing at all.\n")],
    "a table moved": [("Day 4.md", "And CALM once more.\n\n", ""), ("Day 4.md", "Works\n", "Works\n\nAnd CALM once more.\n")],
    "a link to a note": [("Day 5.md", "at all", "but [[Day 3]]")],
    "a link of an earlier note": [("Day 5.md", "at all", "but [[Nowhere]]")],
    "other words of an earlier note": [("Day 5.md", "at all", "but [[Nowhere|the void]]")],
    "a link that an earlier note has": [("Day 5.md", "See [[Elsewhere]].", "See nothing.")],
    "an alias in the text": [("Day 5.md", "at all", "of Calm Eggs")],
    "capitals in one text less": [("Day 1.md", "CALM", "quiet")],
    "capitals where their thing is linked": [("Day 5.md", "at all", "CALM"), ("Day 5.md", "See", "[[Calm Foods]]"), LINKED],
    "a row again": [("Day 5.md", "| Ada Tide |\n", "| Ada Tide |\n| Oar Works | Bo Reef |\n")],
    "a heading that names nothing": [("Day 1.md", "## News", "## Words and news")],
    "a heading that names a known thing": [("Day 1.md", "## News", "## Oar Works")],
    "a row less, known from before": [("Day 5.md", "| Oar Works | Ada Tide |\n", "| Calm Foods | Ada Tide |\n")],
    "a table of known things": [("Day 5.md", "at all.", "at all.\n\n| Metric | 2030 |\n|---|---|\n| Oar Works sales | $1B |\n")],
    "two notes": [("Day 5.md", "at all", "but [[Day 3]]"), ("Alpha.md", "# Alpha", "# Alpha\n\nWords.")],
}  # fmt: skip
NEW = {
    "an alias": [("Calm Foods.md", "Calm Eggs", "Calm Eggs, Eggs")],
    "a class": [("Calm Foods.md", "type: firm", "type: person")],
    "a class of its own": [("Calm Foods.md", "type: firm", "type: farm")],
    "front matter": [("Day 5.md", "Nothing", "---\naliases: [Fifth]\n---\nNothing")],
    "a new name": [("Day 5.md", "at all", "but [[Thule]]")],
    "a new word for a name": [("Day 5.md", "at all", "but [[Nowhere|Void]]")],
    "a new word for a note": [("Day 5.md", "at all", "but [[Day 3|Third]]")],
    "a first link gone": [("Alpha.md", "[[Elsewhere]]", "elsewhere")],
    "the last link gone": [("Alpha.md", "[[Nowhere|the void]]", "nothing")],
    "a first place in an earlier note": [("Alpha.md", "# Alpha", "# Alpha\n\n[[Elsewhere|the far side]]")],
    "two links in another order": [("Alpha.md", "[[Nowhere]], [[Nowhere|the void]]", "[[Nowhere|the void]], [[Nowhere]]")],
    "capitals become a plain word": [("Day 5.md", "at all", "but CALM")],
    "capitals of a thing that one text of five links": [("Day 5.md", "at all", "but CALM"), LINKED],
    "capitals that two notes bring": [("Day 1.md", "CALM", "calm"), ("Day 5.md", "at", "CALM"), ("Sub/Day 6.md", "See", "CALM:")],
    "cells in another order": [("Day 7.md", "**Over", "**Underweight:** Keel Works, Oar Works\n\n**Over")],
    "a symbol": [("Day 2.md", "OARW", "OARX")],
    "no symbol": [("Day 2.md", "NYSE: OARW", "")],
    "a name of the lexicon in full": [("Day 5.md", "at all", "but Consumer staples")],
    "a name in a list": [("Day 4.md", "Staples, Oar", "Staples, Paddle Works, Oar")],
    "a name in a column": [("Day 5.md", "| Ada Tide |\n", "| Ada Tide |\n| Paddle Works | Ada Tide |\n")],
    "a class by a column": [("Day 5.md", "| Ada Tide |\n", "| Ada Tide |\n| Ada Tide | Bo Reef |\n")],
    "a linked heading": [("Day 5.md", "Nothing", "# [[Fifth Day]]\n\nNothing")],
}  # fmt: skip


def changed(vault: Path, edits: list[tuple[str, str, str]]) -> None:
    for path, old, new in edits:
        text = (vault / path).read_text(encoding="utf-8")
        assert old in text
        (vault / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def settled_by(vault: Path) -> int:
    """Notes whose names were learned by a compile that is right."""
    work = Work()
    assert identity(compile_folder(vault, work=work)) == identity(compile_folder(vault, cache=False))
    return work.settled


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    made = write_vault(tmp_path / "vault", VAULT)
    assert settled_by(made) == len(VAULT)
    return made


@pytest.mark.parametrize("what", SAME)
def test_what_tells_nothing_new_settles_nothing(vault: Path, what: str) -> None:
    changed(vault, SAME[what])
    assert settled_by(vault) == 0
    changed(vault, [("Day 3.md", "Again", "Once more, and again")])
    assert settled_by(vault) == 0


@pytest.mark.parametrize("what", NEW)
def test_what_tells_something_new_settles_all(vault: Path, what: str) -> None:
    changed(vault, NEW[what])
    assert settled_by(vault) == len(VAULT)


@pytest.mark.parametrize("what", NEW)
def test_what_is_taken_up_again_is_no_older_than_the_last_settling(vault: Path, what: str) -> None:
    changed(vault, [("Alpha.md", "# Alpha", "# Alpha\n\nWords."), ("Day 5.md", "See", "Saw [[Day 2]] and")])
    assert settled_by(vault) == 0
    changed(vault, NEW[what])
    assert settled_by(vault) == len(VAULT)


def test_other_notes_and_files_settle_all(vault: Path) -> None:
    write_vault(vault, {"Day 8.md": "Nothing."})
    assert settled_by(vault) == len(VAULT) + 1
    (vault / "Chart.png").write_bytes(b"")
    assert settled_by(vault) == len(VAULT) + 1
    (vault / "Day 8.md").rename(vault / "Day 9.md")
    assert settled_by(vault) == len(VAULT) + 1
    (vault / "Day 9.md").unlink()
    assert settled_by(vault) == len(VAULT)


def test_another_schema_settles_all(vault: Path) -> None:
    (vault / "rotgraph.toml").write_text('[lexicon.index]\nOars = ["Oar Works"]\n', encoding="utf-8")
    assert settled_by(vault) == len(VAULT)


@pytest.mark.parametrize("damage", ["gone", "cut", "turned", "other"])
def test_what_is_damaged_is_settled_again(vault: Path, damage: str) -> None:
    file = next((vault / ".rotgraph").glob("settled-*"))
    data = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes({"cut": data[:-9], "turned": data[:50] + bytes([data[50] ^ 1]) + data[51:], "other": b"\x93abc"}[damage])
    changed(vault, SAME["a sentence"])
    assert settled_by(vault) == len(VAULT)
    changed(vault, SAME["a number in a cell"])
    assert settled_by(vault) == 0


def test_nothing_is_settled_where_nothing_changed(vault: Path) -> None:
    assert settled_by(vault) == 0


OWN = '[lexicon.index]\nBrolly = ["BRL", "Quill"]\n"Deep value" = ["Norden"]\n[lexicon.sector]\nGold = ["Chips"]\n'
MORE = ("Paddle Works", "Paddle", "Thule", "Ada Tide", "Reef & Co", "CEO", "OAR", "Oar Works", "Windy City", "Quill and Norden")
_encode = msgspec.msgpack.Encoder().encode


class Kept:
    """A vault in memory, and what settling its names came to."""

    def __init__(self, texts: dict[str, str], schema: Schema) -> None:
        self.schema, self.texts = schema, texts
        self.paths = sorted(texts, key=natural_key)
        self.notes = [self.named(path) for path in self.paths]
        self.settled, self.places = self.learned()

    def named(self, path: str) -> NoteNames:
        source = Source(path, self.texts[path].encode())
        return collect(extract(parse_note(source).value, source, self.schema).value, self.schema)

    def learned(self) -> tuple[Settled, Places]:
        names, heard, counted = learn(self.notes, self.schema)
        return kept(names, heard), places_of(names, counted)

    def edit(self, edits: dict[str, str]) -> bool:
        """Whether what was settled still holds: then it is, to the last table, what learning all names comes to."""
        told = []
        for path, text in edits.items():
            number, self.texts[path] = self.paths.index(path), text
            told.append(Changed(number, self.notes[number], self.named(path)))
            self.notes[number] = told[-1].new
        held = msgspec.msgpack.decode(_encode(self.settled), type=Settled)
        taken = taken_up(held, self.places, told, self.notes, self.schema, ())
        settled, places = self.learned()
        if taken is None:
            self.settled, self.places = settled, places
            return False
        assert _encode(kept(taken[0], settled.heard)) == _encode(settled)
        assert _encode(taken[1]) == _encode(places)
        self.places = taken[1]
        return True


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_taken_up_is_learned(seed: int) -> None:
    random = Random(seed)
    names = LEXICON if seed % 4 == 0 else random.sample((*NAMES, *LEXICON, *MORE), random.choice((8, 16, 24)))
    schema = read_schema(OWN, "rotgraph.toml") if random.random() < 0.5 else builtin_schema()
    titles = random.sample((*names[:6], "2031-05-07", "Other", "More"), random.randint(4, 9))
    vault = Kept({f"{title}.md": "\n\n".join(made_note(random, names) for _ in range(2)) for title in titles}, schema)
    for _ in range(8):
        paths = random.sample(vault.paths, random.choice((1, 1, 1, 2)))
        vault.edit({path: edited(random, vault.texts[path], list(vault.texts.values()), names) for path in paths})


ASKING = """| Round | Company | Investors |
|---|---|---|
| A | [[Calm Foods]] | [[Oar Works]], Ada Tide |
| B | Oar Works | Ada Tide; [[Calm Foods|Calm]] |
"""


def test_what_is_asked_for_is_the_same_bytes_wherever_it_stands() -> None:
    schema = builtin_schema()
    texts = ASKING, f"A sentence before, of söme bytes.\n\n{ASKING}"
    sources = [Source("Rounds.md", text.encode()) for text in texts]
    notes = [collect(extract(parse_note(source).value, source, schema).value, schema) for source in sources]
    first, later = ([ask.said for ask in asks_of(note)] for note in notes)
    assert first == later
    assert len(set(first)) > 3
    for source, note in zip(sources, notes, strict=True):
        for request in requests_of(note):
            links = getattr(request.value, "links", ((0, 0, request.value),))
            assert all(link.target in source.slice(link.start, link.end) for _, _, link in links)
