"""Slips of the hand in a source: marks that open nothing, matter typed by hand, leftovers. Each is reported."""
