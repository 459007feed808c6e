"""Print files and booklets: inks, bleed, marks, sheets."""
