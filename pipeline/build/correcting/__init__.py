"""Corrections of printed copies as files: the slip for a few words, and the leaves that are replaced."""
