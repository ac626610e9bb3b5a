"""In: a query that was asked before. Out: what was answered then. Room: disk.

An answer is a function of the graph, the query and how it is to be printed. The name of its file tells the graph, the file
itself the other two and the program, so a stale one cannot be found; those about other graphs are swept away when one is published.
Nothing depends on them: what is damaged or cannot be written is simply not there.
"""

from __future__ import annotations

import json
import os
import zlib

from rotgraph.disk.home import Home
from rotgraph.disk.maker import made_by

__all__ = ["LONGEST", "Answers"]

_MOST = 200
"""Answers kept of one graph."""
LONGEST = 1 << 18
"""Characters of an answer that is kept: longer ones cost more to write than to find again."""


class Answers:
    """Answers about one graph, by query."""

    def __init__(self, home: Home, generation: str) -> None:
        self.home, self.generation = home, generation

    def get(self, question: object) -> tuple[str, str] | None:
        """What was printed on the output and on the error stream; None if it was never asked.

        Args:
            question: everything that the answer depends on besides the graph; its ``repr`` tells one from another.
        """
        try:
            checksum, _, data = self.home.read(self._name(question)).partition(b"\n")
        except OSError:
            return None
        if checksum != b"%08x" % zlib.crc32(data):
            return None
        asked, output, errors = json.loads(data)
        return (output, errors) if asked == _asked(question) else None

    def put(self, question: object, output: str, errors: str) -> None:
        """Keep an answer, if it is short and there is room."""
        if len(output) + len(errors) > LONGEST:
            return
        path = self.home.path(self._name(question))
        data = json.dumps([_asked(question), output, errors], separators=(",", ":")).encode("ascii")
        temporary = f"{path}.{os.getpid()}.new"
        try:
            if sum(each.name.startswith("answer-") for each in os.scandir(self.home.folder)) >= _MOST:
                return
            with open(temporary, "wb") as file:
                file.write(b"%08x\n%s" % (zlib.crc32(data), data))
            os.replace(temporary, path)
        except OSError:
            return  # a vault that cannot be written is asked again, and that is all

    def _name(self, question: object) -> str:
        return f"answer-{self.generation}-{zlib.crc32(_asked(question).encode('utf-8', 'surrogatepass')):016x}"


def _asked(question: object) -> str:
    """The program and the question."""
    return f"{made_by(everything=True)}\n{question!r}"
