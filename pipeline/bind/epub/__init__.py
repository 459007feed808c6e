"""Finished EPUBs: documents, package, navigation, cover and type."""
