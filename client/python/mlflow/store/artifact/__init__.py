"""Artifact repositories: one class for each scheme, used by client and server alike."""
