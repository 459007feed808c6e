"""Templates of layouts: read, closed in, filled."""
