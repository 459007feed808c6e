"""Citations formatted by pandoc in the style of the library, and lists of references."""
