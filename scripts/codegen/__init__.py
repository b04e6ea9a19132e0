"""Generates gen/ from proto/, and proves that it is fresh and compiles."""
