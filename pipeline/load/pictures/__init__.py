"""Pictures and PDFs from outside: what kind they are, whether they are safe, and nothing private in them."""
