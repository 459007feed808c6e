"""Small citation styles, one of each kind that formats differently."""

_BODY = """<style xmlns="http://purl.org/net/xbiblio/csl" class="{kind}" version="1.0" {more}>
<info><title>T</title><id>t</id><updated>2026-01-01T00:00:00+00:00</updated></info>
<citation {collapse}>{citation}</citation>{list}</style>"""
_NAMES = '<names variable="author"><name form="short" and="text"/></names>'
_LIST = (
    '<bibliography><layout suffix="."><text variable="citation-number" suffix=". "/><text variable="title"/></layout>'
    "</bibliography>"
)


def style(citation: str, kind: str = "in-text", list_: str = _LIST, collapse: str = "", more: str = "") -> str:
    """A style with this layout of its citations."""
    return _BODY.format(kind=kind, citation=citation, list=list_, collapse=collapse, more=more)


NUMBERS = style(
    '<sort><key variable="citation-number"/></sort><layout prefix="[" suffix="]" delimiter=",">'
    '<text variable="citation-number"/></layout>',
    collapse='collapse="citation-number"',
)
NOTES = style(
    f'<layout suffix="." delimiter="; "><group delimiter=", ">{_NAMES}<text variable="title" font-style="italic"/>'
    '<choose><if position="subsequent"><text variable="first-reference-note-number" prefix="n "/></if></choose>'
    '<group delimiter=" "><label variable="locator" form="short"/><text variable="locator"/></group></group></layout>',
    kind="note",
    list_="",
)
NAMES_ONLY = style(f'<layout prefix="(" suffix=")" delimiter="; ">{_NAMES}</layout>')
GERMAN = style(
    f'<layout prefix="(" suffix=")"><group delimiter=", ">{_NAMES}<group delimiter=" ">'
    '<label variable="locator" form="short"/><text variable="locator"/></group></group></layout>',
    more='default-locale="de-DE"',
)
