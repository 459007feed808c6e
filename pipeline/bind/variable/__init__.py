"""Variable data in a finished file: its date, and the number of a copy."""
