"""What a note states depends on it and on what all notes name, not on the notes that were described before it."""

from __future__ import annotations

import os
from random import Random

import pytest

from made_notes import LEXICON, NAMES, made_note
from rotgraph.extract.note import extract
from rotgraph.model.schema_file import builtin_schema, read_schema
from rotgraph.notes.parse import parse_note
from rotgraph.resolve.collect import collect
from rotgraph.resolve.describe import Describer
from rotgraph.resolve.emit import tokens_of
from rotgraph.resolve.names import settle
from rotgraph.source import Source, natural_key

RUNS = int(os.environ.get("ROTGRAPH_EDIT_RUNS", "12"))
OWN = '[lexicon.index]\nBrolly = ["BRL", "Quill"]\n"Deep value" = ["Norden"]\n[lexicon.sector]\nGold = ["Chips"]\n'


@pytest.mark.parametrize("seed", range(RUNS))
def test_notes_are_described_alike_in_any_order(seed: int) -> None:
    random = Random(seed)
    names = (NAMES, LEXICON, random.sample((*NAMES, *LEXICON), 12))[seed % 3]
    schema = read_schema(OWN, "rotgraph.toml") if seed % 2 else builtin_schema()
    titles = sorted({*random.sample(names, min(7, len(names))), "Other"}, key=natural_key)
    notes = [extract(parse_note(each).value, each, schema).value for each in (
        Source(f"{title}.md", made_note(random, names).encode()) for title in titles
    )]  # fmt: skip
    names_of_all = settle([collect(note, schema) for note in notes], schema)
    alone = [Describer(names_of_all).describe(note) for note in notes]
    describer = Describer(names_of_all)
    for _ in range(3):
        order = list(range(len(notes)))
        random.shuffle(order)
        names_of_all.rest()  # what was let go is made again
        for number in order:
            assert describer.describe(notes[number]) == alone[number], (seed, titles[number])


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Gold_ETF rose 3.5% (S&P) S&P", {"Gold", "ETF", "rose", "3", "5", "S", "P"}),
        ("Crédit_Agricole – ½ up, 東京x ไท", {"Crédit", "Agricole", "½", "up", "東", "京", "x", "ไ", "ท"}),
        ("", set()),
    ],
)
def test_words_are_the_same_whatever_script_stands_beside_them(text: str, tokens: set[str]) -> None:
    assert tokens_of(text) == tokens
