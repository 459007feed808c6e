"""Works cited: read from CSL, BibTeX and RIS, and the list of retractions."""
