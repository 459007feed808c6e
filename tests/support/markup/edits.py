"""Composed texts, and edits of them as authors make them, by chance with a fixed seed."""

import copy
import random
from collections.abc import Callable, Sequence

from lxml import etree

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes.marked_text import remove_element
from pipeline.compose.changes.parts import Element
from tests.support.compose import samples
from tests.support.press.random_manuscripts import generated

WORDS = (
    *("crime", "police", "patrol", "street", "evidence", "review", "effect", "area", "town", "night", "small"),
    *("large", "more", "fewer", "12", "2019", "not"),
)
Edit = Callable[[Element, random.Random], None]


def tree(body: str) -> Element:
    """The body of a composed text."""
    return etree.fromstring(f"<body>{body}</body>", etree.XMLParser(remove_comments=True))


def text(seed: int) -> Element:
    """A whole briefing for 0; else an invented text with every construct."""
    if seed == 0:
        return tree(compose_briefing(samples.publication(), samples.layouts()).chapter.body)
    return tree(generated(seed, blocks=16).chapter.body)


def paragraphs(root: Element) -> list[Element]:
    """Elements that begin with some words."""
    return [one for one in root.iter("p", "li", "dd") if (one.text or "").count(" ") > 3]


def word(root: Element, chance: random.Random) -> None:
    """A word replaced, added or taken out."""
    one = chance.choice(paragraphs(root))
    words = (one.text or "").split(" ")
    at = chance.randrange(len(words) - 1)
    words[at : at + chance.randint(0, 2)] = chance.sample(WORDS, chance.randint(0, 2))
    one.text = " ".join(words)


def sentence(root: Element, chance: random.Random) -> None:
    """A sentence added."""
    one = chance.choice(paragraphs(root))
    one.text = f"{one.text} {_words(chance, 4, 14).capitalize()}. "


def paragraph(root: Element, chance: random.Random) -> None:
    """A paragraph taken out, added or doubled."""
    found = [one for one in root.iter("p") if not any(True for _ in one.iterancestors("header"))]
    if not found:
        return
    one = chance.choice(found)
    if chance.random() < 0.4:
        remove_element(one)
    else:
        one.addnext(_made("p", _words(chance, 2, 20)) if chance.random() < 0.7 else _bare(one))


def split(root: Element, chance: random.Random) -> None:
    """A paragraph parted in two."""
    found = [one for one in root.iter("p") if (one.text or "").count(" ") > 3 and not len(one)]
    if found:
        one = chance.choice(found)
        words = (one.text or "").split(" ")
        one.text = " ".join(words[: len(words) // 2])
        one.addnext(_made("p", " ".join(words[len(words) // 2 :])))


def join(root: Element, chance: random.Random) -> None:
    """Two paragraphs made one."""
    plain = [one for one in root.iter("p") if not one.get("class")]  # a label is no paragraph of an author
    found = [one for one in plain if (after := one.getnext()) is not None and after in plain]
    if found:
        one = chance.choice(found)
        after = one.getnext()
        assert after is not None
        end = _made("span", after.text or "")
        end.extend(list(after))
        one.append(end)
        remove_element(after)


def move(root: Element, chance: random.Random) -> None:
    """A paragraph, an item, a heading, a row, or a term with its meanings moved among its like."""
    tag = chance.choice(["p", "p", "li", "h3", "tr", "div"])
    among = [one for one in root.iter(tag) if "".join(map(str, one.itertext())).strip()]
    if tag == "div":
        among = [one for one in among if (above := one.getparent()) is not None and above.tag == "dl"]
    else:  # a row is one block, and so is a term with its meanings
        among = [one for one in among if tag == "tr" or not any(True for _ in one.iterancestors("tr", "dl"))]
    if len(among) > 1:
        one, to = chance.sample(among, 2)
        if to not in set(one.iter()) and one not in set(to.iter()) and _may_follow(one, to):
            remove_element(one)
            to.addnext(one)


def quiet_move(root: Element, chance: random.Random) -> None:
    """A paragraph without links moved: what leads back to citations stays in their order."""
    among = [one for one in root.iter("p") if (one.text or "").count(" ") > 3 and not len(one) and not one.get("class")]
    if len(among) > 1:
        one, to = chance.sample(among, 2)
        remove_element(one)
        to.addnext(one)


def _may_follow(one: Element, to: Element) -> bool:
    """Whether an element may stand behind another: a row among rows of as many cells, of the same part of a table."""
    above = [each.getparent() for each in (one, to)]
    parts = [each.tag if each is not None else "" for each in above]
    return one.tag != "tr" or (len(one) == len(to) and parts[0] == parts[1])


def cell(root: Element, chance: random.Random) -> None:
    """A cell written anew, a row doubled or taken out."""
    cells = list(root.iter("td"))
    if not cells:
        return
    one = chance.choice(cells)
    row = one.getparent()
    assert row is not None
    match chance.randrange(3):
        case 0:
            for child in list(one):
                one.remove(child)
            one.text = chance.choice(WORDS)
        case 1:
            row.addnext(_bare(row))
        case _:
            remove_element(row)


def column(root: Element, chance: random.Random) -> None:
    """A column taken out of a table without cells that reach over several."""
    tables = [one for one in root.iter("table") if len({len(row) for row in one.iter("tr")}) == 1]
    tables = [one for one in tables if not one.xpath(".//@colspan | .//@rowspan") and len(next(one.iter("tr"))) > 2]
    if tables:
        table = chance.choice(tables)
        at = chance.randrange(1, len(next(table.iter("tr"))))
        for row in list(table.iter("tr")):
            row.remove(row[at])


def citation(root: Element, chance: random.Random) -> None:
    """A citation that becomes another."""
    if links := root.findall(".//a[@class='citation']"):
        one, other = chance.choice(links), chance.choice(links)
        one.text, target = other.text, other.get("href")
        if target:
            one.set("href", target)


def item(root: Element, chance: random.Random) -> None:
    """An item of a list added or taken out; or a whole list gone."""
    items = [one for one in root.iter("li") if not one.get("id", "").startswith("ref-")]  # works are cited
    if not items:
        return
    one = chance.choice(items)
    parent = one.getparent()
    draw = chance.random()
    if draw < 0.1 and parent is not None:
        remove_element(parent)
    elif draw < 0.4:
        remove_element(one)
    else:
        one.addnext(_made("li", _words(chance, 6, 6)))


def heading(root: Element, chance: random.Random) -> None:
    """A heading written anew."""
    if found := list(root.iter("h2", "h3")):
        one = chance.choice(found)
        one.text = f"{chance.choice(WORDS).capitalize()} {one.text or ''}"


def part(root: Element, chance: random.Random) -> None:
    """A whole box or section moved or gone."""
    parts = [one for one in root.iter("section", "div", "dl", "table", "figure") if len(one) and one is not root]
    if not parts:
        return
    one = chance.choice(parts)
    parent = one.getparent()
    assert parent is not None
    beside = [other for other in parent if other is not one and other.tag not in ("thead", "tbody", "caption")]
    if (one.tag == "div" and parent.tag == "dl") or chance.random() < 0.5 or not beside:
        remove_element(one)
    else:
        to = chance.choice(beside)
        remove_element(one)
        to.addnext(one)


def formula(root: Element, chance: random.Random) -> None:
    """A formula that becomes another one of the text, or goes."""
    if found := list(root.iter("{*}math")):
        one, other = chance.choice(found), chance.choice(found)
        if one is other or chance.random() < 0.3:
            remove_element(one)
        else:
            for child in list(one):
                one.remove(child)
            one.extend(copy.deepcopy(list(other)))
            if other.get("alttext"):
                one.set("alttext", str(other.get("alttext")))


def figure(root: Element, chance: random.Random) -> None:
    """A picture that is drawn anew, or is told in other words."""
    if found := list(root.iter("img")):
        one = chance.choice(found)
        if chance.random() < 0.5:
            one.set("src", f"{chance.choice(WORDS)}.png")
        else:
            one.set("alt", _words(chance, 2, 6))


def note(root: Element, chance: random.Random) -> None:
    """A note that says something else, or goes with every call of it."""
    found = [one for one in root.iter("aside") if one.get("role") == "doc-footnote"]
    if not found:
        return
    one = chance.choice(found)
    if chance.random() < 0.5:
        one.append(_made("p", _words(chance, 3, 9)))
        return
    for call in [each for each in root.iter("a") if each.get("href") == f"#{one.get('id')}"]:
        remove_element(call)
    remove_element(one)


def term(root: Element, chance: random.Random) -> None:
    """A term that is called otherwise, or gets one more meaning."""
    if found := list(root.iter("dt", "dd")):
        one = chance.choice(found)
        if one.tag == "dd":
            one.addnext(_made("dd", _words(chance, 2, 9)))
        else:
            one.text = f"{chance.choice(WORDS)} {one.text or ''}"


def emphasis(root: Element, chance: random.Random) -> None:
    """The same words, one of them set apart."""
    one = chance.choice(paragraphs(root))
    words = (one.text or "").split(" ")
    strong = _made(chance.choice(["em", "strong"]), words[1])
    one.text, strong.tail = words[0] + " ", " " + " ".join(words[2:])
    one.insert(0, strong)


EDITS: Sequence[Edit] = (
    *(word, word, sentence, paragraph, split, join, move, move, cell, column, citation, item, heading, part, emphasis),
    *(formula, figure, note, term),
)


AUTHORS: Sequence[Edit] = (
    *(word, word, sentence, paragraph, split, join, quiet_move, cell, column, item, heading, emphasis),
)
"""Edits that leave links and what leads back from them as they are."""


def edited(old: Element, seed: int, edits: Sequence[Edit] = EDITS) -> tuple[Element, set[str]]:
    """A text after some edits, and the names of these."""
    chance, new = random.Random(seed), copy.deepcopy(old)
    done = set()
    for _ in range(chance.choice([1, 1, 2, 5, 12])):
        if paragraphs(new):
            edit = chance.choice(edits)
            edit(new, chance)
            done.add(edit.__name__)
    return new, done


def without_loose_ends(root: Element) -> Element:
    """The text without notes that nothing calls and ways back to what is gone: composing leaves none."""
    calls = [one for one in root.iter("a") if one.get("role") == "doc-noteref"]
    for call in [one for one in calls if not one.get("id")]:  # of a paragraph that was doubled
        remove_element(call)
    called = {str(one.get("href", "")).removeprefix("#") for one in root.iter("a") if one.get("role") == "doc-noteref"}
    for note in [one for one in root.iter("aside") if one.get("role") == "doc-footnote"]:
        if note.get("id") not in called:
            remove_element(note)
    places = {one.get("id") for one in root.iter(etree.Element)}
    for one in [each for each in root.iter("a") if each.get("role") == "doc-backlink"]:
        if str(one.get("href", "")).removeprefix("#") not in places:
            remove_element(one)
    return root


def _words(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))


def _made(tag: str, words: str) -> Element:
    made = etree.Element(tag)
    made.text = words
    return made


def _bare(element: Element) -> Element:
    new = copy.deepcopy(element)
    for one in new.iter(etree.Element):
        if "id" in one.attrib:
            del one.attrib["id"]
    new.tail = None
    return new
