"""PDFs from outside, tried and made ready to be bound."""
