"""Ways to reach a tracking service: calling an rpc with a message, and two forms of streams (`base.Transport`)."""
