"""Where a run comes from: tags that describe the program which starts it."""
