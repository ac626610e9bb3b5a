"""In: a diagnostic code. Out: its page. Room: cli."""

from __future__ import annotations

import click

from rotgraph.cli.completing import complete_rule
from rotgraph.cli.screen import emit
from rotgraph.render.rule_page import rule_page
from rotgraph.rules import RULES

__all__ = ["rule"]


@click.command()
@click.argument("code", required=False, shell_complete=complete_rule)
def rule(code: str | None) -> None:
    """What a diagnostic code means and what to do; all of them without a code.

    \b
    Example:
      rotgraph rule RG601
    """
    if code is None:
        emit(f"{each.code}  {each.severity.value:<7}  {each.name:<28}  {each.summary}\n" for each in RULES.values())
    elif code.upper() not in RULES:
        raise click.BadParameter(f"no rule {code!r}: `rotgraph rule` lists them", param_hint="CODE")
    else:
        emit([rule_page(code.upper())])
