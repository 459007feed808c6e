"""HTML in a text, read into the tokens that Markdown of the same meaning gives."""
