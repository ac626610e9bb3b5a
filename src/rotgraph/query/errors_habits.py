"""In: the place at which a query does not fit the grammar. Out: the error, if it is a habit from another language. Room: query.

SQL, Cypher, ``==``, ``not contains``, ``contains A or B``, ``between`` and the like (ruling 31).
"""

from __future__ import annotations

import re

from rotgraph.errors import QueryError
from rotgraph.late import regex
from rotgraph.query.errors_place import OPERATOR, Place, condition_start, until_close, until_stop
from rotgraph.query.words import OTHER_OPERATORS, OTHER_WORDS, SPOKEN_OPERATORS

__all__ = ["HABITS"]

_SQL = regex(
    r"(?is)^\s*(?:explain\s+)?select\s+(?:distinct\s+)?(?P<columns>.+?)\s+from\s+(?P<table>[\w.\"]+)\s*(?P<rest>.*?)\s*;?\s*$"
)
_PATTERN = regex(r"(?is)^\s*(?:optional\s+)?match\s*\(")
_VERBS = frozenset({"find", "get", "give", "list", "fetch", "search", "display", "query", "all", "from", "show"})


def _other_language(place: Place) -> QueryError | None:
    text = place.text
    words = text.split(None, 2)
    first = words[0].lower() if words else ""
    start = len(text) - len(text.lstrip())
    if first == "select":
        sql = _SQL.match(text[:500])
        if sql and "?" not in sql["columns"]:
            columns = "" if sql["columns"].strip() == "*" else f" show {' '.join(sql['columns'].split())}"
            rest = " ".join(sql["rest"].split())
            tail = re.split(r"(?i)\b(?:order\s+by|limit)\b", rest, maxsplit=1)
            head = tail[0].strip()
            after = f" {re.sub(r'(?i)order by', 'sort by', rest[len(tail[0]) :])}" if len(tail) > 1 else ""
            written = f"{sql['table']}{' ' + head if head else ''}{columns}{after}"
            if re.fullmatch(r"(?i)\s*show count\s*\(.*\)", columns) and "," not in columns:
                written = f"count {sql['table']}{' ' + head if head else ''}"
            return place.error(
                "this is not SQL: the class comes first, the columns after `show`", start, start + 6, help=f"write `{written}`"
            )
        return place.error("a query begins with a class, the columns come after `show`", start, start + 6,
                           help="write `episodes where … show …`")  # fmt: skip
    if _PATTERN.match(text):
        help_ = "write `episodes where buy_side contains Energy`; a path through links is written with dots: `about.sector`"
        return place.error("this is not Cypher: a query begins with a class", start, start + 5, help=help_)
    if first in ("prefix", "construct", "ask", "describe") and len(place.tokens) <= 2:
        help_ = "`rotgraph explain` shows the SPARQL of a query"
        return place.error("this is SPARQL, and a query begins with a class", start, start + len(first), help=help_)
    if first in ("table", "task") and len(place.tokens) <= 2:
        return place.error("a query begins with a class", start, start + len(first), help="write `episodes where … show …`")
    if first in _VERBS and len(words) > 1 and len(place.tokens) == (first != "show"):
        return place.error(f"a query begins with a class, without `{first}`", start, start + len(first),
                           help=f"write `{' '.join(text.split())[len(first) :].strip()[:80]}`")  # fmt: skip
    return None


def _operator_spelling(place: Place) -> QueryError | None:
    """``==``, ``=>``, ``≥``, ``includes``, ``at least``."""
    found, last = place.found, place.last
    spoken = _SPOKEN.match(place.rest) if "SYMBOL" in place.accepts else None
    if spoken:
        phrase = " ".join(spoken[0].lower().split())
        operator = SPOKEN_OPERATORS[phrase]
        return place.error(f"`{phrase}` is written `{operator}`", end=place.position + spoken.end(), suggestions=(operator,))
    glued = last.kind == "SYMBOL" and last.end == place.position and bool(re.match(r"[=<>!]", found))
    written = last.text + found if glued else found
    meant = OTHER_OPERATORS.get(written.lower())
    if meant is None or not (glued or "SYMBOL" in place.accepts):
        return None
    start = last.start if glued else place.position
    return place.error(f"`{written}` is written `{meant}`", start, place.position + len(found), suggestions=(meant,))


_SPOKEN = regex(r"(?i)(?:" + "|".join(word.replace(" ", r"\s+") for word in SPOKEN_OPERATORS if " " in word) + r")\b")
_DENIAL = regex(
    r"(?i)(?:(?:does\s+not|doesn['’]?t|do\s+not|don['’]?t|not)\s+|!\s*(?=[a-z]))(?:have|(?P<operator>contains?|within|like|match(?:es)?|before|after"
    r"|during|overlaps?|starts?\s+with|ends?\s+with|includes?))\s*(?P<value>[^()\[\],]*)"
)


def _denied_operator(place: Place) -> QueryError | None:
    """``buy_side not contains X``, ``buy_side does not contain X``."""
    denied = place.last.kind == "NOT" and len(place.tokens) > 1
    if not denied and "SYMBOL" not in place.accepts:
        return None
    at = place.last.start if denied else place.position
    match = _DENIAL.match(place.text, at)
    if match is None or not place.tokens:
        return None
    operator = (match["operator"] or "contains").lower()
    operator = OTHER_OPERATORS.get(operator, {"match": "matches"}.get(operator, operator))
    value = until_stop(match["value"] or "").strip()
    left = place.text[condition_start(place.tokens[:-1] if denied else place.tokens) : at].strip()
    end = match.start("operator") + len(match["operator"]) if match["operator"] else match.end()
    return place.error(
        "`not` stands before the whole condition", at, end, help=f"write `{' '.join(f'not {left} {operator} {value}'.split())}`"
    )


def _is_left_out(place: Place) -> QueryError | None:
    """``owner not Oslo Bulk``."""
    if place.last.kind != "NOT" or not place.accepts <= {"_IN_LIST", "_IN_CLASS"} or not place.found:
        return None
    left = place.text[condition_start(place.tokens[:-1]) : place.last.start].strip()
    value = until_close(place.rest).strip()
    return place.error("`not` stands before a condition, or after `is`", place.last.start, place.last.end,
                       help=f"write `{left} is not {value}`")  # fmt: skip


_INNER_SQL = regex(r"(?is)\(\s*select\s+(\w+\s*\(\s*[\w.]+\s*\)|\w+)\s+from\s+(\w+)\s*((?:where\b[^()]*)?)\)")


def _inner_sql(place: Place) -> QueryError | None:
    """``(select max(crew) from vessels)``."""
    match = _INNER_SQL.search(place.text)
    if match is None or not match.start() <= place.position <= match.end():
        return None
    rest = " ".join(match[3].split())
    written = f"{match[1]} in {match[2]}" if "(" in match[1] else f"{match[2]}{' ' + rest if rest else ''} show {match[1]}"
    written = f"{written}{' ' + rest if rest and '(' in match[1] else ''}"
    return place.error("this is not SQL: the class comes first", match.start(), match.end(), help=f"write `({written})`")


def _half_condition(place: Place) -> QueryError | None:
    """``contains A or B``: what stands after ``or`` is no condition."""
    index = next((n for n in range(len(place.tokens) - 1, -1, -1) if place.tokens[n].kind in ("_OR", "_AND")), -1)
    if index < 1 or ("SYMBOL" not in place.accepts and "_DOT" not in place.accepts):
        return None
    joint = place.tokens[index]
    if any(
        token.kind in ("SYMBOL", "OPERATOR", "IS", "_IN_LIST", "_WHERE", "_SHOW", "_SORT", "_PER")
        for token in place.tokens[index + 1 :]
    ):
        return None
    second = until_stop(place.text[joint.end : joint.end + 200]).strip()
    if not second or OPERATOR.search(second):
        return None
    begin = condition_start(place.tokens[:index])
    first = place.text[begin : joint.start].strip()[:500]
    parts = re.match(
        r"(?i)(?P<left>.+?)\s*(?P<operator>[=<>!]+|\bis\s+not\b|\bis\b|\bcontains\b|\bwithin\b|\blike\b|\bin\b|\bduring\b)\s*(?P<value>.+)$",
        first,
        re.DOTALL,
    )
    start = joint.end + len(place.text[joint.end :]) - len(place.text[joint.end :].lstrip())
    word = joint.text.lower()
    if not parts:
        return place.error(
            f"`{second}` is no condition",
            start,
            start + len(second),
            help=f"after `{word}` comes a whole condition: field, operator, value",
        )
    left, operator, value = parts["left"], parts["operator"].lower(), parts["value"]
    lines = [f"write `{left} {operator} {value} {word} {left} {operator} {second}`"]
    if word == "or" and operator in ("=", "is"):
        lines = [f"write `{left} in ({value}, {second})`"]
    if value[0].isalnum() and second[0].isalnum():
        lines.append(f'a name that holds `{word}` stands in quotes: "{value} {word} {second}"')
    return place.error(
        f"`{second}` alone is no condition: after `{word}` comes a whole one", start, start + len(second), help="\n".join(lines)
    )


def _missing_and(place: Place) -> QueryError | None:
    """``buy_side contains Energy duration > 1 year``: the value ran on into the next condition."""
    if place.last.kind not in ("BARE", "STRING", "WIKILINK", "TAG") or "_AND" not in place.accepts:
        return None
    words = place.last.text.split()
    signs = re.search(r"&&|\|\||(?<=\s)[&|](?=\s+[\w\"]+$)", place.last.text) if place.last.kind == "BARE" else None
    if signs:
        start = place.last.start + signs.start()
        meant = OTHER_WORDS[signs[0]]
        return place.error(f"`{signs[0]}` is written `{meant}`", start, start + len(signs[0]), suggestions=(meant,))
    if place.last.kind == "BARE" and len(words) > 1 and re.match(r"[=<>!]", place.rest):
        value, field = " ".join(words[:-1]), words[-1]
        start = place.last.end - len(field)
        return place.error(
            "two conditions are joined with `and` or `or`", start, place.last.end, help=f"write `{value} and {field} …`"
        )
    if place.last.kind != "BARE" and re.match(r"[\w\"\[$]", place.rest) and OPERATOR.search(until_stop(place.rest)):
        return place.error("two conditions are joined with `and` or `or`", help=f"write `and {until_stop(place.rest).strip()}`")
    return None


def _list_wanted(place: Place) -> QueryError | None:
    """``in Energy``, ``between 5 and 6``."""
    from rotgraph.model.value import Period
    from rotgraph.values.literal import parse_literal

    match = re.match(r"(?i)(in|between)\s+([^()\[\],]*)", place.rest)
    if match is None or "SYMBOL" not in place.accepts:
        return None
    left = place.text[condition_start(place.tokens) : place.position].strip()
    end = place.position + match.end(1)
    if match[1].lower() == "in":
        value = re.sub(r"\s*,\s*$", "", until_close(re.sub(r"^\s*[\[{]", "", place.rest[match.end(1) :])).strip(" {}"))
        column = re.fullmatch(r"(\w+)\.(\w+)", value)
        written = f"{left} in ({column[1]} show {column[2]})" if column else f"{left} in ({value})"
        period = parse_literal(value, "period")
        if isinstance(period, Period):
            written = f"{left} during {value}"
        more = f"`, or of a number `{left} in ({value})" if isinstance(period, Period) and value.isdigit() else ""
        return place.error("`in` takes a list or a query in brackets", end=end, help=f"write `{written}{more}`")
    bounds = _BOUNDS.match(match[2])
    low, high = (bounds[1], until_stop(bounds[2]).strip()) if bounds else ("a", "b")
    return place.error("a range is written with two dots", end=end, help=f"write `{_ranged(left, low, high)}`")


_BOUNDS = regex(r"(?i)(.+?)\s+(?:and|to|until|till)\s+([^()\[\],]+)")
_BETWEEN = regex(r"(?i)(?P<left>.+?)\s+(?P<words>(?:is\s+|was\s+)?(?:between|from))\s+(?P<bounds>.+)$")


def _ranged(left: str, low: str, high: str) -> str:
    """A comparison with a range: periods lie in it, other values equal it."""
    from rotgraph.model.value import Period
    from rotgraph.values.literal import parse_literal

    periods = all(isinstance(parse_literal(each, "period"), Period) for each in (low, high))
    return f"{left} {'during' if periods else '='} {low}..{high}"


def _between(place: Place) -> QueryError | None:
    """``is between 5 and 6``, ``from 2005 to 2009``: wherever between the words it stuck."""
    if not any(token.kind in ("_WHERE", "_LSQB") for token in place.tokens):
        return None
    joints = [n for n, token in enumerate(place.tokens) if token.kind == "_AND"]
    for tokens in (place.tokens, *([place.tokens[: joints[-1]]] if joints else [])):
        begin = condition_start(tokens)
        written = place.text[begin : begin + 200]
        match = _BETWEEN.match(until_close(re.sub(r"(?i)\band\b", "to ", written, count=1)))
        bounds = _BOUNDS.match(match["bounds"]) if match else None
        if match is None or bounds is None or OPERATOR.search(f" {match['left']} "):
            continue
        help_ = f"write `{_ranged(match['left'].strip(), bounds[1].strip(), until_stop(bounds[2]).strip())}`"
        start, end = begin + match.start("words"), begin + match.end("words")
        return place.error("a range is written with two dots", start, end, help=help_)
    return None


HABITS = (
    _other_language, _inner_sql, _between, _denied_operator, _operator_spelling, _is_left_out, _half_condition, _missing_and,
    _list_wanted,
)  # fmt: skip
"""In the order in which they are looked for."""
