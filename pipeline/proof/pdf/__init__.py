"""Our own checks of a PDF."""
