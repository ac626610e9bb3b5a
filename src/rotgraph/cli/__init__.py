"""In: the arguments of a command. Out: an exit status. Room: cli.

Exit status: 0 done, 1 the notes or the query are wrong, 2 wrong usage, 70 our fault, 130 interrupted. What click defines is
imported when click is needed: a plain ``rotgraph query`` pays for a query and nothing else.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import NoReturn

from rotgraph.cli.question import plain_question
from rotgraph.cli.screen import color_wanted, prepare_streams
from rotgraph.errors import InternalError, RotgraphError

__all__ = ["main", "run"]

_WRONG, _OUR_FAULT, _INTERRUPTED = 1, 70, 130
_COLLECTED = 50_000
"""Objects after which cycles are looked for: importing makes as many, and none; every 700, as it is, is a twentieth of a query."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; its exit status."""
    sys.excepthook = _our_fault
    prepare_streams()
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # the reader has gone, as `| head -1` does: what is still buffered must not be written when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except InternalError as error:
        print(f"internal error: {error}\nPlease report it, with the query and the note it is about.", file=sys.stderr)
        return _OUR_FAULT
    except RotgraphError as error:
        from rotgraph.render.error_text import error_text

        print(error_text(error, color=color_wanted(sys.stderr)), end="", file=sys.stderr)
        return _WRONG
    except MemoryError:
        print("error: there is not enough memory for this: narrow the query", file=sys.stderr)
        return _WRONG
    except OSError as error:
        print(f"error: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""), file=sys.stderr)
        return _WRONG


def _run(arguments: list[str] | None) -> int:
    asked = plain_question(sys.argv[1:] if arguments is None else arguments)
    if asked is None:
        from rotgraph.cli.commands import run_command

        return run_command(arguments)
    from rotgraph.cli.answering import answer

    try:
        return answer(asked)
    except KeyboardInterrupt:
        print(file=sys.stderr)  # as click does, behind the ^C on a terminal
        raise


def run() -> NoReturn:
    """The command as a program.

    It ends at once when all is written: to take modules and arrays down one by one takes longer than many a query. Where a thread
    still works, or somebody measures, that is waited for.
    """
    # numpy starts a thread per processor for products of matrices, of which there are none here; each spins for a while, and takes
    # a processor from the process that looks at the notes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_COLLECTED)
    status = main()
    threads = sys.modules.get("threading")
    if _is_watched() or (threads is not None and threads.active_count() > 1):
        sys.exit(status)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(status)


def _is_watched() -> bool:
    """Whether a profiler, a debugger or a measure of coverage has yet to say what it saw."""
    if sys.getprofile() is not None or sys.gettrace() is not None:
        return True
    monitoring = getattr(sys, "monitoring", None)  # from Python 3.12
    return monitoring is not None and any(monitoring.get_tool(each) for each in range(6))


def _our_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody foresaw: say so, show where, and end with the status that says whose fault it is."""
    import traceback

    traceback.print_exception(kind, error, trace)
    print("\nThis is a fault of rotgraph, not of the notes. Please report it with the lines above.", file=sys.stderr)
    sys.stderr.flush()
    os._exit(_OUR_FAULT)
