"""Some pages of a finished PDF, with the tags of what stands on them and no others."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipeline.pdf.tree import children, is_element, name_tree, named_leaf, number_tree, read_ids, walk, write_ids

_LEADING = frozenset({"/Link", "/Reference"})
_HEADS = {f"/H{level}": level for level in range(1, 7)}
_LEFT = ("/Outlines", "/AF", "/OpenAction")


def some_pages(pdf: bytes, pages: Sequence[int], under: int = 1) -> bytes:
    """The pages of a PDF with these numbers, counted from 1, in the file's order.

    Headings follow one of the level `under` and skip none. A link to a page that is left out is plain words.
    """
    with Pdf.open(BytesIO(pdf)) as file:
        wanted = set(pages)
        kept = {page.obj.objgen for number, page in enumerate(file.pages, 1) if number in wanted}
        numbers = _without_links(file, kept)
        tree = file.Root.StructTreeRoot
        top = tree.K[0] if isinstance(tree.K, Array) else tree.K
        _prune(top, kept)
        ids = read_ids(file)
        there = {element.objgen for element in walk(top)}
        named = {name: one for name, one in ids.items() if one.objgen in there}
        _tidy(top, frozenset(named), under)
        _index(file, numbers)
        _keep_places(file, kept)
        for number in reversed(range(len(file.pages))):
            if number + 1 not in wanted:
                del file.pages[number]
        for key in _LEFT:
            if key in file.Root:
                del file.Root[key]
        write_ids(file, named)
        out = BytesIO()
        file.save(out)
        return out.getvalue()


def _without_links(file: Pdf, kept: set[Any]) -> set[int]:
    """Take out the links of kept pages that lead to others; gives the numbers in the parent tree of what stays."""
    places = dict(name_tree(file.Root.get("/Names", Dictionary()).get("/Dests")))
    gone = {name for name, place in places.items() if _page_of(place) not in kept}
    numbers = set()
    for page in file.pages:
        if page.obj.objgen not in kept:
            continue
        if "/StructParents" in page.obj:
            numbers.add(int(page.obj.StructParents))
        stays = []
        for annotation in page.obj.get("/Annots", ()):
            target = annotation.get("/Dest")
            if isinstance(target, String) and str(target) in gone:
                continue
            stays.append(annotation)
            if "/StructParent" in annotation:
                numbers.add(int(annotation.StructParent))
        if "/Annots" in page.obj:
            page.obj.Annots = Array(stays)
    return numbers


def _page_of(place: Any) -> Any:
    spot = place.get("/D") if isinstance(place, Dictionary) else place
    return spot[0].objgen if isinstance(spot, Array) else None


def _prune(element: Any, kept: set[Any]) -> bool | None:
    """Leave of an element what stands on kept pages; whether anything does, None of one that was empty before."""
    kids = children(element)
    found = [(kid, _stays(kid, element, kept)) for kid in kids]
    there = any(stays for _, stays in found)
    stay = [kid for kid, stays in found if stays or (there and stays is None)]
    if "/Pg" in element and element.Pg.objgen not in kept:
        del element.Pg
    if not kids or (not there and all(stays is None for _, stays in found)):
        return None
    element.K = Array(stay)
    if str(element.get("/S")) in _LEADING and not _leads(element):
        element.S = Name.Span
    return there


def _stays(kid: Any, element: Any, kept: set[Any]) -> bool | None:
    if is_element(kid):
        return _prune(kid, kept)
    if isinstance(kid, int):
        return element.Pg.objgen in kept
    page = kid.get("/Pg", element.get("/Pg"))
    if page is None or page.objgen not in kept:
        return False
    return kid.get("/Type") != Name.OBJR or any(one.objgen == kid.Obj.objgen for one in page.get("/Annots", ()))


def _leads(element: Any) -> bool:
    """Whether a link or a reference holds something that leads somewhere."""
    return any(
        kid.get("/S") == Name.Link if is_element(kid) else isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
        for kid in children(element)
        if not isinstance(kid, int)
    )


def _tidy(top: Any, named: frozenset[str], under: int) -> None:
    """Let headings skip no level, and cells name no head that is not there."""
    level = under
    for element in walk(top):
        if own := _HEADS.get(str(element.get("/S"))):
            level = min(own, level + 1)
            element.S = Name(f"/H{level}")
        attributes: Any = element.get("/A")
        for one in attributes if isinstance(attributes, Array) else filter(None, (attributes,)):
            if isinstance(one, Dictionary) and "/Headers" in one:
                heads = [head for head in one.Headers if str(head) in named]
                if heads:
                    one.Headers = Array(heads)
                else:
                    del one["/Headers"]


def _index(file: Pdf, numbers: set[int]) -> None:
    """Leave in the parent tree what stays."""
    tree = file.Root.StructTreeRoot
    pairs = [pair for pair in number_tree(tree.ParentTree) if pair[0] in numbers]
    tree.ParentTree = file.make_indirect(Dictionary(Nums=Array([part for pair in pairs for part in pair])))


def _keep_places(file: Pdf, kept: set[Any]) -> None:
    """Leave of the named places those on kept pages, and no attached file."""
    places = name_tree(file.Root.get("/Names", Dictionary()).get("/Dests"))
    stays: list[tuple[str, Object]] = [(name, place) for name, place in places if _page_of(place) in kept]
    file.Root.Names = Dictionary(Dests=named_leaf(stays))
