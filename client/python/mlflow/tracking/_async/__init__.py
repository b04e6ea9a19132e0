"""Asynchronous logging: calls return at once, and threads of this package bring what was logged to the service."""
