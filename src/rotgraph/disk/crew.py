"""In: notes and a schema. Out: what each of them says, packed, in their order. Room: disk.

Many notes are shared out among processes of their own, started as programs: nothing of the caller is copied or run again, so
threads, notebooks and scripts without a guard are safe. Chunks are taken as hands are free and put back in order: the result does
not depend on who did what. A worker that dies leaves its chunk to the caller.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from rotgraph.disk.plain import schema_json
from rotgraph.disk.worker import Packed, extract_packed, receive, send
from rotgraph.model.schema import Schema
from rotgraph.source import Source

__all__ = ["FEW", "Progress", "extract_all"]

FEW = 500
"""Notes below which a second process costs more than it brings."""
_CHUNK = 64
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Packed]).decode

Progress = Callable[[int, int], None]
"""Told how many notes of how many are done."""


def extract_all(sources: Sequence[Source], schema: Schema, progress: Progress, processes: int | None = None) -> Iterator[Packed]:
    """What each note says by itself, packed.

    Args:
        processes: how many work at once, this one included; as many as there are processors if None.
    """
    hands = (processes or _processors()) - 1 if len(sources) >= FEW and sys.executable else 0
    if hands <= 0:
        for number, source in enumerate(sources):
            if number % _CHUNK == 0:
                progress(number, len(sources))
            yield extract_packed(source, schema)
        return
    crew = _Crew(sources, schema, progress)
    yield from crew.work(min(hands, len(sources) // _CHUNK))


def _processors() -> int:
    asked = os.environ.get("ROTGRAPH_PROCESSES", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable is not None else os.cpu_count() or 1


class _Crew:
    """Chunks of notes, and those who take them."""

    def __init__(self, sources: Sequence[Source], schema: Schema, progress: Progress) -> None:
        self.schema, self.progress, self.total = schema, progress, len(sources)
        self.chunks = [sources[at : at + _CHUNK] for at in range(0, len(sources), _CHUNK)]
        self.waiting = deque(range(len(self.chunks)))
        self.answers: dict[int, list[Packed]] = {}

    def work(self, hands: int) -> Iterator[Packed]:
        workers = [_start() for _ in range(hands)]
        threads = [threading.Thread(target=self._feed, args=(worker,), daemon=True) for worker in workers]
        try:
            for thread in threads:
                thread.start()
            while self._own():
                pass
            for thread in threads:
                thread.join()
            while self._own():  # what a worker that died has left
                pass
        finally:
            for worker in workers:
                worker.kill()
                worker.communicate()
        for number in range(len(self.chunks)):
            yield from self.answers.pop(number)

    def _own(self) -> bool:
        """Do one chunk here; False if there is none."""
        try:
            number = self.waiting.popleft()
        except IndexError:
            return False
        self._done(number, [extract_packed(source, self.schema) for source in self.chunks[number]])
        return True

    def _feed(self, worker: subprocess.Popen[bytes]) -> None:
        """Hand chunks to a worker as long as there are some and it answers."""
        assert worker.stdin is not None  # noqa: S101 - both are pipes
        assert worker.stdout is not None  # noqa: S101
        number = -1
        try:
            send(worker.stdin, schema_json(self.schema))
            while self.waiting:
                number = self.waiting.popleft()
                send(worker.stdin, _encode([(source.path, source.data) for source in self.chunks[number]]))
                answer = receive(worker.stdout)
                if answer is None:
                    return
                self._done(number, _decode(answer))
        except (IndexError, OSError, msgspec.MsgspecError):
            return  # nothing is left to do, or nobody to do it
        finally:
            if number >= 0 and number not in self.answers:
                self.waiting.append(number)

    def _done(self, number: int, answer: list[Packed]) -> None:
        self.answers[number] = answer
        self.progress(min(len(self.answers) * _CHUNK, self.total), self.total)


def _start() -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "rotgraph.disk.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
