"""The files of a library: which is what, and what all of them come to."""
