"""Readers: YAML and disk in, model values out."""
