"""What is wrong in a vault's schema is one error with its line, and what was probably meant."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import rotgraph.model
from rotgraph.api.walk import schema_of
from rotgraph.errors import SchemaError
from rotgraph.extract.sheet import Orientation
from rotgraph.model.schema import ORIENTATIONS, Schema
from rotgraph.model.schema_faults import faults
from rotgraph.model.schema_file import read_schema
from rotgraph.model.schema_form import SchemaForm

BUILTIN = Path(rotgraph.model.__file__).with_name("markets.toml")

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
    ("[class.boat]\nplural = 3", "2: class.boat.plural: Input should be a valid string"),
    ('[class.boat]\nkey = "name"', "2: class.boat.key: Input should be a valid list"),
    ('[class]\nboat = "boats"', "2: class.boat: Input should be"),
    ('[class.boat.fields]\nhull = "text"', "2: class.boat.fields.hull: Input should be"),
    ('[class.boat.fields]\nhull = { single = "yes" }', "2: class.boat.fields.hull.single: Input should be a valid boolean"),
    ('[class.boat.fields]\nhull = { unit = "metres" }', "2: class.boat.fields.hull.unit: Input should be"),
    ('[lexicon.sector]\nOars = "Rudder"', "2: lexicon.sector.Oars: Input should be a valid list"),
    ('[lexicon]\nsector = ["Oars"]', "2: lexicon.sector: names stand in a table with their aliases: [lexicon.sector]"),
    ('[class.boat]\nparents = ["boat"]', "2: class.boat.parents: boat → boat leads back to where it began"),
    (
        '[class.boat]\nparents = ["ship"]\n[class.ship]\nparents = ["boat"]',
        "2: class.boat.parents: boat → ship → boat leads back to where it began",
    ),
    ('[broader]\nOars = "Sails"\nSails = "Oars"', "2: broader.Oars: Oars → Sails → Oars leads back to where it began"),
    ('[broader]\nTech = "SaaS"', "2: broader.Tech: Tech → SaaS → Software → Tech leads back to where it began"),
    ('[class."Big boat"]\nplural = "boats"', "1: class.Big boat: a name is letters, digits and underscores: write `big_boat`"),
    ('[class.boat.fields]\n"Hull length" = {}', "2: class.boat.fields.Hull length: a name is letters, digits and underscores"),
    ('[class.boat]\nplural = "episodes"', "2: class.boat.plural: `episodes` means the class `episode` already"),
    (
        '[class.boat]\nplural = "vessels"\n[class.ship]\nplural = "vessels"',
        "4: class.ship.plural: `vessels` means the class `boat` already",
    ),
    ('[class.boat]\nlabel = "{nme} of {hull}"', "2: class.boat.label: a label is made of"),
    ('[class.boat]\nlabel = "{name"', "2: class.boat.label: braces that do not match"),
    ('[class.boat]\nvalue = "speed"', "2: class.boat.value: the class has no field `speed`"),
    ('[class.boat]\ncolumns = ["speeed"]\n[class.boat.fields]\nspeed = {}', "2: class.boat.columns: the class has no"),
    ('[class.boat]\ntables = [["name", "hul"]]', "2: class.boat.tables: the class has no field `hul`"),
    ('[class.boat]\nmatrix = ["a", "b"]', "2: class.boat.matrix: the class has no field `a`"),
    ('[class.boat]\nsigns = ["tickr"]', "2: class.boat.signs: the class has no field `tickr`"),
    ('[class.boat]\nyields = ["frim"]', "2: class.boat.yields: no class `frim`; did you mean `firm`?"),
    ('[class.boat.fields]\nhull = { kind = "text", unit = "money" }', "2: class.boat.fields.hull.unit: a unit is one of"),
    ('[class.boat.fields]\nhull = { kind = "text", transitive = true }', "2: class.boat.fields.hull.transitive: only a thing"),
    ('[class.boat.fields]\nhull = { kind = "text", inverse = "hull_of" }', "2: class.boat.fields.hull.inverse: only a thing"),
    ('[class.boat.fields]\nhull = { kind = "period", ranges = ["firm"] }', "2: class.boat.fields.hull.ranges: only a thing"),
    ('[class.boat.fields]\nhull = { arrow = ["way"], arrow_to = "keel" }', "2: class.boat.fields.hull.arrow_to: the class"),
    ('[class.boat.fields]\nhull = { inverse = "name" }', "2: class.boat.fields.hull.inverse: every class has a field `name`"),
    (
        '[class.boat.fields]\nmate = { kind = "thing", ranges = ["person"], inverse = "role" }',
        "2: class.boat.fields.mate.inverse: the class person declares a field `role`: one of the two says both",
    ),
)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_wrong(text: str, said: str) -> None:
    with pytest.raises(SchemaError) as error:
        read_schema(text)
    assert str(error.value).startswith(PLACE + said)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "rotgraph.toml").write_bytes(b'base = "https://x.example/"\nname = "caf\xe9"\n')
    with pytest.raises(SchemaError, match=r"rotgraph\.toml:2: byte 0xE9 is no UTF-8"):
        schema_of(tmp_path)


def test_a_mark_of_byte_order() -> None:
    assert read_schema('\ufeffname = "x"\r\n[class.dinghy]\r\nplural = "dinghies"\r\n').by_word["dinghies"].name == "dinghy"


def test_the_built_in_schema_has_no_fault() -> None:
    form = SchemaForm.model_validate(tomllib.loads(BUILTIN.read_text(encoding="utf-8")))
    assert list(faults(form, Schema(()))) == []


@pytest.mark.parametrize("reading", [*ORIENTATIONS, *ORIENTATIONS.values(), "deal", "deals", "episode", "fund flows"])
def test_readings_of_tables(reading: str) -> None:
    text = f'[class.deal]\nplural = "deals"\n[tables]\n"Terms" = "{reading}"'
    assert read_schema(text).tables == (("terms", reading),)


def test_the_schema_knows_every_orientation() -> None:
    assert {each.name.lower(): each.value for each in Orientation} == ORIENTATIONS
