"""`matches`: the linear automaton finds what `re` finds, and refuses what only backtracking could do."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rotgraph.query.pattern import compile_pattern
from rotgraph.query.pattern_syntax import PatternError

ATOMS = st.sampled_from(
    (
        "a",
        "b",
        "ab",
        ".",
        r"\d",
        r"\w",
        r"\s",
        "[ab]",
        "[^a]",
        "[a-c1]",
        r"[\d_]",
        "^",
        "$",
        r"\b",
        r"\B",
        r"\.",
        "é",
        "(?:)",
        r"\x41",
    )
)


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(("*", "+", "?", "{2}", "{1,3}", "{0,}", "*?"))
    return st.one_of(
        st.lists(parts, min_size=1, max_size=4).map("".join),
        st.lists(parts, min_size=2, max_size=3).map(lambda each: f"(?:{'|'.join(each)})"),
        st.tuples(parts, repeats).map(lambda pair: f"({pair[0]}){pair[1]}"),
    )


PATTERNS = st.recursive(ATOMS, joined, max_leaves=8)
TEXTS = st.text("abcA1_ .é\n", max_size=12)


@given(PATTERNS, TEXTS)
@settings(max_examples=600, deadline=None)
def test_finds_what_re_finds(pattern: str, text: str) -> None:
    assume(text or r"\B" not in pattern)  # re denies that the empty text has no edge, until Python 3.14
    assume(not re.search(r"(?:[$^]|\\[bB])\)*(?:[*+?]|\{\d)", pattern))  # re lets an edge be repeated
    compiled = compile_pattern(pattern)
    theirs = re.compile(pattern.replace("$", r"\Z"))
    assert compiled.search(text) is (theirs.search(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "held"),
    [
        ("(?i)rates", "RATES", True),
        ("(?i:ra)tes", "RAtes", True),
        ("(?i:ra)tes", "RATES", False),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
        ("^S&P [0-9]{3}$", "S&P 500", True),
        ("", "", True),
        ("a{,2}", "a{,2}", True),
        ("[]a]", "]", True),
        ("[a-]", "-", True),
        (r"\Ax\z", "x", True),
        ("(?P<year>2[0-9]{3})", "in 2031", True),
        ("x|", "y", True),
        (r"[\w-]+@", "é-1@", True),
    ],
)
def test_by_hand(pattern: str, text: str, held: bool) -> None:
    assert compile_pattern(pattern).search(text) is held


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(a)\1", "references back need backtracking"),
        ("(?=a)", "looking ahead needs backtracking"),
        ("(?<!a)b", "looking behind needs backtracking"),
        ("(?>a)", "an atomic group needs backtracking"),
        ("a*+", "possessive repeats need backtracking"),
        ("*a", "there is nothing to repeat"),
        ("(a", "`(` is never closed"),
        ("a)", "`)` closes nothing"),
        ("[a", "`[` is never closed"),
        ("[b-a]", "a range goes from a smaller to a larger character"),
        ("a{2000}", "a repeat counts up to 1000, the smaller number first"),
        ("(a{1000}){1000}", "the pattern repeats too much"),
        ("a\\", "`\\` stands at the end"),
        (r"\q", "no escape `\\q`"),
        ("[[:alpha:]]", "named classes are not known here; write \\d, \\w, \\s or a range"),
        ("(?x)a", "no flag `x`: i and s are known"),
        ("(" * 101 + ")" * 101, "groups nest too deeply"),
    ],
)
def test_refuses(pattern: str, said: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert caught.value.message == said
    assert 0 <= caught.value.position <= len(pattern)


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|aa)+$b", "(a|a)*(a|a)*c", "(.*)(.*)(.*)x"])
def test_no_text_makes_it_slow(pattern: str) -> None:
    """Backtracking would not end in our lives."""
    assert not compile_pattern(pattern).search("a" * 20_000)


def test_states_are_forgotten_when_they_are_many() -> None:
    """The n-th character from the end: a deterministic automaton of 2^n states, of which a bounded number is kept."""
    pattern = compile_pattern("a[ab]{12}$")
    text = "".join("ab"[(number * number // 7) % 2] for number in range(30_000))
    assert pattern.search(text) is (re.search("a[ab]{12}$", text) is not None)
    assert len(pattern._sets) <= 2002
