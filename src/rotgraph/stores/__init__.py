"""Pushing a graph to triple stores and keeping them in step."""
