"""TeX as authors write it: read, and written again as the libraries that set formulas know it."""
