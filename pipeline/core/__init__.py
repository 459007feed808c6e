"""Foundations of all rooms: diagnostics, failures, limits, records as bytes, progress. Knows nothing of documents."""
