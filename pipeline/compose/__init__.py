"""How a publication reads: XHTML, styles, metadata. Knows nothing of pages, files or the day."""
