"""In: a folder. Out: a real triple store on loopback, started and stopped here. For tests.

Ports are free ones that the system names; a store is waited for until it answers, so a machine that is busy only takes longer.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["OXIGRAPH", "VIRTUOSO", "oxigraph_server", "virtuoso_server"]

OXIGRAPH = shutil.which("oxigraph")
VIRTUOSO = shutil.which("virtuoso-t")
_PATIENCE = 180.0
"""Seconds until a store must answer."""
_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 10
CheckpointInterval = 60
CaseMode = 2
DirsAllowed = {folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
MaxClientConnections = 10
KeepAliveTimeout = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 120
"""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(command: list[str], url: str, log: Path) -> Iterator[None]:
    with log.open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said, cwd=log.parent) as process:
        try:
            _wait(process, url, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with opener.open(url, timeout=10):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return  # it answers
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def oxigraph_server(folder: Path) -> Iterator[str]:
    """The URL of an Oxigraph whose data lie in the folder."""
    assert OXIGRAPH is not None
    folder.mkdir(parents=True, exist_ok=True)
    address = f"127.0.0.1:{_free_port()}"
    command = [OXIGRAPH, "serve", "--location", str(folder / "db"), "--bind", address]
    with _running(command, f"http://{address}/", folder / "oxigraph.log"):
        yield f"http://{address}"


@contextmanager
def virtuoso_server(folder: Path) -> Iterator[str]:
    """The URL of a Virtuoso whose data lie in the folder; user and password are ``dba``."""
    assert VIRTUOSO is not None
    folder.mkdir(parents=True, exist_ok=True)
    http = _free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(folder=folder, sql=_free_port(), http=http))
    command = [VIRTUOSO, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with _running(command, f"http://127.0.0.1:{http}/sparql", folder / "output.log"):
        yield f"http://127.0.0.1:{http}/sparql"
