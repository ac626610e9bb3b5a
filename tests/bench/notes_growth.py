"""How the time to read a note grows with its size: doubling it may cost at most 2.6 times as much.

    python tests/bench/notes_growth.py [SIZE [WORDS OF A SHAPE]]

Each line is one shape that has made a Markdown parser or a regular expression quadratic somewhere. Prints the seconds of processor
time for SIZE and twice SIZE bytes (best of three) and their ratio; ends with 1 if any ratio is larger than 2.6. A shape that takes
too little time to be measured is made larger, and one that seems to grow too fast is measured again: other programs make a clock
stutter.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable

from rotgraph.notes.encoding import decoded
from rotgraph.notes.parse import parse_note
from rotgraph.source import Source

LIMIT = 2.6
FLOOR = 0.03
MOST = 2_000_000


def filled(piece: str) -> Callable[[int], str]:
    return lambda size: piece * (size // len(piece.encode()))


def around(left: str, middle: str, right: str) -> Callable[[int], str]:
    def made(size: int) -> str:
        count = size // (len(left) + len(right))
        return left * count + middle + right * count

    return made


def ticks(size: int) -> str:
    runs, total, length = [], 0, 1
    while total < size:
        runs.append("e" + "`" * length)
        total += length + 1
        length += 1
    return "".join(runs)


def table(size: int) -> str:
    return "| a | b |\n|---|---|\n" + "| [[A\\|b]] | **5%** |\n" * (size // 22)


def wide_table(size: int) -> str:
    return "|" + "a|" * (size // 4) + "\n|" + "-|" * (size // 4)


def front_matter(size: int) -> str:
    return "---\n" + "".join(f"key{number}: [[A]]\n" for number in range(size // 16)) + "---\n"


SHAPES: dict[str, Callable[[int], str]] = {
    "emphasis": filled("*a **a "),
    "emphasis closed": around("*a **a ", "b", " a** a*"),
    "underscores": filled("a_ "),
    "link opened": filled("[a"),
    "link closed": filled("a]"),
    "brackets": around("[", "a", "]"),
    "wikilink opened": filled("[[a"),
    "wikilink labelled": filled("[[a|"),
    "wikilinks nested": around("[[", "a", "]]"),
    "embed opened": filled("![["),
    "wikilinks": filled("word [[Exxon]] "),
    "wikilinks of a table": table,
    "links over lines": filled("[[a\nb]] "),
    "backticks": ticks,
    "html comment": filled("<!--"),
    "html": filled("<a b='"),
    "cdata": filled("<![CDATA["),
    "references": lambda size: "".join(f"[{number}]: /u\n" for number in range(size // 11)),
    "pipes": wide_table,
    "rows unescaped": lambda size: "| a | b |\n|---|---|\n" + "| [[A|b]] | 5 |\n" * (size // 16),
    "rows too long": lambda size: "| a |\n|---|\n" + "| 1 | [x](y) |\n" * (size // 15),
    "a row too long": lambda size: "| a |\n|---|\n| 1 | " + "$a [b] `" * (size // 8),
    "ticks in a row too long": lambda size: "| a |\n|---|\n| 1 | 2 |" + ticks(size),
    "rows without dashes": filled("| a | b |\n"),
    "pipes without dashes": filled("|a"),
    "delimiters": filled("a|b\n-|-|-\n\n"),
    "dashes": filled("-"),
    "rules": filled("---\n"),
    "comments": filled("%%"),
    "comment lines": filled("%%\na\n\n"),
    "tags": filled("#a"),
    "tags apart": filled("#tag "),
    "hashes": filled("#"),
    "block ids": filled(" ^a"),
    "dollars": filled("$"),
    "dollars apart": filled("$a "),
    "formulas": filled("$x$ "),
    "highlights": filled("==a "),
    "highlights closed": filled("==a== "),
    "struck": filled("~~a "),
    "tildes": filled("~"),
    "fields": filled("key:: value\n"),
    "fields in brackets": filled("[key:: "),
    "fields in parentheses": filled("(key:: value) "),
    "colons": filled("a::"),
    "quotes": filled("> "),
    "quoted lines": filled("> a\n"),
    "lists": lambda size: "".join(" " * (2 * (depth % 200)) + "- a\n" for depth in range(size // 200)),
    "headings": filled("# a\n\n"),
    "footnotes": filled("[^a]: b\n\n"),
    "front matter": front_matter,
    "brackets in front matter": lambda size: "---\na: " + "[" * size + "\n---\n",
    "tabs in front matter": lambda size: "---\n" + "a:\n\t- b\n" * (size // 9) + "---\n",
    "wide letters": filled("é [[ü]] "),
    "full-width pipes": filled("｜a｜b｜\n｜-｜-｜\n\n"),
}


def seconds(text: str) -> float:
    best = float("inf")
    raw = text.encode()
    for _ in range(3):
        gc.collect()
        begin = time.process_time()
        source = decoded("Note.md", raw).value
        parse_note(source if source is not None else Source("Note.md", b""))
        best = min(best, time.process_time() - begin)
    return best


def measured(made: Callable[[int], str], size: int) -> tuple[float, float]:
    """Seconds for a size and for twice as much."""
    once = seconds(made(size))
    while once < FLOOR and size < MOST:
        size *= 2
        once = seconds(made(size))
    twice = seconds(made(2 * size))
    for _ in range(3):
        if twice <= LIMIT * once:
            break
        once, twice = seconds(made(size)), min(twice, seconds(made(2 * size)))
    return once, twice


def main(size: int, wanted: str = "") -> int:
    worst = 0.0
    for name, made in SHAPES.items():
        if wanted not in name:
            continue
        once, twice = measured(made, size)
        ratio = twice / once
        worst = max(worst, ratio)
        print(f"{name:28} {once:8.3f} {twice:8.3f} {ratio:6.2f}{'  !' if ratio > LIMIT else ''}", flush=True)
    return int(worst > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, *sys.argv[2:3]))
