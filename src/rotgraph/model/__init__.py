"""The nouns: values, facts, schema, graph, result. No parsing, no disk."""
