"""The body of a text as XHTML, block by block."""
