"""Two versions of a text compared, and the changes marked."""
