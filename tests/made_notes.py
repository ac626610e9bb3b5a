"""In: a random number generator, names. Out: notes that link, class, alias and tabulate them. Room: tests."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

__all__ = ["LEXICON", "NAMES", "edited", "made_note", "made_piece"]

NAMES = ("Brolly", "Norden", "Acme Tools", "Quill", "Semis", "Deep value", "ARKQ", "QLL", "ALL", "Jane Roe", "2031-05-06", "半導體")
LEXICON = (
    "Energy", "Tech", "Technology", "IT", "Semiconductors", "Semis", "Chips", "Consumer staples", "Staples", "Value",
    "Value stocks", "Small caps", "Small-cap", "Corporate bonds", "Credit", "EM", "Gold", "S&P 500", "SPX", "Nasdaq 100",
    "NDX", "Dow", "The Dow", "DJIA", "XLE", "US", "gold", "TECH",
)  # fmt: skip
"""Names that the built-in schema knows, several of one thing, in several cases."""
_CLASSES = ("person", "company", "sector", "concept", "recipe", "fund")


def made_piece(random: Random, names: Sequence[str] = NAMES) -> str:
    """A piece of a note that names something, gives a class, a symbol, an alias, a record, or calls one."""
    one, other = random.sample(names, 2)
    number = random.randint(1, 99)
    return random.choice(
        (
            f"[[{one}]] grew {number}% in 20{number:02}.",
            f"{one} and {other} moved {number}%.",
            f"See [[{one}#Figures]], [[{one}|{other}]] and ![[{other}]].",
            (
                f"## {one}\n\n| Metric | 2030 | 2031 |\n|---|---|---|\n| Revenue | ${number}B | ${number + 1}B |\n"
                f"| {other} margin | 5% | 6% |"
            ),
            (
                f"## Figures\n\n| Company | Ticker | CEO |\n|---|---|---|\n| {one} | {other[:4].upper()} | {other} |\n"
                f"| [[{other}]] | NYSE: QLL | |"
            ),
            (
                f"| Episode | Period | Sell side | Buy side |\n|---|---|---|---|\n"
                f"| {one} to {other} | 20{number:02} | {one} | {other}, [[{one}]] |"
            ),
            f"| Factor | {one} to {other} | Base |\n|---|---|---|\n| Rates | **Up** because | **Down** |",
            f"| {one} | Share |\n|---|---|\n| {other} | {number}% |\n| [[Quill]] & Norden | 3% |",
            f"**Overweight:** {one}, {other}\n\n**CEO:** {other}",
            f"# {one} ({number})\n\n![[{one}.png]]",
            f"- [[{one}]] — beats {other} by {number}%, [[{other}]]",
        )
    )


def _head(random: Random, names: Sequence[str]) -> str:
    lines = [
        f"type: {random.choice(_CLASSES)}",
        f"aliases: [{random.choice(names)}, {random.choice(names)}]",
        f"tags: [{random.choice(_CLASSES)}]",
        f"date: 2031-0{random.randint(1, 9)}-05",
        f"sector: {random.choice(names)}",
    ]
    chosen = random.sample(lines, random.randint(0, 2))
    return "---\n" + "\n".join(chosen) + "\n---\n\n" if chosen else ""


def made_note(random: Random, names: Sequence[str] = NAMES) -> str:
    """A whole note."""
    return _head(random, names) + "\n\n".join(made_piece(random, names) for _ in range(random.randint(1, 4))) + "\n"


def edited(random: Random, text: str, others: Sequence[str], names: Sequence[str] = NAMES) -> str:
    """A note after an edit that says little new: words, lines moved, repeated or taken from other notes."""
    lines = text.split("\n")
    at = random.randrange(len(lines))
    what = random.randrange(10)
    if what == 0:
        lines.append("\nNothing more is said.")
    elif what == 1:
        lines.insert(at, "\nSome words, [[Other]] and such.\n")
    elif what == 2:
        lines.insert(random.randrange(len(lines)), lines[at])
    elif what == 3:
        lines.insert(random.randrange(len(lines)), lines.pop(at))
    elif what == 4:
        lines.insert(at, random.choice(random.choice(others).split("\n")))
    elif what == 5:
        pieces = text.split("\n\n")
        pieces.insert(random.randrange(len(pieces)), pieces.pop(random.randrange(len(pieces))))
        return "\n\n".join(pieces)
    elif what == 6:
        lines.append(f"\n{random.choice(names)} and {random.choice(names).upper()} moved.")
    elif what == 7:
        del lines[at]
    elif what == 8:
        one, other = random.sample(names, 2)
        lines.append(f"\n| Company | CEO |\n|---|---|\n| {one} | {other} |\n\n![[{random.choice(names)}.png]]")
    else:
        lines.insert(at, f"\n## {random.choice(names)}\n")
    return "\n".join(lines)
