"""Our own checks of an EPUB."""
