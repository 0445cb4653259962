"""Tools for those who write rules: list, pages, picture, comparison, a start."""
