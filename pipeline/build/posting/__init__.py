"""Letters and labels for what is posted, as a file."""
