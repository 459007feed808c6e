"""Formulas: TeX as MathML, words and drawing; what is refused, and how fast."""

import os
import subprocess
import sys
import time

import pytest
from lxml import etree

from pipeline.core.text.formulas import draw_formula, format_mathml, read_formula, speak_formula
from pipeline.core.text.tex import FormulaRefused
from tests.support.formulas import FORMULAS
from tests.support.project import ROOT

MATHML = "{http://www.w3.org/1998/Math/MathML}"


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_is_the_same_in_every_form(tex: str) -> None:
    read, line, width = read_formula(tex, True)
    kept = read.tex
    root = etree.fromstring(format_mathml(kept, True))
    assert root.findtext(f".//{MATHML}annotation") == kept == tex
    drawn = etree.fromstring(draw_formula(kept, True))
    assert drawn.get("width") == f"{width:g}em"
    assert not any(b"image" in etree.tostring(part) for part in drawn)
    assert line
    words, language = speak_formula(kept, True, "en-GB")
    assert language == "en-GB"
    assert words.isprintable()
    assert not set(words) & set("\\{}^_=<>")


@pytest.mark.parametrize("tex", FORMULAS)
def test_mathml_is_what_epub_takes(tex: str) -> None:
    for element in etree.fromstring(format_mathml(tex, False)).iter():
        name = etree.QName(element).localname
        assert name == "mstyle" or "scriptlevel" not in element.attrib
        assert name in ("math", "mstyle", "mtable") or "displaystyle" not in element.attrib


@pytest.mark.parametrize(
    ("tex", "language", "words"),
    [
        (r"p < 0.05", "en-GB", "p is less than 0.05"),
        (r"\mathrm{OR} = 1", "en-GB", "O R equals 1"),
        ("𝟙_A", "en-GB", "1 sub A"),
        (r"\frac{3}{4}", "fr", "trois quarts"),
        (r"\frac{3}{4}", "cy", "3 over 4"),
    ],
)
def test_words(tex: str, language: str, words: str) -> None:
    assert speak_formula(tex, False, language) == (words, "en" if language == "cy" else language)


def kept(tex: str) -> str:
    return read_formula(tex, True)[0].tex


def test_what_authors_type_is_kept_plain() -> None:
    assert kept("95%") == r"95\%"
    assert kept(r"95\%") == r"95\%"
    assert kept(r"\begin{align*} a &= b \end{align*}") == r"\begin{aligned} a &= b \end{aligned}"
    assert kept(r"\begin{equation} a \end{equation}") == "a"


@pytest.mark.parametrize(
    ("written", "tex", "words"),
    [
        ("H2O", r"\mathrm{H}_{2}\mathrm{O}", "H sub 2 O"),
        ("SO4^2-", r"\mathrm{SO}_{4}^{2-}", "S O sub 4 to the power, 2 negative, end exponent"),
        ("2H2 + O2", r"2\,\mathrm{H}_{2} + \mathrm{O}_{2}", "2 H sub 2 plus O sub 2"),
        (
            "A ->[\\Delta] B v",
            r"\mathrm{A} \xrightarrow{\Delta} \mathrm{B} \downarrow",
            "A right arrow (capital delta) B downwards arrow",
        ),
        (
            "A <=> B(aq)",
            r"\mathrm{A} \rightleftharpoons  \mathrm{B}(\mathrm{aq})",
            "A in equilibrium with B open paren a q close paren",
        ),
        ("CH3-CH=CH2", r"\mathrm{CH}_{3}{-}\mathrm{CH}{=}\mathrm{CH}_{2}", "C H sub 3 negative C H equals C H sub 2"),
        ("CuSO4 * 5H2O", r"\mathrm{CuSO}_{4}\cdot 5\,\mathrm{H}_{2}\mathrm{O}", "CuSO sub 4 times 5 H sub 2 O"),
        ("0.5H2O", r"0.5\,\mathrm{H}_{2}\mathrm{O}", "0.5 H sub 2 O"),
        ("C_nH_{2n}", r"\mathrm{C}_{\mathrm{n}}\mathrm{H}_{2\mathrm{n}}", "C sub n H sub 2 n"),
    ],
)
def test_chemistry_is_read(written: str, tex: str, words: str) -> None:
    assert kept(rf"\ce{{{written}}}") == tex
    assert speak_formula(tex, True, "en")[0] == words


@pytest.mark.parametrize("name", ["TeX", "LaTeX"])
def test_the_name_of_a_program_is_a_word(name: str) -> None:
    assert speak_formula(kept(rf"\{name}"), False, "en")[0] == name
    assert speak_formula(kept(rf"\text{{in \{name}}}"), False, "en")[0] == f"in {name}"


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\ce{A~B}", r"\ce does not know '~B'"),
        (r"\input{/etc/passwd}", "reads or writes files"),
        (r"\def\a{\a\a}\a", "longer than 10,000 characters"),
        (r"\def\a{\a}\a", "longer than 10,000 characters"),
        (r"\newcommand{\a}[1]{b#1}\a", r"the command \a needs an argument"),
        (r"\newcommand{\a", "defines or changes commands"),
        (r"\catcode`\@=11 x", "defines or changes commands"),
        (r"x \ref{a}", "refers to another formula"),
        (r"\cancel{x}", "leave out"),
        ("x" * 10_001, "10,001 characters"),
        ("{" * 900 + "}" * 900, "nesting deeper than"),
        (r"\left(" * 150 + "x" + r"\right)" * 150, "nesting"),
        (r"\nosuch{x}", r"the command \nosuch is not known"),
        (r"\frac{a}{", "'{' without a matching '}'"),
        ("日", "the typeface of formulas has no '日' (U+65E5)"),
        ("\x00", "control character"),
        ("", "empty"),
        (r"a & b", "table-like"),
    ],
)
def test_what_cannot_be_set_is_refused_with_its_reason(tex: str, reason: str) -> None:
    begun = time.process_time()
    with pytest.raises(FormulaRefused) as refused:
        read_formula(tex, True)
    assert reason in refused.value.reason
    assert "\n" not in refused.value.reason
    assert time.process_time() - begun < 2


def test_two_hash_seeds_give_the_same_bytes() -> None:
    code = (
        "import sys; from pipeline.core.text.formulas import *; from tests.support.formulas import FORMULAS\n"
        "for t in FORMULAS:\n"
        "    print(format_mathml(t, True), draw_formula(t, True), speak_formula(t, True, 'en')[0])"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(made) == 1
    assert made.pop()


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\textsf{Nefes}", "<mtext>Nefes</mtext>"),
        (r"\textit{of}", '<mtext mathvariant="italic">of</mtext>'),
        (r"\textbf{\textit{I}}", '<mtext mathvariant="bold-italic">I</mtext>'),
    ],
)
def test_a_change_of_face_brings_no_element_of_html(tex: str, expected: str) -> None:
    written = format_mathml(tex, False)
    assert expected in written
    assert "span" not in written
