"""Finished PDFs: sheets joined, stamped, linked, recorded, closed."""
