"""What all rooms share: diagnostics, failures, limits, records as bytes, progress. Knows nothing of documents."""
