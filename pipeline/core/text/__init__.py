"""Characters, fonts, formulas and lines of text."""
