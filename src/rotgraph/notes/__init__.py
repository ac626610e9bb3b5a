"""Markdown to `Document`. This room knows nothing of facts, classes or values."""
