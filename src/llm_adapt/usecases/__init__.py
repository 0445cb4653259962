"""Use cases: what the tool can do, as functions that return values and print nothing."""
