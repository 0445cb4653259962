"""What can be said for certain about answers that are still open; a SAT solver does the work."""
