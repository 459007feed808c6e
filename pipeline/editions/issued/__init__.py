"""Editions that were issued: their records, the archive of their files, and what can be said of a file by them."""
