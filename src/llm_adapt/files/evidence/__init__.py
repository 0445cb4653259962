"""Readers of evidence: what an assumption of a project file can be measured by."""
