"""Who judged the EPUBs, in `library.yaml`: a person or a body, by a standard that there is."""

import pytest

from pipeline.load.library import load_library

HEAD = "title: Evidence briefings\npublisher: Northmoor Institute\n"


def told(more: str) -> list[str]:
    """Places and sentences of what is said of a library file that goes on in line 3."""
    remarks = load_library({"source/library.yaml": (HEAD + more).encode()})[1]
    return [f"{r.place.line}:{r.place.column} {r.sentence}" for r in remarks]


def test_a_name_is_enough() -> None:
    library, remarks = load_library(
        {"source/library.yaml": (HEAD + "accessibility: {evaluated_by: Hanna Price}\n").encode()}
    )
    assert remarks == ()
    said = library.imprint.fields.accessibility
    assert said
    assert (said.evaluated_by, said.conforms_to) == ("Hanna Price", "WCAG 2.2 Level AA")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("{report: 'https://example.org/'}", "3:16 'evaluated_by' is missing in 'accessibility'."),
        ("Hanna Price", "3:16 'accessibility' should hold 'key: value' lines, but is plain text."),
        ("{evaluated_by: Ace by DAISY 1.4.6}", "3:31 'Ace by DAISY' is a program and sees only part"),
        ("{evaluated_by: EPUBCheck}", "3:31 'EPUBCheck' is a program and sees only part"),
        ("{evaluated_by: H, conforms_to: WCAG AA}", "3:47 'WCAG AA' is not a level of WCAG."),
        ("{evaluated_by: H, evaluated: March}", "3:45 'March' is not a date"),
        ("{evaluated_by: H, report: report.pdf}", "3:42 'report.pdf' is not a web address."),
        ("{evaluated_by: H, certified: yes}", "3:34 There is no key 'certified' here."),
    ],
)
def test_nonsense_is_told(more: str, sentence: str) -> None:
    (said,) = told(f"accessibility: {more}\n")
    assert sentence in said
