"""What the service can do: one function or small class a verb, with all rules, free of wire formats and databases."""
