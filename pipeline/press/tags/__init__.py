"""The structure tree of typeset pages."""
