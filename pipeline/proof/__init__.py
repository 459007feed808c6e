"""Inspect finished files."""
