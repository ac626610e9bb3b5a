"""`Plan` to SPARQL 1.1 text, and its answers back to a `Result`."""
