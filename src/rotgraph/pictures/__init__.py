"""Results and graphs as charts and pages."""
