"""Measures Trackwell beside its peers in one run and writes the table of docs/performance.md."""
