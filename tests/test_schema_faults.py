"""What is wrong in a vault's schema is one error with its line, and what was probably meant."""

from __future__ import annotations

import pytest

from rotgraph.errors import SchemaError
from rotgraph.extract.sheet import Orientation
from rotgraph.model.schema import ORIENTATIONS
from rotgraph.model.schema_file import read_schema

PLACE = "rotgraph.toml:"
WRONG = (
    ('[class.deal]\nplurl = "deals"', "2: class.deal.plurl: no such key; did you mean `plural`?"),
    ('nme = "x"', "1: nme: no such key; did you mean `name`?"),
    ('[class.deal.fields]\nsize = { knd = "text" }', "2: class.deal.fields.size.knd: no such key; did you mean `kind`?"),
    ('[class.deal.fields]\nsize = { kind = "quantty" }', "2: class.deal.fields.size.kind: Input should be"),
    ('[class.deal]\nplural = "deals"\nparents = ["frim"]', "3: class.deal.parents: no class `frim`; did you mean `firm`?"),
    ('[class.deal.fields]\nby = { ranges = ["frim"] }', "2: class.deal.fields.by.ranges: no class `frim`"),
    ('[class.deal]\nkey = ["siz"]\n[class.deal.fields]\nsize = {}', "2: class.deal.key: the class has no field `siz`"),
    ('base = "https://x.example/"\n[lexicon.planet]\n"Mars" = []', "2: lexicon.planet: no class `planet`"),
    ('[tables]\n"Terms" = "sideways"', "2: tables.Terms: `sideways` is no way to read a table"),
    ('base = "https://x.example/"\n[classes.deal]\nplural = "deals"', "2: classes: no such key; did you mean `class`?"),
    ("base = 3", "1: base: Input should be a valid string"),
    ("[class.deal\n", " not TOML"),
)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_wrong(text: str, said: str) -> None:
    with pytest.raises(SchemaError) as error:
        read_schema(text)
    assert str(error.value).startswith(PLACE + said)


@pytest.mark.parametrize("reading", [*ORIENTATIONS, *ORIENTATIONS.values(), "deal", "deals", "episode", "fund flows"])
def test_readings_of_tables(reading: str) -> None:
    text = f'[class.deal]\nplural = "deals"\n[tables]\n"Terms" = "{reading}"'
    assert read_schema(text).tables == (("terms", reading),)


def test_the_schema_knows_every_orientation() -> None:
    assert {each.name.lower(): each.value for each in Orientation} == ORIENTATIONS
