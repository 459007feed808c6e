"""The live page: a text in the browser, made anew whenever it is saved."""
