"""`Graph` to RDF: terms, Turtle people like to diff, line-based formats, companion files."""
