"""What changes in a finished file: the date, the number of a copy."""
