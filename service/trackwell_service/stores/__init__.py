"""Where experiments, runs and metrics are kept: small roles, and the stores that play them."""
