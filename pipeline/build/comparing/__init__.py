"""Texts compared with their older versions: how much of them has changed, and on which page stood what has moved."""
