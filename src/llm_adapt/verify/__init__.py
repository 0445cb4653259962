"""Proofs about a rule set."""
