"""In: conditions as text, or already decided. Out: their combination, simplified. Room: sparql."""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["Logic", "both", "either", "negate", "spell"]

Logic: TypeAlias = "str | bool"
"""A condition in SPARQL, complete in itself (an atom, a call, or in brackets), or decided."""


def both(*parts: Logic) -> Logic:
    """All of them.

    Example:
        >>> both("?a", True, "?b"), both("?a", False), both()
        ('(?a && ?b)', False, True)
    """
    kept = list(dict.fromkeys(part for part in parts if part is not True))
    if False in kept:
        return False
    if len(kept) < 2:
        return kept[0] if kept else True
    return f"({' && '.join(str(part) for part in kept)})"


def either(*parts: Logic) -> Logic:
    """Some of them.

    Example:
        >>> either("?a", False, "?b"), either("?a", True), either()
        ('(?a || ?b)', True, False)
    """
    kept = list(dict.fromkeys(part for part in parts if part is not False))
    if True in kept:
        return True
    if len(kept) < 2:
        return kept[0] if kept else False
    return f"({' || '.join(str(part) for part in kept)})"


def negate(part: Logic) -> Logic:
    """Its denial."""
    if isinstance(part, bool):
        return not part
    return part[1:] if part.startswith("!") else f"!{part}" if part.startswith(("(", "?", "EXISTS")) else f"!({part})"


def spell(part: Logic) -> str:
    """As text."""
    if isinstance(part, bool):
        return "true" if part else "false"
    return part
