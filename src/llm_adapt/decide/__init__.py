"""The decision: pure functions from a rule set and a situation to advice."""
