"""In: the place at which a query does not fit the grammar. Out: `QueryError` in words. Room: query.

First the mistakes that people make who know another language; then what could have stood there, in words, never in the names of
tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rotgraph.errors import QueryError
from rotgraph.query.automaton import Stuck, Token
from rotgraph.query.suggest import closest
from rotgraph.query.words import CLAUSES, EXPECTED, OPERATOR_WORDS, OTHER_OPERATORS, OTHER_WORDS, RESERVED, WORD_OF

__all__ = ["expected_words", "explain_stuck"]


@dataclass(frozen=True)
class _Place:
    """Where it went wrong: the text, how far it was read, and what is found there."""

    text: str
    position: int
    tokens: list[Token]
    accepts: frozenset[str]

    @property
    def rest(self) -> str:
        return self.text[self.position : self.position + 200]

    @property
    def found(self) -> str:
        """The word or sign that stands there; empty at the end."""
        match = _FOUND.match(self.rest)
        return match[0] if match else ""

    @property
    def last(self) -> Token:
        return self.tokens[-1] if self.tokens else Token("", "", 0, 0)

    def error(self, message: str, start: int | None = None, end: int | None = None, **more: object) -> QueryError:
        start = self.position if start is None else start
        end = start + max(1, len(self.found)) if end is None else end
        more = {key: _short(value) if isinstance(value, str) else value for key, value in more.items()}
        return QueryError(_short(message), self.text, start, end, **more)  # type: ignore[arg-type]


def _short(text: str) -> str:
    """What is repeated of a huge query stays readable."""
    return text if len(text) <= 400 else f"{text[:380]} …"


_FOUND = re.compile(r"[^\W\d](?:\w|[-'’&/](?=\w))*|[0-9][\w.,%]*|[=<>!≥≤≠≈&|~:]+|\S")
_STOP = re.compile(r"(?i)\b(?:and|or|not|where|per|show|pivot|sort|limit|offset|as\s+of)\b|[()\[\],]|--")
_OPERATOR = re.compile(r"(?i)[=<>≥≤]|\b(?:is|in|" + "|".join(OPERATOR_WORDS) + r")\b")
_CLASS_BEFORE = frozenset({"", "EXPLAIN", "_COUNT", "_IN_CLASS", "_INNER_COUNT"})
_CLAUSE_TOKENS = {"_WHERE": "where", "_PER": "per", "_SHOW": "show", "_PIVOT": "pivot", "_SORT": "sort", "_LIMIT": "limit",
                  "_OFFSET": "offset", "_AS_OF": "as of"}  # fmt: skip


def explain_stuck(text: str, stuck: Stuck) -> QueryError:
    """The error for a query that does not fit the grammar."""
    place = _Place(text, stuck.position, stuck.tokens, stuck.accepts)
    for look in (_empty, _characters, _unclosed, _other_language, _operator_spelling, _denied_operator, _count_wanted,
                 _clause_order, _half_condition, _missing_and, _split_field, _list_wanted, _other_word, _reserved, _bracket):  # fmt: skip
        found = look(place)
        if found is not None:
            return found
    return _plain(place)


def _empty(place: _Place) -> QueryError | None:
    if place.tokens or place.found:
        return None
    return place.error("the query is empty", 0, 1, help="begin with a class: `episodes where buy_side contains Energy`")


def _characters(place: _Place) -> QueryError | None:
    first = place.rest[:1]
    if first and not first.isprintable() and not first.isspace():
        return place.error(f"the character U+{ord(first):04X} cannot stand in a query", end=place.position + 1)
    return None


def _unclosed(place: _Place) -> QueryError | None:
    end = len(place.text)
    if place.rest[:1] in ('"', "“"):
        close = "”" if place.rest[0] == "“" else '"'
        if close not in place.text[place.position + 1 :]:
            return place.error("this quotation mark is never closed", end=end, help='a quotation mark inside a text is doubled: ""')
    if place.rest.startswith("[[") and "]]" not in place.text[place.position :].split("\n")[0]:
        return place.error("this link is never closed", end=end, help="a link ends with ]]")
    return None


_SQL = re.compile(
    r"(?is)^\s*(?:explain\s+)?select\s+(?:distinct\s+)?(?P<columns>.+?)\s+from\s+(?P<table>[\w.\"]+)\s*(?P<rest>.*?)\s*;?\s*$"
)
_PATTERN = re.compile(r"(?is)^\s*(?:optional\s+)?match\s*\(")
_VERBS = frozenset({"find", "get", "give", "list", "fetch", "search", "display", "query", "all", "from", "show"})


def _other_language(place: _Place) -> QueryError | None:
    text = place.text
    words = text.split(None, 2)
    first = words[0].lower() if words else ""
    start = len(text) - len(text.lstrip())
    if first == "select":
        sql = _SQL.match(text[:2000])
        if sql and "?" not in sql["columns"]:
            columns = "" if sql["columns"].strip() == "*" else f" show {' '.join(sql['columns'].split())}"
            rest = " ".join(sql["rest"].split())
            tail = re.split(r"(?i)\b(?:order\s+by|limit)\b", rest, maxsplit=1)
            head = tail[0].strip()
            after = f" {re.sub(r'(?i)order by', 'sort by', rest[len(tail[0]) :])}" if len(tail) > 1 else ""
            written = f"{sql['table']}{' ' + head if head else ''}{columns}{after}"
            return place.error(
                "this is not SQL: the class comes first, the columns after `show`", start, start + 6, help=f"write `{written}`"
            )
        return place.error("a query begins with a class, the columns come after `show`", start, start + 6,
                           help="write `episodes where … show …`")  # fmt: skip
    if _PATTERN.match(text):
        return place.error("this is not Cypher: a query begins with a class", start, start + 5,
                           help="write `episodes where buy_side contains Energy`; a path through links is written with dots: `about.sector`")  # fmt: skip
    if first in ("prefix", "construct", "ask", "describe", "table", "task") and len(place.tokens) <= 2:
        return place.error("a query begins with a class", start, start + len(first), help="write `episodes where … show …`")
    if first in _VERBS and len(words) > 1 and len(place.tokens) == (first != "show"):
        return place.error(f"a query begins with a class, without `{first}`", start, start + len(first),
                           help=f"write `{' '.join(text.split())[len(first) :].strip()[:80]}`")  # fmt: skip
    return None


def _operator_spelling(place: _Place) -> QueryError | None:
    """``==``, ``=>``, ``≥``, ``includes``."""
    found, last = place.found, place.last
    glued = last.kind == "SYMBOL" and last.end == place.position and bool(re.match(r"[=<>!]", found))
    written = last.text + found if glued else found
    meant = OTHER_OPERATORS.get(written.lower())
    if meant is None or not (glued or "SYMBOL" in place.accepts):
        return None
    start = last.start if glued else place.position
    return place.error(f"`{written}` is written `{meant}`", start, place.position + len(found), suggestions=(meant,))


_DENIAL = re.compile(r"(?i)(?:does\s+not|doesn['’]?t|do\s+not|don['’]?t|not)\s+(?:have|(?P<operator>contains?|within|like|match(?:es)?"
                     r"|before|after|during|overlaps?|starts?\s+with|ends?\s+with|includes?))\s*(?P<value>[^()\[\],]*)")  # fmt: skip


def _denied_operator(place: _Place) -> QueryError | None:
    """``buy_side not contains X``, ``buy_side does not contain X``."""
    denied = place.last.kind == "NOT" and len(place.tokens) > 1
    if not denied and "SYMBOL" not in place.accepts:
        return None
    at = place.last.start if denied else place.position
    match = _DENIAL.match(place.text, at)
    if match is None or not place.tokens:
        return None
    operator = (match["operator"] or "contains").lower()
    operator = {
        "contain": "contains",
        "include": "contains",
        "includes": "contains",
        "match": "matches",
        "overlap": "overlaps",
    }.get(operator, operator)
    value = _until_stop(match["value"] or "").strip()
    left = place.text[_condition_start(place.tokens[:-1] if denied else place.tokens) : at].strip()
    end = match.start("operator") + len(match["operator"]) if match["operator"] else match.end()
    return place.error(
        "`not` stands before the whole condition", at, end, help=f"write `{' '.join(f'not {left} {operator} {value}'.split())}`"
    )


def _condition_start(tokens: list[Token]) -> int:
    """Where the condition began that the tokens end in."""
    depth = 0
    for token in reversed(tokens):
        if token.kind in ("_RPAR", "_RSQB"):
            depth += 1
        elif depth and token.kind in ("_LPAR", "_LSQB"):
            depth -= 1
        elif not depth and token.kind in ("_WHERE", "_AND", "_OR", "NOT", "_LPAR", "_LSQB", "QUANTIFIER"):
            return token.end
    return tokens[0].start if tokens else 0


def _until_stop(text: str) -> str:
    stop = _STOP.search(text)
    return text[: stop.start()] if stop else text


def _count_wanted(place: _Place) -> QueryError | None:
    if "INT" not in place.accepts:
        return None
    what = {"_LIMIT": "limit", "_OFFSET": "offset", "_TOP": "top", "_WITHIN": "within", "_INNER_TOP": "top"}.get(place.last.kind)
    if what is None:
        return None
    example = {"top": "top 3 targets by value", "within": "within 3"}.get(what, f"{what} 10")
    end = place.position + (len(re.match(r"\S*", place.rest)[0]) or 1)  # type: ignore[index]  # it matches anything
    return place.error(f"`{what}` takes a whole number, 0 or more", end=end, help=f"write `{example}`")


def _clause_order(place: _Place) -> QueryError | None:
    word = "as of" if re.match(r"(?i)as\s+of\b", place.rest) else place.found.lower()
    if word not in CLAUSES or not place.accepts & {"$END", "_RPAR", "_AND", "ADD"}:
        return None
    there = _clauses(place.tokens)
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


def _clauses(tokens: list[Token]) -> list[str]:
    """The clauses read so far of the select at hand."""
    there: list[list[str]] = [[]]
    for token in tokens:
        if token.kind in ("_LPAR", "_LSQB"):
            there.append([])
        elif token.kind in ("_RPAR", "_RSQB") and len(there) > 1:
            there.pop()
        elif token.kind in _CLAUSE_TOKENS:
            there[-1].append(_CLAUSE_TOKENS[token.kind])
    return there[-1]


def _half_condition(place: _Place) -> QueryError | None:
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
    second = _until_stop(place.text[joint.end : joint.end + 200]).strip()
    if not second or _OPERATOR.search(second):
        return None
    begin = _condition_start(place.tokens[:index])
    first = place.text[begin : joint.start].strip()
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
    return place.error(
        f"`{second}` alone is no condition: after `{word}` comes a whole one", start, start + len(second), help="\n".join(lines)
    )


def _missing_and(place: _Place) -> QueryError | None:
    """``buy_side contains Energy duration > 1 year``: the value ran on into the next condition."""
    if place.last.kind not in ("BARE", "STRING", "WIKILINK", "TAG") or "_AND" not in place.accepts:
        return None
    words = place.last.text.split()
    signs = re.search(r"&&|\|\|", place.last.text) if place.last.kind == "BARE" else None
    if signs:
        start = place.last.start + signs.start()
        return place.error(
            f"`{signs[0]}` is written `{OTHER_WORDS[signs[0]]}`", start, start + 2, suggestions=(OTHER_WORDS[signs[0]],)
        )
    if place.last.kind == "BARE" and len(words) > 1 and re.match(r"[=<>!]", place.rest):
        value, field = " ".join(words[:-1]), words[-1]
        start = place.last.end - len(field)
        return place.error(
            "two conditions are joined with `and` or `or`", start, place.last.end, help=f"write `{value} and {field} …`"
        )
    if place.last.kind != "BARE" and re.match(r"[\w\"\[$]", place.rest) and _OPERATOR.search(_until_stop(place.rest)):
        return place.error("two conditions are joined with `and` or `or`", help=f"write `and {_until_stop(place.rest).strip()}`")
    return None


def _list_wanted(place: _Place) -> QueryError | None:
    """``in Energy``, ``between 5 and 6``."""
    match = re.match(r"(?i)(in|between)\s+([^()\[\],]*)", place.rest)
    if match is None or "SYMBOL" not in place.accepts:
        return None
    left = place.text[_condition_start(place.tokens) : place.position].strip()
    end = place.position + match.end(1)
    if match[1].lower() == "in":
        value = _until_stop(match[2]).strip()
        return place.error("`in` takes a list or a query in brackets", end=end, help=f"write `{left} in ({value})`")
    bounds = re.match(r"(?i)(.+?)\s+(?:and|to)\s+([^()\[\],]+)", match[2])
    low, high = (bounds[1], _until_stop(bounds[2]).strip()) if bounds else ("a", "b")
    return place.error("a range is written with two dots", end=end, help=f"write `{left} = {low}..{high}`")


def _other_word(place: _Place) -> QueryError | None:
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
        return place.error(f"`by` is missing after `{place.last.text.lower()}`" if place.last.kind == "_SORT" else _expectation(place),
                           help="write `sort by …`" if place.last.kind == "_SORT" else "write `top 3 targets by value`")  # fmt: skip
    return None


def _reserved(place: _Place) -> QueryError | None:
    word = place.found
    if word.lower() not in RESERVED or not place.accepts & {"NAME", "BARE"}:
        return None
    follows = place.rest[len(word) :].lstrip()
    if place.accepts & {"BARE"} or re.match(r"[=<>.,\[]|(?i:is|in|contains|as|desc|asc)\b|$", follows):
        link = f" or [[{word}]]" if "WIKILINK" in place.accepts else ""
        return place.error(f"`{word}` is a reserved word, and {_wanted(place)} is expected here",
                           help=f'as a name it is written "{word}"{link}')  # fmt: skip
    return None


def _split_field(place: _Place) -> QueryError | None:
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
    return place.error("a field of several words needs underscores or quotes", place.last.start, end,
                       help=f'write `{"_".join(words)}` or `"{" ".join(words)}"`')  # fmt: skip


def _bracket(place: _Place) -> QueryError | None:
    opened = [token for token in place.tokens if token.kind in ("_LPAR", "_LSQB")]
    closed = [token for token in place.tokens if token.kind in ("_RPAR", "_RSQB")]
    if place.found in (")", "]") and len(opened) <= len(closed):
        return place.error(f"this `{place.found}` closes nothing")
    if place.found == "(" and place.last.kind in ("BARE", "END_BARE"):
        return place.error("a value with brackets needs quotes", help=f'write `"{place.last.text} (…)"`')
    if place.last.kind == "MARK" and place.found and "SYMBOL" in place.accepts:
        return place.error(_expectation(place), help="arithmetic stands between spaces: `value * 2`")
    return None


def _plain(place: _Place) -> QueryError:
    more = ""
    if place.last.kind == "OPERATOR" and place.last.text.lower() in ("like", "matches"):
        more = f"`{place.last.text.lower()}` takes a text in quotes"
    elif "SYMBOL" in place.accepts and place.last.kind in ("NAME", "STRING") and (not place.found or _STOP.match(place.found)):
        more = f"a condition is a field, an operator and a value; `{place.last.text} is known` asks whether there is one"
    return place.error(_expectation(place), help=more)


def _expectation(place: _Place) -> str:
    wanted = _wanted(place)
    if not place.found:
        return f"{wanted} is missing at the end" if " or " not in wanted else f"the query ends here; expected {wanted}"
    return f"expected {wanted}, found `{place.found}`"


def _wanted(place: _Place) -> str:
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
    clauses = [word for kind, word in WORD_OF.items() if kind in _CLAUSE_TOKENS and kind in accepts]
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
