"""In: the code of a rule. Out: its page. Room: render."""

from __future__ import annotations

from pathlib import Path

from rotgraph.errors import InternalError

__all__ = ["rule_page"]

_PAGES = Path(__file__).parents[1] / "rules_pages"


def rule_page(code: str) -> str:
    """The page of a rule, Markdown: what it is, why, what to do, an example.

    Raises:
        InternalError: the rule has no page.
    """
    page = _PAGES / f"{code}.md"
    if not page.is_file():
        raise InternalError(f"the rule {code} has no page")
    return page.read_text(encoding="utf-8")
