"""Checks that hold for every document in XHTML: structure, notes, links, styles."""
