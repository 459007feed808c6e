"""Remarks and tables as a terminal, a program or an editor is told them."""
