"""In: a cell such as ``Ongoing``. Out: whether it is a status, and the period it leaves open. Room: values."""

from __future__ import annotations

from rotgraph.late import replace
from rotgraph.model.value import Period, iso_day
from rotgraph.values.spans import is_grouping

__all__ = ["OPEN_STATUSES", "is_open_status", "opened"]

OPEN_STATUSES: frozenset[str] = frozenset(
    (
        "ongoing", "on-going", "current", "currently", "present", "active", "still active", "live", "underway", "under way",
        "continuing", "in progress", "now", "to date", "to present", "open", "laufend", "en cours",
    )
)  # fmt: skip
"""Words that are a status and say that what they stand beside has not ended; folded."""


def is_open_status(text: str) -> bool:
    """Whether a whole cell says that something goes on.

    Example:
        >>> is_open_status("Ongoing")
        True
    """
    return len(text) < 20 and text.strip().rstrip(".").casefold() in OPEN_STATUSES


def opened(period: Period) -> Period:
    """The same period, going on; ``2026`` + Ongoing is ``2026/..``."""
    if period.open_end:
        return period
    mark = "~" if period.approximate else ""
    first = period.edtf.split("/")[0].removesuffix("~")
    if is_grouping(first):
        first = iso_day(period.start)
    return replace(period, open_end=True, edtf=f"{first}{mark}/..")
