"""In: notes and a schema, then the names of all notes. Out: what each of them names, then what each states. Room: disk.

Many notes are shared out among processes of their own, started as programs: nothing of the caller is copied or run again, so
threads, notebooks and scripts without a guard are safe. Chunks are taken as hands are free and put back in order: the result does
not depend on who did what. Who read a note describes it. A worker that dies leaves its notes to the caller.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from rotgraph.disk.plain import schema_json
from rotgraph.disk.worker import DESCRIBE, NAMES, READ, Reader, Stated, Told, receive, send
from rotgraph.model.schema import Schema
from rotgraph.resolve.names import Names
from rotgraph.source import Source

__all__ = ["FEW", "Crew", "Progress"]

FEW = 500
"""Notes below which a second process costs more than it brings."""
_CHUNK = 64
_encode = msgspec.msgpack.Encoder().encode
_decode_read = msgspec.msgpack.Decoder(list[Told]).decode
_decode_described = msgspec.msgpack.Decoder(list[Stated]).decode

Progress = Callable[[int, int], None]
"""Told how many notes of how many are done."""


class Crew:
    """Those who read and describe notes: this process, and some beside it when there is enough to do.

    Use it as a context: at its end nobody is left.
    """

    def __init__(self, schema: Schema, progress: Progress, processes: int | None = None) -> None:
        """Get ready.

        Args:
            progress: told how many notes are read.
            processes: how many work at once, this one included; as many as there are processors if None.
        """
        self.schema, self.progress = schema, progress
        self._hands = (processes or _processors()) - 1
        self._own = Reader(schema)
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

    def read(self, sources: Sequence[Source]) -> Iterator[Told]:
        """What each note names, and what was wrong in it, in their order."""
        if len(sources) < FEW or self._hands <= 0 or not sys.executable:
            for number, source in enumerate(sources):
                if number % _CHUNK == 0:
                    self.progress(number, len(sources))
                yield self._read(source)
            return
        if not self._workers:
            self._workers = [_start() for _ in range(min(self._hands, len(sources) // _CHUNK))]
        chunks = [sources[at : at + _CHUNK] for at in range(0, len(sources), _CHUNK)]
        share = _Share(len(chunks), lambda done: self.progress(min(done * _CHUNK, len(sources)), len(sources)))
        threads = [threading.Thread(target=self._feed, args=(worker, chunks, share), daemon=True) for worker in self._workers]
        share.work(threads, lambda number: [self._read(source) for source in chunks[number]])
        for number in range(len(chunks)):
            yield from share.answers.pop(number)

    def _read(self, source: Source) -> Told:
        """Read a note here, without leaving in it what reading works out."""
        return self._own.read(Source(source.path, source.data))

    def describe(self, sources: Sequence[Source], names: Names) -> Iterator[Stated]:
        """What each note states and depends on, in the order of the notes; all of them have been read."""
        self._own.settle(names)
        answers: dict[str, Stated] = {}
        if self._workers:
            packed = pickle.dumps(names, pickle.HIGHEST_PROTOCOL)
            parts = {worker: [each.path for each in sources if self._read_by.get(each.path) is worker] for worker in self._workers}
            threads = [
                threading.Thread(target=_ask, args=(worker, packed, paths, answers), daemon=True) for worker, paths in parts.items()
            ]  # fmt: skip
            for thread in threads:
                thread.start()
            for source in sources:
                if self._own.has(source.path):
                    answers[source.path] = self._own.describe(source.path)
            for thread in threads:
                thread.join()
        for source in sources:
            told = answers.pop(source.path, None)
            if told is None:
                if not self._own.has(source.path):  # who read it is dead
                    self._read(source)
                told = self._own.describe(source.path)
            yield told

    def _feed(self, worker: subprocess.Popen[bytes], chunks: Sequence[Sequence[Source]], share: _Share) -> None:
        """Hand chunks to a worker as long as there are some and it answers."""
        number = -1
        try:
            if worker not in self._told:
                self._told.add(worker)
                send(_pipe(worker.stdin), schema_json(self.schema))
            while share.waiting:
                number = share.waiting.popleft()
                send(_pipe(worker.stdin), READ, _encode([(source.path, source.data) for source in chunks[number]]))
                answer = receive(_pipe(worker.stdout))
                if answer is None:
                    return
                told = _decode_read(answer)
                self._read_by.update((source.path, worker) for source in chunks[number])
                share.done(number, told)
        except (IndexError, OSError, msgspec.MsgspecError):
            return  # nothing is left to do, or nobody to do it
        finally:
            if number >= 0 and number not in share.answers:
                share.waiting.append(number)


class _Share:
    """Chunks that wait, and answers that came."""

    def __init__(self, count: int, progress: Callable[[int], None]) -> None:
        self.waiting = deque(range(count))
        self.answers: dict[int, list[Told]] = {}
        self._progress = progress

    def work(self, threads: Sequence[threading.Thread], own: Callable[[int], list[Told]]) -> None:
        """Do what the others do not, until all is done."""
        for thread in threads:
            thread.start()
        while self._one(own):
            pass
        for thread in threads:
            thread.join()
        while self._one(own):  # what a worker that died has left
            pass

    def _one(self, own: Callable[[int], list[Told]]) -> bool:
        """Do one chunk here; False if there is none."""
        try:
            number = self.waiting.popleft()
        except IndexError:
            return False
        self.done(number, own(number))
        return True

    def done(self, number: int, answer: list[Told]) -> None:
        self.answers[number] = answer
        self._progress(len(self.answers))


def _ask(worker: subprocess.Popen[bytes], names: bytes, paths: Sequence[str], answers: dict[str, Stated]) -> None:
    """What a worker states of the notes it has read."""
    try:
        send(_pipe(worker.stdin), NAMES, names)
        for at in range(0, len(paths), _CHUNK):
            chunk = paths[at : at + _CHUNK]
            send(_pipe(worker.stdin), DESCRIBE, _encode(chunk))
            answer = receive(_pipe(worker.stdout))
            if answer is None:
                return
            answers.update(zip(chunk, _decode_described(answer), strict=True))
    except (OSError, ValueError, msgspec.MsgspecError):
        return


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
