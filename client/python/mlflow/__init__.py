"""Record and compare experiments: the Python SDK of the tracking server."""
