"""What is in training data, row by row: readers, checks, facts. Knows nothing of strategies."""
