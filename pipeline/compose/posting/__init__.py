"""Letters to colleges, and what is posted: its letters and labels on paper."""
