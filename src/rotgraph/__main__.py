"""In: ``python -m rotgraph``. Out: what the command ``rotgraph`` does. Room: main."""

from __future__ import annotations

from rotgraph.cli import run

if __name__ == "__main__":
    run()
