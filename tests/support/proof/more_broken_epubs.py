"""More ways to break a good EPUB, for our own checks: under each of their codes, what makes them say it."""

from tests.support.proof.broken_epubs import (
    PACKAGE,
    STYLE,
    TEXT,
    Break,
    Files,
    all_of,
    gone,
    swap,
)

CONTAINER = "META-INF/container.xml"
END = "</section>\n</body>"
ICON = 'class="back" viewBox="0 0 16 16" color="#0f4c5c" aria-hidden="true"'


def drawn(old: str, new: str) -> Break:
    """Another drawing."""

    def break_(files: Files) -> None:
        (name,) = (name for name in files if name.endswith(".svg"))
        swap(name, old, new)(files)

    return break_


def taken(name: str) -> Break:
    """One file less."""

    def break_(files: Files) -> None:
        del files[name]

    return break_


def added(words: str) -> Break:
    """Something more at the end of the text."""
    return swap(TEXT, END, f"{words}{END}")


def styled(rule: str) -> Break:
    """A rule more."""
    return swap(STYLE, "body { margin", f"{rule} body {{ margin")


def attribute(words: str) -> Break:
    """A paragraph with an attribute more."""
    return swap(TEXT, '<p id="b14"', f'<p {words} id="b14"')


def emptied(files: Files) -> None:
    """A text without words."""
    head, _, _ = files[TEXT].partition(b"<body")
    files[TEXT] = head + b"<body></body></html>"


MORE: dict[str, dict[str, Break]] = {
    "proof-unreadable": {
        "no container": taken(CONTAINER),
        "no package": taken(PACKAGE),
        "a text that is not well-formed": swap(TEXT, "</html>", ""),
    },
    "proof-text": {
        "a link to no place": swap(TEXT, 'href="#tbl-months"', 'href="#tbl-years"'),
        "a text without words": emptied,
        "an empty id": swap(TEXT, 'id="b5"', 'id=""'),
        "a link to another file": added('<p><a href="other.xhtml">Other</a></p>'),
        "a link to nothing": added('<p><a href="">Nothing</a></p>'),
        "a link of an unknown kind": added('<p><a href="briefing:other">Other</a></p>'),
        "a label that is not there": swap(TEXT, 'labelledby="about-heading"', 'labelledby="about-it"'),
        "a picture that is not there": swap(TEXT, 'src="../images/', 'src="../pictures/'),
        "a font that is not there": styled('@font-face { font-family: A; src: url("fonts/a.ttf") }'),
        "a language for XML alone": swap(TEXT, ' lang="en-GB"', ""),
        "a text without a title": swap(TEXT, "<title>Foot patrol</title>", ""),
        "an empty heading": swap(TEXT, ">Near by</h3>", "></h3>"),
        "a formula without words": swap(TEXT, ' alttext="10 over 30"', ""),
        "a table without a name": all_of(
            gone(TEXT, r"<caption.*</caption>"), swap(TEXT, ' aria-labelledby="tbl-months-caption"', "")
        ),
        "a plain cell that is merged": swap(TEXT, '<td class="figure"', '<td colspan="2" class="figure"'),
        "a head of nothing": swap(TEXT, '<th scope="col"', "<th"),
        "a head without words": swap(TEXT, ">North</th>", "></th>"),
    },
    "proof-text-active": {
        "a font on a server": styled("@font-face { font-family: A; src: url(//example.org/a.ttf) }"),
        "a sheet on a server": styled('@import "https://example.org/a.css";'),
        "a sheet linked to": swap(TEXT, 'href="../style.css"', 'href="https://example.org/a.css"'),
        "a script": added("<script>1</script>"),
        "a script in a link": added('<p><a href="javascript:1">Go</a></p>'),
        "a script in an attribute": attribute('onclick="1"'),
        "a script in a drawing": drawn("</svg>", "<script>1</script></svg>"),
    },
    "proof-text-drawing": {
        "a drawing without a frame": drawn(' viewBox="0 0 40 20"', ""),
        "a drawing that cannot be read": drawn("</svg>", ""),
        "an icon without a frame": swap(TEXT, ICON, ICON.replace(' viewBox="0 0 16 16"', "")),
        "an icon that says nothing": swap(TEXT, ICON, ICON.replace(' aria-hidden="true"', "")),
    },
}  # fmt: skip
