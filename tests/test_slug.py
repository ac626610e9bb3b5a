"""Slugs: readable, and two names share one exactly when `fold` holds them equal."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotgraph.model import slug as module
from rotgraph.model.schema import fold
from rotgraph.model.slug import LONGEST, again, apart, is_slug, note_key, row_key, slug, thing_key

PIECES = ["a", "b", "to", "and", "→", "&", "-", "_", " ", "--", "__", "é", "e\u0301", "\u0301", "→ ", "x--aaaaaaaa"]
NAMES = st.text(max_size=12) | st.lists(st.sampled_from(PIECES), max_size=7).map("".join)


def test_examples() -> None:
    assert doctest.testmod(module).failed == 0


@given(NAMES, NAMES)
def test_equal_slugs_mean_equal_names(a: str, b: str) -> None:
    assert (slug(a) == slug(b)) == (fold(a) == fold(b))


@given(st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES, min_size=1, max_size=3))
def test_equal_keys_mean_equal_parts(a: list[str], b: list[str]) -> None:
    assert (slug(*a) == slug(*b)) == ([fold(each) for each in a] == [fold(each) for each in b])


@given(st.lists(NAMES | st.text(min_size=LONGEST), min_size=1, max_size=3))
def test_a_slug_needs_no_escape_and_is_short(parts: list[str]) -> None:
    made = slug(*parts)
    assert is_slug(made)
    assert len(made) <= LONGEST
    assert is_slug(apart(again(made, 2), parts[0]))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (thing_key("Risk-off"), "id/risk_off"),
        (note_key("Notes/A b.MD"), "note/notes__a-b"),
        (note_key("README"), "note/readme"),
        (row_key("fund_flow", "XMAG", "Jun 2025"), "fund-flow/xmag__jun-2025"),
        (thing_key("M&A"), "id/m_and_a"),
    ],
)
def test_keys(made: str, expected: str) -> None:
    assert made == expected
