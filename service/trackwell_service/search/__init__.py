"""The filter and order_by languages: text to typed tree, and what the tree means for a run or an experiment."""
