"""Write each publication as XHTML with its style sheets."""
