"""In: texts, numbers, days. Out: literals of N-Triples and Turtle. Room: rdf.

Text is in NFC. N-Triples and N-Quads escape what their canonical form escapes; Turtle, which people read, also what editors
break lines at, and noncharacters. Half a surrogate pair is refused.
"""

from __future__ import annotations

import re
from decimal import Decimal
from unicodedata import normalize

from rotgraph.errors import InternalError
from rotgraph.model.value import iso_day

__all__ = ["XSD", "date_text", "number_text", "quote", "quote_canonical", "quote_long", "typed"]

XSD = "http://www.w3.org/2001/XMLSchema#"

_ODD = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufdd0-\ufdef\ufffe\uffff\U0001fffe-\U0001ffff"
_ODD += "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(2, 17))
_CANONICAL = re.compile('["\\\\\x00-\x1f\x7f\ufffe\uffff]')
_SHORT = re.compile(rf'["\\\n\r\t{_ODD}]')
_LONG = re.compile(rf'(?:"(?="")|"(?=\Z)|[\\\r{_ODD}])')
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    named = _NAMED.get(char)
    if named:
        return named
    code = ord(char)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _plain(text: str) -> str:
    if text.isascii():
        return text
    if _SURROGATE.search(text):
        raise InternalError(f"half a surrogate pair in {text!r}: no RDF literal can hold it")
    return normalize("NFC", text)


def quote(text: str) -> str:
    r"""A text as Turtle writes it on one line.

    Raises:
        InternalError: half a surrogate pair.

    Example:
        >>> print(quote('say "x"\n'))
        "say \"x\"\n"
    """
    text = _plain(text)
    return f'"{_SHORT.sub(_escape, text)}"' if _SHORT.search(text) else f'"{text}"'


def quote_canonical(text: str) -> str:
    r"""A text as canonical N-Quads write it: the same text has one spelling, and so a graph one hash.

    Source: RDF Dataset Canonicalization (RDFC-1.0), section on canonical N-Quads.

    Example:
        >>> print(quote_canonical('tab\tbell\a'))
        "tab\tbell\u0007"
    """
    text = _plain(text)
    return f'"{_CANONICAL.sub(_escape, text)}"' if _CANONICAL.search(text) else f'"{text}"'


def quote_long(text: str) -> str:
    r'''A text as Turtle writes it: over several lines between three quotes where it has line feeds.

    Example:
        >>> print(quote_long('one\ntwo "2"'))
        """one
        two "2\""""
    '''
    if "\n" not in text:
        return quote(text)
    text = _plain(text)
    return f'"""{_LONG.sub(_escape, text)}"""'


def typed(lexical: str, datatype: str) -> str:
    """A literal with a datatype of XML Schema, as N-Triples writes it."""
    return f'"{lexical}"^^<{XSD}{datatype}>'


def number_text(number: Decimal) -> tuple[str, str]:
    """The lexical form of a number and its datatype: a whole number is an integer.

    Example:
        >>> number_text(Decimal("1.50")), number_text(Decimal("5E+3")), number_text(Decimal("-7"))
        (('1.50', 'decimal'), ('5000', 'integer'), ('-7', 'integer'))
    """
    text = f"{number:f}"
    return text, "decimal" if "." in text else "integer"


def date_text(day: int) -> str:
    """A day as `xsd:date`: a year beyond 9999 has no sign there."""
    return iso_day(day).lstrip("+")
