"""Locators: 'pp 12-15' behind a citation's key."""

import re

_LABELS = {
    "appendix": "appendix app. app",
    "book": "book bk. bks. bk bks books",
    "chapter": "chapter chap. chaps. chap chaps ch. ch chapters",
    "column": "column col. cols. col cols columns",
    "equation": "equation eq. eqs. equations",
    "figure": "figure fig. figs. fig figs figures",
    "folio": "folio fol. fols. fol fols folios",
    "issue": "issue number no. nos. no nos numbers",
    "line": "line l. ll. l ll lines",
    "note": "note n. nn. n nn notes fn. fn footnote",
    "opus": "opus op. opp. opera",
    "page": "page p. pp. p pp pages",
    "paragraph": "paragraph para. paras. para paras paragraphs ¶ ¶¶",
    "part": "part pt. pts. pt pts parts",
    "section": "section sec. secs. sec secs s. ss. s ss sect. § §§ sections",
    "sub-verbo": "s.v. s.vv.",
    "table": "table tbl. tbl tab. tables",
    "verse": "verse v. vv. v vv verses",
    "volume": "volume vol. vols. vol vols volumes",
}
_BY_WORD = {word: label for label, words in _LABELS.items() for word in words.split()}
_WORDS = "|".join(re.escape(word) for word in sorted(_BY_WORD, key=len, reverse=True))
_DIGITS = r"[A-Za-z]?\d[\w:/()]*(?:\.\w+)*|\([\w]+\)"
_LETTERS = r"(?=[A-Z])(?:m{0,3}(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})|[A-Z])(?!\w)"
"""A roman numeral, or one letter."""
_JOIN = r"(?:\s*(?:[-–—]{1,3}|,|&)\s*|\s+and\s+)"
_NUMBER = rf"(?:{_DIGITS}|{_LETTERS})(?:{_JOIN}(?:{_DIGITS}|{_LETTERS}(?=\s*(?:$|[-–—,;&])|\s+and\b)))*"
"""Numbers of places. A letter behind a comma begins a sentence where a word follows it: '12, A detailed account'."""
_LABELLED = re.compile(rf"\s*+,?\s*+(?P<label>{_WORDS})(?:\s*(?=[\d(])|\s+)(?P<locator>{_NUMBER})", re.IGNORECASE)
_BARE_NUMBER = r"\d+[a-z]?(?![\w])"
_BARE = re.compile(rf"\s*+,?\s*+(?P<locator>{_BARE_NUMBER}(?:\s*(?:[-–—]{{1,3}}|,|&)\s*{_BARE_NUMBER})*)(?!\w)")
_BRACED = re.compile(r"\s*+,?\s*+\{(?P<inside>[^{}]*)\}")
_LABEL = re.compile(rf"\s*+(?P<label>{_WORDS})(?:\s*(?=[\d(])|\s+)", re.IGNORECASE)


def split_locator(tail: str) -> tuple[str, str, str]:
    """Locator, its label, and the rest of the text behind a key."""
    if braced := _BRACED.match(tail):
        inside = braced["inside"].strip()
        label = _LABEL.match(inside)
        rest = tail[braced.end() :].rstrip()
        if label:
            return inside[label.end() :].strip(), _BY_WORD[label["label"].lower()], rest
        return inside, "page", rest
    if found := _LABELLED.match(tail):
        return found["locator"], _BY_WORD[found["label"].lower()], tail[found.end() :].rstrip()
    if found := _BARE.match(tail):
        return found["locator"], "page", tail[found.end() :].rstrip()
    return "", "page", tail.rstrip()
