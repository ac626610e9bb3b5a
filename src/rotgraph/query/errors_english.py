"""In: the place at which a query does not fit the grammar. Out: the error, if it is English but not the language. Room: query.

Questions (`which episodes`, `how many`), words that join a class to a name (`returns of NVIDIA`), lists without `in`, signs at the
end, functions by other names. The language is English only as far as it is written; here it says how.
"""

from __future__ import annotations

import re

from rotgraph.errors import QueryError
from rotgraph.late import regex
from rotgraph.query.automaton import Token
from rotgraph.query.errors_place import STOP, Place, condition_start, until_close, until_stop
from rotgraph.query.words import AGGREGATES, OPERATOR_WORDS, OTHER_FUNCTIONS

__all__ = ["BEGINS", "ENGLISH", "EXAMPLE"]

EXAMPLE = "episodes where buy_side contains Energy"
BEGINS = f"begin with a class: `{EXAMPLE}`"
_ASKING = frozenset(
    {"which", "what", "who", "whose", "every", "each", "any", "some", "the", "please", "tell", "are", "is", "does", "do", "in"}
)
_COUNTING = regex(
    r"(?i)\s*(?:how\s+many|(?:the\s+)?(?:number|count)\s+of|count\s+(?:of|all|the|distinct)|count\s*\()\s*(?P<rest>.*)"
)
_ENDS = regex(
    r"(?i)\s*(?:shortest\s+)?(?:paths?|routes?)\s*(?:between|from)?\s*(?P<start>.+?)\s+(?:to|and)\s+(?P<end>.+)"
)


def _counting(place: Place) -> QueryError | None:
    """``how many episodes``, ``number of episodes``, ``count(episodes)``."""
    match = _COUNTING.match(place.text)
    if match is None or len(place.tokens) > 3 or "where" in place.text[: place.position].lower():
        return None
    rest = match["rest"].replace(")", "", 1) if "(" in match[0][: match.start("rest")] else match["rest"]
    rest = " ".join(re.sub(r"(?i)^(?:are\s+there|the|all|of)\s+", "", rest).rstrip("?.;! ").split())
    start = len(place.text) - len(place.text.lstrip())
    help_ = f"write `count {rest[:80]}`" if rest else "write `count episodes`"
    return place.error("a query that counts begins with `count` and a class", start, match.start("rest") or 1, help=help_)


def _question(place: Place) -> QueryError | None:
    """``which episodes …``, ``every episode``, ``distinct episodes``."""
    words = place.text.split()
    if not words or len(place.tokens) != 1 or place.tokens[0].kind != "NAME":
        return None
    first = words[0].lower()
    start = place.tokens[0].start
    if first in ("distinct", "unique", "different"):
        rest = " ".join(words[1:])[:80]
        return place.error("each thing is a row once, without being asked", start, start + len(first), help=f"write `{rest}`")
    if first in ("bottom", "lowest", "worst", "last") and (found := _BOTTOM.match(place.text)):
        help_ = f"write `{found['cls']} sort by {found['by']} limit {found['count']}`"
        return place.error("the last ones are the first ones in the other order", start, start + len(first), help=help_)
    if first not in _ASKING or len(words) < 2:
        return None
    return place.error(f"a query begins with a class, not with `{words[0]}`", start, start + len(first), help=BEGINS)


_BOTTOM = regex(r"(?i)\s*\w+\s+(?P<count>[0-9]+)\s+(?P<cls>\S+)\s+by\s+(?P<by>\S+)\s*$")


def _path_words(place: Place) -> QueryError | None:
    """``path NVIDIA to Energy``, ``path between A and B``, ``shortest path from A to B``, a `within` after `via`."""
    if place.found.lower() == "within" and any(token.kind == "_VIA" for token in place.tokens):
        return place.error("`within` comes before `via`", help="write `path from … to … within 3 via …`")
    match = re.match(r"(?i)\s*(?:shortest\s+)?(?:paths?|routes?)\b", place.text)
    if match is None or any(token.kind == "_PATH_FROM" for token in place.tokens) or len(place.tokens) > 2:
        return None
    ends = _ENDS.fullmatch(place.text.strip().rstrip("?"))
    two = re.fullmatch(r"\s*(\S+)\s+(\S+)\s*", place.text[match.end() :])
    start, end = (ends["start"], ends["end"]) if ends else (two[1], two[2]) if two else ("NVIDIA", "Energy")
    if place.tokens and place.tokens[-1].kind == "_WHERE":
        return None
    at = len(place.text) - len(place.text.lstrip())
    help_ = f"write `path from {start[:60]} to {end[:60]}`"
    return place.error("a path is asked with `path from … to …`", at, match.end(), help=help_)


_JOINS = frozenset(
    {
        "for", "of", "in", "from", "about", "on", "within", "with", "like", "contains", "containing", "is", "at", "not", "without",
        "lacking", "missing", "has", "have", "who", "since", "after", "before", "between", "over", "under", "above", "below",
        "longer", "excluding",
    }
)  # fmt: skip


def _beside_class(place: Place) -> QueryError | None:
    """``vessels[crew = 20]``, ``vessels.owner``, ``vessels, ports``."""
    last = place.last
    if last.kind not in ("NAME", "STRING") or not _is_class(place.tokens):
        return None
    if place.found == "[":
        condition = until_close(place.rest[1:]).strip()
        return place.error("a condition on a class stands after `where`", help=f"write `{last.text} where {condition}`")
    field = re.match(r"\.(\w+)", place.rest)
    if field and last.end == place.position:
        help_ = f"write `{last.text} show {field[1]}`"
        return place.error("what a class has is shown", end=place.position + field.end(), help=help_)
    if place.found.lower() in (",", "and", "or", "&", "+") and not re.match(r"(?i)\S+\s+(?:their|its)\b", place.rest):
        return place.error("a query asks for one class; ask twice, or for a class that holds both", help=f"write `{last.text}`")
    return None


def _after_class(place: Place) -> QueryError | None:
    """``returns of NVIDIA``, ``stocks in Mag 7``, ``sectors within Tech``, ``episodes with …``."""
    last = place.last
    if place.found.lower() not in _JOINS or last.kind not in ("NAME", "STRING") or not _is_class(place.tokens):
        return None
    word, cls = place.found.lower(), last.text
    rest = until_stop(place.rest[len(place.found) :]).strip().rstrip("?;.")[:60]
    if word in ("with", "containing") and re.search(r"[=<>]|\b(?:contains|is|in|known)\b", rest):
        return place.error(f"`{word}` is written `where`", suggestions=("where",))
    if word in ("within", "is", "in") and rest and not re.match(r"[0-9(]", rest):
        operator = {"in": "within"}.get(word, word)
        help_ = f"write `{cls} where this {operator} {rest}`, or name the field: `{cls} where … is {rest}`"
    else:
        help_ = f"name the field: `{cls} where … is {rest or '…'}`"
    return place.error(f"`{word}` does not join a class to what it is asked for: a condition stands after `where`", help=help_)


def _is_class(tokens: list[Token]) -> bool:
    before = [token.kind for token in tokens[:-1]]
    return not before or before[-1] in ("EXPLAIN", "_COUNT")


def _punctuation(place: Place) -> QueryError | None:
    """A sign at the end, as sentences and programs have it; another between two parts."""
    if place.tokens and re.fullmatch(r"[?;.!]+\s*", place.text[place.position :]):
        whole = " ".join(place.text[: place.position].split())[-80:]
        return place.error(f"a query ends without `{place.rest[0]}`", help=f"write `{whole}`")
    if place.found == "!" and "NOT" in place.accepts:
        return place.error("`!` is written `not`", suggestions=("not",))
    if place.found == "." and place.last.kind == "INT":
        what = {"_LIMIT": "limit", "_OFFSET": "offset"}.get(place.tokens[-2].kind if len(place.tokens) > 1 else "", "")
        if what:
            number = re.match(r"\S*", place.text[place.last.start :])
            return place.error(f"`{what}` takes a whole number, 0 or more", place.last.start,
                               place.last.start + (number.end() if number else 1), help=f"write `{what} 10`")  # fmt: skip
    return None


def _list_of_values(place: Place) -> QueryError | None:
    """``contains Energy, Tech``, ``contains (Energy, Tech)``, ``target > 5%, group is X``."""
    if place.found != "," or ("_AND" not in place.accepts and "_RPAR" not in place.accepts):
        return None
    last, tokens = place.last, place.tokens
    if last.kind not in ("BARE", "STRING", "WIKILINK", "TAG", "NAME", "KNOWN") or any(token.kind == "_SHOW" for token in tokens):
        return None
    rest = until_stop(place.rest[1:].split(",")[0]).strip()
    if re.search(r"[=<>]|\b(?:is|in|" + "|".join(OPERATOR_WORDS) + r")\b", rest, re.IGNORECASE):
        return place.error("conditions are joined with `and` or `or`", help=f"write `and {rest}`")
    if "_COMMA" in place.accepts:
        return None
    opened = len(tokens) > 1 and tokens[-2].kind == "_LPAR"
    operator = tokens[-3 if opened else -2] if len(tokens) > (2 if opened else 1) else None
    if operator is None or operator.kind not in ("SYMBOL", "OPERATOR", "IS"):
        return None
    left = place.text[condition_start(tokens[: -2 if opened else -1]) : operator.start].strip()
    values = [last.text, *(each.strip() for each in until_close(place.rest[1:]).split(","))]
    values = [each for each in values if each]
    help_ = f"write `{left} in ({', '.join(values)})`"
    if operator.text.lower() not in ("=", "is"):
        help_ = f"write `{' or '.join(f'{left} {operator.text} {each}' for each in values)}`"
    return place.error("several values are asked for one by one, or as a list with `in`", help=help_)


def _columns(place: Place) -> QueryError | None:
    """``show rotation and period``, ``show rotation period``, ``show rotation; period``, ``show distinct x``."""
    tokens = place.tokens
    shown = next((n for n in range(len(tokens) - 1, -1, -1) if tokens[n].kind in ("_SHOW", "_SORT", "_PER")), -1)
    if shown < 0 or "_COMMA" not in place.accepts or place.last.kind not in ("NAME", "STRING", "_RPAR"):
        return None
    clause = tokens[shown].text.lower()
    clause = "sort by" if clause == "sort" else clause
    word = place.found.lower()
    function = OTHER_FUNCTIONS.get(place.last.text.lower(), place.last.text.lower())
    other = place.last.text.lower() in ("distinct", "unique")
    called = function in AGGREGATES and not other and place.last.kind == "NAME" and word not in _WORDS_AFTER
    if called and re.match(r"[^\W\d]", place.found):
        help_ = f"write `{function}({place.found})`"
        return place.error(f"`{place.last.text}` takes a field in brackets", place.last.start, place.last.end, help=help_)
    if other and len(tokens) == shown + 2:
        field = until_stop(place.rest).strip() or "…"
        help_ = f"the different values, a row each: `… per {field} show {field}`; in one cell: `show list({field})`"
        return place.error(f"`{place.last.text}` is no field", place.last.start, place.last.end, help=help_)
    if word in ("and", ";", "&", "+") or (place.found[:1].isalpha() and word not in _WORDS_AFTER and not STOP.match(place.found)):
        more = re.match(r"(?i)(?:and\b|[;&+])?\s*([\w.]+)", place.rest)
        written = f"{clause} {place.last.text}, {more[1]}" if more and place.last.kind != "_RPAR" else f"{clause} …, …"
        return place.error(f"expected a comma, found `{place.found}`", help=f"write `{written}`")
    return None


_WORDS_AFTER = frozenset(
    {"as", "asc", "desc", "nulls", "ascending", "descending", "order", "group", "having", "from", "into", "skip", "take", "until"}
)


def _functions(place: Place) -> QueryError | None:
    """``mean(x)``, ``count(*)``, ``sum()``."""
    last, tokens = place.last, place.tokens
    if place.found == "(" and last.kind == "NAME":
        meant = OTHER_FUNCTIONS.get(last.text.lower())
        if meant:
            return place.error(f"`{last.text}` is written `{meant}`", last.start, last.end, suggestions=(meant,))
        if "ADD" in place.accepts:
            help_ = f"there are {', '.join(AGGREGATES)}"
            return place.error(f"there is no function `{last.text}`", last.start, last.end, help=help_)
    if len(tokens) > 1 and last.kind == "_LPAR" and tokens[-2].kind == "AGGREGATE" and place.found in ("*", ")"):
        name = tokens[-2].text.lower()
        end = place.position + (place.rest.find(")") + 1 if ")" in place.rest[:3] else 1)
        if name == "count":
            if tokens[0].kind in ("NAME", "STRING") and not any(token.kind == "_PER" for token in tokens):
                help_ = f"write `count {place.text[: tokens[0].end].strip()}`, or `count(…)` with a field"
                return place.error("rows are counted by `count` and a class", tokens[-2].start, end, help=help_)
            help_ = "write `count`, or `count(…)` with a field"
            return place.error("`count` alone counts the rows", tokens[-2].start, end, help=help_)
        return place.error(f"`{name}` takes a field", tokens[-2].start, end, help=f"write `{name}(value)`")
    return None


_QUANTIFIERS = {"every": "all", "each": "all", "none": "no", "some": "any", "has": "", "have": "", "having": "", "with": ""}


def _quantifier(place: Place) -> QueryError | None:
    """``every return > 5%``, ``has trigger``, ``possibly value > 5%``."""
    last = place.last
    if last.kind != "NAME" or "SYMBOL" not in place.accepts or not re.match(r"[\w\"]", place.rest):
        return None
    word, rest = last.text.lower(), until_stop(place.rest).strip()
    if word == "possibly":
        parts = re.match(r"(\S+)\s+(.*)", rest)
        help_ = f"write `{parts[1]} possibly {parts[2]}`" if parts else "write `value possibly > 5%`"
        return place.error("`possibly` stands before the operator", last.start, last.end, help=help_)
    if word not in _QUANTIFIERS:
        return None
    meant = _QUANTIFIERS[word]
    if not meant:
        field = rest.split()[0] if rest else "…"
        return place.error(f"`{last.text}` is no field", last.start, last.end, help=f"write `{field} is known`")
    return place.error(f"`{last.text}` is written `{meant}`", last.start, last.end, suggestions=(meant,))


def _chain(place: Place) -> QueryError | None:
    """``duration >= 1 year and < 2 years``, ``1 year < duration < 2 years``."""
    sign = re.match(r"[=<>!≥≤]+\s*", place.rest)
    if sign is None:
        return None
    value = until_stop(place.rest[sign.end() :]).strip()
    operator = sign[0].strip()
    tokens = place.tokens
    if place.last.kind in ("_AND", "_OR") and len(tokens) > 3:
        begin = condition_start(tokens[:-1])
        subject = re.match(r"(?i)\s*(?:any\s+|all\s+|no\s+)?(.+?)\s*(?:possibly\s*)?(?:[=<>!]|\bis\b)", place.text[begin:])
        if subject:
            return place.error(f"after `{place.last.text}` comes a whole condition: field, operator, value",
                               help=f"write `{place.last.text} {subject[1]} {operator} {value}`")  # fmt: skip
    if place.last.kind == "BARE" and len(tokens) > 2 and tokens[-2].kind == "SYMBOL" and tokens[-3].kind == "NUMBER":
        first, field = tokens[-3].text, place.last.text
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(tokens[-2].text, tokens[-2].text)
        return place.error("a comparison has two sides", help=f"write `{field} {turned} {first} and {field} {operator} {value}`")
    return None


def _sign_before_field(place: Place) -> QueryError | None:
    """``sort by -period``."""
    if place.last.kind != "_BY" or place.found not in ("-", "−", "+"):
        return None
    field = until_stop(place.rest[1:]).strip()
    order = "desc" if place.found != "+" else "asc"
    return place.error(f"the order stands behind: `{order}`", help=f"write `sort by {field} {order}`" if field else "")


def _narrowing(place: Place) -> QueryError | None:
    """``return[2022]``."""
    tokens = place.tokens
    if place.found != "]" or len(tokens) < 2 or tokens[-2].kind != "_LSQB":
        return None
    year = tokens[-1].text if tokens[-1].text.isdigit() else "2022"
    return place.error("brackets hold a condition", tokens[-1].start, tokens[-1].end, help=f"write `[year = {year}]`")


def _no_class(place: Place) -> QueryError | None:
    """What stands first is no class: a link, a sign."""
    if place.tokens or not place.found:
        return None
    link = re.match(r"\[\[([^\]]*)\]\]", place.rest)
    if link:
        help_ = f"name a class: `things where this is {link[0]}`; `rotgraph show` tells all that is said of one thing"
        return place.error("a query begins with a class, and this is a link", end=place.position + link.end(), help=help_)
    return place.error(f"expected a class, found `{place.found}`", help=BEGINS)


ENGLISH = (
    _counting, _question, _path_words, _beside_class, _after_class, _punctuation, _list_of_values, _columns, _functions,
    _quantifier, _chain, _sign_before_field, _narrowing, _no_class,
)  # fmt: skip
"""In the order in which they are looked for."""
