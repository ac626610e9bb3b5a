"""Seconds that markdown-it-py takes only to parse the notes of a vault, as one line of JSON. Runs in an environment of its own."""

import json
import sys
import time
from pathlib import Path

from markdown_it import MarkdownIt

texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(Path(sys.argv[1]).rglob("*.md"))]
parser = MarkdownIt("commonmark").enable("table")
began = time.perf_counter()
tokens = sum(len(parser.parse(text)) for text in texts)
print(json.dumps({"seconds": time.perf_counter() - began, "notes": len(texts), "tokens": tokens}))
