"""What a check looks at: one module for each group of findings."""
