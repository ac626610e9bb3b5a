"""In: nothing. Out: what a value parser says when several readings fit. Room: values."""

from __future__ import annotations

from rotgraph.late import dataclass

__all__ = ["Doubt"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text that is some value, but not certainly which: it stays text, and the caller reports it.

    Diagnostics: ``code`` is the rule to report it under (RG301 to RG305).
    """

    text: str
    """As written."""
    reason: str
    """One sentence without a full stop, ready to be a diagnostic's message: ```-6-8%` may be -6% to 8% or -8% to -6%``."""
    readings: tuple[str, ...] = ()
    """The readings that fit, written so that each would be read without doubt."""
    code: str = "RG301"

    @property
    def hint(self) -> str:
        """What to write instead."""
        if not self.readings:
            return ""
        quoted = [f"`{reading}`" for reading in self.readings]
        return "write " + (quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}")
