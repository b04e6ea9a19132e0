"""Where things are kept: artifact repositories by scheme."""
