"""The bindery: collation, running lines, folios, dates; finished PDF, EPUB, web page and plain text."""
