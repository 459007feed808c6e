"""Typography of running text: punctuation, no-break spaces, and names of emoji for screen readers."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate

from lxml import etree

from pipeline.core.documents.xhtml import SVG_PREFIX as SVG
from pipeline.core.text.fonts import KEYCAP, REGION, region_of, runs_right_to_left
from pipeline.core.text.typography import Typographer, has_british_marks, is_english, typeset

# No-break spaces follow Hart's Rules and the GOV.UK style: a number stays with its unit, a day with its month, a rank
# with its name, an initial with the next; no line begins with a rule or an ellipsis.

NO_BREAK = "\u00a0"
OPAQUE = "\ufffc"
"""Placeholder of what is not set, such as code."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SPACE = re.compile(r"(\s)")
_OPENING = "([{‘’“”'\"«"
_CLOSING = ".,;:!?)]}‘’“”'\"»…"
_NUMBER = re.compile(r"(?:[£$€]|.*[–/×±<>≤≥≈~-])?\d[\d,.]*$|.*[\d½¼¾⅓⅔]$")
_DAY = re.compile(r"(?:.*[–/-])?(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?$")
_INITIAL = re.compile(r"[A-Z]\.?$")
_INITIALS = re.compile(r"(?:[A-Z]{1,4}|(?:[A-Z]\.-?){1,4})$")
_LETTER = re.compile(r"[A-Z]\d?$|[IVX]+$")
_DIALLED = re.compile(r"0\d{2,4}$")
_GROUP = re.compile(r"\d{3,4}$")

_UNITS = _words(
    """mph km/h kph km m cm mm µm μm mi ft yd km² m² cm² m³ kg g mg µg μg mcg ng t l ml cl L kW kWh MW W V Hz kHz MHz
    GHz kB KB MB GB TB dB °C °F ° % ‰ am pm hr hrs h min mins sec secs million billion trillion"""
)
_MONTHS = _words(
    """January February March April May June July August September October November December
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"""
)
_NUMBERED = _words(
    """p pp vol vols Vol no nos No Nos ch chs s ss para paras art arts reg regs r sch Sch cl c fig figs Fig Figs
    Figure Figures figure Table Tables table Section Sections section Chapter Chapters chapter Part Parts part
    Volume volume Version version Appendix Annex Article article Schedule schedule Paragraph paragraph Note note
    Page page Pages pages Step step Box box Rule rule Level level Question question Issue issue"""
)
_STOPPED = frozenset({"p", "pp", "vol", "vols", "no", "nos", "ch", "para", "paras", "art", "fig", "figs", "c"})
"""Words of `_NUMBERED` that may have a full stop."""
_LETTERED = frozenset({"Appendix", "Annex", "Schedule", "Part", "Figure", "Table", "Box", "Class", "Category"})
_RANKS = _words(
    """PC DC PS DS WPC PCSO SC Sgt Insp CI DI DCI Supt DSU DSupt DCS CSupt ACC DAC DCC CC
    Dr Mr Mrs Ms Mx Prof Rev Revd Sir Dame Lord Lady Cllr Hon St"""
)
_TITLES = frozenset({"Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "Rev."})
_SIGNS = frozenset({"§", "§§", "©", "№", "×", "±", "≤", "≥", "<", ">", "="})

_LONG_RUN = re.compile(r"[\S\u00a0\u202f\u2007]{41,}")
"""Words joined by no-break spaces, longer than a line of a narrow column."""
_KEPT_SPACES = 2
"""No-break spaces that such words keep: an address has one before the link back to its citation."""


def let_break(text: str) -> str:
    """Replace no-break spaces with plain ones where a whole line could not break."""
    return _LONG_RUN.sub(
        lambda run: run[0].replace(NO_BREAK, " ") if run[0].count(NO_BREAK) > _KEPT_SPACES else run[0], text
    )


def split(text: str) -> list[str]:
    """Split a text into words and, between them, single characters of white space."""
    return _SPACE.split(text)


def keep_together(parts: Sequence[str], names: bool = False) -> list[int]:
    """Return the indices of the spaces that a line may not break at; words and spaces take turns in `parts`.

    With `names` the text begins with authors' names in the form of a reference list ('Hine L'), up to a bracket.
    """
    indices = []
    for index in range(1, len(parts) - 1, 2):
        left, right = parts[index - 1], parts[index + 1]
        names = names and not left.startswith("(")
        if parts[index] == " " and left and right and not _are_plain(left, right):
            before = parts[index - 3].lstrip(_OPENING) if index > 2 else ""
            after = parts[index + 3].rstrip(_CLOSING) if index + 3 < len(parts) else ""
            if _belong_together(before, left, right, after) or (names and _is_name(left, right)):
                indices.append(index)
    return indices


def _are_plain(left: str, right: str) -> bool:
    """Whether no rule is about two words, like most words."""
    return right[0].isalpha() and left.isalpha() and left.islower() and left not in ("et", "per")


def _belong_together(before: str, left: str, right: str, after: str) -> bool:
    """Whether a line may not break between two words; `before` and `after` are the words around them."""
    if right == "–" or right[0] == "…":
        return True
    word, following = left.lstrip(_OPENING), right.rstrip(_CLOSING)
    if not word or not following:
        return False
    return (
        _is_quantity(word, following, after)
        or _is_numbered(word, right.lstrip(_OPENING))
        or _is_titled_name(before, word, following)
        or (word, following) in (("et", "al"), ("per", "cent"))
        or word in _SIGNS
    )


def _is_quantity(word: str, following: str, after: str) -> bool:
    """'30 mph', '12 per cent', '£5 million', '3 May', '0300 123 4567'."""
    if not word[-1].isalnum() and word[-1] not in "½¼¾⅓⅔":
        return False
    if following in _MONTHS or following.partition("/")[0] in _MONTHS:
        return bool(_DAY.match(word))
    if following == "per":
        return after == "cent" and bool(_NUMBER.match(word))
    if following in _UNITS or following.partition("/")[0] in _UNITS:
        return bool(_NUMBER.match(word))
    return bool(_DIALLED.match(word) and _GROUP.match(following))


def _is_numbered(word: str, following: str) -> bool:
    """'p 12', 'Figure 2', 's 23', 'No 10', 'Appendix A'."""
    bare = word.rstrip(".")
    if bare != word and bare.lower() not in _STOPPED:
        return False
    if following[:1].isdigit():
        return bare in _NUMBERED
    return word in _LETTERED and bool(_LETTER.match(following.rstrip(_CLOSING)))


def _is_titled_name(before: str, word: str, following: str) -> bool:
    """'PC 1234', 'DCI Smith', 'J R Smith', 'J. R. Smith'. An 'A' or 'I' alone may be a word."""
    if word in _RANKS:
        return following[0].isupper() or following[0].isdigit()
    if word in _TITLES:
        return following[0].isupper()
    if _DIALLED.match(before) and _GROUP.match(word) and _GROUP.match(following):
        return True
    if not _INITIAL.match(word):
        return False
    chain = bool(_INITIAL.match(before))
    if _INITIAL.match(following + ("." if word.endswith(".") else "")):
        return True
    capital = following[0].isupper() and len(following) > 1 and not following.isupper()
    return capital and (chain or (len(word) == 1 and word not in "AI"))


def _is_name(left: str, right: str) -> bool:
    """A surname with its initials: 'Hine L', 'Hine, L.'."""
    return left[0].isupper() and len(left) > 1 and bool(_INITIALS.match(right.rstrip(",;:") or "-"))


# The words of a page get punctuation and no-break spaces; code, formulas, addresses and ids do not. Alt texts and
# labels get punctuation alone.

_RUN_BREAKS = frozenset(
    {
        "article", "section", "header", "footer", "main", "nav", "aside", "div", "p",
        "h1", "h2", "h3", "h4", "h5", "h6",
        "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "figure", "figcaption", "hr", "br",
        "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
    }
)  # fmt: skip
"""Elements that begin and end a run of words."""
_UNCHANGED = frozenset({"code", "pre", "kbd", "samp", "abbr", "math", "script", "style"})
_LABEL_ATTRIBUTES = ("alt", "title", "aria-label", "data-label")
_LINE_END = re.compile(r"(?<=\S)\n(?=\S)")


@dataclass(slots=True)
class _Piece:
    """A piece of a run: the element that has its text, and what may change."""

    element: etree._Element
    tail: bool
    language: str
    typed: bool = False
    """Whether it stays unchanged: code, a formula, the number of a note."""
    listed: bool = False
    """Whether it is in a reference list, with punctuation of the citation style."""
    drawn: bool = False
    """Whether it is in a drawing, where lines do not break."""

    @property
    def text(self) -> str:
        """Its text."""
        return str((self.element.tail if self.tail else self.element.text) or "")

    def put(self, text: str) -> None:
        """Change its text."""
        if self.tail:
            self.element.tail = text
        else:
            self.element.text = text

    @property
    def width(self) -> int:
        """Letters of code; any other element counts as one letter."""
        return max(1, len("".join(map(str, self.element.itertext())))) if self.element.tag == "code" else 1

    @property
    def is_gap(self) -> bool:
        """Whether it is the space between two spans of a layout, which may be on two lines."""
        following = self.element.getnext()
        spans = self.tail and self.element.tag == "span" and following is not None and following.tag == "span"
        return spans and self.text.isspace()


def set_words(root: etree._Element, language: str) -> None:
    """Set the typography of every run of words below an element, in place."""
    for element in root.iter():
        if isinstance(element.tag, str) and any(name in element.attrib for name in _LABEL_ATTRIBUTES):
            _set_labels(element, language)
    runs: list[list[_Piece]] = [[]]
    _gather(root, language, False, runs)
    for run in (run for run in runs if run):
        typographer = Typographer()
        for piece in run:
            if piece.typed:
                text = "".join(map(str, piece.element.itertext()))
                is_word = piece.element.tag in ("img", "a") or not text
                typographer.pass_over("x" if is_word else text)
            elif piece.listed or not has_british_marks(piece.language):
                typographer.pass_over(piece.text)
            else:
                text = typographer.set(piece.text)
                if text != piece.text:
                    piece.put(text)
        _set_spaces(run)


def _set_labels(element: etree._Element, language: str) -> None:
    parents = (element, *element.iterancestors())
    language = next((str(parent.get("lang")) for parent in parents if parent.get("lang")), language)
    for name in _LABEL_ATTRIBUTES:
        label = element.get(name)
        if label and not _is_formula(element):
            element.set(name, typeset(str(label), language))


def _is_formula(element: etree._Element) -> bool:
    return "math" in str(element.get("class", "")) or str(element.tag).endswith("math")


def _gather(element: etree._Element, language: str, listed: bool, runs: list[list[_Piece]]) -> None:
    """Put the pieces of an element's words into runs; the last run is open."""
    language = str(element.get("lang") or language)
    listed = listed or "references" in str(element.get("class", "")).split()
    drawn = str(element.tag).startswith(SVG)
    if element.text:
        runs[-1].append(_Piece(element, False, language, listed=listed, drawn=drawn))
    for child in element:
        breaks = child.tag in _RUN_BREAKS or str(child.tag).startswith(SVG)
        if breaks:
            runs.append([])
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        is_note = str(child.get("role", "")) in ("doc-noteref", "doc-backlink")
        if name in _UNCHANGED or name == "img" or is_note or _is_formula(child) or child.get("class") == "placeholder":
            runs[-1].append(_Piece(child, False, language, typed=True))
        elif isinstance(child.tag, str):
            _gather(child, language, listed, runs)
        if breaks:
            runs.append([])
        if child.tail:
            runs[-1].append(_Piece(child, True, language, listed=listed, drawn=drawn))


def _set_spaces(run: list[_Piece]) -> None:
    """Replace line ends with spaces, and some spaces with no-break spaces."""
    texts = [OPAQUE * piece.width if piece.typed or piece.drawn else piece.text for piece in run]
    whole = let_break(_LINE_END.sub(" ", "".join(texts)))
    if " " not in whole:
        return
    letters = list(whole)
    english = "".join(
        text if _is_english(piece) else OPAQUE * len(text)
        for piece, text in zip(run, _split_like(texts, whole), strict=True)
    )
    parts = split(english)
    starts = [0, *accumulate(map(len, parts))]
    for index in keep_together(parts, names=run[0].listed):
        letters[starts[index]] = NO_BREAK
    for piece, text in zip(run, _split_like(texts, "".join(letters)), strict=True):
        if not (piece.typed or piece.drawn or piece.is_gap) and text != piece.text:
            piece.put(text)


def _split_like(texts: list[str], whole: str) -> Iterator[str]:
    """Split a text into pieces as long as others."""
    start = 0
    for text in texts:
        yield whole[start : start + len(text)]
        start += len(text)


def _is_english(piece: _Piece) -> bool:
    return not (piece.typed or piece.drawn) and is_english(piece.language)


# Emoji and flags

# The names of signs are Unicode's, in English; in other languages a sign has an element without a name. A keycap is set
# as its letter in a box, and the flag of a part of a country as its code.

_REGIONAL_A = 0x1F1E6
"""The regional indicator for an A in the code of a country."""
_MORE_COUNTRIES = {
    "GB": "United Kingdom",
    "GB-ENG": "England",
    "GB-SCT": "Scotland",
    "GB-WLS": "Wales",
    "EU": "European Union",
    "UN": "United Nations",
}
"""Names of flags that the list of countries does not have, or has in another form."""

_PICTURE = "[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f1e5\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
_TONE = "[\U0001f3fb-\U0001f3ff]"
_REWRITTEN = re.compile(f"{KEYCAP.pattern}|{REGION.pattern}")
_SIGN = re.compile(
    f"{_REWRITTEN.pattern}|(?P<flag>[\U0001f1e6-\U0001f1ff]{{2}})|{_PICTURE}{_TONE}?(?:\u200d{_PICTURE}{_TONE}?)*"
)
"""A keycap, a flag, or a sign with a skin tone, or several that are joined."""
_KEYS = {"#": "number sign", "*": "asterisk"}
_SIGNLESS = frozenset({"code", "pre", "kbd", "samp", "title", "script", "style"})


@cache
def _country_names() -> Mapping[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t")[:2] for line in table.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows} | _MORE_COUNTRIES


def name_emoji(root: etree._Element, language: str) -> None:
    """Put each sign in the words below an element into an element with its name, in place."""
    if _SIGN.search("".join(map(str, root.itertext()))):
        _name_signs_in(root, language)


def _name_signs_in(element: etree._Element, language: str) -> None:
    language = str(element.get("lang") or language)
    for child in list(element):
        tail, child.tail = child.tail or "", None
        if _is_read_as_words(child):
            _name_signs_in(child, language)
        _put_words(element, tail, language, after=child)
    text, element.text = element.text or "", None
    _put_words(element, text, language, after=None)


def _is_read_as_words(element: etree._Element) -> bool:
    """Whether a screen reader reads an element as words: not code, a drawing, a formula, or hidden content."""
    if not isinstance(element.tag, str) or element.tag in _SIGNLESS or element.tag.startswith("{"):
        return False
    return element.get("aria-hidden") != "true" and element.get("role") not in ("img", "math")


def _put_words(parent: etree._Element, text: str, language: str, after: etree._Element | None) -> None:
    """Put words after an element, or at the beginning of their parent, with signs as elements."""
    for piece in _split_signs(text, language):
        if not isinstance(piece, str):
            parent.insert(0 if after is None else parent.index(after) + 1, piece)
            after = piece
        elif after is None:
            parent.text = (parent.text or "") + piece
        else:
            after.tail = (after.tail or "") + piece


def _split_signs(text: str, language: str) -> Iterator[str | etree._Element]:
    """Split a text into words and elements of signs."""
    start, english = 0, is_english(language)
    for match in (_SIGN if english or not runs_right_to_left(text) else _REWRITTEN).finditer(text):
        sign, name, style = _describe_sign(match)
        if sign and not name:
            continue
        if match.start() > start:
            yield text[start : match.start()]
        start = match.end()
        if sign:
            style = style if english else style or "emoji"
            attributes = {"class": style} if style else {}
            attributes |= {"role": "img", "aria-label": name} if english else {}
            element = etree.Element("span", attributes)
            element.text = sign
            yield element
    if start < len(text):
        yield text[start:]


def _describe_sign(match: re.Match[str]) -> tuple[str, str, str]:
    """Return a sign, its name (of joined signs all names, but no skin tone), and its class; '' for no sign."""
    groups = match.groupdict()
    if (key := groups["key"]) is not None:
        return key, f"keycap {_KEYS.get(key, key)}", "boxed"
    if tags := groups["tags"]:
        return region_of(tags), _flag_name(region_of(tags)), "boxed"
    if flag := groups.get("flag"):
        return flag, _flag_name("".join(chr(ord(letter) - _REGIONAL_A + ord("A")) for letter in flag)), ""
    names = (unicodedata.name(part, "").lower() for part in match[0] if unicodedata.category(part) == "So")
    return match[0], ", ".join(filter(None, names)), ""


def _flag_name(code: str) -> str:
    """Return 'flag: France', or the code if there is no name."""
    return f"flag: {_country_names().get(code, code)}"
