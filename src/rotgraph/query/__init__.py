"""Text to `Query` to `BoundQuery` to `Plan`. Engines see the plan alone."""
