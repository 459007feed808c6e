"""Blocks as XHTML: `fixtures/blocks.txt` holds title, Python of the blocks and the XHTML expected, dots between.

`fixtures/openings.txt` tells in the same way which blocks of a text are one with the first, a line for each element.
"""

from pathlib import Path

import pytest
from lxml import etree

from pipeline.compose.page.body import set_blocks, set_body
from pipeline.compose.page.chapter import ChapterContext
from pipeline.compose.page.fragment import check_markup
from pipeline.model import body as nodes
from tests.support.compose import samples
from tests.support.words import ENGLISH

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = vars(nodes) | {
    "p": samples.paragraph, "bullets": samples.bullets, "heading": samples.heading,
    "said": lambda sentences: samples.paragraph("Lamps were mended on some streets. " * sentences),
}  # fmt: skip


def cases(name: str) -> list[tuple[str, str, str]]:
    """Title, source, expected."""
    parts = (FIXTURES / name).read_text("utf-8").split("\n.\n")
    return [(parts[i].strip(), parts[i + 1], parts[i + 2]) for i in range(0, len(parts) - 2, 3)]


def titles(name: str) -> list[str]:
    """The titles of the cases."""
    return [title for title, _, _ in cases(name)]


@pytest.mark.parametrize(("title", "source", "expected"), cases("blocks.txt"), ids=titles("blocks.txt"))
def test_every_block_has_its_form(title: str, source: str, expected: str) -> None:
    tree = eval(source.strip(), {}, NAMES)
    markup, _ = check_markup(str(set_blocks(tree, ChapterContext("#0f4c5c", ENGLISH))))
    assert markup.strip().replace("\u00a0", "&#160;") == expected.strip(), title


@pytest.mark.parametrize(("title", "source", "expected"), cases("openings.txt"), ids=titles("openings.txt"))
def test_a_heading_is_one_with_what_it_opens(title: str, source: str, expected: str) -> None:
    tree = nodes.Body(eval(f"({source.strip()})", {}, NAMES))
    page = etree.fromstring(f"<body>{set_body(tree, ChapterContext('#0f4c5c', ENGLISH))}</body>")
    assert "\n".join(map(shape, page)) == expected.strip(), title


def shape(element: etree._Element) -> str:
    """An element: of a block that holds others its class and theirs, of any other its name and the class we give it."""
    kind = element.get("class", "")
    if kind.startswith(("opening", "pair")):
        return f"{kind}: {' '.join(map(shape, element))}"
    return ".".join(filter(None, (element.tag, kind.split(" ")[0])))
