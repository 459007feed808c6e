"""Fill in citations, references, dates and status."""
