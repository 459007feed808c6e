"""The document itself: opened safely, and put right before it is read."""
