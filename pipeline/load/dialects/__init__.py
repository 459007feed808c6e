"""Markdown of other programs, read into the same tree as ours."""
