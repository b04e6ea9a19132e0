"""What differs between databases, one module each."""
