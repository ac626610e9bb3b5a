"""`Plan` and `Graph` to `Result`, over numpy columns."""
