"""The cache: results by content, and what they are keyed by."""
