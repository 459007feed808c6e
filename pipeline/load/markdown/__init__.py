"""The Markdown of a text: from characters to a tree in which everything has a place."""
