"""Plain text: the composed page read once more, and written in lines of 72 columns."""
