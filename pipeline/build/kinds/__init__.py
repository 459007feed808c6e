"""Kinds of files, one module each: its jobs, how they are bound, and where the day stands in them."""
