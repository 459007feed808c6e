"""What other programs' Markdown has beside ours, read into the same tree."""
