"""The form of the live page: the source of a text changed in the browser, by `--edit`."""
