"""Composition of a publication: XHTML, styles, metadata. Knows nothing of pages, files or the day."""
