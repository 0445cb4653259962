"""Advice rendered: terminal text, Markdown, versioned JSON."""
