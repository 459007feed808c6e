"""Faster replacements for functions of the engine, with the same effect."""
