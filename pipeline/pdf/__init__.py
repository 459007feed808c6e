"""The tags and bookmarks of a PDF, for all rooms that read or write them."""
