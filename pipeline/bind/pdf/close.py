"""The last of a PDF before it leaves the bindery: its ids, its edition of PDF, its bytes."""

from collections.abc import Iterator, Mapping

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from pipeline.bind.pdf.written import settle
from pipeline.model.claim import Claim
from pipeline.pdf.tree import write_ids
from pipeline.press.engine.engine import save


def close(pdf: Pdf, claim: Claim | None, ids: Mapping[str, Object]) -> bytes:
    """The finished file, in PDF 1.7. `ids` has the tags that have an id of their own."""
    if claim:
        for picture in pictures(pdf):
            if "/Interpolate" in picture:
                del picture.Interpolate  # a reader is to show the dots that there are (ISO 19005-2, 6.2.8)
    write_ids(pdf, ids)
    return settle(save(pdf, "1.7"))


def pictures(pdf: Pdf) -> Iterator[Object]:
    """Every raster picture that a page draws, also within drawings and patterns."""
    seen: set[tuple[int, int]] = set()
    todo = [page.obj.get("/Resources") for page in pdf.pages]
    while todo:
        resources = todo.pop()
        if resources is None or (resources.is_indirect and resources.objgen in seen):
            continue
        seen.add(resources.objgen)
        for kind in ("/XObject", "/Pattern"):
            for drawn in resources.get(kind, Dictionary()).as_dict().values():
                if not isinstance(drawn, Stream) or drawn.objgen in seen:
                    continue
                seen.add(drawn.objgen)
                if drawn.get("/Subtype") == Name.Image:
                    yield drawn
                    if "/SMask" in drawn:
                        yield drawn.SMask
                else:
                    todo.append(drawn.get("/Resources"))
        for state in resources.get("/ExtGState", Dictionary()).as_dict().values():
            mask = state.get("/SMask")
            if isinstance(mask, Dictionary):
                todo.append(mask.G.get("/Resources"))
