"""In: notes and a schema, then the names of all notes. Out: what each of them names, then what each states. Room: disk.

Many notes are shared out among processes of their own, started as programs: nothing of the caller is copied or run again, so
threads, notebooks and scripts without a guard are safe. Chunks are taken as hands are free and put back in order: the result does
not depend on who did what. Who read a note describes it; whoever is done sooner takes what this process has not come to. A worker
that dies leaves its notes to the caller.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from rotgraph.disk.plain import schema_json
from rotgraph.disk.worker import DESCRIBE, NAMES, READ, Reader, Stated, Told, first_message, receive, send
from rotgraph.model.schema import Schema, fold
from rotgraph.model.slug import CACHES
from rotgraph.model.spool import Spool, Spooled
from rotgraph.resolve.names import Names
from rotgraph.source import Source

__all__ = ["FEW", "Crew", "Progress"]

FEW = 500
"""Notes below which a second process costs more than it brings."""
_CHUNK, _SMALL = 64, 16
"""Notes that are handed over together, and those that are taken over in the end."""
_CACHES = (fold, *CACHES)
"""That reading many notes fills, and little asks for afterwards."""
_encode = msgspec.msgpack.Encoder().encode
_decode_read = msgspec.msgpack.Decoder(list[Told]).decode
_decode_described = msgspec.msgpack.Decoder(list[Stated]).decode

_Pair = tuple[Spooled, Spooled]
"""What is told or stated, put down."""
_Chunk = list[tuple[str, bytes]]
"""Paths of notes to describe, and what they say if somebody else has read them."""
Progress = Callable[[int, int], None]
"""Told how many notes of how many are done."""


class Crew:
    """Those who read and describe notes: this process, and some beside it when there is enough to do.

    Use it as a context: at its end nobody is left.
    """

    def __init__(
        self, schema: Schema, progress: Progress, processes: int | None = None, folder: str | os.PathLike[str] | None = None
    ) -> None:
        """Get ready.

        Args:
            progress: told how many notes are read.
            processes: how many work at once, this one included; as many as there are processors if None.
            folder: where what waits may lie; in the memory if None.
        """
        self.schema, self.progress = schema, progress
        self._hands = (processes or _processors()) - 1
        self._folder = os.fspath(folder) if folder is not None else None
        self._spool = Spool(folder)
        self._own = Reader(schema, self._spool)
        self._workers: list[subprocess.Popen[bytes]] = []
        self._told: set[subprocess.Popen[bytes]] = set()
        """Those who know the schema."""
        self._read_by: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.kill()
            worker.communicate()
        self._workers.clear()

    def read(self, sources: Sequence[Source]) -> Iterator[_Pair]:
        """What each note names, and what was wrong in it, in their order.

        Args:
            sources: parts of it are asked for when somebody is free to read them, by several threads.
        """
        if len(sources) < FEW or self._hands <= 0 or not sys.executable:
            for number, source in enumerate(sources):
                if number % _CHUNK == 0:
                    self.progress(number, len(sources))
                yield self._read(source)
            return
        if not self._workers:
            self._workers = [_start() for _ in range(min(self._hands, len(sources) // _CHUNK))]
        count = -(-len(sources) // _CHUNK)
        share = _Share(count, lambda done: self.progress(min(done * _CHUNK, len(sources)), len(sources)))
        threads = [threading.Thread(target=self._feed, args=(worker, sources, share), daemon=True) for worker in self._workers]
        share.work(threads, lambda number: [self._read(source) for source in _chunk(sources, number)])
        for number in range(count):
            yield from share.answers.pop(number)

    def _read(self, source: Source) -> _Pair:
        """Read a note here, without leaving in it what reading works out."""
        return self._put(self._own.read(Source(source.path, source.data)))

    def _put(self, told: Told | Stated) -> _Pair:
        return self._spool.put(told[0]), self._spool.put(told[1])

    def describe(self, paths: Sequence[str], names: Names, text: Callable[[str], Source]) -> Iterator[_Pair]:
        """What each note states and depends on, in the order of the paths; all of them have been read.

        Args:
            text: a note, which is read once more if who has read it is dead.
        """
        self._own.settle(names)
        answers: dict[str, _Pair] = {}
        if self._workers:
            packed = pickle.dumps(names, pickle.HIGHEST_PROTOCOL)
            parts = {worker: deque[_Chunk]() for worker in self._workers}
            for worker, theirs in parts.items():
                read = [(path, b"") for path in paths if self._read_by.get(path) is worker]
                theirs.extend(read[at : at + _CHUNK] for at in range(0, len(read), _CHUNK))
            own = [path for path in paths if self._own.has(path)]
            left = deque(own[at : at + _SMALL] for at in range(0, len(own), _SMALL))
            threads = [
                threading.Thread(target=self._ask, args=(worker, packed, mine, left, answers), daemon=True)
                for worker, mine in parts.items()
            ]
            for thread in threads:
                thread.start()
            while left:
                with suppress(IndexError):  # somebody has just taken the last
                    answers.update([(path, self._put(self._own.describe(path))) for path in left.popleft()])
            for thread in threads:
                thread.join()
        for path in paths:
            told = answers.pop(path, None)
            if told is None:
                if not self._own.has(path):  # who read it is dead
                    self._read(text(path))
                told = self._put(self._own.describe(path))
            yield told

    def dismiss(self) -> None:
        """Let go what was needed for many notes: those who helped, and what they were told by; who is called again starts anew."""
        self.__exit__(None, None, None)
        self._told.clear()
        self._read_by.clear()
        self._own = Reader(self.schema, self._spool)
        for cache in _CACHES:
            cache.cache_clear()

    def _feed(self, worker: subprocess.Popen[bytes], sources: Sequence[Source], share: _Share) -> None:
        """Hand chunks to a worker as long as there are some and it answers."""
        number = -1
        try:
            if worker not in self._told:
                self._told.add(worker)
                send(_pipe(worker.stdin), first_message(schema_json(self.schema), self._folder))
            while share.waiting:
                number = share.waiting.popleft()
                chunk = _chunk(sources, number)
                send(_pipe(worker.stdin), READ, _encode([(source.path, source.data) for source in chunk]))
                answer = receive(_pipe(worker.stdout))
                if answer is None:
                    return
                told = _decode_read(answer)
                self._read_by.update((source.path, worker) for source in chunk)
                share.done(number, [self._put(each) for each in told])
        except (IndexError, OSError, msgspec.MsgspecError):
            return  # nothing is left to do, or nobody to do it
        finally:
            if number >= 0 and number not in share.answers:
                share.waiting.append(number)

    def _ask(
        self, worker: subprocess.Popen[bytes], names: bytes, theirs: deque[_Chunk], left: deque[list[str]],
        answers: dict[str, _Pair],
    ) -> None:  # fmt: skip
        """What a worker states of the notes it has read, then of those that are left here."""
        try:
            send(_pipe(worker.stdin), NAMES, names)
            while True:
                chunk = theirs.popleft() if theirs else [(path, self._own.held(path)) for path in left.pop()]
                send(_pipe(worker.stdin), DESCRIBE, _encode(chunk))
                answer = receive(_pipe(worker.stdout))
                if answer is None:
                    return
                told = _decode_described(answer)
                answers.update([(path, self._put(each)) for (path, _), each in zip(chunk, told, strict=True)])
                for path, _ in chunk:
                    self._own.drop(path)
        except (IndexError, OSError, ValueError, msgspec.MsgspecError):
            return  # nothing is left to do, or nobody to do it


class _Share:
    """Chunks that wait, and answers that came."""

    def __init__(self, count: int, progress: Callable[[int], None]) -> None:
        self.waiting = deque(range(count))
        self.answers: dict[int, list[_Pair]] = {}
        self._progress = progress

    def work(self, threads: Sequence[threading.Thread], own: Callable[[int], list[_Pair]]) -> None:
        """Do what the others do not, until all is done."""
        for thread in threads:
            thread.start()
        while self._one(own):
            pass
        for thread in threads:
            thread.join()
        while self._one(own):  # what a worker that died has left
            pass

    def _one(self, own: Callable[[int], list[_Pair]]) -> bool:
        """Do one chunk here; False if there is none."""
        try:
            number = self.waiting.popleft()
        except IndexError:
            return False
        self.done(number, own(number))
        return True

    def done(self, number: int, answer: list[_Pair]) -> None:
        self.answers[number] = answer
        self._progress(len(self.answers))


def _chunk(sources: Sequence[Source], number: int) -> Sequence[Source]:
    return sources[number * _CHUNK : (number + 1) * _CHUNK]


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - both are pipes
    return stream


def _processors() -> int:
    asked = os.environ.get("ROTGRAPH_PROCESSES", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable is not None else os.cpu_count() or 1


def _start() -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "rotgraph.disk.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
