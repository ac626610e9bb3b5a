"""Seconds and peak memory of obsidiantools over a vault, as one line of JSON. Runs in an environment of its own."""

import json
import resource
import sys
import time
from pathlib import Path

import obsidiantools.api

began = time.perf_counter()
vault = obsidiantools.api.Vault(Path(sys.argv[1])).connect().gather()
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "notes": len(vault.md_file_index), "edges": vault.graph.number_of_edges(), "MiB peak": peak}))
