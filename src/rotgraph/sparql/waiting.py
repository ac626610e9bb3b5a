"""In: work that listens to nobody. Out: what it made, unless somebody stops waiting. Room: sparql.

Python hears Ctrl-C between two of its own instructions, in its main thread; a query in an embedded store is one. It runs in a
thread of its own, and who is interrupted leaves it behind: it ends with the process, or when it is done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from rotgraph.errors import InternalError

__all__ = ["interruptible"]

_T = TypeVar("_T")
_LISTEN = 0.1
"""Seconds between two looks, where waiting itself cannot be interrupted."""


def interruptible(work: Callable[[], _T], errors: tuple[type[Exception], ...], seconds: float | None = None) -> _T:
    """What the work makes; in a thread that is not the main one, which no signal reaches, it is simply done.

    Args:
        seconds: how long to wait for it; None is for ever.

    Raises: one of the ``errors`` that the work raised; `InternalError` where it raised another, which the thread has printed;
        `TimeoutError` where it took longer.
    """
    if seconds is None and threading.current_thread() is not threading.main_thread():
        return work()
    until = None if seconds is None else monotonic() + seconds
    made: list[_T] = []
    failed: list[Exception] = []
    done = threading.Event()

    def run() -> None:
        try:
            made.append(work())
        except errors as error:  # it is raised where somebody waits for it
            failed.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="rotgraph-store", daemon=True).start()
    while not done.wait(_LISTEN if until is None else min(_LISTEN, max(0.0, until - monotonic()))):
        if until is not None and monotonic() >= until:
            raise TimeoutError
    if failed:
        raise failed[0]
    if not made:
        raise InternalError("a query in an embedded store broke")
    return made[0]
