"""WeasyPrint with the fonts and pictures of a manuscript only, and with workarounds for its faults."""
