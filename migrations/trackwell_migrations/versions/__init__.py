"""The revisions, oldest first. A revision is never changed once it has been released."""
