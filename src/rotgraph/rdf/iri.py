"""In: keys and texts. Out: the steps of IRIs that need no escape anywhere, and namespaces. Room: rdf.

Every step is checked when it is minted, not when it is written: what `encode` gives is valid in an IRI and as a local name of
Turtle, and two texts never give the same.
"""

from __future__ import annotations

import re
from base64 import b32encode
from functools import lru_cache
from hashlib import blake2b
from unicodedata import is_normalized
from urllib.parse import quote, unquote

from rotgraph.errors import SchemaError

__all__ = ["NAMESPACES", "PREFIX", "RG", "check_base", "decode", "encode", "natural", "path_of_key", "short_hash"]

RG = "https://w3id.org/rotgraph/ns#"
NAMESPACES = {
    "rg": RG,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "schema": "https://schema.org/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "time": "http://www.w3.org/2006/time#",
    "qb": "http://purl.org/linked-data/cube#",
    "qudt": "http://qudt.org/schema/qudt/",
    "qudt-unit": "http://qudt.org/vocab/unit/",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "fibo-sec-sec-lst": "https://spec.edmcouncil.org/fibo/ontology/SEC/Securities/SecuritiesListings/",
    "fibo-ind-mkt-bas": "https://spec.edmcouncil.org/fibo/ontology/IND/MarketIndices/BasketIndices/",
}
"""Every prefix that any file declares; the rooms of the data (``id``, ``episode``) come on top."""

_LETTER = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""The letters beyond ASCII that both Turtle's names and RFC 3987 allow (its private and unassigned planes left out)."""
_STEP = re.compile(rf"[A-Za-z0-9_{_LETTER}][-A-Za-z0-9_\u00b7\u0300-\u036f\u203f-\u2040{_LETTER}]*")
PREFIX = re.compile(r"[A-Za-z](?:[-A-Za-z0-9_]*)?")
"""What may name a prefix in Turtle, SPARQL and JSON-LD alike."""
_OUTSIDE = re.compile(rf"[^-A-Za-z0-9_{_LETTER}]")
_NONCHARACTER = re.compile("[\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe-\U000effff]")
_BASE = re.compile(r"(?:https?://[^\s/?#<>\"{}|\\^`]+(?:[^\s<>\"{}|\\^`]*[/#:])|urn:[^\s<>\"{}|\\^`]*[/#:])")


@lru_cache(maxsize=1 << 16)
def encode(text: str) -> str:
    """A text as one step of an IRI: letters, digits, ``_`` and ``-`` as they are, all else as ``%XX`` of its UTF-8.

    Raises:
        UnicodeEncodeError: half a surrogate pair, which no IRI can hold.

    Example:
        >>> encode("growth-to-value__2022"), encode("a b/c%"), encode("-x"), encode("市場")
        ('growth-to-value__2022', 'a%20b%2Fc%25', '%2Dx', '市場')
    """
    if _STEP.fullmatch(text) and is_normalized("NFC", text) and not _NONCHARACTER.search(text):
        return text
    if not is_normalized("NFC", text) or _NONCHARACTER.search(text):
        coded = quote(text, safe="")
    else:
        coded = _OUTSIDE.sub(lambda found: quote(found[0], safe=""), text)
    coded = coded.replace(".", "%2E").replace("~", "%7E")
    return f"%2D{coded[1:]}" if coded.startswith("-") else coded


def decode(step: str) -> str:
    """The text that `encode` was given.

    Example:
        >>> decode(encode("a b/c%")), decode("%2Dx")
        ('a b/c%', '-x')
    """
    return unquote(step, errors="strict") if "%" in step else step


def path_of_key(key: str) -> tuple[str, str]:
    """The room and the step of a key, encoded.

    Example:
        >>> path_of_key("id/nvidia"), path_of_key("episode/a b")
        (('id', 'nvidia'), ('episode', 'a%20b'))
    """
    room, slash, rest = key.partition("/")
    return (encode(room), encode(rest)) if slash else ("", encode(key))


def check_base(base: str) -> str:
    """The base, if it can be one.

    Raises:
        SchemaError: no absolute IRI that ends in ``/``, ``#`` or ``:``.
    """
    if not _BASE.fullmatch(base) or not base.isprintable():
        raise SchemaError(f"base IRI {base!r} is no absolute http, https or urn IRI that ends in a slash")
    return base


def short_hash(text: str) -> str:
    """Eight letters that stand for a text, stable for ever.

    Example:
        >>> short_hash("P/E")
        '2dlkxjav'
    """
    return b32encode(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).digest()).decode().lower()


_DIGITS = re.compile("[0-9]+")


def natural(text: str) -> tuple[str, str]:
    """A key that sorts texts with their numbers by value: 2 before 10.

    Example:
        >>> sorted(["q10", "q2", "q02"], key=natural)
        ['q02', 'q2', 'q10']
    """
    return _DIGITS.sub(_counted, text), text


def _counted(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0")
    return f"{len(digits):05d}{digits}"
