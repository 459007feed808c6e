"""Colours, typefaces and style sheets."""
