"""Citation styles checked and prepared."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import suggest_names
from pipeline.load.references.csl import nearest_csl_word
from pipeline.model.source.library_file import LibrarySettings

# The pipeline changes a style in three ways. Ranges of numbers or suffixes ([1–3], 2018a–c) are written out, so that
# every work has its own link. A style without a list gets one in the form of its citations, because every work must be
# listed. Notes are printed in brackets at their calls, so a style cannot refer to them by number.

NAMESPACE = "http://purl.org/net/xbiblio/csl"

SHORT_STYLE = f"""<style xmlns="{NAMESPACE}" class="in-text" version="1.0">
<info><title>Short forms</title><id>short</id><updated>2026-11-25T00:00:00+00:00</updated></info>
<locale xml:lang="en"><terms><term name="et-al">and others</term></terms></locale>
<citation et-al-min="3" et-al-use-first="1"><layout prefix="(" suffix=")"><group delimiter=", ">
<names variable="author"><name form="short" and="text" delimiter=", " delimiter-precedes-last="never"
delimiter-precedes-et-al="never"/><substitute><names variable="editor"/><text variable="publisher"/>
<text variable="title" form="short" quotes="true"/></substitute></names>
<choose><if variable="issued"><date variable="issued"><date-part name="year"/></date></if>
<else><text term="no date" form="short"/></else></choose></group></layout></citation></style>"""
"""Author and year, for documents with a style of numbers or notes."""

LOCATORS = (
    *("act", "appendix", "article-locator", "book", "canon", "chapter", "column", "elocation", "equation", "figure"),
    *("folio", "issue", "line", "note", "opus", "page", "paragraph", "part", "rule", "scene", "section", "sub-verbo"),
    *("supplement", "table", "timestamp", "title-locator", "verse", "version", "volume"),
)
"""Names of locators."""
ELEMENTS = (
    *("style", "info", "author", "contributor", "translator", "email", "uri", "id", "issn", "eissn", "issnl"),
    *("published", "updated", "summary", "title", "title-short", "category", "link", "rights", "locale"),
    *("style-options", "terms", "term", "single", "multiple", "macro", "citation", "bibliography", "layout"),
    *("names", "name", "name-part", "et-al", "label", "date", "date-part", "text", "number", "group", "choose"),
    *("if", "else-if", "else", "sort", "key", "substitute"),
)
"""Names of the elements of CSL 1.0.2."""


class StyleFault(ValueError):
    """A style cannot be used: the sentence for the author, the line, and a suggestion."""

    def __init__(self, sentence: str, line: int = 1, meant: str = "") -> None:
        super().__init__(sentence, line, meant)
        self.sentence = sentence
        self.line = line
        self.meant = meant

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Style:
    """A citation style, prepared for the engine."""

    csl: str
    """The style as a `data:` address, so that the engine opens no file."""
    probe: str
    """A style with the same words that prints its locator labels: `{page=p}{chapter=ch}`."""
    locale: str
    """The language that the style sets, or ''."""
    names_works: bool
    """True if its citations can be used as short forms: 'Eggins and others, 2020'."""
    delimiter: str
    """Text between two works cited together."""


def read_style(text: str) -> Style:
    """Parse and prepare a CSL style.

    Raises:
        StyleFault: if it cannot be used.
    """
    root = _parse(text)
    _refuse_endless_macros(root)
    _refuse_strange_elements(root)
    _write_ranges_out(root)
    _forget_note_numbers(root)
    _give_a_list(root)
    kinds = {e.get("citation-format") for e in root.iter(_tag("category"))} - {None}
    numbered = any(e.get("variable") in ("citation-number", "citation-label") for e in _reached(root, "citation"))
    positions = any(e.get("position") for e in root.iter())
    names_works = root.get("class") == "in-text" and not positions and not numbered and kinds <= {"author-date"}
    layout = root.find(f"{_tag('citation')}/{_tag('layout')}")
    delimiter = layout.get("delimiter", "; ") if layout is not None else "; "
    return Style(_address(root), _address(_probe(root)), root.get("default-locale") or "", names_works, delimiter)


def style_fault(text: str) -> StyleFault | None:
    """The reason why a CSL style cannot be used; None if it can."""
    try:
        read_style(text)
    except StyleFault as fault:
        return fault
    return None


@lru_cache(maxsize=8)
def numbers_works(text: str, in_list: bool = False) -> bool:
    """True if a style numbers works in citations, or with `in_list` in the list."""
    try:
        root = _parse(text)
    except StyleFault:
        return False
    formats = {element.get("citation-format") for element in root.iter(_tag("category"))}
    elements = _reached(root, "citation") + (_reached(root, "bibliography") if in_list else [])
    printing = (_tag("text"), _tag("number"))  # sorting by it does not count
    return "numeric" in formats or any(e.get("variable") == "citation-number" and e.tag in printing for e in elements)


def _line_of(element: etree._Element) -> int:
    """The line on which the tag of an element ends."""
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _parse(text: str) -> etree._Element:
    if "<!DOCTYPE" in text:
        raise StyleFault("It has a document type declaration, which is refused.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        sentence = str(error.msg).partition(", line ")[0]
        raise StyleFault(f"It is not well-formed XML: {sentence}.", error.lineno or 1) from error
    if root.tag != _tag("style"):
        raise StyleFault("It is not a CSL style: its outermost element should be <style> in CSL's namespace.")
    if root.find(_tag("citation")) is None:
        parent = root.find(f".//{_tag('link')}[@rel='independent-parent']")
        if parent is not None:
            raise StyleFault(f"It only points to another one; use that: {parent.get('href')}")
        raise StyleFault("It does not say what a citation looks like: there is no <citation>.")
    if root.find(f"{_tag('citation')}/{_tag('layout')}") is None:
        raise StyleFault("It does not say what a citation looks like: its <citation> has no <layout>.")
    return root


def _refuse_strange_elements(root: etree._Element) -> None:
    """Raise `StyleFault` for an element that makes the engine fail."""
    for element in (*_reached(root, "citation"), *_reached(root, "bibliography")):
        name = etree.QName(element).localname
        if etree.QName(element).namespace == NAMESPACE and name not in ELEMENTS:
            raise StyleFault(f"CSL has no element <{name}>.", _line_of(element), nearest_csl_word(name, ELEMENTS))


def _write_ranges_out(root: etree._Element) -> None:
    for citation in root.iter(_tag("citation")):
        if citation.get("collapse") == "citation-number":
            del citation.attrib["collapse"]
        elif citation.get("collapse") == "year-suffix-ranged":
            citation.set("collapse", "year-suffix")


def _forget_note_numbers(root: etree._Element) -> None:
    """Replace note numbers by a variable that no work has: 'n 3' prints nothing."""
    for element in root.iter(etree.Element):
        variables = element.get("variable", "")
        if "first-reference-note-number" in variables:
            element.set("variable", variables.replace("first-reference-note-number", "printing-number"))


def _give_a_list(root: etree._Element) -> None:
    if root.find(f"{_tag('bibliography')}/{_tag('layout')}") is not None:
        return
    for empty in root.findall(_tag("bibliography")):
        root.remove(empty)
    layout = deepcopy(root.find(f"{_tag('citation')}/{_tag('layout')}"))
    assert layout is not None  # _parse has seen it
    for affix in ("prefix", "suffix", "delimiter", "vertical-align"):
        if affix in layout.attrib:
            del layout.attrib[affix]
    layout.tail = None
    etree.SubElement(root, _tag("bibliography")).append(layout)


def _reached(root: etree._Element, start: str) -> list[etree._Element]:
    """Every element in a part of the style and in the macros that it calls."""
    macros = {m.get("name", ""): m for m in root.iter(_tag("macro"))}
    reached: list[etree._Element] = []
    called: set[str] = set()
    queue = list(root.findall(_tag(start)))
    while queue:
        for element in queue.pop().iter(etree.Element):
            reached.append(element)
            name = element.get("macro", "")
            if name in macros and name not in called:
                called.add(name)
                queue.append(macros[name])
    return reached


def _probe(root: etree._Element) -> etree._Element:
    probe = deepcopy(root)
    for element in list(probe):
        probe.remove(element)
    probe.set("class", "in-text")
    for name in ("info", "locale"):
        probe.extend(deepcopy(element) for element in root.findall(_tag(name)))
    layout = etree.SubElement(etree.SubElement(probe, _tag("citation")), _tag("layout"))
    for label in LOCATORS:
        for form in ("short", "long"):
            etree.SubElement(layout, _tag("text"), term=label, form=form, prefix=f"{{{label}=", suffix="}")
    return probe


def _address(root: etree._Element) -> str:
    return "data:application/xml;base64," + b64encode(etree.tostring(root, encoding="utf-8")).decode()


MOST_STEPS = 50_000
"""Most elements that may be executed for one work. None of the 2,858 published styles executes five thousand."""


def _refuse_endless_macros(root: etree._Element) -> None:
    """Raise `StyleFault` if macros are undefined, call themselves, or take too many steps."""
    macros = {macro.get("name", ""): macro for macro in root.iter(_tag("macro"))}
    calls = {name: [e.get("macro", "") for e in macro.iter() if e.get("macro")] for name, macro in macros.items()}
    for element in root.iter(etree.Element):
        name = element.get("macro", "")
        if name and name not in calls:
            sentence = f"It calls the macro '{name}', which it does not define."
            raise StyleFault(sentence, _line_of(element), nearest_csl_word(name, calls))
    steps: dict[str, int] = {}
    try:
        for name in TopologicalSorter(calls).static_order():
            steps[name] = _steps(macros[name], steps)
    except CycleError as circle:
        name = min(circle.args[1])
        sentence = f"Its macro '{name}' calls itself, directly or through others."
        raise StyleFault(sentence, _line_of(macros[name])) from None
    most = max((_steps(part, steps) for part in root if isinstance(part.tag, str)), default=0)
    if most > MOST_STEPS:
        steps_taken = f"{min(most, 10**9):,} steps or more are taken for one work"
        raise StyleFault(f"Its macros call each other so often that {steps_taken}.")


def _steps(element: etree._Element, macros: dict[str, int]) -> int:
    """Count the elements that the engine executes; of a choice the longest branch."""
    parts = [_steps(part, macros) for part in element.iterchildren(etree.Element)]
    is_choice = etree.QName(element).localname == "choose"
    inner = max(parts, default=0) + len(parts) if is_choice else sum(parts)
    return 1 + inner + macros.get(element.get("macro", ""), 0)


# Rules


def style_can_be_used(imprint: LibrarySettings, styles: Mapping[str, str]) -> Iterator[Diagnostic]:
    """The citation style of the library exists and can be used."""
    name = imprint.fields.style
    if name not in styles:
        candidates = [style for style in styles if ("/" in style) == ("/" in name)]
        hint = suggest_names(name, candidates, catalogue()["style-unknown"].do)
        yield message("style-unknown", imprint.marks.at("style"), hint=hint, name=name)
    elif fault := style_fault(styles[name]):
        yield broken_style(imprint, styles, fault)


def broken_style(imprint: LibrarySettings, styles: Mapping[str, str], fault: StyleFault) -> Diagnostic:
    """Report a style that cannot be used, at its own file if that is known."""
    name = imprint.fields.style
    path = name if "/" in name else _path_of_copy(name, styles)
    place = Location(path, fault.line) if path else imprint.marks.at("style")
    remedy = catalogue()["style-broken"].do
    hint = f"Did you mean '{fault.meant}'? {remedy}" if fault.meant else remedy
    return message("style-broken", place, hint=hint, style=name, reason=fault.sentence)


def _path_of_copy(name: str, styles: Mapping[str, str]) -> str:
    """The path of a style in the project; '' if it comes with the program."""
    same = (path for path, text in styles.items() if "/" in path and text == styles.get(name))
    return next((path for path in same if path.rpartition("/")[2] == f"{name}.csl"), "")
