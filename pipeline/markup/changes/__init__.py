"""Two composed texts compared and merged into one whose changes are marked in words.

`parts` reads a text into what is compared, `alignment` finds which part of the old one is which of the new one,
`marking` merges them, and `sides` gives the two texts back from the marked one, which proves that no word was lost.

Marks are words of the text (`[was: small; now: modest]`), struck or underlined besides: eye and ear get them in print,
in grey, in plain text and in speech alike. Elements are in no namespace, but pictures and formulas.
"""
