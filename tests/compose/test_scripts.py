"""Scripts that a library asks for: what is said where their fonts are not installed."""

from pipeline.compose.design.tokens import script_remarks
from tests.support.compose import samples

ASKED = {"scripts": ["arabic", "japanese"]}


def test_a_script_without_its_fonts_is_told_with_the_package_that_has_them() -> None:
    (remark,) = script_remarks(samples.imprint(design=ASKED), lambda package: False)
    assert (remark.code, remark.sentence) == (
        "typeface-missing", "The typeface cannot be had: The fonts of the script 'japanese' are not installed.",
    )  # fmt: skip
    assert remark.hint == "On Debian and Ubuntu run: apt-get install fonts-noto-cjk"
    assert list(script_remarks(samples.imprint(design=ASKED), lambda package: True)) == []
