"""Make finished PDF, EPUB, HTML and text files."""
