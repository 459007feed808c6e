"""PDF, XHTML and HTML as trees."""
