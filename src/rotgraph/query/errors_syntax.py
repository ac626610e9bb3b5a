"""In: the place at which a query does not fit the grammar. Out: `QueryError` in words. Room: query.

First the mistakes that people make who know another language; then what could have stood there, in words, never in the names of
tokens.
"""

from __future__ import annotations

import re

from rotgraph.errors import QueryError
from rotgraph.late import regex
from rotgraph.query.automaton import StuckError, Token
from rotgraph.query.errors_english import ENGLISH
from rotgraph.query.errors_habits import HABITS
from rotgraph.query.errors_place import CLAUSE_TOKENS, STOP, Place, clauses, condition_start
from rotgraph.query.kinds import PARTS
from rotgraph.query.suggest import closest
from rotgraph.query.words import CLAUSES, EXPECTED, OPERATOR_WORDS, OTHER_WORDS, RESERVED, WORD_OF

__all__ = ["expected_words", "explain_stuck"]

_CLASS_BEFORE = frozenset({"", "EXPLAIN", "_COUNT", "_IN_CLASS", "_INNER_COUNT"})


def explain_stuck(text: str, stuck: StuckError) -> QueryError:
    """The error for a query that does not fit the grammar."""
    place = Place(text, stuck.position, stuck.tokens, stuck.accepts)
    for look in _LOOKS:
        found = look(place)
        if found is not None:
            return found
    return _plain(place)


def _empty(place: Place) -> QueryError | None:
    if place.tokens or place.found:
        return None
    return place.error("the query is empty", 0, 1, help="begin with a class: `episodes where buy_side contains Energy`")


def _characters(place: Place) -> QueryError | None:
    first = place.rest[:1]
    if first and not first.isprintable() and not first.isspace():
        return place.error(f"the character U+{ord(first):04X} cannot stand in a query", end=place.position + 1)
    return None


def _unclosed(place: Place) -> QueryError | None:
    end = len(place.text)
    if place.rest[:1] in ('"', "“"):
        close = "”" if place.rest[0] == "“" else '"'
        if close not in place.text[place.position + 1 :]:
            return place.error("this quotation mark is never closed", end=end, help='a quotation mark inside a text is doubled: ""')
    if place.rest.startswith("[[") and "]]" not in place.text[place.position :].split("\n")[0]:
        return place.error("this link is never closed", end=end, help="a link ends with ]]")
    return None


def _count_wanted(place: Place) -> QueryError | None:
    if "INT" not in place.accepts:
        return None
    what = {"_LIMIT": "limit", "_OFFSET": "offset", "_TOP": "top", "_WITHIN": "within", "_INNER_TOP": "top"}.get(place.last.kind)
    if what is None:
        return None
    example = {"top": "top 3 targets by value", "within": "within 3"}.get(what, f"{what} 10")
    end = place.position + (len(re.match(r"\S*", place.rest)[0]) or 1)  # type: ignore[index]  # it matches anything
    return place.error(f"`{what}` takes a whole number, 0 or more", end=end, help=f"write `{example}`")


def _clause_order(place: Place) -> QueryError | None:
    word = "as of" if re.match(r"(?i)as\s+of\b", place.rest) else place.found.lower()
    if word not in CLAUSES or not place.accepts & {"$END", "_RPAR", "_AND", "ADD"}:
        return None
    there = clauses(place.tokens)
    length = re.match(r"(?i)as\s+of|\w+", place.rest)
    end = place.position + (length.end() if length else 1)
    if word in there and not (word == "where" and "per" in there and there.count("where") < 2):
        more = {"where": "join the conditions with `and`", "show": "list the columns after one `show`, with commas"}.get(word, "")
        return place.error(f"`{word}` stands twice", end=end, help=more or f"one `{word}` is enough")
    if not there or "$END" not in place.accepts | ({"$END"} if "_RPAR" in place.accepts else set()):
        return None
    after = [each for each in there if CLAUSES.index(each) > CLAUSES.index(word)]
    if not after:
        return None
    order = ", ".join(f"{each} by" if each == "sort" else each for each in CLAUSES)
    return place.error(f"`{word}` comes before `{after[0]}`", end=end, help=f"the order of the clauses is {order}")


def _other_word(place: Place) -> QueryError | None:
    """``order by``, ``group by``, ``having``; and words of our own misspelt."""
    found = place.found.lower()
    wanted = {WORD_OF[each] for each in place.accepts if each in WORD_OF and WORD_OF[each].isascii() and WORD_OF[each][0].isalpha()}
    if "OPERATOR" in place.accepts:
        wanted |= set(OPERATOR_WORDS)
    if "DIRECTION" in place.accepts:
        wanted |= {"asc", "desc"}
    if found and found not in RESERVED:
        meant = OTHER_WORDS.get(found)
        if meant in wanted:
            by = re.match(r"(?i)\s+by\b", place.rest[len(found) :]) if found in ("order", "group", "sorted", "grouped") else None
            end = place.position + len(found) + (by.end() if by else 0)
            return place.error(f"`{place.text[place.position : end]}` is written `{meant}`", end=end, suggestions=(str(meant),))
        near = closest(found, sorted(wanted)) if len(found) > 2 else ()
        if near:
            return place.error(_expectation(place), suggestions=near)
    if place.accepts == {"_BY"}:
        if place.last.kind == "_SORT":
            return place.error("`by` is missing after `sort`", help="write `sort by …`")
        return place.error(_expectation(place), help="write `top 3 targets by value`")
    return None


def _reserved(place: Place) -> QueryError | None:
    word = place.found
    if word.lower() not in RESERVED or not place.accepts & {"NAME", "BARE"}:
        return None
    follows = place.rest[len(word) :].lstrip()
    if place.accepts & {"BARE"} or re.match(r"[=<>.,\[]|(?i:is|in|contains|as|desc|asc)\b|$", follows):
        link = f" or [[{word}]]" if "BARE" in place.accepts else ""
        return place.error(f"`{word}` is a reserved word, and {_wanted(place)} is expected here",
                           help=f'as a name it is written "{word}"{link}')  # fmt: skip
    return None


def _split_field(place: Place) -> QueryError | None:
    """``buy side contains X``: a field of two words without quotes."""
    if place.last.kind != "NAME" or "SYMBOL" not in place.accepts:
        return None
    match = re.match(
        r"(?i)((?:(?!(?:and|or|not|where|per|show|sort|as)\b)[^\W\d][\w]*\s+){1,4})(?:[=<>]|(?:is|in|possibly|not|"
        + "|".join(OPERATOR_WORDS)
        + r")\b)",
        place.rest,
    )
    if match is None:
        return None
    words = [place.last.text, *match[1].split()]
    end = place.position + len(match[1].rstrip())
    help_ = f'write `{"_".join(words)}` or `"{" ".join(words)}"`'
    if words[-1].lower() in _PARTS:
        help_ += f"; a part of `{words[0]}` is written with a dot: `{'.'.join(words)}`"
    return place.error("a field of several words needs underscores or quotes", place.last.start, end, help=help_)


_PARTS = frozenset({"name", *(part for parts in PARTS.values() for part in parts)})


def _bracket(place: Place) -> QueryError | None:
    opened = [token for token in place.tokens if token.kind in ("_LPAR", "_LSQB")]
    closed = [token for token in place.tokens if token.kind in ("_RPAR", "_RSQB")]
    if place.found in (")", "]") and len(opened) <= len(closed):
        return place.error(f"this `{place.found}` closes nothing")
    if place.found == "(" and place.last.kind in ("BARE", "END_BARE"):
        return place.error("a value with brackets needs quotes", help=f'write `"{place.last.text} (…)"`')
    if place.last.kind == "MARK" and place.found:
        name = place.tokens[-2].text if len(place.tokens) > 1 else "value"
        value = re.match(r"[\w.%$€£]+", place.rest)
        spaced = f"{name} {place.last.text} {value[0] if value else 2}"
        if place.last.start == place.tokens[-2].end and place.last.text in ("+", "*"):
            return place.error(_expectation(place), help=f"arithmetic stands between spaces: `{spaced}`")
    loose = _LOOSE_MARK.search(place.text)
    if loose and loose.start() < place.position:
        meant = f"{loose[1]}{loose[2].strip()[0]} {loose[3]}"
        return place.error("a path has one mark, glued to its name", loose.start(2), loose.end(2), help=f"write `{meant}`")
    return None


_LOOSE_MARK = regex(r"(?i)(\w+)(\s+[+*^]|[+*^]{2,})\s+(is|contains|within|=)\b")


_LOOKS = (
    _empty, _characters, _unclosed, _count_wanted, _clause_order, *HABITS, *ENGLISH, _split_field, _other_word, _reserved, _bracket,
)  # fmt: skip
"""In the order in which they are looked for."""


def _plain(place: Place) -> QueryError:
    more = ""
    link = place.last if place.last.kind == "WIKILINK" else None
    if link and "_DOT" in place.accepts and condition_start(place.tokens) <= link.start <= condition_start(place.tokens) + 3:
        said = place.text[link.start : link.end]
        more = f"of one thing alone: `this is {said}`; else name the field: `… is {said}`"
        return place.error("a condition is a field, an operator and a value", link.start, link.end, help=more)
    if place.last.kind == "OPERATOR" and place.last.text.lower() in ("like", "matches"):
        more = f"`{place.last.text.lower()}` takes a text in quotes"
    elif "SYMBOL" in place.accepts and place.last.kind in ("NAME", "STRING") and (not place.found or STOP.match(place.found)):
        lacking = len(place.tokens) > 1 and place.tokens[-2].text.lower() == "no"
        asked = "unknown` asks for what has none" if lacking else "known` asks whether there is one"
        more = f"a condition is a field, an operator and a value; `{place.last.text} is {asked}"
    return place.error(_expectation(place), help=more)


def _expectation(place: Place) -> str:
    wanted = _wanted(place)
    if not place.found:
        return f"{wanted} is missing at the end" if " or " not in wanted else f"the query ends here; expected {wanted}"
    return f"expected {wanted}, found `{place.found}`"


def _wanted(place: Place) -> str:
    words = expected_words(place.accepts, place.tokens)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def expected_words(accepts: frozenset[str], tokens: list[Token]) -> tuple[str, ...]:
    """What could stand next, in words, the likeliest first."""
    before = tokens[-1].kind if tokens else ""
    words: list[str] = []
    if "NAME" in accepts:
        words.append(_named(before, tokens))
    words += [said for said, kinds in EXPECTED if kinds & accepts]
    if "STRING" in accepts and not accepts & {"NAME", "BARE", "END_BARE"}:
        words.append("a name in quotes")
    ending = "$END" in accepts
    joints = [WORD_OF[each] for each in ("_AND", "_OR", "_TO", "_BY", "_WITHIN", "_VIA", "_AS") if each in accepts]
    words += [f"`{each}`" for each in joints if not (each == "as" and ending)]
    clauses = [word for kind, word in WORD_OF.items() if kind in CLAUSE_TOKENS and kind in accepts]
    if len(clauses) > 3 and not words:
        words += [f"`{each}`" for each in clauses[:3]]
    elif clauses:
        words.append(f"a clause such as `{clauses[0]}`" if len(clauses) > 1 else f"`{clauses[0]}`")
    words += [
        f"`{WORD_OF[each]}`"
        for each in ("_LPAR", "_RPAR", "_RSQB", "_RANGE")
        if each in accepts and (not words or each in ("_RPAR", "_RSQB"))
    ]
    if ending:
        words.append("the end of the query")
    return tuple(words) or tuple(f"`{WORD_OF[each]}`" for each in sorted(accepts) if each in WORD_OF) or ("something else",)


def _named(before: str, tokens: list[Token]) -> str:
    if before in _CLASS_BEFORE or (before == "INT" and len(tokens) > 1 and tokens[-2].kind in ("_TOP", "_INNER_TOP")):
        return "a class"
    return {"_AS": "a name for the column", "_PIVOT": "the name of a column"}.get(before, "a field")
