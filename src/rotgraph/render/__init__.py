"""Results and diagnostics as text, JSON, CSV, Markdown, HTML."""
