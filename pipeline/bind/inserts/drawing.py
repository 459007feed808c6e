"""Drawing of an insert's pages, moved to their place, under names that no stamp of the pack has."""

from typing import Any

from pikepdf import (
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Matrix,
    Name,
    Object,
    Page,
    Pdf,
    Stream,
    parse_content_stream,
    unparse_content_stream,
)


def redraw(pdf: Pdf, page: Page, way: Matrix) -> None:
    """Draw the page's own operators moved, and cut off at its old edge."""
    page.contents_coalesce()
    drawn: list[Any] = list(parse_content_stream(page))
    own = page.obj.Contents.read_bytes() if "/Contents" in page.obj else b""
    if names := _rename(pdf, page):
        own = unparse_content_stream([_named(one, names) for one in drawn])
    depth = sum((str(one.operator) == "q") - (str(one.operator) == "Q") for one in drawn)
    left, bottom, right, top = (float(part) for part in page.cropbox)
    numbers = " ".join(f"{part:.6f}" for part in (way.a, way.b, way.c, way.d, way.e, way.f))
    edge = f"{left:.4f} {bottom:.4f} {right - left:.4f} {top - bottom:.4f}"
    begin = f"q\n{numbers} cm\n{edge} re W n\n".encode()
    page.obj.Contents = pdf.make_stream(begin + own + b"\nQ" * (depth + 1) + b"\n")


def _rename(pdf: Pdf, page: Page) -> dict[str, Name]:
    """Give what the page draws names of an insert, in resources of its own; gives the new ones by the old."""
    before: Any = page.obj.get("/Resources", Dictionary())
    things = dict(before.get("/XObject", Dictionary()).items())
    names = {old: Name(f"/In{number}") for number, old in enumerate(sorted(things))}
    _keep_for_forms(pdf, before, things)
    own = Dictionary({key: value for key, value in before.items() if key != "/XObject"})
    own.XObject = Dictionary({str(names[old]): thing for old, thing in things.items()})
    page.obj.Resources = own
    return names


def _keep_for_forms(pdf: Pdf, resources: Object, things: dict[str, Any]) -> None:
    """A form without resources of its own draws with those of its page (ISO 32000-1, 7.8.3): under their old names."""
    for form in things.values():
        if isinstance(form, Stream) and form.get("/Subtype") == Name.Form and "/Resources" not in form:
            form.Resources = pdf.make_indirect(Dictionary(dict(resources.items())))
            _keep_for_forms(pdf, resources, things)


def _named(
    one: ContentStreamInstruction | ContentStreamInlineImage, names: dict[str, Name]
) -> ContentStreamInstruction | ContentStreamInlineImage:
    if str(one.operator) != "Do" or str(one.operands[0]) not in names:
        return one
    return ContentStreamInstruction([names[str(one.operands[0])]], one.operator)
