"""In: the text of a cell. Out: the text without the mark of a footnote behind it. Room: values."""

from __future__ import annotations

from rotgraph.late import regex

__all__ = ["unmarked"]

_MARKS = frozenset("*†‡¹²³⁴⁵⁶⁷⁸⁹")
_SUPERSCRIPT = "[¹²³⁴⁵⁶⁷⁸⁹]+"
_NO_UNIT = "".join(f"(?<!{unit})" for unit in ("km", "cm", "mm", "ft", "yd", "mi", "in", "CO"))
_MARK = regex(
    rf"(?:(?<=[0-9%)\]]){_SUPERSCRIPT}|(?<=[0-9][EAXxKMBT]){_SUPERSCRIPT}|(?<=[A-Za-z]{{2}}){_NO_UNIT}{_SUPERSCRIPT}"
    r"|(?<=.[^\s*]{2})\s?[*†‡]+|(?<=\s)[†‡]+)$"
)


def unmarked(text: str) -> str:
    """A name, a header or a value as it is called without the mark behind it; ``m²`` and ``A*`` are whole.

    Example:
        >>> [unmarked(text) for text in ("Frontline*", "$1.2bn¹", "Fleet²", "45 m²", "A*", "Hafnia †")]
        ['Frontline', '$1.2bn', 'Fleet', '45 m²', 'A*', 'Hafnia']
    """
    if text[-1:] not in _MARKS:
        return text
    mark = _MARK.search(text)
    return text[: mark.start()].rstrip() if mark is not None and mark.start() else text
