"""Fixtures and drivers which several test folders share; `tests/conftest.py` loads the plugins among them."""
