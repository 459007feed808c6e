"""Signs of several characters that no face prints as one: keys with a letter on them, and flags of parts of countries.

They are printed in letters that every face has, and copied as these.
"""

import re

KEYCAP = re.compile("(?P<key>[0-9A-Za-z#*]?)\ufe0f?\u20e3")
"""A letter, and the mark that draws a key around it; or that mark alone, of which nothing is printed."""

REGION = re.compile("\U0001f3f4(?P<tags>[\U000e0020-\U000e007e]+)\U000e007f")
"""A black flag, and the code of whose flag it is in characters that are not drawn."""

_TAGS = 0xE0000


def region_of(tags: str) -> str:
    """The code that such characters stand for, as ISO 3166-2 writes it: 'GB-WLS'."""
    code = "".join(chr(ord(tag) - _TAGS) for tag in tags).upper()
    return f"{code[:2]}-{code[2:]}" if code[2:] else code


def in_letters(text: str) -> str:
    """A text with the letter of each key, and the code of each flag of a part of a country."""
    if text.isascii():
        return text
    return REGION.sub(lambda flag: region_of(flag["tags"]), KEYCAP.sub(r"\g<key>", text))
