"""The values that pass along the line."""
