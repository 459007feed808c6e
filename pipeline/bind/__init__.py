"""The bindery: collation, running lines, folios, dates; finished PDF, EPUB and web page."""
