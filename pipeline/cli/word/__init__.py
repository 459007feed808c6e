"""Verbs on Word documents, a file each."""
