"""One parser of values for notes and queries: quantities and periods as analysts write them."""
