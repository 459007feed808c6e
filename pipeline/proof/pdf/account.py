"""Read what the tags of a PDF say into the account that is compared with its texts."""

import re
from collections.abc import Sequence

from pikepdf import Dictionary

from pipeline.markup.roles import spaced
from pipeline.pdf.tree import name_tree
from pipeline.proof.accounts import TextAccount, outside, row_cell
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.pdf.structure import first_page
from pipeline.proof.pdf.tags import HEADINGS, NOTES, ObjectReference, TaggedElement, TagPath
from pipeline.proof.promise import letters


def read_pdf(reading: PdfReading, parts: Sequence[tuple[str, TaggedElement]]) -> TextAccount:
    """The tags of a PDF: those of each text by its name."""
    account = TextAccount()
    for name, part in parts:
        account.texts[name] = [account.letters]
        pieces = reading.words.pieces(part, left_out)
        for page, piece in pieces:
            account.pages.append((account.letters, page))
            account.letters += len(letters(piece))
        account.words += "".join(piece for _, piece in pieces) + "\n"
        for tag in part.all:
            _enter(reading, tag, account)
    for name, place in name_tree(reading.pdf.Root.get("/Names", Dictionary()).get("/Dests")):
        target = place.D if isinstance(place, Dictionary) else place
        account.places[name] = reading.page_numbers.get(target[0].objgen, 0)
    return account


def _enter(reading: PdfReading, tag: TaggedElement, account: TextAccount) -> None:
    """Enter an element of the tags."""
    kind, page = tag.kind, first_page(tag)
    words = reading.words.of(tag, left_out) if kind in (*HEADINGS, *NOTES, "Caption", "Link", "P") else ""
    if kind in HEADINGS:
        account.headings.append((0, spaced(words)))
        account.add("headings", f"{words} (level {kind[1:]})", f"{letters(words)} {kind[1:]}", page)
    elif kind == "TR":
        cells = (_tagged_cell(reading, kid) for kid in tag.kids if isinstance(kid, TaggedElement))
        account.add_row(cells, paper=True, page=page)
    elif kind == "Caption":
        account.add("captions", words, "", page)
    elif kind == "Link":
        target = next((_place(reading, kid) for kid in tag.kids if isinstance(kid, ObjectReference)), "")
        account.add("links", f"{words} → {target}", f"{letters(words)} {target}", page)
    elif kind in NOTES:
        account.add("notes", words, "", page)
    elif kind in ("Figure", "Formula") and letters(tag.alt):
        account.add("descriptions of pictures", tag.alt, "", page)
    elif kind == "L" and (listed := _tagged_list(reading, tag)):
        account.add("lists", listed, listed, page)
    elif kind == "P" and [kid.kind if isinstance(kid, TaggedElement) else "" for kid in tag.kids] == ["Code"]:
        account.code.append([line for _, line in reading.words.lines(tag)])


def _tagged_cell(reading: PdfReading, cell: TaggedElement) -> str:
    if cell.kind not in ("TD", "TH"):
        return cell.kind
    return row_cell(cell.kind.lower(), reading.words.of(cell, left_out), *cell.spans)


def _place(reading: PdfReading, field: ObjectReference) -> str:
    """Where the field of a link leads."""
    link = reading.pdf.get_object(field.key)
    if "/Dest" in link:
        return f"#{link.Dest}"
    action = link.get("/A", Dictionary())
    return outside(str(action.get("/URI", "")))


def _tagged_list(reading: PdfReading, tag: TaggedElement) -> str:
    """A list as `_list` has it; nothing for terms with their meanings."""
    entries = [kid for kid in tag.kids if isinstance(kid, TaggedElement) and kid.kind == "LI"]
    labels = [
        reading.words.of(kid) if (kid := entry.of_kind("Lbl", "LBody")[0]).kind == "Lbl" else "" for entry in entries
    ]
    if tag.numbering != "Decimal":
        is_terms = tag.numbering in ("", "None", "Description") and any(labels)
        return "" if is_terms else f"{len(entries)} entries"
    return ", ".join(number[0] if (number := re.search(r"-?\d+", label)) else "" for label in labels)


def left_out(way: TagPath) -> bool:
    """Whether a tag is outside the running text: a note, the mark of a list's entry, the inside of a picture.

    The label in a list that is not numbered is no mark: it is the term that its meaning follows.
    """
    kind = way[-1].kind
    if kind == "Lbl":
        return len(way) > 2 and way[-3].kind == "L" and way[-3].numbering not in ("", "None", "Description")
    return kind in NOTES or kind in ("Figure", "Formula")
