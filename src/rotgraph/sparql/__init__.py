"""Plans as SPARQL 1.1, and answers from what a store says."""
