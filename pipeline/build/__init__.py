"""Decide what is made, make it, and keep output/ up to date."""
