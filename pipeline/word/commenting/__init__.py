"""A briefing sent out for comment: its text in units whose places are known, and the Word document of them."""
