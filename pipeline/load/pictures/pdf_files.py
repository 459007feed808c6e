"""PDFs from outside: first page, inserts and their faults."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import page as validator
from pikepdf import Array, Dictionary, Name, Page, PasswordError, Pdf, PdfError, Stream, String, parse_content_stream

# Size and rotation of a page (ISO 32000-1, 7.7.3.3).


def size_of_page(page: Page) -> tuple[float, float]:
    """The width and height of a page as it is seen, in points."""
    left, bottom, right, top = (float(part) for part in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    return (height, width) if page_rotation(page) % 180 else (width, height)


def page_rotation(page: Page) -> int:
    """By how many degrees a page is turned clockwise to be seen."""
    node: Any = page.obj
    for _ in range(50):
        if "/Rotate" in node or "/Parent" not in node:
            break
        node = node.Parent
    return int(node.get("/Rotate", 0)) % 360


# Cost of drawing the pages of an insert, with nested drawings and tiles expanded.

MOST_DRAWN = 20_000
"""So many drawings the pages may draw, those within others counted as often as they are drawn."""

MOST_TILES = 2_000_000
"""So many tiles of patterns may lie on a page."""

_DEEPEST = 60


def too_much(pdf: Pdf) -> str:
    """Why the pages draw too much, as the end of a sentence, or nothing."""
    counts: dict[tuple[int, int], int] = {}
    total = 0
    for page in pdf.pages:
        total += _drawn(page.obj, page.obj.get("/Resources", Dictionary()), counts, 0)
        if total > MOST_DRAWN:
            return f"its pages draw more than {MOST_DRAWN:,} drawings, those within others counted each time"
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/PatternType") == 1 and _tiles(thing) > MOST_TILES:
            return "it is laid out with tiles that are too small to be seen"
    return ""


def _drawn(holder: Any, resources: Any, counts: dict[tuple[int, int], int], depth: int) -> int:
    """Number of drawings drawn for one page or drawing: very many if one draws itself."""
    things = resources.get("/XObject", Dictionary()) if isinstance(resources, Dictionary) else Dictionary()
    streams = {str(name): thing for name, thing in things.items() if isinstance(thing, Stream)}
    forms = {name: stream for name, stream in streams.items() if stream.get("/Subtype") == Name.Form}
    if not forms or depth > _DEEPEST:
        return 0
    total = 0
    for instruction in parse_content_stream(holder, "Do"):
        form = forms.get(str(instruction.operands[0])) if instruction.operands else None
        if form is None:
            continue
        if form.objgen not in counts:
            counts[form.objgen] = MOST_DRAWN + 1  # what one that draws itself is taken for
            counts[form.objgen] = 1 + _drawn(form, form.get("/Resources", resources), counts, depth + 1)
        total += counts[form.objgen]
        if total > MOST_DRAWN:
            break
    return min(total, MOST_DRAWN + 1)


def _tiles(pattern: Any) -> float:
    """Number of tiles on a sheet of A4: a tile too small for that is too small for any page."""
    across, down = abs(float(pattern.get("/XStep", 1))), abs(float(pattern.get("/YStep", 1)))
    matrix = [float(part) for part in pattern.get("/Matrix", (1, 0, 0, 1, 0, 0))]
    tile = across * down * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])
    return 595.0 * 842.0 / tile if tile else MOST_TILES + 1.0


# Faults of an insert. It is read as objects alone: nothing of it is carried out or drawn. What acts is refused and not
# taken out, so that the author sees what the file would have lost.

MOST_PAGES = 40
SMALLEST = 0.65
"""Smallest scale of a page at which text of 10 pt stays legible."""
A4_SIZE = (595.28, 841.89)
ROOM = 730
"""Points between the head and the foot of a page of A4."""

_ACTIONS = {
    "/JavaScript": "a script (JavaScript)",
    "/Launch": "a way to start other programs",
    "/GoToR": "a link to another file",
    "/GoToE": "a link to an embedded file",
    "/ImportData": "an action that reads a file",
    "/SubmitForm": "a form to send",
    "/ResetForm": "a form to fill in",
    "/Movie": "a film",
    "/Sound": "a sound",
    "/Rendition": "a film or a sound",
    "/RichMediaExecute": "a film or a sound",
    "/GoTo3DView": "a model in three dimensions",
    "/Hide": "an action that hides things",
    "/Named": "an action of the reader's window",
    "/SetOCGState": "layers that can be switched",
    "/Trans": "a transition",
}
_TYPES = {"/EmbeddedFile": "a file within it", "/Filespec": "a file within it", "/OCG": "layers that can be switched"}
_KEYS = {"/AA": "an action that starts by itself", "/JS": "a script (JavaScript)", "/XFA": "a form to fill in"}
_OURS = re.compile(
    r"-ID-|-METADATA-|-TRAILER-|DEVICE-RGB|DEVICE-GRAY|STREAM-LENGTH|ANNOTATION-FLAGS|OUTPUT-?INTENT|-DISPLAY|VIEWER|-XMP-"
)
"""Rules on what a file says of itself as a whole: the pack says that, not the insert."""


def insert_fault(content: bytes) -> str:
    """Why a PDF cannot be bound in, as the end of a sentence; nothing where it can."""
    try:
        with Pdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                return "it is encrypted"
            for check in _CHECKS:
                if fault := check(pdf):
                    return fault
            return _standards(pdf)
    except PasswordError:
        return "it is locked with a password"
    except (PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, OverflowError):
        return "it is damaged, or no PDF"


def _acts(pdf: Pdf) -> str:
    """Active content in any object of the file, whether a page uses it or not, as a sentence."""
    for thing in pdf.objects:
        for held in direct_dictionaries(thing):
            acting = _ACTIONS.get(str(held.get("/S", "")))
            acting = acting or _TYPES.get(str(held.get("/Type", "")))
            acting = acting or next((words for key, words in _KEYS.items() if key in held), None)
            if acting:
                return f"it has {acting}"
            if isinstance(held, Stream) and ("/F" in held or held.get("/Subtype") == Name.PS or "/OPI" in held):
                return "it draws on another file"
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and len(form.get("/Fields", ())):
        return "it has a form to fill in"
    if "/EmbeddedFiles" in pdf.Root.get("/Names", Dictionary()) or "/Collection" in pdf.Root:
        return "it has an attached file"
    return ""


def direct_dictionaries(thing: Any) -> Iterator[Any]:
    """Yield a dictionary and the dictionaries directly in it."""
    if isinstance(thing, Dictionary | Stream):
        yield thing
        parts = [value for _, value in thing.items()]
    elif isinstance(thing, Array):
        parts = list(thing)
    else:
        return
    for part in parts:
        if isinstance(part, Dictionary | Array) and not part.is_indirect:
            yield from direct_dictionaries(part)


def _annotated(pdf: Pdf) -> str:
    """Nothing lies over a page but links, and these lead to addresses or within the insert."""
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", ()):
            if annotation.get("/Subtype") != Name.Link:
                return "it has notes, fields or other things laid over its pages"
            action = annotation.get("/A")
            if action is not None and action.S == Name.URI:
                if not re.match(r"(https?://|mailto:)", str(action.URI), re.IGNORECASE):
                    return f"it has a link to '{str(action.URI)[:60]}'"
            elif action is not None and Name.GoTo != action.S:
                return "it has a link that does more than lead somewhere"
    return ""


def _tagged(pdf: Pdf) -> str:
    root, marked = pdf.Root.get("/StructTreeRoot"), pdf.Root.get("/MarkInfo", Dictionary())
    if not isinstance(root, Dictionary) or not marked.get("/Marked", False) or not root.get("/K"):
        return "it is not tagged, so it could not be read aloud"
    if "/ParentTree" not in root:
        return "its tags do not say what on its pages they belong to"
    if any(isinstance(thing, Dictionary) and "/NS" in thing and "/S" in thing for thing in pdf.objects):
        return "its tags are those of PDF 2.0"
    if any(_leads_into_a_drawing(thing) for thing in pdf.objects):
        return "its tags lead to parts of drawings within its pages, which cannot be joined with others"
    if not isinstance(pdf.Root.get("/Lang"), String) or not str(pdf.Root.Lang).strip():
        return "it does not say which language it is in"
    return ""


def _leads_into_a_drawing(thing: Any) -> bool:
    """Whether a form has tags of its own, or a tag names what is marked in one (ISO 32000-1, 14.7.4.2 and 14.7.4.3)."""
    if isinstance(thing, Stream):
        return "/StructParents" in thing or "/StructParent" in thing
    return any("/Stm" in one and one.get("/Type") == Name.MCR for one in direct_dictionaries(thing))


def _sized(pdf: Pdf) -> str:
    if not 1 <= len(pdf.pages) <= MOST_PAGES:
        return f"it has {len(pdf.pages)} pages; up to {MOST_PAGES} can be bound in"
    for number, page in enumerate(pdf.pages, 1):
        width, height = size_of_page(page)
        if "/UserUnit" in page.obj or width <= 0 or height <= 0:
            return f"its page {number} has no size that can be printed"
        if min(A4_SIZE[0] / width, ROOM / height) < SMALLEST:
            return f"its page {number} is much larger than A4, and could not be read when made to fit"
    return ""


_DEPTHS = {"q": (1, 0), "Q": (-1, 0), "BMC": (0, 1), "BDC": (0, 1), "EMC": (0, -1)}
"""Change of the depth of graphics states and of marked content by operator (ISO 32000-1, 8.4.4 and 14.6)."""


def _undrawable(pdf: Pdf) -> str:
    """Damage in the content of pages: it cannot be read to its end, or leaves a state or marked content open."""
    for number, page in enumerate(pdf.pages, 1):
        states = marks = 0
        for instruction in parse_content_stream(page, " ".join(_DEPTHS)):
            state, mark = _DEPTHS[str(instruction.operator)]
            states, marks = states + state, marks + mark
            if states < 0:
                return f"its page {number} is damaged"
            if marks < 0:
                return f"its page {number} ends marked content that it did not begin"
        if marks:
            return f"its page {number} begins marked content that it does not end"
    return ""


_CHECKS: tuple[Callable[[Pdf], str], ...] = (too_much, _acts, _annotated, _tagged, _sized, _undrawable)


def _standards(pdf: Pdf) -> str:
    """Breaches of PDF/UA-1 and PDF/A-2a in the parts that the pack would take over."""
    output = BytesIO()
    pdf.save(output)
    for profile, name in ((validator.ValidationProfile("ua1"), "PDF/UA"), (validator.ValidationProfile("2a"), "PDF/A")):
        try:
            report = validator.validate_pdf_bytes(output.getvalue(), profile=profile)
        except validator.PageError:
            return "it is damaged, or no PDF"
        for failure in report.failures:
            if not _OURS.search(failure.rule_id):
                words = " ".join(failure.message.split()).rstrip(".")[:160]
                return f"it does not conform to {name}: {words} [{failure.rule_id}]"
    return ""
