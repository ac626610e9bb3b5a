"""In: names. Out: the last step of their IRIs. Room: model.

A slug is made of its name alone: which other names exist, where it stands and which class it has do not matter. Names that
`fold` holds equal have one slug, all others have different ones, because a slug either reads back as its name or carries a hash
of it:

    ==================  =====================================================================
    in the name         in the slug
    ==================  =====================================================================
    letters, digits     themselves, case-folded; Latin accents dropped; other scripts in NFC
    space               ``-``
    hyphen              ``_``
    `` → ``             ``-to-``
    ``&`` in a word     ``_and_``
    between two parts   ``__``
    ==================  =====================================================================

What else a name holds (accents, dots, brackets, the plain word "to", more than `LONGEST` characters) leaves no trace that reads
back; then ``--`` and eight letters of a hash of the whole folded name follow. ``--`` stands nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from unicodedata import category, normalize

from rotgraph.late import regex
from rotgraph.model.schema import fold

__all__ = ["CACHES", "LONGEST", "again", "apart", "is_slug", "note_key", "row_key", "slug", "thing_key"]

LONGEST = 80
"""Characters of a slug before it is cut and hashed: quotes and statements have their text as key."""

_NEVER, _BY_NEIGHBOURS, _ALWAYS = range(3)
"""Whether a part of a slug is one and reads back as the name."""
_PLAIN = regex(r"[a-z0-9]+(?: [a-z0-9]+)*")
_BETWEEN = "\x1f"
"""Between parts: no folded name holds it, `str.split` takes it for white space."""
_SPELLED = {
    "→": " to ", "&": " and ", "+": " plus ", "%": " percent ", "'": "", "’": "", "ø": "o", "ł": "l", "đ": "d", "æ": "ae",
    "œ": "oe", "ı": "i", "þ": "th", "ð": "d",
}  # fmt: skip
_LETTER = (
    "0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""What may begin a local name of Turtle, without ``_`` and the joiners."""
_PAIRS = [left + right for left in "abcdefghijklmnopqrstuvwxyz234567" for right in "abcdefghijklmnopqrstuvwxyz234567"]
"""Two letters of base 32, by the ten bits they stand for."""
_SLUG = regex(rf"(?!-)(?:[{_LETTER}]|[-_\u0300-\u036f])+")


@lru_cache(maxsize=1 << 14)
def slug(*parts: str) -> str:
    """The slug of a name, or of the parts of a key.

    Example:
        >>> slug("Sector Rotation"), slug("S&P 500"), slug("Risk-off"), slug("半導體")
        ('sector-rotation', 's_and_p-500', 'risk_off', '半導體')
        >>> slug("Growth → Value", "2022")
        'growth-to-value__2022'
        >>> slug("Société Générale"), slug("Growth to Value")
        ('societe-generale--xchgkh4e', 'growth-to-value--murs5bdy')
        >>> slug("  sector   rotation ") == slug("Sector\\u00a0Rotation")
        True
        >>> names = "a#b a|b a^b [x] a:b a%20b a_b a+b 100% q\\"q q'q a<b> a\\\\b a`b a{b} a?b a&b".split() + ["a b"]
        >>> len({slug(name) for name in names}) == len(names) == 18
        True
        >>> slug("a", "b c") == slug("a b", "c") or slug("a-", "b") == slug("a", "-b")
        False
    """
    return _slug(parts)


def _slug(parts: Sequence[str]) -> str:
    words, names, faithful = zip(*map(_part, parts), strict=True) if parts else ((), (), (_ALWAYS,))
    least = min(faithful)
    readable = "__".join(words)
    is_short = least and 0 < len(readable) <= LONGEST
    if is_short and (least == _ALWAYS or (_SLUG.fullmatch(readable) and _read_back(readable) == _BETWEEN.join(names))):
        return readable
    folded = _BETWEEN.join(names)
    head = (re.sub(r"-{2,}", "-", readable) if "--" in readable else readable)[: LONGEST - 10].strip("-")
    while head and not _SLUG.fullmatch(head):
        head = head[1:]
    return f"{head or 'x'}--{_hash(folded)}"


@lru_cache(maxsize=1 << 16)
def _part(name: str) -> tuple[str, str, int]:
    """One part of a key: readable, folded, and whether the first is a slug and reads back as the second."""
    folded = fold(name)
    if not folded or (_PLAIN.fullmatch(folded) and " to " not in folded):
        return folded.replace(" ", "-"), folded, _ALWAYS
    readable = _readable(folded)
    if readable.startswith("_") or readable.endswith("_"):  # beside the `__` between two parts it would be read as one of them
        return readable, folded, _BY_NEIGHBOURS
    return readable, folded, _ALWAYS if _SLUG.fullmatch(readable) and _read_back(readable) == folded else _NEVER


CACHES = (slug, _part)
"""What names were made of, held for those that come again."""


def _readable(name: str) -> str:
    if "&" in name or "-" in name or " → " in name:
        name = name.replace(" → ", "\0to\0").replace("-", "\1")
        name = re.sub(r"(?<=\w)&(?=\w)", "\1and\1", name)
    if not name.isascii() or not name.replace(" ", "").isalnum():
        name = "".join(map(_spelled, name))
    return "-".join(name.replace("\0", " ").split()).replace("\1", "_")


@lru_cache(maxsize=4096)
def _spelled(char: str) -> str:
    if char in "\0\1 " or (char.isascii() and char.isalnum()):
        return char
    if char in _SPELLED:
        return _SPELLED[char]
    base = "".join(each for each in normalize("NFKD", char) if not "\u0300" <= each <= "\u036f")
    if base.isascii():
        return base.casefold() if base.isalnum() else " "
    return char if category(char)[0] in "LM" or category(char) in ("Nd", "Nl") else " "


def _read_back(readable: str) -> str:
    """The folded name that a slug without a hash stands for."""
    parts = (part.replace("_and_", "&").replace("-to-", " → ") for part in readable.split("__"))
    return _BETWEEN.join(part.replace("-", " ").replace("_", "-") for part in parts)


def _hash(text: str) -> str:
    number = int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).digest())
    return _PAIRS[number >> 30] + _PAIRS[number >> 20 & 1023] + _PAIRS[number >> 10 & 1023] + _PAIRS[number & 1023]


def is_slug(text: str) -> bool:
    """Whether it may stand in an IRI and as a local name of Turtle as it is.

    Example:
        >>> is_slug("growth-to-value__2022"), is_slug("a b"), is_slug("-a"), is_slug("")
        (True, False, False, False)
    """
    return bool(_SLUG.fullmatch(text))


def thing_key(name: str) -> str:
    """The key of a thing: no class in it, so that a thing that gets another class keeps its IRI.

    Example:
        >>> thing_key("NVIDIA")
        'id/nvidia'
    """
    return f"id/{slug(name)}"


def note_key(path: str) -> str:
    """The key of a note, of its path below the vault.

    Example:
        >>> note_key("Sector Rotation.md"), note_key("Firms/US/Exxon.md")
        ('note/sector-rotation', 'note/firms__us__exxon')
    """
    stem = path[:-3] if path[-3:].casefold() == ".md" else path
    return f"note/{slug(*stem.split('/'))}"


def row_key(cls: str, *parts: str) -> str:
    """The key of a record: its class and what its key fields hold, in their order; an empty text for a blank one.

    Example:
        >>> row_key("rotation_type", "Risk-on"), row_key("observation", "NVIDIA", "Move", "", "YTD")
        ('rotation-type/risk_on', 'observation/nvidia__move____ytd')
    """
    return f"{slug(cls.replace('_', ' '))}/{_slug(parts)}"  # few records share a key: keeping the slugs of all would not pay


def again(key: str, number: int) -> str:
    """The key of the second, third, … row of one table whose key cells are equal (ruling 2).

    Example:
        >>> again("event/2026__split", 2)
        'event/2026__split--2'
    """
    return f"{key}--{number}"


def apart(key: str, exact: str) -> str:
    """A key for what only exact spelling tells from the holder of ``key``: a second file whose path differs by case or spaces.

    Example:
        >>> apart("note/a-b", "A b.md")
        'note/a-b--gmpkkcj5'
    """
    return f"{key}--{_hash(exact)}"
