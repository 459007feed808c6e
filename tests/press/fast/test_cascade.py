"""Rules found once for elements of a kind: every element has the styles that the engine gives it."""

import random
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import cssselect2
import pytest
from weasyprint import CSS, HTML
from weasyprint.css.targets import TargetCollector
from weasyprint.text.fonts import FontConfiguration

from pipeline.press.engine import engine  # noqa: F401  which puts our functions in the engine's place
from pipeline.press.fast import styles as fast_cascade
from pipeline.press.fast.styles import StyleFor, depends_on_page_size
from tests.support.project import WHOLE

ENGINES_STYLES = next(old for old, ours in fast_cascade.FASTER.items() if ours is StyleFor)

_SIMPLE = "p * .a p.b #one [lang] p[lang] [data-k] :root :empty p:not(.a) p:lang(cy) a:link .a.b P"
SELECTORS = (
    *_SIMPLE.split(),
    *("[data-k='1'] p", "div > p", ".a .b p", "p + p", "p ~ b", "p:first-child", "b:last-child", "p:only-child"),
    *("div:nth-child(2n + 1)", "div:has(> b)", "div:has(p) b", ":is(.a, #one) b", ":where(.b) p", "[dir=rtl] p"),
    *("p:nth-last-child(2)", "div:first-of-type b", "b:last-of-type", "#one ~ .b", "div.a > div.b > p"),
)
PSEUDO = ("", "", "", "::before", "::after", "::marker", "::footnote-call")
ASKED = (
    *("color", "margin_left", "margin_top", "padding_left", "padding_top", "border_left_width", "border_top_style"),
    *("border_top_color", "font_size", "font_weight", "font_family", "line_height", "letter_spacing", "text_indent"),
    *("vertical_align", "text_decoration_line", "overflow_wrap", "break_before", "anchor", "lang", "width", "display"),
)
_DECLARED = (
    "color: red; margin: 1em !important; width: 50%; content: 'x'; direction: ltr; lang: 'de'; font-size: 80%; "
    "font: italic 700 1.5em/1.2 serif; margin: 2em 10% 0 auto; padding-inline: 1ex; border: medium solid; "
    "border-block: 2px dotted currentcolor; vertical-align: 30%; text-decoration: underline wavy; line-height: 150%; "
    "letter-spacing: .1em; text-indent: inherit; color: inherit; margin: unset; break-before: page; --x: 2em; "
    "padding: var(--x); overflow-wrap: anywhere; padding-left: attr(data-k px); margin-top: 5vw; "
    "color: blue !important"
)
DECLARED = _DECLARED.split("; ")


def selector(chance: random.Random) -> str:
    """What a rule is for: elements, or what is made before, after or for them."""
    return chance.choice(SELECTORS) + chance.choice(PSEUDO)


def rules(chance: random.Random) -> str:
    """A style sheet of some rules, half of them in a layer."""
    texts = [
        f"{selector(chance)}, {selector(chance)} {{ {chance.choice(DECLARED)}; {chance.choice(DECLARED)} }}"
        for _ in range(30)
    ]
    return "".join(texts[:15]) + "@layer under {" + "".join(texts[15:]) + "}"


def tree(chance: random.Random) -> Element:
    """A document of some elements within others."""
    root = Element("html", {"lang": "en"})
    elements = [SubElement(root, "body")]
    for number in range(60):
        element = SubElement(chance.choice(elements[:6] + elements[-4:]), chance.choice(("div", "div", "p", "b", "a")))
        element.text = chance.choice((None, "Lamps"))
        for name, values in {
            "class": ("a", "b", "a b", "b  a", ""),
            "id": ("one", f"n{number}", "an odd 'id'", "größe"),
            "lang": ("cy", "de-CH", ""),
            "data-k": ("1", "2"),
            "dir": ("rtl",),
            "href": ("#one",),
            "name": ("there",),
            "style": ("color: green; width: 10px", "margin: 0 !important"),
        }.items():
            if chance.random() < (0.4 if name == "class" else 0.08):
                element.set(name, chance.choice(values))
        elements.append(element)
    return root


def declared(style: Any) -> dict[str, str]:
    """What is declared for an element; words that were read twice are told by what they say."""
    return {name: repr(value) for name, value in style.cascaded.items()}


def styles(kind: Any, root: Element, sheet: CSS) -> dict[Any, Any]:
    """What is declared for every element and what is made before, after or for it, and which elements share a style."""
    html = SimpleNamespace(
        etree_element=root, wrapper_element=cssselect2.ElementWrapper.from_html_root(root), base_url=None
    )
    ua = [(sheet, "user agent", None) for sheet in HTML(string="<p>")._ua_stylesheets()]
    style_for = kind(html, [*ua, (sheet, "user", None)], False, FontConfiguration(), TargetCollector())
    places = {element: place for place, element in enumerate(root.iter())}
    styles_by_element = {}
    first: dict[int, int] = {}
    for element, place in places.items():
        for pseudo in (None, "before", "after", "marker", "footnote-call"):
            style = style_for(element, pseudo)
            styles_by_element[place, pseudo] = style and (declared(style), {name: repr(style[name]) for name in ASKED})
        first.setdefault(id(style_for(element)), place)
        styles_by_element[place, "shared"] = first[id(style_for(element))]
    return styles_by_element


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(18 if WHOLE else 3))
def test_elements_have_the_styles_that_the_engine_gives_them(seed: int) -> None:
    chance = random.Random(seed)
    sheet = CSS(string=rules(chance))
    trees = [tree(chance) for _ in range(3)]
    for root in (*trees, trees[0]):
        assert styles(StyleFor, root, sheet) == styles(ENGINES_STYLES, root, sheet)


@pytest.mark.parametrize(
    ("style", "goes"),
    [
        ("p { width: 2vw }", True),
        ("p { margin: 1em .5SVH }", True),
        ("p { indent: calc(1em + 2pvmin) }", True),
        (r"p { width: 10\76w }", True),
        (r'.evidence { width: 12px } p { content: "\201C" }', False),
    ],
)
def test_a_style_may_go_by_the_size_of_the_page(style: str, goes: bool) -> None:
    assert depends_on_page_size(style) == goes
