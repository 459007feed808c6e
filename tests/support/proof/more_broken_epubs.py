"""More ways to break a good EPUB, for our own checks: under each of their codes, what makes them say it."""

from __future__ import annotations

from tests.support.proof.broken_epubs import (
    ALT,
    NAV,
    NCX,
    PACKAGE,
    STYLE,
    TEXT,
    Break,
    Files,
    all_of,
    claimed,
    gone,
    said,
    swap,
)

CONTAINER = "META-INF/container.xml"
ITEM = '<item href="style.css" id="style.css" media-type="text/css"/>'
IN_ORDER = '<itemref idref="text-foot-patrol"/>'
LAST = '<itemref idref="nav"'
END = "</section>\n</body>"
ICON = 'class="back" viewBox="0 0 16 16" color="#0f4c5c" aria-hidden="true"'


def drawn(old: str, new: str) -> Break:
    """Another drawing."""

    def break_(files: Files) -> None:
        (name,) = (name for name in files if name.endswith(".svg"))
        swap(name, old, new)(files)

    return break_


def put(name: str) -> Break:
    """One file more."""

    def break_(files: Files) -> None:
        files[name] = b"words"

    return break_


def taken(name: str) -> Break:
    """One file less."""

    def break_(files: Files) -> None:
        del files[name]

    return break_


def first(name: str) -> Break:
    """Another file comes first."""

    def break_(files: Files) -> None:
        held = dict(files)
        files.clear()
        files[name] = held[name]
        files.update(held)

    return break_


def added(words: str) -> Break:
    """Something more at the end of the text."""
    return swap(TEXT, END, f"{words}{END}")


def styled(rule: str) -> Break:
    """A rule more."""
    return swap(STYLE, "body { margin", f"{rule} body {{ margin")


def also_said(prop: str, words: str) -> Break:
    """Something more in the package's metadata."""
    return swap(PACKAGE, "</metadata>", said(prop, words) + "</metadata>")


def attribute(words: str) -> Break:
    """A paragraph with an attribute more."""
    return swap(TEXT, '<p id="b14"', f'<p {words} id="b14"')


def listed(pattern: str) -> str:
    """A line of the navigation document that leads to the text."""
    return rf'<li><a href="text/foot-patrol.xhtml#{pattern}</li>'


def emptied(files: Files) -> None:
    """A text without words."""
    head, _, _ = files[TEXT].partition(b"<body")
    files[TEXT] = head + b"<body></body></html>"


MORE: dict[str, dict[str, Break]] = {
    "proof-book-unreadable": {
        "no container": taken(CONTAINER),
        "no package": taken(PACKAGE),
        "a text that is not well-formed": swap(TEXT, "</html>", ""),
        "old contents that are not well-formed": swap(NCX, "</ncx>", ""),
    },
    "proof-book-mimetype": {
        "another file first": first(CONTAINER),
        "another kind of archive": swap("mimetype", "epub+zip", "zip"),
    },
    "proof-book-files": {
        "two packages": swap(CONTAINER, "</rootfiles>", '<rootfile full-path="b.opf"/></rootfiles>'),
        "a name with a space": put("EPUB/a file.txt"),
        "a name twice but for capitals": put("EPUB/Style.css"),
        "a file not listed": put("EPUB/more.txt"),
        "a file beside the book": put("more.txt"),
        "a file listed and not there": taken(STYLE),
        "a file listed twice": swap(PACKAGE, ITEM, ITEM + ITEM.replace('id="style.css"', 'id="s"')),
    },
    "proof-book-properties": {
        "a drawing not told of": swap(PACKAGE, '"mathml svg"', '"mathml"'),
        "programs told of and not there": swap(PACKAGE, '"mathml svg"', '"mathml scripted svg"'),
    },
    "proof-book-spine": {
        "a text twice": swap(PACKAGE, IN_ORDER, IN_ORDER * 2),
        "a text left out": swap(PACKAGE, IN_ORDER, ""),
        "something unknown": swap(PACKAGE, LAST, '<itemref idref="n"'),
        "something that is no text": swap(PACKAGE, LAST, '<itemref idref="ncx"'),
    },
    "proof-book-package": {
        "no navigation": swap(PACKAGE, ' properties="nav"', ""),
        "two covers": all_of(
            swap(PACKAGE, 'media-type="image/svg+xml"', 'media-type="image/svg+xml" properties="cover-image"'),
            swap(PACKAGE, ITEM, ITEM.replace("/>", ' properties="cover-image"/>')),
        ),
        "a cover for old readers alone": swap(PACKAGE, "</metadata>", '<meta name="cover" content="c"/></metadata>'),
        "another identifier for old readers": swap(NCX, "urn:uuid:", "urn:uuid:0"),
        "no title": gone(PACKAGE, r"<dc:title.*</dc:title>"),
        "no publisher": gone(PACKAGE, r"<dc:publisher.*</dc:publisher>"),
        "no language": gone(PACKAGE, r"<dc:language.*</dc:language>"),
        "a language of no text": swap(PACKAGE, "</dc:language>", "</dc:language><dc:language>cy</dc:language>"),
        "a text in a language that is not said": swap(TEXT, 'lang="en-GB"', 'lang="cy"', 0),
        "an identifier that is not there": swap(PACKAGE, 'unique-identifier="pub-id"', 'unique-identifier="p"'),
        "a package in no language": swap(PACKAGE, ' xml:lang="en-GB"', ""),
        "an old package": swap(PACKAGE, 'version="3.0"', 'version="2.0"'),
        "an id twice": swap(PACKAGE, 'id="creator-1"', 'id="title"'),
        "a refinement of nothing": swap(PACKAGE, 'refines="#title"', 'refines="#name"'),
        "an empty element": swap(PACKAGE, ">Northmoor Institute</dc:publisher", "></dc:publisher"),
    },
    "proof-book-modified": {"no time of day": swap(PACKAGE, "T00:00:00Z", "")},
    "proof-book-access": {
        "a feature that is not there": also_said("schema:accessibilityFeature", "longDescription"),
        "formulas not described": swap(TEXT, ' alttext="10 over 30"', ""),
        "words that do not suffice": swap(PACKAGE, said("schema:accessModeSufficient", "textual"), ""),
        "no sufficient way": gone(PACKAGE, r'<meta property="schema:accessModeSufficient".*</meta>'),
    },
    "proof-book-conformance": {
        "a claim that nobody signs": claimed("EPUB Accessibility 1.1 - WCAG 2.2 Level AA", signed=False),
        "a signature without a claim": also_said("a11y:certifiedBy", "Somebody"),
    },
    "proof-book-page-source": {
        "pages of another edition": swap(PACKAGE, ">urn:uuid:", ">urn:other:", 2),
        "an edition without marks": swap(TEXT, ' epub:type="pagebreak"', "", 0),
    },
    "proof-book-pages": {
        "a page marked twice": swap(TEXT, 'aria-label="3" epub:type', 'aria-label="2" epub:type'),
        "pages out of order": all_of(
            swap(TEXT, 'aria-label="2" epub', 'aria-label="9" epub'), swap(NAV, '#page-2">2', '#page-2">9')
        ),
        "a page that is not listed": gone(NAV, listed("page-3.*")),
        "a page that leads to another": swap(NAV, '#page-2">2', '#page-1">2'),
    },
    "proof-book-contents": {
        "none": swap(NAV, 'epub:type="toc" role="doc-toc"', 'epub:type="loi"'),
        "other words": swap(NAV, ">What was done<", ">What we did<"),
        "a heading left out": gone(NAV, listed("done.*")),
        "a deeper heading left out": swap(TEXT, "Near by</h3>", 'Near by</h3><h4 id="night">At night</h4>'),
        "the last heading left out": gone(NAV, listed("about.*")),
        "a line too many": swap(NAV, "</li>\n</ol>\n</li>", '</li>\n<li><a href="nav.xhtml">More</a></li></ol>\n</li>'),
        "a line that leads elsewhere": swap(NAV, "#came", "#done"),
        "headings at another level": all_of(
            swap(TEXT, '<h2 id="came">', '<h1 id="came">'), swap(TEXT, "What came of it</h2>", "What came of it</h1>")
        ),
    },
    "proof-book-landmarks": {
        "a list that is not called anything": swap(NAV, ' aria-labelledby="pages-heading"', ""),
        "none": swap(NAV, 'epub:type="landmarks"', 'epub:type="loi"'),
        "an unknown one": swap(NAV, 'epub:type="bodymatter"', 'epub:type="middle"'),
        "one twice": swap(NAV, 'epub:type="bodymatter"', 'epub:type="toc"'),
        "one that leads nowhere": swap(NAV, '#references"', '#works"'),
        "no references": gone(NAV, r'<li><a epub:type="bibliography".*</li>'),
    },
    "proof-text-empty": {"a text without words": emptied},
    "proof-text-id": {
        "an empty id": swap(TEXT, 'id="b5"', 'id=""'),
        "an id of the old contents twice": swap(NCX, 'id="point-1-2"', 'id="point-1-1"'),
    },
    "proof-text-link": {
        "a link to another file": added('<p><a href="other.xhtml">Other</a></p>'),
        "a link to no place": swap(TEXT, 'href="#tbl-months"', 'href="#tbl-years"'),
        "a link to nothing": added('<p><a href="">Nothing</a></p>'),
        "a link of an unknown kind": added('<p><a href="briefing:other">Other</a></p>'),
        "a label that is not there": swap(TEXT, 'labelledby="about-heading"', 'labelledby="about-it"'),
        "a picture that is not there": swap(TEXT, 'src="../images/', 'src="../pictures/'),
        "a font that is not there": styled('@font-face { font-family: A; src: url("fonts/a.ttf") }'),
        "old contents that lead nowhere": swap(NCX, "#done", "#undone"),
    },
    "proof-text-remote": {
        "a font on a server": styled("@font-face { font-family: A; src: url(//example.org/a.ttf) }"),
        "a sheet on a server": styled('@import "https://example.org/a.css";'),
        "a sheet linked to": swap(TEXT, 'href="../style.css"', 'href="https://example.org/a.css"'),
        "a file of the manifest": swap(PACKAGE, 'href="style.css"', 'href="https://example.org/a.css"'),
    },
    "proof-text-program": {
        "a script": added("<script>1</script>"),
        "a script in a link": added('<p><a href="javascript:1">Go</a></p>'),
        "a script in an attribute": attribute('onclick="1"'),
        "a script in a drawing": drawn("</svg>", "<script>1</script></svg>"),
    },
    "proof-text-language": {
        "a language for XML alone": swap(TEXT, ' lang="en-GB"', ""),
        "two languages": attribute('lang="cy"'),
        "a text without a title": swap(TEXT, "<title>Foot patrol</title>", ""),
    },
    "proof-text-heading": {"an empty heading": swap(TEXT, ">Near by</h3>", "></h3>")},
    "proof-text-alt": {
        "a picture called a picture": swap(TEXT, ALT, ' alt="Image"'),
        "a picture called by spaces": swap(TEXT, ALT, ' alt="  "'),
    },
    "proof-text-drawing": {
        "a drawing without a frame": drawn(' viewBox="0 0 40 20"', ""),
        "a drawing that cannot be read": drawn("</svg>", ""),
        "an icon without a frame": swap(TEXT, ICON, ICON.replace(' viewBox="0 0 16 16"', "")),
        "an icon that says nothing": swap(TEXT, ICON, ICON.replace(' aria-hidden="true"', "")),
    },
    "proof-text-formula": {"a formula without words": swap(TEXT, ' alttext="10 over 30"', "")},
    "proof-text-table": {
        "a table without a name": all_of(
            gone(TEXT, r"<caption.*</caption>"), swap(TEXT, ' aria-labelledby="tbl-months-caption"', "")
        ),
        "a plain cell that is merged": swap(TEXT, '<td class="figure"', '<td colspan="2" class="figure"'),
        "a head of nothing": swap(TEXT, '<th scope="col"', "<th"),
        "a head without words": swap(TEXT, ">North</th>", "></th>"),
    },
}  # fmt: skip
