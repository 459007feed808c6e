"""Services: each folder adds verbs to the program, and can be removed."""
