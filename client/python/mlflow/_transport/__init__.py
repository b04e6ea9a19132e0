"""Ways to reach a tracking service: a method that calls an rpc with a message, and two for streams (`base.Transport`)."""
