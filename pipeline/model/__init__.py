"""The values that pass along the line. Knows nothing of files, templates or engines."""
