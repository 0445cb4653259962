"""Options in, exit code out."""
