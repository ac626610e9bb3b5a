"""`Graph` and `Schema` to diagnostics about the whole: contradictions, orphans of the schema."""
